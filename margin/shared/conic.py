"""A semidefinite program by a primal-dual interior point method (Helmberg, Kojima and Monteiro), for `squares.Program`.

minimise t   subject to   A(G) = t norm + gaps sigma,   sum sigma = 1,   sigma >= 0,   t >= 0,   G positive definite.

Every entry of a Gram block adds to one row alone, so A A^T is diagonal, and the Schur complement is a matrix of the
number of rows, made row by row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from margin.shared.squares import Program

Array = NDArray[np.float64]
MOST_STEPS = 80
_STEP = 0.95


@dataclass(frozen=True)
class Solution:
    """t, class weights sigma and Gram blocks, near the optimum, with the relative gap to the dual."""

    t: float
    sigma: Array
    grams: list[Array]
    gap: float


class _Rows:
    """The linear map A of a program and its adjoint, on scaled rows."""

    def __init__(self, program: Program) -> None:
        self.blocks, self.count = program.blocks, len(program.norm)
        self.scale = 1 / np.sqrt(program.entries)
        order = [np.argsort(block.rows.ravel(), kind="stable") for block in self.blocks]
        self.where = [np.divmod(o, block.size) for o, block in zip(order, self.blocks, strict=True)]
        self.ends = [
            np.concatenate([[0], np.cumsum(np.bincount(block.rows.ravel(), minlength=self.count))])
            for block in self.blocks
        ]

    def apply(self, grams: list[Array]) -> Array:
        result = np.zeros(self.count)
        for block, gram in zip(self.blocks, grams, strict=True):
            result += block.orbit * np.bincount(block.rows.ravel(), gram.ravel(), self.count)
        return self.scale * result

    def adjoint(self, y: Array) -> list[Array]:
        scaled = self.scale * y
        return [block.orbit * scaled[block.rows] for block in self.blocks]

    def schur(self, primal: list[Array], inverse: list[Array]) -> Array:
        """A (X (x) Z^-1) A^T."""
        result = np.zeros((self.count, self.count))
        for block, x, z, (i, j), ends in zip(self.blocks, primal, inverse, self.where, self.ends, strict=True):
            flat, weight = block.rows.ravel(), block.orbit**2
            for row in np.flatnonzero(np.diff(ends)):
                part = slice(ends[row], ends[row + 1])
                result[row] += weight * np.bincount(flat, (x[:, i[part]] @ z[j[part]]).ravel(), self.count)
        result *= self.scale[:, None] * self.scale
        return (result + result.T) / 2


def solve(program: Program, tolerance: float = 2e-8, most_steps: int = MOST_STEPS) -> Solution:
    """The optimum to a relative gap, or as near as float64 comes. Raises ArithmeticError where it is not 1e-5."""
    rows = _Rows(program)
    classes = program.gaps.shape[1]
    linear = np.zeros((rows.count + 1, classes + 1))
    linear[:-1, :-1], linear[:-1, -1] = -rows.scale[:, None] * program.gaps, -rows.scale * program.norm
    linear[-1, :-1] = 1
    right, cost = np.zeros(rows.count + 1), np.zeros(classes + 1)
    right[-1] = cost[-1] = 1
    sizes = [block.size for block in program.blocks]
    degree = sum(sizes) + classes + 1
    xs, zs = [np.eye(m) * 10 for m in sizes], [np.eye(m) for m in sizes]
    x, z, y = np.ones(classes + 1), np.ones(classes + 1), np.zeros(rows.count + 1)
    best = Solution(np.inf, x[:-1], xs, np.inf)
    for _ in range(most_steps):
        primal = right - linear @ x
        primal[:-1] -= rows.apply(xs)
        duals = [-d - s for d, s in zip(rows.adjoint(y[:-1]), zs, strict=True)]
        dual = cost - linear.T @ y - z
        mu = (sum(float(np.vdot(a, b)) for a, b in zip(xs, zs, strict=True)) + float(x @ z)) / degree
        gap = max(degree * mu, float(np.abs(primal).max()), float(np.abs(dual).max())) / max(abs(y[-1]), 1e-3)
        if gap < best.gap:
            best = Solution(float(x[-1]), x[:-1] / x[:-1].sum(), [a.copy() for a in xs], gap)
        if gap < tolerance or gap > 20 * best.gap and best.gap < 1e-6:  # rounding has the upper hand
            break
        try:
            inverse = [np.linalg.inv(s) for s in zs]
            schur = (linear * (x / z)) @ linear.T
            schur[:-1, :-1] += rows.schur(xs, inverse)
            factor = np.linalg.cholesky(schur + np.diag(1e-15 * np.diag(schur)))
        except np.linalg.LinAlgError:
            break

        def direction(
            target: float, seconds: list[Array] | None, second: Array | float
        ) -> tuple[list[Array], list[Array], Array, Array, Array]:
            """Step to X Z = target, with second-order terms."""
            terms = [
                target * zi - xi - xi @ d @ zi if s is None else target * zi - xi - xi @ d @ zi - s @ zi
                for xi, zi, d, s in zip(xs, inverse, duals, seconds or [None] * len(xs), strict=True)  # noqa: B023
            ]
            term = (target - second) / z - x - x * dual / z  # noqa: B023
            residual = primal - linear @ term  # noqa: B023
            residual[:-1] -= rows.apply(terms)
            dy = np.linalg.solve(factor.T, np.linalg.solve(factor, residual))  # noqa: B023
            ads = rows.adjoint(dy[:-1])
            dzs = [d - a for d, a in zip(duals, ads, strict=True)]  # noqa: B023
            dxs = [t + xi @ a @ zi for t, xi, a, zi in zip(terms, xs, ads, inverse, strict=True)]  # noqa: B023
            dz = dual - linear.T @ dy  # noqa: B023
            dx = term + x / z * (linear.T @ dy)  # noqa: B023
            return [(d + d.T) / 2 for d in dxs], dzs, dx, dz, dy

        dxs, dzs, dx, dz, dy = direction(0.0, None, 0.0)
        a, b = _length(xs, dxs, x, dx), _length(zs, dzs, z, dz)
        after = sum(float(np.vdot(p + a * dp, q + b * dq)) for p, dp, q, dq in zip(xs, dxs, zs, dzs, strict=True))
        after = (after + float((x + a * dx) @ (z + b * dz))) / degree
        centre = max(1e-6, (after / mu) ** 2 if min(a, b) > 0.1 else 0.5)
        dxs, dzs, dx, dz, dy = direction(
            min(centre, 1.0) * mu, [p @ q for p, q in zip(dxs, dzs, strict=True)], dx * dz
        )
        a, b = _length(xs, dxs, x, dx), _length(zs, dzs, z, dz)
        xs, zs = [p + a * d for p, d in zip(xs, dxs, strict=True)], [p + b * d for p, d in zip(zs, dzs, strict=True)]
        x, z, y = x + a * dx, z + b * dz, y + b * dy
    if not best.gap < 1e-5:
        raise ArithmeticError(f"the interior point method stopped at a relative gap of {best.gap:.1e}, expected 1e-5")
    return best


def _length(matrices: list[Array], steps: list[Array], vector: Array, step: Array) -> float:
    """How far a step may go, at most 1, inside the cone."""
    least = float(np.min(step / vector, initial=0.0))
    for matrix, change in zip(matrices, steps, strict=True):
        factor = np.linalg.cholesky(matrix)
        scaled = np.linalg.solve(factor, np.linalg.solve(factor, change).T)
        least = min(least, float(np.linalg.eigvalsh((scaled + scaled.T) / 2)[0]))
    return min(1.0, _STEP / -least) if least < 0 else 1.0
