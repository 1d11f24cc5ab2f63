"""Sets of learned frequencies: are they uniform, do they avoid each other's doubles, how well do they separate labels.

A frequency stands for itself and its negative: 1..n//2.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd

import numpy as np
from numpy.typing import NDArray

from margin.analysis.axes import Array

Sets = Sequence[Sequence[int]]


def folded(n: int, frequency: int) -> int:
    """The one of f and -f modulo n that lies in 0..n//2.

    >>> folded(89, 86), folded(89, -2), folded(91, 91)
    (3, 2, 0)
    """
    return min(frequency % n, -frequency % n)


def histogram(n: int, sets: Sets) -> NDArray[np.int64]:
    """How many of the sets have each frequency, (n//2,); entry z - 1 is frequency z. Raises ValueError for others."""
    counts = np.zeros(n // 2, np.int64)
    for frequencies in sets:
        if len(set(frequencies)) < len(frequencies) or not all(1 <= f <= n // 2 for f in frequencies):
            raise ValueError(f"frequencies {list(frequencies)}, expected different ones in 1..{n // 2}")
        counts[np.asarray(frequencies, np.int64) - 1] += 1
    return counts


def conditional(n: int, sets: Sets, frequency: int) -> NDArray[np.int64]:
    """`histogram` of those sets that have the frequency."""
    return histogram(n, [frequencies for frequencies in sets if frequency in frequencies])


def uniformity(n: int, sets: Sets, generator: np.random.Generator, draws: int = 1000) -> float:
    """The p-value of all frequencies with the same gcd(f, n) being alike.

    The statistic is the sum over these classes of (count - mean)^2/mean. Under the hypothesis a set times a unit of
    Z_n is as likely as the set, whatever frequencies go together, so each of `draws` samples multiplies every set by a
    random unit. Raises ValueError as `histogram`, and without any frequency.
    """
    observed = _unevenness(n, histogram(n, sets))
    units = np.array([u for u in range(1, n) if gcd(u, n) == 1])
    flat = np.array([f for frequencies in sets for f in frequencies], np.int64)
    owner = np.repeat(np.arange(len(sets)), [len(frequencies) for frequencies in sets])
    if not len(flat):
        raise ValueError("no frequency, expected at least one")
    exceeding = 0
    for _ in range(draws):
        moved = flat * generator.choice(units, len(sets))[owner] % n
        counts = np.bincount(np.minimum(moved, n - moved), minlength=n // 2 + 1)[1:]
        exceeding += _unevenness(n, counts) >= observed - 1e-9
    return (exceeding + 1) / (draws + 1)


def _unevenness(n: int, counts: NDArray[np.int64]) -> float:
    classes = np.gcd(np.arange(1, n // 2 + 1), n)
    total = 0.0
    for g in np.unique(classes):
        part = counts[classes == g]
        if part.any():
            total += float(((part - part.mean()) ** 2).sum() / part.mean())
    return total


def related(n: int, sets: Sets, factor: int) -> tuple[Array, Array]:
    """Pairs {f, factor f mod n} in each set, and how many a random set of its size has on average, (sets,) twice.

    Random: all sets of that size of the frequencies 1..n//2 alike. A pair counts once, whichever of the two is the
    multiple of the other. So factor 2 tells of 2f and f/2 together. Raises ValueError as `histogram`.

    >>> [x.round(3).tolist() for x in related(11, [[1, 2, 5], [1, 4]], 2)]  # 5 of the 10 pairs; 2 5 = 10 = -1
    [[2.0, 0.0], [1.5, 0.5]]
    """
    histogram(n, sets)
    every = range(1, n // 2 + 1)
    pairs = {frozenset((f, folded(n, factor * f))) for f in every}
    pairs = {pair for pair in pairs if len(pair) == 2 and 0 not in pair}
    share = len(pairs) / (len(every) * (len(every) - 1) / 2)
    present = [sum(pair <= set(frequencies) for pair in pairs) for frequencies in sets]
    return np.array(present, float), np.array([len(s) * (len(s) - 1) / 2 * share for s in sets])


def separation(n: int, frequencies: Sequence[int]) -> float:
    """min over d != 0 of (m - sum_l cos(2 pi f_l d/n))/m for m frequencies: 0 if some other label is as good.

    Raises ValueError for no frequency. Source: the paper on several scales, Section 5.4.

    >>> round(separation(5, [1, 2]), 9), separation(4, [2])
    (1.25, 0.0)
    """
    if not len(frequencies):
        raise ValueError("no frequency, expected at least one")
    d = np.arange(1, n // 2 + 1)
    sums = _cosines(n)[np.outer(np.asarray(frequencies, np.int64), d) % n].sum(0)
    return float(1 - sums.max() / len(frequencies))


def random_separations(n: int, size: int, generator: np.random.Generator, draws: int = 2000) -> Array:
    """`separation` of random sets of `size` different frequencies, ascending, (draws,).

    Raises ValueError for a size outside 1..n//2.
    """
    if not 1 <= size <= n // 2:
        raise ValueError(f"{size} frequencies, expected 1..{n // 2}")
    chosen = generator.random((draws, n // 2)).argsort(1)[:, :size] + 1
    rows = _cosines(n)[np.outer(np.arange(n // 2 + 1), np.arange(1, n // 2 + 1)) % n]
    return np.sort(1 - rows[chosen].sum(1).max(1) / size)


def percentile(value: float, ordered: Array) -> float:
    """The share of the ascending values that are below, those that are equal counted half.

    >>> percentile(2.0, np.array([1.0, 2.0, 3.0, 4.0]))
    0.375
    """
    below = np.searchsorted(ordered, value - 1e-12), np.searchsorted(ordered, value + 1e-12)
    return float(sum(below) / (2 * len(ordered)))


def _cosines(n: int) -> Array:
    return np.cos(2 * np.pi * np.arange(n) / n)
