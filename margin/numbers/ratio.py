"""Exact values element * numerator / denominator, which as one sum of square roots may be too long to print."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from margin.numbers.real import ExactReal
from margin.numbers.square_roots import Surd

if TYPE_CHECKING:  # these need numpy
    from margin.numbers.mixed import Mixed
    from margin.numbers.number_field import FieldElement

MOST_TERMS = 4  # of a denominator that is still multiplied out


@dataclass(frozen=True, eq=False)
class Ratio(ExactReal):
    """element * numerator / denominator, the denominator positive; the element rational or in a real number field.

    A rational element, given as an int or a Fraction, is kept as a `Surd`. `str` gives text that sympy parses to the
    same number. Two ratios compare where their elements are over one field. Ratios have no hash, as equal ones may
    have different parts.
    """

    element: Surd | FieldElement | Mixed
    numerator: Surd
    denominator: Surd

    def __init__(
        self, element: int | Fraction | Surd | FieldElement | Mixed, numerator: Surd, denominator: Surd
    ) -> None:
        object.__setattr__(self, "element", Surd(element) if isinstance(element, (int, Fraction)) else element)
        object.__setattr__(self, "numerator", numerator)
        object.__setattr__(self, "denominator", denominator)

    @classmethod
    def of(cls, value: int | Fraction | Surd | FieldElement | Mixed, denominator: Surd) -> Ratio:
        """value / denominator."""
        if isinstance(value, Surd):
            return cls(1, value, denominator)
        return cls(value, Surd(1), denominator)

    def squared(self) -> Ratio:
        """The square; its element is rational or in the same field."""
        return Ratio(self.element * self.element, self.numerator**2, self.denominator**2)

    def surd(self) -> Surd | None:
        """The value as a sum of square roots; None where it is none, or too long."""
        if len(self.denominator.terms) > MOST_TERMS:
            return None
        try:
            return self.element.surd() * self.numerator / self.denominator
        except ValueError:
            return None

    def near(self, precision: int | None = None) -> Fraction:
        """A rational within a relative 2^-precision, however large or small; 2^-57 unless given."""
        exact = self.surd()
        if exact is not None:
            return exact.near(precision)
        return self._product(None if precision is None else precision + 3)

    def _product(self, precision: int | None) -> Fraction:
        """Within a relative 2^(3 - precision), as each factor is within 2^-precision."""
        element, numerator, denominator = self.element, self.numerator, self.denominator
        return element.near(precision) * numerator.near(precision) / denominator.near(precision)

    def enclosure(self, bits: int) -> tuple[int, int, int]:
        """2^(3 - bits) of the number's own size."""
        value = self._product(bits)
        centre, width = value.numerator << bits, 4 * abs(value.numerator)
        return centre - width, centre + width, value.denominator << bits

    def __bool__(self) -> bool:
        return bool(self.element) and bool(self.numerator)

    def difference(self, other: object) -> Ratio | None:
        """self - other for an int, a Fraction, a `Surd` and a ratio. Raises ValueError for elements of two fields."""
        if isinstance(other, (int, Fraction, Surd)):
            other = Ratio(other, Surd(1), Surd(1))
        if not isinstance(other, Ratio):
            return None
        denominator = self.denominator * other.denominator
        products = (
            (self.element, self.numerator * other.denominator),
            (other.element, -other.numerator * self.denominator),
        )
        pairs = [(element, factor) for element, factor in products if element]
        if all(isinstance(element, Surd) for element, _ in pairs):
            return Ratio(1, sum((element.surd() * factor for element, factor in pairs), Surd()), denominator)
        from margin.numbers.mixed import over_one_field

        return Ratio(over_one_field(pairs), Surd(1), denominator)

    def __str__(self) -> str:
        exact = self.surd()
        if exact is not None:
            return str(exact)
        parts = [str(part) for part in (self.element, self.numerator) if part != 1]
        return "*".join(f"({part})" for part in parts or ["1"]) + f"/({self.denominator})"
