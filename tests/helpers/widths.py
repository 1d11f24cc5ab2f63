"""Neurons of the minimal construction, counted frequency by frequency."""

from __future__ import annotations

from math import gcd

# by inputs and order: neurons at a frequency of small order, where fewer are known than (k+1) 2^(k-1)
FEWER = {(2, 4): 4, (3, 3): 9, (3, 4): 12, (4, 3): 18}


def orders(n: int) -> list[int]:
    """The order of every rotation frequency 1, 2, ..."""
    return [n // gcd(z, n) for z in range(1, (n + 1) // 2)]


def rotation_runs(n: int, k: int) -> list[tuple[int, int]]:
    """Lengths of the runs of rotation frequencies that are printed together, and the neurons at each.

    >>> rotation_runs(12, 3)
    [(2, 16), (1, 12), (1, 9), (1, 16)]
    """
    runs: list[tuple[int, int]] = []
    alone = True
    for order in orders(n):
        special = (k, order) in FEWER
        if special or alone:
            runs.append((1, FEWER.get((k, order), (k + 1) * 2 ** (k - 1))))
        else:
            runs[-1] = runs[-1][0] + 1, runs[-1][1]
        alone = special
    return runs


def minimal_total(n: int, k: int) -> int:
    """All rotation frequencies, and 2^(k-1) for n/2."""
    return sum(length * each for length, each in rotation_runs(n, k)) + (n % 2 == 0) * 2 ** (k - 1)
