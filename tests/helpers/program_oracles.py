"""A group's linear program in float64 by scipy, from GAP's characters; nothing of the exact program is used."""

from __future__ import annotations

import cmath
import re
from dataclasses import dataclass
from functools import cache
from math import factorial

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from margin.composition.program import GroupMargin, GroupProgram
from margin.finite_groups.find_characters import character_table
from margin.finite_groups.finite_group import FiniteGroup
from margin.finite_groups.names import group
from margin.finite_groups.real_irreps import real_irreps
from tests.helpers.group_oracles import Reference, references

Array = NDArray[np.float64]


SLACK = 1e-7  # of variables that are held, and of the value then
Limits = list[tuple[float, float]]


def minimum(objective: Array, rows: Array, bounds: Array, limits: Limits | None = None) -> float:
    """min objective.x subject to rows x <= bounds and limits (x >= 0); narrow limits mislead the presolve."""
    narrow = {} if limits is None else {"presolve": False}
    found = linprog(objective, rows, bounds, bounds=limits or (0, None), method="highs", options=narrow)
    assert found.status == 0
    return float(found.fun)


@cache
def reference(name: str) -> Reference:
    (found,) = (r for r in references() if name in (r.name, r.name.partition(" ")[2]))
    return found


@cache
def program(name: str) -> GroupProgram:
    """Of a group of the data file, or of a group by name."""
    if any(r.name == name for r in references()):
        return GroupProgram(FiniteGroup.from_generators(reference(name).generators, name))
    return GroupProgram(group(name))


@cache
def solved(name: str, k: int) -> GroupMargin:
    return program(name).solve(k)


def complex_value(text: str) -> complex:
    """A value as GAP prints it."""
    total = 0j
    for sign, factor, n, k, integer in re.findall(r"([+-]?)(?:(\d+)\*)?(?:E\((\d+)\)(?:\^(\d+))?|(\d+))", text):
        size = int(integer) if integer else int(factor or 1) * cmath.exp(2j * cmath.pi * int(k or 1) / int(n))
        total += -size if sign == "-" else size
    return total


def real_characters(source: Reference) -> list[tuple[int, int, Array]]:
    """Dimension, dimension of the commutant and values of the non-trivial real irreducible representations."""
    rows = np.array([[complex_value(text) for text in row] for row in source.characters])
    found = []
    for i, (row, indicator) in enumerate(zip(rows, source.indicators, strict=True)):
        (conjugate,) = np.flatnonzero(abs(rows - row.conj()).max(axis=1) < 1e-9)
        if conjugate >= i and abs(row - 1).max() > 1e-9:
            copies = 1 if indicator == 1 else 2
            found.append((copies * round(row[0].real), (2, 1, 4)[indicator], copies * row.real))
    return found


@dataclass(frozen=True)
class FloatProgram:
    """min w.x subject to A x >= 1, x >= 0: rows of A are classes, columns representations, in the exact one's order."""

    order: int
    k: int
    dimensions: Array
    commutants: Array
    A: Array

    @property
    def w(self) -> Array:
        return self.dimensions ** ((self.k - 1) / 2)

    @property
    def scale(self) -> float:
        """c_rho w_rho."""
        n, k = self.order, self.k
        return float(factorial(k) * n ** ((k - 1) / 2 - k) * (k + 1) ** (-(k + 1) / 2))

    @property
    def all_irreps(self) -> float:
        """gamma = n / sum r / c, r = delta^2 / e."""
        r = self.dimensions**2 / self.commutants
        return self.order / float((r * self.w / self.scale).sum())

    def minimum(self, objective: Array, value: float | None = None, masses: dict[int, float] | None = None) -> float:
        """Of objective.x; among the optima, where their value is given, and with some x given by their masses."""
        rows, bounds = [-self.A], [-np.ones(len(self.A))]
        if value is not None:
            rows, bounds = (
                [*rows, self.w[np.newaxis]],
                [*bounds, np.array([value * (1 + SLACK if masses else 1 + 1e-10)])],
            )
        limits: Limits | None = [(0.0, np.inf)] * len(self.w) if masses else None
        for r, mass in (masses or {}).items():
            assert limits is not None
            x = mass * (value or 0) / self.w[r]
            limits[r] = (max(0.0, x - SLACK), x + SLACK)
        return minimum(objective, np.concatenate(rows), np.concatenate(bounds), limits)

    def value(self) -> float:
        """V = scale / gamma*."""
        return self.minimum(self.w)

    def mass_range(self, r: int, value: float) -> tuple[float, float]:
        unit = np.eye(len(self.w))[r]
        share = self.w[r] / value
        return self.minimum(unit, value) * share, -self.minimum(-unit, value) * share


def float_program(name: str, k: int) -> FloatProgram:
    """From GAP's characters for a group of the data file, else from the float64 values of the character table."""
    exact = program(name)
    ours = np.array([irrep.character[exact.classes] for irrep in exact.irreps])
    dimensions = np.array([irrep.dimension for irrep in exact.irreps], dtype=np.float64)
    commutants = np.array([irrep.commutant for irrep in exact.irreps], dtype=np.float64)
    if any(r.name == name for r in references()):
        source = reference(name)
        found = {int(exact.group.class_of[exact.group.index(g)]): i for i, g in enumerate(source.class_representatives)}
        columns = [found[c] for c in exact.classes]
        theirs = real_characters(source)
        values = np.array([row[columns] for _, _, row in theirs])
        distances = abs(values[np.newaxis] - ours[:, np.newaxis]).max(axis=2)
        order = distances.argmin(axis=1)
        assert distances.min(axis=1).max() < 1e-9
        assert sorted(order) == list(range(len(theirs)))
        ours = values[order]
        dimensions = np.array([theirs[i][0] for i in order], dtype=np.float64)
        commutants = np.array([theirs[i][1] for i in order], dtype=np.float64)
    return FloatProgram(exact.group.order, k, dimensions, commutants, (1 - ours / dimensions[:, np.newaxis]).T)


def group_margin(g: FiniteGroup, k: int) -> float:
    """gamma* by a float64 linear program from the characters, without the exact one."""
    n, irreps = g.order, real_irreps(character_table(g))[1:]
    c = [factorial(k) * n**-k * (n / r.dimension) ** ((k - 1) / 2) * (k + 1) ** (-(k + 1) / 2) for r in irreps]
    values = np.array([v * (1 - r.character[1:] / r.dimension) for v, r in zip(c, irreps, strict=True)]).T
    rows = np.concatenate([-values, np.ones((len(values), 1)) * max(c)], axis=1)
    m = len(irreps)
    solution = linprog([*[0] * m, -1], rows / max(c), np.zeros(len(values)), [[*[1] * m, 0]], [1])
    return -float(solution.fun) * max(c)
