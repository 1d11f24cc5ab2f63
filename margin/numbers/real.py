"""Exact real numbers: what each kind does alike, once it encloses itself between rationals and knows whether it is 0.

The sign of a number that is not 0 comes from enclosures that narrow until one of them excludes 0; order, floats and
decimals follow from it. NaN and the infinities are no real numbers, and none of these.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from fractions import Fraction
from sys import float_info
from typing import TYPE_CHECKING, ClassVar

FIRST_BITS = 64  # of an enclosure; doubled until it is narrow enough

if TYPE_CHECKING:
    from sympy import Expr


class ExactReal(ABC):
    """A real number known exactly: `Surd`, `FieldElement`, `Mixed`, `Ratio`.

    Numbers of one kind, ints and Fractions compare exactly with it (`difference`). With anything else, a float too,
    == is False and <, <=, >, >= raise TypeError; `Surd` alone compares with floats, by their exact values.
    """

    __slots__ = ()
    PRECISION: ClassVar[int] = 60  # of `near`, in bits

    @abstractmethod
    def enclosure(self, bits: int) -> tuple[int, int, int]:
        """Integers (low, high, scale), scale > 0, with low / scale <= self <= high / scale.

        high - low is of the order of scale / 2^bits: it becomes as narrow as one wants. At 0 it may be one point.
        """

    @abstractmethod
    def __bool__(self) -> bool:
        """Whether the number is not 0, decided exactly."""

    @abstractmethod
    def difference(self, other: object) -> ExactReal | None:
        """self - other without rounding; None where the other is no number that it can be taken from."""

    def sign(self) -> int:
        """-1, 0 or 1, decided exactly."""
        bits = FIRST_BITS
        while self:
            low, high, _ = self.enclosure(bits)
            if low > 0:
                return 1
            if high < 0:
                return -1
            bits *= 2
        return 0

    def near(self, precision: int | None = None) -> Fraction:
        """A rational within 2^-precision of its own absolute value, however large or small; 2^-60 unless given."""
        precision = self.PRECISION if precision is None else precision
        bits = FIRST_BITS
        while self:
            low, high, scale = self.enclosure(bits)
            if abs(low + high) > (high - low) << precision:
                return Fraction(low + high, 2 * scale)
            bits *= 2
        return Fraction(0)

    # -- order: no hash by itself, as only a kind with a canonical form can have one that agrees with == ------------

    def _compared(self, other: object) -> float | None:
        """A number with the sign of self - other, NaN where the two are not ordered; None where they have no order."""
        if type(other) is int and not other:
            return self.sign()
        difference = self.difference(other)
        return None if difference is None else difference.sign()

    def __eq__(self, other: object) -> bool:
        difference = self.difference(other)
        return NotImplemented if difference is None else not difference

    def __lt__(self, other: object) -> bool:
        sign = self._compared(other)
        return NotImplemented if sign is None else sign < 0

    def __le__(self, other: object) -> bool:
        sign = self._compared(other)
        return NotImplemented if sign is None else sign <= 0

    def __gt__(self, other: object) -> bool:
        sign = self._compared(other)
        return NotImplemented if sign is None else sign > 0

    def __ge__(self, other: object) -> bool:
        sign = self._compared(other)
        return NotImplemented if sign is None else sign >= 0

    # -- rounding --------------------------------------------------------------------------

    def __float__(self) -> float:
        """The float of `near`: within one unit in the last place. Raises OverflowError beyond the range."""
        return float(self.near())

    def decimal(self, digits: int) -> str:
        """Scientific notation with that many significant digits; no limit on the exponent."""
        return _scientific(self.near(4 * digits + 17), digits) if self else "0"

    def _sympy_(self) -> Expr:
        """The same number for sympy: `sympify(x)` is exact, not the float."""
        from sympy import sympify

        return sympify(str(self))

    def _repr_latex_(self) -> str:
        """As a formula, for notebooks."""
        from sympy import latex

        return f"${latex(self._sympy_())}$"

    def __format__(self, spec: str) -> str:
        return format(float(self), spec) if spec and spec[-1] in "eEfFgG%" else format(str(self), spec)


def float_or_none(value: ExactReal) -> float | None:
    """The float, or None where it would over- or underflow (then only the exact value can be given)."""
    near = value.near()
    try:
        number = float(near)
    except OverflowError:
        return None
    return number if not near or abs(number) >= float_info.min else None


def scientific(value: ExactReal, digits: int) -> str:
    """Scientific notation of the rational next to it, good for at most 16 digits; no limit on the exponent."""
    return _scientific(value.near(), digits)


def _scientific(value: Fraction, digits: int) -> str:
    context = Context(prec=digits + 10, Emin=MIN_EMIN, Emax=MAX_EMAX)
    return f"{context.divide(Decimal(value.numerator), Decimal(value.denominator)):.{digits - 1}e}"
