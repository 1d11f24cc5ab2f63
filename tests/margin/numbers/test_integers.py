"""Square factors and primality against sympy, in ranges and at awkward numbers."""

from __future__ import annotations

from math import prod

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from margin.numbers.integers import is_prime, prime_factors, square_factor

# primes around 10^3, 10^6 (the end of trial division), 10^9, 10^12
P3, P6, Q6, P9, Q9, P12 = 1009, 1_000_003, 1_000_033, 1_000_000_007, 1_000_000_009, 1_000_000_000_039


def from_factors(n: int) -> tuple[int, int]:
    factors = sympy.factorint(n)
    return (
        prod(int(p) ** (e // 2) for p, e in factors.items()),
        prod(int(p) ** (e % 2) for p, e in factors.items()),
    )


def test_square_factor_of_every_small_number() -> None:
    for n in range(1, 3000):
        assert square_factor(n) == from_factors(n)


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (2**61, (2**30, 2)),
        (41**2 * 43, (41, 43)),
        (9973**3, (9973, 9973)),
        (9973 * P9, (1, 9973 * P9)),
        (P3**2, (P3, 1)),
        (P6**2, (P6, 1)),
        (P9**2, (P9, 1)),
        (P6 * Q6, (1, P6 * Q6)),
        (P9 * Q9, (1, P9 * Q9)),
        (P6 * Q6**2, (Q6, P6)),
        (P6**2 * P9, (P6, P9)),
        (P6**3, (P6, P6)),
        (P6**3 * Q6, (P6, P6 * Q6)),
        (P6**2 * Q6**2, (P6 * Q6, 1)),
        (12 * P9 * P12, (2, 3 * P9 * P12)),
        (P12, (1, P12)),
        (P12**2, (P12, 1)),
        (50 * P12**2, (5 * P12, 2)),
        (2**89 - 1, (1, 2**89 - 1)),
        (8 * (2**127 - 1), (2, 2 * (2**127 - 1))),
        (10**18 - 1, from_factors(10**18 - 1)),
        (10**18 + 9, (1, 10**18 + 9)),
        (10**40, (10**20, 1)),
        (10**41, (10**20, 10)),
    ],
)
def test_square_factor_of_awkward_numbers(n: int, expected: tuple[int, int]) -> None:
    assert square_factor(n) == expected
    assert expected[0] ** 2 * expected[1] == n


def test_the_awkward_primes_are_prime() -> None:
    assert all(sympy.isprime(p) for p in (P3, P6, Q6, P9, Q9, P12, 9973, 2**89 - 1, 2**127 - 1, 10**18 + 9))


@given(st.integers(1, 10**12), st.integers(1, 10**5))
def test_square_factor_splits_off_the_whole_square(n: int, f: int) -> None:
    g, r = square_factor(n * f * f)
    assert g * g * r == n * f * f
    assert g % f == 0
    assert all(e == 1 for e in sympy.factorint(r).values())


@pytest.mark.parametrize("n", [0, -1, -4])
def test_square_factor_refuses_what_has_none(n: int) -> None:
    with pytest.raises(ValueError, match="expected an integer >= 1"):
        square_factor(n)


def test_is_prime_on_every_small_number() -> None:
    assert [n for n in range(-5, 20_000) if is_prime(n)] == list(sympy.primerange(20_000))


@pytest.mark.parametrize(
    "n",
    [561, 41041, 3215031751, 3825123056546413051, 318665857834031151167461, P6 * Q6, P9**2, 2**67 - 1, 43 * 47],
)
def test_pseudoprimes_and_products_are_composite(n: int) -> None:
    assert not is_prime(n)
    assert not sympy.isprime(n)


@pytest.mark.parametrize("n", [P6, P9, P12, 2**61 - 1, 2**89 - 1, 2**127 - 1, 10**18 + 9])
def test_large_primes_are_prime(n: int) -> None:
    assert is_prime(n)
    assert not is_prime(n * P3)


@given(st.integers(10**20, 10**26))
def test_is_prime_agrees_on_either_side_of_the_proved_range(n: int) -> None:
    assert is_prime(n) == sympy.isprime(n)
    p = int(sympy.nextprime(n))
    assert is_prime(p)
    assert not is_prime(p * 1009)


@pytest.mark.parametrize("n", [1, 2, 12, 97, 360, 2 * 3 * 5 * 7 * 11 * 13, 2**20, 9973 * 4])
def test_prime_factors(n: int) -> None:
    assert prime_factors(n) == sorted(sympy.factorint(n))


def test_square_factors_out_of_reach_are_refused() -> None:
    first, second = int(sympy.nextprime(10**20)), int(sympy.nextprime(10**21))
    assert square_factor(first) == (1, first)
    assert square_factor(first**2) == (first, 1)
    with pytest.raises(ValueError, match="without prime factors below"):
        square_factor(first * second)
    assert square_factor(6**400) == (6**200, 1)
    with pytest.raises(ValueError, match="out of reach"):
        square_factor(int(sympy.nextprime(1 << 300)))
