"""Single neurons: transforms, fine-tuning ones, remapping and cosets; and vectors that have none of it."""

from __future__ import annotations

from math import gcd

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from margin.analysis.cyclic import neurons
from margin.analysis.fourier import dominant

Array = NDArray[np.float64]


def wave(n: int, frequency: int, turns: float = 0.0) -> Array:
    values: Array = np.cos(2 * np.pi * (frequency * np.arange(n) / n + turns))
    return values


def test_preactivation_lies_on_the_axes_at_its_frequencies() -> None:
    power = neurons.preactivation_power(wave(11, 3, 0.1) + 7, wave(11, 3, 0.4))
    places = {tuple(place) for place in np.argwhere(power > 1e-9).tolist()}
    assert places == {(3, 0), (8, 0), (0, 3), (0, 8)}
    assert power.sum() == pytest.approx(1)
    other = neurons.preactivation_power(wave(11, 3), wave(11, 4))
    assert other[0, 4] == pytest.approx(0.25)
    assert other[0, 3] == pytest.approx(0, abs=1e-12)
    with pytest.raises(ValueError, match=r"expected \(n,\) twice"):
        neurons.preactivation_power(wave(11, 3), wave(7, 3))


def test_fine_tuning_neurons_are_neither_simple_nor_noise() -> None:
    n = 89
    combined = wave(n, 27) + 0.7 * wave(n, 35) + 0.4 * wave(n, 19)
    touched = wave(n, 27) + 0.2 * wave(n, 35)  # 4% elsewhere
    noise = np.random.default_rng(0).standard_normal(n)
    inputs = np.stack([np.stack([v, v], 0) for v in (combined, touched, wave(n, 4) + 3, noise, np.ones(n))], 2)
    assert neurons.fine_tuning(inputs).tolist() == [True, False, False, False, False]
    with pytest.raises(ValueError, match=r"expected \(k, n, neurons\)"):
        neurons.fine_tuning(combined)


@given(st.integers(3, 60), st.data())
def test_remapping_gives_the_greatest_common_divisor(n: int, data: st.DataObject) -> None:
    f = data.draw(st.integers(1, n - 1))
    g = gcd(f, n)
    assert gcd(neurons.unit_above(n, f), n) == 1
    np.testing.assert_allclose(neurons.remapped(wave(n, f, 0.2), f), wave(n, g, 0.2), atol=1e-9)


def test_remapping_by_another_frequency_does_not() -> None:
    assert int(dominant(neurons.remapped(wave(89, 5), 5))) == 1
    assert int(dominant(neurons.remapped(wave(89, 5), 6))) != 1
    with pytest.raises(ValueError, match="expected no multiple of 7"):
        neurons.unit_above(7, 14)


@given(st.integers(3, 40), st.data())
def test_cosets_of_the_largest_value(n: int, data: st.DataObject) -> None:
    f, s = data.draw(st.integers(1, n - 1)), data.draw(st.integers(0, n - 1))
    elements = neurons.coset(n, f, -f * s / n)
    g = gcd(f, n)
    assert elements.tolist() == sorted((s + i * n // g) % n for i in range(g))


def test_approximate_cosets_are_progressions_and_seen_in_activations() -> None:
    n, f, s = 59, 15, 7  # 15 * 4 = 1 mod 59
    approximate = neurons.activation_coset(wave(n, f, -f * s / n), 2.2 / n)
    assert approximate.tolist() == sorted((s + 4 * i) % n for i in range(-2, 3))
    assert neurons.activation_coset(wave(n, f, -f * s / n)).tolist() == [s]
    assert neurons.activation_coset(wave(91, 14, -14 * 3 / 91)).tolist() == list(range(3, 91, 13))
    with pytest.raises(ValueError, match="expected a vector that varies"):
        neurons.activation_coset(np.ones(9))
    with pytest.raises(ValueError, match="expected a vector that varies"):
        neurons.activation_coset(np.eye(9))
    with pytest.raises(ValueError, match=r"0\.\.1/2"):
        neurons.coset(9, 2, 0.0, 0.6)
