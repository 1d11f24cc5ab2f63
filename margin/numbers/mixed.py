"""Sums of square roots with coefficients in one real number field."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, isqrt, lcm

from margin.numbers.number_field import FieldElement, RealField
from margin.numbers.real import ExactReal
from margin.numbers.square_roots import Surd


class Mixed(ExactReal):
    """A sum of f_r sqrt(r), f_r in one `RealField`, with square roots independent over it.

    Independence (Kummer): the quotient of any two of the r is no square in the field. Sums and comparisons are of
    numbers whose square roots together are independent, factors in the field; a 0 of any kind may be added.
    """

    __slots__ = ("terms",)

    def __init__(self, terms: dict[int, FieldElement]) -> None:
        self.terms = {r: f for r, f in terms.items() if f}

    def __add__(self, other: object) -> Mixed:
        if not isinstance(other, Mixed):
            return self if _is_zero(other) else NotImplemented
        total = dict(self.terms)
        for r, f in other.terms.items():
            total[r] = total[r] + f if r in total else f
        return Mixed(total)

    __radd__ = __add__

    def __neg__(self) -> Mixed:
        return Mixed({r: -f for r, f in self.terms.items()})

    def __sub__(self, other: object) -> Mixed:
        if isinstance(other, Mixed):
            return self + -other
        return self if _is_zero(other) else NotImplemented

    def __rsub__(self, other: object) -> Mixed:
        return -self if _is_zero(other) else NotImplemented

    def __mul__(self, factor: object) -> Mixed:
        # the product of two sums may need square roots that are not independent
        if not isinstance(factor, (FieldElement, int, Fraction)):
            return NotImplemented
        return Mixed({r: f * factor for r, f in self.terms.items()})

    __rmul__ = __mul__

    def __bool__(self) -> bool:
        return bool(self.terms)

    def enclosure(self, bits: int) -> tuple[int, int, int]:
        """Each coefficient enclosed as its field does, each square root known within 2^-bits."""
        parts = [(f.enclosure(bits), isqrt(r << 2 * bits)) for r, f in self.terms.items()]
        common = lcm(*(scale for (_, _, scale), _ in parts))
        value = error = 0
        for (low, high, scale), root in parts:
            double = low + high  # of the coefficient
            value += double * root * (common // scale)
            error += ((high - low) * (root + 1) + abs(double)) * (common // scale)
        return value - error, value + error, 2 * common << bits

    def difference(self, other: object) -> Mixed | None:
        """self - other for a sum over the same field, and for a 0 of any kind."""
        return self - other if isinstance(other, Mixed) or _is_zero(other) else None

    def __hash__(self) -> int:
        return hash(tuple(sorted((r, f.coordinates) for r, f in self.terms.items())))

    def surd(self) -> Surd:
        """The number in square roots. Raises ValueError where the field has degree above 2."""
        return sum((f.surd() * Surd.sqrt(r) for r, f in self.terms.items()), Surd())

    def __str__(self) -> str:
        return " + ".join(f"({f})*sqrt({r})" for r, f in sorted(self.terms.items())) or "0"


def _is_zero(value: object) -> bool:
    return isinstance(value, (int, Fraction, ExactReal)) and not value


def independent_root(r: int, field: RealField, basis: list[int]) -> tuple[FieldElement, int]:
    """(f, b) with sqrt(r) = f sqrt(b), r squarefree, f in the field and b in the basis, to which r itself may be added.

    The square roots of the basis stay independent over the field.
    """
    for b in basis:
        root = field.square_root(r * b // gcd(r, b) ** 2)
        if root is not None:  # sqrt(r) = sqrt(r b) / b * sqrt(b)
            return root * Fraction(gcd(r, b), b), b
    basis.append(r)
    return field.rational(1), r


def over_one_field(pairs: Sequence[tuple[Surd | FieldElement | Mixed, Surd]]) -> Mixed:
    """The sum of the products of the pairs, at least one of which is over a `RealField`.

    Raises ValueError for numbers over two fields.
    """
    terms = [
        (f, Surd.sqrt(r) * factor)
        for value, factor in pairs
        for r, f in ([(1, value)] if isinstance(value, FieldElement) else dict(value.terms).items())
    ]
    fields = [f.field for f, _ in terms if isinstance(f, FieldElement)]
    total, basis = Mixed({}), list[int]()
    for f, factor in terms:
        for r, q in factor.terms:
            root, b = independent_root(r, fields[0], basis)
            total = total + Mixed({b: root * f * q})
    return total
