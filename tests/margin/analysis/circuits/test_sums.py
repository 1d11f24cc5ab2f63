"""Fits by waves of a sum and of the plane: planted ones are found with their numbers, noise has none."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from margin.analysis.circuits.sums import plane_fit, plane_power, sum_fit, sum_share

N = 11
A = np.arange(N)
SUMS = A[:, None] + A


def wave(first: int, second: int, phase: float = 0.0) -> np.ndarray:
    return np.cos(2 * np.pi * (first * A[:, None] + second * A) / N + phase)


def noise(seed: int = 0, n: int = N) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, n))


@pytest.mark.parametrize("frequency", range(1, 6))
def test_planted_waves_of_the_sum(frequency: int) -> None:
    angles = 2 * np.pi * frequency * SUMS / N
    table = 2 * np.cos(angles) - 0.5 * np.sin(angles)
    fit = sum_fit(table, frequency)
    assert (fit.alpha, fit.beta) == pytest.approx((2, -0.5))
    assert fit.error == pytest.approx(0, abs=1e-12)
    rest = noise(frequency)
    rest *= 0.01 * np.linalg.norm(table) / np.linalg.norm(rest)
    assert 0.009 < sum_fit(table + rest, frequency).error < 0.0101
    assert sum_fit(table, frequency % 5 + 1).error == pytest.approx(1)


def test_what_is_no_wave_of_the_sum_is_not_fitted() -> None:
    assert sum_fit(wave(2, -2), 2).error == pytest.approx(1)  # of the difference
    assert sum_fit(wave(2, 0), 2).error == pytest.approx(1)
    assert sum_fit(wave(2, 2) + 1, 2).error == pytest.approx((1 / 1.5) ** 0.5)  # a constant is no part of the fit
    assert min(sum_fit(noise(), z).error for z in range(1, 6)) > 0.9
    zero = sum_fit(np.zeros((N, N)), 1)
    assert (zero.alpha, zero.beta, zero.error) == (0, 0, 0)


def test_half_of_an_even_length_has_a_cosine_alone() -> None:
    a = np.arange(4)
    fit = sum_fit(3.0 * (-1.0) ** (a[:, None] + a), 2)
    assert (fit.alpha, fit.beta, fit.error) == pytest.approx((3, 0, 0), abs=1e-12)


def test_the_fit_is_of_least_squares() -> None:
    table, angles = noise(3), 2 * np.pi * 2 * SUMS / N
    columns = np.stack([np.cos(angles).reshape(-1), np.sin(angles).reshape(-1)], axis=1)
    (alpha, beta), residual, *_ = np.linalg.lstsq(columns, table.reshape(-1), rcond=None)
    fit = sum_fit(table, 2)
    assert (fit.alpha, fit.beta) == pytest.approx((alpha, beta))
    assert fit.error**2 * (table**2).sum() == pytest.approx(residual[0])


@pytest.mark.parametrize("frequency", [0, 6, -1])
def test_unknown_frequencies_are_refused(frequency: int) -> None:
    with pytest.raises(ValueError, match=rf"frequency {frequency}, expected one in 1\.\.5"):
        sum_fit(np.ones((N, N)), frequency)


@pytest.mark.parametrize("function", [lambda table: sum_fit(table, 1), plane_fit])
def test_shapes_are_refused(function: Callable[[np.ndarray], object]) -> None:
    for shape in ((N,), (N, N - 1), (1, 1), (N, N, N)):
        with pytest.raises(ValueError, match=r"expected \(n, n\) with n >= 2"):
            function(np.zeros(shape))


@pytest.mark.parametrize(("first", "second"), [(1, 1), (5, 3), (2, 9), (0, 4), (3, 0)])
def test_planted_waves_of_the_plane(first: int, second: int) -> None:
    fit = plane_fit(7 + 3 * wave(first, second, 0.25))
    assert (fit.first, fit.second) == (first, second)
    assert (fit.amplitude, fit.phase, fit.share, fit.product_share) == pytest.approx((3, 0.25, 1, 1))
    assert fit.on_axis == (first == 0 or second == 0)


def test_a_product_of_waves_is_two_waves() -> None:
    fit = plane_fit(np.cos(2 * np.pi * 2 * A / N)[:, None] * np.cos(2 * np.pi * 3 * A / N))
    assert (fit.first, min(fit.second, N - fit.second)) == (2, 3)
    assert (fit.share, fit.product_share) == pytest.approx((0.5, 1))
    other = plane_fit(2 * wave(1, 2) + wave(4, 3))
    assert (other.first, other.second) == (1, 2)
    assert (other.share, other.product_share) == pytest.approx((0.8, 0.8))


def test_noise_and_constants_have_no_wave() -> None:
    fit = plane_fit(noise(4, 61))
    assert fit.share < 0.01
    assert fit.product_share < 0.02
    for constant in (np.zeros((N, N)), np.full((N, N), 1e6 / 3)):
        assert plane_fit(constant) == plane_fit(np.zeros((N, N)))
        assert (plane_fit(constant).share, plane_fit(constant).amplitude) == (0, 0)


def test_half_of_an_even_length() -> None:
    a = np.arange(4)
    fit = plane_fit(3.0 * (-1.0) ** (a[:, None] + a))
    assert (fit.first, fit.second, fit.amplitude, fit.share, fit.product_share) == pytest.approx((2, 2, 3, 1, 1))


def test_powers_of_the_plane() -> None:
    table = 1 + 2 * wave(1, 3) + wave(1, -3) + wave(0, 2)
    shares = plane_power(table)
    assert shares.shape == (6, 6)
    assert shares.sum() == pytest.approx(1)
    total = 1 + 2 + 0.5 + 0.5
    assert (shares[0, 0], shares[1, 3], shares[0, 2]) == pytest.approx((1 / total, 2.5 / total, 0.5 / total))
    both = np.stack([wave(1, 1), 2 * wave(2, 2)], axis=2)
    assert plane_power(both, 0, 1)[[1, 2], [1, 2]] == pytest.approx([0.2, 0.8])
    assert plane_power(1e200 * table) == pytest.approx(shares)
    assert not plane_power(np.zeros((N, N))).any()
    assert plane_power(noise(5, 61))[1:, 1:].max() < 0.01
    with pytest.raises(ValueError, match="axes of lengths 3 and 2, expected the same length"):
        plane_power(np.zeros((3, 2)))


@pytest.mark.parametrize("n", [2, 3, 6, 7])
def test_the_share_of_the_sum_is_what_the_mean_over_each_sum_explains(n: int) -> None:
    """By brute force: the mean over all pairs of one sum is the nearest function of the sum."""
    table = np.random.default_rng(n).normal(size=(n, n))
    pairs = [[(a, (c - a) % n) for a in range(n)] for c in range(n)]
    left = sum((table[pair] - np.mean([table[p] for p in own])) ** 2 for own in pairs for pair in own)
    assert sum_share(table) == pytest.approx(1 - left / (table**2).sum())
    assert sum_share(1e-200 * table) == pytest.approx(sum_share(table))
    of_the_sum = np.random.default_rng(1).normal(size=n)[np.add.outer(np.arange(n), np.arange(n)) % n]
    assert sum_share(of_the_sum) == pytest.approx(1)
    assert sum_share(of_the_sum[:, ::-1]) < 1 - 1e-6 or n == 2
    assert sum_share(np.zeros((n, n))) == 0


def test_the_share_of_the_sum_refuses_other_shapes() -> None:
    with pytest.raises(ValueError, match=r"table of shape \(2, 3\)"):
        sum_share(np.ones((2, 3)))
