"""The stabilised master problem, by a primal-dual interior point method (Mehrotra 1992).

Given margins M (rows, columns) of unit neurons, a centre c of dual weights and a metric A,

    minimise over q   max_i (M^T q)_i + 1/2 (q - c)^T A (q - c)    subject to   q >= 0,  sum q = 1,

the master problem of a bundle method: its multipliers are the masses of the neurons. With A = 0 it is the dual of
maximise min (M mu). Interior points end in the middle of the optimal set, not in a corner of it, so that masses and
weights keep the symmetries of the data, which the solver is not told about.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from margin.solver.clock import Clock, OutOfTime
from margin.solver.rank import basis

Array = NDArray[np.float64]
MOST_STEPS = 60
_BLOCK = 1024  # columns of a large matrix that are factored between two looks at the clock
_WHOLE = 2500  # rows of a matrix that is factored at once


class _Matrix:
    """M, and its products: through a basis of its columns where the rank is low and `products` are by columns."""

    def __init__(self, M: Array, by_columns: bool) -> None:
        self.M, self.by_columns = M, by_columns
        low = basis(M) if by_columns else None
        self.low = None if low is None else (np.ascontiguousarray(M[:, low[0]]), low[1])

    def __matmul__(self, masses: Array) -> Array:
        result: Array = self.M @ masses if self.low is None else self.low[0] @ (self.low[1] @ masses)
        return result

    def worth(self, weights: Array) -> Array:
        """M^T weights."""
        result: Array = self.M.T @ weights if self.low is None else self.low[1].T @ (self.low[0].T @ weights)
        return result

    def gram(self, weights: Array, clock: Clock) -> Array:
        """M^T diag(weights) M."""
        if self.low is None:
            return _gram(self.M.T * np.sqrt(weights), clock)
        basis, coefficients = self.low
        result: Array = coefficients.T @ _gram(basis.T * np.sqrt(weights), clock) @ coefficients
        return result


class _Point(NamedTuple):
    """Weights q, masses mu, slacks sigma of the columns, multipliers z of q >= 0, s = largest column, t = margin."""

    q: Array
    mu: Array
    sigma: Array
    z: Array
    s: float
    t: float

    def moved(self, d: _Point) -> _Point:
        """The point 0.995 of the way to the boundary along d, at most d itself away."""
        length = 1.0
        for value, change in zip(self[:4], d[:4], strict=True):
            falling = change < 0
            if falling.any():
                length = min(length, 0.995 * float((-value[falling] / change[falling]).min()))
        return _Point(
            self.q + length * d.q,
            self.mu + length * d.mu,
            self.sigma + length * d.sigma,
            self.z + length * d.z,
            self.s + length * d.s,
            self.t + length * d.t,
        )

    def complementarity(self) -> float:
        return float(self.q @ self.z + self.mu @ self.sigma)


def stabilised(
    M: Array,
    centre: Array,
    metric: Array,
    accuracy: float = 1e-9,
    clock: Clock | None = None,
    failures: list[str] | None = None,
) -> tuple[Array, Array]:
    """Masses (columns,) and dual weights (rows,), each of sum 1, to `accuracy` in value where rounding and time allow.

    `metric` has shape (rows, rows), or (rows,) for a diagonal one. M should be scaled to margins near 1.
    Where rounding leaves no positive definite system, the best point so far is the answer, and `failures` is told.
    """
    clock = clock or Clock()
    rows, columns = M.shape
    q = 0.9 * centre + 0.1 / rows
    mu = np.full(columns, 1 / columns)
    matrix = _Matrix(M, metric.ndim == 1 and columns < rows)
    values = matrix.worth(q)
    s = float(values.max() + max(1e-4, 0.1 * np.ptp(values)))
    point = _Point(q, mu, s - values, np.full(rows, 0.1), s, float((matrix @ mu).mean()))
    best, smallest = point, np.inf
    for _ in range(MOST_STEPS):
        pull = metric @ (point.q - centre) if metric.ndim == 2 else metric * (point.q - centre)
        dual = pull + matrix @ point.mu - point.z - point.t
        primal = matrix.worth(point.q) + point.sigma - point.s
        gap = point.complementarity()
        error = max(gap, float(np.abs(dual).max()), float(np.abs(primal).max()), abs(point.mu.sum() - 1))
        if error < smallest:
            best, smallest = point, error
        if error <= accuracy or not error <= 1e3 * smallest or clock.late():
            break
        try:
            direction = _newton(matrix, metric, point, dual, primal, clock)
        except OutOfTime:
            break
        except np.linalg.LinAlgError as error:
            if failures is not None:
                failures.append(str(error))
            break
        straight = point.moved(direction(0.0, np.zeros(rows), np.zeros(columns)))
        dq, dmu, dsigma, dz = (new - old for new, old in zip(straight[:4], point[:4], strict=True))
        target = gap / (rows + columns) * (straight.complementarity() / gap) ** 3
        point = point.moved(direction(target, dq * dz, dmu * dsigma))
    masses, weights = np.maximum(best.mu, 0), np.maximum(best.q, 0)
    return masses / masses.sum(), weights / weights.sum()


def _newton(
    matrix: _Matrix, metric: Array, point: _Point, dual: Array, primal: Array, clock: Clock
) -> Callable[[float, Array, Array], _Point]:
    """Newton's direction as a function of the target of complementary products and second-order corrections.

    A system of as many unknowns as rows; as columns, if these are fewer and the metric is diagonal. Raises LinAlgError
    where rounding leaves no positive definite system, and OutOfTime.
    """
    if matrix.by_columns:
        return _newton_by_columns(matrix, metric, point, dual, primal, clock)
    M = matrix.M
    q, mu, sigma, z, _, _ = point
    ratio = mu / sigma
    K = _gram(M * np.sqrt(ratio), clock)
    if metric.ndim == 2:
        K += metric
    K[np.diag_indices(len(q))] += z / q if metric.ndim == 2 else z / q + metric
    solved = _solver(K, clock)
    border = M @ ratio
    along_s, along_t = solved(border), solved(np.ones(len(q)))
    system = np.array([[border @ along_s - ratio.sum(), border @ along_t], [along_s.sum(), along_t.sum()]])

    def direction(target: float, products: Array, slack_products: Array) -> _Point:
        masses = (target - slack_products) / sigma - mu + ratio * primal
        x = solved(-dual + (target - products) / q - z - M @ masses)
        ds, dt = np.linalg.solve(system, [1 - mu.sum() - masses.sum() - border @ x, 1 - q.sum() - x.sum()])
        dq = x + along_s * ds + along_t * dt
        dsigma = ds - M.T @ dq - primal
        dmu = (target - slack_products) / sigma - mu - ratio * dsigma
        return _Point(dq, dmu, dsigma, (target - products - z * dq) / q - z, float(ds), float(dt))

    return direction


def _newton_by_columns(
    M: _Matrix, metric: Array, point: _Point, dual: Array, primal: Array, clock: Clock
) -> Callable[[float, Array, Array], _Point]:
    """`_newton` with the weights eliminated in place of the masses."""
    q, mu, sigma, z, _, _ = point
    inverse = 1 / (z / q + metric)  # of the diagonal of the weights
    K = M.gram(inverse, clock)
    K[np.diag_indices(len(mu))] += sigma / mu
    solved = _solver(K, clock)
    border = M.worth(inverse)
    along_s, along_t = -solved(np.ones(len(mu))), solved(border)
    system = np.array([[along_s.sum(), along_t.sum()], [-border @ along_s, inverse.sum() - border @ along_t]])

    def direction(target: float, products: Array, slack_products: Array) -> _Point:
        masses = (target - slack_products) / sigma - mu + mu / sigma * primal
        pushed = -dual + (target - products) / q - z
        x = solved(M.worth(inverse * pushed) + sigma / mu * masses)
        ds, dt = np.linalg.solve(system, [1 - mu.sum() - x.sum(), 1 - q.sum() - inverse @ pushed + border @ x])
        dmu = x + along_s * ds + along_t * dt
        dq = inverse * (pushed - M @ dmu + dt)
        dsigma = ds - M.worth(dq) - primal
        return _Point(dq, dmu, dsigma, (target - products - z * dq) / q - z, float(ds), float(dt))

    return direction


def _solver(K: Array, clock: Clock) -> Callable[[Array], Array]:
    """x -> K^-1 x of a positive definite K, which is overwritten. Raises LinAlgError, OutOfTime."""
    from scipy.linalg import cho_factor, cho_solve

    diagonal = np.diag_indices(len(K))
    size = 1 / np.sqrt(K[diagonal])
    K *= size[:, None]
    K *= size
    K[diagonal] += 1e-14
    if len(K) <= _WHOLE:
        factor = cho_factor(K, lower=True, overwrite_a=True, check_finite=False)
    else:
        factor = _factored(K, clock), True

    def solved(right: Array) -> Array:
        result: Array = size * cho_solve(factor, size * right, check_finite=False)
        return result

    return solved


def _gram(rows: Array, clock: Clock) -> Array:
    """rows rows^T; of many rows in blocks, with the clock asked in between."""
    if len(rows) <= _WHOLE:
        return rows @ rows.T
    result = np.empty((len(rows),) * 2)
    for first in range(0, len(rows), _BLOCK):
        clock.check()
        result[first : first + _BLOCK] = rows[first : first + _BLOCK] @ rows.T
    return result


def _factored(K: Array, clock: Clock) -> Array:
    """The Cholesky factor of K (n, n), in its place below the diagonal, in blocks. Raises LinAlgError, OutOfTime."""
    from scipy.linalg import solve_triangular

    n = len(K)
    for first in range(0, n, _BLOCK):
        last = min(first + _BLOCK, n)
        corner = K[first:last, first:last] = np.linalg.cholesky(K[first:last, first:last])
        K[last:, first:last] = solve_triangular(corner, K[last:, first:last].T, lower=True, check_finite=False).T
        for left in range(last, n, _BLOCK):
            clock.check()
            right = left + _BLOCK
            K[left:, left:right] -= K[left:, first:last] @ K[left:right, first:last].T
    return K
