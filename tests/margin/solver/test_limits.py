"""Limits of time, memory and range, and what is answered at them; caps are many times what the limits ask for."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from time import monotonic
from unittest import mock

import numpy as np
import pytest
from numpy.typing import NDArray

from margin.networks.activations import Activation, Power, ReLU
from margin.networks.network import Network
from margin.solver import DataSet, Outcome, Solution, from_task, solve
from margin.solver.clock import Clock, OutOfTime
from margin.solver.dataset import scaled
from margin.solver.interior import stabilised
from margin.solver.kernel import kernel_network
from margin.solver.master import linear_program, master_by_rows
from margin.solver.neurons import Margins, neuron_margins
from margin.solver.pricing import Pricer, sparse
from margin.tasks import GroupComposition, ModularAddition, Task
from margin.theory import maximum_margin

Array = NDArray[np.float64]
CAP = 120.0  # seconds for limits of few; without a clock in each loop these cases took from 100 s to hours


def answer(data: DataSet, limit: float, cap: float = CAP, warm: Network | None = None) -> Solution:
    """The solver's, which must come before the cap and be a bound or the statement that none is known."""
    began = monotonic()
    found = solve(data, time_limit=limit, warm=warm)
    assert monotonic() - began < cap
    assert found.status is Outcome.TIME_LIMIT or found.value > 0
    if found.value > 0:
        assert found.network.normalised_margin() == pytest.approx(found.value, rel=1e-9)
        assert found.upper >= found.value
    else:
        assert found.sentence.startswith("no network is known yet that separates the data: stopped at the time limit")
    return found


class Counted(Clock):
    """A clock that passes its limit after a number of readings."""

    def __init__(self, readings: int) -> None:
        super().__init__()
        self.readings = readings

    def left(self) -> float:
        self.readings -= 1
        return np.inf if self.readings >= 0 else -1.0


@contextmanager
def counted_time() -> Iterator[Callable[[], int]]:
    """Time in which every reading of the solver takes a second; yields how many there were."""
    seconds = count()
    readings = 0

    def read() -> float:
        nonlocal readings
        readings = next(seconds)
        return float(readings)

    with mock.patch("margin.solver.clock.monotonic", read):
        yield lambda: readings


