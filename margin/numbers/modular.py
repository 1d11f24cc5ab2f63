"""Arithmetic modulo a prime below 2^22 on int64 arrays, and units modulo an exponent.

Matrix products go through float64 and are exact: every partial sum stays below 2^53.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from math import gcd

import numpy as np
from numpy.typing import NDArray

from margin.numbers.integers import is_prime, prime_factors

Integers = NDArray[np.int64]


def primes_one_modulo(exponent: int, above: int) -> Iterator[int]:
    """Primes p > above with p = 1 mod exponent, ascending; modulo such p there are all exponent-th roots of unity."""
    candidate = above - above % exponent + 1
    while True:
        if candidate > above and is_prime(candidate):
            yield candidate
        candidate += exponent


def root_of_unity(order: int, prime: int) -> int:
    """An element of this multiplicative order modulo the prime. Raises ValueError unless order divides prime - 1."""
    if (prime - 1) % order:
        raise ValueError(f"no element of order {order} modulo {prime}: expected a divisor of {prime - 1}")
    powers = (pow(base, (prime - 1) // order, prime) for base in range(1, prime))
    return next(z for z in powers if all(pow(z, order // q, prime) != 1 for q in prime_factors(order)))


@lru_cache(maxsize=64)
def unit_generators(modulus: int) -> tuple[int, ...]:
    """Generators of the multiplicative group modulo an integer >= 1, each outside the group of those before."""
    generators, reached = list[int](), {1 % modulus}
    for s in range(2, modulus):
        if gcd(s, modulus) > 1 or s in reached:
            continue
        generators.append(s)
        subgroup, power = list(reached), s
        while power not in reached:
            reached.update(power * x % modulus for x in subgroup)
            power = power * s % modulus
    return tuple(generators)


def product(a: Integers, b: Integers, prime: int) -> Integers:
    """a @ b modulo the prime, entries in 0..prime-1. Raises OverflowError where it would not be exact."""
    if a.shape[1] * prime * prime >= 1 << 53:
        raise OverflowError(f"product of length {a.shape[1]} modulo {prime} exceeds 2^53")
    return (a.astype(np.float64) @ b.astype(np.float64)).astype(np.int64) % prime


def matrix_power(a: Integers, exponent: int, prime: int) -> Integers:
    """a^exponent modulo the prime for a square matrix and an exponent >= 0."""
    result = np.eye(len(a), dtype=np.int64)
    for bit in bin(exponent)[2:]:
        result = product(result, result, prime)
        if bit == "1":
            result = product(result, a, prime)
    return result


def inverse(values: Integers, prime: int) -> Integers:
    """Inverses of non-zero residues, by Fermat."""
    result, base, exponent = np.ones_like(values), values % prime, prime - 2
    while exponent:
        if exponent & 1:
            result = result * base % prime
        base, exponent = base * base % prime, exponent >> 1
    return result


def row_space(rows: Integers, prime: int) -> tuple[Integers, list[int]]:
    """A basis of the row space, shape (rank, columns), and the columns in which it is the identity matrix.

    By halves, so that the work is in matrix products; rows has at least one row.
    """
    if len(rows) == 1:
        column = int((rows[0] != 0).argmax())
        leading = int(rows[0, column])
        return (rows * pow(leading, -1, prime) % prime, [column]) if leading else (rows[:0], [])
    upper, pivots = row_space(rows[: len(rows) // 2], prime)
    lower = rows[len(rows) // 2 :]
    if pivots:
        lower = (lower - product(lower[:, pivots], upper, prime)) % prime
    lower, more = row_space(lower, prime)
    if pivots and more:
        upper = (upper - product(upper[:, more], lower, prime)) % prime
    return np.concatenate([upper, lower]), [*pivots, *more]


def is_injective(matrix: Integers, prime: int) -> bool:
    """Whether the columns are independent modulo the prime, and so over any field that reduces to it."""
    if 0 in matrix.shape:
        return matrix.shape[1] == 0
    return len(row_space(matrix % prime, prime)[1]) == matrix.shape[1]
