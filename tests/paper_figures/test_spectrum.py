"""Power, interpolation and cosine fits against the definition of the Fourier transform."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from paper_figures.spectrum import cosine_fit, interpolated, power

vectors = st.integers(2, 24).flatmap(
    lambda n: st.lists(st.floats(-10, 10, allow_subnormal=False), min_size=n, max_size=n)
)


@given(vectors)
def test_power_is_that_of_the_definition(values: list[float]) -> None:
    u = np.array(values)
    n = len(u)
    u = np.round(u, 3)
    total = ((u - u.mean()) ** 2).sum()
    found = power(u)
    assert found.shape == (n // 2,)
    assume(total > 1e-9)
    for z in range(1, n // 2 + 1):
        angle = 2 * np.pi * z * np.arange(n) / n
        parts = (u @ np.cos(angle)) ** 2 + (u @ np.sin(angle)) ** 2
        assert found[z - 1] * total == pytest.approx(parts * (1 if 2 * z == n else 2) / n, abs=1e-8)
    assert found.sum() == pytest.approx(1)


def test_constant_vectors_have_no_power() -> None:
    assert power(np.ones(8)).tolist() == [0, 0, 0, 0]
    assert power(np.arange(8.0)).sum() == pytest.approx(1)


@given(vectors)
def test_interpolation_passes_through_the_weights(values: list[float]) -> None:
    u = np.array(values)
    n = len(u)
    x, smooth = interpolated(u, 5 * n + 1)
    assert x[::5].tolist() == pytest.approx(list(range(n + 1)))
    np.testing.assert_allclose(smooth[:-1:5], u, atol=1e-9)
    assert smooth[-1] == pytest.approx(u[0], abs=1e-9)  # it is periodic


@pytest.mark.parametrize(("n", "z"), [(7, 1), (7, 3), (8, 1), (8, 4), (97, 31)])
def test_a_cosine_is_fitted_exactly(n: int, z: int) -> None:
    phase = 0.0 if 2 * z == n else 0.7
    u = 1.5 + 2 * np.cos(2 * np.pi * z * np.arange(n) / n + phase)
    frequency, x, wave, share = cosine_fit(u, 3 * n + 1)
    assert frequency == z
    assert share == pytest.approx(1)
    np.testing.assert_allclose(wave, 1.5 + 2 * np.cos(2 * np.pi * z * x / n + phase), atol=1e-9)


def test_the_fit_is_the_least_squares_one() -> None:
    rng = np.random.default_rng(0)
    u = rng.normal(size=23)
    frequency, _, wave, share = cosine_fit(u, 24)
    angle = 2 * np.pi * frequency * np.arange(23) / 23
    design = np.stack([np.ones(23), np.cos(angle), np.sin(angle)], axis=1)
    solution, *_ = np.linalg.lstsq(design, u, rcond=None)
    np.testing.assert_allclose(wave[:-1], design @ solution, atol=1e-12)
    assert 0 < share < 0.9
