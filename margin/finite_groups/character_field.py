"""Irrational characters and square roots of dimensions in one real number field."""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm

from margin.finite_groups.real_irreps import RealIrrep
from margin.numbers.mixed import Mixed, independent_root
from margin.numbers.number_field import FieldElement, RealField
from margin.numbers.square_roots import Surd

InSquareRoots = tuple[list[list[Surd]], list[Surd]]  # characters, weights
InOneField = tuple[list[list[FieldElement]], list[Mixed]]


def character_field(
    irreps: Sequence[RealIrrep], classes: Sequence[int], weights: Sequence[Surd]
) -> InSquareRoots | InOneField:
    """Characters at the classes, and the weights (each a rational or one square root), with exact arithmetic and order.

    Sums of square roots where the characters need several; else characters in a `RealField`, and weights as `Mixed`
    numbers over it. At least one character must be irrational.
    """
    vectors = [[tuple(irrep.multiplicities[c].tolist()) for c in classes] for irrep in irreps]
    own = {v: RealField([v]) for row in vectors for v in row}
    e = lcm(*(len(v) for v, field in own.items() if field.degree > 1))
    stretched = {v: _stretched(v, e) for v, field in own.items() if field.degree > 1}
    joint = RealField(list(stretched.values()))
    if joint.degree > 2 and all(field.degree <= 2 for field in own.values()):
        surds = {v: field(v).surd() for v, field in own.items()}
        return [[surds[v] for v in row] for row in vectors], list(weights)
    rational = {v: field(v).surd().as_fraction() for v, field in own.items() if field.degree == 1}
    elements = {v: joint(stretched[v]) if v in stretched else joint.rational(rational[v]) for v in own}
    return [[elements[v] for v in row] for row in vectors], _mixed(weights, joint)


def _mixed(weights: Sequence[Surd], field: RealField) -> list[Mixed]:
    """Square roots over the field: those that differ by a factor of the field become multiples of one another."""
    basis: list[int] = []
    bounds: list[Mixed] = []
    for weight in weights:
        ((r, q),) = weight.terms
        root, b = independent_root(r, field, basis)
        bounds.append(Mixed({b: root * q}))
    return bounds


def _stretched(value: Sequence[int], e: int) -> list[int]:
    """A vector over roots of unity of a smaller order, over those of order e."""
    result = [0] * e
    for j, c in enumerate(value):
        result[j * (e // len(value))] += c
    return result
