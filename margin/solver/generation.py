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

from margin.io.resources import require_memory
from margin.networks.integer_margin import exact_margin
from margin.networks.network import Network
from margin.solver.clock import Clock, OutOfTime, Refresher
from margin.solver.dataset import DataSet, scaled
from margin.solver.kernel import kernel_network
from margin.solver.master import require_scipy
from margin.solver.pricing import Priced
from margin.solver.rounds import MANY, MOST_STARTS, Run
from margin.solver.separability import has_zero_input, separable
from margin.solver.solution import Outcome, Solution, relative_gap
from margin.solver.symmetry import symmetry

Array = NDArray[np.float64]
TOLERANCE = 1e-6
STARTS, FEWEST_STARTS = 200, 25  # of a round by default: without symmetries, and at least with them
_PER_WEIGHT = 12  # starts of the first round by default, without symmetries: for each weight of a neuron
_AGAIN = 20  # rounds between two linear programs: where margins differ by rounding, only they close the gap
_SUSPECT = 1e-7  # of the largest margin of a neuron: of a best price below, separability is decided exactly
_NOISE = 1e-14  # of the same: below is rounding
_CHECKED = 1e-10  # of the same: a margin below counts as positive if it is in exact arithmetic
MOST_DEGREE = 500  # of an activation x^k


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
    many = 0
    if starts is None:
        starts = STARTS if group is None else max(FEWEST_STARTS, STARTS // group.order)
        many = 0 if group else min(_PER_WEIGHT * (own.features.shape[1] + own.classes), MOST_STARTS)
    run = Run(own, data, seed, starts, clock, group)
    run.many = many
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


def _start_warm(run: Run, warm: Network) -> None:
    size = float(max(np.abs(warm.U).max(), np.abs(warm.W).max()))
    lengths = np.sqrt(((warm.U / size) ** 2).sum(axis=0) + ((warm.W / size) ** 2).sum(axis=1)) if size > 0 else None
    if lengths is None:
        return
    masses = (lengths / lengths.max()) ** run.data.degree
    kept = masses > 0
    U, W = warm.U[:, kept] / (size * lengths[kept]), warm.W[kept] / (size * lengths[kept, None])
    masses = masses[kept] / masses[kept].sum()
    run.record(U, W, masses)
    heavy = np.sort(np.argsort(-masses, kind="stable")[: max(MOST_STARTS, run.starts)])
    run.pool.add(U[:, heavy], W[heavy])
    run.pool.masses = masses[heavy] / masses[heavy].sum()


def _generate(run: Run, tolerance: float, most_rounds: int, after: Callable[[], None]) -> Outcome:
    """Rounds until an end; the reason. Raises OutOfTime."""
    run.accuracy = max(1e-9, min(1e-5, 1e-3 * tolerance))
    while run.rounds < most_rounds:
        priced = run.price()
        run.take(priced)
        run.explore()
        end = _nothing(run, priced)
        if end is not None:
            return end
        dense = run.dense()
        if run.rounds == 1 or len(run.centre) < MANY or run.rounds % 4 == 0 or run.settled() or not dense:
            run.plain_master()
            after()
        if run.gap() <= tolerance:
            return Outcome.CONVERGED
        run.clock.check()
        if run.fill():
            continue
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


def _nothing(run: Run, priced: Priced) -> Outcome | None:
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


def _solution(data: DataSet, factor: float, run: Run, reason: Outcome, tolerance: float) -> Solution:
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
