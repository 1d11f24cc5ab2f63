"""Vertices of linear programs with entries in a real number field: solved for and proved exactly, from a basis.

    minimise b.x,  G^T x >= 1,  x >= 0        maximise sum y,  G y <= b,  y >= 0

A basis is as many rows of G (with x) as columns (with y), wherever it comes from. All x and y here are over the field;
bounds may have square roots that are independent over it. Nothing is rounded, and what does not hold is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm

import numpy as np
from numpy.typing import NDArray

from margin.numbers.integer_systems import PRIMES, Whole, inverses, solve_integers
from margin.numbers.mixed import Mixed
from margin.numbers.modular import Integers, primes_one_modulo, product, row_space
from margin.numbers.number_field import FieldElement, RealField


class NotOptimal(ArithmeticError):
    """A basis does not have the optimum asked for."""


@dataclass(frozen=True)
class Solution:
    """Columns of numbers over a field: integer coordinates, shape (size, columns, d), and a denominator of each."""

    field: RealField
    coordinates: Whole
    denominators: list[int]

    @cached_property
    def signs(self) -> NDArray[np.int64]:
        """Shape (size, columns)."""
        return self.field.signs(self.coordinates)

    def element(self, i: int, column: int = 0) -> FieldElement:
        """One of the numbers."""
        return FieldElement(self.field, tuple(map(int, self.coordinates[i, column])), self.denominators[column])


class GapMatrix:
    """G over a field: integer coordinates in its basis, shape (rows, columns, d)."""

    def __init__(self, field: RealField, entries: Integers) -> None:
        self.field = field
        self.entries = entries
        self.rows, self.columns = entries.shape[:2]

    def _over_integers(self, entries: Integers) -> Integers:
        """Multiplication by (rows, columns, d) entries, times the field's denominator, as a matrix of integers."""
        rows, columns, d = entries.shape
        blocks = np.einsum("ijc,cba->iajb", entries, self.field.products)
        return blocks.reshape(rows * d, columns * d)

    def solve(self, rows: Sequence[int], columns: Sequence[int], right: Whole, transposed: bool) -> Solution:
        """x with G^T x = right on the columns (transposed), or y with G y = right on the rows; `right` (size, m, d).

        Raises `NotOptimal` where rows and columns are not equally many, or are dependent.
        """
        square = self.entries[np.ix_(rows, columns)]
        if len(rows) != len(columns):
            raise NotOptimal(f"a basis of {len(rows)} rows and {len(columns)} columns")
        size, m, d = right.shape
        whole = self._over_integers(square.transpose(1, 0, 2) if transposed else square)
        flat = right.transpose(0, 2, 1).reshape(size * d, m) * self.field.denominator
        small = all(abs(x) < 1 << 60 for x in flat.flat)
        try:
            inverse = self._inverse(square.transpose(1, 0, 2) if transposed else square)
            numerators, denominators = solve_integers(whole, flat.astype(np.int64) if small else flat, inverse)
        except ArithmeticError as error:
            raise NotOptimal(str(error)) from None
        return Solution(self.field, numerators.reshape(size, d, m).transpose(0, 2, 1), denominators)

    def _inverse(self, entries: Integers) -> tuple[int, Integers]:
        """A prime, and the inverse of `_over_integers` modulo it: inverses of all conjugates, in the basis again.

        Raises `NotOptimal` where there is none modulo several primes.
        """
        for prime, embeddings, back in self._primes:
            n, _, d = entries.shape
            conjugates = product(entries.reshape(n * n, d) % prime, embeddings, prime) * self.field.denominator
            found = inverses(conjugates.T.reshape(d, n, n), prime)
            if found is not None:
                pairs = (back[:, :, np.newaxis] * embeddings.T[:, np.newaxis] % prime).reshape(d, d * d)
                blocks = product(found.reshape(d, n * n).T, pairs, prime)
                return prime, blocks.reshape(n, n, d, d).transpose(0, 2, 1, 3).reshape(n * d, n * d)
        raise NotOptimal(f"a basis of {len(entries)} rows that are dependent modulo several primes")

    @cached_property
    def _primes(self) -> list[tuple[int, Integers, Integers]]:
        """Primes, the conjugates of the field's basis modulo each, and the way back from conjugates to the basis."""
        found = []
        for prime in primes_one_modulo(self.field.e, 1 << 19):
            embeddings = self.field.embeddings(prime)
            back = inverses(embeddings[np.newaxis], prime)
            if back is not None:
                found.append((prime, embeddings, back[0]))
            if len(found) == 3:
                return found
        raise AssertionError  # there are infinitely many primes

    def product(self, solution: Solution, rows: Sequence[int], columns: Sequence[int], transposed: bool) -> Solution:
        """G^T x at all columns, for x on these rows (transposed), or G y at all rows, for y on these columns."""
        entries = self.entries[list(rows)].transpose(1, 0, 2) if transposed else self.entries[:, list(columns)]
        size, m, d = solution.coordinates.shape
        flat = solution.coordinates.transpose(0, 2, 1).reshape(size * d, m)
        result = (self._over_integers(entries).astype(object) @ flat).reshape(len(entries), d, m).transpose(0, 2, 1)
        return Solution(self.field, result, [q * self.field.denominator for q in solution.denominators])

    def rational(self, values: Sequence[int], m: int = 1) -> Whole:
        """Rational integers as coordinates, shape (size, m, d), the first of the m columns filled."""
        right = np.zeros((len(values), m, self.field.degree), dtype=object)
        right[:, 0, 0] = values  # the first number of the basis is 1
        return right


