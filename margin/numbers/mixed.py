"""Sums of square roots with coefficients in one real number field."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt
from typing import Any

from margin.numbers.number_field import FieldElement
from margin.numbers.square_roots import Surd


class Mixed:
    """A sum of f_r sqrt(r), f_r in one `RealField`, with square roots independent over it. Exact order.

    Independence (Kummer): the quotient of any two of the r is no square in the field.
    """

    __slots__ = ("terms",)

    def __init__(self, terms: dict[int, FieldElement]) -> None:
        self.terms = {r: f for r, f in terms.items() if f}

    def __add__(self, other: Any) -> Mixed:
        if not isinstance(other, Mixed):
            return self if not other else NotImplemented
        total = dict(self.terms)
        for r, f in other.terms.items():
            total[r] = total[r] + f if r in total else f
        return Mixed(total)

    __radd__ = __add__

    def __neg__(self) -> Mixed:
        return Mixed({r: -f for r, f in self.terms.items()})

    def __sub__(self, other: Any) -> Mixed:
        return self + (-other)

    def __rsub__(self, other: Any) -> Mixed:
        return -self + other

    def __mul__(self, factor: Any) -> Mixed:
        if isinstance(factor, Mixed):  # a product may need square roots that are not independent
            return NotImplemented
        return Mixed({r: f * factor for r, f in self.terms.items()})

    __rmul__ = __mul__

    def __bool__(self) -> bool:
        return bool(self.terms)

    def _scaled(self, precision: int) -> tuple[Fraction, int]:
        """(a, bits) with |self - a / 2^bits| below 2^-precision |self|; needs self != 0."""
        bits = 64
        while True:
            value, error = Fraction(0), Fraction(0)
            for r, f in self.terms.items():
                part, within = f.scaled(bits)
                root = isqrt(r << 2 * bits)
                value += part * root / 2**bits
                error += within * (root + 1) / 2**bits + abs(part) / 2**bits
            if abs(value) > error * 2**precision:
                return value, bits
            bits *= 2

    def sign(self) -> int:
        """-1, 0 or 1, decided exactly."""
        if not self.terms:
            return 0
        return 1 if self._scaled(0)[0] > 0 else -1

    def near(self) -> Fraction:
        """A rational within a relative 2^-60."""
        if not self.terms:
            return Fraction(0)
        value, bits = self._scaled(60)
        return value / 2**bits

    def __float__(self) -> float:
        return float(self.near())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Mixed):
            return not self - other
        return not self if not other else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(sorted((r, f.coordinates) for r, f in self.terms.items())))

    def __lt__(self, other: Any) -> bool:
        return (self - other).sign() < 0

    def __gt__(self, other: Any) -> bool:
        return (self - other).sign() > 0

    def __ge__(self, other: Any) -> bool:
        return not self < other

    def surd(self) -> Surd:
        """The number in square roots. Raises ValueError where the field has degree above 2."""
        return sum((f.surd() * Surd.sqrt(r) for r, f in self.terms.items()), Surd())

    def __str__(self) -> str:
        return " + ".join(f"({f})*sqrt({r})" for r, f in sorted(self.terms.items())) or "0"
