"""Exact real numbers: canonical sums of (rational x square root of a squarefree integer).

Margins, masses and class weights of the theory are of this form: rational for odd n
or odd k, in Q(sqrt 2) up to one common root otherwise. Square roots of distinct squarefree integers are
linearly independent over Q (Besicovitch, 1940), so the form is canonical: two numbers
are equal exactly when their terms are.
"""

from __future__ import annotations

import numbers
import operator
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from math import gcd, isfinite, isqrt, lcm
from typing import Protocol, cast, overload

from margin.numbers.integers import square_factor
from margin.numbers.real import ExactReal


def _add(x: Surd, y: Surd) -> Surd:
    total = dict(x.terms)
    for r, q in y.terms:
        total[r] = total.get(r, Fraction(0)) + q
    return Surd._from(total)


def _multiply(x: Surd, y: Surd) -> Surd:
    total: dict[int, Fraction] = {}
    for r, p in x.terms:
        for s, q in y.terms:
            g = gcd(r, s)  # sqrt(r) sqrt(s) = g sqrt(r s / g^2)
            key = (r // g) * (s // g)
            total[key] = total.get(key, Fraction(0)) + p * q * g
    return Surd._from(total)


class _Operation(Protocol):
    """A binary operation of a number and another: exact on rationals, float on floats."""

    @overload
    def __call__(self, other: Surd | int | Fraction, /) -> Surd: ...
    @overload
    def __call__(self, other: float, /) -> float: ...


def _operators(
    exact: Callable[[Surd, Surd], Surd], inexact: Callable[[float, float], float]
) -> tuple[_Operation, _Operation]:
    """A binary operator and its reflection."""

    def forward(self: Surd, other: object) -> Surd | float:
        if isinstance(other, float):
            return inexact(float(self), other)
        value = _exact(other)
        return NotImplemented if value is None else exact(self, value)

    def reflected(self: Surd, other: object) -> Surd | float:
        if isinstance(other, float):
            return inexact(other, float(self))
        value = _exact(other)
        return NotImplemented if value is None else exact(value, self)

    return cast(_Operation, forward), cast(_Operation, reflected)


class Surd(ExactReal):
    """A sum of q * sqrt(r), q rational, r squarefree and positive. Immutable, hashable, ordered.

    Build from integers, fractions, `Surd.sqrt(q)` and + - * / **. Arithmetic with int and Fraction is
    exact; with float it returns a float. Comparison with a finite float is exact; none with NaN holds.
    `str` gives text that sympy parses to the same number.
    """

    __slots__ = ("_terms",)
    PRECISION = 81
    _terms: tuple[tuple[int, Fraction], ...]

    def __init__(self, value: int | Fraction | Surd = 0) -> None:
        if isinstance(value, Surd):
            self._terms = value._terms
        elif isinstance(value, (int, Fraction)):
            self._terms = ((1, Fraction(value)),) if value else ()
        else:
            raise TypeError(f"Surd: got {value!r}, expected an int, a Fraction or a Surd")

    @classmethod
    def _from(cls, terms: dict[int, Fraction]) -> Surd:
        self = cls()
        self._terms = tuple(sorted((r, q) for r, q in terms.items() if q))
        return self

    @classmethod
    def sqrt(cls, value: int | Fraction) -> Surd:
        """The non-negative square root of a non-negative rational. Raises ValueError below 0."""
        value = Fraction(value)
        if value < 0:
            raise ValueError(f"Surd.sqrt: got {value}, expected a rational >= 0")
        if value == 0:
            return cls()
        f, r = square_factor(value.numerator)
        g, s = square_factor(value.denominator)
        return cls._from({r * s: Fraction(f, g * s)})

    @classmethod
    def half_power(cls, value: int | Fraction, exponent: int) -> Surd:
        """value^(exponent / 2) for a rational value >= 0; factors nothing when the exponent is even."""
        power = cls(Fraction(value) ** (exponent // 2))
        return power * cls.sqrt(value) if exponent % 2 else power

    @property
    def terms(self) -> tuple[tuple[int, Fraction], ...]:
        """Pairs (squarefree radicand, rational coefficient), ascending radicands, no zeros."""
        return self._terms

    @property
    def is_rational(self) -> bool:
        return not self._terms or self._terms[-1][0] == 1  # radicands ascend

    def surd(self) -> Surd:
        return self

    @property
    def real(self) -> Surd:
        return self

    @property
    def imag(self) -> int:
        return 0

    def as_fraction(self) -> Fraction:
        """The value as a Fraction. Raises ValueError if it is irrational."""
        if not self.is_rational:
            raise ValueError(f"Surd.as_fraction: {self} is irrational")
        return self._terms[0][1] if self._terms else Fraction(0)

    # -- field operations ------------------------------------------------------------------

    def __pos__(self) -> Surd:
        return self

    def __neg__(self) -> Surd:
        return Surd._from({r: -q for r, q in self._terms})

    __add__, __radd__ = _operators(_add, operator.add)
    __sub__, __rsub__ = _operators(lambda x, y: _add(x, -y), operator.sub)
    __mul__, __rmul__ = _operators(_multiply, operator.mul)
    __truediv__, __rtruediv__ = _operators(lambda x, y: _multiply(x, y.inverse()), operator.truediv)

    def inverse(self) -> Surd:
        """1 / self, by multiplying with conjugates. Raises ZeroDivisionError at 0."""
        if not self._terms:
            raise ZeroDivisionError("Surd: division by zero")
        if len(self._terms) == 1:
            ((r, q),) = self._terms
            return Surd._from({r: 1 / (q * r)})
        g = _common_radicand([r for r, _ in self._terms])
        # sqrt(r) -> -sqrt(r) for the radicands divisible by g is a field automorphism
        conjugate = Surd._from({r: -q if r % g == 0 else q for r, q in self._terms})
        return conjugate * (self * conjugate).inverse()

    def __pow__(self, exponent: int) -> Surd:
        if not isinstance(exponent, int):
            return NotImplemented
        base, result = (self, Surd(1)) if exponent >= 0 else (self.inverse(), Surd(1))
        for bit in bin(abs(exponent))[2:]:
            result = result * result * base if bit == "1" else result * result
        return result

    # -- order and conversion --------------------------------------------------------------

    def enclosure(self, bits: int) -> tuple[int, int, int]:
        """A rational is its own enclosure; else each square root is rounded down in size to a multiple of 2^-bits."""
        if self.is_rational:
            value = self.as_fraction()
            return value.numerator, value.numerator, value.denominator
        total = 0
        for r, q in self._terms:
            root = isqrt((q.numerator**2 * r << 2 * bits) // q.denominator**2)
            total += root if q > 0 else -root
        return total - len(self._terms), total + len(self._terms), 1 << bits

    def sign(self) -> int:
        signs = {1 if q > 0 else -1 for _, q in self._terms}
        return super().sign() if len(signs) > 1 else signs.pop() if signs else 0

    def difference(self, other: object) -> Surd | None:
        """self - other for a Surd, an int, a Fraction or a finite float, which counts as its exact value."""
        exact = _exact(other)
        return None if exact is None else _add(self, -exact)

    def _compared(self, other: object) -> float | None:
        if isinstance(other, float) and not isfinite(other):
            return -other  # nothing is less than, equal to or greater than NaN
        return super()._compared(other)

    def squared(self) -> Surd:
        """The square."""
        return self**2

    def __bool__(self) -> bool:
        return bool(self._terms)

    def __abs__(self) -> Surd:
        return -self if self.sign() < 0 else self

    def __eq__(self, other: object) -> bool:
        if isinstance(other, float) and not isfinite(other):
            return False
        exact = _exact(other)
        return NotImplemented if exact is None else self._terms == exact._terms

    def __hash__(self) -> int:
        return hash(self.as_fraction()) if self.is_rational else hash(self._terms)

    def __str__(self) -> str:
        if not self._terms:
            return "0"
        denominator = lcm(*(q.denominator for _, q in self._terms))
        text = ""
        for r, q in sorted(self._terms, key=lambda term: term[1] < 0):  # positive terms first
            number = int(q * denominator)
            size, root = _digits(abs(number)), f"sqrt({_digits(r)})"
            body = size if r == 1 else root if size == "1" else f"{size}*{root}"
            text += (" - " if number < 0 else " + ") + body if text else ("-" if number < 0 else "") + body
        if denominator == 1:
            return text
        return (text if len(self._terms) == 1 else f"({text})") + "/" + _digits(denominator)

    def __repr__(self) -> str:
        return f"Surd({self})"


numbers.Real.register(Surd)


def _digits(number: int) -> str:
    return str(Decimal(number))  # not subject to the interpreter's limit on int -> str


def _exact(value: object) -> Surd | None:
    """value as a Surd where that is exact (int, Fraction, finite float), else None."""
    if isinstance(value, Surd):
        return value
    if isinstance(value, (int, Fraction)):
        return Surd(value)
    return Surd(Fraction(value)) if isinstance(value, float) else None


def _common_radicand(radicands: list[int]) -> int:
    """An integer g > 1 such that g divides or is coprime to each (squarefree) radicand."""
    g = max(radicands)
    while True:
        for r in radicands:
            d = gcd(g, r)
            if d not in (1, g):
                g = d
                break
        else:
            return g
