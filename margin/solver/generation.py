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

import warnings
from collections.abc import Callable, Iterable
from math import inf
from time import monotonic

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from margin.io.resources import available_memory, require_memory
from margin.networks.integer_margin import exact_margin
from margin.networks.network import Network
from margin.solver.balance import balanced
from margin.solver.clock import Clock, OutOfTime, Refresher
from margin.solver.curvature import Response, response
from margin.solver.dataset import DataSet
from margin.solver.interior import stabilised
from margin.solver.kernel import kernel_network
from margin.solver.master import linear_program, require_scipy
from margin.solver.neurons import MOST_DENSE, Margins
from margin.solver.pricing import Priced, Pricer
from margin.solver.rows import master_by_rows
from margin.solver.scale import scaled
from margin.solver.separability import has_zero_input, separable
from margin.solver.solution import Outcome, Pool, Solution, relative_gap
from margin.solver.symmetry import Symmetry, symmetry

Array = NDArray[np.float64]
TOLERANCE = 1e-6
STARTS, FEWEST_STARTS = 200, 25  # of a round by default: without symmetries, and at least with them
_POOL = 800  # columns kept from round to round
_NEW = 150  # columns added in a round after the first
_MOST_STARTS = 1600
_SMALL, _EXPLORED = 200, 5  # a pool to be filled up, by so many random duals in a round
_ROW_ACCURACY = 1e-8  # of the master by rows
_AGAIN = 20  # rounds between two linear programs: where margins differ by rounding, only they close the gap
_VERTEX = 400  # heaviest neurons given to the last linear program
_MANY = 600  # rows above which the plain master, as dear as the stabilised one, is solved in every fourth round
_LAST = 5.0  # seconds of each of its steps
_RESPONDING = 150  # neurons whose responses make the metric
_NEAR, _TIED = 30.0, 1e-3  # tolerances of gap, and a share of the margin, within which margins are made equal
_SUSPECT = 1e-7  # of the largest margin of a neuron: of a best price below, separability is decided exactly
_NOISE = 1e-14  # of the same: below is rounding
_CHECKED = 1e-10  # of the same: a margin below counts as positive if it is in exact arithmetic
MOST_DEGREE = 500  # of an activation x^k
_BY_ROWS = 2500  # rows from which the plain master takes some of them at a time
_NEWTON_STEPS = 30  # that a stabilised master takes, about
_SPEED = 5e9  # its operations a second
_LATE = 1.0  # seconds that the last linear program may take after the time limit, for data of up to
_LATE_ROWS = 20_000  # rows


