"""What a network has learnt, as one record: from its arrays, or from a file of anybody's weights."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from os import PathLike

from numpy.typing import ArrayLike

from margin.inspection.effective import Effective, folded
from margin.inspection.margins import Margins, margins
from margin.inspection.neurons import Neurons, Spectrum, neurons, spectra
from margin.inspection.normalised import Normalised, normalised
from margin.inspection.reading import read_network
from margin.networks.activations import Absolute, Activation, Power, ReLU, parse
from margin.networks.network import Network
from margin.tasks import Task

_MOST = 10**8  # hidden values, to try other activations on


@dataclass(frozen=True)
class Inspection:
    """A network and what was found in it.

    `effective` is the network that the weights compute, with its biases and the lines that say how it was read;
    `margins` are those of all its inputs, `normalised` the normalised margin with what it means, `neurons` their sizes
    and features, `spectra` the singular values by matrix.
    """

    effective: Effective
    margins: Margins
    normalised: Normalised
    neurons: Neurons
    spectra: dict[str, Spectrum]

    @property
    def task(self) -> Task:
        return self.effective.network.task


def inspect_network(
    task: Task,
    U: ArrayLike,
    W: ArrayLike,
    activation: Activation | str | None = None,
    bias: ArrayLike | None = None,
    offset: ArrayLike | None = None,
    progress: bool = False,
) -> Inspection:
    """What the network f(a)[c] = sum_i act(sum_j U[j, a_j, i] + bias_i) W[i, c] + offset_c has learnt.

    U (k, n, m), or (n, m) on bits, W (m, classes), bias (m,), offset (classes,); without an activation x^k. Raises
    ValueError for other shapes, for values that are not finite and an unknown activation, OverflowError where a logit
    leaves float64.

    >>> from margin import construct, parse
    >>> network = construct(parse("mod:6", k=2)).numeric()
    >>> result = inspect_network(parse("mod:6", k=2), network.U, network.W)
    >>> result.margins.accuracy, round(result.normalised.share, 9), result.neurons.clusters.sizes.tolist()
    (1.0, 1.0, [6, 6, 2])
    """
    chosen = parse(activation) if isinstance(activation, str) else activation
    return inspected(folded(task, U, W, chosen or Power(task.k), bias, offset), progress)


def inspect_file(
    path: str | PathLike[str],
    task: Task | None = None,
    activation: Activation | None = None,
    maps: Iterable[str] = (),
    progress: bool = False,
) -> Inspection:
    """What the network in a file has learnt. Raises as `reading.read_network` and `inspect_network`."""
    effective = read_network(path, task, activation, maps)
    inspection = inspected(effective, progress)
    if activation is None and effective.assumed and inspection.margins.accuracy < 1:
        return replace(inspection, effective=replace(effective, lines=(*effective.lines, *_better(inspection))))
    return inspection


def _better(inspection: Inspection) -> list[str]:
    """A line on an activation that makes the network more accurate than the one that was assumed."""
    effective, network = inspection.effective, inspection.effective.network
    if network.width * inspection.task.population > _MOST:
        return []
    for activation in (ReLU(), Absolute(), Power(2), Power(3)):
        other = replace(effective, network=Network(network.on, network.U, network.W, activation))
        accuracy = margins(other).accuracy
        if accuracy > max(0.9, inspection.margins.accuracy):
            return [f"with activation {activation} the accuracy is {accuracy:.6g}: is it --activation {activation}?"]
    return []


def inspected(effective: Effective, progress: bool = False) -> Inspection:
    """The record of a network that is at hand."""
    seen = margins(effective, progress)
    network = effective.network
    return Inspection(effective, seen, normalised(effective, seen, progress), neurons(network), spectra(network))
