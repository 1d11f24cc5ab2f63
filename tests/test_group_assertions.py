"""Each assertion on finite groups raises on what it must not let pass."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from margin.composition.closed_form import closed_form
from margin.composition.program import GroupMargin
from margin.finite_groups.find_characters import character_table
from margin.finite_groups.matrices import representations
from margin.finite_groups.names import group, structure
from margin.finite_groups.real_irreps import real_irreps
from margin.numbers.square_roots import Surd
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
    """One value, one indicator, two classes exchanged, another group with the same class sizes; a class twice."""
    by_name = {reference.name: reference for reference in references()}
    q8, d4, s5 = (by_name[name] for name in ("SmallGroup(8,4) Q8", "SmallGroup(8,3) D8", "S5"))
    row = next(i for i, characters in enumerate(s5.characters) if characters[0] == "4")
    value = [list(characters) for characters in s5.characters]
    value[row][-1] = {"1": "-1", "-1": "1", "0": "1"}[value[row][-1]]
    order = list(range(len(s5.class_sizes)))
    order[2], order[3] = order[3], order[2]
    assert_character_table(s5)
    classes = next(  # of the quaternions, one of size 2 in place of another
        [*range(c), d, *range(c + 1, 5)]
        for c in range(5)
        for d in range(c)
        if q8.class_sizes[c] == q8.class_sizes[d] == 2
    )
    twice = replace(
        q8,
        class_representatives=[q8.class_representatives[c] for c in classes],
        characters=[[row[c] for c in classes] for row in q8.characters],
    )
    for forged in (
        replace(s5, order=119),
        replace(s5, class_sizes=[s5.class_sizes[c] for c in order]),
        twice,
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
        with pytest.raises(AssertionError):
            assert_representations(g, irreps, [matrices[0][:, 0], *matrices[1:]])


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


def test_each_part_of_optimality() -> None:
    """Value, masses and class weights of S5 changed so that one statement alone fails."""
    margin, oracle, other = solved("S5", 3), float_program("S5", 3), solved("S5", 4)
    blocks, classes = margin.blocks, margin.class_weights
    first, second = (r for r, block in enumerate(blocks) if block.mass.sign())
    unused = next(r for r, block in enumerate(blocks) if not block.mass.sign())
    support = [c for c, kind in enumerate(classes) if kind.each.sign()]
    zero = next(c for c, kind in enumerate(classes) if not kind.each.sign())
    twin = next(c for c, kind in enumerate(classes) if c not in support and kind.count == classes[support[1]].count)
    # a negative weight, made good on the others so that all inequalities hold, and the sum is 1
    y = np.array([float(kind.each) * kind.count for kind in classes])
    y[support] += np.linalg.solve(oracle.A[np.ix_(support, [first, second])].T, 1e-3 * oracle.A[zero, [first, second]])
    y[zero] = -1e-3
    negative = [y[c] / y.sum() / kind.count for c, kind in enumerate(classes)]

    def masses(new: dict[int, int]) -> GroupMargin:
        """The mass of one block for another's."""
        return replace(margin, blocks=tuple(replace(b, mass=blocks[new.get(r, r)].mass) for r, b in enumerate(blocks)))

    def weights(new: dict[int, int]) -> GroupMargin:
        """The weight of one class for another's."""
        changed = tuple(replace(kind, each=classes[new.get(c, c)].each) for c, kind in enumerate(classes))
        return replace(margin, class_weights=changed)

    assert_optimal(masses({}), oracle)
    assert_optimal(weights({}), oracle)
    values = [block.neuron_value for block in other.blocks]
    counts = [kind.count + (c == zero) for c, kind in enumerate(classes)]
    forgeries: dict[str, Any] = {
        "value": replace(margin, exact=other.exact),
        "value of all irreps": replace(margin, all_irreps=other.all_irreps),
        "more mass": masses({unused: second}),
        "masses exchanged": masses({first: second, second: first}),
        "less weight": weights({support[0]: zero}),
        "weights exchanged": weights({support[1]: twin, twin: support[1]}),
    }
    changes: dict[str, list[Any]] = {"count": counts, "each": negative}
    for name, new in changes.items():
        changed = tuple(replace(kind, **{name: value}) for kind, value in zip(classes, new, strict=True))
        forgeries[name] = replace(margin, class_weights=changed)
    changed_blocks = tuple(replace(block, neuron_value=value) for block, value in zip(blocks, values, strict=True))
    forgeries["values of neurons"] = replace(margin, blocks=changed_blocks)
    for forged in forgeries.values():
        with pytest.raises(AssertionError):
            assert_optimal(forged, oracle)


def test_ranges_and_least_class_weights() -> None:
    margin, oracle = solved("S5", 3), float_program("S5", 3)
    assert_ranges(margin, oracle, oracle.value())
    assert_least_class_weights(margin, oracle, oracle.value())
    assert not margin.blocks[0].mass_range[1].sign()
    tiny: Any = Surd(Fraction(1, 10**7))
    one: Any = Surd(1)
    for low, high in ((0 * one, one), (tiny, tiny), (-tiny, tiny)):
        first = replace(margin.blocks[0], mass_range=(low, high))
        with pytest.raises(AssertionError):
            assert_ranges(replace(margin, blocks=(first, *margin.blocks[1:])), oracle, oracle.value())
    wrong = replace(margin.blocks[0], mass=one)
    with pytest.raises(AssertionError):
        assert_ranges(replace(margin, blocks=(wrong, *margin.blocks[1:])), oracle, oracle.value())
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
    prediction, other = closed("C8", 3), closed("C9", 3)
    first, *blocks = prediction.blocks
    spread = replace(first, mass_range=(first.mass_range[0], other.blocks[0].mass_range[1]))
    for forged in (
        replace(prediction, task=other.task),
        replace(prediction, exact=other.exact),
        replace(prediction, all_irreps=other.all_irreps),
        replace(prediction, blocks=(replace(first, mass=other.blocks[0].mass), *blocks)),
        replace(prediction, blocks=(spread, *blocks)),
        replace(prediction, class_weights=other.class_weights),
    ):
        for pair in ((forged, prediction), (prediction, forged)):
            with pytest.raises(AssertionError):
                assert_same_prediction(*pair)
