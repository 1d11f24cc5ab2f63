"""Simple neurons: planted ones are seen, and each of their properties alone is not enough."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from margin.analysis.simple import OUTPUT, RATIO, SHARE, TURNS, frequencies, simple

Array = NDArray[np.float64]


def neuron(n: int, z: int, phases: tuple[float, ...], sizes: tuple[float, ...]) -> Array:
    """Cosines of one frequency with their own phases (turns) and amplitudes, (k + 1, n, 1)."""
    turns = np.arange(n) / n
    waves = [size * np.cos(2 * np.pi * (z * turns + phase)) for phase, size in zip(phases, sizes, strict=True)]
    return np.stack(waves)[..., None]


@given(st.integers(5, 40), st.data(), st.floats(0, 1), st.floats(0, 1), st.floats(0.1, 10), st.floats(0.1, 10))
def test_planted_neurons(n: int, data: st.DataObject, first: float, second: float, inside: float, out: float) -> None:
    """Any constant may be added: it is the bias's part."""
    z = data.draw(st.integers(1, (n - 1) // 2))
    planted = neuron(n, z, (first, second, first + second), (inside, inside, out))
    assert simple(planted + np.array([3.0, -2.0, 1.0])[:, None, None]).tolist() == [True]
    assert frequencies(planted[:2]).tolist() == [z]


@pytest.mark.parametrize(("off", "is_simple"), [(0.0, True), (0.9 * TURNS, True), (1.1 * TURNS, False), (0.5, False)])
def test_phases_must_add_up(off: float, is_simple: bool) -> None:
    assert simple(neuron(89, 5, (0.1, 0.2, 0.3 + off), (1, 1, 1))).tolist() == [is_simple]


@pytest.mark.parametrize(("ratio", "is_simple"), [(0.98 * RATIO, True), (1.02 * RATIO, False)])
def test_amplitudes_of_the_inputs_must_agree(ratio: float, is_simple: bool) -> None:
    assert simple(neuron(89, 5, (0.1, 0.2, 0.3), (1, ratio, 7))).tolist() == [is_simple]


@pytest.mark.parametrize(("place", "least"), [(0, SHARE), (1, SHARE), (2, OUTPUT)])
@pytest.mark.parametrize(("above", "is_simple"), [(0.02, True), (-0.02, False)])
def test_every_vector_must_have_one_frequency(place: int, least: float, above: float, is_simple: bool) -> None:
    share = least + above
    planted = neuron(89, 5, (0.1, 0.2, 0.3), (1, 1, 1))
    planted[place, :, 0] += np.sqrt(1 / share - 1) * np.cos(2 * np.pi * 11 * np.arange(89) / 89)
    assert simple(planted).tolist() == [is_simple]


def test_the_frequency_must_be_the_same_and_something_must_vary() -> None:
    planted = neuron(89, 5, (0.1, 0.2, 0.3), (1, 1, 1))
    planted[2] = neuron(89, 6, (0.3,), (1,))[0]
    assert simple(planted).tolist() == [False]
    assert simple(np.ones((3, 89, 2))).tolist() == [False, False]
    assert frequencies(np.ones((2, 89, 2))).tolist() == [0, 0]


@pytest.mark.parametrize("shape", [(3, 89), (1, 89, 4)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"expected \(inputs \+ 1, n, neurons\)"):
        simple(np.zeros(shape))