class _Run:
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
        first = not self.rounds
        if not first and self.settled():
            self.starts = min(2 * self.starts, max(_MOST_STARTS, self.starts), max(self.most, self.starts))
        count = self.starts * (2 * max(1, self.data.degree - 2) if first else 1)
        count = min(count, max(_MOST_STARTS, self.starts), self.most)
        starts = np.concatenate([self.pool.directions(min(150, self.most)), self.pricer.starts(count)], axis=1)
        clock = self.clock.share(0.5) if first else self.clock
        self.rounds += 1
        priced = self.pricer.price(self.rows(self.weights), starts, 300 if first else 150, max(count, 200), clock)
        self.priced += starts.shape[1]
        top = float(priced.prices[0])
        if first:
            self.scale = top
        if not priced.complete:
            return priced
        if not first:
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
        most = len(priced.prices) if self.rounds == 1 else max(_NEW, self.starts // 2)
        new = Priced(priced.U[:, worth], priced.W[worth], priced.prices[worth]).distinct(most, 1e-4, self.clock)
        self.pool.add(new.U, new.W, self.scale)

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

    def plain_master(self, dense: bool) -> None:
        """The best masses on the pool; a metric of 1e-8 keeps duals unique."""
        pool = self.pool
        if len(self.centre) > _BY_ROWS or not dense:
            pool.masses, self.dual = master_by_rows(pool.M, pool.masses, self.scale, _ROW_ACCURACY, self.clock)
        else:
            metric = np.full(len(self.centre), 1e-8)
            M = pool.M.array() / self.scale
            pool.masses, _ = stabilised(M, self.centre, metric, clock=self.clock, failures=self.failures)
        self.record(pool.U, pool.W, pool.masses)

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
        pool.masses = masses if len(self.centre) >= _MANY else np.maximum(pool.masses, masses)

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
        enough = self.upper * (1 - tolerance)
        self.record(U, W, masses, enough if self.lower >= enough else self.lower * (1 - 1e-9))

    def record(self, U: Array, W: Array, masses: Array, enough: float = inf) -> None:
        """Keep a network of unit neurons if its margin is the largest so far, or `enough`.

        One of its neurons is worth at least that margin under any dual: where pricing missed it, the upper bound rises.
        """
        M = self.pool.margins(U, W)
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


def solve(
    data: DataSet,
    *,
    tolerance: float = TOLERANCE,
    time_limit: float = inf,
    most_rounds: int = 200,
    starts: int | None = None,
    seed: int = 0,
    warm: Network | None = None,
    progress: bool = False,
    improved: Callable[[Network], None] | None = None,
    symmetries: Iterable[str] = (),
) -> Solution:
    """The maximum margin of a data set and a network that reaches it, with no theory assumed.

    Stops when the best neuron priced is worth at most (1 + tolerance) times the margin reached, after `time_limit`
    seconds or `most_rounds` rounds, or at the user's interrupt; what was found by then is returned, and `status` says
    why it stopped. `starts` random starts are priced each round: by default STARTS, or that over
    the order of the symmetries' group, at least FEWEST_STARTS, as each then stands for its images. `warm` is a network
    to begin with; `improved` is called with each better network. `symmetries`, of `margin.solver.symmetry.KINDS`, are
    checked on the data; then one row and one neuron for each orbit are enough. Raises ValueError for a tolerance
    outside (0, 1), limits that are not positive, a warm network of other data or another activation, an activation that
    is not homogeneous or too steep, and features whose margins float64 cannot hold, and as `symmetry` does; MemoryError
    for data that do not fit; ImportError, naming the extra to install, without scipy.
    """
    clock = Clock(time_limit)  # loading scipy counts
    require_scipy()
    _check(data, tolerance, time_limit, most_rounds, 1 if starts is None else starts, warm)
    bar = tqdm(total=most_rounds, desc="rounds", disable=None if progress else True)
    clock.tick = Refresher(bar)
    own, factor = scaled(data)
    kinds = tuple(symmetries)
    group = symmetry(data, kinds) if kinds else None
    if starts is None:
        starts = STARTS if group is None else max(FEWEST_STARTS, STARTS // group.order)
    run = _Run(own, data, seed, starts, clock, group)
    reason: Outcome | None = None
    told = 0.0

    def after() -> None:
        nonlocal told
        bar.set_postfix_str(f"margin {run.lower * factor:.9g}, gap {run.gap():.1e}, {len(run.pool)} neurons", False)
        bar.update(run.rounds - bar.n)
        if improved is not None and run.lower > told and run.few():
            told = run.lower
            improved(Network(data, *run.weights_found()))

    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            with bar:
                if has_zero_input(data):
                    run.upper, reason = 0.0, Outcome.SEPARATED_BY_NONE
                else:
                    if warm is not None:
                        _start_warm(run, warm)
                    reason = _generate(run, tolerance, most_rounds, after)
                if run.masses.any():
                    run.vertex(tolerance)
        except OutOfTime:
            reason = reason or Outcome.TIME_LIMIT
        except KeyboardInterrupt:
            reason = reason or Outcome.INTERRUPTED
        return _solution(data, factor, run, reason, tolerance)


def _check(
    data: DataSet, tolerance: float, time_limit: float, most_rounds: int, starts: int, warm: Network | None
) -> None:
    degree = data.activation.network_degree()  # raises where there is none
    if degree > MOST_DEGREE + 1:
        raise ValueError(f"activation x^{degree - 1}, expected an exponent of at most {MOST_DEGREE}")
    if not 0 < tolerance < 1:
        raise ValueError(f"tolerance {tolerance}, expected a number between 0 and 1")
    if not time_limit > 0:
        raise ValueError(f"time limit {time_limit}, expected a number of seconds above 0")
    if most_rounds < 1 or starts < 1:
        raise ValueError(f"{most_rounds} rounds of {starts} starts, expected at least 1 of each")
    features, classes = data.features.shape[1], data.classes
    if warm is not None and (
        warm.U.shape[:-1] != (features,) or warm.W.shape[1] != classes or warm.activation != data.activation
    ):
        raise ValueError(
            f"the warm network has {warm.U.shape[0]} features, {warm.W.shape[1]} classes and activation"
            f" {warm.activation}; the data have {features}, {classes} and {data.activation}"
        )
    entries = 4 * len(data) * (features + classes) + 100_000_000  # the rest: what is made in parts
    require_memory(8 * entries, f"{len(data)} inputs of {features} features and {classes} classes")


def _start_warm(run: _Run, warm: Network) -> None:
    size = float(max(np.abs(warm.U).max(), np.abs(warm.W).max()))
    lengths = np.sqrt(((warm.U / size) ** 2).sum(axis=0) + ((warm.W / size) ** 2).sum(axis=1)) if size > 0 else None
    if lengths is None:
        return
    masses = (lengths / lengths.max()) ** run.data.degree
    kept = masses > 0
    U, W = warm.U[:, kept] / (size * lengths[kept]), warm.W[kept] / (size * lengths[kept, None])
    masses = masses[kept] / masses[kept].sum()
    run.record(U, W, masses)
    heavy = np.sort(np.argsort(-masses, kind="stable")[: max(_MOST_STARTS, run.starts)])
    run.pool.add(U[:, heavy], W[heavy])
    run.pool.masses = masses[heavy] / masses[heavy].sum()


def _generate(run: _Run, tolerance: float, most_rounds: int, after: Callable[[], None]) -> Outcome:
    """Rounds until an end; the reason. Raises OutOfTime."""
    while run.rounds < most_rounds:
        priced = run.price()
        run.take(priced)
        run.explore()
        end = _nothing(run, priced)
        if end is not None:
            return end
        dense = run.dense()
        if run.rounds == 1 or len(run.centre) < _MANY or run.rounds % 4 == 0 or run.settled() or not dense:
            run.plain_master(dense)
            after()
        if run.gap() <= tolerance:
            return Outcome.CONVERGED
        run.clock.check()
        if dense:
            run.stabilised_master()
        else:
            run.smoothed_master()
        run.balance(tolerance)
        if run.rounds % _AGAIN == 0:
            run.vertex(tolerance)
        after()
        if run.gap() <= tolerance:
            return Outcome.CONVERGED
        run.clock.check()
        run.prune()
    return Outcome.ROUND_LIMIT


def _nothing(run: _Run, priced: Priced) -> Outcome | None:
    """The end where the best price is next to nothing: decided exactly, if the data are small enough."""
    run.size = max(run.size, float(np.abs(run.pool.margins(priced.U[:, :1], priced.W[:1]).array()).max()))
    if run.lower > 0 or not priced.complete or run.upper > _SUSPECT * run.size:
        if len(run.pool):
            return None
        run.clock.check()
        return Outcome.NOTHING_PRICED
    if run.separated is None:
        run.separated = separable(run.original, run.clock)
    if run.separated is None:
        run.clock.check()
        return Outcome.UNDECIDED
    if not run.separated:
        run.upper = 0.0
        return Outcome.SEPARATED_BY_NONE
    return Outcome.TOO_SMALL if run.upper <= _NOISE * run.size or not len(run.pool) else None


def _solution(data: DataSet, factor: float, run: _Run, reason: Outcome, tolerance: float) -> Solution:
    value, network = 0.0, Network(data, *run.weights_found())
    if run.lower > 0:
        value = max(network.normalised_margin(), 0.0)
        if 0 < value <= _CHECKED * run.size * factor and not _separates(network):
            value, reason = 0.0, Outcome.TOO_SMALL if run.separated else Outcome.UNDECIDED
    elif reason is not Outcome.SEPARATED_BY_NONE and (simple := kernel_network(run.data)) is not None:
        value, network = simple[0] * factor, Network(data, *simple[1:])
        reason = reason if reason.stopped else Outcome.ROUNDING
    upper = max(run.upper * factor, value)
    gap = relative_gap(value, upper)
    if value > 0:  # the last steps may have closed the gap, or rounding opened it again
        reason = Outcome.CONVERGED if gap <= tolerance else reason
        reason = Outcome.ROUNDING if gap > tolerance and reason is Outcome.CONVERGED else reason
    dual = np.zeros((len(data), data.classes))
    dual[data.wrong()] = run.rows(run.centre)
    stats = {
        "rounds": run.rounds,
        "linear_programs": run.programs,
        "priced": run.priced,
        "neurons": network.width if value > 0 else 0,
        "seconds": monotonic() - run.clock.began,
    }
    if run.symmetry is not None:
        stats |= {"symmetries": run.symmetry.order, "orbits": len(run.centre)}
    if run.failures and not reason.converged:
        run.notes.append(f"{len(run.failures)} master problems were ended by rounding ({run.failures[-1]})")
    return Solution(value, upper, reason, network, dual, stats, tuple(run.notes))


def _separates(network: Network) -> bool:
    """Whether the network, its weights rounded, has a positive margin in exact arithmetic; False if it is too large."""
    try:
        return exact_margin(network, 60) > 0
    except ValueError:
        return False
