"""Networks for groups: they reach gamma* on every input with the stated number of neurons; what is refused."""

from __future__ import annotations

from itertools import product
from math import factorial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from margin.composition import tuple_designs as designs
from margin.composition.closed_form import closed_form
from margin.composition.construction import construct_group, group_network
from margin.composition.program import GroupMargin, GroupProgram
from margin.composition.tuple_designs import design, design_sizes, generic_lower_bound, lower_bound, smallest_design
from margin.composition.width import group_width, irrep_width
from margin.finite_groups.find_characters import character_table
from margin.finite_groups.finite_group import FiniteGroup
from margin.finite_groups.matrices import right_units
from margin.finite_groups.names import group, structure
from margin.finite_groups.real_irreps import real_irreps
from margin.networks.network import Network
from margin.tasks import GroupComposition, ModularAddition
from tests.helpers.assertions import assert_max_margin
from tests.helpers.group_oracles import Reference, references
from tests.helpers.program_oracles import group_margin

Array = NDArray[np.float64]
SEVEN_THREE = FiniteGroup.from_generators([[1, 2, 3, 4, 5, 6, 0], [0, 2, 4, 6, 1, 3, 5]], "C7:C3")
SHAPES = [(m * e, e) for e in (1, 2, 4) for m in (1, 2, 3, 4, 5)]


def group_of(network: Network) -> FiniteGroup:
    assert isinstance(network.on, GroupComposition)
    return network.on.group


def loop_margin(network: Network) -> float:
    n, k = network.task.n, network.task.k
    table = group_of(network).table().tolist()
    margins = []
    for g in product(range(n), repeat=k):
        label = g[0]
        for x in g[1:]:
            label = table[label][x]
        hidden = [sum(float(network.U[j, g[j], i]) for j in range(k)) ** k for i in range(network.width)]
        logits = [sum(h * float(network.W[i, c]) for i, h in enumerate(hidden)) for c in range(n)]
        margins.append(logits[label] - max(v for c, v in enumerate(logits) if c != label))
    return min(margins)


def constructed(g: FiniteGroup, k: int, construction: str = "minimal") -> Network:
    """The network, which has norm 1, gamma* on every input by brute force, and the stated width."""
    prediction = GroupProgram(g).solve(k)
    network = construct_group(prediction, construction)
    assert network.width == group_width(prediction, construction)
    assert network.norm() == pytest.approx(1, rel=1e-12)
    assert network.normalised_margin() == pytest.approx(float(prediction), rel=1e-10)
    assert network.normalised_margin() == pytest.approx(group_margin(g, k), rel=1e-8)
    assert_max_margin(network, GroupComposition(g, k))
    return network


def listless(name: str, k: int) -> GroupMargin:
    """A prediction from the closed form, which lists no elements."""
    found = structure(name)
    assert found is not None
    return closed_form(found, k)


def from_reference(reference: Reference) -> FiniteGroup:
    return FiniteGroup.from_generators(reference.generators, reference.name)


def small(most: int) -> list[Any]:
    return [pytest.param(r, id=r.name) for r in references() if r.order <= most]


# -- networks reach the maximum margin ------------------------------------------------------


@pytest.mark.parametrize("construction", ["minimal", "paper"])
@pytest.mark.parametrize("name", ["C2", "C5", "S3", "D4", "Q8", "C2xC4", "A4", "Dic3", "D6", "SL(2,3)", "S4"])
def test_two_inputs(name: str, construction: str) -> None:
    constructed(group(name), 2, construction)


def test_complex_type_of_degree_three() -> None:
    constructed(SEVEN_THREE, 2)
    constructed(SEVEN_THREE, 1)


@pytest.mark.parametrize(("name", "k"), [("S3", 3), ("Q8", 3), ("Dic3", 3), ("A4", 3), ("S3", 4), ("Q8", 4), ("S3", 5)])
def test_more_inputs(name: str, k: int) -> None:
    constructed(group(name), k)


