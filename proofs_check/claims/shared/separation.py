"""The probability that random frequencies separate the right label: an exact count."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import cos, factorial, gcd, pi

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
ROUNDING = 1e-9  # far above the error of sums of a dozen cosines in float64


def _cosines(n: int) -> Array:
    """cos(2 pi f d/n), row f = 0..n/2, column d = 1..n/2."""
    products = np.outer(np.arange(n // 2 + 1), np.arange(1, n // 2 + 1)) % n
    table = np.array([cos(2 * pi * j / n) for j in range(n)])
    rows: Array = table[products]
    return rows


def _multisets(count: int, size: int, start: int = 1) -> Iterator[tuple[int, ...]]:
    if size == 0:
        yield ()
        return
    for first in range(start, count + 1):
        for rest in _multisets(count, size - 1, first):
            yield (first, *rest)


def probability(n: int, m: int, delta: Fraction) -> Fraction:
    """P(m - h(d) > delta m for all d != 0), h(d) = sum_l cos(2 pi f_l d/n), f_l uniform on 1..n-1: an exact count.

    The first frequency runs over representatives under units of Z_n (which permute the d), the others over multisets
    of classes +-f. Raises ArithmeticError if a separation is within rounding of the bound.
    """
    rows, half = _cosines(n), n // 2
    weight = [1 if 2 * f % n == 0 else 2 for f in range(half + 1)]  # residues in a class
    firsts: dict[int, int] = {}
    for f in range(1, n):
        firsts[gcd(f, n)] = firsts.get(gcd(f, n), 0) + 1
    good = 0
    for first, count in firsts.items():
        good += count * sum(
            _good(rows, weight, rows[first], chosen, m, delta) for chosen in _multisets(half, max(m - 2, 0))
        )
    return Fraction(good, (n - 1) ** m)


def _good(rows: Array, weight: list[int], first: Array, chosen: tuple[int, ...], m: int, delta: Fraction) -> int:
    """Ordered choices of m - 1 frequencies, given all but the greatest of them sorted, that separate enough."""
    total = first + sum((rows[f] for f in chosen), np.zeros(len(first)))
    start = chosen[-1] if chosen else 1
    ways = factorial(m - 1)
    for f in set(chosen):
        ways = ways * weight[f] ** chosen.count(f) // factorial(chosen.count(f))
    if m == 1:
        return int(_separated(total[None, :], m, delta)[0])
    separated = _separated(total + rows[start:], m, delta)
    counts = [ways * weight[f] for f in range(start, len(rows))]
    if chosen:
        counts[0] //= chosen.count(start) + 1
    return sum(c for c, ok in zip(counts, separated.tolist(), strict=True) if ok)


def _separated(sums: Array, m: int, delta: Fraction) -> NDArray[np.bool_]:
    """Whether m - max h > delta m, in each row."""
    excess = m - sums.max(axis=1, initial=-float(m)) - m * float(delta)
    if sums.shape[1] and np.abs(excess).min() < ROUNDING:
        raise ArithmeticError(f"separation: within {ROUNDING} of delta m, expected a clear difference")
    result: NDArray[np.bool_] = excess > 0
    return result
