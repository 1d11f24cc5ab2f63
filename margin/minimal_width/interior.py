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
MOST_STEPS, INSIDE = 100, 0.95  # share of the way to the boundary
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
        return np.bincount(self.index, weights=weight * mirrored, minlength=self.count)

    def combined(self, y: Array) -> Array:
        """sum_i y_i A_i."""
        flat = np.bincount(self.row * self.n + self.column, weights=self.value * y[self.index], minlength=self.n**2)
        lower = flat.reshape(self.n, self.n)
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
    """Both sides: X_b and slacks s; multipliers y, Z_b and z, the slacks' own."""

    X: list[Array]
    s: Array
    y: Array
    Z: list[Array]
    z: Array


def maximise(
    objective: list[Array],
    constraints: list[Constraints],
    right: Array,
    slack: NDArray[np.bool_],
    tolerance: float = 1e-8,
    report: Callable[[int, float, float, float], None] | None = None,
    start: Point | None = None,
    save: Callable[[Point], None] | None = None,
) -> Point:
    """The last point; its gap and residuals are below the tolerance, relative, or no further step was possible.

    `slack` says which constraints have a slack. `report` gets step number, value, bound and the worst residual.
    """
    loose = np.flatnonzero(slack)
    sizes = [part.n for part in constraints]
    degree = sum(sizes) + len(loose)
    point = start or Point(
        [np.eye(n) for n in sizes], np.ones(len(loose)), np.zeros(len(right)), [np.eye(n) for n in sizes],
        np.ones(len(loose)),
    )  # fmt: skip
    for step in range(MOST_STEPS):
        X, s, y, Z, z = point.X, point.s, point.y, point.Z, point.z
        # the dual: sum y_i A_i - C = Z, y = z at slacks
        primal = right - sum(part.inner(x) for part, x in zip(constraints, X, strict=True))
        primal[loose] -= s
        dual = [part.combined(y) - c - Zb for part, c, Zb in zip(constraints, objective, Z, strict=True)]
        dual_slack = y[loose] - z
        value = sum(float(np.vdot(c, x)) for c, x in zip(objective, X, strict=True))
        bound = float(right @ y)
        mu = (sum(float(np.vdot(x, Zb)) for x, Zb in zip(X, Z, strict=True)) + float(s @ z)) / degree
        residual = max(float(np.abs(primal).max()), *(float(np.abs(d).max()) for d in dual))
        if report:
            report(step, value, bound, residual)
        if mu * degree < tolerance * (1 + abs(value)) and residual < tolerance * (1 + abs(value)):
            break
        try:
            factors = [np.linalg.cholesky(Zb) for Zb in Z]
            inverses = [np.linalg.inv(L) for L in factors]
            Zinv = [inverse.T @ inverse for inverse in inverses]
            system = np.zeros((len(right), len(right)))
            for part, x, inverse in zip(constraints, X, inverses, strict=True):
                B = part.between(np.linalg.cholesky(x), inverse.T)
                system += B @ B.T
            system[loose, loose] += s / z
            system[np.diag_indices_from(system)] *= 1 + 1e-14
            lower = np.linalg.cholesky(system)
        except np.linalg.LinAlgError:
            break

        def direction(target: float, first: tuple[list[Array], Array, list[Array], Array] | None) -> tuple[
            list[Array], Array, Array, list[Array], Array
        ]:  # fmt: skip
            wanted = []
            for b, x in enumerate(X):
                second = first[0][b] @ first[2][b] if first else 0.0
                wanted.append(target * Zinv[b] - x - (x @ dual[b] + second) @ Zinv[b])
            wanted_s = target / z - s - (s * dual_slack + (first[1] * first[3] if first else 0.0)) / z
            hand = -primal + sum(part.inner(w) for part, w in zip(constraints, wanted, strict=True))
            hand[loose] += wanted_s
            dy = np.linalg.solve(lower.T, np.linalg.solve(lower, hand))
            dZ = [part.combined(dy) + d for part, d in zip(constraints, dual, strict=True)]
            dX = []
            for b, x in enumerate(X):
                second = first[0][b] @ first[2][b] if first else 0.0
                change = target * Zinv[b] - x - (x @ dZ[b] + second) @ Zinv[b]
                dX.append((change + change.T) / 2)
            dz = dy[loose] + dual_slack
            ds = target / z - s - (s * dz + (first[1] * first[3] if first else 0.0)) / z
            return dX, ds, dy, dZ, dz

        dX, ds, _, dZ, dz = direction(0.0, None)
        forward, back = _longest(X, s, dX, ds), _longest(Z, z, dZ, dz)
        ahead = sum(
            float(np.vdot(x + forward * d, Zb + back * e)) for x, d, Zb, e in zip(X, dX, Z, dZ, strict=True)
        ) + float((s + forward * ds) @ (z + back * dz))
        centre = min(1.0, max(ahead / (mu * degree), 0.0) ** 2)
        dX, ds, dy, dZ, dz = direction(centre * mu, (dX, ds, dZ, dz))
        forward, back = _longest(X, s, dX, ds), _longest(Z, z, dZ, dz)
        if max(forward, back) < 1e-7:
            break
        point = Point(
            [x + forward * d for x, d in zip(X, dX, strict=True)],
            s + forward * ds,
            y + back * dy,
            [Zb + back * e for Zb, e in zip(Z, dZ, strict=True)],
            z + back * dz,
        )
        if save:
            save(point)
    return point


def _longest(X: list[Array], s: Array, dX: list[Array], ds: Array) -> float:
    """At most 1, and at most a share of the way to the boundary."""
    least = min((ds / s).min(initial=0.0), 0.0)
    for x, d in zip(X, dX, strict=True):
        inverse = np.linalg.inv(np.linalg.cholesky(x))
        least = min(least, float(np.linalg.eigvalsh(inverse @ d @ inverse.T)[0]))
    return min(1.0, INSIDE / -least) if least < 0 else 1.0
