"""From arrays back to exact form: constructions are recovered, everything else is refused and named."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from margin import ModularAddition, Network, Surd, construct, maximum_margin, recognise
from margin.addition.recognise import dominant_frequencies, phases_at, power_shares
from margin.networks.activations import Activation, ReLU
from margin.networks.cosine_blocks import Block
from margin.networks.cosines import CosineNetwork
from margin.networks.phases import PhaseList
from margin.tasks import GroupComposition, SparseParity, Task

Array = NDArray[np.float64]
SHAPES = [(1, 2, 1), (1, 5, 4), (2, 2, 3), (2, 5, 3), (3, 4, 2), (4, 3, 5)]  # k, n, m

TASK = ModularAddition(6, 2)
CASES = [(2, 1), (2, 3), (3, 1), (5, 2), (6, 2), (8, 2), (7, 3), (4, 4)]


def changed(network: Network, neuron: int, change: object, add: object = 0.0) -> Network:
    """The network with the vectors of one neuron multiplied by a number (or one each), then added to."""
    vectors = np.concatenate([network.U, network.W.T[None]])
    vectors[:, :, neuron] = vectors[:, :, neuron] * np.reshape(np.asarray(change), (-1, 1)) + np.asarray(add)
    return Network.from_arrays(vectors[:-1], vectors[-1].T)


@pytest.mark.parametrize(("n", "k"), CASES)
@pytest.mark.parametrize("construction", ["minimal", "paper"])
def test_constructions_are_recovered(n: int, k: int, construction: str) -> None:
    network = construct(ModularAddition(n, k), construction)
    found = recognise(network.numeric())
    assert found.task == network.task
    assert found.mass == 1
    assert found.norm() == 1
    assert found.normalised_margin() == maximum_margin(network.task).exact
    assert list(found.neurons()) == list(network.neurons())
    assert list(found.neurons()) != list(construct(ModularAddition(n + 1, k), construction).neurons())


def test_order_of_the_neurons_does_not_matter() -> None:
    network = construct(TASK).numeric()
    order = np.random.default_rng(1).permutation(network.width)
    shuffled = Network.from_arrays(network.U[:, :, order], network.W[order])
    assert recognise(shuffled).normalised_margin() == maximum_margin(TASK).exact
    assert sorted(map(str, recognise(shuffled).neurons())) == sorted(map(str, construct(TASK).neurons()))
    mixed = Network.from_arrays(network.U[:, :, order], network.W)
    with pytest.raises(ValueError, match="recognise:"):
        recognise(mixed)


@pytest.mark.parametrize("factor", [2, 0.5, 3])
def test_scale_becomes_mass(factor: float) -> None:
    found = recognise(construct(TASK).numeric().scaled(factor))
    assert found.mass == Fraction(factor) ** 3
    assert found.normalised_margin() == maximum_margin(TASK).exact
    assert found.margin() == maximum_margin(TASK).exact * Fraction(factor) ** 3
    assert found.mass != 1


def test_unequal_shares_are_recovered() -> None:
    phases = PhaseList(1, 4, ((0, 0), (1, 1)), (Fraction(1, 3), Fraction(2, 3)))
    network = CosineNetwork(ModularAddition(3, 1), (Block(range(1, 2), Surd(1), phases),))
    found = recognise(network.numeric())
    assert [neuron.mass for neuron in found.neurons()] == [Fraction(1, 3), Fraction(2, 3)]
    assert list(found.neurons()) == list(network.neurons())
    assert found.margin() == pytest.approx(found.numeric().margin(), rel=1e-12)


def test_part_of_a_construction_is_no_maximum_margin_network() -> None:
    network = construct(TASK).numeric()
    found = recognise(Network.from_arrays(network.U[:, :, 1:], network.W[1:]))
    assert found.width == network.width - 1
    assert found.normalised_margin() < maximum_margin(TASK).exact * 0.999


@pytest.mark.parametrize("neuron", [0, 7, 13])
def test_constant_and_zero_neurons_are_refused(neuron: int) -> None:
    network = construct(TASK).numeric()
    for constant in (0.0, 1.0):
        with pytest.raises(ValueError, match=f"neuron {neuron} is constant or zero, expected a frequency 1..3"):
            recognise(changed(network, neuron, 0.0, constant))
    assert recognise(changed(network, neuron, 1.0, 0.0)).mass == 1


def weights(k: int, n: int, m: int) -> tuple[Array, Array]:
    random = np.random.default_rng([k, n, m])
    return random.standard_normal((k, n, m)), random.standard_normal((m, n))


def random_network(k: int, n: int, m: int) -> Network:
    """Random weights, none of whose neurons is constant."""
    vectors = np.random.default_rng([k, n, m]).standard_normal((k + 1, n, m))
    vectors -= vectors.mean(axis=1, keepdims=True)
    return Network.from_arrays(vectors[:k], vectors[k].T)


@pytest.mark.parametrize(("k", "n", "m"), [(1, 5, 1), (1, 7, 1), (3, 23, 30)])
def test_random_weights_are_refused(k: int, n: int, m: int) -> None:
    with pytest.raises(ValueError, match="recognise:"):
        recognise(random_network(k, n, m))


@pytest.mark.parametrize(("k", "n", "m"), [(5, 7, 1), (5, 4, 1)])
def test_random_phases_are_refused(k: int, n: int, m: int) -> None:
    with pytest.raises(ValueError, match="recognise:"):
        recognise(random_network(k, n, m))


def test_unequal_norms_are_refused() -> None:
    """One neuron per frequency, so that the ratio of masses is no matter."""
    phases = PhaseList(2, 1, ((0, 0, 0),), (Fraction(1),))
    network = CosineNetwork(ModularAddition(5, 2), (Block(range(1, 3), Surd(1), phases),)).numeric()
    assert recognise(network).width == 2
    with pytest.raises(ValueError, match=r"neuron 1 is .* \(relative\) .*pure cosine of frequency 2 with equal norms"):
        recognise(changed(network, 1, [2.0, 0.5, 1.0]))


@pytest.mark.parametrize("amount", [1e-7, 1e-3])
def test_a_second_frequency_is_refused_unless_tolerated(amount: float) -> None:
    phases = PhaseList(2, 1, ((0, 0, 0),), (Fraction(1),))
    network = CosineNetwork(ModularAddition(5, 2), (Block(range(1, 3), Surd(1), phases),)).numeric()
    impure = changed(network, 0, 1.0, amount * np.cos(4 * np.pi * np.arange(5) / 5))
    with pytest.raises(ValueError, match=r"neuron 0 is .* allowed: 1e-09"):
        recognise(impure)
    assert recognise(impure, tolerance=10 * amount).width == 2


def test_phases_that_are_no_small_fractions_are_refused() -> None:
    task = ModularAddition(7, 1)
    for turn, small in ((Fraction(1, 60), True), (Fraction(1, 997), True), (Fraction(1, 1009), False)):
        phases = PhaseList(1, turn.denominator, ((1, 1),), (Fraction(1),))
        network = CosineNetwork(task, (Block(range(1, 4), Surd(1), phases),)).numeric()
        if small:
            assert {neuron.output_phase for neuron in recognise(network).neurons()} == {turn}
        else:
            with pytest.raises(ValueError, match=r"neuron 0 is .* rational phases; allowed: 1e-09"):
                recognise(network)
            assert recognise(network, max_denominator=2000).width == 3


def test_masses_in_no_small_ratio_are_refused() -> None:
    network = construct(TASK).numeric()
    with pytest.raises(ValueError, match="masses at frequency 1 are in no ratio of small integers"):
        recognise(changed(network, 0, np.pi))
    assert recognise(changed(network, 0, 1.0)).mass == 1


def test_mass_too_small_to_write_is_refused() -> None:
    network = construct(TASK).numeric()
    assert recognise(network.scaled(1e-1)).mass == Fraction(1, 1000)
    with pytest.raises(ValueError):
        recognise(network.scaled(1e-30))


def cosine(n: int, z: int, turn: float, amplitude: float = 1.0) -> Array:
    result: Array = amplitude * np.cos(2 * np.pi * (z * np.arange(n) / n + turn))
    return result


def neurons(*vectors: list[Array]) -> Network:
    """Each neuron given as its k + 1 vectors."""
    stacked = np.array(vectors)  # (m, k+1, n)
    return Network.from_arrays(stacked[:, :-1].transpose(1, 2, 0), stacked[:, -1])


@pytest.mark.parametrize(("k", "n", "m"), SHAPES)
def test_fourier_power_is_a_share(k: int, n: int, m: int) -> None:
    U, W = weights(k, n, m)
    power = power_shares(Network.from_arrays(U, W))
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
    power = power_shares(Network.from_arrays(U, W))
    assert power.sum(axis=1) == pytest.approx([1, 0, 1])


def test_frequencies_and_phases_of_known_cosines() -> None:
    network = neurons(
        [cosine(12, 5, 0.1), cosine(12, 5, 0.85), cosine(12, 5, 0.5)],
        [cosine(12, 1, 0.2, 3.0), cosine(12, 1, 0.3, 0.1), cosine(12, 1, 0.999, 2.0)],
        [cosine(12, 6, 0.0), cosine(12, 6, 0.5), cosine(12, 6, 0.0)],
        [cosine(12, 0, 0.0), cosine(12, 0, 0.5), cosine(12, 0, 0.0)],
        [cosine(12, 4, 0.25) + 0.5 * cosine(12, 3, 0.1), cosine(12, 4, 0.75), cosine(12, 4, 0.125)],
    )
    assert dominant_frequencies(network).tolist() == [5, 1, 6, 0, 4]
    expected = [[0.1, 0.85, 0.5], [0.2, 0.3, 0.999], [0, 0.5, 0], [0, 0.5, 0], [0.25, 0.75, 0.125]]
    difference = phases_at(network) - np.array(expected)
    assert abs(difference - np.round(difference)).max() < 1e-12  # 0 and 1 are the same turn
    assert ((phases_at(network) >= 0) & (phases_at(network) <= 1)).all()
    assert power_shares(network)[4, [3, 4]] == pytest.approx([0.25 / 3.25, 3 / 3.25])


@pytest.mark.parametrize(("n", "k"), [(2, 1), (2, 3), (5, 2), (6, 2), (8, 3)])
@pytest.mark.parametrize("construction", ["minimal", "paper"])
def test_frequencies_and_phases_of_constructions(n: int, k: int, construction: str) -> None:
    exact = construct(ModularAddition(n, k), construction)
    network, listed = exact.numeric(), list(exact.neurons())
    assert dominant_frequencies(network).tolist() == [neuron.frequency for neuron in listed]
    phases = np.array([[*map(float, neuron.phases), float(neuron.output_phase)] for neuron in listed])
    difference = phases_at(network) - phases
    assert abs(difference - np.round(difference)).max() < 1e-9
    assert network.masses() == pytest.approx([float(neuron.mass) for neuron in listed])
    zeros, elsewhere = np.zeros(k, np.int64), np.ones(k, np.int64)
    assert network.logits(zeros) == pytest.approx(network.logits()[(0,) * k])
    assert (abs(network.logits(zeros) - network.logits(elsewhere)).max() > 1e-9) == (k % n != 0)
    with pytest.raises(ValueError, match="expected integers in"):
        network.logits(zeros - 1)


@pytest.mark.parametrize(
    ("task", "activation"),
    [(GroupComposition("C3", 2), None), (SparseParity(3, 2), None), (ModularAddition(3, 2), ReLU())],
    ids=str,
)
def test_only_addition_with_powers_is_recognised(task: Task, activation: Activation | None) -> None:
    bits = isinstance(task, SparseParity)
    U, W = np.ones((3, 1) if bits else (2, 3, 1)), np.ones((1, task.classes))
    with pytest.raises(ValueError, match="expected addition mod n with activation x\\^k"):
        recognise(Network(task, U, W, activation))
