"""From exact form to arrays: a table of cosines good to the last bits, and every entry in its place."""

from __future__ import annotations

import mpmath  # type: ignore[import-untyped]
import numpy as np
import pytest
from numpy.typing import NDArray

from margin import CosineNetwork, ModularAddition, construct
from margin.networks.cosine_arrays import array_bytes, arrays, cosine_table

ORDERS = [*range(1, 49), 97, 276, 360, 1001]


def true_cosine(turns: mpmath.mpf) -> mpmath.mpf:
    return mpmath.cos(2 * mpmath.pi * turns)


def worst_error(table: NDArray[np.float64]) -> float:
    """The largest error of a table of cosines, in units of the last place of the true value."""
    worst = 0.0
    with mpmath.workdps(40):
        for j, got in enumerate(table.tolist()):
            true = true_cosine(mpmath.mpf(j) / len(table))
            unit = np.spacing(abs(float(true))) if abs(true) > 1e-20 else 5e-324  # a quarter turn
            worst = max(worst, abs(float(mpmath.mpf(got) - (true if abs(true) > 1e-20 else 0))) / unit)
    return worst


@pytest.mark.parametrize("order", ORDERS)
def test_cosines_are_good_to_the_last_bits(order: int) -> None:
    assert worst_error(cosine_table(order)) < 2
    naive = np.cos(2 * np.pi * np.arange(order) / order)
    assert worst_error(naive) > 2 or order < 40


@pytest.mark.parametrize("order", ORDERS)
def test_cosines_are_exactly_symmetric(order: int) -> None:
    table = cosine_table(order)
    assert table.shape == (order,)
    assert table[0] == 1
    assert (table[1:] == table[1:][::-1]).all()
    if order % 2 == 0:
        assert (table[order // 2 :] == -table[: order // 2]).all()
        assert table[order // 2] == -1
    if order % 4 == 0:
        assert table[order // 4] == table[3 * order // 4] == 0
    if order % 3 == 0:
        assert table[order // 3] == -0.5
    if order % 6 == 0:
        assert table[order // 6] == 0.5
    assert len(set(table.tolist())) == order // 2 + 1


def entry(network: CosineNetwork, place: int, vector: int, argument: int) -> float:
    """One weight from its definition: amplitude times cosine, the amplitude from the neuron's mass."""
    n, k = network.task.n, network.task.k
    neuron = list(network.neurons())[place]
    phase = [*neuron.phases, neuron.output_phase][vector]
    turn = neuron.frequency * argument + phase * n
    with mpmath.workdps(30):
        wave = [true_cosine(mpmath.mpf(neuron.frequency * a) / n + float(phase)) for a in range(n)]
        length = mpmath.sqrt(sum(x * x for x in wave) * (k + 1))
        size = mpmath.mpf(float(neuron.mass)) ** (mpmath.mpf(1) / (k + 1)) / length
        return float(size * true_cosine(mpmath.mpf(turn.numerator) / turn.denominator / n))


@pytest.mark.parametrize(("n", "k"), [(2, 1), (2, 3), (3, 2), (6, 2), (7, 1), (12, 3)])
@pytest.mark.parametrize("construction", ["minimal", "paper"])
def test_every_weight_is_the_neurons_cosine(n: int, k: int, construction: str) -> None:
    network = construct(ModularAddition(n, k), construction)
    U, W = arrays(network)
    assert U.shape == (k, n, network.width)
    assert W.shape == (network.width, n)
    assert U.nbytes + W.nbytes == array_bytes(network)
    random = np.random.default_rng(n * k)
    for place, vector, argument in random.integers(0, [network.width, k + 1, n], (25, 3)).tolist():
        got = W[place, argument] if vector == k else U[vector, argument, place]
        assert got == pytest.approx(entry(network, place, vector, argument), rel=1e-14, abs=1e-16)
    other = entry(network, 0, k, 0)
    assert W[0, 1] != pytest.approx(other, rel=1e-3)


def test_large_arrays_are_filled_in_chunks() -> None:
    """U and W both take several chunks here; each neuron is compared with its neighbours' definition."""
    n, k = 401, 3
    network = construct(ModularAddition(n, k))
    U, W = arrays(network)
    listed = list(network.neurons())
    assert n * network.width > 2 << 19
    sample = np.random.default_rng(0).integers(0, network.width, 60)
    angles = np.arange(n) / n
    for place in [0, network.width - 1, *sample.tolist()]:
        neuron = listed[place]
        amplitude = float(neuron.mass) ** (1 / (k + 1)) / np.sqrt((k + 1) * n / 2)
        for j, phase in enumerate(neuron.phases):
            expected = amplitude * np.cos(2 * np.pi * (neuron.frequency * angles + float(phase)))
            assert np.allclose(U[j, :, place], expected, rtol=0, atol=1e-12 * amplitude * n)
        expected = amplitude * np.cos(2 * np.pi * (neuron.frequency * angles + float(neuron.output_phase)))
        assert np.allclose(W[place], expected, rtol=0, atol=1e-12 * amplitude * n)
        other_frequency = (place + 16) % network.width
        assert not np.allclose(W[other_frequency], expected, rtol=0, atol=1e-3 * amplitude)


def test_arrays_that_do_not_fit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    network = construct(ModularAddition(6, 2))
    monkeypatch.setattr("margin.io.resources.available_memory", lambda: array_bytes(network))
    assert arrays(network)[0].shape == (2, 6, 14)
    monkeypatch.setattr("margin.io.resources.available_memory", lambda: array_bytes(network) - 1)
    with pytest.raises(MemoryError, match=r"arrays of 14 neurons: needs 2\.02 kB of memory"):
        network.numeric()
