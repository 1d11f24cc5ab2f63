"""A semidefinite program by a primal-dual interior point method (Helmberg, Kojima and Monteiro), for `squares.Program`.

minimise t subject to A(G) = t norm + gaps sigma, sum sigma = 1, B sigma = 0, sigma >= 0, t >= 0, G positive definite;
B has no rows but for a free bias.

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
_BLOCK = 64  # of a triangular system


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


@dataclass
class _Step:
    """A direction: Gram blocks, their duals, linear part, its dual, multipliers."""

    xs: list[Array]
    zs: list[Array]
    x: Array
    z: Array
    y: Array


class _Iteration:
    """A point of the method, with the residuals there and the factored Schur complement."""

    def __init__(self, program: Program, balanced: Array) -> None:
        self.rows = _Rows(program)
        self.count, classes = program.gaps.shape
        count, equations = self.count, self.count + 1 + len(balanced)
        self.linear = np.zeros((equations, classes + 1))
        self.linear[:count, :-1] = -self.rows.scale[:, None] * program.gaps
        self.linear[:count, -1], self.linear[count, :-1] = -self.rows.scale * program.norm, 1
        self.linear[count + 1 :, :-1] = balanced
        self.right, self.cost = np.zeros(equations), np.zeros(classes + 1)
        self.right[count] = self.cost[-1] = 1
        sizes = [block.size for block in program.blocks]
        self.degree = sum(sizes) + classes + 1
        self.xs, self.zs = [np.eye(m) * 10 for m in sizes], [np.eye(m) for m in sizes]
        self.x, self.z, self.y = np.ones(classes + 1), np.ones(classes + 1), np.zeros(equations)
        self.measure()

    def measure(self) -> None:
        """Residuals of both programs, the complementarity mu, and the relative gap that counts all three."""
        self.primal = self.right - self.linear @ self.x
        self.primal[: self.count] -= self.rows.apply(self.xs)
        self.duals = [-d - s for d, s in zip(self.rows.adjoint(self.y[: self.count]), self.zs, strict=True)]
        self.dual = self.cost - self.linear.T @ self.y - self.z
        self.mu = self.complementarity(None, 0.0, 0.0)
        largest = max(self.degree * self.mu, float(np.abs(self.primal).max()), float(np.abs(self.dual).max()))
        self.gap = largest / max(abs(float(self.y[self.count])), 1e-3)

    def complementarity(self, step: _Step | None, a: float, b: float) -> float:
        """<X, Z> over the degree, after a step of lengths a and b."""
        if step is None:
            pairs = list(zip(self.xs, self.zs, strict=True))
            x, z = self.x, self.z
        else:
            xs = [p + a * d for p, d in zip(self.xs, step.xs, strict=True)]
            zs = [p + b * d for p, d in zip(self.zs, step.zs, strict=True)]
            pairs, x, z = list(zip(xs, zs, strict=True)), self.x + a * step.x, self.z + b * step.z
        return (sum(float(np.vdot(p, q)) for p, q in pairs) + float(x @ z)) / self.degree

    def factor(self) -> None:
        """The Schur complement, factored. Raises numpy.linalg.LinAlgError where float64 does not suffice."""
        self.inverse: list[Array] = [np.asarray(np.linalg.inv(s), dtype=np.float64) for s in self.zs]
        schur = (self.linear * (self.x / self.z)) @ self.linear.T
        schur[: self.count, : self.count] += self.rows.schur(self.xs, self.inverse)
        schur[np.diag_indices_from(schur)] *= 1 + 1e-15
        self.root = np.asarray(np.linalg.cholesky(schur), dtype=np.float64)

    def direction(self, target: float, last: _Step | None) -> _Step:
        """The step to X Z = target I, with the second-order terms of an earlier step."""
        parts = zip(self.xs, self.inverse, self.duals, strict=True)
        terms = [target * inverse - x - x @ dual @ inverse for x, inverse, dual in parts]
        second: Array | float = 0.0
        if last is not None:
            products = zip(last.xs, last.zs, self.inverse, strict=True)
            terms = [t - dx @ dz @ inverse for t, (dx, dz, inverse) in zip(terms, products, strict=True)]
            second = last.x * last.z
        term = (target - second) / self.z - self.x - self.x * self.dual / self.z
        residual = self.primal - self.linear @ term
        residual[: self.count] -= self.rows.apply(terms)
        y = substituted(self.root, residual)
        adjoint = self.rows.adjoint(y[: self.count])
        xs = [t + x @ a @ i for t, x, a, i in zip(terms, self.xs, adjoint, self.inverse, strict=True)]
        return _Step(
            [(d + d.T) / 2 for d in xs],
            [d - a for d, a in zip(self.duals, adjoint, strict=True)],
            term + self.x / self.z * (self.linear.T @ y),
            self.dual - self.linear.T @ y,
            y,
        )

    def lengths(self, step: _Step) -> tuple[float, float]:
        """How far the primal and the dual part may go."""
        return _length(self.xs, step.xs, self.x, step.x), _length(self.zs, step.zs, self.z, step.z)

    def advance(self) -> None:
        """A predictor and a corrector step. Raises numpy.linalg.LinAlgError as `factor`."""
        self.factor()
        predictor = self.direction(0.0, None)
        a, b = self.lengths(predictor)
        after = self.complementarity(predictor, a, b) / self.mu
        centre = max(1e-6, after**2 if min(a, b) > 0.1 else 0.5)
        step = self.direction(min(centre, 1.0) * self.mu, predictor)
        a, b = self.lengths(step)
        self.xs = [p + a * d for p, d in zip(self.xs, step.xs, strict=True)]
        self.zs = [p + b * d for p, d in zip(self.zs, step.zs, strict=True)]
        self.x, self.z, self.y = self.x + a * step.x, self.z + b * step.z, self.y + b * step.y
        self.measure()


def solve(
    program: Program, tolerance: float = 2e-8, most_steps: int = MOST_STEPS, balanced: list[list[int]] | None = None
) -> Solution:
    """The optimum to a relative gap, or as near as float64 comes; `balanced` are the rows of B.

    Raises ArithmeticError where the gap is not below 1e-5.
    """
    point = _Iteration(program, np.array(balanced or [], dtype=float).reshape(-1, program.gaps.shape[1]))
    best = Solution(np.inf, point.x[:-1], point.xs, np.inf)
    for _ in range(most_steps):
        try:
            point.advance()
        except np.linalg.LinAlgError:
            break
        if point.gap < best.gap:
            best = Solution(float(point.x[-1]), point.x[:-1] / point.x[:-1].sum(), point.xs, point.gap)
        if point.gap < tolerance or (point.gap > 20 * best.gap and best.gap < 1e-6):  # rounding has the upper hand
            break
    if not best.gap < 1e-5:
        raise ArithmeticError(f"the interior point method stopped at a relative gap of {best.gap:.1e}, expected 1e-5")
    return best


def substituted(root: Array, right: Array) -> Array:
    """The solution of root root^T x = right for a lower triangular root, by blocks."""
    count = len(right)
    x = right.copy()
    starts = range(0, count, _BLOCK)
    for start in starts:
        part = slice(start, start + _BLOCK)
        x[part] = np.linalg.solve(root[part, part], x[part] - root[part, :start] @ x[:start])
    for start in reversed(starts):
        part, after = slice(start, start + _BLOCK), slice(start + _BLOCK, count)
        x[part] = np.linalg.solve(root[part, part].T, x[part] - root[after, part].T @ x[after])
    return x


def _length(matrices: list[Array], steps: list[Array], vector: Array, step: Array) -> float:
    """How far a step may go, at most 1, inside the cone."""
    least = float(np.min(step / vector, initial=0.0))
    for matrix, change in zip(matrices, steps, strict=True):
        factor = np.linalg.cholesky(matrix)
        scaled = np.linalg.solve(factor, np.linalg.solve(factor, change).T)
        least = min(least, float(np.linalg.eigvalsh((scaled + scaled.T) / 2)[0]))
    return min(1.0, _STEP / -least) if least < 0 else 1.0
