"""Finds the irreducible characters of a group, and checks them apart from how they were found."""

from __future__ import annotations

import numpy as np

from margin.finite_groups.character_check import verify
from margin.finite_groups.characters import PRIMES_ABOVE, CharacterTable
from margin.finite_groups.dixon import eigenvalue_multiplicities, modular_characters
from margin.finite_groups.finite_group import FiniteGroup
from margin.numbers.modular import primes_one_modulo, root_of_unity

MOST_CLASSES = 1_000


def character_table(group: FiniteGroup) -> CharacterTable:
    """All irreducible characters of a group, exact and checked (`margin.finite_groups.character_check`).

    Burnside's and Dixon's method, see `margin.finite_groups.dixon`. Raises ValueError above 1000 conjugacy classes, and
    ArithmeticError if the result fails its check.
    """
    classes = len(group.class_sizes)
    if classes > MOST_CLASSES:
        raise ValueError(f"{group.name}: {classes} conjugacy classes, expected at most {MOST_CLASSES} for characters")
    prime = next(primes_one_modulo(group.exponent, PRIMES_ABOVE))
    degrees, characters = modular_characters(group, prime)
    root = root_of_unity(group.exponent, prime)
    blocks = [
        eigenvalue_multiplicities(group, characters, members[0], prime, root) for members in group.rational_classes
    ]
    if any((block > degrees[:, np.newaxis]).any() for block in blocks):
        raise ArithmeticError(f"characters of {group.name}: an eigenvalue multiplicity exceeds the degree")
    packed = np.concatenate(blocks, axis=1).astype(np.uint8)  # a degree is at most sqrt(n) <= 100
    order = sorted(range(classes), key=lambda i: (degrees[i], (255 - packed[i]).tobytes()))
    table = CharacterTable(group, np.ascontiguousarray(packed[order]))
    verify(table)
    return table