@pytest.mark.parametrize("reference", small(200))
def test_one_input_in_every_group_of_the_data_file(reference: Reference) -> None:
    network = constructed(from_reference(reference), 1)
    assert network.width == reference.order - 1


@pytest.mark.parametrize("construction", ["minimal", "paper"])
@pytest.mark.parametrize("reference", small(24))
def test_two_inputs_in_every_group_to_order_24(reference: Reference, construction: str) -> None:
    constructed(from_reference(reference), 2, construction)


@pytest.mark.parametrize("construction", ["minimal", "paper"])
@pytest.mark.parametrize("reference", small(12))
def test_three_inputs_in_every_group_to_order_12(reference: Reference, construction: str) -> None:
    constructed(from_reference(reference), 3, construction)


@pytest.mark.parametrize("name", ["A5", "S5", "PSL(2,7)", "SL(2,5)"])
def test_two_inputs_in_larger_groups(name: str) -> None:
    constructed(group(name), 2)


@pytest.mark.parametrize("name", ["S4", "SL(2,3)"])
def test_three_inputs_in_larger_groups(name: str) -> None:
    constructed(group(name), 3)


def test_widths() -> None:
    program = GroupProgram(group("S3"))
    prediction = program.solve(2)
    assert group_width(prediction) == 12
    assert group_width(prediction, "paper") == 18
    assert construct_group(prediction).width == 12
    assert group_width(program.solve(3), "paper") == 68
    assert group_width(program.solve(3)) == 40
    assert group_width(GroupProgram(group("C7")).solve(3)) == 3 * 16  # as for modular addition
    assert group_width(listless("C7", 3)) == 3 * 16


def test_a_representation_without_mass_gets_no_neurons() -> None:
    prediction = GroupProgram(group("Dic3")).solve(3)
    unused = [entry for entry in prediction.blocks if not entry.mass.sign()]
    assert unused
    everything = sum(irrep_width(r.dimension, r.commutant, 3).constructed for r in prediction.blocks)
    assert construct_group(prediction).width < everything


def test_other_masses_and_a_missing_neuron_cost_margin() -> None:
    prediction = GroupProgram(group("S3")).solve(2)
    best = float(prediction)
    masses = [(entry.irrep, float(entry.mass)) for entry in prediction.blocks if entry.irrep is not None]
    uneven = [(irrep, mass * factor) for (irrep, mass), factor in zip(masses, (1.1, 0.9), strict=True)]
    assert group_network(group("S3"), 2, uneven).normalised_margin() < 0.999 * best
    network = construct_group(prediction)
    for i in range(network.width):
        fewer = Network(network.task, np.delete(network.U, i, 2), np.delete(network.W, i, 0))
        assert fewer.normalised_margin() < 0.999 * best


def test_the_order_of_factors_matters() -> None:
    network = construct_group(GroupProgram(group("S3")).solve(2))
    swapped = Network(network.task, network.U[::-1], network.W)
    assert swapped.normalised_margin() < 0
    opposite = GroupComposition(FiniteGroup.from_table(group("S3").table().T), 2)  # h * g in place of g * h
    mirrored = Network(opposite, network.U[::-1], network.W)
    assert mirrored.normalised_margin() == pytest.approx(network.normalised_margin(), rel=1e-12)


# -- designs --------------------------------------------------------------------------------


