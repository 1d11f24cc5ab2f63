"""A primal-dual interior-point method for semidefinite programs with few constraints and several blocks.

    maximise sum_b <C_b, X_b>   where   sum_b <A_bi, X_b> + s_i = r_i, s_i >= 0 or s_i = 0,   X_b positive semidefinite

Predictor and corrector in the direction of Helmberg, Rendl, Vanderbei, Wolkowicz, Kojima, Shindoh, Hara and Monteiro
(SIAM J. Optim. 6, 1996; 7, 1997), from an infeasible start. What it returns is a float; nothing is proved by it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Report = Callable[[int, float, float, float], None]
MOST_STEPS = 100
INSIDE, SHORTEST = 0.95, 1e-7  # of the way to the boundary; a step that is worth taking
SMALL, LARGE = 0.01, 1000.0  # of the start
RIDGE = 1e-14  # relative, on the diagonal of the equations
CHUNK = 1 << 26  # numbers of the constraints' matrices that are made at a time


@dataclass(frozen=True)
class Constraints:
    """Symmetric n x n matrices A_i, i < count, by their entries: A[index] has `value` at (row, column), and mirrored.

    Entries stand in the order of their index, each position row >= column once.
    """

    count: int
    n: int
    index: Integers
    row: Integers
    column: Integers
    value: Array

    def inner(self, X: Array) -> Array:
        """<A_i, X> for all i; X need not be symmetric."""
        weight = np.where(self.row == self.column, 0.5, 1.0) * self.value
        mirrored = X[self.row, self.column] + X[self.column, self.row]
        sums: Array = np.bincount(self.index, weights=weight * mirrored, minlength=self.count).astype(np.float64)
        return sums

    def combined(self, y: Array) -> Array:
        """sum_i y_i A_i."""
        flat = np.bincount(self.row * self.n + self.column, weights=self.value * y[self.index], minlength=self.n**2)
        lower: Array = flat.astype(np.float64).reshape(self.n, self.n)
        return lower + np.tril(lower, -1).T

    def between(self, left: Array, right: Array) -> Array:
        """left^T A_i right for all i, shape (count, n^2)."""
        result = np.empty((self.count, self.n**2))
        size = max(1, CHUNK // self.n**2)
        for first in range(0, self.count, size):
            last = min(first + size, self.count)
            part = slice(*np.searchsorted(self.index, [first, last]))
            dense = np.zeros((last - first, self.n, self.n))
            at = self.index[part] - first
            dense[at, self.row[part], self.column[part]] = self.value[part]
            dense[at, self.column[part], self.row[part]] = self.value[part]
            result[first:last] = (left.T @ dense @ right).reshape(last - first, -1)
        return result


@dataclass(frozen=True)
class Point:
    """Both sides: matrices X_b and slacks s; multipliers y, matrices Z_b and z, the multipliers of s >= 0."""

    X: list[Array]
    s: Array
    y: Array
    Z: list[Array]
    z: Array

    @property
    def sizes(self) -> list[tuple[int, ...]]:
        """Of all its arrays, in the order above."""
        return [array.shape for array in (*self.X, self.s, self.y, *self.Z, self.z)]


@dataclass(frozen=True)
class Program:
    """The data; `loose` lists the constraints that have a slack."""

    objective: list[Array]
    constraints: list[Constraints]
    right: Array
    loose: Integers

    @property
    def degree(self) -> int:
        return sum(part.n for part in self.constraints) + len(self.loose)

    def start(self) -> Point:
        """Infeasible; small on one side and large on the other, which suits programs of unit columns."""
        ones, identity = np.ones(len(self.loose)), [np.eye(part.n) for part in self.constraints]
        small, large = [SMALL * x for x in identity], [LARGE * x for x in identity]
        return Point(small, SMALL * ones, np.zeros(len(self.right)), large, LARGE * ones)

    def value(self, point: Point) -> float:
        return sum(float(np.vdot(c, x)) for c, x in zip(self.objective, point.X, strict=True))

    def applied(self, X: list[Array], s: Array) -> Array:
        """The left-hand sides of all constraints."""
        total = np.zeros(len(self.right))
        for part, x in zip(self.constraints, X, strict=True):
            total += part.inner(x)
        total[self.loose] += s
        return total


@dataclass(frozen=True)
class Residuals:
    """What is missing from both sides' equations, and the mean complementarity mu."""

    primal: Array
    dual: list[Array]
    dual_slack: Array
    mu: float

    @property
    def worst(self) -> float:
        return max(float(np.abs(self.primal).max()), *(float(np.abs(part).max()) for part in self.dual))


@dataclass(frozen=True)
class Direction:
    """A change of a point."""

    X: list[Array]
    s: Array
    y: Array
    Z: list[Array]
    z: Array


