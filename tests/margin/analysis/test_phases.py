"""Phases planted and found; residuals of the phase relation; explicit sums."""

from __future__ import annotations

import cmath

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from margin.analysis.axes import Tensor
from margin.analysis.phases import phase_residuals, phases
from tests.margin.analysis import explicit_sums


@given(st.integers(3, 30), st.data(), st.floats(0, 1, exclude_max=True), st.floats(-3, 3))
def test_a_planted_phase_is_found(n: int, data: st.DataObject, phase: float, mean: float) -> None:
    z = data.draw(st.integers(1, (n - 1) // 2))
    u = mean + np.cos(2 * np.pi * (z * np.arange(n) / n + phase))
    found = float(phases(u, z))
    assert 0 <= found < 1
    assert abs((found - phase + 0.5) % 1 - 0.5) < 1e-9
    shifted = float(phases(np.roll(u, -1), z))  # u(a + 1)
    assert abs((shifted - phase - z / n + 0.5) % 1 - 0.5) < 1e-9


def test_phases_are_those_of_explicit_sums() -> None:
    rng = np.random.default_rng(0)
    u = rng.normal(size=(2, 9, 3))
    z = np.array([1, 4, 2])
    found = phases(u, z, 1)
    assert found.shape == (2, 3)
    for j, i in np.ndindex(2, 3):
        angle = cmath.phase(explicit_sums.coefficient(u[j, :, i].tolist(), int(z[i]))) / (2 * np.pi)
        assert found[j, i] == pytest.approx(angle % 1)
    named = Tensor(u, ("input", "element", "neuron"))
    assert (phases(named, z, "element") == found).all()
    assert (phases(u, 3, 1) == phases(u, np.full((2, 3), 3), 1)).all()


def test_signs_at_0_and_half_and_zero_vectors() -> None:
    alternating = np.array([1.0, -1.0, 1.0, -1.0])
    assert phases([alternating, -alternating], 2).tolist() == [0, 0.5]
    assert phases([np.ones(4), -np.ones(4)], 0).tolist() == [0, 0.5]
    assert phases([np.zeros(5), -np.zeros(5)], [1, 2]).tolist() == [0, 0]
    assert np.angle(np.fft.rfft(-np.zeros(5))[0]) == np.pi  # what a negative zero gives alone
    assert phases(-np.zeros(5), 0) == 0


def test_a_phase_just_below_0_is_0_not_1() -> None:
    coefficient = 1 - 1e-17j
    assert cmath.phase(coefficient) / (2 * cmath.pi) % 1.0 == 1.0  # what the remainder alone gives
    rows = [np.cos(2 * np.pi * (np.arange(n) / n - 1e-18)) for n in range(3, 60)]
    for u in rows:
        assert 0 <= float(phases(u, 1)) < 1


def neurons(n: int, z: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """Vectors (k+1, n, m) of neurons with frequencies z (m,) and phases theta (k+1, m)."""
    return np.cos(2 * np.pi * (z * np.arange(n)[:, None] / n + theta[:, None]))


@pytest.mark.parametrize("k", [1, 2, 3])
def test_planted_residuals_are_found(k: int) -> None:
    rng = np.random.default_rng(k)
    z, theta = rng.integers(1, 6, size=40), rng.uniform(size=(k, 40))
    error = rng.uniform(-0.49, 0.49, size=40)
    vectors = neurons(11, z, np.concatenate([theta, (theta.sum(0) + error)[None]]))
    assert phase_residuals(vectors, z) == pytest.approx(error, abs=1e-12)
    named = Tensor(vectors, ("input", "element", "neuron"))
    assert phase_residuals(named, z, "element") == pytest.approx(error, abs=1e-12)


def test_residuals_of_unrelated_phases_are_everywhere() -> None:
    """The twin: they are spread evenly over [-1/2, 1/2), with mean absolute value 1/4."""
    rng = np.random.default_rng(0)
    z = rng.integers(1, 6, size=4000)
    residuals = phase_residuals(neurons(11, z, rng.uniform(size=(3, 4000))), z)
    assert ((residuals >= -0.5) & (residuals < 0.5)).all()
    assert np.abs(residuals).mean() == pytest.approx(0.25, abs=0.01)


def test_half_a_turn_is_minus_one_half() -> None:
    u = np.array([1.0, -1.0, 1.0, -1.0])
    assert phase_residuals([u, u, -u], 2).tolist() == -0.5
    assert phase_residuals([u, -u, u], 2).tolist() == -0.5


@pytest.mark.parametrize("frequency", [-1, 4, [1, 9], 1.0])
def test_other_frequencies_are_refused(frequency: object) -> None:
    with pytest.raises(ValueError, match=r"^frequencies .*, expected integers in 0..3$"):
        phases(np.ones((2, 7)), frequency)  # type: ignore[arg-type]


def test_the_axis_of_vectors_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^phase_residuals: axis 0 counts the vectors"):
        phase_residuals(np.ones((7, 7)), 1, 0)
