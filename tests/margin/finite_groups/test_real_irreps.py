"""Real irreducible representations: types, dimensions, characters; the class function identities they must satisfy."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import comb

import numpy as np
import pytest

from margin.finite_groups.find_characters import character_table
from margin.finite_groups.finite_group import FiniteGroup
from margin.finite_groups.names import group
from margin.finite_groups.real_irreps import real_irreps
from tests.helpers.group_oracles import Reference, references


def types(name: str) -> Counter[tuple[int, str, int]]:
    return Counter((r.dimension, r.type, r.commutant) for r in real_irreps(character_table(group(name))))


def test_types_of_known_groups() -> None:
    assert types("C1") == {(1, "real", 1): 1}
    assert types("C6") == {(1, "real", 1): 2, (2, "complex", 2): 2}
    assert types("Q8") == {(1, "real", 1): 4, (4, "quaternionic", 4): 1}
    assert types("D4") == {(1, "real", 1): 4, (2, "real", 1): 1}
    assert types("Dic3") == {(1, "real", 1): 2, (2, "complex", 2): 1, (2, "real", 1): 1, (4, "quaternionic", 4): 1}
    assert types("perm:(1,2,3,4,5,6,7);(2,3,5)(4,7,6)") == {
        (1, "real", 1): 1,
        (2, "complex", 2): 1,
        (6, "complex", 2): 1,
    }
    assert types("SL(2,3)") == {
        (1, "real", 1): 1,
        (2, "complex", 2): 1,
        (3, "real", 1): 1,
        (4, "quaternionic", 4): 1,
        (4, "complex", 2): 1,
    }
    assert types("S5") == {(1, "real", 1): 2, (4, "real", 1): 2, (5, "real", 1): 2, (6, "real", 1): 1}


@pytest.mark.parametrize("reference", references(), ids=lambda reference: reference.name)
def test_real_irreps_of_the_reference_groups(reference: Reference) -> None:
    built = FiniteGroup.from_generators(reference.generators)
    table = character_table(built)
    irreps = real_irreps(table)
    characters = np.array([r.character for r in irreps])
    assert characters.dtype == np.float64
    assert len(irreps) == len({tuple(sorted((c, int(d)))) for c, d in enumerate(built.inverse_class)})
    assert irreps[0].constituents == (0,)
    assert np.array_equal(characters[0], np.ones(len(table)))
    assert sorted(i for r in irreps for i in r.constituents) == list(range(len(table)))
    assert sum(Fraction(r.dimension**2, r.commutant) for r in irreps) == built.order
    gram = characters * built.class_sizes @ characters.T
    assert np.allclose(gram, built.order * np.diag([r.commutant for r in irreps]), atol=1e-9)
    for r in irreps:
        assert r.character[0] == r.dimension
        constituents = table.values[list(r.constituents)].sum(axis=0)
        assert np.allclose(r.character, constituents * (2 if r.type == "quaternionic" else 1), atol=1e-12)
        assert np.allclose(r.character[built.inverse_class], r.character, atol=1e-12)
        assert len(r.multiplicities) == len(table)
        for c, multiplicities in enumerate(r.multiplicities):
            o = int(built.class_orders[c])
            assert multiplicities.shape == (o,)
            assert multiplicities.sum() == r.dimension
            assert np.array_equal(multiplicities, multiplicities[-np.arange(o) % o])  # real: closed under conjugation
            assert multiplicities @ np.cos(2 * np.pi * np.arange(o) / o) == pytest.approx(r.character[c], abs=1e-12)


@pytest.mark.parametrize("n", range(1, 8))
def test_symmetric_groups_are_real_with_known_degrees(n: int) -> None:
    irreps = real_irreps(character_table(group(f"S{n}")))
    assert {r.type for r in irreps} == {"real"}
    assert all(float(value).is_integer() for r in irreps for value in r.character)
    dimensions = [r.dimension for r in irreps]
    assert n - 1 in dimensions or n == 1
    if n >= 5:
        assert comb(n - 1, 2) in dimensions  # the exterior square of the standard representation
