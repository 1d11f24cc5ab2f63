"""The state of a run of column generation, and what its rounds do to it: pricing, masters, last steps."""

from __future__ import annotations

from math import inf

import numpy as np
from numpy.typing import NDArray

from margin.io.resources import available_memory
from margin.networks.network import Network
from margin.solver.balance import balanced
from margin.solver.clock import Clock
from margin.solver.curvature import Response, response
from margin.solver.dataset import DataSet
from margin.solver.interior import stabilised
from margin.solver.master import linear_program, master_by_rows
from margin.solver.neurons import MOST_DENSE, Margins
from margin.solver.pricing import Priced, Pricer
from margin.solver.rank import basis, fewer
from margin.solver.solution import Pool, relative_gap
from margin.solver.symmetry import Symmetry

Array = NDArray[np.float64]
_POOL = 800  # columns kept from round to round
_NEW = 150  # columns added in a round after the first
MOST_STARTS = 1600
_SMALL, _EXPLORED = 200, 5  # a pool to be filled up, by so many random duals in a round
_ROW_ACCURACY = 1e-8  # of the master by rows
_VERTEX = 400  # heaviest neurons given to the last linear program
MANY = 600  # rows above which the plain master is solved in every fourth round
_LAST = 5.0  # seconds of each of its steps
_DEAR = 600_000  # margins above which a network of few neurons that is good enough goes without a last program
_RESPONDING = 150  # neurons whose responses make the metric
_NEAR, _TIED = 30.0, 1e-3  # tolerances of gap, and a share of the margin, within which margins are made equal
_BY_ROWS = 2500  # rows from which the plain master takes some of them at a time
_NEWTON_STEPS = 30  # that a stabilised master takes, about
_SPEED = 5e9  # its operations a second
_LATE = 1.0  # seconds that the last linear program may take after the time limit, for data of up to
_LATE_ROWS = 20_000  # rows


