"""Column generation: the maximum margin of any finite data set, from unit neurons found one batch at a time.

The normalised margin of a network is linear in the masses of its unit neurons (norm^(k+1) adds up), so the maximum
margin is a linear program with a column for every unit neuron. A master problem over the columns found so far gives
masses and a dual; pricing looks for the unit neuron worth most under the dual. For any dual the best unit neuron's
value bounds the maximum margin from above; since pricing is not convex, what it finds is an estimate of that bound.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from margin.solver.dataset import DataSet
from margin.solver.master import linear_program, proximal
from margin.solver.neurons import DataNetwork, neuron_margins
from margin.solver.pricing import Priced, Pricer

Array = NDArray[np.float64]
TOLERANCE = 1e-6
_POOL = 400  # columns kept from round to round, at least
_ZERO = 1e-7  # of the largest margin of a neuron: a maximum margin below is taken for zero


@dataclass(frozen=True)
class Solution:
    """What `solve` found.

    `value` is the normalised margin of `network` on the data, in float64: a lower bound on the maximum margin. `upper`
    is the price of the best neuron found under `dual`: an estimate of an upper bound, heuristic because pricing may
    miss the best neuron. `status` is a sentence; `converged` whether the two agree to the tolerance, or no network
    separates the data. `dual` has shape (N, classes): weights of wrong labels, 0 at labels, sum 1. `stats` counts
    rounds, linear programs, starts priced, neurons and seconds.
    """

    value: float
    upper: float
    status: str
    converged: bool
    network: DataNetwork
    dual: Array
    stats: dict[str, float] = field(compare=False)

    @property
    def gap(self) -> float:
        """(upper - value) / upper; 0 for data that no network separates."""
        return (self.upper - self.value) / self.upper if self.upper > 0 else 0.0


class _Pool:
    """The columns: unit neurons, their margins, and masses of the last master."""

    def __init__(self, data: DataSet) -> None:
        self.data = data
        self.U = np.zeros((data.features.shape[1], 0))
        self.W = np.zeros((0, data.classes))
        self.M = np.zeros((len(data) * (data.classes - 1), 0))
        self.masses = np.zeros(0)

    def add(self, U: Array, W: Array) -> None:
        self.U, self.W = np.concatenate([self.U, U], axis=1), np.concatenate([self.W, W])
        self.M = np.concatenate([self.M, neuron_margins(self.data, U, W)], axis=1)
        self.masses = np.concatenate([self.masses, np.zeros(len(W))])

    def keep(self, count: int, scores: Array) -> None:
        """The columns of highest score."""
        if len(scores) > count:
            kept = np.sort(np.argsort(-scores, kind="stable")[:count])
            self.U, self.W, self.M, self.masses = self.U[:, kept], self.W[kept], self.M[:, kept], self.masses[kept]

    def directions(self, most: int) -> Array:
        """Unit input directions of the columns of largest mass, shape (d, <= most)."""
        chosen = self.U[:, np.argsort(-self.masses, kind="stable")[:most]]
        return chosen / np.linalg.norm(chosen, axis=0)


class _Run:
    """State of one run: the pool, the best network and the best dual so far."""

    def __init__(self, data: DataSet, seed: int, starts: int) -> None:
        self.data, self.pool, self.starts = data, _Pool(data), starts
        self.pricer = Pricer(data, np.random.default_rng(seed))
        rows = self.pool.M.shape[0]
        self.weights = np.full(rows, 1 / rows)  # where to price next
        self.centre = self.weights  # the best dual so far
        self.lower, self.upper = 0.0, inf
        self.masses, self.U, self.W = np.zeros(0), self.pool.U, self.pool.W
        self.rounds = self.programs = self.priced = 0
        self.beta = 30.0

    def price(self, first: bool) -> Priced:
        """Neurons for the weights; a lower price makes them the centre."""
        count = 2 * self.starts if first else self.starts
        starts = np.concatenate([self.pool.directions(150), self.pricer.starts(count)], axis=1)
        found = self.pricer.price(self.weights, starts, 300 if first else 150, count if first else 200)
        self.priced += starts.shape[1]
        top = float(found.prices[0])
        expected = self.upper - float((self.pool.M.T @ self.weights).max(initial=-inf))
        if top < self.upper:
            # the master foresaw the decrease: let it go further; it did not: keep it nearer to the centre
            self.beta *= 2.0 if self.upper - top > 0.5 * expected and self.gap() > 1e-4 else 1.0
            self.upper, self.centre = top, self.weights
        else:
            self.beta /= 1.5
        self.beta = min(max(self.beta, 20.0), 3000.0)
        return found

    def take(self, found: Priced, most: int) -> int:
        """Add the distinct neurons worth more than the margin reached."""
        worth = found.prices > self.lower
        new = Priced(found.U[:, worth], found.W[worth], found.prices[worth]).distinct(most)
        self.pool.add(new.U, new.W)
        return len(new.prices)

    def explore(self, times: int) -> None:
        """Fill a small pool with the best neurons under the centre, its weights multiplied by random numbers."""
        for _ in range(times):
            weights = self.centre * self.pricer.generator.exponential(size=len(self.centre))
            starts = self.pricer.starts(max(1, self.starts // 4))
            self.priced += starts.shape[1]
            self.take(self.pricer.price(weights / weights.sum(), starts, 150), 40)

    def record(self, masses: Array) -> None:
        """Keep the network with these masses if its margin is the largest so far."""
        value = float((self.pool.M @ masses).min())
        if value > self.lower:
            self.lower, self.masses, self.U, self.W = value, masses, self.pool.U, self.pool.W

    def gap(self) -> float:
        return (self.upper - self.lower) / self.upper if self.upper > 0 else 0.0

    def network(self) -> DataNetwork:
        """The best network: unit neurons times mass^(1/degree); without one, zeros."""
        kept = self.masses > 1e-12
        if not kept.any():
            return DataNetwork(self.data, np.zeros((len(self.U), 1)), np.zeros((1, self.data.classes)))
        scale = self.masses[kept] ** (1 / self.data.norm_degree)
        return DataNetwork(self.data, self.U[:, kept] * scale, self.W[kept] * scale[:, None])


def solve(
    data: DataSet,
    *,
    tolerance: float = TOLERANCE,
    time_limit: float = inf,
    most_rounds: int = 200,
    starts: int = 200,
    seed: int = 0,
    warm: DataNetwork | None = None,
    progress: bool = False,
) -> Solution:
    """The maximum margin of a data set and a network that reaches it, with no theory assumed.

    Stops when the best neuron priced is worth at most (1 + tolerance) times the margin reached, after `time_limit`
    seconds or `most_rounds` rounds, or at the user's interrupt; what was found by then is returned, and `status` says
    why it stopped. `starts` random starts are priced each round; `warm` is a network to begin with. Raises ValueError
    for a tolerance outside (0, 1), limits that are not positive and a warm network of other data; ImportError without
    cvxpy.
    """
    _check(data, tolerance, time_limit, most_rounds, starts, warm)
    began = perf_counter()
    run = _Run(data, seed, starts)
    if warm is not None:
        _start_warm(run, warm)
    reason = ""
    bar = tqdm(total=most_rounds, desc="rounds", disable=None if progress else True)
    try:
        with bar:
            reason = _generate(run, tolerance, most_rounds, lambda: perf_counter() - began > time_limit, bar)
    except KeyboardInterrupt:
        reason = "interrupted"
    return _solution(run, reason, tolerance, perf_counter() - began)


def _check(
    data: DataSet, tolerance: float, time_limit: float, most_rounds: int, starts: int, warm: DataNetwork | None
) -> None:
    if not 0 < tolerance < 1:
        raise ValueError(f"solve: tolerance {tolerance}, expected a number between 0 and 1")
    if not time_limit > 0:
        raise ValueError(f"solve: time limit {time_limit}, expected a number of seconds above 0")
    if most_rounds < 1 or starts < 1:
        raise ValueError(f"solve: {most_rounds} rounds of {starts} starts, expected at least 1 of each")
    if warm is not None and (
        warm.data.features.shape[1] != data.features.shape[1]
        or warm.data.classes != data.classes
        or warm.data.degree != data.degree
    ):
        raise ValueError(
            f"solve: the warm network has {warm.U.shape[0]} features, {warm.W.shape[1]} classes and activation"
            f" {warm.data.activation}; the data have {data.features.shape[1]}, {data.classes} and {data.activation}"
        )


def _start_warm(run: _Run, warm: DataNetwork) -> None:
    masses = warm.masses()
    kept = masses > 0
    if kept.any():
        scale = masses[kept] ** (-1 / run.data.norm_degree)
        run.pool.add(warm.U[:, kept] * scale, warm.W[kept] * scale[:, None])
        run.pool.masses = masses[kept] / masses[kept].sum()
        run.record(run.pool.masses)


def _generate(run: _Run, tolerance: float, most_rounds: int, late: Callable[[], bool], bar: tqdm[None]) -> str:
    """Rounds until an end; the reason."""
    pool, since = run.pool, 0
    for number in range(most_rounds):
        found = run.price(number == 0)
        run.rounds += 1
        added = run.take(found, _POOL if not number else 150)
        if pool.M.shape[1] < _POOL:
            run.explore(2 + 6 * (number == 0))
        size = float(np.abs(neuron_margins(run.data, found.U[:, :1], found.W[:1])).max())
        if run.upper <= _ZERO * size:
            return "separated by none"
        if run.gap() <= tolerance:
            return "converged"
        if not pool.M.shape[1]:
            return "nothing priced"
        if late():
            return "time limit"
        gap = max(run.gap(), tolerance) if number else 0.1
        scaled = pool.M / run.upper
        centre = np.maximum(run.centre, 1e-12 / len(run.centre))
        started = pool.masses if pool.masses.any() else np.ones_like(pool.masses)
        pool.masses, run.weights = proximal(scaled, centre / centre.sum(), run.beta, started, max(0.01 * gap, 3e-7))
        run.record(pool.masses)
        vertex = np.zeros_like(pool.masses)
        since += 1
        value = float((pool.M.T @ run.weights).max())
        if value > 1.001 * run.upper:  # Newton's method failed: the master's dual is worth at most the centre
            run.weights, pool.masses = 0.5 * (run.weights + run.centre), np.ones_like(pool.masses)
        settled = run.upper - value <= 0.3 * max(tolerance, 0.1 * run.gap()) * run.upper
        if settled or since >= 8 or not added:
            since = 0
            masses, _ = linear_program(scaled)
            run.programs += 1
            run.record(masses)
            vertex = masses
        bar.set_postfix_str(f"margin {run.lower:.9g}, gap {run.gap():.1e}, {pool.M.shape[1]} neurons")
        bar.update()
        if run.gap() <= tolerance:
            return "converged"
        if late():
            return "time limit"
        pool.keep(max(_POOL, pool.M.shape[1] - 150), pool.M.T @ run.weights + (pool.masses + vertex > 1e-6) * run.upper)
    return "round limit"


def _solution(run: _Run, reason: str, tolerance: float, seconds: float) -> Solution:
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
    gap = (run.upper - value) / run.upper if run.upper > 0 else 0.0
    sentences = {
        "converged": f"converged: the best neuron priced is worth {gap:.1e} more than the margin reached",
        "separated by none": "no network separates the data: the best neuron priced is worth nothing under the dual",
        "time limit": f"stopped at the time limit with a gap of {gap:.1e}; give more time, or warm start from it",
        "round limit": f"stopped at the round limit with a gap of {gap:.1e}; allow more rounds",
        "interrupted": f"interrupted with a gap of {gap:.1e}; warm start from this network to go on",
        "nothing priced": "no neuron of positive value was found; try more starts",
    }
    return Solution(
        value, run.upper, sentences[reason], reason in ("converged", "separated by none"), network, dual, stats
    )
