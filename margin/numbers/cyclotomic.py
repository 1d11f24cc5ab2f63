"""Cyclotomic polynomials, and cosines of parts of a turn in fixed point: integers alone, no library."""

from __future__ import annotations

from functools import lru_cache

from margin.numbers.integers import prime_factors


def cyclotomic_polynomial(n: int) -> list[int]:
    """Coefficients of the n-th cyclotomic polynomial, n >= 1, ascending.

    Phi_1 = x - 1; Phi_(mp)(x) = Phi_m(x^p) / Phi_m(x) for a prime p that does not divide m; for the others
    Phi_(mp)(x) = Phi_m(x^p). Raises ValueError for n < 1.
    """
    if n < 1:
        raise ValueError(f"cyclotomic_polynomial: got {n}, expected an integer >= 1")
    result, rest = [-1, 1], n
    for p in prime_factors(n):
        result = _quotient(_spread(result, p), result)
        rest //= p
    return _spread(result, rest)


def _spread(coefficients: list[int], step: int) -> list[int]:
    """The polynomial in x^step."""
    result = [0] * (step * (len(coefficients) - 1) + 1)
    result[::step] = coefficients
    return result


def _quotient(dividend: list[int], divisor: list[int]) -> list[int]:
    """The quotient of monic polynomials, for a division without remainder."""
    rest, result = dividend[:], list[int]()
    while len(rest) >= len(divisor):
        top = rest[-1]
        result.append(top)
        if top:
            start = len(rest) - len(divisor)
            for i, c in enumerate(divisor):
                rest[start + i] -= top * c
        rest.pop()
    return result[::-1]


def cosine_of_turn(n: int, bits: int) -> int:
    """2^bits cos(2 pi / n), n >= 1, within 1. Raises ValueError for n < 1 or bits < 0."""
    if n < 1 or bits < 0:
        raise ValueError(f"cosine_of_turn: got n = {n}, bits = {bits}, expected n >= 1 and bits >= 0")
    guard = 32 + bits.bit_length()  # each of fewer than `bits` + 32 terms is off by about 1, and is at most 2^7
    precision = bits + guard
    angle = 2 * _pi(precision) // n
    square = angle * angle >> precision
    result = term = 1 << precision
    i = 0
    while term:
        i += 2
        term = (term * square >> precision) // ((i - 1) * i)
        result += -term if i % 4 == 2 else term
    return (result + (1 << guard - 1)) >> guard


@lru_cache(maxsize=8)
def _pi(bits: int) -> int:
    """2^bits pi, within 1: Machin's 16 arctan(1/5) - 4 arctan(1/239)."""
    guard = 16 + bits.bit_length()
    return (16 * _arctangent(5, bits + guard) - 4 * _arctangent(239, bits + guard)) >> guard


def _arctangent(q: int, bits: int) -> int:
    """2^bits arctan(1/q), with an error of at most one for each term."""
    power = (1 << bits) // q
    result, i = power, 1
    while power:
        power //= q * q
        i += 2
        result += power // i if i % 4 == 1 else -(power // i)
    return result
