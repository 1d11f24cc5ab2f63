"""Interpolation and cosine fits against explicit sums and least squares."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from margin.analysis.cosines import CosineFit, cosine_fit, interpolated
from tests.margin.analysis import explicit_sums

vectors = st.integers(2, 14).flatmap(
    lambda n: st.lists(st.floats(-10, 10).map(lambda x: round(x, 3)), min_size=n, max_size=n)
)


@given(vectors, st.lists(st.floats(-5, 20), max_size=4))
def test_interpolation_is_the_trigonometric_polynomial(values: list[float], positions: list[float]) -> None:
    n = len(values)
    wanted = [explicit_sums.interpolated(values, x) for x in positions]
    assert interpolated(values, positions).tolist() == pytest.approx(wanted, abs=1e-8)
    assert interpolated(values, np.arange(n)).tolist() == pytest.approx(values, abs=1e-9)
    assert interpolated(values, [n, -n]).tolist() == pytest.approx([values[0]] * 2, abs=1e-9)


def test_interpolation_between_samples_of_a_planted_function() -> None:
    """Exact below n/2; above it, the twin, the samples cannot tell."""
    n, x = 9, np.linspace(0, 9, 50)

    def function(z: int, places: np.ndarray) -> np.ndarray:
        return 2 + np.cos(2 * np.pi * (z * places / n + 0.3))

    for z in (1, 4):
        assert interpolated(function(z, np.arange(n)), x) == pytest.approx(function(z, x))
    assert np.abs(interpolated(function(5, np.arange(n)), x) - function(5, x)).max() > 1
    both = np.stack([function(1, np.arange(n)), function(4, np.arange(n))])
    assert interpolated(both, x).shape == (2, 50)


@given(vectors, st.data())
def test_the_fit_is_the_least_squares_one(values: list[float], data: st.DataObject) -> None:
    n = len(values)
    z = data.draw(st.integers(1, n // 2))
    u, a = np.array(values), np.arange(n)
    fit = cosine_fit(u, z)
    design = np.stack([np.ones(n), np.cos(2 * np.pi * z * a / n), np.sin(2 * np.pi * z * a / n)], 1)
    design = design[:, : 2 if 2 * z == n else 3]
    wanted = design @ np.linalg.lstsq(design, u)[0]
    assert fit.at(a) == pytest.approx(wanted, abs=1e-9)
    assert fit.residual == pytest.approx(float(np.linalg.norm(u - wanted)), abs=1e-9)
    by_amplitude = fit.mean + fit.amplitude * np.cos(2 * np.pi * (z * a / n + fit.phase))
    assert by_amplitude == pytest.approx(wanted, abs=1e-9)
    assert fit.amplitude >= 0
    assert 0 <= fit.phase < 1
    assume(np.ptp(values) > 1e-3)
    assert fit.share == pytest.approx(1 - fit.residual**2 / ((u - u.mean()) ** 2).sum(), abs=1e-9)


@pytest.mark.parametrize(("n", "z"), [(7, 1), (7, 3), (8, 1), (8, 4), (97, 31), (2, 1), (3, 1)])
def test_a_planted_cosine_is_found(n: int, z: int) -> None:
    phase = 0.5 if 2 * z == n else 0.7
    u = 1.5 + 2 * np.cos(2 * np.pi * (z * np.arange(n) / n + phase))
    fit = cosine_fit(u)
    assert (fit.n, fit.frequency) == (n, z)
    assert (fit.mean, fit.amplitude, fit.phase, fit.share) == pytest.approx((1.5, 2, phase, 1))
    assert fit.residual < 1e-12
    assert fit == cosine_fit(u, z)


def test_noise_is_no_cosine() -> None:
    u = np.random.default_rng(0).normal(size=101)
    fit = cosine_fit(u)
    assert fit.share < 0.2
    assert fit.residual > 0.8 * np.linalg.norm(u - u.mean())


def test_a_constant_has_no_amplitude() -> None:
    fit = cosine_fit(np.zeros(5))
    assert (fit.frequency, fit.amplitude, fit.phase, fit.share, fit.residual) == (1, 0, 0, 0, 0)
    assert cosine_fit(np.full(4, 2.0)).at([0.5]).tolist() == [2]


def test_a_phase_just_below_0_is_0_not_1() -> None:
    assert CosineFit(7, 1, 0.0, 1 - 1e-17j, 1.0, 0.0).phase == 0
    assert CosineFit(7, 1, 0.0, 1 - 1e-9j, 1.0, 0.0).phase == pytest.approx(1)


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^cosine_fit: shape \(1, 7\), expected one vector \(n,\)$"):
        cosine_fit(np.ones((1, 7)))
    for frequency in (0, -1, 4):
        with pytest.raises(ValueError, match=rf"^cosine_fit: frequency {frequency}, expected one in 1..3$"):
            cosine_fit(np.ones(7), frequency)
    for positions in ([[0.0]], 1.0, [np.inf]):
        with pytest.raises(ValueError, match=r"^positions of shape .*, expected a vector of finite numbers$"):
            interpolated(np.ones(7), positions)
    with pytest.raises(ValueError, match=r"^positions of shape"):
        cosine_fit(np.ones(7)).at([np.nan])
