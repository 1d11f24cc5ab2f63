"""The solver against theory it does not know, and against linear programs over all neurons of tiny data sets."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from margin.composition.program import GroupProgram
from margin.finite_groups.names import group
from margin.networks.activations import NAMED, Absolute, Activation, Polynomial, Power, ReLU
from margin.networks.network import Network
from margin.solve import as_json, as_text, proved_bound
from margin.solver import DataSet, Outcome, from_table, from_task, solve
from margin.solver.curvature import response
from margin.solver.interior import stabilised
from margin.solver.master import linear_program
from margin.solver.neurons import block_arrays, neuron_margins
from margin.solver.pricing import Priced, Pricer
from margin.tasks import GroupComposition, ModularAddition, SparseParity
from margin.theory import maximum_margin
from tests.helpers import oracles
from tests.helpers.assertions import assert_solved
from tests.helpers.command_line import ROOT, spawn

QUICK = [*((n, 2) for n in range(3, 10)), (11, 2), (3, 3), (4, 3)]
LONG = [(10, 2), (12, 2), (13, 2), (5, 3), (6, 3), (7, 3)]
SIGNS = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])
OTHERS = list(dict.fromkeys(NAMED.values()))  # than powers


@pytest.mark.parametrize(("n", "k"), QUICK)
def test_modular_addition(n: int, k: int) -> None:
    task = ModularAddition(n, k)
    assert_solved(solve(from_task(task)), float(maximum_margin(task)))


@pytest.mark.slow
@pytest.mark.parametrize(("n", "k"), LONG)
def test_modular_addition_long(n: int, k: int) -> None:
    task = ModularAddition(n, k)
    assert_solved(solve(from_task(task)), float(maximum_margin(task)))


@pytest.mark.parametrize(("n", "k"), [(4, 2), (5, 3), (6, 4)])
def test_parity(n: int, k: int) -> None:
    task = SparseParity(n, k)
    assert_solved(solve(from_task(task)), float(maximum_margin(task).exact))


def test_group() -> None:
    assert_solved(solve(from_task(GroupComposition("S3", 2))), float(GroupProgram(group("S3")).solve(2).exact))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["Q8", "Dic3", pytest.param("A4", marks=pytest.mark.exhaustive)])  # two minutes
def test_groups_long(name: str) -> None:
    assert_solved(solve(from_task(GroupComposition(name, 2))), float(GroupProgram(group(name)).solve(2).exact))


def test_relabelled_and_reordered_data_have_the_same_margin() -> None:
    a = np.arange(5)
    assert_solved(solve(from_table(np.subtract.outer(a, a) % 5)), float(maximum_margin(ModularAddition(5, 2))))
    shuffled = np.random.default_rng(3).permutation(5)
    table = shuffled[np.add.outer(a, a) % 5][np.random.default_rng(4).permutation(5)]
    assert_solved(solve(from_table(table)), float(maximum_margin(ModularAddition(5, 2))))


def test_multiplication_without_zero_is_the_cyclic_group() -> None:
    a = np.arange(1, 5)
    table = np.multiply.outer(a, a) % 5 - 1
    assert_solved(solve(from_table(table)), float(maximum_margin(ModularAddition(4, 2))))
    with_zero = np.multiply.outer(np.arange(3), np.arange(3)) % 3
    other = solve(from_table(with_zero), tolerance=1e-2)
    assert other.converged
    assert other.upper < 0.5 * float(maximum_margin(ModularAddition(2, 2)))


@pytest.mark.parametrize("activation", [Power(2), *OTHERS], ids=str)
def test_against_a_linear_program_over_a_grid_of_all_neurons(activation: Activation) -> None:
    """Two features, two classes: (u, w) with w along (1, -1) at its best, so one angle for u."""
    data = DataSet(np.array([[1.0, 0.2], [0.3, 1.0], [1.0, 1.1], [-1.0, 0.5]]), np.array([0, 0, 0, 1]), 2, activation)
    kinks = [np.arctan2(x, -y) + turn for x, y in data.features for turn in (0, np.pi)]  # where a hidden value is 0
    angles = np.concatenate([np.linspace(0, 2 * np.pi, 20_000, endpoint=False), kinks])
    k = data.degree - 1
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
    assert found.converged, found.sentence
    assert found.value == pytest.approx(-result.fun, rel=2e-5)
    assert oracles.margin_on_data(found.network) == pytest.approx(found.value, rel=1e-9)


def test_absolute_values() -> None:
    """|x| is a known activation, so the solver knows it: sqrt(3) / (9 sqrt(2)) = 0.1360828 for addition mod 3."""
    data = from_task(ModularAddition(3, 2), Absolute())
    assert_solved(solve(data), np.sqrt(3 / 2) / 9)
    relu = solve(from_task(ModularAddition(3, 2), ReLU()))
    assert relu.value == pytest.approx(np.sqrt(3 / 2) / 18, rel=1e-5)  # |x| = ReLU(x) + ReLU(-x)


def test_data_that_no_network_separates() -> None:
    found = solve(DataSet(SIGNS, np.array([0, 1, 1, 0]), 2, Power(1)))  # parity is no linear function
    assert found.value == 0
    assert "no network separates" in found.sentence
    assert found.stats["neurons"] == found.gap == 0
    assert solve(DataSet(SIGNS, np.array([0, 1, 1, 0]), 2, Power(2))).value > 0.5
    points = np.array([[1.0, 0.2], [0.3, 1.0], [1.0, 1.1], [-1.0, 0.5]])  # one relation between their squares
    assert solve(DataSet(points, np.array([0, 0, 1, 1]), 2, Power(2))).status is Outcome.SEPARATED_BY_NONE
    assert solve(DataSet(points, np.array([0, 0, 0, 1]), 2, Power(2)), tolerance=1e-3).value > 0


@given(
    st.sampled_from([*map(Power, range(1, 5)), *OTHERS]),
    st.integers(2, 4),
    st.integers(0, 10**6),
)
@settings(max_examples=25)
def test_priced_neurons_are_unit_and_worth_their_price(activation: Activation, classes: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    features = generator.standard_normal((7, 3))
    data = DataSet(features, generator.integers(0, classes, 7), classes, activation)
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


@pytest.mark.parametrize("activation", [Power(2), Power(3), *OTHERS], ids=str)
def test_refined_neurons_are_local_maxima(activation: Activation) -> None:
    data = from_task(ModularAddition(4, 2), activation)
    generator = np.random.default_rng(2)
    q = generator.dirichlet(np.ones(48))
    pricer = Pricer(data, generator)
    found = pricer.price(q, pricer.starts(40), 100)
    rough = pricer.price(q, found.U / np.linalg.norm(found.U, axis=0), 0, 0)
    assert found.prices == pytest.approx(rough.prices, rel=1e-9)
    vectors = np.concatenate([found.U, found.W.T])
    for size in (1e-4, 1e-5):
        for i in range(10):
            near = vectors[:, i, None] + size * generator.standard_normal((12, 2000))
            near /= np.linalg.norm(near, axis=0)
            worth = q @ neuron_margins(data, near[:8], near[8:].T)
            assert worth.max() <= found.prices[i] * (1 + 1e-9)


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
    mu, q = stabilised(M, np.full(rows, 1 / rows), np.zeros(rows))
    assert mu.min() >= 0
    assert q.min() >= 0
    assert (M @ mu).min() == pytest.approx(value, rel=1e-6)
    assert (M.T @ q).max() == pytest.approx(value, rel=1e-6)


@given(st.integers(2, 6), st.integers(2, 6), st.integers(0, 10**6))
@settings(max_examples=15)
def test_stabilised_master_against_cvxpy(rows: int, columns: int, seed: int) -> None:
    cvxpy: Any = importlib.import_module("cvxpy")
    generator = np.random.default_rng(seed)
    M, centre = generator.uniform(0.2, 1.0, (rows, columns)), generator.dirichlet(np.ones(rows))
    L = generator.standard_normal((rows, rows))
    metric = L @ L.T + np.eye(rows)
    q = cvxpy.Variable(rows, nonneg=True)
    pull = 0.5 * cvxpy.quad_form(q - centre, cvxpy.psd_wrap(metric))
    problem = cvxpy.Problem(cvxpy.Minimize(cvxpy.max(M.T @ q) + pull), [cvxpy.sum(q) == 1])
    problem.solve(solver="CLARABEL")
    _, found = stabilised(M, centre, metric)
    assert found == pytest.approx(q.value, abs=1e-5)
    assert np.abs(stabilised(M, centre, 1e6 * np.eye(rows))[1] - centre).max() < 1e-5  # a stiff metric holds it
    diagonal = np.diag(metric)
    assert stabilised(M, centre, diagonal)[1] == pytest.approx(stabilised(M, centre, np.diag(diagonal))[1], abs=1e-6)


@pytest.mark.parametrize("activation", [Power(2), Power(3), *OTHERS], ids=str)
def test_a_response_follows_the_best_neuron(activation: Activation) -> None:
    """The local maximum of a neuron's worth under a moved dual, to second order."""
    generator = np.random.default_rng(1)
    data = DataSet(generator.standard_normal((6, 3)), np.array([0, 1, 2, 0, 1, 2]), 3, activation)
    q, dq = generator.dirichlet(np.ones(12)), generator.standard_normal(12)
    dq -= dq.mean()
    pricer = Pricer(data, generator)
    best = pricer.price(q, pricer.starts(50), 3000)
    u, w = best.U[:, 0], best.W[0]
    best_response = response(data, pricer.matrix(q), u, w)
    margins = neuron_margins(data, u[:, None], w[None])[:, 0]
    errors = []
    for step in (1e-2, 1e-3):
        moved = q + step * dq
        truth = pricer.price(moved, best.U[:, :1] / np.linalg.norm(best.U[:, 0]), 3000).prices[0]
        model = margins @ moved + 0.5 * float(((best_response.L.T @ (step * dq)) ** 2).sum())
        assert abs(model - truth) < 0.2 * abs(margins @ moved - truth)
        errors.append(abs(model - truth))
    assert errors[1] < 1e-2 * errors[0]


