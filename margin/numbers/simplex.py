"""Linear programs in exact arithmetic: the simplex method on a condensed tableau, by Bland's rule where it must be.

    maximise c.y  subject to  M y <= b, y >= 0,   with all b >= 0      (so y = 0 is a start)
    minimise b.x  subject to  M^T x >= c, x >= 0                        (its dual, solved at once)

M and c lie in an ordered field (Fraction, `Surd`, `FieldElement`), b in an ordered vector space over it: the field
itself, `Surd` over Fraction, `Mixed` over `FieldElement`. Nothing is rounded and there is no tolerance.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any, Generic, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

_Factor = TypeVar("_Factor", contravariant=True)


class OrderedField(Protocol):
    """What an entry of M or c does."""

    def __neg__(self) -> Self: ...
    def __sub__(self, other: Self, /) -> Self: ...
    def __mul__(self, other: Self, /) -> Self: ...
    def __rmul__(self, other: int, /) -> Self: ...
    def __truediv__(self, other: Self, /) -> Self: ...
    def __rtruediv__(self, other: int, /) -> Self: ...
    def __lt__(self, other: Self | int, /) -> bool: ...
    def __gt__(self, other: Self | int, /) -> bool: ...
    def __bool__(self) -> bool: ...
    def __float__(self) -> float: ...


class OrderedSpace(Protocol[_Factor]):
    """What an entry of b does: a vector over the field of `_Factor`, in one dimension or more."""

    def __sub__(self, other: Self, /) -> Self: ...
    def __mul__(self, factor: _Factor, /) -> Self: ...
    def __lt__(self, other: Self, /) -> bool: ...
    def __gt__(self, other: int, /) -> bool: ...
    def __ge__(self, other: int, /) -> bool: ...
    def __bool__(self) -> bool: ...


F = TypeVar("F", bound=OrderedField)
B = TypeVar("B", bound=OrderedSpace[Any])  # of F: a bound cannot name another variable


class Tableau(Generic[F, B]):
    """A basis of both programs: row i is the basic variable `basic[i]`, column j the non-basic `free[j]`.

    Variables 0..columns-1 are y, columns.. are the slacks of the rows of M; the reduced cost of slack r is x_r.
    Raises ValueError for a bound that is not >= 0.
    """

    def __init__(self, matrix: Sequence[Sequence[F]], bounds: Sequence[B], costs: Sequence[F]) -> None:
        if any(not bound >= 0 for bound in bounds):
            raise ValueError("Tableau: got a negative bound, expected bounds >= 0")
        self.columns = len(costs)
        self.rows: list[Sequence[F]] = [list(row) for row in matrix]
        self.rhs: list[B] = list(bounds)
        self.costs: Sequence[F] = list(costs)
        self.free = list(range(self.columns))
        self.basic = list(range(self.columns, self.columns + len(self.rhs)))
        self.pivots = 0

    def maximise(self) -> None:
        """Pivot to an optimum of both programs. Raises ArithmeticError where the maximum is infinite."""
        bland = False
        while True:
            entering = [j for j, cost in enumerate(self.costs) if cost > 0]
            if not entering:
                return
            order = (lambda j: self.free[j]) if bland else (lambda j: -float(self.costs[j]))
            j = min(entering, key=order)
            i = self._leaving(j)
            bland = not self.rhs[i] > 0  # a cycle has degenerate steps alone, and after its first all are Bland's
            self.pivot(i, j)

    def _leaving(self, j: int) -> int:
        best: tuple[int, B] | None = None  # row and the bound that it sets
        for i, row in enumerate(self.rows):
            if row[j] > 0:
                ratio = self.rhs[i] * (1 / row[j])
                if best is None or ratio < best[1] or (ratio == best[1] and self.basic[i] < self.basic[best[0]]):
                    best = i, ratio
        if best is None:
            raise ArithmeticError("Tableau: the maximum is infinite")
        return best[0]

    def pivot(self, i: int, j: int) -> None:
        """Exchange the basic variable of row i and the non-basic one of column j."""
        pivot_row, inverse = self.rows[i], 1 / self.rows[i][j]
        scaled = [entry * inverse if entry else entry for entry in pivot_row]
        scaled[j] = inverse
        bound = self.rhs[i] * inverse
        for r, row in enumerate(self.rows):
            factor = row[j]
            if r != i and factor:
                self.rows[r] = _eliminated(row, factor, scaled, j)
                self.rhs[r] = self.rhs[r] - bound * factor
        if self.costs[j]:
            self.costs = _eliminated(self.costs, self.costs[j], scaled, j)
        self.rows[i], self.rhs[i] = scaled, bound
        self.basic[i], self.free[j] = self.free[j], self.basic[i]
        self.pivots += 1

    def primal(self) -> list[B | Fraction]:
        """y, as long as the row of costs."""
        values = dict(zip(self.basic, self.rhs, strict=True))
        return [values.get(v, Fraction(0)) for v in range(self.columns)]

    def dual(self) -> list[F | Fraction]:
        """x, one entry for each row of M."""
        values = {v: -cost for v, cost in zip(self.free, self.costs, strict=True)}
        return [values.get(self.columns + r, Fraction(0)) for r in range(len(self.rows))]

    # -- the sets of optima -----------------------------------------------------------------

    def least_dual(self, objectives: Sequence[tuple[int, int]]) -> None:
        """Among the optimal x, go to the one with the lexicographically least (sign * x_r for (r, sign) in turn).

        The simplex method for the second program on its optimal face: a basic variable above 0 stays basic.
        """
        bland = False
        while True:
            reduced = list(zip(*(self._reduced_costs(r, sign) for r, sign in objectives), strict=True))
            rows = [i for i, values in enumerate(reduced) if not self.rhs[i] and _is_negative(values)]
            if not rows:
                return
            i = min(rows, key=lambda i: self.basic[i]) if bland else rows[0]
            j = self._entering(i)
            bland = not self.costs[j] < 0
            self.pivot(i, j)

    def _reduced_costs(self, r: int, sign: int) -> Sequence[F | Fraction]:
        """In the second program with sign * x_r as its objective: what rhs would be with that for b."""
        v = self.columns + r
        if v in self.free:
            j = self.free.index(v)
            return [sign * row[j] for row in self.rows]
        return [Fraction(sign if basic == v else 0) for basic in self.basic]

    def _entering(self, i: int) -> int:
        best: tuple[int, F] | None = None  # column and the bound that it sets
        for j, entry in enumerate(self.rows[i]):
            if entry < 0:
                ratio = self.costs[j] / entry  # >= 0, as costs <= 0
                if best is None or ratio < best[1] or (ratio == best[1] and self.free[j] < self.free[best[0]]):
                    best = j, ratio
        if best is None:
            raise ArithmeticError("Tableau: the minimum is minus infinity")
        return best[0]

    def least_primal(self) -> None:
        """Among the optimal y, go to the lexicographically least."""
        fixed: set[int] = set()  # non-basic variables that stay 0
        for column in range(self.columns):
            self._lower(column, fixed)
            if column in self.free:
                fixed.add(column)
            else:
                row = self.rows[self.basic.index(column)]
                fixed.update(v for v, entry, cost in zip(self.free, row, self.costs, strict=True) if entry and not cost)

    def greatest_primal(self, column: int) -> None:
        """Among the optimal y, go to one where y_column is greatest."""
        if column in self.free:
            j = self.free.index(column)
            if self.costs[j]:
                return
            self.pivot(self._leaving(j), j)
        bland = False
        while True:
            row = self.rows[self.basic.index(column)]
            entering = [j for j, e in enumerate(row) if e < 0 and not self.costs[j]]
            if not entering:
                return
            j = min(entering, key=lambda j: self.free[j]) if bland else entering[0]
            i = self._leaving(j)
            bland = not self.rhs[i] > 0
            self.pivot(i, j)

    def _lower(self, column: int, fixed: set[int]) -> None:
        """y_column = rhs - sum row[j] y_j: raise non-basic variables of positive entry that cost nothing."""
        bland = False
        while column in self.basic:
            row = self.rows[self.basic.index(column)]
            entering = [j for j, e in enumerate(row) if e > 0 and not self.costs[j] and self.free[j] not in fixed]
            if not entering:
                return
            j = min(entering, key=lambda j: self.free[j]) if bland else entering[0]
            i = self._leaving(j)
            bland = not self.rhs[i] > 0
            self.pivot(i, j)


class RationalTableau(Tableau[Fraction, B]):
    """A `Tableau` of rational numbers that pivots in integers with one common denominator (Edmonds), and so faster.

    Each row of M is multiplied by its own positive integer first, so that its entries are integers; c must be.
    Raises ValueError for costs that are not.
    """

    def __init__(
        self, matrix: Sequence[Sequence[Fraction]], bounds: Sequence[B], costs: Sequence[int | Fraction]
    ) -> None:
        if any(Fraction(cost).denominator != 1 for cost in costs):
            raise ValueError(f"RationalTableau: got costs {', '.join(map(str, costs))}, expected integers")
        self.scales = [lcm(*(Fraction(entry).denominator for entry in row)) for row in matrix]
        scaled = [bound * scale for bound, scale in zip(bounds, self.scales, strict=True)]
        super().__init__([], scaled, list(map(Fraction, costs)))
        rows = [[int(entry * scale) for entry in row] for row, scale in zip(matrix, self.scales, strict=True)]
        self.numerators = np.array([*rows, list(map(int, costs))], dtype=object).reshape(len(rows) + 1, len(costs))
        self.denominator = 1
        self._show()

    def _show(self) -> None:
        self.rows = [_Fractions(row, self.denominator) for row in self.numerators[:-1]]
        self.costs = _Fractions(self.numerators[-1], self.denominator)

    def pivot(self, i: int, j: int) -> None:
        old, d = self.numerators, self.denominator
        p = old[i, j]
        inverse = Fraction(d, p)
        column = old[:, j].copy()
        bound = self.rhs[i] * inverse
        for r, factor in enumerate(column[:-1].tolist()):
            if r != i and factor:
                self.rhs[r] = self.rhs[r] - bound * Fraction(factor, d)
        self.rhs[i] = bound
        new = (old * p - np.outer(column, old[i])) // d  # exact: both sides are minors of the first matrix
        new[i] = old[i]
        new[:, j] = -column
        new[i, j] = d
        self.numerators, self.denominator = (new, p) if p > 0 else (-new, -p)
        self.basic[i], self.free[j] = self.free[j], self.basic[i]
        self.pivots += 1
        self._show()

    def dual(self) -> list[Fraction]:
        return [x * scale for x, scale in zip(super().dual(), self.scales, strict=True)]


class _Fractions(Sequence[Fraction]):
    """A row of numerators, read as fractions over one denominator."""

    def __init__(self, numerators: NDArray[np.object_], denominator: int) -> None:
        self.numerators, self.denominator = numerators, denominator

    def __len__(self) -> int:
        return len(self.numerators)

    def __getitem__(self, j: int) -> Fraction:  # type: ignore[override]
        return Fraction(self.numerators[j], self.denominator)


def _is_negative(values: Sequence[F | Fraction]) -> bool:
    """Lexicographically below 0."""
    first = next((value for value in values if value), Fraction(0))
    return bool(first < 0)


def _eliminated(row: Sequence[F], factor: F, scaled: Sequence[F], j: int) -> list[F]:
    """row - factor * scaled, where column j held the pivot's unit vector."""
    result = [x - factor * s if s else x for x, s in zip(row, scaled, strict=True)]
    result[j] = -factor * scaled[j]
    return result


