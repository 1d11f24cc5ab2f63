"""From arrays back to exact form: constructions are recovered, everything else is refused and named."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from margin import ModularAddition, Network, NumericNetwork, Surd, construct, maximum_margin
from margin.networks.cosines import Block, ExactNetwork
from margin.networks.phases import PhaseList

TASK = ModularAddition(6, 2)
CASES = [(2, 1), (2, 3), (3, 1), (5, 2), (6, 2), (8, 2), (7, 3), (4, 4)]


def changed(network: NumericNetwork, neuron: int, change: object, add: object = 0.0) -> NumericNetwork:
    """The network with the vectors of one neuron multiplied by a number (or one each), then added to."""
    vectors = np.concatenate([network.U, network.W.T[None]])
    vectors[:, :, neuron] = vectors[:, :, neuron] * np.reshape(np.asarray(change), (-1, 1)) + np.asarray(add)
    return Network.from_arrays(vectors[:-1], vectors[-1].T)


@pytest.mark.parametrize(("n", "k"), CASES)
@pytest.mark.parametrize("construction", ["minimal", "paper"])
def test_constructions_are_recovered(n: int, k: int, construction: str) -> None:
    network = construct(ModularAddition(n, k), construction)
    found = network.numeric().exact()
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
    assert shuffled.exact().normalised_margin() == maximum_margin(TASK).exact
    assert sorted(map(str, shuffled.exact().neurons())) == sorted(map(str, construct(TASK).neurons()))
    mixed = Network.from_arrays(network.U[:, :, order], network.W)
    with pytest.raises(ValueError, match=r"Network\.exact"):
        mixed.exact()


@pytest.mark.parametrize("factor", [2, 0.5, 3])
def test_scale_becomes_mass(factor: float) -> None:
    found = construct(TASK).numeric().scaled(factor).exact()
    assert found.mass == Fraction(factor) ** 3
    assert found.normalised_margin() == maximum_margin(TASK).exact
    assert found.margin() == maximum_margin(TASK).exact * Fraction(factor) ** 3
    assert found.mass != 1


def test_unequal_shares_are_recovered() -> None:
    phases = PhaseList(1, 4, ((0, 0), (1, 1)), (Fraction(1, 3), Fraction(2, 3)))
    network = ExactNetwork(ModularAddition(3, 1), (Block(range(1, 2), Surd(1), phases),))
    found = network.numeric().exact()
    assert [neuron.mass for neuron in found.neurons()] == [Fraction(1, 3), Fraction(2, 3)]
    assert list(found.neurons()) == list(network.neurons())
    assert found.margin() == pytest.approx(found.numeric().margin(), rel=1e-12)


def test_part_of_a_construction_is_no_maximum_margin_network() -> None:
    network = construct(TASK).numeric()
    found = Network.from_arrays(network.U[:, :, 1:], network.W[1:]).exact()
    assert found.width == network.width - 1
    assert found.normalised_margin() < maximum_margin(TASK).exact * 0.999


@pytest.mark.parametrize("neuron", [0, 7, 13])
def test_constant_and_zero_neurons_are_refused(neuron: int) -> None:
    network = construct(TASK).numeric()
    for constant in (0.0, 1.0):
        with pytest.raises(ValueError, match=f"neuron {neuron} is constant or zero, expected a frequency 1..3"):
            changed(network, neuron, 0.0, constant).exact()
    assert changed(network, neuron, 1.0, 0.0).exact().mass == 1


def random_network(k: int, n: int, m: int) -> NumericNetwork:
    """Random weights, none of whose neurons is constant."""
    vectors = np.random.default_rng([k, n, m]).standard_normal((k + 1, n, m))
    vectors -= vectors.mean(axis=1, keepdims=True)
    return Network.from_arrays(vectors[:k], vectors[k].T)


@pytest.mark.parametrize(("k", "n", "m"), [(1, 5, 1), (1, 7, 1), (3, 23, 30)])
def test_random_weights_are_refused(k: int, n: int, m: int) -> None:
    with pytest.raises(ValueError, match=r"Network\.exact"):
        random_network(k, n, m).exact()


@pytest.mark.parametrize(("k", "n", "m"), [(5, 7, 1), (5, 4, 1)])
def test_random_phases_are_refused(k: int, n: int, m: int) -> None:
    with pytest.raises(ValueError, match=r"Network\.exact"):
        random_network(k, n, m).exact()


def test_unequal_norms_are_refused() -> None:
    """One neuron per frequency, so that the ratio of masses is no matter."""
    phases = PhaseList(2, 1, ((0, 0, 0),), (Fraction(1),))
    network = ExactNetwork(ModularAddition(5, 2), (Block(range(1, 3), Surd(1), phases),)).numeric()
    assert network.exact().width == 2
    with pytest.raises(ValueError, match=r"neuron 1 is .* \(relative\) .*pure cosine of frequency 2 with equal norms"):
        changed(network, 1, [2.0, 0.5, 1.0]).exact()


@pytest.mark.parametrize("amount", [1e-7, 1e-3])
def test_a_second_frequency_is_refused_unless_tolerated(amount: float) -> None:
    phases = PhaseList(2, 1, ((0, 0, 0),), (Fraction(1),))
    network = ExactNetwork(ModularAddition(5, 2), (Block(range(1, 3), Surd(1), phases),)).numeric()
    impure = changed(network, 0, 1.0, amount * np.cos(4 * np.pi * np.arange(5) / 5))
    with pytest.raises(ValueError, match=r"neuron 0 is .* allowed: 1e-09"):
        impure.exact()
    assert impure.exact(tolerance=10 * amount).width == 2


def test_phases_that_are_no_small_fractions_are_refused() -> None:
    task = ModularAddition(7, 1)
    for turn, small in ((Fraction(1, 60), True), (Fraction(1, 997), True), (Fraction(1, 1009), False)):
        phases = PhaseList(1, turn.denominator, ((1, 1),), (Fraction(1),))
        network = ExactNetwork(task, (Block(range(1, 4), Surd(1), phases),)).numeric()
        if small:
            assert {neuron.output_phase for neuron in network.exact().neurons()} == {turn}
        else:
            with pytest.raises(ValueError, match=r"neuron 0 is .* rational phases; allowed: 1e-09"):
                network.exact()
            assert network.exact(max_denominator=2000).width == 3


def test_masses_in_no_small_ratio_are_refused() -> None:
    network = construct(TASK).numeric()
    with pytest.raises(ValueError, match="masses at frequency 1 are in no ratio of small integers"):
        changed(network, 0, np.pi).exact()
    assert changed(network, 0, 1.0).exact().mass == 1


def test_mass_too_small_to_write_is_refused() -> None:
    network = construct(TASK).numeric()
    assert network.scaled(1e-1).exact().mass == Fraction(1, 1000)
    with pytest.raises(ValueError):
        network.scaled(1e-30).exact()
