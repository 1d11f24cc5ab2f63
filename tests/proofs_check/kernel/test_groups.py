"""The group that permutations generate, against the definitions."""

from __future__ import annotations

from functools import cache
from math import gcd
from typing import NamedTuple

import pytest

from margin.composition.program import GroupProgram
from margin.finite_groups.names import group
from proofs_check.kernel.groups import Group
from tests.helpers.group_oracles import Permutation, compose, inverse
from tests.proofs_check.building.composition.building import F21, rows_of, true

NAMES = ("S3", "Q8", "C7", "D5", F21, "S4")


class Definitions(NamedTuple):
    """What the definitions give, by brute force. Rational classes in the order of their smallest elements."""

    generators: list[list[int]]
    classes: list[frozenset[Permutation]]
    roots: list[int]  # the number of elements whose square is in each class
    quotients: list[int]
    separator: list[int]
    product: list[list[int]]  # of the separator's sum of class sums with each class sum


@cache
def definitions(name: str) -> Definitions:
    stated = group(name)
    elements = [tuple(map(int, g)) for g in stated.elements]
    conjugates = {g: frozenset(compose(compose(inverse(x), g), x) for x in elements) for g in elements}
    powers = {g: _coprime_powers(g) for g in elements}
    rational = {g: frozenset(x for h in powers[g] for x in conjugates[h]) for g in elements}
    classes = sorted(set(rational.values()), key=min)
    roots = [sum(compose(g, g) in c for g in elements) for c in classes]
    smallest = [min(c) for c in set(conjugates.values())]
    quotients = [compose(g, inverse(x)) for x in smallest for g in conjugates[x]]
    s = [3 * j * j - 4 for j in range(len(classes))]
    z = {g: s[next(j for j, c in enumerate(classes) if g in c)] for g in elements}
    product = [[sum(z[compose(min(x), inverse(g))] for g in c) for x in classes] for c in classes]
    counts = [sum(g in c for g in quotients) for c in classes]
    return Definitions([list(map(int, g)) for g in stated.generators], classes, roots, counts, s, product)


def members(elements: list[Permutation], rational: list[int], count: int) -> list[frozenset[Permutation]]:
    return [frozenset(g for g, c in zip(elements, rational, strict=True) if c == j) for j in range(count)]


@pytest.mark.parametrize("name", NAMES)
def test_groups_by_brute_force(name: str) -> None:
    """Classes, rational classes, products of class sums and counts, from the definitions."""
    expected = definitions(name)
    found = Group(expected.generators, lambda steps: None)
    assert found.sizes == [len(c) for c in expected.classes]
    assert members(found.elements, list(found.rational), len(expected.classes)) == expected.classes
    assert found.roots == expected.roots
    assert found.quotients(lambda steps: None) == expected.quotients
    assert found.matrix(expected.separator) == expected.product


@pytest.mark.parametrize("name", NAMES)
def test_groups_of_the_second_family_by_brute_force(name: str) -> None:
    groups = pytest.importorskip("proofs_check.second.groups")
    expected, steps = definitions(name), list[int]()
    found = groups.Group(expected.generators, steps.append)
    count, order = len(expected.classes), sum(map(len, expected.classes))
    assert found.order == order
    assert found.sizes == [len(c) for c in expected.classes]
    assert members(found.elements, found.rational, count) == expected.classes
    assert found.squares() == expected.roots
    assert found.quotients() == expected.quotients
    columns = [found.column(expected.separator, x) for x in range(count)]
    assert [list(row) for row in zip(*columns, strict=True)] == expected.product
    assert sum(steps) == found.degree * len(expected.generators) * order + 4 * order * count


def _coprime_powers(g: Permutation) -> list[Permutation]:
    powers = [g]
    while powers[-1] != tuple(range(len(g))):
        powers.append(compose(powers[-1], g))
    return [h for m, h in enumerate(powers, 1) if gcd(m, len(powers)) == 1]


def test_rows_of_the_corpus_are_those_of_the_characters() -> None:
    """Two ways to the same integers: from orbit sums, and from the complex character table."""
    body = true("A5", 2)
    table = GroupProgram(group("A5")).table
    central = (table.values * table.group.class_sizes / table.degrees[:, None]).real
    expected = set()
    for orbit in table.galois_orbits:
        mean = central[list(orbit)].mean(axis=0)
        expected.add(tuple(sorted(round(float(mean[list(c)].sum())) for c in table.group.rational_classes)))
    assert {tuple(sorted(row)) for row in rows_of(body)} == expected
    assert len(expected) == len(rows_of(body)) == 4
