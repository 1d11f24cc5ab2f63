"""Phase sets with fewer neurons at frequencies of small order, modulo which exponents coincide (docs/theory.md, 5.13).

All were found by search, and the tests check each exactly (`PhaseList.wanted_term_only`); they hold for their orders
alone. Most are cosets of a group of phases with equal shares: s^(h) is 0 unless h is in the lattice that is trivial on
the group, and there the phases of coinciding exponents cancel.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from itertools import pairwise, product
from math import gcd

from margin.networks.phases import Exponent, PhaseList
from margin.tasks import ModularAddition

# inputs and order: denominator of the phases, a shift, generators of a group of phases
COSETS: dict[tuple[int, int], tuple[int, Exponent, tuple[Exponent, ...]]] = {
    (3, 3): (36, (29, 29, 1), ((22, 22, 2),)),
    (3, 4): (24, (19, 21, 1), ((12, 12, 0), (14, 18, 2))),
    (4, 3): (12, (0, 2, 0, 0), ((0, 0, 4, 0), (1, 3, 9, 1))),
}
LISTS: dict[tuple[int, int], tuple[int, tuple[Exponent, ...]]] = {
    (2, 4): (8, ((1, 1), (1, 3), (3, 3), (3, 5))),
}
SMALL_ORDERS = tuple(sorted(COSETS.keys() | LISTS.keys()))


@cache
def small_order_phases(k: int, order: int) -> PhaseList | None:
    """The phase set known for that order that has fewer neurons than the one for every order; None if there is none."""
    if (k, order) in LISTS:
        denominator, points = LISTS[k, order]
    elif (k, order) in COSETS:
        denominator, points = COSETS[k, order][0], coset(*COSETS[k, order])
    else:
        return None
    neurons = tuple((*alpha, sum(alpha) % denominator) for alpha in points)
    return PhaseList(k, denominator, neurons, (Fraction(1, len(neurons)),) * len(neurons))


def coset(denominator: int, shift: Exponent, generators: tuple[Exponent, ...]) -> tuple[Exponent, ...]:
    """One phase for each pair alpha, alpha + (1/2, ..., 1/2) of a coset, in units of 1/denominator turns.

    >>> coset(4, (0, 1), ((2, 2), (0, 2)))
    ((0, 1), (0, 3))
    """
    group = {(0,) * len(shift)}
    for generator in generators:
        multiples = [tuple(r * x for x in generator) for r in range(denominator)]
        group = {tuple((x + y) % denominator for x, y in zip(a, b, strict=True)) for a, b in product(group, multiples)}
    points = {tuple((x + y) % denominator for x, y in zip(alpha, shift, strict=True)) for alpha in group}
    half = denominator // 2
    return tuple(sorted(alpha for alpha in points if alpha <= tuple((x + half) % denominator for x in alpha)))


def small_frequencies(task: ModularAddition) -> dict[int, PhaseList]:
    """The rotation frequencies of a task that have such a phase set, in ascending order.

    >>> {z: phases.size for z, phases in small_frequencies(ModularAddition(12, 3)).items()}
    {3: 12, 4: 9}
    """
    n, k = task.n, task.k
    known = ((N, small_order_phases(k, N)) for inputs, N in SMALL_ORDERS if inputs == k and n % N == 0)
    return dict(
        sorted((n // N * x, phases) for N, phases in known if phases for x in range(1, (N + 1) // 2) if gcd(x, N) == 1)
    )


def split(zs: range, at: Iterable[int]) -> list[range]:
    """A range of frequencies cut so that each of these stands alone.

    >>> split(range(1, 6), [2, 5])
    [range(1, 2), range(2, 3), range(3, 5), range(5, 6)]
    """
    cuts = sorted({zs.start, zs.stop} | {z + end for z in at if z in zs for end in (0, 1)})
    return [range(start, stop) for start, stop in pairwise(cuts)]
