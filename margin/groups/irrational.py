"""Irrational characters and square roots of dimensions in one real number field; ranks modulo a prime."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from margin.groups.modular import Integers, row_space
from margin.groups.number_field import FieldElement, RealField
from margin.groups.real_irreps import RealIrrep
from margin.integers import prime_factors
from margin.surds import Surd

Value = Fraction | FieldElement


def character_field(
    irreps: Sequence[RealIrrep], classes: Sequence[int], weights: Sequence[Surd]
) -> tuple[list[list[Value]], list[Value]]:
    """Characters at the classes, and the weights (each a rational or one square root), as elements of one field."""
    group = irreps[0].table.group
    radicands = {r for w in weights for r, _ in w.terms}
    e = lcm(group.exponent, *(r if r % 4 == 1 else 4 * r for r in radicands))
    vectors = [[_stretched(irrep.multiplicities[c].tolist(), e) for c in classes] for irrep in irreps]
    roots = {r: _square_root(r, e) for r in radicands}
    field = RealField([*dict.fromkeys(tuple(v) for row in vectors for v in row), *roots.values()])
    values: list[list[Value]] = [[field(v) for v in row] for row in vectors]
    bounds: list[Value] = [sum((field(roots[r]) * q for r, q in w.terms), Fraction(0)) for w in weights]
    return values, bounds


def _stretched(value: Sequence[int], e: int) -> list[int]:
    """A vector over roots of unity of a smaller order, over those of order e."""
    result = [0] * e
    for j, c in enumerate(value):
        result[j * (e // len(value))] += c
    return result


def _square_root(r: int, e: int) -> list[int]:
    """sqrt(r), r squarefree, as an integer combination of e-th roots of unity (Gauss sums); r or 4r divides e."""
    result = [1] + [0] * (e - 1)
    turns = 0  # quarters of a turn, from the factors i of the Gauss sums
    for p in prime_factors(r):
        factor = [0] * e
        if p == 2:  # 1 + i = sqrt(2) exp(2 pi i / 8)
            factor[e // 8] += 1
            factor[-(e // 8)] += 1
        else:
            for j in range(p):
                factor[j * j % p * (e // p)] += 1  # sum of exp(2 pi i j^2 / p) = sqrt(p), or i sqrt(p)
            turns += p % 4 == 3
        result = _cyclic(result, factor)
    sign = -1 if turns % 4 >= 2 else 1
    shift = e // 4 if turns % 2 else 0  # divides by i
    return [sign * result[(j + shift) % e] for j in range(e)]


def _cyclic(x: Sequence[int], y: Sequence[int]) -> list[int]:
    e = len(x)
    result = [0] * e
    for i, p in enumerate(x):
        if p:
            for j, q in enumerate(y):
                result[(i + j) % e] += p * q
    return result


def is_injective(matrix: Integers, prime: int) -> bool:
    """Whether the columns are independent modulo the prime, and so over any field that reduces to it."""
    if 0 in matrix.shape:
        return matrix.shape[1] == 0
    return len(row_space(matrix % prime, prime)[1]) == matrix.shape[1]
