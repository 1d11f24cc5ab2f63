"""Polynomials with the symmetry of a two-row representation of S_k, and sums of products of them over orbits.

A *column* of block j is what the symmetriser of a two-row tableau makes of a monomial e(m . alpha). With the places in
pairs (1, 2), ..., (2j-1, 2j): the sum over all rearrangements of the first row (1, 3, ..., 2j-1, 2j+1, ..., k) and of
the second (2, 4, ..., 2j); then p - (p with the places of a pair exchanged) for each pair; then p + (-1)^j p(-alpha).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache
from itertools import permutations
from math import factorial, prod

from margin.minimal_width.exponents import canonical
from margin.networks.phases import Exponent

Polynomial = dict[Exponent, int]
PRIME = (1 << 61) - 1


def rows(k: int, j: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Places of the two rows, counted from 0."""
    second = tuple(range(1, 2 * j, 2))
    return tuple(place for place in range(k) if place not in second), second


@lru_cache(1 << 14)
def arrangements(values: Exponent) -> tuple[Exponent, ...]:
    return tuple(sorted(set(permutations(values))))


def _placed(k: int, j: int, top: Iterable[int], bottom: Iterable[int]) -> Exponent:
    first, second = rows(k, j)
    value = dict(zip(first, top, strict=True)) | dict(zip(second, bottom, strict=True))
    return tuple(value[place] for place in range(k))


def _rows_of(m: Exponent, j: int) -> tuple[Exponent, Exponent]:
    """The values in each row, sorted downwards."""
    first, second = (tuple(sorted((m[place] for place in row), reverse=True)) for row in rows(len(m), j))
    return first, second


def rearranged(m: Exponent, j: int) -> list[Exponent]:
    """All different rearrangements of both rows of m."""
    top, bottom = _rows_of(m, j)
    return [_placed(len(m), j, a, b) for a in arrangements(top) for b in arrangements(bottom)]


def stabiliser_order(m: Exponent, j: int) -> int:
    """The number of permutations of both rows that leave m as it is."""
    return prod(factorial(times) for row in _rows_of(m, j) for times in Counter(row).values())


def column(m: Exponent, j: int) -> Polynomial:
    """The column of block j made from the exponent m, without zero coefficients.

    >>> column((2, 0), 1)
    {(2, 0): 1, (0, 2): -1, (-2, 0): -1, (0, -2): 1}
    """
    polynomial: Polynomial = dict.fromkeys(rearranged(m, j), 1)
    for first in range(0, 2 * j, 2):
        swapped = {(*h[:first], h[first + 1], h[first], *h[first + 2 :]): -c for h, c in polynomial.items()}
        polynomial = total(polynomial, swapped)
    return total(polynomial, {tuple(-x for x in h): (-1) ** j * c for h, c in polynomial.items()})


def total(*polynomials: Polynomial) -> Polynomial:
    """Their sum, without zero coefficients."""
    result: defaultdict[Exponent, int] = defaultdict(int)
    for polynomial in polynomials:
        for h, c in polynomial.items():
            result[h] += c
    return {h: c for h, c in result.items() if c}


def row_sum(phi: Polynomial, j: int) -> Polynomial:
    """The sum of phi over all permutations of both rows, without zero coefficients."""
    classes: defaultdict[Exponent, int] = defaultdict(int)
    for m, c in phi.items():
        classes[_placed(len(m), j, *_rows_of(m, j))] += c * stabiliser_order(m, j)
    return {h: c for m, c in classes.items() if c for h in rearranged(m, j)}


def representative(m: Exponent, j: int) -> Exponent:
    """The largest exponent that makes the same column as m, up to its sign."""
    return max(_placed(len(m), j, *_rows_of(h, j)) for h in (m, tuple(-x for x in m)))


@lru_cache(1 << 20)
def orbit(h: Exponent) -> Exponent:
    return canonical(h)


def orbit_sums(phi: Polynomial, psi: Polynomial) -> dict[Exponent, int]:
    """Sums of the coefficients of phi times conjugate psi over orbits of exponents, by their canonical exponents."""
    result: defaultdict[Exponent, int] = defaultdict(int)
    for m, left in phi.items():
        for h, right in psi.items():
            result[orbit(tuple(x - y for x, y in zip(m, h, strict=True)))] += left * right
    return {h: value for h, value in result.items() if value}


def column_sums(x: Exponent, psi_rows: Polynomial, j: int) -> dict[Exponent, int]:
    """`orbit_sums` of the columns of x and of y, from `psi_rows`, the `row_sum` of the column of y.

    They are 2^(j+1) / |stabiliser of x| times those of e(x . alpha) and psi_rows: the symmetriser of a column is N C R
    with N, C, R self-adjoint, N^2 = 2 N, C^2 = 2^j C, N commutes with both, and orbit sums do not change if both
    factors are moved by one element of S_k x {1, -1}.
    """
    sums = orbit_sums({x: 1 << (j + 1)}, psi_rows)
    stabiliser = stabiliser_order(x, j)
    return {h: value // stabiliser for h, value in sums.items()}


def independent(vectors: Iterable[Exponent], j: int) -> list[Exponent]:
    """Exponents whose columns of block j are a basis of all columns that these exponents make.

    By elimination modulo a prime, which may only find too few.
    """
    basis: dict[Exponent, Polynomial] = {}
    chosen = []
    for m in sorted({representative(m, j) for m in vectors}, reverse=True):
        rest = {h: c % PRIME for h, c in column(m, j).items()}
        while rest:
            lead = max(rest)
            if lead not in basis:
                inverse = pow(rest[lead], -1, PRIME)
                basis[lead] = {h: c * inverse % PRIME for h, c in rest.items()}
                chosen.append(m)
                break
            factor = rest[lead]
            rest = total(rest, {h: -factor * c for h, c in basis[lead].items()})
            rest = {h: c % PRIME for h, c in rest.items() if c % PRIME}
    return chosen