def test_rows_are_added_until_none_is_violated() -> None:
    M = np.random.default_rng(0).uniform(0.2, 1.0, (500, 4))
    masses, weights = linear_program(M)
    assert (M @ masses).min() == pytest.approx((M.T @ weights).max(), rel=1e-6)
    assert (M @ masses).min() > (M @ np.full(4, 0.25)).min()


def test_warm_start_goes_on_where_it_stopped() -> None:
    data = from_task(ModularAddition(6, 2))
    first = solve(data, most_rounds=1, tolerance=1e-9)
    assert not first.converged
    again = solve(data, warm=first.network, time_limit=1e-9)
    assert again.value >= first.value * (1 - 1e-9)
    assert again.stats["rounds"] == 1


def test_a_warm_start_is_used() -> None:
    data = from_task(ModularAddition(5, 2)).part(0.3, 2)
    first, cold = (solve(data, most_rounds=rounds) for rounds in (4, 1))
    warm = solve(data, most_rounds=1, warm=first.network)
    assert warm.value >= first.value * (1 - 1e-9) > 1.1 * cold.value


def test_data_are_separated_if_the_warm_network_separates_them() -> None:
    """However small its margin."""
    data = DataSet(np.array([[1.0, 0.0], [0.0, 1e-4]]), np.array([0, 1]), 2, Power(3))
    network = Network(data, [[1e-4, 0.0], [0.0, 1.0]], [[1e-4, -1e-4], [-1.0, 1.0]])
    assert network.normalised_margin() > 0
    assert solve(data, warm=network, most_rounds=3).status is not Outcome.SEPARATED_BY_NONE


