"""Exact values element * numerator / denominator, which as one sum of square roots may be too long to print."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from margin.numbers.square_roots import Surd

MOST_TERMS = 4  # of a denominator that is still multiplied out


@dataclass(frozen=True)
class Ratio:
    """element * numerator / denominator, the denominator positive; the element rational or in a real number field.

    `str` gives text that sympy parses to the same number.
    """

    element: Any  # int, Fraction, Surd, FieldElement or Mixed
    numerator: Surd
    denominator: Surd

    @classmethod
    def of(cls, value: Any, denominator: Surd) -> Ratio:
        if isinstance(value, Surd):
            return cls(1, value, denominator)
        return cls(value, Surd(1), denominator)

    def squared(self) -> Ratio:
        """The square; its element is rational or in the same field."""
        return Ratio(self.element * self.element, self.numerator**2, self.denominator**2)

    def sign(self) -> int:
        """-1, 0 or 1, decided exactly."""
        element = (self.element > 0) - (self.element < 0)
        return element * self.numerator.sign() * self.denominator.sign()

    def surd(self) -> Surd | None:
        """The value as a sum of square roots; None where it is none, or too long."""
        element = self.element
        if len(self.denominator.terms) > MOST_TERMS:
            return None
        if not isinstance(element, (int, Fraction, Surd)):
            try:
                element = element.surd()
            except ValueError:
                return None
        return element * self.numerator / self.denominator

    def near(self) -> Fraction:
        """A rational within a relative 2^-57, however large or small."""
        exact = self.surd()
        if exact is not None:
            return exact.near()
        element = Fraction(self.element) if isinstance(self.element, (int, Fraction)) else self.element.near()
        return element * self.numerator.near() / self.denominator.near()

    def __float__(self) -> float:
        """Nearest float to within two units in the last place; OverflowError beyond the range."""
        return float(self.near())

    def __str__(self) -> str:
        exact = self.surd()
        if exact is not None:
            return str(exact)
        parts = [str(part) for part in (self.element, self.numerator) if part != 1]
        return "*".join(f"({part})" for part in parts or ["1"]) + f"/({self.denominator})"