def random_orthogonal(dimension: int, commutant: int, random: np.random.Generator) -> Array:
    """An orthogonal matrix that commutes with D."""
    units = np.kron(np.eye(dimension // commutant), right_units(commutant))
    mean = np.sum(units @ random.standard_normal((dimension, dimension)) @ units.transpose(0, 2, 1), axis=0)
    u, _, v = np.linalg.svd(mean)
    matrix: Array = u @ v
    return matrix


def design_error(tuples: Array, commutant: int, points: int = 4) -> float:
    """Greatest error of the identity of the module's docstring at random orthogonal matrices over D.

    The identity is polynomial in these, so at random points it holds with probability 1 only if it holds everywhere.
    """
    (_, vectors, delta), k, random = tuples.shape, tuples.shape[1] - 1, np.random.default_rng(0)
    worst = 0.0
    for _ in range(points):
        g = [random_orthogonal(delta, commutant, random) for _ in range(vectors)]
        hidden = sum(((tuples[:, j] @ g[j]) * tuples[:, j + 1]).sum(axis=1) for j in range(k))
        value = (hidden**k * ((tuples[:, 0] @ g[k]) * tuples[:, k]).sum(axis=1)).mean()
        whole = np.linalg.multi_dot([*g[:k], g[k].T])
        worst = max(worst, abs(value - factorial(k) * np.trace(whole) / delta ** (k + 1)))
    return worst


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5])
@pytest.mark.parametrize(("dimension", "commutant"), SHAPES)
def test_designs_compute_the_character_and_nothing_else(dimension: int, commutant: int, k: int) -> None:
    for name, size in design_sizes(dimension, commutant, k).items():
        if size > 5000:
            continue
        tuples = design(dimension, commutant, k, name)
        assert tuples.shape == (size, k + 1, dimension)
        assert np.abs(np.linalg.norm(tuples, axis=2) - 1).max() <= 1e-13
        assert design_error(tuples, commutant) <= 1e-12


@pytest.mark.parametrize(
    ("dimension", "commutant", "k"), [(2, 1, 2), (3, 1, 2), (2, 2, 3), (4, 4, 2), (4, 4, 3), (2, 1, 3)]
)
def test_the_test_of_designs_sees_a_missing_and_a_turned_tuple(dimension: int, commutant: int, k: int) -> None:
    tuples = design(dimension, commutant, k, smallest_design(dimension, commutant, k))
    assert design_error(tuples[1:], commutant) > 1e-3
    turned = tuples.copy()
    turned[0, 0] = -turned[0, 0]
    assert design_error(turned, commutant) > 1e-3


def test_a_design_over_the_reals_is_none_for_a_larger_commutant() -> None:
    assert design_error(design(4, 4, 2, "quaternion"), 4) <= 1e-12
    assert design_error(design(4, 4, 2, "quaternion"), 2) > 1e-3
    assert design_error(design(4, 2, 2, "frame"), 1) > 1e-3
    assert design_error(design(4, 1, 2, "frame"), 4) <= 1e-12  # the other way round it is one


@pytest.mark.parametrize("dimension", range(2, 8))
def test_frames_of_real_type_are_minimal(dimension: int) -> None:
    sizes = design_sizes(dimension, 1, 2)
    assert sizes["frame"] == dimension**3 + dimension == generic_lower_bound(dimension, 1, 2)
    assert smallest_design(dimension, 1, 2) == "frame"


@given(st.integers(1, 12), st.sampled_from([1, 2, 4]), st.integers(1, 8))
def test_sizes_and_bounds_are_in_order(m: int, commutant: int, k: int) -> None:
    dimension = m * commutant
    sizes = design_sizes(dimension, commutant, k)
    least = sizes[smallest_design(dimension, commutant, k)]
    assert least == min(sizes.values())
    assert sizes["paper"] == dimension ** (k + 1) * 2 ** (k - 1)
    for bound in (lower_bound(dimension, commutant, k), generic_lower_bound(dimension, commutant, k)):
        assert bound is None or 0 < bound <= least
    if k == 1:
        assert lower_bound(dimension, commutant, k) == least == dimension**2 // commutant


def test_the_smallest_designs() -> None:
    expected = {
        (1, 1, 4): 8, (2, 1, 2): 10, (3, 1, 2): 30, (2, 1, 3): 36, (3, 1, 3): 144,
        (2, 2, 2): 6, (2, 2, 3): 16, (2, 2, 4): 40, (4, 2, 2): 36, (6, 2, 2): 114,
        (4, 4, 2): 16, (8, 4, 2): 128, (4, 4, 3): 64, (8, 4, 3): 1024, (4, 4, 4): 625,
    }  # fmt: skip
    assert {key: irrep_width(*key).constructed for key in expected} == expected