def test_the_upper_bound_never_falls_below_a_network() -> None:
    """A pricer that misses the best neurons: weak duality with the network found holds nevertheless."""
    data = from_task(ModularAddition(4, 2))
    right = Pricer.price

    def misses(*arguments: Any) -> Priced:
        found = right(*arguments)
        return Priced(found.U, found.W, 0.9 * found.prices)

    with mock.patch.object(Pricer, "price", misses):
        found = solve(data, most_rounds=4)
    assert found.upper >= found.value > 0.99 * float(maximum_margin(ModularAddition(4, 2)))


def test_better_networks_are_handed_out() -> None:
    kept: list[float] = []
    found = solve(from_task(ModularAddition(4, 2)), improved=lambda network: kept.append(network.normalised_margin()))
    assert kept == sorted(kept)
    assert kept[-1] == pytest.approx(found.value, rel=1e-6)


@pytest.mark.parametrize(
    ("limits", "outcome"),
    [
        ({"time_limit": 1e-9}, Outcome.TIME_LIMIT),
        ({"most_rounds": 1, "tolerance": 1e-15}, Outcome.ROUND_LIMIT),
    ],
)
def test_stopping_early_is_said(limits: dict[str, Any], outcome: Outcome) -> None:
    found = solve(from_task(ModularAddition(4, 2)), **limits)
    assert not found.converged
    assert found.status is outcome
    assert outcome.name.lower().replace("_", " ") in found.sentence
    assert f"with a gap of {found.gap:.1e};" in found.sentence
    assert found.upper > found.value


def test_an_interrupt_returns_what_was_found() -> None:
    data = from_task(ModularAddition(4, 2))
    with mock.patch("margin.solver.rounds.response", side_effect=KeyboardInterrupt):
        found = solve(data)
    assert found.status is Outcome.INTERRUPTED
    assert found.sentence.startswith(f"interrupted with a gap of {found.gap:.1e}; warm start")
    assert 0 < found.value < found.upper
    with mock.patch.object(Pricer, "price", side_effect=KeyboardInterrupt):
        simple = solve(data)  # one neuron for each input, known at once
        data = from_task(ModularAddition(4, 2), ReLU())  # has no such network
        nothing = solve(data)
    assert (simple.status, simple.upper) == (Outcome.INTERRUPTED, np.inf)
    assert simple.value == pytest.approx(1 / 36)
    assert (nothing.value, nothing.upper, nothing.gap) == (0, np.inf, 1)
    assert as_json(data, nothing, None)["upper_estimate"] is None
    assert "proved: none" in as_text(data, nothing, proved_bound(nothing))


