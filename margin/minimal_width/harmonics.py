"""Products of cosines and sines in Gegenbauer polynomials: one coordinate of the polynomials of tuple bounds.

In t = cos a, cos(m a) is the Chebyshev polynomial T_m. The zonal harmonic of degree l on the sphere of R^delta is P_l,
the Gegenbauer polynomial with P_l(1) = 1; for delta = 2 it is T_l.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import product
from math import prod

from margin.networks.phases import Exponent

Terms = tuple[tuple[int, Fraction], ...]


def doubled_product(m: int, h: int, sine: int) -> tuple[tuple[int, int], ...]:
    """Twice cos(m a) cos(h a), or of sines, in cosines: (degree, coefficient) of the two.

    >>> doubled_product(3, 1, 0), doubled_product(3, 1, 1)
    (((2, 1), (4, 1)), ((2, 1), (4, -1)))
    """
    return (abs(m - h), 1), (m + h, -1 if sine else 1)


def products(x: Exponent, y: Exponent, sines: Exponent) -> list[tuple[Exponent, int]]:
    """2^places times the product of two columns in products of cosines, as (degrees, coefficient)."""
    factors = [doubled_product(*entry) for entry in zip(x, y, sines, strict=True)]
    return [(tuple(h for h, _ in chosen), prod(c for _, c in chosen)) for chosen in product(*factors)]


@cache
def zonal(h: int, dimension: int) -> Terms:
    """T_h in the P_l of that dimension (at least 2), as (l, coefficient), without zeros.

    >>> zonal(2, 3)
    ((2, Fraction(4, 3)), (0, Fraction(-1, 3)))
    """
    rest, terms = list(_powers(h, 2)), []
    while rest:
        top = _powers(len(rest) - 1, dimension)
        share = rest[-1] / top[-1]
        if share:
            terms.append((len(rest) - 1, share))
        rest = [c - share * p for c, p in zip(rest, top, strict=True)][:-1]
    return tuple(terms)


@cache
def _powers(degree: int, dimension: int) -> tuple[Fraction, ...]:
    """P_l in powers of t: (l + delta - 3) P_l = (2 l + delta - 4) t P_{l-1} - (l - 1) P_{l-2}."""
    if degree < 2:
        return tuple(map(Fraction, (1,) if degree == 0 else (0, 1)))
    result = [Fraction(0), *((2 * degree + dimension - 4) * c for c in _powers(degree - 1, dimension))]
    for power, c in enumerate(_powers(degree - 2, dimension)):
        result[power] -= (degree - 1) * c
    return tuple(c / (degree + dimension - 3) for c in result)


@cache
def zonal_product(degrees: Exponent, dimension: int) -> tuple[tuple[Exponent, Fraction], ...]:
    """A product of cosines in products of P_l, as (degrees, coefficient)."""
    factors = [zonal(h, dimension) for h in degrees]
    return tuple(
        (tuple(h for h, _ in chosen), prod((c for _, c in chosen), start=Fraction(1))) for chosen in product(*factors)
    )
