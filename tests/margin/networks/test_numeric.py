"""Networks as arrays: logits and margins against naive loops, norms, spectra; what is refused."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from margin import ExactNetwork, ModularAddition, Network, NumericNetwork, construct
from tests.helpers import oracles

Array = NDArray[np.float64]
SHAPES = [(1, 2, 1), (1, 5, 4), (2, 2, 3), (2, 5, 3), (3, 4, 2), (4, 3, 5)]  # k, n, m


def weights(k: int, n: int, m: int) -> tuple[Array, Array]:
    random = np.random.default_rng([k, n, m])
    return random.standard_normal((k, n, m)), random.standard_normal((m, n))


def cosine(n: int, z: int, turn: float, amplitude: float = 1.0) -> Array:
    result: Array = amplitude * np.cos(2 * np.pi * (z * np.arange(n) / n + turn))
    return result


def neurons(*vectors: list[Array]) -> NumericNetwork:
    """Each neuron given as its k + 1 vectors."""
    stacked = np.array(vectors)  # (m, k+1, n)
    return Network.from_arrays(stacked[:, :-1].transpose(1, 2, 0), stacked[:, -1])


@st.composite
def integer_networks(draw: st.DrawFn) -> tuple[Array, Array]:
    k, n, m = draw(st.integers(1, 3)), draw(st.integers(2, 4)), draw(st.integers(1, 3))
    entries = st.integers(-4, 4)
    U = draw(st.lists(entries, min_size=k * n * m, max_size=k * n * m))
    W = draw(st.lists(entries, min_size=m * n, max_size=m * n))
    return np.array(U, np.float64).reshape(k, n, m), np.array(W, np.float64).reshape(m, n)


@pytest.mark.parametrize(("k", "n", "m"), SHAPES)
def test_from_arrays_copies_its_input(k: int, n: int, m: int) -> None:
    U, W = weights(k, n, m)
    network = Network.from_arrays(U, W)
    assert isinstance(network, NumericNetwork)
    assert (network.task, network.width) == (ModularAddition(n, k), m)
    assert network.numeric() is network
    before = network.U.copy(), network.W.copy()
    U += 1
    W += 1
    assert np.array_equal(network.U, before[0])
    assert np.array_equal(network.W, before[1])
    assert not np.array_equal(network.U, U)


def test_lists_integers_and_float32_become_float64() -> None:
    ones = np.ones((2, 5, 3))
    for U in (ones.tolist(), ones.astype(np.int8), ones.astype(np.float32), ones.astype(bool)):
        network = Network.from_arrays(U, np.ones((3, 5), np.int64))
        assert network.U.dtype == network.W.dtype == np.float64
        assert (network.U == 1).all()


@pytest.mark.parametrize(
    ("U", "W"),
    [
        (np.ones((2, 5, 3)), np.ones((5, 3))),
        (np.ones((2, 5, 3)), np.ones((4, 5))),
        (np.ones((2, 5, 3)), np.ones((3, 4))),
        (np.ones((2, 5, 3)), np.ones(3)),
        (np.ones((5, 3)), np.ones((3, 5))),
        (np.ones((1, 2, 5, 3)), np.ones((3, 5))),
        (np.ones((0, 5, 3)), np.ones((3, 5))),
        (np.ones((2, 5, 0)), np.ones((0, 5))),
        (np.ones((2, 0, 3)), np.ones((3, 0))),
        (1.0, 2.0),
    ],
)
def test_other_shapes_are_refused(U: Any, W: Any) -> None:
    with pytest.raises(ValueError, match=r"U has shape \(.*\) and W \(.*\), expected \(k, n, m\) and \(m, n\)"):
        Network.from_arrays(U, W)


def test_one_residue_and_words_are_refused() -> None:
    with pytest.raises(ValueError, match="n = 1, expected an integer >= 2"):
        Network.from_arrays(np.ones((2, 1, 3)), np.ones((3, 1)))
    with pytest.raises(ValueError, match="could not convert"):
        Network.from_arrays("weights", np.ones((3, 5)))
    with pytest.raises(ValueError, match="inhomogeneous"):
        Network.from_arrays([[1, 2], [3]], np.ones((3, 5)))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", ["U", "W"])
def test_weights_that_are_not_finite_are_refused(value: float, name: str) -> None:
    arrays = dict(zip(("U", "W"), weights(2, 5, 3), strict=True))
    Network.from_arrays(**arrays)
    place = (1, 2, 0)[-arrays[name].ndim :]
    arrays[name][place] = value
    with pytest.raises(ValueError) as refusal:
        Network.from_arrays(**arrays)
    assert f"{name}{list(place)} is {value}, expected finite weights" in str(refusal.value)


@pytest.mark.parametrize("chunk", [1, 7, 1 << 22])
@pytest.mark.parametrize(("k", "n", "m"), SHAPES)
def test_logits_and_margin_agree_with_a_naive_loop(
    monkeypatch: pytest.MonkeyPatch, k: int, n: int, m: int, chunk: int
) -> None:
    monkeypatch.setattr("margin.networks.numeric._CHUNK", chunk)
    U, W = weights(k, n, m)
    network = Network.from_arrays(U, W)
    naive = oracles.logits(U, W)
    table = network.logits()
    assert table.shape == (n,) * (k + 1)
    assert all(np.allclose(table[a], naive[a], rtol=1e-12, atol=1e-12) for a in product(range(n), repeat=k))
    assert not np.allclose(table, np.roll(table, 1, axis=-1))
    inputs = np.array([(n - 1,) * k, (0,) * k, (1,) * (k - 1) + (0,)])
    assert np.allclose(network.logits(inputs), [naive[tuple(map(int, a))] for a in inputs], rtol=1e-12, atol=1e-12)
    assert network.margin() == pytest.approx(oracles.gaps(U, W).min(), rel=1e-12, abs=1e-12)
    assert network.normalised_margin() == pytest.approx(oracles.normalised_margin(U, W), rel=1e-12, abs=1e-12)
    assert abs(network.margin() - oracles.gaps(U, np.roll(W, 1, axis=1)).min()) > 1e-6


@given(integer_networks())
def test_margin_of_integer_weights_is_exact(arrays: tuple[Array, Array]) -> None:
    U, W = arrays
    network = Network.from_arrays(U, W)
    assert network.margin() == oracles.gaps(U, W).min()
    assert Network.from_arrays(U, -W).margin() == (-oracles.gaps(U, W)).min()
    shifted = Network.from_arrays(U, W + np.arange(network.width)[:, None])  # the same for every label
    assert shifted.margin() == network.margin()


def test_logits_of_any_leading_shape() -> None:
    network = Network.from_arrays(*weights(2, 5, 3))
    table = network.logits()
    assert network.logits([1, 2]).shape == (5,)
    assert (network.logits(np.array([[[1, 2]], [[4, 0]]], np.uint8)) == table[[[1], [4]], [[2], [0]]]).all()
    assert network.logits(np.zeros((0, 2), np.int64)).shape == (0, 5)
    assert network.logits(network.task.inputs()).reshape(5, 5, 5) == pytest.approx(table, rel=1e-14)


@pytest.mark.parametrize(
    "inputs", [[0, 5], [-1, 0], [0.0, 1.0], [True, False], [0, 1, 2], [0], 3, [], np.zeros((4, 0), np.int64), "ab"]
)
def test_other_inputs_are_refused(inputs: Any) -> None:
    network = Network.from_arrays(*weights(2, 5, 3))
    with pytest.raises(ValueError, match=r"got inputs of shape .* expected integers in 0\.\.4 of shape \(\.\.\., 2\)"):
        network.logits(inputs)


def test_population_that_does_not_fit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network.from_arrays(*weights(2, 5, 3))
    monkeypatch.setattr("margin.io.resources.available_memory", lambda: 8 * 5**3)
    assert network.logits().shape == (5, 5, 5)
    monkeypatch.setattr("margin.io.resources.available_memory", lambda: 8 * 5**3 - 1)
    with pytest.raises(MemoryError, match=r"logits of all 5\^2 inputs: needs 1 kB"):
        network.logits()
    assert network.logits([1, 2]).shape == (5,)


@pytest.mark.parametrize(("k", "n", "m"), SHAPES)
def test_norm_and_masses(k: int, n: int, m: int) -> None:
    U, W = weights(k, n, m)
    network = Network.from_arrays(U, W)
    each = [oracles.norm_power(U[:, :, [i]], W[[i]]) for i in range(m)]
    assert network.masses() == pytest.approx(each, rel=1e-12)
    assert network.norm() == pytest.approx(sum(each) ** (1 / (k + 1)), rel=1e-12)
    assert network.norm() != pytest.approx(network.scaled(1.01).norm(), rel=1e-3)


@pytest.mark.parametrize("factor", [3, 0.5, -2.0, Fraction(1, 3)])
def test_scaling_keeps_the_normalised_margin(factor: float | Fraction) -> None:
    network = Network.from_arrays(*weights(3, 4, 5))
    scaled = network.scaled(factor)
    assert np.allclose(scaled.U, network.U * float(factor))
    assert scaled.margin() == pytest.approx(network.margin() * float(factor) ** 4, rel=1e-9)
    assert scaled.normalised_margin() == pytest.approx(network.normalised_margin(), rel=1e-9)
    assert scaled.margin() != pytest.approx(network.margin(), rel=1e-3)


def test_zero_weights_have_no_normalised_margin() -> None:
    network = Network.from_arrays(*weights(2, 5, 3))
    assert network.scaled(0).margin() == 0
    assert network.scaled(0).norm() == 0
    with pytest.raises(ValueError, match="all weights are zero"):
        network.scaled(0).normalised_margin()
    with pytest.raises(ValueError, match="is nan, expected finite"):
        network.scaled(float("nan"))


def test_overflow_is_refused() -> None:
    network = Network.from_arrays(*weights(2, 5, 3))
    assert np.isfinite(network.scaled(1e100).margin())
    for factor in (1e110, 1e150, 1e200):
        with np.errstate(all="ignore"), pytest.raises(OverflowError, match="a logit exceeds the float64 range"):
            network.scaled(factor).margin()


def test_overflow_is_refused_without_warnings() -> None:
    with pytest.raises(OverflowError, match="a logit exceeds the float64 range"):
        Network.from_arrays(*weights(2, 5, 3)).scaled(1e200).margin()


@pytest.mark.parametrize(("k", "n", "m"), SHAPES)
def test_fourier_power_is_a_share(k: int, n: int, m: int) -> None:
    U, W = weights(k, n, m)
    power = Network.from_arrays(U, W).fourier_power()
    assert power.shape == (m, n // 2 + 1)
    assert power.sum(axis=1) == pytest.approx(1)
    vectors = np.concatenate([U, W.T[None]])
    for i, z in product(range(m), range(n // 2 + 1)):
        total = 0.0
        for frequency in {z, -z % n}:
            wave = np.exp(-2j * np.pi * frequency * np.arange(n) / n)
            total += sum(abs(vector @ wave) ** 2 for vector in vectors[:, :, i]) / n
        assert power[i, z] == pytest.approx(total / (vectors[:, :, i] ** 2).sum(), abs=1e-12)


def test_fourier_power_of_a_zero_neuron() -> None:
    U, W = weights(2, 5, 3)
    U[:, :, 1], W[1] = 0, 0
    power = Network.from_arrays(U, W).fourier_power()
    assert power.sum(axis=1) == pytest.approx([1, 0, 1])


def test_frequencies_and_phases_of_known_cosines() -> None:
    network = neurons(
        [cosine(12, 5, 0.1), cosine(12, 5, 0.85), cosine(12, 5, 0.5)],
        [cosine(12, 1, 0.2, 3.0), cosine(12, 1, 0.3, 0.1), cosine(12, 1, 0.999, 2.0)],
        [cosine(12, 6, 0.0), cosine(12, 6, 0.5), cosine(12, 6, 0.0)],
        [cosine(12, 0, 0.0), cosine(12, 0, 0.5), cosine(12, 0, 0.0)],
        [cosine(12, 4, 0.25) + 0.5 * cosine(12, 3, 0.1), cosine(12, 4, 0.75), cosine(12, 4, 0.125)],
    )
    assert network.frequencies().tolist() == [5, 1, 6, 0, 4]
    expected = [[0.1, 0.85, 0.5], [0.2, 0.3, 0.999], [0, 0.5, 0], [0, 0.5, 0], [0.25, 0.75, 0.125]]
    difference = network.phases() - np.array(expected)
    assert abs(difference - np.round(difference)).max() < 1e-12  # 0 and 1 are the same turn
    assert ((network.phases() >= 0) & (network.phases() <= 1)).all()
    assert network.fourier_power()[4, [3, 4]] == pytest.approx([0.25 / 3.25, 3 / 3.25])


@pytest.mark.parametrize(("n", "k"), [(2, 1), (2, 3), (5, 2), (6, 2), (8, 3)])
@pytest.mark.parametrize("construction", ["minimal", "paper"])
def test_exact_networks_answer_through_their_arrays(n: int, k: int, construction: str) -> None:
    network = construct(ModularAddition(n, k), construction)
    listed = list(network.neurons())
    assert network.frequencies().tolist() == [neuron.frequency for neuron in listed]
    phases = np.array([[*map(float, neuron.phases), float(neuron.output_phase)] for neuron in listed])
    difference = network.phases() - phases
    assert abs(difference - np.round(difference)).max() < 1e-9
    assert network.numeric().masses() == pytest.approx([float(neuron.mass) for neuron in listed])
    assert (network.logits() == network.numeric().logits()).all()
    zeros, elsewhere = np.zeros(k, np.int64), np.ones(k, np.int64)
    assert network.logits(zeros) == pytest.approx(network.logits()[(0,) * k])
    assert (abs(network.logits(zeros) - network.logits(elsewhere)).max() > 1e-9) == (k % n != 0)
    with pytest.raises(ValueError, match="expected integers in"):
        network.logits(zeros - 1)
    assert isinstance(network, ExactNetwork)
    assert network.exact() is network


def test_complex_weights_are_refused() -> None:
    U, W = np.ones((2, 3, 1)), np.ones((1, 3))
    assert Network.from_arrays(U, W).width == 1
    for bad in ((U + 1j, W), (U, W + 0j)):
        with pytest.raises(ValueError, match="complex"):
            Network.from_arrays(*bad)


@pytest.mark.parametrize("factor", [1e-200, 1e-60, 1e60, 1e150])
def test_normalised_margin_of_tiny_and_huge_weights(factor: float) -> None:
    network = construct(ModularAddition(5, 2)).numeric()
    assert network.scaled(factor).normalised_margin() == pytest.approx(network.normalised_margin(), rel=1e-12)
    assert network.scaled(factor).normalised_margin() != pytest.approx(2 * network.normalised_margin())


def test_logits_beyond_float64_are_refused() -> None:
    network = construct(ModularAddition(5, 2)).numeric()
    assert np.isfinite(network.scaled(1e50).logits()).all()
    with pytest.raises(OverflowError, match="a logit exceeds"):
        network.scaled(1e150).logits()
