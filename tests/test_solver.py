"""The solver against theory it does not know, and against linear programs over all neurons of tiny data sets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from margin.groups.names import group
from margin.groups.program import GroupProgram
from margin.parity import parity_prediction
from margin.program import maximum_margin
from margin.solver import DataNetwork, DataSet, from_table, from_task, solve
from margin.solver.master import linear_program, proximal
from margin.solver.neurons import neuron_margins
from margin.solver.pricing import Pricer
from margin.tasks import GroupComposition, ModularAddition, SparseParity

QUICK = [(3, 2), (4, 2), (5, 2), (7, 2), (9, 2), (11, 2), (13, 2), (3, 3), (5, 3)]
LONG = [(6, 2), (8, 2), (10, 2), (12, 2), (4, 3), (6, 3), (7, 3)]
SIGNS = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])


def assert_finds(data: DataSet, expected: float) -> None:
    """A network within 1e-6 of the maximum margin, by the definition, and a price within 1e-6 above it."""
    found = solve(data)
    assert found.converged, found.status
    assert found.value == pytest.approx(expected, rel=1e-6)
    assert found.upper == pytest.approx(expected, rel=1e-6)
    assert found.upper > expected * (1 - 1e-12)  # a dual never goes below
    assert loop_margin(found.network) == pytest.approx(found.value, rel=1e-9)
    assert found.dual.min() >= 0
    assert found.dual.sum() == pytest.approx(1)


def loop_margin(network: DataNetwork) -> float:
    """Normalised margin by the definition, one input and one neuron at a time."""
    data, lowest, mass = network.data, np.inf, 0.0
    for x, y in zip(data.features, data.labels, strict=True):
        logits = np.zeros(data.classes)
        for i in range(network.width):
            hidden = float(x @ network.U[:, i])
            logits += (max(hidden, 0) if isinstance(data.degree, str) else hidden**data.degree) * network.W[i]
        lowest = min(lowest, logits[y] - np.delete(logits, y).max())
    for i in range(network.width):
        mass += float((network.U[:, i] ** 2).sum() + (network.W[i] ** 2).sum()) ** (data.norm_degree / 2)
    return float(lowest) / mass


@pytest.mark.parametrize(("n", "k"), QUICK)
def test_modular_addition(n: int, k: int) -> None:
    task = ModularAddition(n, k)
    assert_finds(from_task(task), float(maximum_margin(task)))


@pytest.mark.slow
@pytest.mark.parametrize(("n", "k"), LONG)
def test_modular_addition_long(n: int, k: int) -> None:
    task = ModularAddition(n, k)
    assert_finds(from_task(task), float(maximum_margin(task)))


@pytest.mark.parametrize(("n", "k"), [(4, 2), (5, 3), (6, 4)])
def test_parity(n: int, k: int) -> None:
    task = SparseParity(n, k)
    assert_finds(from_task(task), float(parity_prediction(task).exact))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["S3", "Q8", "Dic3", "A4"])
def test_groups(name: str) -> None:
    known = group(name)
    assert_finds(from_task(GroupComposition(known, 2)), float(GroupProgram(known).solve(2).value))


def test_relabelled_and_reordered_data_have_the_same_margin() -> None:
    a = np.arange(5)
    assert_finds(from_table(np.subtract.outer(a, a) % 5), float(maximum_margin(ModularAddition(5, 2))))
    shuffled = np.random.default_rng(3).permutation(5)
    table = shuffled[np.add.outer(a, a) % 5][np.random.default_rng(4).permutation(5)]
    assert_finds(from_table(table), float(maximum_margin(ModularAddition(5, 2))))


def test_multiplication_without_zero_is_the_cyclic_group() -> None:
    a = np.arange(1, 5)
    table = np.multiply.outer(a, a) % 5 - 1
    assert_finds(from_table(table), float(maximum_margin(ModularAddition(4, 2))))
    with_zero = np.multiply.outer(np.arange(3), np.arange(3)) % 3
    other = solve(from_table(with_zero), tolerance=1e-2)
    assert other.converged
    assert other.upper < 0.5 * float(maximum_margin(ModularAddition(2, 2)))


@pytest.mark.parametrize("degree", [2, "relu"])
def test_against_a_linear_program_over_a_grid_of_all_neurons(degree: int | str) -> None:
    """Two features, two classes: (u, w) with w along (1, -1) at its best, so one angle for u; ReLU and x^2."""
    data = DataSet(np.array([[1.0, 0.2], [0.3, 1.0], [1.0, 1.1], [-1.0, 0.5]]), np.array([0, 0, 0, 1]), 2, degree)
    angles = np.linspace(0, 2 * np.pi, 20_000, endpoint=False)
    k = data.homogeneity
    U = np.sqrt(k / (k + 1)) * np.stack([np.cos(angles), np.sin(angles)])
    W = np.sqrt(1 / (2 * (k + 1))) * np.tile([1.0, -1.0], (len(angles), 1))
    M = np.concatenate([neuron_margins(data, U, W), neuron_margins(data, U, -W)], axis=1)
    rows, columns = M.shape
    result = linprog(
        [*np.zeros(columns), -1.0],
        A_ub=np.hstack([-M, np.ones((rows, 1))]),
        b_ub=np.zeros(rows),
        A_eq=[[1.0] * columns + [0.0]],
        b_eq=[1.0],
        bounds=[(0, None)] * columns + [(None, None)],
    )
    found = solve(data, tolerance=1e-5)
    assert found.converged, found.status
    assert found.value == pytest.approx(-result.fun, rel=2e-5)
    assert loop_margin(found.network) == pytest.approx(found.value, rel=1e-9)


def test_data_that_no_network_separates() -> None:
    found = solve(DataSet(SIGNS, np.array([0, 1, 1, 0]), 2, 1))  # parity is no linear function
    assert found.value == 0
    assert "no network separates" in found.status
    assert found.stats["neurons"] == 0
    assert solve(DataSet(SIGNS, np.array([0, 1, 1, 0]), 2, 2)).value > 0.5
    points = np.array([[1.0, 0.2], [0.3, 1.0], [1.0, 1.1], [-1.0, 0.5]])  # one relation between their squares
    assert "no network separates" in solve(DataSet(points, np.array([0, 0, 1, 1]), 2, 2)).status
    assert solve(DataSet(points, np.array([0, 0, 0, 1]), 2, 2), tolerance=1e-3).value > 0


@given(st.integers(1, 4), st.integers(2, 4), st.integers(0, 10**6), st.booleans())
@settings(max_examples=20)
def test_priced_neurons_are_unit_and_worth_their_price(k: int, classes: int, seed: int, relu: bool) -> None:
    generator = np.random.default_rng(seed)
    features = generator.standard_normal((7, 3))
    data = DataSet(features, generator.integers(0, classes, 7), classes, "relu" if relu else k)
    weights = generator.dirichlet(np.ones(7 * (classes - 1)))
    pricer = Pricer(data, generator)
    found = pricer.price(weights, pricer.starts(30))
    alive = found.prices > 0  # a ReLU neuron may be dead on all inputs, and has no best output then
    assert alive[0]
    assert ((found.U**2).sum(axis=0) + (found.W**2).sum(axis=1))[alive] == pytest.approx(1)
    worth = weights @ neuron_margins(data, found.U, found.W)
    assert worth == pytest.approx(found.prices, rel=1e-9, abs=1e-14)
    others = generator.standard_normal((3 + classes, 5000))
    others /= np.linalg.norm(others, axis=0)
    assert (weights @ neuron_margins(data, others[:3], others[3:].T)).max() <= found.prices[0] * (1 + 1e-9)


def test_distinct_neurons_drop_repetitions_up_to_sign() -> None:
    data = from_task(ModularAddition(3, 2))
    pricer = Pricer(data, np.random.default_rng(0))
    one = pricer.starts(1)
    found = pricer.price(np.full(18, 1 / 18), np.concatenate([one, one, -one], axis=1))
    assert len(found.distinct(10).prices) == 1
    assert len(pricer.price(np.full(18, 1 / 18), pricer.starts(10)).distinct(4).prices) == 4


@given(st.integers(2, 8), st.integers(2, 8), st.integers(0, 10**6))
@settings(max_examples=25)
def test_masters_of_random_games(rows: int, columns: int, seed: int) -> None:
    M = np.random.default_rng(seed).uniform(0.2, 1.0, (rows, columns))
    masses, weights = linear_program(M)
    value = float((M @ masses).min())
    assert value == pytest.approx(float((M.T @ weights).max()), rel=1e-6)
    even = np.full(rows, 1 / rows)
    for beta in (10.0, 1000.0):
        mu, q = proximal(M, even, beta, np.ones(columns), 1e-7)
        assert (M @ mu).min() <= value * (1 + 1e-7)
        assert value * (1 - 1e-7) <= (M.T @ q).max() <= value + np.log(rows) / beta + 1e-6


def test_rows_are_added_until_none_is_violated() -> None:
    M = np.random.default_rng(0).uniform(0.2, 1.0, (500, 4))
    masses, weights = linear_program(M)
    assert (M @ masses).min() == pytest.approx((M.T @ weights).max(), rel=1e-6)
    assert (M @ masses).min() > (M @ np.full(4, 0.25)).min()


def test_warm_start_goes_on_where_it_stopped() -> None:
    data = from_task(ModularAddition(5, 2))
    cold = solve(data)
    again = solve(data, warm=cold.network, most_rounds=1)
    assert again.value >= cold.value * (1 - 1e-12)
    assert again.stats["linear_programs"] == 0


@pytest.mark.parametrize(
    ("limits", "words"), [({"time_limit": 1e-9}, "time limit"), ({"most_rounds": 1, "tolerance": 1e-15}, "round limit")]
)
def test_stopping_early_is_said(limits: dict[str, Any], words: str) -> None:
    found = solve(from_task(ModularAddition(4, 2)), **limits)
    assert not found.converged
    assert words in found.status
    assert found.upper > found.value


def test_an_interrupt_returns_what_was_found() -> None:
    with mock.patch("margin.solver.generation.linear_program", side_effect=KeyboardInterrupt):
        found = solve(from_task(ModularAddition(5, 2)))
    assert "interrupted" in found.status
    assert 0 < found.value < found.upper


DATA = from_task(ModularAddition(3, 2))
REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "tolerance": (lambda: solve(DATA, tolerance=float("nan")), "tolerance nan"),
    "time": (lambda: solve(DATA, time_limit=0), "time limit 0"),
    "rounds": (lambda: solve(DATA, most_rounds=0), "0 rounds"),
    "warm": (
        lambda: solve(DATA, warm=DataNetwork(DataSet(SIGNS, np.arange(4), 4, 2), np.ones((2, 1)), np.ones((1, 4)))),
        "warm",
    ),
    "shape": (lambda: DataNetwork(DATA, np.ones((2, 1)), np.ones((1, 3))), "expected (6, m)"),
    "nan": (lambda: DataNetwork(DATA, np.full((6, 1), np.nan), np.ones((1, 3))), "finite"),
    "zero": (lambda: DataNetwork(DATA, np.zeros((6, 1)), np.zeros((1, 3))).normalised_margin(), "all weights are zero"),
    "blocks": (
        lambda: DataNetwork(DataSet(SIGNS, np.arange(4), 4, 2), np.ones((2, 1)), np.ones((1, 4))).block_arrays(),
        "one size",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusals(name: str) -> None:
    call, message = REFUSED[name]
    with pytest.raises(ValueError) as error:
        call()
    assert message in str(error.value)


def test_without_cvxpy_the_extra_is_named() -> None:
    with (
        mock.patch.dict("sys.modules", {"cvxpy": None}),
        pytest.raises(ImportError, match=r"algebraic-margin\[solve\]"),
    ):
        solve(DATA)


def test_a_failed_linear_program_is_said() -> None:
    import cvxpy

    def fails(*_: object, **__: object) -> None:
        raise cvxpy.error.SolverError("no luck")

    with (
        mock.patch.object(cvxpy.Problem, "solve", fails),
        pytest.raises(RuntimeError, match="2 rows and 2 columns: no luck"),
    ):
        linear_program(np.eye(2))
    with mock.patch.object(cvxpy.Problem, "solve"), pytest.raises(RuntimeError, match="2 rows and 2 columns"):
        linear_program(np.eye(2))
