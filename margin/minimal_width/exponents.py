"""Exponents of trigonometric polynomials on T^k up to permutations and sign, and which of their sums vanish.

The sums s^(h) of a maximum-margin block vanish for the unwanted exponents h of docs/theory.md, 5.2, each by itself
where no other exponent coincides with it modulo the order of the frequency (5.7).
"""

from __future__ import annotations

from itertools import product

from margin.networks.phases import Exponent, expansion


def canonical(h: Exponent) -> Exponent:
    """The same exponent for all of an orbit under permutations of the places and h -> -h.

    >>> canonical((0, -3, 1)), canonical((3, 0, -1))
    ((3, 0, -1), (3, 0, -1))
    """
    down = sorted(h, reverse=True)
    return tuple(max(down, [-x for x in reversed(down)]))


def support(k: int, size: int, largest: int | None = None) -> list[Exponent]:
    """The m in Z^k with |m|_1 <= size and of its parity, and |m_j| <= largest; in lexicographic order."""
    most = size if largest is None else min(size, largest)
    return [
        m
        for m in product(range(-most, most + 1), repeat=k)
        if (total := sum(map(abs, m))) <= size and (total - size) % 2 == 0
    ]


def is_large(order: int, k: int) -> bool:
    """Whether no two exponents of the expansion coincide modulo the order of a rotation frequency (order >= 3)."""
    return order > (2 * k if order % 2 == 0 else k)


def vanishing_orbits(k: int, order: int = 0) -> frozenset[Exponent]:
    """Canonical h for which s^(h) = 0 in every maximum-margin block of k inputs; order 0 stands for every large one.

    At a small order these are the unwanted exponents h = m + (1, ..., 1) that coincide with no other. Raises
    ValueError unless k >= 1 and order is 0 or at least 3.
    """
    if k < 1 or order in (1, 2) or order < 0:
        raise ValueError(f"vanishing_orbits: k = {k}, order {order}; expected k >= 1 and an order of 0 or at least 3")
    classes: dict[Exponent, list[Exponent]] = {}
    for m in expansion(k):
        classes.setdefault(tuple(x % order for x in m) if order else m, []).append(m)
    alone = (members[0] for members in classes.values() if len(members) == 1)
    return frozenset(canonical(tuple(x + 1 for x in m)) for m in alone) - {(0,) * k}
