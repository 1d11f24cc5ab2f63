"""Classes of wrong labels under the symmetries of a shared embedding (docs/theory.md, 10.1).

An input (a_1..a_k) with a wrong label y = a_1 + ... + a_k - e, e != 0, keeps its gap in an invariant network under
common shifts a_j -> a_j + s (y -> y + k s), permutations of the inputs, and units u: a -> u a, e -> u e.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations_with_replacement
from math import gcd

WrongLabel = tuple[tuple[int, ...], int]  # inputs (0, a_2, ..., a_k), sorted, and the offset e


def units(n: int) -> list[int]:
    """The residues mod n that have an inverse."""
    return [u for u in range(1, n) if gcd(u, n) == 1]


def representative(n: int, inputs: tuple[int, ...], offset: int) -> WrongLabel:
    """The least member of the class of an input with the wrong label that is `offset` below its sum."""
    return min(
        (tuple(sorted(u * (a - base) % n for a in inputs)), u * offset % n) for base in set(inputs) for u in units(n)
    )


@lru_cache(maxsize=64)
def wrong_labels(n: int, k: int) -> tuple[WrongLabel, ...]:
    """One member of each class, in order.

    >>> wrong_labels(5, 2)
    (((0, 0), 1), ((0, 1), 1), ((0, 1), 2))
    """
    every = {representative(n, (0, *rest), e) for rest in _differences(n, k) for e in range(1, n)}
    return tuple(sorted(every))


def bias_gaps(n: int, k: int) -> list[list[int]]:
    """What a bias in the output adds to the gap of each class: rows of a basis of such biases, none if gcd(k, n) = 1.

    Averaged over the symmetries a bias depends on y mod gcd(k, n) up to units (docs/theory.md, 10.8): rows are the
    indicators of all orbits but the first.
    """
    d = gcd(k, n)
    orbits = sorted({frozenset(u * y % d for u in units(n)) for y in range(d)}, key=min)
    pairs = [(sum(inputs) % d, (sum(inputs) - e) % d) for inputs, e in wrong_labels(n, k)]
    return [[(right in orbit) - (wrong in orbit) for right, wrong in pairs] for orbit in orbits[1:]]


def _differences(n: int, k: int) -> Iterator[tuple[int, ...]]:
    return combinations_with_replacement(range(n), k - 1)
