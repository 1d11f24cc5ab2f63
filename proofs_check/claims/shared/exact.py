"""Exact signs of sums of cosines, integers, and the polarisation of a product."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from math import gcd, lcm, prod

from mpmath import iv  # type: ignore[import-untyped]
from sympy import ZZ, ring

from margin.networks.phases import is_zero_sum


def cosine_sign(coefficients: Sequence[int | Fraction]) -> int:
    """Sign of sum_j coefficients[j] cos(2 pi j / n), n = len(coefficients).

    Zero is decided in the cyclotomic field (twice the sum is sum_j (c_j + c_-j) zeta^j), the sign of anything else by
    intervals that are narrowed until they exclude 0.
    """
    n = len(coefficients)
    scale = lcm(*(Fraction(c).denominator for c in coefficients))
    integers = [int(c * scale) for c in coefficients]
    if is_zero_sum([c + integers[-j % n] for j, c in enumerate(integers)]):
        return 0
    precision = 53
    while True:
        iv.prec = precision
        total = sum((c * iv.cos(2 * iv.pi * j / n) for j, c in enumerate(integers) if c), iv.mpf(0))
        if total.a > 0 or total.b < 0:
            return 1 if total.a > 0 else -1
        precision *= 2


def rounds_to(value: object, printed: str) -> bool:
    """Whether all of an interval rounds to that number, with as many decimals as are printed."""
    number, half = Fraction(printed), Fraction(1, 2 * 10 ** len(printed.partition(".")[2]))
    distance = abs(iv.mpf(value) - iv.mpf(number.numerator) / number.denominator)
    return bool(distance.b < iv.mpf(half.numerator) / half.denominator)


def primes(most: int) -> list[int]:
    """Primes up to `most`, ascending."""
    return [n for n in range(2, most + 1) if all(n % d for d in range(2, int(n**0.5) + 1))]


def is_product(k: int, constant: int, half: bool = False) -> bool:
    """Whether sum over c in {1,-1}^k of (-1)^((k - sum c)/2) (c_1 a_1 + ... + c_k a_k)^k is constant a_1...a_k.

    As polynomials over the integers; with `half`, the sum over the c with c_1 = 1 alone.
    """
    polynomials, *a = ring([f"a{j}" for j in range(1, k + 1)], ZZ)
    total = polynomials.zero
    for c in product((1, -1), repeat=k):
        if not half or c[0] == 1:
            total += (-1) ** ((k - sum(c)) // 2) * sum(s * x for s, x in zip(c, a, strict=True)) ** k
    return bool(total == constant * prod(a))


def splittings(n: int, least: int = 2) -> Iterator[tuple[int, ...]]:
    """Factorisations of n into pairwise coprime factors above 1, ascending."""
    if least <= n:
        yield (n,)
    for q in range(least, n // 2 + 1):
        if n % q == 0 and gcd(q, n // q) == 1:
            yield from ((q, *rest) for rest in splittings(n // q, q + 1))
