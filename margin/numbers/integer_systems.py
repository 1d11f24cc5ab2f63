"""Systems of linear equations with integer coefficients, solved exactly: by p-adic digits (Dixon, 1982).

One inverse modulo a prime p gives the digits of the solution one after another, and each costs two products of matrices
in float64, which are exact here. A rational number is found from enough digits by continued fractions. That the
numbers found are the solution is proved, not assumed: B X = C holds modulo p^k, so it holds where both sides are small.
"""

from __future__ import annotations

from math import isqrt

import numpy as np
from numpy.typing import NDArray

from margin.numbers.modular import Integers, product

Whole = NDArray[np.object_]  # integers of any size
PRIMES = (1_048_573, 1_048_571, 1_048_559, 1_048_549)
_FIRST_DIGITS = 6


def solve_integers(
    matrix: Integers, right: Integers | Whole, known: tuple[int, Integers] | None = None
) -> tuple[Whole, list[int]]:
    """The X with matrix X = right: numerators of shape (n, columns), and one denominator >= 1 for each column.

    The matrix has shape (n, n) and `right` (n, columns); `known` is a prime and the inverse modulo it, if it is known.
    Raises ArithmeticError for a matrix that is singular modulo each of four primes, as every singular one is, and
    OverflowError for entries too large for float64 products.
    """
    n, columns = right.shape
    largest = int(abs(matrix).max(initial=0))
    prime, inverse = known or _inverse(matrix)
    if n * largest * prime >= 1 << 53:
        raise OverflowError(f"solve_integers: entries of {largest} in {n} equations, too large for float64 products")
    plain = matrix.astype(np.float64)
    rest: Integers | Whole = right
    total, power, digits = np.zeros((n, columns), dtype=object), 1, _FIRST_DIGITS
    found: dict[int, tuple[Whole, int]] = {}
    while True:
        for _ in range(digits):
            digit = product(inverse, (rest % prime).astype(np.int64), prime)
            rest = rest - (plain @ digit.astype(np.float64)).astype(np.int64)
            if (rest % prime).any():
                raise ArithmeticError(f"solve_integers: the inverse modulo {prime} is none of this matrix")
            rest = rest // prime
            if rest.dtype == object and all(abs(x) < 1 << 60 for x in rest.flat):
                rest = rest.astype(np.int64)
            total, power = total + digit.astype(object) * power, power * prime
        for column in range(columns):
            if column not in found:
                answer = _fractions(total[:, column].tolist(), power)
                if answer and _small(answer, n * largest, right[:, column], power):
                    found[column] = np.array(answer[0], dtype=object), answer[1]
        if len(found) == columns:
            numerators = np.empty((n, columns), dtype=object)
            for column, (values, _) in found.items():
                numerators[:, column] = values
            return numerators, [found[column][1] for column in range(columns)]
        digits = power.bit_length() // prime.bit_length()  # as many again


def _small(answer: tuple[list[int], int], factor: int, right: Integers | Whole, power: int) -> bool:
    """Whether matrix * numerators and right * denominator are so small that they are equal if they are modulo p^k."""
    numerators, denominator = answer
    largest = max((abs(int(x)) for x in right), default=0)
    return factor * max(map(abs, numerators), default=0) + largest * denominator < power


def _inverse(matrix: Integers) -> tuple[int, Integers]:
    """A prime, and the inverse of the matrix modulo it."""
    for prime in PRIMES:
        inverse = inverses(matrix[np.newaxis], prime)
        if inverse is not None:
            return prime, inverse[0]
    raise ArithmeticError(f"solve_integers: {len(matrix)} equations, singular modulo {len(PRIMES)} primes")


def inverses(matrices: Integers, prime: int) -> Integers | None:
    """The inverses modulo a prime of matrices of shape (count, n, n), by Gauss-Jordan; None if one is singular."""
    count, n, _ = matrices.shape
    each = np.arange(count)
    rest = np.concatenate([matrices % prime, np.broadcast_to(np.eye(n, dtype=np.int64), matrices.shape)], axis=2)
    for k in range(n):
        pivots = k + (rest[:, k:, k] != 0).argmax(axis=1)
        rows = rest[each, pivots]
        rest[each, pivots] = rest[:, k]
        leading = [pow(int(x), -1, prime) if x else 0 for x in rows[:, k]]
        if not all(leading):
            return None
        rows = rows[:, k:] * np.array(leading)[:, np.newaxis] % prime
        rest[:, :, k:] = (rest[:, :, k:] - rest[:, :, k : k + 1] * rows[:, np.newaxis]) % prime
        rest[:, k, k:] = rows
    return rest[:, :, n:]


def _fractions(residues: list[int], modulus: int) -> tuple[list[int], int] | None:
    """Numerators and a common denominator, all small, of fractions with these residues; None where there are none."""
    bound = isqrt(modulus // 2)
    denominator = 1
    for residue in residues:
        value = residue * denominator % modulus
        if bound < value < modulus - bound:
            denominator *= _denominator(value, modulus, bound)
            if denominator > bound:
                return None
    numerators = [residue * denominator % modulus for residue in residues]
    return [x - modulus if x > modulus // 2 else x for x in numerators], denominator


def _denominator(value: int, modulus: int, bound: int) -> int:
    """The d with d * value below the bound in size modulo the modulus: of the first such continued fraction."""
    a, b, s, t = modulus, value, 0, 1
    while b > bound:
        q = a // b
        a, b, s, t = b, a - q * b, t, s - q * t
    return abs(t)
