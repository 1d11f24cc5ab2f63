"""Irrational characters and square roots of dimensions in one real number field."""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm

import numpy as np

from margin.finite_groups.real_irreps import RealIrrep
from margin.numbers.mixed import Mixed, independent_root
from margin.numbers.modular import Integers
from margin.numbers.number_field import RealField
from margin.numbers.square_roots import Surd


class CharacterField:
    """The field of the characters of real irreducible representations at some classes.

    `field` is `RealField`, that of the rationals if no character is irrational; `length` e, for whose roots of unity
    the characters are written: the common multiple of the orders of the classes with irrational characters.
    """

    def __init__(self, irreps: Sequence[RealIrrep], classes: Sequence[int], irrational: Sequence[int]) -> None:
        """`irrational`: those of the classes, by position, at which a character is irrational."""
        self.irreps, self.classes = irreps, classes
        self._vectors = [irreps[0].table.multiplicities[c] for c in classes]
        self._irrational = set(irrational)
        self._copies = np.zeros((len(irreps), len(irreps[0].table)), dtype=np.int64)
        for row, irrep in zip(self._copies, irreps, strict=True):
            row[list(irrep.constituents)] = 2 if irrep.type == "quaternionic" else 1
        self.length = lcm(*(self._vectors[c].shape[1] for c in irrational))
        self.field = self.generated(range(len(irreps)))

    def generated(self, rows: Sequence[int]) -> RealField:
        """The field of the characters of these representations, written with the same roots of unity."""
        values = [np.array([[1] + [0] * (self.length - 1)], dtype=np.int64)]
        for c in sorted(self._irrational):
            vectors = self._real(c)[list(rows)]
            stretched = np.zeros((len(vectors), self.length), dtype=np.int64)
            stretched[:, :: self.length // vectors.shape[1]] = vectors
            values.append(stretched)
        return RealField(np.unique(np.concatenate(values), axis=0).tolist())

    def _real(self, c: int) -> Integers:
        """Multiplicities of eigenvalues of all the representations at a class, shape (irreps, order)."""
        return self._copies @ self._vectors[c]

    def remainders(self, rational: Integers) -> Integers:
        """All characters as remainders of cyclotomic integers, shape (irreps, classes, degree of the polynomial).

        `rational` has their values where these are rational, shape (irreps, classes).
        """
        size = len(self.field._modulus) - 1
        result = np.zeros((len(self.irreps), len(self.classes), size), dtype=np.int64)
        result[:, :, 0] = rational
        for c in self._irrational:
            result[:, c] = self.field.reduced(self._real(c))
        return result


def mixed_weights(weights: Sequence[Surd], field: RealField) -> list[Mixed]:
    """Square roots over the field: those that differ by a factor of the field become multiples of one another."""
    basis: list[int] = []
    bounds: list[Mixed] = []
    for weight in weights:
        ((r, q),) = weight.terms
        root, b = independent_root(r, field, basis)
        bounds.append(Mixed({b: root * q}))
    return bounds
