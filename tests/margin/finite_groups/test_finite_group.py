"""Elements, classes, power maps and class constants against plain loops; refusals."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import factorial, gcd, lcm

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from margin.finite_groups.finite_group import FiniteGroup
from margin.finite_groups.names import group
from margin.finite_groups.permutations import MOST_ELEMENTS
from tests.helpers import group_oracles as oracle

Generators = list[tuple[int, ...]]
SMALL = ["C1", "C2", "C6", "C2^3", "D4", "Q8", "S3", "A4", "D5", "Dic3", "SL(2,3)", "S4", "C3xS3", "perm:()"]


@st.composite
def generator_sets(draw: st.DrawFn) -> Generators:
    degree = draw(st.integers(1, 6))
    permutations = st.permutations(range(degree)).map(tuple)
    return draw(st.lists(permutations, min_size=1, max_size=3))


@settings(max_examples=60)
@given(generator_sets())
def test_elements_and_products_of_random_groups(generators: Generators) -> None:
    expected = oracle.closure(generators)
    built = FiniteGroup.from_generators(generators)
    assert [tuple(row) for row in built.elements.tolist()] == expected
    assert built.order == len(expected)
    assert built.degree == len(generators[0])
    assert factorial(built.degree) % built.order == 0
    assert set(built.generators) <= set(generators)
    assert oracle.closure([*built.generators, expected[0]]) == expected
    number = {g: i for i, g in enumerate(expected)}
    sample = range(0, len(expected), 1 + len(expected) // 40)
    for i, j in product(sample, sample):
        assert built.multiply(i, j) == number[oracle.compose(expected[i], expected[j])]
    for i in sample:
        assert built.inverse[i] == number[oracle.inverse(expected[i])]
        assert built.element_orders[i] == oracle.order(expected[i])
        assert built.index(expected[i]) == i
        for m in (-3, -1, 0, 1, 2, 5):
            assert built.power(i, m) == number[oracle.power(expected[i], m)]
        powers = [number[oracle.power(expected[i], m)] for m in range(oracle.order(expected[i]))]
        assert built.powers(i).tolist() == powers


@settings(max_examples=30)
@given(generator_sets().filter(lambda generators: len(oracle.closure(generators)) <= 120))
def test_classes_of_random_groups(generators: Generators) -> None:
    check_classes(FiniteGroup.from_generators(generators))


@pytest.mark.parametrize("name", SMALL)
def test_classes_of_named_groups(name: str) -> None:
    check_classes(group(name))


def check_classes(built: FiniteGroup) -> None:
    elements = [tuple(row) for row in built.elements.tolist()]
    number = {g: i for i, g in enumerate(elements)}
    members = [{elements[i] for i in np.flatnonzero(built.class_of == c)} for c in range(len(built.class_sizes))]
    assert {frozenset(m) for m in members} == oracle.classes(elements)
    assert members[0] == {elements[0]}
    orders = [oracle.order(next(iter(m))) for m in members]
    keys = []
    for c, m in enumerate(members):
        representative = elements[built.class_representatives[c]]
        assert representative == min(m)
        assert built.class_sizes[c] == len(m)
        assert built.class_orders[c] == orders[c]
        assert built.inverse_class[c] == built.class_of[number[oracle.inverse(representative)]]
        for power in (-2, 0, 1, 2, 3, 7):
            assert built.power_class(power)[c] == built.class_of[number[oracle.power(representative, power)]]
        keys.append((orders[c], len(m), min(m)))
    assert keys == sorted(keys)
    assert built.exponent == lcm(*orders)
    units = [s for s in range(1, built.exponent + 1) if gcd(s, built.exponent) == 1]
    rational = {tuple(sorted({int(built.class_of[number[oracle.power(min(m), s)]]) for s in units})) for m in members}
    assert set(built.rational_classes) == rational
    assert list(built.rational_classes) == sorted(built.rational_classes)
    for c, (first, s) in enumerate(built.rational_powers):
        assert built.power_class(s)[first] == c
        assert gcd(s, built.exponent) == 1


@pytest.mark.parametrize("name", SMALL)
def test_class_constants_count_pairs(name: str) -> None:
    built = group(name)
    elements = [tuple(row) for row in built.elements.tolist()]
    number = {g: i for i, g in enumerate(elements)}
    count = len(built.class_sizes)
    expected = np.zeros((count, count, count), dtype=np.int64)
    for x, y in product(range(built.order), repeat=2):
        z = number[oracle.compose(elements[x], elements[y])]
        if z == built.class_representatives[built.class_of[z]]:
            expected[built.class_of[x], built.class_of[y], built.class_of[z]] += 1
    constants = np.array([built.class_constants(r) for r in range(count)])
    assert np.array_equal(constants, expected)
    weights = np.arange(count) * 1_000_003 - 7
    assert np.array_equal(built.class_matrix(weights), np.tensordot(weights, expected, axes=1))


@pytest.mark.parametrize("name", [*SMALL, "C5xD4", "A5"])
def test_table_and_back(name: str) -> None:
    built = group(name)
    table = built.table()
    assert table.dtype == np.int32
    again = FiniteGroup.from_table(table, name="again")
    assert again.name == "again"
    assert np.array_equal(again.table(), table)
    assert np.array_equal(again.class_of, built.class_of)
    i, j = np.arange(built.order)[:, np.newaxis], np.arange(built.order)
    assert np.array_equal(built.multiply(i, j), table)
    assert np.array_equal(again.multiply(i, j), table)


@given(st.sampled_from(SMALL), st.randoms(use_true_random=False))
def test_relabelled_tables_keep_their_products(name: str, random: object) -> None:
    built = group(name)
    labels = np.random.default_rng(random.getrandbits(32)).permutation(built.order)  # type: ignore[attr-defined]
    table = np.empty((built.order, built.order), dtype=np.int64)
    table[np.ix_(labels, labels)] = labels[built.table()]
    again = FiniteGroup.from_table(table)
    relabelled = [int(label) for label in again.labels]
    assert relabelled[0] == labels[0]
    assert relabelled[1:] == sorted(relabelled[1:])
    assert [[relabelled[z] for z in row] for row in again.table()] == table[np.ix_(relabelled, relabelled)].tolist()
    assert sorted(again.class_sizes) == sorted(built.class_sizes)


def test_labels_and_representation_of_permutation_groups() -> None:
    built = group("S3")
    assert built.labels == ("()", "(2,3)", "(1,2)", "(1,2,3)", "(1,3,2)", "(1,3)")
    assert repr(built) == "<FiniteGroup S3, order 6>"
    # first g, then h: (1,2) then (2,3) takes 1 to 2 to 3
    assert built.labels[built.multiply(2, 1)] == "(1,3,2)"
    assert FiniteGroup.from_generators([(1, 0)]).name == "permutation group of order 2"
    assert FiniteGroup.from_table([[0]]).name == "group of order 1"


def test_order_is_limited() -> None:
    limit = FiniteGroup.from_generators([[*range(1, 100), 0, *range(100, 200)], [*range(100), *range(101, 200), 100]])
    assert limit.order == MOST_ELEMENTS
    with pytest.raises(ValueError, match="order above 10000, expected at most 10000"):
        FiniteGroup.from_generators([[1, 2, 3, 4, 5, 6, 7, 0], [1, 0, 2, 3, 4, 5, 6, 7]])


@pytest.mark.parametrize(
    ("generators", "error", "message"),
    [
        ([], ValueError, "no generators: expected at least one permutation"),
        ([[]], ValueError, "generator 0: got shape"),
        ([[[0, 1], [1, 0]]], ValueError, "generator 0: got shape"),
        ([[0, 1], [0, 2]], ValueError, "generator 1 is no permutation of 0..1"),
        ([[1, 1]], ValueError, "generator 0 is no permutation of 0..1"),
        ([[1, 2]], ValueError, "generator 0 is no permutation of 0..1"),
        ([[-1, 0]], ValueError, "generator 0 is no permutation of 0..1"),
        ([[1, 0], [0, 1, 2]], ValueError, "generator 1 moves 3 points, generator 0 moves 2"),
        ([[1.0, 0.0]], TypeError, "generator 0: got entries of type float64, expected integers"),
        ([[True, False]], TypeError, "generator 0: got entries of type bool"),
        (["10"], ValueError, "generator 0: got shape"),
    ],
)
def test_what_is_no_permutation_is_refused(
    generators: Sequence[Sequence[int]], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        FiniteGroup.from_generators(generators)


def test_questions_without_answer_are_refused() -> None:
    built = group("A4")
    for strange in ([1, 0, 2, 3], [0, 1, 2], [0, 1, 2, 3, 4]):
        with pytest.raises(ValueError, match="no element of A4"):
            built.index(strange)
    for r in (-1, 4):
        with pytest.raises(ValueError, match=f"class {r}: expected one of 0..3"):
            built.class_constants(r)
    with pytest.raises(ValueError, match="the Cayley table of S7: order 5040, expected at most 5000"):
        group("S7").table()