def test_the_solver_knows_no_theory() -> None:
    """Of margin, the solver loads tasks, networks, numbers and files alone; its survey, elsewhere, has predictions."""
    for path in sorted((ROOT / "margin" / "solver").glob("*.py")):
        lines = [line.split()[1] for line in path.read_text().splitlines() if line.strip().startswith("from margin")]
        rooms = ("margin.networks", "margin.solver", "margin.tasks", "margin.numbers", "margin.io")
        theory = {line for line in lines if not line.startswith(rooms)}
        assert not theory
    assert "margin.theory" in (ROOT / "margin" / "surveys" / "solver.py").read_text()


DATA = from_task(ModularAddition(3, 2))
OTHER = DataSet(SIGNS, np.arange(4), 4, Power(2))
REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "tolerance": (lambda: solve(DATA, tolerance=float("nan")), "tolerance nan"),
    "time": (lambda: solve(DATA, time_limit=0), "time limit 0"),
    "rounds": (lambda: solve(DATA, most_rounds=0), "0 rounds"),
    "warm": (
        lambda: solve(DATA, warm=Network(OTHER, np.ones((2, 1)), np.ones((1, 4)))),
        "warm",
    ),
    "warm activation": (
        lambda: solve(DATA, warm=Network(DATA, np.ones((6, 1)), np.ones((1, 3)), ReLU())),
        "activation ReLU; the data have 6, 3 and x^2",
    ),
    "polynomial": (lambda: solve(from_task(ModularAddition(3, 2), Polynomial((1, 0, 1)))), "is not homogeneous"),
    "blocks": (lambda: block_arrays(OTHER, Network(OTHER, np.ones((2, 1)), np.ones((1, 4)))), "one size"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusals(name: str) -> None:
    call, message = REFUSED[name]
    with pytest.raises(ValueError) as error:
        call()
    assert message in str(error.value)


def test_without_scipy_the_extra_is_named() -> None:
    with (
        mock.patch.dict("sys.modules", {"scipy": None, "scipy.optimize": None}),
        pytest.raises(ImportError, match=r"pip install .* '\.\[solve\]'"),
    ):
        solve(DATA)


def test_a_failed_linear_program_is_said() -> None:
    failed = mock.Mock(status=4, message="no luck")
    with (
        mock.patch("scipy.optimize.linprog", return_value=failed),
        pytest.raises(RuntimeError, match="2 rows and 2 columns: no luck"),
    ):
        linear_program(np.eye(2))
    M = np.random.default_rng(0).uniform(0.2, 1.0, (400, 300))
    with pytest.raises(RuntimeError, match=r"300 columns: .*[Tt]ime limit"):
        linear_program(M, 1e-6)
    assert linear_program(np.eye(2))[0] == pytest.approx([0.5, 0.5])


def test_the_solver_prints_nothing_on_standard_output() -> None:
    """Not even a library's banner, which would stand before the JSON of an answer."""
    program = "from margin.solver.master import linear_program; import numpy; linear_program(numpy.eye(3))"
    answer = spawn(program=program)
    assert (answer.code, answer.out, answer.err) == (0, "", "")


def test_without_the_last_linear_program_the_network_stays() -> None:
    with mock.patch("margin.solver.rounds.linear_program", side_effect=RuntimeError):
        found = solve(DATA)
    assert found.converged
    assert found.value == pytest.approx(float(maximum_margin(ModularAddition(3, 2))), rel=1e-6)


def test_masters_survive_rounding() -> None:
    """Columns that repeat, and margins that differ by rounding alone."""
    M = np.repeat(np.random.default_rng(0).uniform(0.2, 1.0, (20, 4)), 30, axis=1)
    M = M + 1e-13 * np.random.default_rng(1).standard_normal(M.shape)
    mu, q = stabilised(M, np.full(20, 0.05), np.full(20, 1e-8))
    assert (M @ mu).min() == pytest.approx((M.T @ q).max(), rel=1e-6)
    with mock.patch("scipy.linalg.cho_factor", side_effect=np.linalg.LinAlgError):
        mu, q = stabilised(M, np.full(20, 0.05), np.full(20, 1e-8))
    assert mu.sum() == pytest.approx(1)  # the start, then
