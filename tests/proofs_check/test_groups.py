"""The group that permutations generate, against the definitions."""

from __future__ import annotations

from math import gcd

from margin.composition.program import GroupProgram
from margin.finite_groups.names import group
from proofs_check.kernel.groups import Group
from tests.helpers.group_oracles import Permutation, compose, inverse
from tests.proofs_check.building.composition.building import F21, rows_of, true


def test_groups_by_brute_force() -> None:
    """Classes, rational classes, products of class sums and counts, from the definitions."""
    for name in ("S3", "Q8", "C7", "D5", F21, "S4"):
        stated = group(name)
        elements = [tuple(map(int, g)) for g in stated.elements]
        found = Group([list(g) for g in stated.generators], lambda steps: None)
        conjugates = {g: frozenset(compose(compose(inverse(x), g), x) for x in elements) for g in elements}
        powers = {g: _coprime_powers(g) for g in elements}
        rational = {g: frozenset(x for h in powers[g] for x in conjugates[h]) for g in elements}
        classes = sorted(set(rational.values()), key=min)
        assert found.sizes == [len(c) for c in classes]
        assert [
            frozenset(found.elements[i] for i, c in enumerate(found.rational) if c == j) for j in range(len(classes))
        ] == classes
        assert found.roots == [sum(compose(g, g) in c for g in elements) for c in classes]
        each = [min(c) for c in set(conjugates.values())]
        quotients = [compose(g, inverse(x)) for x in each for g in conjugates[x]]
        assert found.quotients(lambda steps: None) == [sum(g in c for g in quotients) for c in classes]
        s = [3 * j * j - 4 for j in range(len(classes))]
        z = {g: s[next(j for j, c in enumerate(classes) if g in c)] for g in elements}
        product = [[sum(z[compose(min(x), inverse(g))] for g in c) for x in classes] for c in classes]
        assert found.matrix(s) == product


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
