"""The optimum at finite lambda against closed forms, a general-purpose minimiser and random competitors."""

from __future__ import annotations

from math import cos, exp, inf, log, nan, pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from margin import GroupComposition, ModularAddition, maximum_margin
from margin.addition.finite_lambda import margin_program as modular_values
from margin.answers.finite_lambda import FiniteLambda, MarginProgram
from margin.composition.finite_lambda import margin_program as group_values
from margin.parity.finite_lambda import margin_program as parity_values
from margin.tasks import SparseParity
from tests.helpers.oracles import best_neuron_value, expected_margin


def modular(n: int, k: int, share: float) -> FiniteLambda:
    """The optimum at lambda = share * lambda_c."""
    program = modular_values(ModularAddition(n, k))
    return program.optimum(share * program.rates.max(), expected_margin(n, k))


def brute_force(n: int, k: int, strength: float) -> float:
    """Least loss over one mass per frequency, no symmetry used, by a quasi-Newton method with bounds."""
    c = [best_neuron_value(n, k, z) for z in range(1, n // 2 + 1)]
    gaps = np.array([[c[z - 1] * (1 - cos(2 * pi * z * d / n)) for d in range(1, n)] for z in range(1, n // 2 + 1)])
    scale = max(c)

    def loss(masses: np.ndarray) -> tuple[float, np.ndarray]:
        weights = np.exp(-masses @ gaps / scale)
        value = np.log1p(weights.sum()) + strength / scale * masses.sum()
        return float(value), strength / scale - gaps @ weights / scale / (1 + weights.sum())

    start = np.ones(len(c))
    options = {"maxiter": 5000, "ftol": 1e-15, "gtol": 1e-11}
    found = minimize(loss, start, jac=True, bounds=[(0, None)] * len(c), method="L-BFGS-B", options=options)
    return float(found.fun)


@given(n=st.integers(1, 40).map(lambda i: 2 * i + 1), k=st.integers(1, 5), share=st.floats(1e-4, 0.9999))
def test_odd_moduli_have_the_closed_form(n: int, k: int, share: float) -> None:
    gamma, found = expected_margin(n, k), modular(n, k, share)
    critical = gamma * (n - 1) / n
    assert found.critical == pytest.approx(critical, rel=1e-12)
    wanted = log((n - 1) * (gamma / (share * critical) - 1))
    assert found.margin == pytest.approx(wanted, abs=1e-9 + 1e-9 * abs(wanted) / (1 - share))
    assert found.ratio == pytest.approx(1, abs=1e-9)
    assert found.norm ** (k + 1) == pytest.approx(found.mass)
    assert not found.collapses


@given(n=st.integers(2, 16), k=st.integers(1, 4), share=st.floats(0.003, 0.99))
def test_agrees_with_a_minimiser_over_all_frequencies(n: int, k: int, share: float) -> None:
    found = modular(n, k, share)
    assert found.loss == pytest.approx(brute_force(n, k, found.strength), abs=1e-8)


@pytest.mark.parametrize(
    ("strength", "ratio"), [(1e-3, 0.925921), (3e-4, 0.954363), (1e-4, 0.963538), (1e-5, 0.973680)]
)
def test_even_moduli_stay_below_the_maximum_margin(strength: float, ratio: float) -> None:
    """Ratios that an independent program predicted, and training reached, for n = 30, k = 2."""
    found = modular_values(ModularAddition(30, 2)).optimum(strength, expected_margin(30, 2))
    assert found.ratio == pytest.approx(ratio, abs=1e-6)


@pytest.mark.parametrize("share", [0.5, 1e-3])
def test_modulus_two_has_one_wrong_label(share: float) -> None:
    found = modular(2, 2, share)
    assert found.ratio == pytest.approx(1, abs=1e-9)
    assert found.margin == pytest.approx(log(2 / share - 1), rel=1e-9)


@pytest.mark.parametrize("n", [4, 6, 12, 30])
def test_the_ratio_rises_as_lambda_falls(n: int) -> None:
    ratios = [modular(n, 2, share).ratio for share in (0.5, 0.1, 1e-2, 1e-4, 1e-6)]
    assert ratios == sorted(ratios)
    assert 0.9 < ratios[-1] < 1


@pytest.mark.parametrize("name", ["C5", "C6", "C12"])
@pytest.mark.parametrize("k", [2, 3])
def test_cyclic_groups_agree_with_addition(name: str, k: int) -> None:
    n, values = int(name[1:]), group_values(GroupComposition(name, k))
    for share in (0.9, 0.3, 0.01):
        found, wanted = values.optimum(share * values.rates.max(), expected_margin(n, k)), modular(n, k, share)
        assert (found.loss, found.ratio) == pytest.approx((wanted.loss, wanted.ratio), abs=1e-8)


@pytest.mark.parametrize(("name", "k"), [("S3", 2), ("Dic3", 3), ("Q8", 2), ("S4", 2)])
def test_no_other_masses_do_better(name: str, k: int) -> None:
    task = GroupComposition(name, k)
    values, gamma = group_values(task), float(maximum_margin(task))
    found = values.optimum(0.05 * gamma, gamma)
    assert 0 < found.ratio < 1 + 1e-9
    generator = np.random.default_rng(0)

    def loss(masses: np.ndarray) -> float:
        return float(np.log1p(values.counts @ np.exp(-masses @ values.gaps)) + found.strength * masses.sum())

    best = np.array(found.masses)
    assert loss(best) == pytest.approx(found.loss, abs=1e-12)
    for size in (1e-3, 1e-2, 0.1, 1.0):
        for _ in range(50):
            other = np.abs(best + size * best.sum() * generator.standard_normal(len(best)))
            assert loss(other) > found.loss


def test_parity_has_the_closed_form() -> None:
    gamma = 24 * (2 / 5**5) ** 0.5
    found = parity_values(SparseParity(10, 4)).optimum(1e-3, gamma)
    assert found.critical == pytest.approx(gamma / 2)
    assert found.margin == pytest.approx(log(gamma / 1e-3 - 1))
    assert found.ratio == pytest.approx(1)


@pytest.mark.parametrize(("n", "k"), [(2, 1), (23, 2), (30, 2), (5, 3)])
def test_weights_collapse_at_the_critical_lambda_and_not_below(n: int, k: int) -> None:
    at, above, below = (modular(n, k, share) for share in (1.0, 3.0, 0.999))
    for found in (at, above):
        assert found.collapses
        assert (found.mass, found.margin, found.normalised_margin, found.ratio) == (0, 0, 0, 0)
        assert found.loss == pytest.approx(log(n))
    assert not below.collapses
    assert below.mass > 0
    assert below.loss < log(n)


@pytest.mark.parametrize("strength", [0.0, -1.0, nan, inf])
def test_strengths_that_are_none_are_refused(strength: float) -> None:
    with pytest.raises(ValueError, match="expected a positive number"):
        modular_values(ModularAddition(5, 2)).optimum(strength, 1.0)


def test_representations_that_are_of_no_use_get_no_mass() -> None:
    """A second row that gives half as much at the same cost must end at zero."""
    values = MarginProgram(np.array([[1.0], [0.5]]), np.array([1.0]), np.array([0.5, 0.25]), 3)
    found = values.optimum(0.1, 1.0)
    assert found.masses[1] < 1e-9 * found.masses[0]
    assert found.margin == pytest.approx(log(9))
    assert exp(-found.loss) < 1
