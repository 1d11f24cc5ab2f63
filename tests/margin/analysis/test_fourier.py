"""Fourier power: one table of vectors with powers computed by hand, explicit sums, planted frequencies."""

from __future__ import annotations

from math import gcd, sqrt

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray

from margin.analysis.axes import Tensor
from margin.analysis.fourier import (
    dominant,
    key_frequencies,
    power,
    power_at_dominant,
    power_without_mean,
    spectrum,
)
from tests.margin.analysis import explicit_sums

Array = NDArray[np.float64]


def cosine(n: int, z: int, phase: float = 0.0) -> Array:
    return np.cos(2 * np.pi * (z * np.arange(n) / n + phase))


VECTORS: dict[
    str, tuple[ArrayLike, list[float], list[float], int | None]
] = {  # name: vector, power at 0..n//2, power without the mean at 1..n//2, dominant frequency
    "1.5 + cos(2 pi a/7)": (1.5 + cosine(7, 1), [9 / 11, 2 / 11, 0, 0], [1, 0, 0], 1),
    "cosine": (cosine(7, 2, 0.3), [0, 0, 1, 0], [0, 1, 0], 2),
    "negative mean": (cosine(7, 3) - 1 / sqrt(2), [1 / 2, 0, 0, 1 / 2], [0, 0, 1], 3),
    "two cosines": (2 * cosine(5, 1) + cosine(5, 2, 0.1), [0, 4 / 5, 1 / 5], [4 / 5, 1 / 5], 1),
    "two equal cosines": (cosine(5, 1) + cosine(5, 2), [0, 1 / 2, 1 / 2], [1 / 2, 1 / 2], None),
    "delta, n odd": ([1, 0, 0, 0, 0], [1 / 5, 2 / 5, 2 / 5], [1 / 2, 1 / 2], None),
    "delta, n even": ([1, 0, 0, 0], [1 / 4, 1 / 2, 1 / 4], [2 / 3, 1 / 3], 1),
    "alternating": ([1, -1, 1, -1, 1, -1], [0, 0, 0, 1], [0, 0, 1], 3),
    "n/2 beside z": ([2, -1, 0, -1], [0, 1 / 3, 2 / 3], [1 / 3, 2 / 3], 2),  # cos(pi a/2) + cos(pi a): norms 2, 4
    "n = 2": ([3, 1], [4 / 5, 1 / 5], [1], 1),
    "n = 2, no mean": ([1, -1], [0, 1], [1], 1),
    "n = 3": ([1, 0, 0], [1 / 3, 2 / 3], [1], 1),
    "zero, n = 2": ([0, 0], [0, 0], [0], 0),
    "zero": ([0, 0, 0, 0, 0], [0, 0, 0], [0, 0], 0),
    "constant": ([2, 2, 2, 2], [1, 0, 0], [0, 0], 0),
    "constant that rounds": ([0.1] * 7, [1, 0, 0, 0], [0, 0, 0], 0),
    "tiny": (1e-200 * cosine(5, 2), [0, 0, 1], [0, 1], 2),
    "huge": (1e200 * (1.5 + cosine(7, 1)), [9 / 11, 2 / 11, 0, 0], [1, 0, 0], 1),
}

vectors = st.integers(2, 14).flatmap(
    lambda n: st.lists(st.floats(-10, 10, allow_subnormal=False).map(lambda x: round(x, 3)), min_size=n, max_size=n)
)


@pytest.mark.parametrize("name", VECTORS)
def test_powers_computed_by_hand(name: str) -> None:
    vector, with_mean, without, frequency = VECTORS[name]
    assert power(vector).tolist() == pytest.approx(with_mean, abs=1e-14)
    assert power_without_mean(vector).tolist() == pytest.approx(without, abs=1e-14)
    assert float(power_at_dominant(vector)) == pytest.approx(max(with_mean[1:]), abs=1e-14)
    if frequency is not None:
        assert int(dominant(vector)) == frequency


def test_rounding_of_a_constant_is_met() -> None:
    """The vector above does leave coefficients other than 0 behind; a variation above rounding counts."""
    assert np.fft.rfft([0.1] * 7)[1:].any() or np.fft.rfft([0.3] * 23)[1:].any()
    assert power_without_mean(1 + 1e-12 * cosine(7, 2)).tolist() == pytest.approx([0, 1, 0], abs=1e-3)
    for n in range(2, 200):
        assert not power_without_mean(np.full(n, 0.1)).any(), n


