"""Exact characters against GAP's tables, known tables and the definitions; isomorphic groups have the same table."""

from __future__ import annotations

from collections import Counter
from math import gcd
from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from margin.finite_groups.characters import CharacterTable
from margin.finite_groups.find_characters import character_table
from margin.finite_groups.finite_group import FiniteGroup
from margin.finite_groups.names import group
from margin.numbers.modular import primes_one_modulo
from tests.helpers.group_assertions import assert_character_table, exact_rows
from tests.helpers.group_oracles import Permutation, Reference, closure, cyclotomic, references

REFERENCES = references()
M11 = "perm:(1,2,3,4,5,6,7,8,9,10,11);(3,7,11,8)(4,10,5,6)"


def everything(table: CharacterTable) -> range:
    return range(len(table.group.class_sizes))


# -- reference tables ----------------------------------------------------------------------


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda reference: reference.name)
def test_the_table_is_gaps(reference: Reference) -> None:
    assert_character_table(reference)


def test_known_tables() -> None:
    s4 = character_table(group("S4"))
    assert s4.group.class_orders.tolist() == [1, 2, 2, 3, 4]
    assert s4.group.class_sizes.tolist() == [1, 3, 6, 8, 6]
    assert s4.rational_values().tolist() == [
        [1, 1, 1, 1, 1],
        [1, 1, -1, 1, -1],
        [2, 2, 0, -1, 0],
        [3, -1, 1, 0, -1],
        [3, -1, -1, 0, 1],
    ]
    assert np.array_equal(s4.values, s4.rational_values())
    assert not np.signbit(s4.values.imag).any()
    q8 = character_table(group("Q8"))
    assert q8.indicators.tolist() == [1, 1, 1, 1, -1]
    assert q8.rational_values()[4].tolist() == [2, -2, 0, 0, 0]
    golden = (1 + 5**0.5) / 2
    a5 = character_table(group("A5"))
    assert a5.degrees.tolist() == [1, 3, 3, 4, 5]
    assert sorted(a5.values[1, 3:].real) == pytest.approx([1 - golden, golden], abs=1e-15)
    assert a5.galois_orbits == ((0,), (1, 2), (3,), (4,))
    assert a5.group.rational_classes == ((0,), (1,), (2,), (3, 4))
    sl = character_table(group("SL(2,3)"))
    assert Counter(zip(sl.degrees.tolist(), sl.indicators.tolist(), strict=True)) == Counter(
        {(1, 1): 1, (1, 0): 2, (2, -1): 1, (2, 0): 2, (3, 1): 1}
    )


