"""Cliques that bound widths from below for every k; `margin.addition.width.lower_bound` says why.

A clique is a set of k-vectors all of whose differences lie in B_k or -B_k (docs/theory.md, 5.2 and 5.6), and
`margin.addition.width.is_clique` verifies one. For k = 2, 3, 4 those here are as large as any (6, 15, 36).
"""

from __future__ import annotations

from itertools import combinations
from math import comb

from margin.networks.phases import Exponent


def clique(k: int) -> tuple[Exponent, ...]:
    """The `layered` vectors of degree k // 2, and those of degree k - k // 2 with (1, ..., 1) added; k >= 2.

    >>> len(clique(2)), len(clique(3)), len(clique(4)), len(clique(7))
    (6, 15, 36, 312)
    """
    below = k // 2
    above = {tuple(x + 1 for x in m) for m in layered(k, k - below)}
    return tuple(sorted(above | set(layered(k, below))))


def layered(k: int, degree: int) -> tuple[Exponent, ...]:
    """Vectors m with |m_1| + ... + |m_k| <= degree and of its parity, whose differences lie in B_k or -B_k.

    Layer d = 0..degree, each of its vectors minus (degree - d) e_1: the indicators of d places; of d places other than
    the first, their negatives, and for d >= 2 the indicators with -1 at the first of these places; 2 e_k for d = 2.
    """
    found = set()
    for d in range(degree + 1):
        back = degree - d
        for places in combinations(range(k), d):
            found.add(_vector(k, back, places, ()))
            if 0 not in places:
                found.add(_vector(k, back, (), places))
                if d >= 2:
                    found.add(_vector(k, back, places[1:], places[:1]))
        if d == 2:
            found.add(_vector(k, back, (k - 1, k - 1), ()))
    return tuple(found)


def _vector(k: int, back: int, plus: tuple[int, ...], minus: tuple[int, ...]) -> Exponent:
    """The sum of the unit vectors of some places, minus those of others, minus `back` at the first place."""
    return tuple(plus.count(place) - minus.count(place) - (back if place == 0 else 0) for place in range(k))


def clique_size(k: int) -> int:
    """The number of vectors of `clique`: 6, 15, and 2^(k+1) + 2 C(k, k // 2) - 2 k from k = 4 on.

    >>> [clique_size(k) for k in range(2, 9)]
    [6, 15, 36, 74, 156, 312, 636]
    """
    return {2: 6, 3: 15}.get(k, 2 ** (k + 1) + 2 * comb(k, k // 2) - 2 * k)
