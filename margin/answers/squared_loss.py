"""What training with squared loss + lambda ||theta||^nu on the whole population converges to.

The loss is the mean over inputs and labels of (f - target)^2, the target 1 at the label and 0 elsewhere ("one_hot"), or
the same minus 1/N for N labels ("centred"). Representations do not interact in it (Plancherel), so the optimum over
their masses is a formula for centred targets, and the root of one function of one variable for one-hot targets. As
lambda -> 0 with centred targets, masses tend to the regular share of every representation (docs/theory.md, 7.8): the
normalised margin tends to gamma* exactly where every representation is used with those masses.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np
from numpy.typing import NDArray

from margin.answers.finite_lambda import FiniteLambda, MarginProgram

Array = NDArray[np.float64]
TARGETS = ("centred", "one_hot")
_HALVINGS = 200  # of an interval of float64 numbers


@dataclass(frozen=True)
class SquaredProgram:
    """The squared loss of masses on representations, one-hot targets or centred ones.

    `constant` is the value of a neuron whose output at labels is the same, beside that of a representation; twice as
    much where its inputs are constant as well. None: centred targets, of which no constant is wanted.
    """

    program: MarginProgram
    constant: float | None = None

    @property
    def labels(self) -> float:
        """N, right label included."""
        return 1 + float(self.program.counts.sum())

    def shares(self) -> Array:
        """r_rho = delta^2 / e of each row: N c^2 over the sum of squares of what a unit of mass computes."""
        gaps, counts, rates = self.program.gaps, self.program.counts, self.program.rates
        squares = rates**2 + ((rates[:, None] - gaps) ** 2) @ counts
        shares: Array = self.labels * rates**2 / squares
        return shares

    @property
    def critical(self) -> float:
        """The strength from which on all weights are zero at the optimum."""
        top = float(self.program.rates.max())
        if self.constant is None:
            return 2 * top / self.labels
        return 2 * max(sqrt(top**2 + self.constant**2), 2 * self.constant) / self.labels

    def optimum(self, strength: float, gamma: float) -> FiniteLambda:
        """The optimum at lambda = strength; gamma: gamma* of the task. For one-hot targets the last mass is of neurons
        with constant inputs.

        Raises ValueError unless strength is a positive finite number.
        """
        if not (isfinite(strength) and strength > 0):
            raise ValueError(f"finite lambda: strength {strength!r}, expected a positive number")
        pull, count, shares, rates = strength * self.labels, self.labels, self.shares(), self.program.rates
        constant = 0.0
        if self.constant is None:
            sizes = self._sizes(np.full(len(rates), pull) / rates)
            masses = sizes / rates
        else:
            slope = self._slope(pull)
            sizes, beside = self._both(slope, pull)
            rest = max(0.0, (1 - slope / 2) / count - float(beside.sum()))
            constant = float(beside.sum()) + rest
            pure = rest / (2 * self.constant)
            masses = np.append(np.hypot(sizes / rates, beside / self.constant), pure)
        margins = (sizes / rates) @ self.program.gaps
        loss = float((count / shares * (sizes - shares / count) ** 2).sum()) / count
        loss += 0.0 if self.constant is None else (constant - 1 / count) ** 2
        loss += strength * float(masses.sum())
        least = float(margins[self.program.counts > 0].min())
        kept = tuple(masses.tolist())
        return FiniteLambda(strength, self.critical, loss, kept, self.program.degree, least, float(gamma))

    def _sizes(self, slopes: Array) -> Array:
        """What each representation computes at the label where the loss, times N, falls with it at these slopes."""
        sizes: Array = self.shares() / self.labels * np.maximum(0.0, 1 - slopes / 2)
        return sizes

    def _both(self, slope: float, pull: float) -> tuple[Array, Array]:
        """What representations compute, and the constants beside it, where the loss falls with a constant at `slope`.

        The best neuron of a representation splits its outputs as its two values, and is worth `pull` as a whole.
        """
        assert self.constant is not None
        rates = self.program.rates
        slopes = sqrt(max(0.0, pull**2 - (slope * self.constant) ** 2)) / rates
        sizes = self._sizes(slopes)
        ratio = slope * self.constant**2 / np.maximum(slopes * rates**2, np.finfo(np.float64).tiny)
        return sizes, np.where(sizes > 0, sizes * ratio, 0.0)

    def _slope(self, pull: float) -> float:
        """The slope at which the constants that come beside representations are what is wanted, or the largest one."""
        assert self.constant is not None
        low, high = 0.0, min(2.0, pull / (2 * self.constant))
        if self._both(high, pull)[1].sum() <= (1 - high / 2) / self.labels:
            return high
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            if self._both(middle, pull)[1].sum() <= (1 - middle / 2) / self.labels:
                low = middle
            else:
                high = middle
        return low
