"""Exact signs, rounding, primes, polarisation and splittings, each against another way to the same answer."""

from __future__ import annotations

from fractions import Fraction
from math import cos, factorial, gcd, pi

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import iv  # type: ignore[import-untyped]
from sympy import factorint, isprime

from proofs_check.claims.shared import exact


@given(st.lists(st.integers(-4, 4), min_size=1, max_size=9))
def test_sign_against_floats(coefficients: list[int]) -> None:
    n = len(coefficients)
    value = sum(c * cos(2 * pi * j / n) for j, c in enumerate(coefficients))
    expected = 0 if abs(value) < 1e-9 else 1 if value > 0 else -1
    assert exact.cosine_sign(coefficients) == expected
    assert exact.cosine_sign([Fraction(c, 6) for c in coefficients]) == expected
    assert exact.cosine_sign([-c for c in coefficients]) == -expected


@pytest.mark.parametrize(
    ("coefficients", "sign"),
    [
        ([0], 0),
        ([3], 1),
        ([-3], -1),
        ([Fraction(1, 3), 0, 0, Fraction(1, 3)], 1),  # 1/3 (1 + cos(3 pi/2)): below 1, and no zero
        ([Fraction(1, 2), 1, 0, 0, 0, Fraction(-1)], 1),
        ([1, 1], 0),  # 1 + cos pi
        ([1, 1, 1], 0),
        ([0, 2, 0, 0, -1], 1),
        ([Fraction(1, 4), 1, 0, 0, 0], 1),
        ([Fraction(-1, 4), 1, 0, 0, 0], 1),  # cos(2 pi/5) = 0.3090...
        ([Fraction(-30902, 100000), 1, 0, 0, 0], -1),
        ([Fraction(-30901, 100000), 1, 0, 0, 0], 1),
    ],
)
def test_signs_of_small_sums(coefficients: list[int | Fraction], sign: int) -> None:
    assert exact.cosine_sign(coefficients) == sign


@pytest.mark.parametrize("printed", ["2", "2.0", "2.00", "2.000"])
def test_rounding_is_to_half_of_the_last_decimal(printed: str) -> None:
    unit = Fraction(1, 10 ** len(printed.partition(".")[2]))
    for share, rounds in ((49, True), (-49, True), (51, False), (-51, False)):
        x = 2 + unit * Fraction(share, 100)
        assert exact.rounds_to(iv.mpf(x.numerator) / x.denominator, printed) == rounds
    wide = iv.mpf([2 - float(unit) / 4, 2 + float(unit)])
    assert not exact.rounds_to(wide, printed)  # not all of it


@pytest.mark.parametrize("most", [1, 2, 3, 4, 9, 25, 49, 200])
def test_primes(most: int) -> None:
    assert exact.primes(most) == [n for n in range(most + 1) if isprime(n)]


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_polarisation(k: int) -> None:
    """2^k k! a_1 ... a_k, and half of it with c_1 = 1, as c and -c give the same."""
    constant = 2**k * factorial(k)
    assert exact.is_product(k, constant)
    assert exact.is_product(k, constant // 2, half=True)
    for wrong in (0, constant - 1, constant + 1):
        assert not exact.is_product(k, wrong)
    assert not exact.is_product(k, constant, half=True)
    assert not exact.is_product(k, constant // 2)


@pytest.mark.parametrize("n", [*range(2, 64), 210, 420])
def test_splittings_are_the_partitions_of_the_prime_powers(n: int) -> None:
    powers = [p**e for p, e in factorint(n).items()]
    found = list(exact.splittings(n))
    assert len(found) == len(set(found)) == (1, 1, 2, 5, 15)[len(powers)]  # Bell numbers
    for qs in found:
        assert list(qs) == sorted(qs)
        assert all(sum(gcd(q, power) == power for q in qs) == 1 for power in powers)
        assert all(gcd(q, r) == 1 for i, q in enumerate(qs) for r in qs[:i])
    assert (1, n) not in found


def test_splittings_from_a_least_factor() -> None:
    assert list(exact.splittings(30, 3)) == [(30,), (3, 10), (5, 6)]
    assert list(exact.splittings(2, 3)) == []
