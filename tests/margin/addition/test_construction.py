"""The constructions reach the predicted margin: brute force, exact evaluation, symmetries, near misses."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from margin.addition.check import fast_check
from margin.addition.construction import CONSTRUCTIONS, construct, rotation_phases, sign_phases
from margin.addition.every_logit import exact_margin, operations
from margin.addition.maximum import maximum_margin
from margin.addition.recognise import recognise
from margin.networks.cosine_blocks import Block
from margin.networks.cosines import CosineNetwork
from margin.networks.network import Network
from margin.networks.phases import PhaseGroup
from margin.numbers.square_roots import Surd
from margin.tasks import ModularAddition
from tests.helpers import oracles
from tests.helpers.assertions import (
    assert_max_margin,
    assert_near_miss,
    assert_not_max_margin,
    assert_same_margin,
)
from tests.helpers.forgeries import with_mass_times, with_turned_phase, without_frequency
from tests.helpers.oracles import Array

QUICK_K4 = {"minimal": 8, "paper": 6}
ALL = [(n, k, c) for k in (1, 2, 3, 4) for n in range(2, 14) for c in CONSTRUCTIONS]
ALL += [(n, 5, c) for n in range(2, 7) for c in CONSTRUCTIONS]
SMALL = [(n, k, c) for n, k, c in ALL if n**k <= 350 and k <= 3]
CASES = [
    pytest.param(n, k, c, marks=[] if k <= 3 or (k == 4 and n <= QUICK_K4[c]) else [pytest.mark.slow])
    for n, k, c in ALL
]


def built(n: int, k: int, construction: str = "minimal") -> CosineNetwork:
    return construct(ModularAddition(n, k), construction)


# -- prediction ----------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "k", "construction"), CASES)
def test_every_wrong_label_of_every_input_ties_at_the_maximum_margin(n: int, k: int, construction: str) -> None:
    network = built(n, k, construction)
    assert_max_margin(network, network.task)
    assert oracles.norm_power(*oracles.arrays(network)) == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize(("n", "k", "construction"), [case for case in SMALL if case[1] >= 2])
def test_every_logit_is_the_sum_of_the_frequencies_cosines(n: int, k: int, construction: str) -> None:
    network = built(n, k, construction)
    masses = oracles.mass_by_frequency(network)
    at = [oracles.frequency_sum(n, k, masses, d) for d in range(n)]
    library = network.numeric().logits()
    for a, values in oracles.logits(*oracles.arrays(network)).items():
        expected = [at[(c - sum(a)) % n] for c in range(n)]
        assert values == pytest.approx(expected, abs=1e-12 * at[0])
        assert library[a] == pytest.approx(values, abs=1e-12 * at[0])


@pytest.mark.parametrize(("n", "k", "construction"), SMALL)
def test_own_margin_norm_and_width_agree_with_brute_force(n: int, k: int, construction: str) -> None:
    network = built(n, k, construction)
    U, W = oracles.arrays(network)
    gamma = maximum_margin(network.task).exact
    assert network.normalised_margin() == network.margin() == gamma
    assert network.norm() == 1
    assert float(gamma) == pytest.approx(oracles.normalised_margin(U, W), rel=1e-12)
    assert network.width == U.shape[2] == W.shape[0] == len(list(network.neurons()))
    assert sum((neuron.mass for neuron in network.neurons()), Surd()) == 1


EXACT = [case for case in SMALL if operations(built(*case)) <= 6 * 10**6]


@pytest.mark.parametrize(("n", "k", "construction"), EXACT)
def test_exact_evaluation_of_every_logit_gives_the_prediction(n: int, k: int, construction: str) -> None:
    network = built(n, k, construction)
    assert exact_margin(network) == maximum_margin(network.task).exact


def test_exact_evaluation_covers_both_parities_and_constructions() -> None:
    assert {(n % 2, k, c) for n, k, c in EXACT} >= {(r, k, c) for r in (0, 1) for k in (1, 2, 3) for c in CONSTRUCTIONS}


@pytest.mark.parametrize("n", [4, 6])
@pytest.mark.parametrize("k", [2, 3])
def test_exact_evaluation_of_near_misses_is_below(n: int, k: int) -> None:
    network = built(n, k)
    gamma = maximum_margin(network.task).exact
    for forged in (without_frequency(network, n // 2), with_mass_times(network, 1, Fraction(6, 5))):
        reached = exact_margin(forged)
        assert reached < gamma
        assert float(reached) == pytest.approx(oracles.normalised_margin(*oracles.arrays(forged)), rel=1e-9, abs=1e-12)


def test_exact_evaluation_refuses_margins_off_the_common_root() -> None:
    with pytest.raises(ValueError, match="not an integer times its square root"):
        exact_margin(without_frequency(built(5, 2), 1))


@pytest.mark.parametrize("k", range(1, 9))
def test_neurons_per_frequency(k: int) -> None:
    assert rotation_phases(k, "minimal").size == (k + 1) * 2 ** (k - 1)
    assert rotation_phases(k, "paper").size == 2 ** (2 * k - 1)
    assert sign_phases(k).size == 2 ** (k - 1)
    assert built(11, k).width == 5 * (k + 1) * 2 ** (k - 1)
    assert built(8, k, "paper").width == 3 * 2 ** (2 * k - 1) + 2 ** (k - 1)


# -- symmetries ----------------------------------------------------------------------------


KINDS = [(2, 3, "minimal"), (3, 3, "paper"), (4, 3, "minimal"), (5, 2, "paper"), (6, 2, "minimal"), (7, 2, "minimal")]
KINDS += [(9, 1, "minimal"), (4, 2, "random"), (5, 2, "random"), (5, 3, "random")]


@st.composite
def networks(draw: st.DrawFn) -> tuple[Array, Array]:
    """Constructed and random networks of a few sizes."""
    n, k, kind = draw(st.sampled_from(KINDS))
    if kind == "random":
        generator = np.random.default_rng(draw(st.integers(0, 1000)))
        return generator.standard_normal((k, n, 8)), generator.standard_normal((8, n))
    return oracles.arrays(built(n, k, kind))


@settings(max_examples=40)
@given(networks(), st.data())
def test_relabelling_inputs_and_outputs_keeps_the_margin(arrays: tuple[Array, Array], data: st.DataObject) -> None:
    (U, W), (k, n, _) = arrays, arrays[0].shape
    z = data.draw(st.sampled_from([z for z in range(1, n + 1) if gcd(z, n) == 1]))
    shifts = data.draw(st.lists(st.integers(0, n - 1), min_size=k, max_size=k))
    a = np.arange(n)
    moved = np.stack([U[j, (z * a + s) % n] for j, s in enumerate(shifts)])
    assert_same_margin((U, W), (moved, W[:, (z * a + sum(shifts)) % n]))


@settings(max_examples=40)
@given(networks(), st.data())
def test_the_order_of_inputs_and_neurons_does_not_matter(arrays: tuple[Array, Array], data: st.DataObject) -> None:
    (U, W), (k, _, m) = arrays, arrays[0].shape
    inputs = data.draw(st.permutations(range(k)))
    neurons = np.random.default_rng(data.draw(st.integers(0, 1000))).permutation(m)
    assert_same_margin((U, W), (U[inputs][:, :, neurons], W[neurons]))


@settings(max_examples=40)
@given(networks(), st.lists(st.integers(1, 9), min_size=1, max_size=4), st.floats(0.01, 100), st.data())
def test_splitting_a_neuron_and_scaling_keep_the_margin(
    arrays: tuple[Array, Array], parts: list[int], factor: float, data: st.DataObject
) -> None:
    (U, W), (k, _, m) = arrays, arrays[0].shape
    i = data.draw(st.integers(0, m - 1))
    sizes = [(part / sum(parts)) ** (1 / (k + 1)) for part in parts]
    split_U = np.concatenate([U, *(U[:, :, i : i + 1] * size for size in sizes)], axis=2)
    split_W = np.concatenate([W, *(W[i : i + 1] * size for size in sizes)], axis=0)
    keep = np.arange(m + len(parts)) != i
    assert_same_margin((U, W), (factor * split_U[:, :, keep], factor * split_W[keep]))


def test_what_is_no_symmetry_changes_the_margin() -> None:
    U, W = oracles.arrays(built(6, 2))
    gamma = oracles.expected_margin(6, 2)
    a = np.arange(6)
    not_coprime = (U[:, 2 * a % 6], W[:, 2 * a % 6])
    one_side = (U[:, 5 * a % 6], W)
    halves = U[:, :, :1] / 2
    wrong_split = (np.concatenate([U[:, :, 1:], halves, halves], axis=2), np.concatenate([W[1:], W[:1] / 2, W[:1] / 2]))
    for forged in (not_coprime, one_side, wrong_split):
        assert oracles.normalised_margin(*forged) < gamma * (1 - 1e-6)


# -- near misses ---------------------------------------------------------------------------


@pytest.mark.parametrize("construction", CONSTRUCTIONS)
@pytest.mark.parametrize(("n", "k"), [(5, 1), (7, 2), (8, 2), (9, 2), (7, 3), (8, 3)])
def test_near_misses_are_below_the_maximum_and_rejected(n: int, k: int, construction: str) -> None:
    network = built(n, k, construction)
    assert fast_check(network, maximum_margin(network.task)).passed
    for coordinate in range(k + 1):
        assert_near_miss(with_turned_phase(network, coordinate))
    for z in range(1, n // 2 + 1):
        assert_near_miss(without_frequency(network, z))
        assert_near_miss(with_mass_times(network, z, Fraction(101, 100)))


@pytest.mark.parametrize(("n", "k"), [(3, 1), (5, 2), (6, 2), (5, 3)])
def test_a_shifted_label_is_rejected(n: int, k: int) -> None:
    network = built(n, k)
    U, W = oracles.arrays(network)
    shifted = Network.from_arrays(U, np.roll(W, 1, axis=1))
    assert_not_max_margin(shifted, network.task)
    assert_near_miss(recognise(shifted))
    assert_max_margin(Network.from_arrays(np.roll(U, 1, axis=1), np.roll(W, k, axis=1)), network.task)


# -- the two forms -------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "k", "construction"), SMALL)
def test_exact_to_numeric_and_back_gives_the_same_neurons(n: int, k: int, construction: str) -> None:
    network = built(n, k, construction)
    back = recognise(network.numeric())
    assert list(back.neurons()) == list(network.neurons())
    assert back.mass == 1
    assert fast_check(back, maximum_margin(network.task)).passed
    heavier = recognise(network.numeric().scaled(1.5))
    assert heavier.mass == Fraction(3, 2) ** (k + 1)
    assert heavier.normalised_margin() == network.normalised_margin()
    assert float(heavier.norm()) == pytest.approx(1.5, rel=1e-12)


def test_unknown_construction_is_refused() -> None:
    with pytest.raises(ValueError, match="expected one of minimal, paper"):
        construct(ModularAddition(5, 2), "best")


@pytest.mark.parametrize(
    ("frequencies", "mass", "k", "message"),
    [
        (range(2), 1, 2, "expected a range inside 1..4"),
        (range(2, 6), 1, 2, "expected a range inside 1..4"),
        (range(2, 2), 1, 2, "expected a range inside 1..4"),
        (range(1, 4, 2), 1, 2, "expected a range inside 1..4"),
        (range(3, 5), 1, 2, "needs a block of its own"),
        (range(1, 4), 0, 2, "expected a positive number"),
        (range(1, 4), -1, 2, "expected a positive number"),
        (range(1, 4), 1, 3, "the task has k = 2"),
    ],
)
def test_exact_networks_refuse_impossible_blocks(frequencies: range, mass: int, k: int, message: str) -> None:
    phases = PhaseGroup(k, Fraction(1, 6), True)
    with pytest.raises(ValueError, match=message):
        CosineNetwork(ModularAddition(8, 2), (Block(frequencies, Surd(mass), phases),))
