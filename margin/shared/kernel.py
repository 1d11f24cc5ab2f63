"""The gap of a neuron with a shared embedding, averaged over a class of wrong labels, in Fourier space: integers.

With u(a) = sum_z c_z w^(za) / sqrt(n), w(y) = sum_z v_z w^(zy) / sqrt(n), w = exp(2 pi i/n), the mean gap over the
class of (a_1..a_k; e) is n^(-(k+1)/2) sum v_z K(z; z_1..z_k) c_(z_1) ... c_(z_k) over z_1 + ... + z_k = -k z, where

    K = sum over maps f of {1..k} to itself of  C(m) - C(m - z e),   m = z (a_1 + ... + a_k) + sum_i z_i a_f(i),

and C(m), the mean of w^(um) over the units u, is Ramanujan's sum over phi(n): rational (docs/theory.md, 10.2).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from margin.shared.classes import WrongLabel, units

Integers = NDArray[np.int64]


@lru_cache(maxsize=64)
def _ramanujan(n: int) -> Integers:
    """Ramanujan's sums sum_u w^(um) over the units u, m = 0..n-1: sum over d | gcd(m, n) of d mu(n/d)."""
    sums = [sum(d * _moebius(n // d) for d in range(1, n + 1) if n % d == 0 and m % d == 0) for m in range(n)]
    return np.array(sums, dtype=np.int64)


def _moebius(n: int) -> int:
    sign, p = 1, 2
    while n > 1:
        if n % p == 0:
            n //= p
            if n % p == 0:
                return 0
            sign = -sign
        p += 1
    return sign


def indices(n: int, k: int, constant: bool = True) -> Integers:
    """All (z, z_1..z_k) with z != 0 and z_1 + ... + z_k = -k z mod n: the monomials of the gap; shape (.., k + 1).

    Without `constant` those that have no c_0.
    """
    grids = np.meshgrid(np.arange(1, n), *[np.arange(n)] * (k - 1), indexing="ij")
    z, rest = grids[0].ravel(), [grid.ravel() for grid in grids[1:]]
    last = (-k * z - sum(rest, np.zeros_like(z))) % n
    rows = np.stack([z, *rest, last], axis=1)
    return rows if constant else rows[(rows[:, 1:] > 0).all(axis=1)]


def kernel(n: int, label: WrongLabel, monomials: Integers) -> Integers:
    """phi(n) K of a class at monomials (z, z_1..z_k), as `indices` gives them."""
    inputs, offset = label
    z, others = monomials[:, 0], monomials[:, 1:]
    start = z * sum(inputs)
    residues = np.arange(n)
    counts = np.zeros((len(monomials), n), dtype=np.int64)  # maps f so far, by sum_i z_i a_f(i) mod n
    counts[:, 0] = 1
    for frequencies in others.T:
        steps = [(residues - (frequencies * a)[:, None]) % n for a in inputs]
        counts = sum((np.take_along_axis(counts, step, axis=1) for step in steps), np.zeros_like(counts))
    right, wrong = ((m[:, None] + residues) % n for m in (start, start - z * offset))
    sums = _ramanujan(n)
    result: Integers = (counts * (sums[right] - sums[wrong])).sum(axis=1)
    return result


def totient(n: int) -> int:
    """phi(n), the number of units."""
    return len(units(n))
