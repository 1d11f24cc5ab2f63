"""Exact numbers: sums of square roots of squarefree integers with rational coefficients; formats/COMMON.md, Numbers."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import gcd, isqrt, lcm

from proofs_check.kernel.form import Limits, Reader, entries, fail, fraction, integer, require, short

Number = dict[int, Fraction]  # squarefree radicand: non-zero coefficient


def add(*numbers: Number) -> Number:
    total: Number = {}
    for number in numbers:
        for r, q in number.items():
            total[r] = total.get(r, Fraction(0)) + q
    return {r: q for r, q in total.items() if q != 0}


def multiply(x: Number, y: Number) -> Number:
    parts = [(gcd(r, s), r, s, p * q) for (r, p), (s, q) in product(x.items(), y.items())]
    return add(*({(r // g) * (s // g): q * g} for g, r, s, q in parts))


def rational(value: Fraction | int) -> Number:
    return add({1: Fraction(value)})


def times(number: Number, factor: Fraction | int) -> Number:
    return multiply(number, rational(factor))


@lru_cache(4096)
def _root(r: int, bits: int) -> int:
    return isqrt(r << 2 * bits)


def sign(number: Number, most_bits: int | None = None) -> int:
    """By enclosures of the square roots, refined until the sum's enclosure lies on one side of 0.

    The number is not 0 if it has a term, so that an enclosure may begin or end at 0. Beyond `most_bits` bits the file
    is malformed.
    """
    scale, bits = lcm(*(q.denominator for q in number.values())), 64
    integers = [(r, int(q * scale)) for r, q in number.items() if q != 0]
    while integers:
        if most_bits is not None and bits > most_bits:
            fail("a number", f"a sign beyond 2^{most_bits.bit_length() - 1} bits", "a sign found sooner")
        low, high = (sum(q * (_root(r, bits) + (q * end > 0)) for r, q in integers) for end in (-1, 1))
        if low >= 0:
            return 1
        if high <= 0:
            return -1
        bits *= 2
    return 0


def at_least(x: Number, y: Number, most_bits: int | None = None) -> bool:
    return sign(add(x, times(y, -1)), most_bits) >= 0


def require_roots(rule: str, got: dict[str, Number], squares: dict[str, Number]) -> None:
    """Reject by this rule unless the entries are the non-negative square roots of these."""
    for kind, square in squares.items():
        held = sign(got[kind]) >= 0 and multiply(got[kind], got[kind]) == square
        require(held, rule, kind, got[kind], f"the square root of {short(square)}")


def squarefree(r: int) -> bool:
    """By trial division by 2 and odd numbers to the cube root; what is left is 1, a prime, two primes, or a square."""
    p = 2
    while p * p * p <= r:
        if r % p == 0:
            r //= p
            if r % p == 0:
                return False
        p += 1 + (p > 2)
    return r == 1 or isqrt(r) ** 2 != r


def require_squarefree(numbers: Iterable[Number], place: str) -> None:
    """Where many numbers are read, each radicand is divided once, and after what is quick to refuse."""
    for r in {r for number in numbers for r in number}:
        if not squarefree(r):
            fail(place, r, "squarefree radicands")


def number(limits: Limits) -> Reader[Number]:
    """A reader of Numbers within these limits."""
    terms_of = terms(limits)

    def read(value: object, place: str) -> Number:
        found = terms_of(value, place)
        require_squarefree([found], place)
        return found

    return read


def terms(limits: Limits) -> Reader[Number]:
    """A reader of Numbers within these limits, all but their radicands' being squarefree."""
    terms_of = entries(entries(integer), limits.terms)

    def read(value: object, place: str) -> Number:
        found: Number = {}
        for term in terms_of(value, place):
            coefficient = fraction(term[1:], place)
            ascending = max(found, default=0) < term[0] < limits.radicand
            if not ascending or coefficient == 0:
                fail(place, value, f"non-zero terms, radicands ascending below {limits.radicand}")
            found[term[0]] = coefficient
        return found

    return read


def root(read: Reader[Number]) -> Reader[Number]:
    """A reader of Numbers of at most one term."""

    def read_root(value: object, place: str) -> Number:
        found = read(value, place)
        return found if len(found) <= 1 else fail(place, found, "one term")

    return read_root