def test_cyclic_groups_have_all_roots_of_unity() -> None:
    for n in (1, 2, 3, 8, 12, 30, 49):
        table = character_table(group(f"C{n}"))
        expected = {tuple(tuple(np.eye(n, dtype=int)[z * a % n].tolist()) for a in range(n)) for z in range(n)}
        orders = table.group.class_orders
        found = set()
        for i in range(n):
            row = []
            for a in range(n):
                c = int(table.group.class_of[a])
                padded = np.zeros(n, dtype=int)
                padded[:: n // orders[c]] = table.multiplicities[c][i]
                row.append(tuple(padded.tolist()))
            found.add(tuple(row))
        assert found == expected


# -- properties ----------------------------------------------------------------------------

FAMILIES = ["C1", "C2", "C15", "C2^3", "C4xC2", "S3", "D4", "D9", "Q16", "Dic5", "SL(2,3)", "SL(2,5)", "S5", "A6"]
FAMILIES += ["C3xS3", "PSL(2,7)", "PSL(2,11)", "C7xQ8", "perm:(1,2,3,4,5,6,7);(2,3,5)(4,7,6)"]


@pytest.mark.parametrize("name", FAMILIES)
def test_what_holds_of_every_table(name: str) -> None:
    built = group(name)
    table = character_table(built)
    n, values, sizes = built.order, table.values, built.class_sizes
    assert len(table) == len(sizes) == len(table.multiplicities)
    assert values.shape == table.is_rational.shape == (len(table), len(table))
    assert np.array_equal(values[0], np.ones(len(sizes)))
    assert np.all(np.diff(table.degrees) >= 0)
    assert np.array_equal(values[:, 0], table.degrees)
    assert np.allclose(values * sizes @ values.conj().T, n * np.eye(len(table)), atol=1e-9)
    assert np.allclose(values.T @ values.conj(), np.diag(n / sizes), atol=1e-9)
    assert np.allclose(values[table.conjugate], values.conj(), atol=1e-12)
    assert np.allclose(values[:, built.inverse_class], values.conj(), atol=1e-12)
    squares = (values[:, built.power_class(2)] * sizes).sum(axis=1) / n
    assert np.allclose(squares, table.indicators, atol=1e-9)
    assert np.array_equal(table.indicators == 0, table.conjugate != np.arange(len(table)))
    assert not values[table.indicators != 0].imag.any()
    assert table.indicators @ table.degrees == (built.power(np.arange(n), 2) == 0).sum()  # Frobenius and Schur
    for c in everything(table):
        block = table.multiplicities[c]
        assert block.dtype == np.int64
        assert block.shape == (len(table), built.class_orders[c])
        assert block.min() >= 0
        assert np.array_equal(block.sum(axis=1), table.degrees)
        roots = np.exp(2j * np.pi * np.arange(block.shape[1]) / block.shape[1])
        assert np.allclose(block @ roots, values[:, c], atol=1e-12)
        for m in (2, 3, -1):  # eigenvalues of g^m are m-th powers of those of g
            target = table.multiplicities[int(built.power_class(m)[c])]
            ratio = built.class_orders[c] // target.shape[1]
            image = np.zeros_like(block)
            for j in range(block.shape[1]):
                image[:, m * j % block.shape[1]] += block[:, j]
            assert np.array_equal(image[:, ::ratio], target)
    check_galois(table)


def check_galois(table: CharacterTable) -> None:
    built = table.group
    rows = exact_rows(table, everything(table))
    units = [s for s in range(1, built.exponent + 1) if gcd(s, built.exponent) == 1]
    orbits = set()
    for i, row in enumerate(rows):
        images = [tuple(row[d] for d in built.power_class(s)) for s in units[:40]]
        assert [rows.index(image) for image in images] == [int(table.galois_image(s)[i]) for s in units[:40]]
        orbits.add(tuple(sorted({rows.index(image) for image in images})) if len(units) <= 40 else ())
        rational = [all(value == 0 for value in entry[1:]) for entry in row]
        assert table.is_rational[i].tolist() == rational
    assert set(table.galois_orbits) == orbits or len(units) > 40
    assert sorted(i for orbit in table.galois_orbits for i in orbit) == list(range(len(table)))
    assert len(table.galois_orbits) == len(built.rational_classes)


@pytest.mark.parametrize("name", ["S4", "C5", "SL(2,5)"])
def test_residues_are_a_reduction_of_the_values(name: str) -> None:
    """Modulo a prime, rows still multiply like characters: the regular representation is the sum of all."""
    table = character_table(group(name))
    for prime in (next(primes_one_modulo(table.group.exponent, 1 << bits)) for bits in (8, 16, 20)):
        residues = table.residues(prime)
        regular = table.degrees @ residues % prime
        assert regular.tolist() == [table.group.order % prime] + [0] * (len(table) - 1)
        rational = table.is_rational
        assert np.array_equal(residues[rational], table.values[rational].real.astype(np.int64) % prime)


@pytest.mark.parametrize("name", ["C3", "A4", "A5", "D5"])
def test_irrational_values_are_refused(name: str) -> None:
    table = character_table(group(name))
    assert not table.is_rational.all()
    with pytest.raises(ValueError, match=f"{name}: character . is irrational at class ., expected rational values"):
        table.rational_values()


# -- isomorphic groups ---------------------------------------------------------------------


@settings(max_examples=40)
@given(
    st.integers(1, 6).flatmap(
        lambda degree: st.lists(st.permutations(range(degree)).map(tuple), min_size=1, max_size=3)
    ),
    st.randoms(use_true_random=False),
)
def test_relabelled_groups_have_the_same_table(generators: list[Permutation], random: object) -> None:
    generators = generators if len(closure(generators)) <= 120 else generators[:1]
    built = FiniteGroup.from_generators(generators)
    labels = np.random.default_rng(random.getrandbits(32)).permutation(built.order)  # type: ignore[attr-defined]
    products = np.empty((built.order, built.order), dtype=np.int64)
    products[np.ix_(labels, labels)] = labels[built.table()]
    again = FiniteGroup.from_table(products)
    number = {label: i for i, label in enumerate(again.labels)}
    image = [number[str(label)] for label in labels]  # an isomorphism
    classes = [int(again.class_of[image[g]]) for g in built.class_representatives]
    first, second = character_table(built), character_table(again)
    assert set(exact_rows(first, everything(first))) == set(exact_rows(second, classes))
    assert sorted(first.indicators) == sorted(second.indicators)


@settings(max_examples=25)
@given(st.sampled_from(["C2", "C3", "C4", "S3", "Q8", "A4"]), st.sampled_from(["C2", "C5", "D4", "Dic3", "D5"]))
def test_characters_of_products_are_products(left: str, right: str) -> None:
    one, two, both = (character_table(group(name)) for name in (left, right, f"{left}x{right}"))
    e = both.group.exponent
    n = two.group.order
    pairs = [(c, d) for c in everything(one) for d in everything(two)]
    representatives = [
        int(one.group.class_representatives[c]) * n + int(two.group.class_representatives[d]) for c, d in pairs
    ]
    columns = [int(both.group.class_of[g]) for g in representatives]

    def spread(multiplicities: list[int]) -> NDArray[np.int64]:
        """As multiplicities of the e-th roots of unity."""
        result = np.zeros(e, dtype=np.int64)
        result[:: e // len(multiplicities)] = multiplicities
        return result

    expected = set()
    for i in range(len(one)):
        for j in range(len(two)):
            row = []
            for c, d in pairs:
                x, y = spread(one.multiplicities[c][i].tolist()), spread(two.multiplicities[d][j].tolist())
                convolved = np.zeros(e, dtype=np.int64)
                for shift in np.flatnonzero(x):
                    convolved += x[shift] * np.roll(y, shift)
                row.append(cyclotomic(convolved.tolist(), e))
            expected.add(tuple(row))
    assert set(exact_rows(both, columns, e)) == expected


def test_the_order_of_characters_depends_on_the_classes_alone() -> None:
    generators = [[1, 2, 3, 4, 0], [1, 2, 0, 3, 4]]
    first = character_table(FiniteGroup.from_generators(generators))
    second = character_table(FiniteGroup.from_generators([[1, 0, 3, 2, 4], *generators[::-1]]))
    assert np.array_equal(first.packed, second.packed)
    keys = [
        (first.degrees[i], [[-m for m in first.multiplicities[c[0]][i]] for c in first.group.rational_classes])
        for i in range(len(first))
    ]
    assert keys == sorted(keys)


# -- size ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "order", "classes", "real"),
    [
        (M11, 7920, 10, 6),
        ("S7", 5040, 15, 15),
        ("SL(2,13)", 2184, 17, 9),
        ("C2^7", 128, 128, 128),
        ("A5xC7", 420, 35, 5),
    ],
)
def test_larger_groups_take_seconds(name: str, order: int, classes: int, real: int) -> None:
    start = process_time()
    built = group(name)
    table = character_table(built)
    assert (built.order, len(table), (table.indicators == 1).sum()) == (order, classes, real)
    assert process_time() - start < 10
    if name == M11:
        assert table.degrees.tolist() == [1, 10, 10, 10, 11, 16, 16, 44, 45, 55]


def test_too_many_classes_are_refused() -> None:
    with pytest.raises(ValueError, match="C1001: 1001 conjugacy classes, expected at most 1000 for characters"):
        character_table(group("C1001"))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "classes"), [("D4^3xC2xC4", 1000), ("SL(2,3)xS4xQ8xC2", 350), ("C1000", 1000)])
def test_the_largest_tables(name: str, classes: int) -> None:
    assert len(character_table(group(name))) == classes
