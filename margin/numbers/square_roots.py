"""Exact real numbers: canonical sums of (rational x square root of a squarefree integer).

Margins, masses and class weights of the theory are of this form: rational for odd n
or odd k, in Q(sqrt 2) up to one common root otherwise. Square roots of distinct squarefree integers are
linearly independent over Q (Besicovitch, 1940), so the form is canonical: two numbers
are equal exactly when their terms are, and the sign of a nonzero one is found by
refining an interval until it excludes 0.
"""

from __future__ import annotations

import numbers
import operator
from collections.abc import Callable
from decimal import Context, Decimal
from fractions import Fraction
from math import gcd, isinf, isnan, isqrt, lcm
from sys import float_info
from typing import Any, Protocol

from margin.numbers.integers import square_factor


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


def _operators(
    exact: Callable[[Surd, Surd], Surd], inexact: Callable[[float, float], float]
) -> tuple[Callable[[Surd, Any], Any], Callable[[Surd, Any], Any]]:
    """A binary operator and its reflection: exact on rationals, float on floats."""

    def forward(self: Surd, other: Any) -> Any:
        if isinstance(other, float):
            return inexact(float(self), other)
        value = _exact(other)
        return NotImplemented if value is None else exact(self, value)

    def reflected(self: Surd, other: Any) -> Any:
        if isinstance(other, float):
            return inexact(other, float(self))
        value = _exact(other)
        return NotImplemented if value is None else exact(value, self)

    return forward, reflected


class Surd:
    """A sum of q * sqrt(r), q rational, r squarefree and positive. Immutable, hashable, ordered.

    Build from integers, fractions, `Surd.sqrt(q)` and + - * / **. Arithmetic with int and Fraction is
    exact; with float it returns a float. `str` gives text that sympy parses to the same number.
    """

    __slots__ = ("_terms",)
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
        whole = cls(Fraction(value) ** (exponent // 2))
        return whole * cls.sqrt(value) if exponent % 2 else whole

    @property
    def terms(self) -> tuple[tuple[int, Fraction], ...]:
        """Pairs (squarefree radicand, rational coefficient), ascending radicands, no zeros."""
        return self._terms

    @property
    def is_rational(self) -> bool:
        return all(r == 1 for r, _ in self._terms)

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

    def sign(self) -> int:
        """-1, 0 or 1, decided exactly."""
        signs = {1 if q > 0 else -1 for _, q in self._terms}
        if len(signs) < 2:
            return signs.pop() if signs else 0
        return 1 if self._scaled(8)[0] > 0 else -1

    def _scaled(self, precision: int) -> tuple[int, int]:
        """(a, bits) with |self - a / 2^bits| below 2^-precision |self|; needs self != 0."""
        bits = 64
        while True:
            total = 0
            for r, q in self._terms:
                root = isqrt((q.numerator**2 * r << 2 * bits) // q.denominator**2)
                total += root if q > 0 else -root
            if abs(total) > len(self._terms) << (precision + 1):
                return total, bits
            bits *= 2

    def near(self) -> Fraction:
        """A rational within a relative 2^-80."""
        if not self._terms:
            return Fraction(0)
        scaled, bits = self._scaled(80)
        return Fraction(scaled, 1 << bits)

    def __float__(self) -> float:
        """Nearest float to within one unit in the last place; OverflowError beyond the range."""
        return float(self.near())

    def decimal(self, digits: int) -> str:
        """Scientific notation with that many significant digits; no limit on the exponent."""
        if not self._terms:
            return "0"
        scaled, bits = self._scaled(4 * digits + 16)
        context = Context(prec=digits + 10, Emin=-(10**9), Emax=10**9)
        quotient = context.divide(Decimal(scaled), Decimal(1 << bits))
        return f"{quotient:.{digits - 1}e}"

    def squared(self) -> Surd:
        """The square."""
        return self**2

    def __bool__(self) -> bool:
        return bool(self._terms)

    def __abs__(self) -> Surd:
        return -self if self.sign() < 0 else self

    def __eq__(self, other: object) -> bool:
        if isinstance(other, float) and (isnan(other) or isinf(other)):
            return False
        exact = _exact(other)
        return NotImplemented if exact is None else self._terms == exact._terms

    def __hash__(self) -> int:
        return hash(self.as_fraction()) if self.is_rational else hash(self._terms)

    def __lt__(self, other: object) -> bool:
        return _compare(self, other, lambda sign: sign < 0)

    def __le__(self, other: object) -> bool:
        return _compare(self, other, lambda sign: sign <= 0)

    def __gt__(self, other: object) -> bool:
        return _compare(self, other, lambda sign: sign > 0)

    def __ge__(self, other: object) -> bool:
        return _compare(self, other, lambda sign: sign >= 0)

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

    def __format__(self, spec: str) -> str:
        return format(float(self), spec) if spec and spec[-1] in "eEfFgG%" else format(str(self), spec)


numbers.Real.register(Surd)


class Near(Protocol):
    """A real number that knows a rational next to it, at any size."""

    def near(self) -> Fraction: ...


def float_or_none(value: Near) -> float | None:
    """The float, or None where it would over- or underflow (then only the exact value can be given)."""
    near = value.near()
    try:
        number = float(near)
    except OverflowError:
        return None
    return number if not near or abs(number) >= float_info.min else None


def scientific(value: Near, digits: int) -> str:
    """Scientific notation with that many significant digits, at most 16; no limit on the exponent."""
    near = value.near()
    context = Context(prec=digits + 10, Emin=-(10**9), Emax=10**9)
    return f"{context.divide(Decimal(near.numerator), Decimal(near.denominator)):.{digits - 1}e}"


def _digits(number: int) -> str:
    return str(Decimal(number))  # not subject to the interpreter's limit on int -> str


def _exact(value: object) -> Surd | None:
    """value as a Surd where that is exact (int, Fraction, finite float), else None."""
    if isinstance(value, Surd):
        return value
    if isinstance(value, (int, Fraction)):
        return Surd(value)
    return Surd(Fraction(value)) if isinstance(value, float) else None


def _compare(self: Surd, other: Any, wanted: Callable[[int], bool]) -> bool:
    if isinstance(other, float) and isnan(other):
        return False
    if isinstance(other, float) and isinf(other):
        return wanted(-1 if other > 0 else 1)
    exact = _exact(other)
    return NotImplemented if exact is None else wanted((self - exact).sign())


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