@pytest.mark.parametrize(
    ("task", "activation", "positive"),
    [
        (ModularAddition(23, 2), None, True),
        (ModularAddition(59, 2), None, True),
        (GroupComposition("S4", 2), None, True),
        (ModularAddition(23, 2), ReLU(), False),
        (ModularAddition(5, 2), Power(400), False),
    ],
    ids=str,
)
def test_a_time_limit_ends_with_an_answer(task: Task, activation: Activation | None, positive: bool) -> None:
    found = answer(from_task(task, activation), 1.0)
    assert found.value > 0 or not positive
    if activation is None:
        assert found.value <= float(maximum_margin(task).exact) * (1 + 1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("n", [23, 53, 59, 113])
def test_longer_limits(n: int) -> None:
    task = ModularAddition(n, 2)
    found = answer(from_task(task), 20.0)
    assert 0 < found.value <= float(maximum_margin(task).exact) * (1 + 1e-12)


@pytest.mark.slow
def test_a_warm_start_of_relu_ends() -> None:
    data = from_task(ModularAddition(23, 2), ReLU())
    generator = np.random.default_rng(0)
    warm = Network(data, generator.standard_normal((46, 60)), generator.standard_normal((60, 23)))
    answer(data, 10.0, warm=warm)


def test_a_search_that_is_cut_gives_no_upper_bound() -> None:
    """The best of neurons that were not climbed to their top is worth less than the best one."""
    data = from_task(ModularAddition(7, 2))
    cut = solve(data, time_limit=1e-9)
    assert (cut.upper, cut.gap, cut.status) == (np.inf, 1.0, Outcome.TIME_LIMIT)
    pricer, rows = Pricer(data, np.random.default_rng(0)), len(data) * 6
    starts = pricer.starts(20)
    late = pricer.price(np.full(rows, 1 / rows), starts, clock=Clock(1e-9))
    early = pricer.price(np.full(rows, 1 / rows), starts)
    assert (late.complete, early.complete) == (False, True)
    assert late.prices[0] < early.prices[0]


def test_clocks() -> None:
    ticks: list[int] = []
    clock = Clock(1e-9, lambda: ticks.append(1))
    assert not clock.cut
    assert clock.late()
    assert clock.cut
    with pytest.raises(OutOfTime):
        clock.check()
    assert len(ticks) == 2
    assert not clock.allows(1.0)
    assert clock.share(0.5).late()
    free = Clock()
    free.check()
    assert free.allows(1e300)
    assert not free.share(0.5).late()
    assert not free.cut


@pytest.mark.parametrize(
    ("task", "count", "least"), [(GroupComposition("S4", 2), 350, 4), (ModularAddition(7, 2), 200, 1)], ids=str
)
def test_refining_asks_the_clock_between_pieces_of_bounded_work(task: Task, count: int, least: int) -> None:
    """Of S4 all starts in one piece took a second and more for each step."""
    data = from_task(task)
    pricer = Pricer(data, np.random.default_rng(0))
    D, starts = pricer.matrix(np.full(len(data) * (data.classes - 1), 1.0)), pricer.starts(count)
    d = data.features.shape[1]
    each = 4 * len(data) * (data.classes + 2) + 2 * data.classes * d**2 + 14 * d**3  # two entries of an input are not 0
    pieces: list[int] = []

    def counted(D: Array, u: Array, clock: Clock, steps: int) -> Array:
        pieces.append(u.shape[1])
        return -u

    with mock.patch.object(pricer, "_refine", counted):
        assert np.array_equal(pricer.refine(D, starts, Clock()), -starts)
        assert sum(pieces) == count
        assert len(pieces) >= least
        assert max(pieces) * each <= 2e8
        clock = Counted(least)  # which ends after so many readings
        pieces.clear()
        refined = pricer.refine(D, starts, clock)
        done = sum(pieces)
        assert len(pieces) == least
        assert np.array_equal(refined[:, done:], starts[:, done:])
        assert clock.cut is (done < count)
        pieces.clear()
        with mock.patch("margin.solver.pricing._PIECE", 1e18):
            pricer.refine(D, starts, Clock())
        assert pieces == [count]


@pytest.mark.parametrize("readings", [1, 20, 100, 400, 1500])
@pytest.mark.parametrize(
    ("task", "activation"),
    [(GroupComposition("S3", 2), None), (ModularAddition(5, 2), ReLU()), (ModularAddition(3, 2), Power(40))],
    ids=str,
)
def test_every_loop_ends_when_the_clock_says_so(task: Task, activation: Activation | None, readings: int) -> None:
    """Time is the number of times that it was read: no loop asks much more often once the limit has passed."""
    data = from_task(task, activation)
    generator = np.random.default_rng(0)
    warm = Network(
        data, generator.standard_normal((data.features.shape[1], 9)), generator.standard_normal((9, data.classes))
    )
    with counted_time() as passed:
        found = solve(data, time_limit=float(readings), warm=warm, tolerance=1e-12, most_rounds=6)
    assert found.status is Outcome.TIME_LIMIT or found.value > 0
    assert passed() < readings + 100


def test_a_clock_that_is_not_obeyed_is_noticed() -> None:
    with counted_time() as passed, mock.patch.object(Clock, "late", lambda clock: clock.left() is None):
        solve(from_task(GroupComposition("S3", 2)), time_limit=20.0, tolerance=1e-12, most_rounds=6)
    assert passed() > 20 + 100


def test_margins_are_the_same_in_parts() -> None:
    data = from_task(ModularAddition(5, 2))
    generator = np.random.default_rng(0)
    U, W = generator.standard_normal((10, 7)), generator.standard_normal((7, 5))
    M, masses, weights = neuron_margins(data, U, W), generator.random(7), generator.random(100)
    rows = generator.permutation(100)[:30]
    with mock.patch("margin.solver.neurons.MOST_DENSE", 10), mock.patch("margin.solver.neurons._CHUNK", 21):
        parts = Margins(data, U, W)
    assert parts.dense is None
    with mock.patch("margin.solver.neurons._CHUNK", 21):
        assert parts @ masses == pytest.approx(M @ masses)
        assert parts.worth(weights) == pytest.approx(M.T @ weights)
    assert np.array_equal(parts[rows], M[rows])
    assert np.array_equal(parts.array(), M)
    assert Margins(data, U, W).dense is not None


def test_the_master_by_rows_finds_the_masses_of_all_rows() -> None:
    data = from_task(ModularAddition(7, 2))
    pricer = Pricer(data, np.random.default_rng(0))
    rows = len(data) * 6
    priced = pricer.price(np.full(rows, 1 / rows), pricer.starts(60))
    M, scale = Margins(data, priced.U, priced.W), float(priced.prices[0])
    masses, weights = master_by_rows(M, np.zeros(60), scale, 1e-8, Clock())
    value = float((linear_program(M.array() / scale)[0] @ (M.array() / scale).T).min()) * scale
    assert (M @ masses).min() == pytest.approx(value, rel=1e-6)
    assert M.worth(weights).max() == pytest.approx(value, rel=1e-4)
    assert (M @ np.full(60, 1 / 60)).min() < 0.9 * value
    late, _ = master_by_rows(M, np.zeros(60), scale, 1e-8, Clock(1e-9))
    assert late.tolist() == [1 / 60] * 60


def test_large_data_converge_by_rows() -> None:
    task = ModularAddition(7, 2)
    with mock.patch("margin.solver.rounds._BY_ROWS", 10), mock.patch("margin.solver.rounds._SPEED", 1.0):
        found = solve(from_task(task), time_limit=600, tolerance=1e-4)
    assert found.converged, found.sentence
    assert found.value == pytest.approx(float(maximum_margin(task).exact), rel=1e-4)


def test_large_systems_are_factored_in_blocks() -> None:
    generator = np.random.default_rng(0)
    M, centre = generator.uniform(0.2, 1.0, (40, 9)), np.full(40, 1 / 40)
    metric = np.diag(generator.random(40))
    whole = stabilised(M, centre, metric)
    with mock.patch("margin.solver.interior._WHOLE", 1), mock.patch("margin.solver.interior._BLOCK", 7):
        blocks = stabilised(M, centre, metric)
        cut = stabilised(M, centre, metric, clock=Clock(1e-9))
    for one, other in zip(whole, blocks, strict=True):
        assert one == pytest.approx(other, abs=1e-8)
    assert cut[0] == pytest.approx(np.full(9, 1 / 9))
    assert np.abs(cut[0] - whole[0]).max() > 0.01


@pytest.mark.parametrize("activation", [Power(2), Power(3), Power(1)], ids=str)
def test_derivatives_one_start_at_a_time(activation: Activation) -> None:
    data = from_task(ModularAddition(11, 2), activation)
    q = np.random.default_rng(1).dirichlet(np.ones(len(data) * 10))
    pricer = Pricer(data, np.random.default_rng(0))
    starts = pricer.starts(12)
    with mock.patch("margin.solver.pricing._LARGE", 1):
        compact = Pricer(data, np.random.default_rng(0))
    assert not isinstance(compact.X, np.ndarray)
    assert isinstance(sparse(np.ones((1000, 1000))), np.ndarray)
    D = pricer.matrix(q)
    hidden, g, _ = pricer._evaluate(D, starts)
    together = pricer._derivatives(D, hidden, g)
    with mock.patch("margin.solver.pricing._PRODUCTS", 1):
        alone = compact._derivatives(D, *compact._evaluate(D, starts)[:2])
    for one, other in zip(together, alone, strict=True):
        assert one == pytest.approx(other, abs=1e-12)


def test_a_network_is_known_at_once() -> None:
    for n in (3, 23, 59):
        data = from_task(ModularAddition(n, 2))
        known = kernel_network(data)
        assert known is not None
        value, U, W = known
        network = Network(data, U, W)
        assert network.masses() == pytest.approx(1)
        assert value == pytest.approx(network.normalised_margin())
    assert kernel_network(from_task(ModularAddition(5, 2), ReLU())) is None
    assert kernel_network(DataSet(np.array([[0.0], [1.0]]), np.array([0, 1]), 2, Power(2))) is None


@pytest.mark.parametrize("factor", [1e-100, 1e-3, 1e6, 3e120])
def test_the_margin_scales_with_the_features(factor: float) -> None:
    X, labels = np.array([[1.0, 0.2], [0.3, 1.0], [-1.0, 0.5]]), np.array([0, 0, 1])
    plain, other = (solve(DataSet(X * size, labels, 2, Power(2)), tolerance=1e-5) for size in (1.0, factor))
    assert other.converged, other.sentence
    assert other.value / factor**2 == pytest.approx(plain.value, rel=2e-5)


@pytest.mark.parametrize("features", [[[1e308, 0], [1, 0]], [[1e-200, 0], [0, 1e-200]], [[1e100, 0], [0, 1e-300]]])
def test_features_that_float64_cannot_hold_are_refused(features: list[list[float]]) -> None:
    data = DataSet(np.array(features), np.array([0, 1]), 2, Power(2))
    with pytest.raises(ValueError, match="beyond") as error:
        solve(data)
    assert "\n" not in str(error.value)
    near = from_task(ModularAddition(3, 2))
    assert scaled(near) == (near, 1.0)


def test_steep_activations() -> None:
    data = from_task(ModularAddition(3, 2), Power(501))
    with pytest.raises(ValueError, match=r"activation x\^501, expected an exponent of at most 500"):
        solve(data)
    found = solve(from_task(ModularAddition(3, 2), Power(100)), tolerance=1e-3, most_rounds=30)
    assert 0 < found.value <= found.upper < np.inf
    assert found.gap < 0.1


def test_memory_is_asked_for_before_it_is_used() -> None:
    data = from_task(ModularAddition(5, 2))
    with (
        mock.patch("margin.io.resources.available_memory", return_value=1000),
        pytest.raises(MemoryError, match="needs 800 MB of memory, 1 kB are available"),
    ):
        solve(data)
    with mock.patch("margin.solver.rounds.available_memory", return_value=3_000_000):  # no matrix of rows x rows
        found = solve(data, tolerance=1e-3)
    assert found.converged
    assert found.value == pytest.approx(float(maximum_margin(ModularAddition(5, 2)).exact), rel=1e-3)


def test_no_warning_of_numpy_comes_out() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        solve(
            DataSet(np.array([[1e-150, 0.0], [1.0, 1e-9], [3.0, 1.0]]), np.array([0, 1, 0]), 2, ReLU()), most_rounds=3
        )
        solve(from_task(ModularAddition(3, 2), Power(300)), most_rounds=2)
        with pytest.raises(RuntimeWarning):
            np.float64(1.0) / np.float64(0.0)


def test_what_the_gap_says_is_converged() -> None:
    """The last linear program closes the gap after the last round; rounding may open it again."""
    data = from_task(ModularAddition(5, 2))
    found = solve(data, most_rounds=1, tolerance=1e-15)
    assert found.converged == (found.gap <= 1e-15)
    with mock.patch("margin.solver.generation._generate", side_effect=lambda run, *_: _one_round(run)):
        late = solve(data)
    assert late.gap <= 1e-6
    assert late.status is Outcome.CONVERGED
    with mock.patch("margin.solver.generation.relative_gap", return_value=0.5):
        wide = solve(data, most_rounds=1)
    assert wide.status is not Outcome.CONVERGED


def _one_round(run: object) -> Outcome:
    run.take(run.price())  # type: ignore[attr-defined]
    run.plain_master()  # type: ignore[attr-defined]
    return Outcome.ROUND_LIMIT


def test_a_failed_last_linear_program_is_said() -> None:
    data = from_task(ModularAddition(3, 2))
    with mock.patch("margin.solver.rounds.linear_program", side_effect=RuntimeError("no luck")):
        found = solve(data)
    assert found.converged
    assert found.sentence.endswith("the last linear program failed, so that neurons may be more than needed (no luck)")
    assert "failed" not in solve(data).sentence


def test_masters_that_rounding_ends_are_said() -> None:
    data = from_task(ModularAddition(5, 2))
    with mock.patch("scipy.linalg.cho_factor", side_effect=np.linalg.LinAlgError("indefinite")):
        found = solve(data, most_rounds=1, tolerance=1e-15)
    assert not found.converged
    assert found.sentence.endswith("2 master problems were ended by rounding (indefinite)")
    assert "rounding (" not in solve(data, most_rounds=1, tolerance=1e-15).sentence