class Run:
    """State of one run: the pool, the best network and the best dual so far."""

    def __init__(
        self, data: DataSet, original: DataSet, seed: int, starts: int, clock: Clock, symmetry: Symmetry | None
    ) -> None:
        self.original = original  # the same with features that were not scaled
        self.shape = (data.features.shape[1], data.classes)
        self.data, self.pool, self.starts, self.clock = data, Pool(data, symmetry), starts, clock
        self.symmetry = symmetry  # weights are those of the orbits of rows
        self.pricer = Pricer(data, np.random.default_rng(seed))
        rows = self.pool.rows
        # neurons that fit: of each, some tens of vectors of its weights and hidden values stand in memory at a time
        self.most = max(8, available_memory() // (400 * (len(data) + sum(self.shape))))
        self.weights = np.full(rows, 1 / rows)  # where to price next
        self.centre = self.weights  # the best dual so far
        self.lower, self.upper, self.foreseen = 0.0, inf, 0.0
        self.accuracy = 1e-9  # of the plain master
        self.filling = True  # whether the pool is being filled under the dual that it began with
        self.before = inf  # the gap before it was filled again
        self.many = 0  # starts of the first round, at least
        self.masses, self.U, self.W = np.zeros(0), self.pool.U, self.pool.W
        self.rounds = self.programs = self.priced = 0
        self.looseness = 30.0
        self.dual = self.weights  # of the last plain master
        self.scale = 1.0  # about the margin
        self.size = 0.0  # largest margin of a neuron
        self.step = 0.2  # towards the dual of the master by rows
        self.separated: bool | None = None  # decided in exact arithmetic
        self.notes: list[str] = []
        self.failures: list[str] = []  # of systems of masters, which ended early
        self.missed: list[tuple[Array, Array]] = []  # neurons of networks that are worth more than the best one priced

    def rows(self, weights: Array) -> Array:
        """Weights of all rows, from those of the orbits."""
        return weights if self.symmetry is None else self.symmetry.spread(weights)

    def price(self) -> Priced:
        """Neurons for the weights; a lower price makes them the centre, and says how far the master may go."""
        first, filling = not self.rounds, self.filling
        if not first and not filling and self.settled():
            self.starts = min(2 * self.starts, max(MOST_STARTS, self.starts), max(self.most, self.starts))
        count = self.starts if not filling else max(self.many, 2 * max(1, self.data.degree - 2) * self.starts)
        count = min(count, max(MOST_STARTS, self.starts), self.most)
        starts = np.concatenate([self.pool.directions(min(150, self.most)), self.pricer.starts(count)], axis=1)
        clock = self.clock.share(0.5) if first else self.clock
        self.rounds += 1
        priced = self.pricer.price(self.rows(self.weights), starts, 300 if filling else 150, max(count, 200), clock)
        self.priced += starts.shape[1]
        top = float(priced.prices[0])
        if first:
            self.scale = top
        if not priced.complete:
            return priced
        if not filling:
            good = self.upper - top > 0.3 * (self.upper - self.foreseen)
            self.looseness *= 4.0 if good else 1.0 if top < self.upper else 0.5
            self.looseness = min(max(self.looseness, 0.01), 1e10)
            self.step = min(1.0, 1.5 * self.step) if top < self.upper else max(0.02, 0.5 * self.step)
        if top < self.upper:
            self.upper, self.centre, self.scale = top, self.weights, top
        return priced

    def settled(self) -> bool:
        """Whether the dual cannot improve much by the master's forecast: what is missing are neurons."""
        return self.upper - self.foreseen < 0.1 * (self.upper - self.lower)

    def take(self, priced: Priced) -> None:
        """Add the distinct neurons worth more than the margin reached."""
        for U, W in self.missed:
            self.pool.add(U, W, self.scale)
        self.missed = []
        worth = priced.prices > self.lower
        most = len(priced.prices) if self.filling else max(_NEW, self.starts // 2)
        new = Priced(priced.U[:, worth], priced.W[worth], priced.prices[worth]).distinct(most, 1e-4, self.clock)
        self.pool.add(new.U, new.W, self.scale)

    def fill(self) -> bool:
        """Whether the next round prices under the same dual, as long as that halves the gap, where a new dual is dear.

        Under the uniform dual of data with symmetries all best neurons are worth the same, and only many of them
        together make all margins equal.
        """
        gap, before = self.gap(), self.before
        self.filling = self.filling and len(self.centre) > _BY_ROWS and gap < 0.5 * before
        self.before = gap
        return self.filling

    def explore(self) -> None:
        """Add the best neurons under the centre, its weights multiplied by random numbers, to a small pool."""
        if len(self.pool) >= _SMALL:
            return
        for _ in range(_EXPLORED):
            weights = self.centre * self.pricer.generator.exponential(size=len(self.centre))
            starts = self.pricer.starts(max(1, self.starts // 4))
            self.priced += starts.shape[1]
            if self.clock.late():
                return
            weights = self.rows(weights / weights.sum())
            new = self.pricer.price(weights, starts, 100, 0, self.clock).distinct(20, 1e-2)
            self.pool.add(new.U, new.W, self.scale)

    def plain_master(self) -> None:
        """The best masses on the pool; a metric of 1e-8 keeps duals unique."""
        pool = self.pool
        if pool.M.dense is None:
            pool.masses, self.dual = master_by_rows(pool.M, pool.masses, self.scale, _ROW_ACCURACY, self.clock)
        else:
            metric, M = np.full(len(self.centre), 1e-8), pool.M.dense / self.scale
            pool.masses, self.dual = stabilised(M, self.centre, metric, self.accuracy, self.clock, self.failures)
        self.record(pool.U, pool.W, pool.masses, known=pool.M.dense)

    def dense(self) -> bool:
        """Whether there is memory, and time, for a matrix of all pairs of rows."""
        rows, columns, weights = len(self.centre), len(self.pool), sum(self.shape)
        entries = 4 * rows**2 + min(_RESPONDING, columns) * rows * weights + 3 * rows * columns
        if 8 * entries > 0.8 * available_memory():
            return False
        operations = 2 * min(_RESPONDING, columns) * rows**2 * weights
        operations += _NEWTON_STEPS * (2 * rows**2 * columns + rows**3 // 3)
        return rows <= _BY_ROWS or operations / _SPEED <= self.clock.left() / 2

    def smoothed_master(self) -> None:
        """The next dual, on the way from the centre to the last dual of `plain_master`."""
        self.weights = self.centre + self.step * (self.dual - self.centre)
        self.foreseen = float(self.pool.M.worth(self.weights).max())

    def stabilised_master(self) -> None:
        """The next dual, near to the centre in the metric of the neurons' responses; the neurons that follow it.

        Raises OutOfTime.
        """
        pool, data = self.pool, self.data
        D = self.pricer.matrix(self.rows(self.centre))
        heavy = np.argsort(-pool.masses, kind="stable")[:_RESPONDING]
        heavy = heavy[pool.masses[heavy] > 1e-6]
        heavy = heavy[np.linalg.norm(pool.U[:, heavy], axis=0) > 0]
        U, W = self.pricer.climb(D, pool.U[:, heavy], self.clock)
        responses = []
        for u, w in zip(U.T, W, strict=True):
            self.clock.check()
            answer = response(data, D, u, w)
            responses.append(answer if self.symmetry is None else Response(self.symmetry.mean(answer.L), answer.B))
        metric = np.zeros((len(self.centre), len(self.centre)))
        for i, answer in zip(heavy, responses, strict=True):
            self.clock.check()
            L = answer.L * np.sqrt(pool.masses[i] / self.scale)
            metric += L @ L.T
        metric[np.diag_indices(len(metric))] += 1 / (self.looseness * (self.centre + 0.1 / len(metric)))
        M = pool.M.array()
        masses, self.weights = stabilised(M / self.scale, self.centre, metric, clock=self.clock, failures=self.failures)
        self.foreseen = float((M.T @ self.weights).max())
        moved = np.concatenate([pool.U, pool.W.T])
        moved[:, heavy] = np.concatenate([U, W.T])
        for i, answer in zip(heavy, responses, strict=True):
            moved[:, i] += answer.B @ (answer.L.T @ (self.weights - self.centre))
        moved /= np.linalg.norm(moved, axis=0)
        self.record(moved[: len(pool.U)], moved[len(pool.U) :].T, masses)
        pool.masses = masses if len(self.centre) >= MANY else np.maximum(pool.masses, masses)

    def balance(self, tolerance: float) -> None:
        """Move the neurons of the best network, once it is nearly best, so that its tightest margins tie."""
        if (
            self.symmetry is not None
            or self.data.activation.sides is not None
            or not tolerance < self.gap() <= _NEAR * tolerance
        ):
            return
        kept = self.masses > 0
        scale = self.masses[kept] ** (1 / self.data.degree)
        U, W = self.U[:, kept] * scale, self.W[kept] * scale[:, None]
        margins = Margins(self.data, U, W) @ np.ones(len(W))
        rows = np.flatnonzero(margins <= margins.min() * (1 + _TIED))
        size = len(rows) ** 2
        if 64 * size > available_memory() or not self.clock.allows(10 * size * len(rows)):
            return
        network = Network(self.data, *balanced(self.data, U, W, rows))
        masses = network.masses()
        scale = masses ** (1 / self.data.degree)
        self.record(network.U / scale, network.W / scale[:, None], masses / masses.sum())

    def vertex(self, tolerance: float) -> None:
        """The best network with as few neurons as a vertex of its linear program has, within the same tolerance.

        Where the program cannot be solved, the network stays as it is, and the status says so.
        """
        left = self.clock.left()
        if left <= 0 and len(self.centre) > _LATE_ROWS:
            return
        if self.combined(tolerance) and self.gap() <= tolerance and self.masses.size * len(self.centre) > _DEAR:
            return
        heavy = np.argsort(-self.masses, kind="stable")[:_VERTEX]
        kept = np.sort(heavy[self.masses[heavy] > 1e-9])
        U, W = self.U[:, kept], self.W[kept]
        self.programs += 1
        self.notes = []  # the last program counts
        small = len(self.centre) * len(kept) <= MOST_DENSE
        M = self.pool.margins(U, W).array() / self.scale if small else self.pool.margins(U, W / self.scale)
        try:
            masses, _ = linear_program(M, min(_LAST, max(left, _LATE)))
        except RuntimeError as error:
            self.notes.append(f"the last linear program failed, so that neurons may be more than needed ({error})")
            return
        self.record(U, W, masses, self.enough(tolerance))

    def combined(self, tolerance: float) -> bool:
        """Whether the best network's margins have a low rank: then it becomes one of as many neurons at most.

        Not with a symmetry: orbits are few, and the last program then chooses the neurons of fewest images.
        """
        kept = np.flatnonzero(self.masses > 1e-12)
        if self.symmetry is not None or len(kept) * len(self.centre) > MOST_DENSE:
            return False
        U, W = self.U[:, kept], self.W[kept]
        known = self.pool.M.dense if self.W is self.pool.W else None
        M = self.pool.margins(U, W).array() if known is None else known[:, kept]
        low = basis(M)
        if low is None:
            return False
        masses = fewer(self.masses[kept], *low)
        used, before = masses > 0, len(kept)
        self.record(U[:, used], W[used], masses[used] / masses.sum(), self.enough(tolerance), M[:, used])
        return self.masses.size < before

    def enough(self, tolerance: float) -> float:
        """The margin of a network that may take the best one's place: what was asked for, or what is there."""
        asked = self.upper * (1 - tolerance)
        return asked if self.lower >= asked else self.lower * (1 - 1e-9)

    def record(self, U: Array, W: Array, masses: Array, enough: float = inf, known: Array | None = None) -> None:
        """Keep a network of unit neurons if its margin is the largest so far, or `enough`.

        One of its neurons is worth at least that margin under any dual: where pricing missed it, the upper bound rises.
        """
        M = self.pool.margins(U, W, known)
        value = float((M @ masses).min())
        if value > self.lower or value >= enough:
            self.lower, self.masses, self.U, self.W = value, masses, U, W
            worth = np.where(masses > 0, M.worth(self.centre), -inf)
            if worth.max() > self.upper:
                self.upper = float(worth.max())
                missed = worth > self.upper * (1 - 1e-6)
                self.missed.append((U[:, missed], W[missed]))

    def prune(self) -> None:
        """Drop the columns worth least under the new weights, none of the best network or of either master."""
        pool = self.pool
        room = min(max(_POOL, self.starts), max(self.most, _VERTEX))
        if len(pool) > room:
            used = np.isin(pool.W[:, 0], self.W[self.masses > 1e-7, 0]) | (pool.masses > 1e-7)
            pool.keep(room, pool.M.worth(self.weights) + used * self.scale)

    def few(self) -> bool:
        """Whether the images of the best network's neurons are few enough to be made during the work."""
        size = sum(self.shape) * int((self.masses > 1e-12).sum())
        return self.symmetry is None or size * self.symmetry.order <= MOST_DENSE

    def gap(self) -> float:
        return relative_gap(self.lower, self.upper)

    def weights_found(self) -> tuple[Array, Array]:
        """U (d, m) and W (m, classes) of the best network: unit neurons times mass^(1/degree); without one, zeros."""
        kept = self.masses > 1e-12
        if not kept.any():
            return np.zeros((len(self.U), 1)), np.zeros((1, self.data.classes))
        U, W, masses = self.U[:, kept], self.W[kept], self.masses[kept]
        if self.symmetry is not None:
            U, W, masses = self.symmetry.images(U, W, masses)
        scale = masses ** (1 / self.data.degree)
        return U * scale, W * scale[:, None]
