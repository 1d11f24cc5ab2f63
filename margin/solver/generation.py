"""Column generation: the maximum margin of any finite data set, from unit neurons found one batch at a time.

The normalised margin of a network is linear in the masses of its unit neurons (norm^(k+1) adds up), so the maximum
margin is a linear program with a column for every unit neuron. A master problem over the columns found so far gives
masses and a dual; pricing looks for the unit neuron worth most under the dual. For any dual the best unit neuron's
value bounds the maximum margin from above; since pricing is not convex, what it finds is an estimate of that bound.

The next dual is chosen near to the best so far, in the metric of `margin.solver.curvature`, which makes the last rounds
Newton's method, and with an entropy-like term whose weight falls while duals improve as foreseen (a proximal bundle
method; Lemarechal and Sagastizabal 1997). A last step moves the neurons so that the tight margins tie
(`margin.solver.balance`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from math import inf
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from margin.networks.network import Network
from margin.solver.balance import balanced
from margin.solver.curvature import response
from margin.solver.dataset import DataSet
from margin.solver.interior import stabilised
from margin.solver.master import linear_program, require_scipy
from margin.solver.neurons import neuron_margins
from margin.solver.pricing import Priced, Pricer

Array = NDArray[np.float64]
TOLERANCE = 1e-6
_POOL = 800  # columns kept from round to round
_NEW = 150  # columns added in a round after the first
_MOST_STARTS = 1600
_SMALL, _EXPLORED = 200, 5  # a pool to be filled up, by so many random duals in a round
_VERTEX = 400  # heaviest neurons given to the last linear program
_MANY = 600  # rows above which the plain master, as dear as the stabilised one, is solved in every fourth round
_LAST = 5.0  # seconds of each of its steps
_RESPONDING = 150  # neurons whose responses make the metric
_NEAR, _TIED = 30.0, 1e-3  # tolerances of gap, and a share of the margin, within which margins are made equal
_ZERO = 1e-7  # of the largest margin of a neuron: a maximum margin below is taken for zero


def _gap(lower: float, upper: float) -> float:
    return 1.0 if upper == inf else (upper - lower) / upper if upper > 0 else 0.0


class Outcome(Enum):
    """Why `solve` stopped; the values are the sentences, with the relative gap to be filled in."""

    CONVERGED = "converged: the best neuron priced is worth {gap:.1e} more than the margin reached"
    SEPARATED_BY_NONE = "no network separates the data: the best neuron priced is worth nothing under the dual"
    TIME_LIMIT = "stopped at the time limit with a gap of {gap:.1e}; give more time, or warm start from it"
    ROUND_LIMIT = "stopped at the round limit with a gap of {gap:.1e}; allow more rounds"
    INTERRUPTED = "interrupted with a gap of {gap:.1e}; warm start from this network to go on"
    NOTHING_PRICED = "no neuron of positive value was found; try more starts"

    @property
    def converged(self) -> bool:
        """Whether the answer is to the tolerance asked for."""
        return self in (Outcome.CONVERGED, Outcome.SEPARATED_BY_NONE)


@dataclass(frozen=True)
class Solution:
    """What `solve` found.

    `value` is the normalised margin of `network` on the data, in float64: a lower bound on the maximum margin. `upper`
    is the price of the best neuron found under `dual`: an estimate of an upper bound, heuristic because pricing may
    miss the best neuron. `status` says why it stopped, `sentence` says it with the gap; `converged` is whether the two
    agree to the tolerance, or no network separates the data. `dual` has shape (N, classes): weights of wrong labels, 0
    at labels, sum 1. `stats` counts rounds, linear programs, starts priced, neurons and seconds.
    """

    value: float
    upper: float
    status: Outcome
    network: Network
    dual: Array
    stats: dict[str, float] = field(compare=False)

    @property
    def gap(self) -> float:
        """(upper - value) / upper; 0 for data that no network separates, 1 before anything was priced."""
        return _gap(self.value, self.upper)

    @property
    def converged(self) -> bool:
        return self.status.converged

    @property
    def sentence(self) -> str:
        """The status in words."""
        return self.status.value.format(gap=self.gap)


class _Pool:
    """The columns: unit neurons, their margins, and masses of the last master."""

    def __init__(self, data: DataSet) -> None:
        self.data = data
        self.U = np.zeros((data.features.shape[1], 0))
        self.W = np.zeros((0, data.classes))
        self.M = np.zeros((len(data) * (data.classes - 1), 0))
        self.masses = np.zeros(0)

    def __len__(self) -> int:
        return len(self.W)

    def add(self, U: Array, W: Array) -> None:
        self.U, self.W = np.concatenate([self.U, U], axis=1), np.concatenate([self.W, W])
        self.M = np.concatenate([self.M, neuron_margins(self.data, U, W)], axis=1)
        self.masses = np.concatenate([self.masses, np.zeros(len(W))])

    def keep(self, count: int, scores: Array) -> None:
        """The columns of highest score."""
        if len(self) > count:
            kept = np.sort(np.argsort(-scores, kind="stable")[:count])
            self.U, self.W, self.M, self.masses = self.U[:, kept], self.W[kept], self.M[:, kept], self.masses[kept]

    def directions(self, most: int) -> Array:
        """Unit input directions of the columns of largest mass, shape (d, <= most)."""
        chosen = self.U[:, np.argsort(-self.masses, kind="stable")[:most]]
        lengths = np.linalg.norm(chosen, axis=0)
        result: Array = chosen[:, lengths > 0] / lengths[lengths > 0]
        return result


class _Run:
    """State of one run: the pool, the best network and the best dual so far."""

    def __init__(self, data: DataSet, seed: int, starts: int) -> None:
        self.data, self.pool, self.starts = data, _Pool(data), starts
        self.pricer = Pricer(data, np.random.default_rng(seed))
        rows = self.pool.M.shape[0]
        self.weights = np.full(rows, 1 / rows)  # where to price next
        self.centre = self.weights  # the best dual so far
        self.lower, self.upper, self.foreseen = 0.0, inf, 0.0
        self.masses, self.U, self.W = np.zeros(0), self.pool.U, self.pool.W
        self.rounds = self.programs = self.priced = 0
        self.looseness = 30.0
        self.missed: list[tuple[Array, Array]] = []  # neurons of networks that are worth more than the best one priced

    def price(self) -> Priced:
        """Neurons for the weights; a lower price makes them the centre, and says how far the master may go."""
        first = not self.rounds
        if not first and self.settled():
            self.starts = min(2 * self.starts, max(_MOST_STARTS, self.starts))
        count = self.starts * (2 * max(1, self.data.degree - 2) if first else 1)
        starts = np.concatenate([self.pool.directions(150), self.pricer.starts(count)], axis=1)
        priced = self.pricer.price(self.weights, starts, 300 if first else 150, max(count, 200))
        self.rounds += 1
        self.priced += starts.shape[1]
        top = float(priced.prices[0])
        if not first:
            good = self.upper - top > 0.3 * (self.upper - self.foreseen)
            self.looseness *= 4.0 if good else 1.0 if top < self.upper else 0.5
            self.looseness = min(max(self.looseness, 0.01), 1e10)
        if top < self.upper:
            self.upper, self.centre = top, self.weights
        return priced

    def settled(self) -> bool:
        """Whether the dual cannot improve much by the master's forecast: what is missing are neurons."""
        return self.upper - self.foreseen < 0.1 * (self.upper - self.lower)

    def take(self, priced: Priced) -> None:
        """Add the distinct neurons worth more than the margin reached."""
        for U, W in self.missed:
            self.pool.add(U, W)
        self.missed = []
        worth = priced.prices > self.lower
        most = len(priced.prices) if self.rounds == 1 else max(_NEW, self.starts // 2)
        new = Priced(priced.U[:, worth], priced.W[worth], priced.prices[worth]).distinct(most, 1e-4)
        self.pool.add(new.U, new.W)

    def explore(self) -> None:
        """Add the best neurons under the centre, its weights multiplied by random numbers, to a small pool."""
        if len(self.pool) >= _SMALL:
            return
        for _ in range(_EXPLORED):
            weights = self.centre * self.pricer.generator.exponential(size=len(self.centre))
            starts = self.pricer.starts(max(1, self.starts // 4))
            self.priced += starts.shape[1]
            new = self.pricer.price(weights / weights.sum(), starts, 100, 0).distinct(20, 1e-2)
            self.pool.add(new.U, new.W)

    def plain_master(self) -> None:
        """The best masses on the pool; a metric of 1e-8 keeps duals unique."""
        metric = np.full(len(self.centre), 1e-8)
        self.pool.masses, _ = stabilised(self.pool.M / self.upper, self.centre, metric)
        self.record(self.pool.U, self.pool.W, self.pool.masses)

    def stabilised_master(self) -> None:
        """The next dual, near to the centre in the metric of the neurons' responses; the neurons that follow it."""
        pool, data = self.pool, self.data
        D = self.pricer.matrix(self.centre)
        heavy = np.argsort(-pool.masses, kind="stable")[:_RESPONDING]
        heavy = heavy[pool.masses[heavy] > 1e-6]
        heavy = heavy[np.linalg.norm(pool.U[:, heavy], axis=0) > 0]
        U, W = self.pricer.climb(D, pool.U[:, heavy])
        responses = [response(data, D, u, w) for u, w in zip(U.T, W, strict=True)]
        metric = np.zeros((len(self.centre), len(self.centre)))
        for i, answer in zip(heavy, responses, strict=True):
            L = answer.L * np.sqrt(pool.masses[i] / self.upper)
            metric += L @ L.T
        metric[np.diag_indices(len(metric))] += 1 / (self.looseness * (self.centre + 0.1 / len(metric)))
        masses, self.weights = stabilised(pool.M / self.upper, self.centre, metric)
        self.foreseen = float((pool.M.T @ self.weights).max())
        moved = np.concatenate([pool.U, pool.W.T])
        moved[:, heavy] = np.concatenate([U, W.T])
        for i, answer in zip(heavy, responses, strict=True):
            moved[:, i] += answer.B @ (answer.L.T @ (self.weights - self.centre))
        moved /= np.linalg.norm(moved, axis=0)
        self.record(moved[: len(pool.U)], moved[len(pool.U) :].T, masses)
        pool.masses = masses if len(self.centre) >= _MANY else np.maximum(pool.masses, masses)

    def balance(self, tolerance: float) -> None:
        """Move the neurons of the best network, once it is nearly best, so that its tightest margins tie."""
        if self.data.activation.sides is not None or not tolerance < self.gap() <= _NEAR * tolerance:
            return
        kept = self.masses > 0
        scale = self.masses[kept] ** (1 / self.data.degree)
        U, W = self.U[:, kept] * scale, self.W[kept] * scale[:, None]
        margins = neuron_margins(self.data, U, W).sum(axis=1)
        rows = np.flatnonzero(margins <= margins.min() * (1 + _TIED))
        network = Network(self.data, *balanced(self.data, U, W, rows))
        masses = network.masses()
        scale = masses ** (1 / self.data.degree)
        self.record(network.U / scale, network.W / scale[:, None], masses / masses.sum())

    def vertex(self, tolerance: float) -> None:
        """The best network with as few neurons as a vertex of its linear program has, within the same tolerance.

        Where the program cannot be solved, the network stays as it is.
        """
        heavy = np.argsort(-self.masses, kind="stable")[:_VERTEX]
        kept = np.sort(heavy[self.masses[heavy] > 1e-9])
        U, W = self.U[:, kept], self.W[kept]
        self.programs += 1
        try:
            masses, _ = linear_program(neuron_margins(self.data, U, W) / self.upper, _LAST)
        except RuntimeError:
            return
        enough = self.upper * (1 - tolerance)
        self.record(U, W, masses, enough if self.lower >= enough else self.lower * (1 - 1e-9))

    def record(self, U: Array, W: Array, masses: Array, enough: float = inf) -> None:
        """Keep a network of unit neurons if its margin is the largest so far, or `enough`.

        One of its neurons is worth at least that margin under any dual: where pricing missed it, the upper bound rises.
        """
        M = neuron_margins(self.data, U, W)
        value = float((M @ masses).min())
        if value > self.lower or value >= enough:
            self.lower, self.masses, self.U, self.W = value, masses, U, W
            worth = np.where(masses > 0, M.T @ self.centre, -inf)
            if worth.max() > self.upper:
                self.upper = float(worth.max())
                missed = worth > self.upper * (1 - 1e-6)
                self.missed.append((U[:, missed], W[missed]))

    def prune(self) -> None:
        """Drop the columns worth least under the new weights, none of the best network or of either master."""
        pool = self.pool
        room = max(_POOL, self.starts)
        if len(pool) > room:
            used = np.isin(pool.W[:, 0], self.W[self.masses > 1e-7, 0]) | (pool.masses > 1e-7)
            pool.keep(room, pool.M.T @ self.weights + used * self.upper)

    def gap(self) -> float:
        return _gap(self.lower, self.upper)

    def network(self) -> Network:
        """The best network: unit neurons times mass^(1/degree); without one, zeros."""
        kept = self.masses > 1e-12
        if not kept.any():
            return Network(self.data, np.zeros((len(self.U), 1)), np.zeros((1, self.data.classes)))
        scale = self.masses[kept] ** (1 / self.data.degree)
        return Network(self.data, self.U[:, kept] * scale, self.W[kept] * scale[:, None])


def solve(
    data: DataSet,
    *,
    tolerance: float = TOLERANCE,
    time_limit: float = inf,
    most_rounds: int = 200,
    starts: int = 200,
    seed: int = 0,
    warm: Network | None = None,
    progress: bool = False,
    improved: Callable[[Network], None] | None = None,
) -> Solution:
    """The maximum margin of a data set and a network that reaches it, with no theory assumed.

    Stops when the best neuron priced is worth at most (1 + tolerance) times the margin reached, after `time_limit`
    seconds or `most_rounds` rounds, or at the user's interrupt; what was found by then is returned, and `status` says
    why it stopped. `starts` random starts are priced each round; `warm` is a network to begin with; `improved` is
    called with each better network. Raises ValueError for a tolerance outside (0, 1), limits that are not positive, a
    warm network of other data or another activation, and an activation that is not homogeneous; ImportError, naming
    the extra to install, without scipy.
    """
    require_scipy()
    _check(data, tolerance, time_limit, most_rounds, starts, warm)
    began = perf_counter()
    run = _Run(data, seed, starts)
    if warm is not None:
        _start_warm(run, warm)
    reason: Outcome | None = None
    bar = tqdm(total=most_rounds, desc="rounds", disable=None if progress else True)
    told = 0.0

    def after() -> None:
        nonlocal told
        bar.set_postfix_str(f"margin {run.lower:.9g}, gap {run.gap():.1e}, {len(run.pool)} neurons", refresh=False)
        bar.update(run.rounds - bar.n)
        if improved is not None and run.lower > told:
            told = run.lower
            improved(run.network())

    try:
        with bar:
            reason = _generate(run, tolerance, most_rounds, lambda: perf_counter() - began > time_limit, after)
            if run.masses.any():
                run.vertex(tolerance)
    except KeyboardInterrupt:
        reason = reason or Outcome.INTERRUPTED
    return _solution(run, reason, perf_counter() - began)


def _check(
    data: DataSet, tolerance: float, time_limit: float, most_rounds: int, starts: int, warm: Network | None
) -> None:
    data.activation.network_degree()  # raises where there is none
    if not 0 < tolerance < 1:
        raise ValueError(f"solve: tolerance {tolerance}, expected a number between 0 and 1")
    if not time_limit > 0:
        raise ValueError(f"solve: time limit {time_limit}, expected a number of seconds above 0")
    if most_rounds < 1 or starts < 1:
        raise ValueError(f"solve: {most_rounds} rounds of {starts} starts, expected at least 1 of each")
    features, classes = data.features.shape[1], data.classes
    if warm is not None and (
        warm.U.shape[:-1] != (features,) or warm.W.shape[1] != classes or warm.activation != data.activation
    ):
        raise ValueError(
            f"solve: the warm network has {warm.U.shape[0]} features, {warm.W.shape[1]} classes and activation"
            f" {warm.activation}; the data have {features}, {classes} and {data.activation}"
        )


def _start_warm(run: _Run, warm: Network) -> None:
    masses = warm.masses()
    kept = masses > 0
    if kept.any():
        scale = masses[kept] ** (-1 / run.data.degree)
        run.pool.add(warm.U[:, kept] * scale, warm.W[kept] * scale[:, None])
        run.pool.masses = masses[kept] / masses[kept].sum()
        run.record(run.pool.U, run.pool.W, run.pool.masses)


def _generate(
    run: _Run, tolerance: float, most_rounds: int, late: Callable[[], bool], after: Callable[[], None]
) -> Outcome:
    """Rounds until an end; the reason."""
    while run.rounds < most_rounds:
        priced = run.price()
        run.take(priced)
        run.explore()
        size = float(np.abs(neuron_margins(run.data, priced.U[:, :1], priced.W[:1])).max())
        if run.upper <= _ZERO * size and not run.lower > 0:
            run.upper = 0.0
            return Outcome.SEPARATED_BY_NONE
        if not len(run.pool):
            return Outcome.NOTHING_PRICED
        if run.rounds == 1 or len(run.centre) < _MANY or run.rounds % 4 == 0 or run.settled():
            run.plain_master()
            after()
        if run.gap() <= tolerance:
            return Outcome.CONVERGED
        if late():
            return Outcome.TIME_LIMIT
        run.stabilised_master()
        run.balance(tolerance)
        after()
        if run.gap() <= tolerance:
            return Outcome.CONVERGED
        if late():
            return Outcome.TIME_LIMIT
        run.prune()
    return Outcome.ROUND_LIMIT


def _solution(run: _Run, reason: Outcome, seconds: float) -> Solution:
    network = run.network()
    value = max(network.normalised_margin(), 0.0) if run.masses.any() else 0.0
    dual = np.zeros((len(run.data), run.data.classes))
    dual[run.data.wrong()] = run.centre
    stats = {
        "rounds": run.rounds,
        "linear_programs": run.programs,
        "priced": run.priced,
        "neurons": network.width if value > 0 else 0,
        "seconds": seconds,
    }
    return Solution(value, run.upper, reason, network, dual, stats)
