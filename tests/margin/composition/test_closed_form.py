"""Abelian and dihedral groups: the closed form against addition mod n and against the enumerated groups."""

from __future__ import annotations

from time import process_time

import pytest

from margin import ModularAddition, Surd, maximum_margin
from margin.composition.closed_form import MOST_LISTED, closed_form
from margin.composition.program import GroupMargin
from margin.finite_groups.names import structure
from margin.finite_groups.structure import AbelianStructure, DihedralStructure
from tests.helpers.group_assertions import assert_same_prediction, weights
from tests.helpers.program_oracles import program, solved


def closed(name: str, k: int) -> GroupMargin:
    known = structure(name)
    assert known is not None
    return closed_form(known, k)


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6, 12, 23, 71, 100, 1_000_003, 2 * 10**9])
@pytest.mark.parametrize("k", [1, 2, 3, 4, 7])
def test_cyclic_groups_are_addition_mod_n(n: int, k: int) -> None:
    margin, claim = closed(f"C{n}", k), maximum_margin(ModularAddition(n, k))
    assert margin.exact.surd() == claim.exact
    assert margin.all_irreps == margin.exact
    assert str(margin.exact.squared()) == str(claim.squared)
    masses = {i.dimension: i.mass.surd() for i in margin.blocks}
    assert masses == {2 if c.kind == "rotation" else 1: c.mass for c in claim.blocks}
    counts = {2 if c.kind == "rotation" else 1: len(c.frequencies) for c in claim.blocks}
    assert {d: sum(i.count for i in margin.blocks if i.dimension == d) for d in counts} == counts
    expected: dict[str, int] = {}
    for w in claim.class_weights:
        expected[str(w.each)] = expected.get(str(w.each), 0) + w.count
    assert weights(margin) == expected
    assert sum(expected.values()) == n - 1


@pytest.mark.parametrize(
    "name", ["C2", "C3", "C8", "C15", "C2xC4", "C2^3", "C3xC3", "C6xC10", "C4xC4", "C2xC2xC3", "C12xC2"]
)
def test_abelian_groups_agree_with_enumeration(name: str) -> None:
    for k in range(1, 7):
        assert_same_prediction(closed(name, k), solved(name, k))


@pytest.mark.parametrize("n", range(3, 13))
def test_dihedral_groups_agree_with_enumeration(n: int) -> None:
    for k in range(1, 7):
        assert_same_prediction(closed(f"D{n}", k), solved(f"D{n}", k))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("C2xC4", [("squares", 1), ("non-squares", 6)]),
        ("C2xC2", [("non-squares", 3)]),
        ("D5", [("rotations", 4), ("reflections", 5)]),
        ("D6", [("even rotations", 2), ("others", 9)]),
        ("D4", [("even rotations", 1), ("others", 6)]),
    ],
)
def test_places_of_class_weights(name: str, expected: list[tuple[str, int]]) -> None:
    """The named sets have these sizes, and on each the weight is that of the enumerated classes in it."""
    margin, exact = closed(name, 3), program(name).group
    assert [(c.where, c.count) for c in margin.class_weights] == expected
    assert len(closed("C9", 3).class_weights) == 1
    everything = range(exact.order)
    if name.startswith("C"):
        members = {int(exact.multiply(g, g)) for g in everything} - {0}
    else:  # rotations are the powers of an element of order n; D4 has one subgroup of four
        turn = next(g for g in everything if exact.element_orders[g] == exact.order // 2)
        step = 1 if exact.order % 4 else 2
        members = {int(g) for g in exact.powers(turn)[::step]} - {0}
    each = {c.where: str(c.each) for c in solved(name, 3).class_weights}
    table = {int(exact.class_of[exact.labels.index(label)]): text for label, text in each.items()}
    by_element = {
        g: table.get(int(exact.class_of[g])) or table[int(exact.class_of[exact.inverse[g]])] for g in everything if g
    }
    named = {c.where: str(c.each) for c in margin.class_weights}
    inside, outside = expected[0][0], expected[-1][0]
    assert all(by_element[g] == named[inside if g in members else outside] for g in by_element)


@pytest.mark.parametrize("name", ["C1", "C1xC1", "S1", "A2"])
def test_group_of_one_element_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="it has one element, expected at least 2 labels"):
        closed(name, 2)
    assert closed("C2", 2).task.n == 2


@pytest.mark.parametrize("kind", ["C", "D"])
def test_many_representations_are_counted_not_listed(kind: str) -> None:
    for n in (50, 2 * MOST_LISTED, 2 * MOST_LISTED + 1, 2 * MOST_LISTED + 10, 10**6):
        margin = closed(f"{kind}{n}", 2)
        listed = sum(i.count for i in margin.blocks)
        assert sum(i.count * i.dimension**2 // i.commutant for i in margin.blocks) == margin.task.n - 1
        assert (len(margin.blocks) == listed) == (listed <= MOST_LISTED)
        assert len(margin.blocks) <= MOST_LISTED
        total = sum((i.mass.element * i.mass.numerator * i.count for i in margin.blocks), Surd())
        assert total == margin.blocks[0].mass.denominator


def test_large_groups_are_quick() -> None:
    start = process_time()
    for name, k in (("C1000003", 3), ("C1000xC1000", 4), ("D1000000", 5), ("C2^20", 2), ("C10000000000", 3)):
        margin = closed(name, k)
        assert float(margin.exact) > 0
        assert sum(c.count for c in margin.class_weights) == margin.task.n - 1
    assert process_time() - start < 2


@pytest.mark.parametrize(
    "known", [AbelianStructure((6, 4)), AbelianStructure((2, 2)), DihedralStructure(7), DihedralStructure(8)], ids=str
)
def test_value_of_both_sides(known: AbelianStructure | DihedralStructure) -> None:
    """The weights add up to 1; every representation has its share of the regular one, divided by its value."""
    for k in range(1, 6):
        margin = closed_form(known, k)
        total = sum((w.each.numerator * w.count for w in margin.class_weights), Surd())
        assert total == margin.class_weights[0].each.denominator
        gamma = margin.exact.surd()
        assert gamma is not None
        for i in margin.blocks:
            mass = i.mass.surd()
            assert mass is not None
            assert mass * i.neuron_value * i.commutant * margin.task.n == gamma * i.dimension**2
