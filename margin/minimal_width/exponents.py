"""Exponents of trigonometric polynomials on T^k up to permutations and sign, and which of their sums vanish.

The sums s^(h) of a maximum-margin block vanish for the unwanted exponents h of docs/theory.md, 5.2, each by itself
where no other exponent coincides with it modulo the order of the frequency (5.7).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
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


@dataclass(frozen=True)
class Conditions:
    """What a maximum-margin block makes of the means T(o) of |s^(h)|^2 over orbits o; docs/theory.md, 5.14.

    `vanishing` are the canonical h with T = 0. `linked` names, for the orbit of larger weight of two linked ones, the
    other and the ratio of T to that of the other.
    """

    vanishing: frozenset[Exponent]
    linked: dict[Exponent, tuple[Exponent, Fraction]]

    def counted_as(self, h: Exponent) -> tuple[Exponent, Fraction]:
        """The orbit that stands for h, and the share of T that h has of it."""
        return self.linked.get(h, (h, Fraction(1)))


def conditions(k: int, order: int = 0) -> Conditions:
    """The conditions on a block of k inputs at a frequency of that order; order 0 stands for every large one.

    Unwanted exponents vanish if no other coincides with them modulo the order. Two that coincide with each other alone
    have T in the ratio of their squared coefficients. Raises ValueError unless k >= 1 and order is 0 or at least 3.
    """
    if k < 1 or order in (1, 2) or order < 0:
        raise ValueError(f"conditions: k = {k}, order {order}; expected k >= 1 and an order of 0 or at least 3")
    powers = expansion(k)
    classes: dict[Exponent, list[tuple[int, Exponent]]] = {}
    for m, coefficient in powers.items():
        residue = tuple(x % order for x in m) if order else m
        classes.setdefault(residue, []).append((coefficient, canonical(tuple(x + 1 for x in m))))
    vanishing = {members[0][1] for members in classes.values() if len(members) == 1} - {(0,) * k}
    linked = {}
    for members in classes.values():
        (less, first), (more, second) = min(members), max(members)
        if len(members) == 2 and first != second:
            linked[second] = first, Fraction(less, more) ** 2
    return Conditions(frozenset(vanishing), linked)
