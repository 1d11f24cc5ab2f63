"""What the solver answers, and the columns that it holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from math import inf

import numpy as np
from numpy.typing import NDArray

from margin.networks.network import Network
from margin.solver.dataset import DataSet
from margin.solver.neurons import MOST_DENSE, Margins
from margin.solver.symmetry import Symmetry

Array = NDArray[np.float64]
_ALIKE = 1e-7  # of the margin: neurons whose mean margins differ by less on every orbit count as one


def relative_gap(lower: float, upper: float) -> float:
    """(upper - lower) / upper; 1 where no upper bound is known, 0 where it is 0."""
    return 1.0 if upper == inf else (upper - lower) / upper if upper > 0 else 0.0


class Outcome(Enum):
    """Why `solve` stopped; the values are the sentences, with the relative gap to be filled in."""

    CONVERGED = "converged: the best neuron priced is worth {gap:.1e} more than the margin reached"
    SEPARATED_BY_NONE = "no network separates the data: decided in exact arithmetic"
    UNDECIDED = (
        "undecided: the best neuron priced is worth as good as nothing under the dual, so that none may separate the"
        " data; they are too many for a decision in exact arithmetic"
    )
    TOO_SMALL = (
        "unresolved: some network separates the data, as exact arithmetic decided, with a margin below the rounding of"
        " float64; move near inputs of different labels apart"
    )
    TIME_LIMIT = "stopped at the time limit with a gap of {gap:.1e}; give more time, or warm start from it"
    ROUND_LIMIT = "stopped at the round limit with a gap of {gap:.1e}; allow more rounds"
    ROUNDING = "stopped by rounding with a gap of {gap:.1e}; float64 reaches no smaller one, allow a larger tolerance"
    INTERRUPTED = "interrupted with a gap of {gap:.1e}; warm start from this network to go on"
    NOTHING_PRICED = "undecided: no neuron of positive value was found; try more starts"

    @property
    def converged(self) -> bool:
        """Whether the answer is to the tolerance asked for."""
        return self in (Outcome.CONVERGED, Outcome.SEPARATED_BY_NONE)

    @property
    def stopped(self) -> bool:
        """Whether the search was ended before it had an answer."""
        return self in (Outcome.TIME_LIMIT, Outcome.ROUND_LIMIT, Outcome.ROUNDING, Outcome.INTERRUPTED)


@dataclass(frozen=True)
class Solution:
    """What `solve` found.

    `value` is the normalised margin of `network` on the data, in float64: a lower bound on the maximum margin. `upper`
    is the price of the best neuron found under `dual`: an estimate of an upper bound, heuristic because pricing may
    miss the best neuron. `status` says why it stopped, `sentence` says it with the gap; `converged` is whether the two
    agree to the tolerance, or no network separates the data. `dual` has shape (N, classes): weights of wrong labels, 0
    at labels, sum 1. `stats` counts rounds, linear programs, starts priced, neurons and seconds;
    with symmetries also how many there are, and the orbits of rows. `notes` are sentences
    about parts of the work that failed, though the answer holds. A `value` of 0 says that no network with a positive
    margin is known; only the status SEPARATED_BY_NONE says that there is none. Without a pricing that was finished,
    `upper` is infinite.
    """

    value: float
    upper: float
    status: Outcome
    network: Network
    dual: Array
    stats: dict[str, float] = field(compare=False)
    notes: tuple[str, ...] = ()

    @property
    def gap(self) -> float:
        """(upper - value) / upper; 0 for data that no network separates, 1 before anything was priced."""
        return relative_gap(self.value, self.upper)

    @property
    def converged(self) -> bool:
        return self.status.converged

    @property
    def sentence(self) -> str:
        """The status in words, and what failed on the way."""
        none = self.status.stopped and not self.value > 0
        unknown = "no network is known yet that separates the data: " if none else ""
        return "; ".join([unknown + self.status.value.format(gap=self.gap), *self.notes])


class Pool:
    """The columns: unit neurons, their margins, and masses of the last master."""

    def __init__(self, data: DataSet, symmetry: Symmetry | None = None) -> None:
        self.data, self.symmetry = data, symmetry
        self.U = np.zeros((data.features.shape[1], 0))
        self.W = np.zeros((0, data.classes))
        self.masses = np.zeros(0)
        self.M = self.margins(self.U, self.W)
        self.rows = self.M.shape[0]

    def __len__(self) -> int:
        return len(self.W)

    def margins(self, U: Array, W: Array, dense: Array | None = None) -> Margins:
        """Margins of neurons U (d, m), W (m, classes) on the rows, or on their orbits."""
        return Margins(self.data, U, W, dense, self.symmetry)

    def add(self, U: Array, W: Array, scale: float = 1.0) -> None:
        """Join neurons; with a symmetry those alone that differ from all others on some orbit, by `scale`."""
        if self.symmetry is not None:
            U, W = self._others(U, W, _ALIKE * scale)
        self.U, self.W = np.concatenate([self.U, U], axis=1), np.concatenate([self.W, W])
        self.masses = np.concatenate([self.masses, np.zeros(len(W))])
        dense = None
        if self.rows * len(self) <= MOST_DENSE:
            dense = self.margins(U, W).array()
            if len(self) > len(W):
                dense = np.concatenate([self.M.array(), dense], axis=1)
        self.M = self.margins(self.U, self.W, dense)

    def _others(self, U: Array, W: Array, near: float) -> tuple[Array, Array]:
        old, new, kept = self.M.array(), self.margins(U, W).array(), list[int]()
        for i, column in enumerate(new.T):
            others = np.concatenate([old, new[:, kept]], axis=1)
            if not (np.abs(others - column[:, None]).max(axis=0) < near).any():
                kept.append(i)
        return U[:, kept], W[kept]

    def keep(self, count: int, scores: Array) -> None:
        """The columns of highest score."""
        if len(self) > count:
            kept = np.sort(np.argsort(-scores, kind="stable")[:count])
            self.U, self.W, self.masses = self.U[:, kept], self.W[kept], self.masses[kept]
            dense = None if self.M.dense is None else self.M.dense[:, kept]
            self.M = self.margins(self.U, self.W, dense)

    def directions(self, most: int) -> Array:
        """Unit input directions of the columns of largest mass, shape (d, <= most)."""
        chosen = self.U[:, np.argsort(-self.masses, kind="stable")[:most]]
        lengths = np.linalg.norm(chosen, axis=0)
        result: Array = chosen[:, lengths > 0] / lengths[lengths > 0]
        return result
