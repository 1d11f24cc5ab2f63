"""Which harmonics of the neurons of a real representation vanish in a maximum-margin network (docs/theory.md, 5.16).

A neuron is a tuple of unit vectors x_1, .., x_{k+1} of R^delta (5.8). Degrees (l_1, .., l_{k+1}) vanish if the mean of
the tensor products of harmonics of x_1, .., x_{k+1} of these degrees over all neurons, with their shares, is 0.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise, product

from margin.networks.phases import Exponent, expansion


def canonical(degrees: Exponent) -> Exponent:
    """The same for a list of degrees and the list in reverse order.

    >>> canonical((0, 1, 2)), canonical((2, 1, 0))
    ((2, 1, 0), (2, 1, 0))
    """
    return max(degrees, degrees[::-1])


def vanishing(k: int, dimension: int, order: int = 0) -> frozenset[Exponent]:
    """Canonical degrees that vanish, for k inputs and real representations of that dimension.

    Of dimension 2 for a dihedral image whose rotations have that order, 0 for all large ones (as for addition, 5.7); of
    dimension >= 3 where products of entries satisfy no relations but those of all orthogonal matrices. Raises
    ValueError unless k >= 2, dimension >= 2, and the order is 0 or, for dimension 2, at least 3.
    """
    if k < 2 or dimension < 2 or order in (1, 2) or order < 0 or (order and dimension > 2):
        raise ValueError(
            f"vanishing: k = {k}, dimension {dimension}, order {order}; expected k >= 2, a dimension >= 2, and an order"
            " of 0 or, for dimension 2, at least 3"
        )
    found = _dihedral(k, order) if dimension == 2 else _orthogonal(k)
    return frozenset(map(canonical, found)) - {(0,) * (k + 1)}


def _dihedral(k: int, order: int) -> set[Exponent]:
    """With x_j at the angle a_j, u_j is cos(t + a_{j+1} - a_j) at rotations by t and cos(t - a_{j+1} - a_j) at
    reflections: exponents of the angles for every choice of rotations and reflections, input exponents kept apart."""
    found = set()
    for signs in product((1, -1), repeat=k + 1):
        agreeing = defaultdict(list)
        for m in expansion(k):
            h = [0] * (k + 1)
            for j, times in enumerate(m):
                h[j] += signs[j] * times
                h[j + 1] += times
            for end in (1, -1):
                exponents = (h[0] + end * signs[k], *h[1:k], h[k] + end)
                residue = tuple(x % order for x in m) if order else m
                agreeing[residue, end].append(tuple(map(abs, exponents)))
        found |= {members[0] for members in agreeing.values() if len(members) == 1}
    return found


def _orthogonal(k: int) -> set[Exponent]:
    """u_j^a has the harmonics <h_l(x_j), rho h_l(x_{j+1})>, l <= a of the parity of a; w is the one with l = 1. At x_j
    two of them meet, of degrees l and l'; their products span the degrees |l - l'|, |l - l'| + 2, .., l + l'."""
    found = set()
    for powers in product(range(k + 1), repeat=k):
        if sum(powers) != k:
            continue
        for edges in product(*(range(a % 2, a + 1, 2) for a in powers)):
            around = (1, *edges, 1)
            meeting = pairwise(around)
            found |= set(product(*(range(abs(a - b), a + b + 1, 2) for a, b in meeting)))
    return found
