"""Real irreducible representations, from the complex characters and their Frobenius-Schur indicators."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from margin.finite_groups.characters import CharacterTable
from margin.numbers.modular import Integers

RealType = Literal["real", "complex", "quaternionic"]


@dataclass(frozen=True, eq=False)
class RealIrrep:
    """A real irreducible representation.

    With chi a complex constituent of degree d, its character is chi (real type), chi + conj(chi) (complex type) or
    2 chi (quaternionic type), and its dimension delta = d, 2d, 2d. The commutant R, C or H has dimension e = 1, 2, 4.
    `constituents` are numbers in the character table, each once; `character` has shape (classes,), exact where
    the value is rational.
    """

    dimension: int
    type: RealType
    constituents: tuple[int, ...]
    character: NDArray[np.float64] = field(repr=False)
    table: CharacterTable = field(repr=False)

    @property
    def commutant(self) -> int:
        """e = 1, 2, 4: real dimension of the endomorphisms."""
        return {"real": 1, "complex": 2, "quaternionic": 4}[self.type]

    @cached_property
    def multiplicities(self) -> tuple[Integers, ...]:
        """By class C of order o: integers m of shape (o,), character(C) = sum_j m[j] exp(2 pi i j / o)."""
        copies = 2 if self.type == "quaternionic" else 1
        return tuple(copies * block[list(self.constituents)].sum(axis=0) for block in self.table.multiplicities)


def real_irreps(table: CharacterTable) -> list[RealIrrep]:
    """All real irreducible representations, in order of their first constituents: the trivial one first."""
    found = []
    for i, (conjugate, indicator) in enumerate(zip(table.conjugate.tolist(), table.indicators.tolist(), strict=True)):
        if conjugate < i:
            continue
        kind: RealType = "complex" if indicator == 0 else "real" if indicator == 1 else "quaternionic"
        copies = 1 if kind == "real" else 2
        constituents = (i, conjugate) if kind == "complex" else (i,)
        character = copies * table.values[i].real
        found.append(RealIrrep(copies * int(table.degrees[i]), kind, constituents, character, table))
    return found