@dataclass(frozen=True)
class Face:
    """The optimal x: x_r > 0 for rows in `used` alone, G^T x = 1 at the columns in `tight`; and the optimal y likewise.

    Both as sets of a strictly complementary pair, so that they say which x and y are optimal.
    """

    used: frozenset[int]
    tight: frozenset[int]


def least_x(matrix: GapMatrix, face: Face, rows: list[int], columns: list[int]) -> Solution:
    """The lexicographically least optimal x, one entry for each of the rows, if this basis has it.

    Raises `NotOptimal` if the basis has another vertex, or does not show that this one is the least.
    """
    others = sorted(face.used - set(rows))
    loose = [c for c in columns if c not in face.tight]
    m, d = 1 + len(others) + len(loose), matrix.field.degree
    right = matrix.rational([1] * len(columns), m)
    for i, r in enumerate(others):
        right[:, 1 + i] = matrix.entries[r, columns]
    for i, c in enumerate(loose):
        right[columns.index(c), 1 + len(others) + i, 0] = 1
    solution = matrix.solve(rows, columns, right.reshape(len(columns), m, d), True)
    x = Solution(matrix.field, solution.coordinates[:, :1], solution.denominators[:1])
    _require_x(matrix, face, rows, x)
    kept = [i for i, r in enumerate(rows) if r in face.used]
    for i, r in enumerate(others):
        before = [j for j in kept if rows[j] < r]
        _require_positive([-int(solution.signs[j, 1 + i]) for j in before], f"row {r}")
    for i, c in enumerate(loose):
        _require_positive([int(solution.signs[j, 1 + len(others) + i]) for j in kept], f"column {c}")
    return x


def extreme_x(
    matrix: GapMatrix,
    face: Face,
    rows: list[int],
    columns: list[int],
    row: int,
    sign: int,
    known: Solution | None = None,
) -> Solution:
    """An optimal x where sign * x_row is least, one entry for each of the rows, if this basis has it.

    `known` is the x of these rows and columns, if it is known and proved to be optimal. Raises as `least_x`.
    """
    x = known
    if x is None:
        x = matrix.solve(rows, columns, matrix.rational([1] * len(columns)), True)
        _require_x(matrix, face, rows, x)
    if row not in rows and sign > 0:
        return x  # 0 there, and nowhere less
    z = matrix.solve(rows, columns, matrix.rational([sign * (r == row) for r in rows]), False)
    if any(z.signs[i, 0] < 0 for i, c in enumerate(columns) if c not in face.tight):
        raise NotOptimal(f"row {row}: a column can be raised")
    others = sorted(face.used - set(rows))
    part = GapMatrix(matrix.field, matrix.entries[others])
    if row not in rows or (part.product(z, [], columns, False).signs > 0).any():
        raise NotOptimal(f"row {row}: another row can be raised")
    return x


