"""Sparse parity: margin, network, width and dual against loops over all inputs; what is refused."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations_with_replacement, product
from math import factorial, prod, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog

from margin.answers import schema_one
from margin.answers.report import as_text
from margin.networks.network import Network
from margin.numbers.square_roots import Surd
from margin.parity.check import MOST_BITS, fast_check, slow_check
from margin.parity.construction import SignPatterns, construct
from margin.parity.maximum import (
    ParityMargin,
    maximum_margin,
    parity_dual_bound,
    require_size,
    surviving_monomials,
)
from margin.parity.sign_arrays import construct_parity
from margin.tasks import SparseParity
from margin.theory import predict, wording

TASKS = [(1, 1), (2, 1), (2, 2), (4, 2), (3, 3), (5, 3), (6, 4), (10, 4), (5, 5), (7, 6)]


def loop_margin(network: Network) -> float:
    """Margin by the definition, one input and one neuron at a time."""
    n, k, U, W = network.task.n, network.task.k, network.U.tolist(), network.W.tolist()
    margins = []
    for x in product((1, -1), repeat=n):
        logits = [0.0, 0.0]
        for i in range(network.width):
            hidden = sum(U[j][i] * x[j] for j in range(n)) ** k
            logits = [logits[c] + hidden * W[i][c] for c in (0, 1)]
        right = 0 if prod(x[:k]) == 1 else 1
        margins.append(logits[right] - logits[1 - right])
    return min(margins)


def patterns(k: int) -> NDArray[Any]:
    return np.array([(1, *e) for e in product((1, -1), repeat=k - 1)])


@pytest.mark.parametrize(("n", "k"), TASKS)
def test_the_network_reaches_the_published_margin_on_every_input(n: int, k: int) -> None:
    task = SparseParity(n, k)
    network = construct_parity(task)
    published = factorial(k) * sqrt(2 * (k + 1) ** (-(k + 1)))
    assert network.width == 2 ** (k - 1)
    assert network.norm() == pytest.approx(1, rel=1e-13)
    assert loop_margin(network) == pytest.approx(published, rel=1e-12)
    assert network.margin() == pytest.approx(published, rel=1e-12)
    assert float(maximum_margin(task)) == pytest.approx(published, rel=1e-14)


@pytest.mark.parametrize(("n", "k"), TASKS)
def test_both_checks_pass(n: int, k: int) -> None:
    prediction = maximum_margin(SparseParity(n, k))
    for check in (
        fast_check(prediction, construct(prediction.task)),
        slow_check(prediction, construct(prediction.task)),
    ):
        assert check.passed
        assert all(outcome for _, outcome in check.statements)


def altered(task: SparseParity, changes: dict[str, Any]) -> tuple[ParityMargin, SignPatterns]:
    """Prediction and network, of which one is changed."""
    prediction, network = maximum_margin(task), construct(task)
    if "exact" in changes:
        return replace(prediction, **changes), network
    return prediction, replace(network, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"exact": Surd.sqrt(2)},
        {"mass_each": Fraction(1, 7)},
        {"amplitude": Surd(Fraction(1, 2))},
        {"width": 9},
    ],
)
def test_the_fast_check_rejects_other_claims_and_networks(changes: dict[str, Any]) -> None:
    check = fast_check(*altered(SparseParity(10, 4), changes))
    assert check.passed is False
    assert check.exact


def test_the_slow_check_rejects_another_margin() -> None:
    task = SparseParity(5, 3)
    exact = maximum_margin(task).exact
    assert slow_check(*altered(task, {"exact": exact * Fraction(10**6 + 1, 10**6)})).passed is False
    assert slow_check(*altered(task, {"exact": exact})).passed is True


def test_exact_values() -> None:
    assert maximum_margin(SparseParity(10, 4)).exact == 24 * Surd.sqrt(Fraction(2, 3125))
    assert maximum_margin(SparseParity(5, 3)).exact == Surd.sqrt(Fraction(9, 32))
    assert maximum_margin(SparseParity(5, 3)).squared == Fraction(9, 32)
    assert maximum_margin(SparseParity(3, 1)).exact == Surd.sqrt(Fraction(1, 2))


@given(st.integers(1, 40), st.integers(0, 10**6))
def test_margin_and_bound_agree_for_every_size(k: int, others: int) -> None:
    prediction = maximum_margin(SparseParity(k + others, k))
    network = construct(prediction.task)
    assert network.margin() == network.normalised_margin() == parity_dual_bound(prediction.task) == prediction.exact


@given(st.integers(1, 4), st.integers(0, 3), st.integers(0, 5))
def test_surviving_monomials_counts_by_listing(k: int, others: int, size: int) -> None:
    n = k + others
    size = min(size, n)
    listed = sum(
        all(monomial.count(j) % 2 == (j < size) for j in range(n))
        for monomial in combinations_with_replacement(range(n), k)
    )
    assert surviving_monomials(SparseParity(n, k), size) == listed


@pytest.mark.parametrize(("n", "k"), [(2, 1), (3, 2), (4, 3), (4, 4)])
def test_no_unit_neuron_exceeds_the_dual_bound_on_uniform_inputs(n: int, k: int) -> None:
    task = SparseParity(n, k)
    inputs, random = task.inputs().astype(float), np.random.default_rng(n)
    sign = 1 - 2 * task.labels(inputs)
    neurons = random.standard_normal((20_000, n + 2))
    best = construct_parity(task)
    optimal = np.concatenate([best.U, best.W.T]).T
    neurons = np.concatenate([neurons, optimal, optimal + 0.05 * random.standard_normal(optimal.shape)])
    neurons /= np.linalg.norm(neurons, axis=1, keepdims=True)
    scores = (sign @ (inputs @ neurons[:, :n].T) ** k) / len(inputs) * (neurons[:, n] - neurons[:, n + 1])
    bound = float(parity_dual_bound(task))
    assert scores.max() <= bound * (1 + 1e-12)
    assert scores[20_000 : 20_000 + len(optimal)] == pytest.approx(bound, rel=1e-12)
    assert scores[20_000 + len(optimal) :].max() < bound


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5])
def test_every_sign_pattern_is_needed(k: int) -> None:
    """Masses on sign patterns with equal margins are uniform: the only solution of the linear system."""
    e, x = patterns(k), np.array(list(product((1, -1), repeat=k)))
    values = e.prod(axis=1) * (x @ e.T) ** k * x.prod(axis=1)[:, None]  # margin on x per unit mass on e
    system = np.concatenate([values - values[:1], np.ones((1, len(e)))])
    right = np.append(np.zeros(len(x)), 1)
    assert np.linalg.matrix_rank(system) == len(e) == 2 ** (k - 1)
    assert np.linalg.lstsq(system, right)[0] == pytest.approx(1 / len(e), abs=1e-12)
    assert best_margin(values) == pytest.approx(values.sum() / values.size, rel=1e-9)
    if k > 1:  # leaving a pattern out costs margin
        assert best_margin(values[:, 1:]) < 0.999 * best_margin(values)


def best_margin(values: NDArray[Any]) -> float:
    """Greatest least margin over masses that add up to 1, shape (inputs, neurons)."""
    inputs, m = values.shape
    bounds = [(0, None)] * m + [(None, None)]
    rows = np.concatenate([-values, np.ones((inputs, 1))], axis=1)
    solution = linprog([*[0] * m, -1], rows, np.zeros(inputs), [[*[1] * m, 0]], [1], bounds)
    return -float(solution.fun)


def test_a_weight_off_the_bits_costs_margin() -> None:
    network = construct_parity(SparseParity(4, 2))
    U = network.U.copy()
    U[3] = 0.05
    other = Network(network.task, U, network.W)
    assert other.normalised_margin() < 0.999 * network.normalised_margin()
    assert other.normalised_margin() == pytest.approx(loop_margin(other) / other.masses().sum(), rel=1e-12)


def test_inputs_and_labels() -> None:
    task = SparseParity(3, 2)
    inputs = task.inputs()
    assert sorted(map(tuple, inputs.tolist())) == sorted(product((1, -1), repeat=3))
    assert [0 if x[0] * x[1] == 1 else 1 for x in inputs.tolist()] == task.labels(inputs).tolist()
    assert (task.population, task.degree, str(task)) == (8, 3, "parity of 2 of 3 bits")
    with pytest.raises(ValueError, match="k = 3 of n = 2 bits"):
        SparseParity(2, 3)
    with pytest.raises(ValueError, match="k = 0, expected an integer >= 1"):
        SparseParity(2, 0)
    with pytest.raises(TypeError, match=r"n = 2\.0"):
        SparseParity(2.0, 1)  # type: ignore[arg-type]


def test_report() -> None:
    result = predict(SparseParity(10, 4))
    report, text = schema_one.as_json(result), as_text(result, wording(result.prediction.task))
    assert report["schema"] == 1
    assert report["task"] == {"kind": "sparse_parity", "n": 10, "k": 4}
    assert report["norm"] == {"inner": 2, "outer": 5}
    assert report["margin"]["exact"] == "24*sqrt(10)/125"
    assert report["width"] == {"constructed": 8, "paper": 8, "lower_bound": 8, "minimal": 8}
    assert report["check"]["passed"] is True
    assert "gamma* = 24*sqrt(10)/125" in text
    assert "minimum 8, proved" in text
    slow = schema_one.as_json(predict(SparseParity(3, 2), check="slow"))
    assert slow["check"] | {"seconds": 0} == {"method": "slow", "exact": False, "passed": True, "seconds": 0}
    assert predict(SparseParity(3, 2), check="none").check.passed is None


def test_refusals() -> None:
    with pytest.raises(ValueError, match="check 'quick', expected fast, slow or none"):
        predict(SparseParity(3, 2), check="quick")
    with pytest.raises(ValueError, match="construction 'best', expected one of minimal, paper"):
        construct(SparseParity(3, 2), "best")
    with pytest.raises(ValueError, match="K = 65, expected at most 64"):
        require_size(SparseParity(65, 65))
    require_size(SparseParity(65, 64))
    with pytest.raises(ValueError, match="every logit of 2\\^60 inputs"):
        predict(SparseParity(60, 4), check="slow")
    with pytest.raises(ValueError, match="expected at most 4000"):
        fast_check(*altered(SparseParity(MOST_BITS + 1, MOST_BITS + 1), {}))