# -- all optima of a program --------------------------------------------------------------------


def least_optima(
    tableau: Tableau[F, B], unused: set[int]
) -> tuple[list[F | Fraction], list[tuple[F | Fraction, F | Fraction]], list[B | Fraction]]:
    """The least x among the optima, the ranges of x, the least y; `unused` rows are known to have x = 0 in all."""
    ranges = _ranges(tableau, unused)
    tableau.least_dual([(r, 1) for r in range(len(tableau.rows)) if r not in unused])
    tableau.least_primal()
    return tableau.dual(), ranges, tableau.primal()


def _ranges(tableau: Tableau[F, B], unused: set[int]) -> list[tuple[F | Fraction, F | Fraction]]:
    """Least and greatest x_r among the optima; an x_r seen to be 0 once needs no search for its least value."""
    zero: set[int] = set()
    greatest: list[F | Fraction] = []
    for r in range(len(tableau.rows)):
        if r not in unused:
            tableau.least_dual([(r, -1)])
        x = tableau.dual()
        zero |= {i for i, v in enumerate(x) if not v}
        greatest.append(x[r])
    ranges = []
    for r, high in enumerate(greatest):
        if r not in zero:
            tableau.least_dual([(r, 1)])
        low = Fraction(0) if r in zero else tableau.dual()[r]
        zero |= {i for i, v in enumerate(tableau.dual()) if not v}
        ranges.append((low, high))
    return ranges


def supports(tableau: Tableau[F, B]) -> tuple[set[int], set[int]]:
    """Rows with x > 0 in some optimum, columns with y > 0 in some optimum."""
    used = {r for r, x in enumerate(tableau.dual()) if x}
    for r in range(len(tableau.rows)):
        if r not in used:
            tableau.least_dual([(r, -1)])
            used |= {i for i, x in enumerate(tableau.dual()) if x}
    tight = {c for c, y in enumerate(tableau.primal()) if y}
    for c in range(tableau.columns):
        if c not in tight:
            tableau.greatest_primal(c)
            tight |= {i for i, y in enumerate(tableau.primal()) if y}
    return used, tight