def maximise(
    program: Program,
    tolerance: float = 1e-8,
    report: Report | None = None,
    start: Point | None = None,
    save: Callable[[Point], None] | None = None,
) -> Point:
    """The last point; its gap and residuals are below the tolerance, relative, or no further step was possible.

    `report` gets the number of the step, both sides' values and the worst residual; `save` gets every point, and a
    later call may start from it. Raises ValueError for a start of other sizes.
    """
    point = start or program.start()
    sizes = program.start().sizes
    if point.sizes != sizes:
        raise ValueError(f"a step of another program: sizes {point.sizes}; expected {sizes}, those of the same options")
    for step in range(MOST_STEPS):
        residuals, value = _residuals(program, point), program.value(point)
        if report:
            report(step, value, float(program.right @ point.y), residuals.worst)
        if max(residuals.mu * program.degree, residuals.worst) < tolerance * (1 + abs(value)):
            break
        try:
            system = System(program, point, residuals)
        except np.linalg.LinAlgError:
            break
        predictor = system.direction(0.0)
        ahead = _moved(point, predictor)
        product = sum(float(np.vdot(x, z)) for x, z in zip(ahead.X, ahead.Z, strict=True)) + float(ahead.s @ ahead.z)
        centring = min(1.0, max(product / (residuals.mu * program.degree), 0.0) ** 2)
        corrector = system.direction(centring * residuals.mu, predictor)
        if (
            max(
                _longest(point.X, point.s, corrector.X, corrector.s),
                _longest(point.Z, point.z, corrector.Z, corrector.z),
            )
            < SHORTEST
        ):
            break
        point = _moved(point, corrector)
        if save:
            save(point)
    return point


def _residuals(program: Program, point: Point) -> Residuals:
    """Dual equations: sum_i y_i A_i - C = Z, and y = z where there is a slack."""
    pairs = sum(float(np.vdot(x, z)) for x, z in zip(point.X, point.Z, strict=True)) + float(point.s @ point.z)
    sides = zip(program.constraints, program.objective, point.Z, strict=True)
    return Residuals(
        program.right - program.applied(point.X, point.s),
        [part.combined(point.y) - c - z for part, c, z in sides],
        point.y[program.loose] - point.z,
        pairs / program.degree,
    )


class System:
    """The linear equations of a step, factored. Raises numpy.linalg.LinAlgError where they are singular to rounding."""

    def __init__(self, program: Program, point: Point, residuals: Residuals) -> None:
        self.program, self.point, self.residuals = program, point, residuals
        inverses = [np.linalg.inv(np.linalg.cholesky(z)) for z in point.Z]
        self.Zinv = [inverse.T @ inverse for inverse in inverses]
        matrix = np.zeros((len(program.right), len(program.right)))
        for part, x, inverse in zip(program.constraints, point.X, inverses, strict=True):
            between = part.between(np.linalg.cholesky(x).astype(np.float64), inverse.T)
            matrix += between @ between.T
        matrix[program.loose, program.loose] += point.s / point.z
        matrix[np.diag_indices_from(matrix)] *= 1 + RIDGE
        self.lower = np.linalg.cholesky(matrix)

    def direction(self, target: float, first: Direction | None = None) -> Direction:
        """To complementarity `target`; with the second-order terms of a first direction."""
        program, residuals = self.program, self.residuals
        fixed, fixed_s = self._primal(target, residuals.dual, residuals.dual_slack, first)
        right = program.applied(fixed, fixed_s) - residuals.primal
        y = np.linalg.solve(self.lower.T, np.linalg.solve(self.lower, right))
        Z = [part.combined(y) + d for part, d in zip(program.constraints, residuals.dual, strict=True)]
        z = y[program.loose] + residuals.dual_slack
        X, s = self._primal(target, Z, z, first)
        return Direction([(x + x.T) / 2 for x in X], s, y, Z, z)

    def _primal(self, target: float, Z: list[Array], z: Array, first: Direction | None) -> tuple[list[Array], Array]:
        """What changes of Z and z make of X and s: target Z^-1 - X - X dZ Z^-1, and so for s."""
        point = self.point
        X = []
        for b, (x, inverse, change) in enumerate(zip(point.X, self.Zinv, Z, strict=True)):
            second = first.X[b] @ first.Z[b] if first else 0.0
            X.append(target * inverse - x - (x @ change + second) @ inverse)
        second_s = first.s * first.z if first else 0.0
        return X, target / point.z - point.s - (point.s * z + second_s) / point.z


def _moved(point: Point, change: Direction) -> Point:
    forward = _longest(point.X, point.s, change.X, change.s)
    back = _longest(point.Z, point.z, change.Z, change.z)
    return Point(
        [x + forward * d for x, d in zip(point.X, change.X, strict=True)],
        point.s + forward * change.s,
        point.y + back * change.y,
        [z + back * d for z, d in zip(point.Z, change.Z, strict=True)],
        point.z + back * change.z,
    )


def _longest(X: list[Array], s: Array, dX: list[Array], ds: Array) -> float:
    """The length of a step: at most 1, and at most a share of the way to the boundary."""
    least = min(float((ds / s).min(initial=0.0)), 0.0)
    for x, d in zip(X, dX, strict=True):
        inverse = np.linalg.inv(np.linalg.cholesky(x))
        least = min(least, float(np.linalg.eigvalsh(inverse @ d @ inverse.T)[0]))
    return min(1.0, INSIDE / -least) if least < 0 else 1.0
