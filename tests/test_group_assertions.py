"""Each assertion on finite groups raises on what it must not let pass."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from margin.composition.closed_form import closed_form
from margin.composition.program import GroupMargin
from margin.finite_groups.find_characters import character_table
from margin.finite_groups.matrices import representations
from margin.finite_groups.names import group, structure
from margin.finite_groups.real_irreps import real_irreps
from tests.helpers.group_assertions import (
    assert_character_table,
    assert_least_class_weights,
    assert_optimal,
    assert_ranges,
    assert_representations,
    assert_same_prediction,
)
from tests.helpers.group_oracles import references
from tests.helpers.program_oracles import FloatProgram, float_program, solved


def closed(name: str, k: int) -> GroupMargin:
    known = structure(name)
    assert known is not None
    return closed_form(known, k)


def test_another_table_is_noticed() -> None:
    """One value, one indicator, two classes exchanged, another group with the same class sizes."""
    by_name = {reference.name: reference for reference in references()}
    q8, d4, s5 = (by_name[name] for name in ("SmallGroup(8,4) Q8", "SmallGroup(8,3) D8", "S5"))
    row = next(i for i, characters in enumerate(s5.characters) if characters[0] == "4")
    value = [list(characters) for characters in s5.characters]
    value[row][-1] = {"1": "-1", "-1": "1", "0": "1"}[value[row][-1]]
    order = list(range(len(s5.class_sizes)))
    order[2], order[3] = order[3], order[2]
    assert_character_table(s5)
    for forged in (
        replace(s5, characters=value),
        replace(q8, indicators=d4.indicators),
        replace(s5, class_representatives=[s5.class_representatives[c] for c in order]),
        replace(q8, generators=d4.generators, class_representatives=d4.class_representatives),
    ):
        with pytest.raises(AssertionError):
            assert_character_table(forged)


def test_representations() -> None:
    """One sign, a shear, a rotation of the basis, irreps exchanged, one left out: of S3 and the quaternions."""
    for name in ("S3", "Q8"):
        g = group(name)
        irreps = real_irreps(character_table(g))
        matrices = representations(g, irreps)
        assert_representations(g, irreps, matrices)
        size = irreps[-1].dimension
        shear = np.eye(size) + 1e-3 * np.eye(size, k=1)
        sign = matrices[-1].copy()
        sign[1] *= -1
        for last in (sign, shear @ matrices[-1] @ np.linalg.inv(shear), np.broadcast_to(np.eye(size), sign.shape)):
            with pytest.raises(AssertionError):
                assert_representations(g, irreps, [*matrices[:-1], last])
        with pytest.raises(AssertionError):
            assert_representations(g, irreps, [matrices[1], matrices[0], *matrices[2:]])
        with pytest.raises(AssertionError):
            assert_representations(g, irreps[:-1], matrices[:-1])


def test_the_normal_form_of_the_commutant() -> None:
    """Another orthogonal basis: still the same representation, and no longer in normal form."""
    g = group("Q8")
    irreps = real_irreps(character_table(g))
    matrices = representations(g, irreps)
    flip = np.diag([-1, 1, 1, 1])
    with pytest.raises(AssertionError):
        assert_representations(g, irreps, [*matrices[:-1], flip @ matrices[-1] @ flip])


def test_optimal() -> None:
    margin, oracle = solved("S5", 3), float_program("S5", 3)
    value = assert_optimal(margin, oracle)
    with pytest.raises(AssertionError):
        assert_optimal(solved("S5", 4), oracle)
    other = FloatProgram(oracle.order, 3, oracle.dimensions, oracle.commutants, oracle.A[:, ::-1])
    with pytest.raises(AssertionError):
        assert_optimal(margin, other)
    assert value == oracle.value()


def test_ranges_and_least_class_weights() -> None:
    margin, oracle = solved("S5", 3), float_program("S5", 3)
    assert_ranges(margin, oracle, oracle.value())
    assert_least_class_weights(margin, oracle, oracle.value())
    with pytest.raises(AssertionError):
        assert_ranges(solved("S5", 2), oracle, oracle.value())
    with pytest.raises(AssertionError):
        assert_least_class_weights(solved("S5", 2), oracle, oracle.value())


def test_same_prediction() -> None:
    assert_same_prediction(closed("C8", 3), solved("C8", 3))
    with pytest.raises(AssertionError):
        assert_same_prediction(closed("C8", 3), solved("C2xC4", 3))
    with pytest.raises(AssertionError):
        assert_same_prediction(closed("D4", 2), solved("Q8", 2))
    with pytest.raises(AssertionError):
        assert_same_prediction(closed("C8", 3), solved("C8", 2))