@pytest.mark.parametrize("k", [2, 3, 4, 5])
def test_simplices_everywhere_end_every_monomial_up_to_five_inputs(k: int) -> None:
    everywhere = frozenset(range(k + 1))
    unwanted = [a for a in product(range(k + 1), repeat=k) if sum(a) == k and a != (1,) * k]
    for over_units in (-1, 0, k):  # the ends never lose an edge, so that tightness over D is enough there
        assert all(designs._vanishes(a, everywhere, over_units) for a in unwanted)
    assert not designs._vanishes((1,) * k, frozenset(), -1)
    assert not designs._vanishes((3, 0, 0, 0, 0, 3), frozenset(range(7)), -1)  # why the search stops at k = 5


def test_the_lower_bound_of_quaternionic_type_rests_on_independent_functions() -> None:
    """Products x[a] y[b] z[c] on the quaternion design, up to a common unit, have the rank of uniform vectors."""
    random = np.random.default_rng(0)
    units = random.standard_normal((400, 4))
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    tuples = design(4, 4, 2, "quaternion")
    turned = np.einsum("njb,uq,qab->unja", tuples, units, right_units(4)).reshape(-1, 3, 4)
    functions = np.einsum("na,nb,nc->nabc", turned[:, 0], turned[:, 1], turned[:, 2]).reshape(len(turned), -1)
    gram = functions.T @ functions / len(turned)
    assert np.linalg.matrix_rank(gram, tol=1e-6) == 64
    exact = np.linalg.eigvalsh(functions.T @ functions / len(turned)).mean()
    assert exact == pytest.approx(1 / 64, rel=1e-9)


def test_composition_as_a_task() -> None:
    task = GroupComposition(group("S3"), 2)
    assert (task.n, task.degree, task.population) == (6, 3, 36)
    assert str(task) == "composition of 2 elements of S3"
    assert task.inputs().shape == (36, 2)
    assert np.array_equal(task.labels(task.inputs()).reshape(6, 6), task.group.table())
    assert task.labels([3, 4]) == task.group.multiply(3, 4)
    cyclic = GroupComposition(group("C5"), 3)
    addition = ModularAddition(5, 3)
    counts = np.bincount(cyclic.labels(cyclic.inputs()))
    assert np.array_equal(counts, np.bincount(addition.labels(addition.inputs())))
    with pytest.raises(ValueError, match="GroupComposition: k = 0, expected an integer >= 1"):
        GroupComposition(group("S3"), 0)
    with pytest.raises(TypeError, match="k = True"):
        GroupComposition(group("S3"), True)


# -- refusals -------------------------------------------------------------------------------


def test_a_prediction_in_closed_form_is_constructed_from_the_elements() -> None:
    network, margin = construct_group(listless("C5", 2)), listless("C5", 2)
    assert network.normalised_margin() == pytest.approx(float(margin), rel=1e-12)
    assert construct_group(listless("D5", 2), "paper").width > construct_group(listless("D5", 2)).width


def test_constructions_are_refused() -> None:
    g = group("S3")
    irrep = real_irreps(character_table(g))[1]
    with pytest.raises(ValueError, match="construction 'best', expected one of minimal, paper"):
        construct_group(GroupProgram(g).solve(2), "best")
    for masses in ([], [(irrep, 0.0)], [(irrep, -1.0)], [(irrep, float("nan"))], [(irrep, float("inf"))]):
        with pytest.raises(ValueError, match="expected finite ones >= 0, not all 0"):
            group_network(g, 2, masses)
    with pytest.raises(MemoryError):
        group_network(g, 40, [(irrep, 1.0)], "paper")
    with pytest.raises(ValueError, match="expected one of paper, signs"):
        design(3, 1, 3, "frame")
    with pytest.raises(ValueError, match="expected 1, 2 or 4, and a positive multiple"):
        design_sizes(3, 2, 2)
    with pytest.raises(ValueError, match="k = 0"):
        lower_bound(2, 1, 0)
