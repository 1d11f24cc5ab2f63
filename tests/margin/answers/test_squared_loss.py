"""The optimum of squared loss against closed forms, general-purpose minimisers and trained weights."""

from __future__ import annotations

from math import cos, inf, nan, pi, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from margin import GroupComposition, ModularAddition, finite_lambda, maximum_margin
from margin.addition.finite_lambda import margin_program
from margin.answers.squared_loss import SquaredProgram
from margin.tasks import SparseParity, Task
from margin.theory import wing
from tests.helpers.oracles import best_neuron_value, expected_margin


def loss_of(outputs: np.ndarray, centred: bool) -> float:
    """Mean over labels of (f - target)^2, right label first."""
    target = np.eye(len(outputs))[0] - centred / len(outputs)
    return float(((outputs - target) ** 2).mean())


def brute_force(n: int, k: int, strength: float, one_hot: bool) -> float:
    """Least loss over what each frequency computes, and constants, no symmetry and no Plancherel used.

    A neuron of frequency z may spend outputs on a constant: it costs the hypotenuse of the two.
    """
    c = np.array([best_neuron_value(n, k, z) for z in range(1, n // 2 + 1)])
    c0 = 2 / (3 * sqrt(3)) * n**-1.5
    waves = np.array([[cos(2 * pi * z * d / n) for d in range(n)] for z in range(1, n // 2 + 1)])
    size = len(c)

    def value(x: np.ndarray) -> float:
        sizes, beside, alone = x[:size], x[size : 2 * size], x[-1]
        outputs = sizes @ waves + (beside.sum() + alone if one_hot else 0)
        mass = np.hypot(sizes / c, beside / c0).sum() + alone / (2 * c0) if one_hot else (sizes / c).sum()
        return loss_of(outputs, not one_hot) + strength * float(mass)

    start = np.full(2 * size + 1, 1 / n)
    options = {"maxiter": 20_000, "maxfun": 10**6, "ftol": 1e-15, "gtol": 1e-10}
    bounds = [(0, None)] * len(start)
    return float(minimize(value, start, bounds=bounds, method="L-BFGS-B", options=options).fun)


@given(n=st.integers(1, 40).map(lambda i: 2 * i + 1), k=st.integers(1, 5), share=st.floats(1e-6, 0.9999))
def test_odd_moduli_have_the_closed_form(n: int, k: int, share: float) -> None:
    gamma = expected_margin(n, k)
    critical = 2 * gamma * (n - 1) / n / n
    found = finite_lambda(ModularAddition(n, k), share * critical, "squared")
    assert found.critical == pytest.approx(critical, rel=1e-12)
    assert found.margin == pytest.approx(1 - share, rel=1e-9)
    assert found.ratio == pytest.approx(1, abs=1e-9)
    assert found.mass == pytest.approx((1 - share) / gamma, rel=1e-9)


@pytest.mark.parametrize("one_hot", [False, True])
@pytest.mark.parametrize("n", [2, 3, 4, 5, 6, 8])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.8, 0.97])
def test_agrees_with_a_minimiser_over_all_frequencies(n: int, share: float, one_hot: bool) -> None:
    task, targets = ModularAddition(n, 2), "one_hot" if one_hot else "centred"
    strength = share * finite_lambda(task, 1.0, "squared", targets).critical
    found = finite_lambda(task, strength, "squared", targets)
    assert found.loss == pytest.approx(brute_force(n, 2, strength, one_hot), rel=2e-6)


@pytest.mark.parametrize("n", [3, 5, 23])
def test_one_hot_targets_cost_a_known_share_as_lambda_vanishes(n: int) -> None:
    """The constant 1/n that they ask for comes beside the waves: 1 / sqrt(1 + 1/(2 (n-1)^2))."""
    found = finite_lambda(ModularAddition(n, 2), 1e-9, "squared", "one_hot")
    assert found.ratio == pytest.approx(1 / sqrt(1 + 1 / (2 * (n - 1) ** 2)), abs=1e-6)
    assert found.ratio < 1 - 1e-5


TASKS: list[Task] = [
    *(GroupComposition(name, k) for name, k in (("S3", 2), ("Dic3", 3), ("Q8", 2), ("S4", 2), ("C2xC2", 3))),
    *(ModularAddition(n, 2) for n in (2, 6, 30)),
]


@pytest.mark.parametrize("task", TASKS, ids=str)
def test_centred_targets_lead_to_the_regular_share_of_every_representation(task: Task) -> None:
    """docs/theory.md, 7.8: not to gamma* where that leaves some out, as in Dic3 at k = 3."""
    wanted = float(maximum_margin(task).all_irreps) / float(maximum_margin(task))
    found = finite_lambda(task, 1e-10, "squared")
    assert found.ratio == pytest.approx(wanted, abs=1e-5)
    assert found.margin == pytest.approx(1, abs=1e-4)


def test_some_group_keeps_squared_loss_below_the_maximum_margin() -> None:
    assert finite_lambda(GroupComposition("Dic3", 3), 1e-10, "squared").ratio < 0.966
    assert finite_lambda(GroupComposition("Dic3", 3), 1e-7).ratio > 0.97


@pytest.mark.parametrize("task", [*TASKS, SparseParity(5, 3)], ids=str)
@pytest.mark.parametrize("share", [0.01, 0.5])
def test_no_other_masses_do_better(task: Task, share: float) -> None:
    """The loss computed from outputs, which are recovered from gaps: random changes of the masses raise it."""
    program = wing(task, "finite_lambda", "test").margin_program(task)
    own = SquaredProgram(program)
    found = own.optimum(share * own.critical, 1.0)
    generator = np.random.default_rng(0)

    def loss(masses: np.ndarray) -> float:
        gaps = masses @ program.gaps
        right = float(program.counts @ gaps) / own.labels
        squares = (right - 1 + 1 / own.labels) ** 2 + program.counts @ (right - gaps + 1 / own.labels) ** 2
        return float(squares) / own.labels + found.strength * float(masses.sum())

    best = np.array(found.masses)
    assert loss(best) == pytest.approx(found.loss, rel=1e-9)
    for size in (1e-3, 0.1, 1.0):
        for _ in range(30):
            other = np.abs(best + size * best.sum() * generator.standard_normal(len(best)))
            assert loss(other) > found.loss


@pytest.mark.parametrize("targets", ["centred", "one_hot"])
@pytest.mark.parametrize("n", [2, 3, 30])
def test_weights_collapse_at_the_critical_lambda_and_not_below(n: int, targets: str) -> None:
    task = ModularAddition(n, 2)
    critical = finite_lambda(task, 1.0, "squared", targets).critical
    at, below = (finite_lambda(task, share * critical, "squared", targets) for share in (1.0, 0.999))
    assert at.collapses
    assert at.mass == 0
    assert at.loss == pytest.approx((1 / n - 1 / n**2) if targets == "centred" else 1 / n)
    assert not below.collapses
    assert below.mass > 0
    assert below.loss < at.loss


def test_at_large_strengths_one_hot_targets_ask_for_constants_first() -> None:
    """Neurons with constant inputs are worth more than waves at zero weights: there nothing is classified."""
    program = margin_program(ModularAddition(23, 2))
    own = SquaredProgram(program, 2 / (3 * sqrt(3)) * 23**-1.5)
    found = own.optimum(0.9 * own.critical, 1.0)
    assert found.masses[-1] > 0
    assert found.margin == 0


@pytest.mark.parametrize("strength", [0.0, -1.0, nan, inf])
def test_strengths_that_are_none_are_refused(strength: float) -> None:
    with pytest.raises(ValueError, match="expected a positive number"):
        finite_lambda(ModularAddition(5, 2), strength, "squared")


def test_what_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="loss 'hinge' with targets 'centred', expected 'cross_entropy'"):
        finite_lambda(ModularAddition(5, 2), 1e-3, "hinge")
    with pytest.raises(ValueError, match="targets 'two', expected"):
        finite_lambda(ModularAddition(5, 2), 1e-3, "squared", "two")
    for task in (ModularAddition(5, 3), SparseParity(4, 2)):
        with pytest.raises(ValueError, match="expected k = 2 elements; others are not known"):
            finite_lambda(task, 1e-3, "squared", "one_hot")
