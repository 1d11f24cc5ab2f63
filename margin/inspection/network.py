"""What a network has learnt, as one record: from its arrays, or from a file of anybody's weights."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from os import PathLike

from numpy.typing import ArrayLike

from margin.inspection.effective import Effective, folded
from margin.inspection.margins import Margins, margins
from margin.inspection.neurons import Neurons, Spectrum, neurons, spectra
from margin.inspection.normalised import Normalised, normalised
from margin.inspection.reading import read_network
from margin.networks.activations import Activation, Power, parse
from margin.tasks import Task


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
    return inspected(read_network(path, task, activation, maps), progress)


def inspected(effective: Effective, progress: bool = False) -> Inspection:
    """The record of a network that is at hand."""
    seen = margins(effective, progress)
    network = effective.network
    return Inspection(effective, seen, normalised(effective, seen, progress), neurons(network), spectra(network))