@given(vectors)
@example([1.0, 0.0])
def test_power_is_that_of_explicit_sums(values: list[float]) -> None:
    assume(np.ptp(values) > 1e-3)
    assert power(values).tolist() == pytest.approx(explicit_sums.power([values], mean=True), abs=1e-12)
    assert power_without_mean(values).tolist() == pytest.approx(explicit_sums.power([values], mean=False), abs=1e-9)
    wanted = [explicit_sums.coefficient(values, z) for z in range(len(values) // 2 + 1)]
    assert spectrum(values).tolist() == pytest.approx(wanted, abs=1e-10)


@given(vectors, st.integers(0, 20), st.floats(0.01, 100), st.sampled_from([-1, 1]))
def test_shares_add_up_and_do_not_depend_on_shifts_scale_or_sign(
    values: list[float], shift: int, scale: float, sign: int
) -> None:
    """Parseval; a shift turns the phases alone."""
    assume(np.ptp(values) > 1e-3)
    u = np.array(values)
    for share in (power, power_without_mean):
        assert share(u).sum() == pytest.approx(1)
        assert share(sign * scale * np.roll(u, shift)) == pytest.approx(share(u), abs=1e-9)
    assert power(u)[1:] == pytest.approx(power_without_mean(u) * (1 - power(u)[0]), abs=1e-12)
    assert power_without_mean(u + 7) == pytest.approx(power_without_mean(u), abs=1e-9)


@given(vectors, st.integers(1, 20))
def test_a_unit_moves_the_frequencies(values: list[float], unit: int) -> None:
    """u(r a) has at frequency z r what u has at z."""
    n = len(values)
    assume(gcd(unit, n) == 1)
    u = np.array(values)
    moved, still = power(u[unit * np.arange(n) % n]), power(u)
    for z in range(n // 2 + 1):
        y = z * unit % n
        assert moved[min(y, n - y)] == pytest.approx(still[z], abs=1e-12)


def test_a_mean_moves_power_but_not_power_without_mean() -> None:
    """The twin of the invariance above: `power` does depend on the mean."""
    u = cosine(7, 1)
    assert power(u + 1.5)[1] < 0.2 < power(u)[1]
    assert power_without_mean(u + 1.5) == pytest.approx(power_without_mean(u))


@pytest.mark.parametrize("n", [2, 3, 7, 8, 12])
def test_axes_and_pooling(n: int) -> None:
    rng = np.random.default_rng(n)
    u = rng.normal(size=(3, n, 4)) + 0.5
    named = Tensor(u, ("input", "element", "neuron"))
    for share, mean in ((power, True), (power_without_mean, False)):
        alone = share(u, 1)
        assert alone.shape == (3, n // 2 + mean, 4)
        assert alone[2, :, 3] == pytest.approx(explicit_sums.power([u[2, :, 3].tolist()], mean))
        assert (share(named, "element") == alone).all()
        assert (share(np.moveaxis(u, 1, -1)) == np.moveaxis(alone, 1, -1)).all()
        pooled = share(u, 1, pooled=0)
        assert pooled.shape == (n // 2 + mean, 4)
        assert pooled[:, 1] == pytest.approx(explicit_sums.power(u[:, :, 1].tolist(), mean))
        assert (share(named, "element", "input") == pooled).all()
        together = share(u, 1, pooled=(0, -1))
        wanted = explicit_sums.power(np.moveaxis(u, 1, -1).reshape(-1, n).tolist(), mean)
        assert together.tolist() == pytest.approx(wanted)
        assert share(u, 1, pooled=2).shape == (3, n // 2 + mean)
    assert (dominant(u, 1, 0) == power(u, 1, 0)[1:].argmax(0) + 1).all()
    assert (power_at_dominant(u, 1, 0) == power(u, 1, 0)[1:].max(0)).all()
    assert dominant(u, 1).shape == power_at_dominant(u, 1).shape == (3, 4)


@pytest.mark.parametrize("n", [7, 12, 31])
def test_planted_frequencies_are_found(n: int) -> None:
    rng = np.random.default_rng(0)
    planted = rng.integers(1, n // 2 + 1, size=50)
    neurons = np.array([3 + cosine(n, int(z), 0.0 if 2 * z == n else rng.uniform()) for z in planted])
    noise = neurons + 0.05 * rng.normal(size=neurons.shape)
    assert (dominant(neurons) == planted).all()
    assert (dominant(noise) == planted).all()
    assert power_without_mean(noise).max(-1).min() > 0.9
    assert power_at_dominant(noise).max() < 0.2  # the mean holds the rest


def test_noise_has_no_dominant_frequency_worth_the_name() -> None:
    noise = np.random.default_rng(1).normal(size=(1000, 101))
    assert np.median(power_without_mean(noise).max(-1)) < 0.2
    assert power(noise, pooled=0).max() < 0.03


def test_key_frequencies_are_those_planted() -> None:
    rng = np.random.default_rng(2)
    waves = np.array([cosine(113, z, phase) for z in (14, 35, 41) for phase in (0, 0.25)])
    embedding = (5 + waves.T @ rng.normal(size=(6, 32))) + 0.01 * rng.normal(size=(113, 32))
    assert key_frequencies(embedding, 0).tolist() == [14, 35, 41]
    assert key_frequencies(Tensor(embedding, ("element", "dimension")), "element", 0.1).tolist() == [14, 35, 41]
    assert key_frequencies(rng.normal(size=(113, 512)), 0, 0.03).tolist() == []
    assert key_frequencies(np.ones((5, 3)), 0).tolist() == []
    assert key_frequencies(cosine(7, 3), least=0.999999).tolist() == [3]


@pytest.mark.parametrize("least", [0.0, -1.0, 1.5, float("nan")])
def test_a_share_outside_0_1_is_refused(least: float) -> None:
    with pytest.raises(ValueError, match=r"^least share .*, expected a number in \(0, 1\]$"):
        key_frequencies(cosine(7, 3), least=least)


@pytest.mark.parametrize("function", [spectrum, power, power_without_mean, dominant, power_at_dominant])
def test_bad_vectors_are_refused(function: object) -> None:
    assert callable(function)
    with pytest.raises(ValueError, match=r"^axis 0 of shape \(1,\) has length 1, expected at least 2$"):
        function([1.0])
    with pytest.raises(ValueError, match="expected finite values"):
        function([1.0, np.nan])
    with pytest.raises(ValueError, match="complex values"):
        function([1.0, 1j])
    with pytest.raises(ValueError, match="axis 1 of an array"):
        function([1.0, 2.0], 1)


@pytest.mark.parametrize("function", [power, power_without_mean, dominant, power_at_dominant])
def test_pooling_the_axis_itself_is_refused(function: object) -> None:
    assert callable(function)
    with pytest.raises(ValueError, match="the same axis twice"):
        function([[1.0, 2.0]], 1, pooled=-1)
