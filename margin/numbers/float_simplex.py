"""The simplex method in floats: it finds a basis that exact arithmetic then proves to be the best, or not.

The same programs, the same rules and so the same steps as in `margin.numbers.simplex`, where nothing is rounded.
Nothing here is a result: what a basis says is solved for and checked exactly (`margin.numbers.vertices`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
TINY = 1e-8  # smaller numbers count as 0
_MOST_PIVOTS = 100_000
_MOST_STALE = 25


class FloatTableau:
    """A basis of maximise c.y, M y <= b, y >= 0 and of its dual, as `margin.numbers.simplex.Tableau` has it.

    `body` has the shape (rows + 1, columns + 1): the last column has the bounds, the last row the reduced costs.
    """

    def __init__(self, matrix: Floats, bounds: Floats, costs: Floats) -> None:
        self.rows, self.columns = matrix.shape
        self.body = np.zeros((self.rows + 1, self.columns + 1))
        self.body[:-1, :-1], self.body[:-1, -1], self.body[-1, :-1] = matrix, bounds, costs
        self._first_body = self.body.copy()
        self._stale = 0  # pivots since the body was computed from the basis
        self.free = np.arange(self.columns)
        self.basic = np.arange(self.columns, self.columns + self.rows)
        self.pivots = 0

    @property
    def costs(self) -> Floats:
        return self.body[-1, :-1]

    @property
    def bounds(self) -> Floats:
        return self.body[:-1, -1]

    @property
    def basis(self) -> tuple[list[int], list[int]]:
        """Rows whose slack is not basic, and columns whose y is: as many, ascending."""
        rows = sorted((self.free[self.free >= self.columns] - self.columns).tolist())
        return rows, sorted(self.basic[self.basic < self.columns].tolist())

    def primal(self) -> Floats:
        """y and the slacks of the rows, shape (columns + rows,)."""
        values = np.zeros(self.columns + self.rows)
        values[self.basic] = self.bounds
        return values

    def dual(self) -> Floats:
        """The slacks of the columns and x, shape (columns + rows,)."""
        values = np.zeros(self.columns + self.rows)
        values[self.free] = -self.costs
        return values

    def maximise(self) -> None:
        """Pivot to an optimum of both programs. Raises ArithmeticError where there is none, or none is found."""
        bland = False
        while True:
            largest = self.costs.max(initial=0.0)
            if largest <= TINY:
                if self._fresh():
                    return
                continue
            entering = np.flatnonzero(self.costs > TINY if bland else self.costs >= largest * (1 - TINY))
            j = int(entering[self.free[entering].argmin()] if bland else entering[0])
            i = self._leaving(j)
            bland = bool(self.bounds[i] <= TINY)
            self.pivot(i, j)

    def _leaving(self, j: int) -> int:
        column = self.body[:-1, j]
        return self._first(column, self.bounds, self.basic, TINY)

    def _entering(self, i: int) -> int:
        return self._first(-self.body[i, :-1], -self.costs, self.free, TINY)

    @staticmethod
    def _first(entries: Floats, values: Floats, numbers: NDArray[np.int64], tiny: float) -> int:
        """Of the positive entries that with the least value / entry; the least number where several have it."""
        candidates = np.flatnonzero(entries > tiny)
        if not len(candidates):
            raise ArithmeticError("FloatTableau: no optimum")
        ratios = values[candidates] / entries[candidates]
        least = ratios.min()
        ties = candidates[ratios <= least + TINY * (1 + abs(least))]
        return int(ties[numbers[ties].argmin()])

    def pivot(self, i: int, j: int) -> None:
        """Exchange the basic variable of row i and the free one of column j."""
        if self.pivots >= _MOST_PIVOTS:
            raise ArithmeticError(f"FloatTableau: no optimum after {_MOST_PIVOTS} pivots")
        pivot = self.body[i, j]
        row, column = self.body[i] / pivot, self.body[:, j].copy()
        self.body -= np.outer(column, row)
        self.body[i], self.body[:, j], self.body[i, j] = row, -column / pivot, 1 / pivot
        self.basic[i], self.free[j] = self.free[j], self.basic[i]
        self.pivots += 1
        self._stale += 1
        if self._stale >= _MOST_STALE:
            self._fresh()

    def _fresh(self) -> bool:
        """Whether the body is free of errors that add up; if not, it is computed from the basis."""
        if not self._stale:
            return True
        m, n = self.rows, self.columns
        whole = self._first_body
        exchanged = self.free >= n
        rows, positions = self.free[exchanged] - n, np.flatnonzero(exchanged)
        places = np.flatnonzero(self.basic < n)
        columns = self.basic[places]
        other_rows = np.append(self.basic[self.basic >= n] - n, m)  # and the row of costs
        other_places = np.append(np.flatnonzero(self.basic >= n), m)
        other_columns = np.append(self.free[~exchanged], n)  # and the column of bounds
        other_positions = np.append(np.flatnonzero(~exchanged), n)
        inverse = np.linalg.inv(whole[np.ix_(rows, columns)])
        below = whole[np.ix_(other_rows, columns)] @ inverse
        right = whole[np.ix_(rows, other_columns)]
        self.body[np.ix_(places, positions)] = inverse
        self.body[np.ix_(places, other_positions)] = inverse @ right
        self.body[np.ix_(other_places, positions)] = -below
        self.body[np.ix_(other_places, other_positions)] = whole[np.ix_(other_rows, other_columns)] - below @ right
        self._stale = 0
        return False

    # -- the sets of optima -----------------------------------------------------------------

    def least_dual(self, objectives: Sequence[tuple[int, int]]) -> None:
        """Among the optimal x, go to the one with the lexicographically least (sign * v-th of `dual` for (v, sign))."""
        bland = False
        while True:
            face = np.flatnonzero(abs(self.bounds) <= TINY)
            reduced = np.array([self._reduced(v, sign)[face] for v, sign in objectives])
            large = abs(reduced) > TINY
            first = reduced[large.argmax(axis=0), np.arange(len(face))]
            rows = face[large.any(axis=0) & (first < 0)]
            if not len(rows):
                if self._fresh():
                    return
                continue
            i = int(rows[self.basic[rows].argmin()] if bland else rows[0])
            j = self._entering(i)
            bland = bool(self.costs[j] >= -TINY)
            self.pivot(i, j)

    def _reduced(self, v: int, sign: int) -> Floats:
        """By row: reduced costs in the second program with sign * the v-th of `dual` as its objective."""
        where = np.flatnonzero(self.free == v)
        if len(where):
            column: Floats = sign * self.body[:-1, where[0]]
            return column
        return np.where(self.basic == v, float(sign), 0.0)

    def least_primal(self) -> None:
        """Among the optimal y, go to the lexicographically least."""
        fixed: set[int] = set()  # free variables that stay 0
        for column in range(self.columns):
            self._lower(column, 1, fixed)
            if column in self.free:
                fixed.add(column)
            else:
                entries = self.body[int(np.flatnonzero(self.basic == column)[0]), :-1]
                fixed.update(self.free[(abs(entries) > TINY) & (abs(self.costs) <= TINY)].tolist())

    def greatest_primal(self, v: int) -> None:
        """Among the optimal y, go to one where the v-th of `primal` is greatest."""
        where = np.flatnonzero(self.free == v)
        if len(where):
            if abs(self.costs[where[0]]) > TINY:
                return
            self.pivot(self._leaving(int(where[0])), int(where[0]))
        self._lower(v, -1, set())

    def _lower(self, v: int, sign: int, fixed: set[int]) -> None:
        """The v-th of `primal` is bound - sum row[j] y_j: raise free variables of that sign that cost nothing."""
        bland = False
        while len(where := np.flatnonzero(self.basic == v)):
            open_ = ~np.isin(self.free, list(fixed)) & (abs(self.costs) <= TINY)
            entering = np.flatnonzero(open_ & (sign * self.body[where[0], :-1] > TINY))
            if not len(entering):
                if self._fresh():
                    return
                continue
            j = int(entering[self.free[entering].argmin()] if bland else entering[0])
            i = self._leaving(j)
            bland = bool(self.bounds[i] <= TINY)
            self.pivot(i, j)