def _require_x(matrix: GapMatrix, face: Face, rows: list[int], x: Solution) -> None:
    """Raise `NotOptimal` unless x is in the face."""
    signs = x.signs[:, 0]
    if (signs < 0).any() or any(signs[i] for i, r in enumerate(rows) if r not in face.used):
        raise NotOptimal("x is negative, or positive where no optimum is")
    reached = matrix.product(x, rows, [], True)
    reached.coordinates[:, 0, 0] -= reached.denominators[0]
    slack = reached.signs[:, 0]
    if (slack < 0).any() or any(slack[c] for c in face.tight):
        raise NotOptimal("a column is not reached, or exceeded where no optimum exceeds it")


def _require_positive(signs: list[int], what: str) -> None:
    """Raise `NotOptimal` where the first sign that is not 0 is negative."""
    if next((sign for sign in signs if sign), 1) < 0:
        raise NotOptimal(f"{what}: raised, it lowers what comes first")


# -- y: bounds with square roots ---------------------------------------------------------------


class Bounds:
    """b as sums of square roots over the field: their radicands, and integer coordinates with one denominator."""

    def __init__(self, field: RealField, bounds: Sequence[Mixed]) -> None:
        self.field = field
        self.values = list(bounds)
        self.radicands = sorted({r for bound in bounds for r in bound.terms} | {1})
        self.denominator = lcm(*(f.denominator for bound in bounds for f in bound.terms.values()))
        self.coordinates = np.zeros((len(bounds), len(self.radicands), field.degree), dtype=object)
        for i, bound in enumerate(bounds):
            for r, f in bound.terms.items():
                scaled = [x * (self.denominator // f.denominator) for x in f.numerators]
                self.coordinates[i, self.radicands.index(r)] = scaled

    def numbers(self, solution: Solution) -> list[Mixed]:
        """Sums of the first columns, one for each radicand, times these square roots."""
        return [
            Mixed({r: solution.element(i, j) * Fraction(1, self.denominator) for j, r in enumerate(self.radicands)})
            for i in range(len(solution.coordinates))
        ]


def least_y(matrix: GapMatrix, face: Face, rows: list[int], columns: list[int], bounds: Bounds) -> list[Mixed]:
    """The lexicographically least optimal y, one entry for each of the columns, if this basis has it.

    Raises as `least_x`.
    """
    others = sorted(face.tight - set(columns))
    loose = [r for r in rows if r not in face.used]
    roots, d = len(bounds.radicands), matrix.field.degree
    right = np.zeros((len(rows), roots + len(others) + len(loose), d), dtype=object)
    right[:, :roots] = bounds.coordinates[rows]
    for i, c in enumerate(others):
        right[:, roots + i] = matrix.entries[rows, c]
    for i, r in enumerate(loose):
        right[rows.index(r), roots + len(others) + i, 0] = 1
    solution = matrix.solve(rows, columns, right, False)
    y = _required_y(matrix, face, columns, bounds, _first(solution, roots))
    kept = [i for i, c in enumerate(columns) if c in face.tight]
    for i, c in enumerate(others):
        before = [j for j in kept if columns[j] < c]
        _require_positive([-int(solution.signs[j, roots + i]) for j in before], f"column {c}")
    for i, r in enumerate(loose):
        _require_positive([-int(solution.signs[j, roots + len(others) + i]) for j in kept], f"row {r}")
    return y


def _first(solution: Solution, columns: int) -> Solution:
    return Solution(solution.field, solution.coordinates[:, :columns], solution.denominators[:columns])


def _required_y(
    matrix: GapMatrix, face: Face, columns: list[int], bounds: Bounds, solution: Solution, strict: bool = False
) -> list[Mixed]:
    """The y of a solution. Raises `NotOptimal` unless it is in the face, or (strict) in its interior."""
    y = bounds.numbers(solution)
    signs = [v.sign() for v in y]
    if min(signs, default=0) < 0 or any(s for s, c in zip(signs, columns, strict=True) if c not in face.tight):
        raise NotOptimal("y is negative, or positive where no optimum is")
    reached = bounds.numbers(matrix.product(solution, [], columns, False))
    slack = [(bound - value).sign() for bound, value in zip(bounds.values, reached, strict=True)]
    if min(slack, default=0) < 0 or any(slack[r] for r in face.used):
        raise NotOptimal("a bound is exceeded, or not reached where every optimum reaches it")
    if strict and (min(signs, default=1) < 1 or sum(map(bool, slack)) != len(slack) - len(face.used)):
        raise NotOptimal("y is not in the interior of the optima")
    return y


def optimal_pair(
    matrix: GapMatrix, rows: list[int], columns: list[int], bounds: Bounds
) -> tuple[list[FieldElement], list[Mixed]]:
    """The x of the rows and the y of the columns, which prove each other to be optimal. Raises `NotOptimal`."""
    face = Face(frozenset(rows), frozenset(columns))  # complementary, whatever they are
    x = matrix.solve(rows, columns, matrix.rational([1] * len(columns)), True)
    _require_x(matrix, face, rows, x)
    solution = matrix.solve(rows, columns, bounds.coordinates[rows], False)
    y = _required_y(matrix, face, columns, bounds, solution)
    return [x.element(i) for i in range(len(rows))], y


def require_face(matrix: GapMatrix, face: Face, bounds: Bounds, x: Sequence[Fraction], y: Sequence[Fraction]) -> None:
    """Raise `NotOptimal` unless the face has a strictly complementary pair near x and y, on all rows and columns.

    The pair is x and y with entries of a basis solved for anew. It shows that the optimal x and y are those in the
    face: Goldman and Tucker (1956). Raises ValueError for a matrix that is not rational.
    """
    if matrix.field.degree != 1:
        raise ValueError(
            f"require_face: a matrix over a field of degree {matrix.field.degree}, expected a rational one"
        )
    used, tight = sorted(face.used), sorted(face.tight)
    prime = PRIMES[0]
    part = matrix.entries[np.ix_(used, tight)][:, :, 0] % prime  # of rational numbers
    columns = sorted(tight[c] for c in row_space(part, prime)[1])
    rows = sorted(used[r] for r in row_space(part.T, prime)[1])
    scale = lcm(*(v.denominator for v in (*x, *y)))
    right = matrix.rational([scale] * len(columns))
    others = [r for r in used if r not in rows]
    values = np.array([int(x[r] * scale) for r in others], dtype=object)
    right[:, 0, 0] -= values @ matrix.entries[others][:, columns, 0]
    solved = matrix.solve(rows, columns, right, True)
    _require_strict_x(matrix, face, used, _joined(solved, rows, {r: x[r] for r in others}, scale, 1, used))
    right = bounds.coordinates[rows] * scale
    free = [c for c in tight if c not in columns]
    first = bounds.radicands.index(1)
    values = np.array([int(y[c] * scale) for c in free], dtype=object)
    right[:, first, 0] -= (matrix.entries[rows][:, free, 0] @ values) * bounds.denominator
    solved = matrix.solve(rows, columns, right, False)
    inner = {c: y[c] * bounds.denominator for c in free}
    joined = _joined(solved, columns, inner, scale, len(bounds.radicands), tight, first)
    _required_y(matrix, face, tight, bounds, joined, strict=True)


def _joined(
    solved: Solution,
    basic: list[int],
    others: dict[int, Fraction],
    scale: int,
    columns: int,
    order: list[int],
    first: int = 0,
) -> Solution:
    """A solution divided by the scale, and given rational numbers in its column `first`, all in this order."""
    denominators = [q * scale for q in solved.denominators]
    coordinates = np.zeros((len(order), columns, solved.field.degree), dtype=object)
    for i, index in enumerate(order):
        if index in others:
            coordinates[i, first, 0] = int(others[index] * denominators[first])
        else:
            coordinates[i] = solved.coordinates[basic.index(index)]
    return Solution(solved.field, coordinates, denominators)


def _require_strict_x(matrix: GapMatrix, face: Face, used: list[int], x: Solution) -> None:
    """Raise `NotOptimal` unless x is in the interior of the face."""
    if (x.signs < 1).any():
        raise NotOptimal("x is not in the interior of the optima")
    reached = matrix.product(x, used, [], True)
    reached.coordinates[:, 0, 0] -= reached.denominators[0]
    if any(sign != (0 if c in face.tight else 1) for c, sign in enumerate(reached.signs[:, 0])):
        raise NotOptimal("a column is not reached by x, or exceeded where it is tight, or not exceeded where it is not")
