"""Exact irreducible characters of a finite group.

A character is stored by eigenvalues: chi(g) = sum_j m_j exp(2 pi i j / o) for g of order o, with integers m_j >= 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from margin.finite_groups.dixon import root_powers
from margin.finite_groups.finite_group import FiniteGroup, orbits
from margin.numbers.modular import Integers, primes_one_modulo, product, root_of_unity, unit_generators

PRIMES_ABOVE = 1 << 20  # far above 2 sqrt(n); products of 8000 terms stay below 2^53


class Multiplicities(Sequence[Integers]):
    """Eigenvalue multiplicities by class: item C is an int64 array of shape (irreps, o), o the order of C."""

    def __init__(self, table: CharacterTable) -> None:
        self._table = table

    def __len__(self) -> int:
        return len(self._table.group.class_sizes)

    def __getitem__(self, c: int) -> Integers:  # type: ignore[override]
        group = self._table.group
        order = int(group.class_orders[c])
        first, s = group.rational_powers[c]
        values = np.empty((len(self._table), order), dtype=np.int64)
        values[:, s * np.arange(order) % order] = self._table.block(first)
        return values


@dataclass(frozen=True, eq=False)
class CharacterTable:
    """The irreducible characters of a group; made by `margin.finite_groups.find_characters`.

    Order: ascending degree; then eigenvalue multiplicities at the first class of each rational class, compared as
    sequences, larger first. So the trivial character is number 0, and the order depends on the numbering of the
    classes alone.
    """

    group: FiniteGroup
    packed: NDArray[np.uint8] = field(repr=False)  # (irreps, sum of orders): multiplicities at each rational class

    def __len__(self) -> int:
        return len(self.packed)

    @cached_property
    def degrees(self) -> Integers:
        """chi(1), shape (irreps,)."""
        return self.packed[:, 0].astype(np.int64)  # class 0 has order 1

    @property
    def multiplicities(self) -> Multiplicities:
        """Item C: integers of shape (irreps, o) with chi(g) = sum_j m[chi, j] exp(2 pi i j / o), g in C of order o."""
        return Multiplicities(self)

    @cached_property
    def values(self) -> NDArray[np.complex128]:
        """chi(C), shape (irreps, classes). Rational values are exact, real characters have imaginary part 0."""
        group = self.group
        values = np.empty((len(self), len(group.class_sizes)), dtype=np.complex128)
        for members in group.rational_classes:
            turns = self._exponents(members) / group.class_orders[members[0]]
            values[:, members] = self.block(members[0]) @ np.exp(2j * np.pi * turns)
        values[self.indicators != 0] = values[self.indicators != 0].real
        values[self.is_rational] = values[self.is_rational].real.round() + 0.0  # no -0.0
        return values

    def residues(self, prime: int) -> Integers:
        """chi(C) modulo a prime = 1 mod the exponent, shape (irreps, classes), for one choice of the roots of unity."""
        group = self.group
        root = root_of_unity(group.exponent, prime)
        values = np.empty((len(self), len(group.class_sizes)), dtype=np.int64)
        for members in group.rational_classes:
            order = int(group.class_orders[members[0]])
            roots = root_powers(pow(root, group.exponent // order, prime), order, prime)
            values[:, members] = product(self.block(members[0]), roots[self._exponents(members)], prime)
        return values

    @cached_property
    def indicators(self) -> Integers:
        """Frobenius-Schur indicators (1/n) sum_g chi(g^2), shape (irreps,): 1 real, 0 complex, -1 quaternionic type."""
        prime, residues = self._residues
        squares = residues[:, self.group.power_class(2)] * self.group.class_sizes
        values = squares.sum(axis=1) % prime * pow(self.group.order, -1, prime) % prime
        return np.where(values > prime // 2, values - prime, values)

    @cached_property
    def conjugate(self) -> Integers:
        """Number of the complex conjugate of each character, shape (irreps,)."""
        return self.galois_image(-1)

    def galois_image(self, s: int) -> Integers:
        """Number of the character g -> chi(g^s) for each chi, shape (irreps,); s coprime to the exponent.

        Raises ArithmeticError if the image is not in the table (`character_table` has made sure that it is).
        """
        columns = np.empty(self.packed.shape[1], dtype=np.int64)
        for start, order in self._blocks.values():
            columns[start + s * np.arange(order) % order] = start + np.arange(order)
        try:
            return np.array([self._numbers[row.tobytes()] for row in self.packed[:, columns]])
        except KeyError:
            raise ArithmeticError(f"characters of {self.group.name}: not closed under g -> g^{s}") from None

    @cached_property
    def galois_orbits(self) -> tuple[tuple[int, ...], ...]:
        """Characters grouped under the Galois group of the exponent's cyclotomic field; sorted, by first member."""
        return orbits([self.galois_image(s) for s in unit_generators(self.group.exponent)], len(self))

    @cached_property
    def is_rational(self) -> NDArray[np.bool_]:
        """Whether chi(C) is rational, shape (irreps, classes); exact.

        It is when chi(g) = chi(g^s) for all units s, and that may be compared modulo p: if all these values agree
        modulo one prime above p, they agree modulo all, and a difference, of size at most 2 chi(1) < p at every
        conjugate, that p divides is 0.
        """
        _, residues = self._residues
        rational = np.empty(residues.shape, dtype=np.bool_)
        for members in self.group.rational_classes:
            values = residues[:, members]
            rational[:, members] = (values == values[:, :1]).all(axis=1)[:, np.newaxis]
        return rational

    def rational_values(self) -> Integers:
        """chi(C) as integers, shape (irreps, classes). Raises ValueError if one is irrational (see `is_rational`)."""
        irrational = ~self.is_rational
        if irrational.any():
            i, c = np.unravel_index(int(irrational.argmax()), irrational.shape)
            raise ValueError(f"{self.group.name}: character {i} is irrational at class {c}, expected rational values")
        prime, residues = self._residues
        return np.where(residues > prime // 2, residues - prime, residues)

    def block(self, c: int) -> Integers:
        """Multiplicities at the first class c of a rational class, shape (irreps, order of c)."""
        start, order = self._blocks[c]
        return self.packed[:, start : start + order].astype(np.int64)

    @cached_property
    def _blocks(self) -> dict[int, tuple[int, int]]:
        """First class of each rational class: its first column in `packed`, and its order."""
        firsts = [members[0] for members in self.group.rational_classes]
        orders = self.group.class_orders[firsts].tolist()
        return {c: (sum(orders[:i]), orders[i]) for i, c in enumerate(firsts)}

    @cached_property
    def _numbers(self) -> dict[bytes, int]:
        return {row.tobytes(): i for i, row in enumerate(self.packed)}

    @cached_property
    def _residues(self) -> tuple[int, Integers]:
        prime = next(primes_one_modulo(self.group.exponent, PRIMES_ABOVE))
        return prime, self.residues(prime)

    def _exponents(self, members: Sequence[int]) -> Integers:
        """j s mod o for the classes C^s of the rational class of C, of order o; shape (o, members)."""
        order = self.group.class_orders[members[0]]
        return np.outer(np.arange(order), [self.group.rational_powers[c][1] for c in members]) % order
