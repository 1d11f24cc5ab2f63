"""What the normalised margin of a network means, in which norm, and which maximum it may be compared with, if any."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from margin.inspection.effective import Effective
from margin.inspection.margins import Margins
from margin.networks.activations import Power
from margin.theory import maximum_margin


@dataclass(frozen=True)
class Normalised:
    """Least logit margin / norm^degree of the network without what is kept apart; None where it has no meaning.

    `norm` is L_{2,degree}: the 2-norm of each neuron's weights, all inputs and labels together, then the degree-norm
    over neurons. `maximum` is gamma* where the network is one of those that it is the maximum of, else None; `share` is
    value / maximum. `why` says why a value is None; `meaning` what the value is of. `infinity` is the same margin over
    (largest |weight|)^degree.
    """

    value: float | None
    degree: int | None
    norm: float | None
    maximum: float | None
    why: str | None
    meaning: str
    infinity: float | None = None

    @property
    def share(self) -> float | None:
        return None if self.value is None or self.maximum is None else self.value / self.maximum

    @property
    def norm_name(self) -> str | None:
        return None if self.degree is None else f"L_{{2,{self.degree}}}"


def normalised(effective: Effective, margins: Margins, progress: bool = False) -> Normalised:
    """The normalised margin of a network whose logit margins are known. Raises OverflowError as `margins`."""
    network, activation = effective.network, effective.network.activation
    if activation.homogeneity is None:
        return _none(f"the activation {activation} is not homogeneous, so there is no norm to divide a margin by")
    if effective.bias is not None:
        return _none("the neurons have biases, and bits have no constant input to fold them into")
    degree = network.degree
    if not (network.U.any() or network.W.any()):
        return _none("all weights are zero", degree)
    largest = float(max(np.abs(network.U).max(), np.abs(network.W).max()))
    exponent = int(np.frexp(largest)[1])
    if abs(exponent) > 20:  # powers of weights may leave float64
        value, infinity = network.normalised_margin(progress), network.infinity_margin(progress)
    else:
        least = margins.least if effective.homogeneous else network.margin(progress)
        value, infinity = least / float(network.masses().sum()), least / largest**degree
    maximum, why = _maximum(effective)
    norm = float(np.ldexp(network.scaled(2.0**-exponent).norm(), exponent))
    return Normalised(value, degree, norm, maximum, why, _meaning(effective, degree), infinity)


def _none(why: str, degree: int | None = None) -> Normalised:
    return Normalised(None, degree, None, None, why, "")


def _meaning(effective: Effective, degree: int) -> str:
    network = effective.network
    apart = ", without the bias of its logits" if effective.offset is not None else ""
    return (
        f"least logit margin / norm^{degree}, norm L_{{2,{degree}}} over {network.width} neurons of the weights from"
        f" one-hot inputs and to the logits{apart}"
    )


def _maximum(effective: Effective) -> tuple[float | None, str | None]:
    """gamma* of the task if it is that of such networks, else why not."""
    network, task = effective.network, effective.network.task
    if network.activation != Power(task.k):
        return None, f"gamma* is known for x^{task.k}, not for {network.activation}"
    if effective.offset is not None:
        return None, "the logits have a bias, and gamma* is that of networks without one"
    try:
        gamma = float(maximum_margin(task))
    except (ValueError, MemoryError) as error:
        return None, f"gamma* is not computed: {error}"
    if effective.shared:
        return None, (
            f"the inputs share their weights; the maximum of such networks is not known, only that it is at most"
            f" {gamma:.10g}, that of all networks"
        )
    return gamma, None
