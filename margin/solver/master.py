"""The master problem: masses of given unit neurons that maximise the least margin.

    maximise t   subject to   M mu >= t,  sum mu = 1,  mu >= 0

Its dual: weights q >= 0 of the rows of M, sum q = 1, minimising the largest entry of M^T q. `linear_program` hands it
to cvxpy. Duals of a linear program are corners of the set of optimal duals, and jump from one to another when
columns are added: column generation zigzags. `proximal` solves the master with an entropy that keeps q near a centre c,

    minimise over q   max_i (M^T q)_i + (1/beta) KL(q | c),    the dual of    maximise over mu   softmin_{c,beta}(M mu),

whose solution is unique, so that it also keeps every symmetry of the data, which the solver is not told about. Moving
the centre to a q that prices better is the proximal point method (Rockafellar 1976; with entropy: Teboulle 1992), which
ends in an optimal dual at any fixed beta.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def softmin(M: Array, centre: Array, beta: float, mu: Array) -> tuple[float, Array]:
    """-(1/beta) log sum_r c_r exp(-beta (M mu)_r), and the weights that its gradient puts on the rows."""
    exponents = np.log(centre) - beta * (M @ mu)
    top = float(exponents.max())
    weights = np.exp(exponents - top)
    total = float(weights.sum())
    return -(top + float(np.log(total))) / beta, weights / total


def proximal(M: Array, centre: Array, beta: float, mu: Array, accuracy: float) -> tuple[Array, Array]:
    """Masses (columns,) and dual weights (rows,) of the proximal master, to `accuracy` in value.

    Newton's method with a logarithmic barrier on the masses, from `mu`. M should be scaled to margins near 1.
    """
    columns = M.shape[1]
    mu = 0.9 * mu / mu.sum() + 0.1 / columns
    value, q = softmin(M, centre, beta, mu)
    barrier = max(float((M.T @ q).max()) - value, accuracy) * 0.3 / columns
    while True:
        for _ in range(100):
            value, q = softmin(M, centre, beta, mu)
            value += barrier * float(np.log(mu).sum())
            mean = M.T @ q
            C = (M - mean) * np.sqrt(beta * q)[:, None] * mu  # in units of mu, which keeps the system well scaled
            H = C.T @ C
            H[np.diag_indices(columns)] += barrier
            both = np.linalg.solve(H, np.stack([mu * mean + barrier, mu], axis=1))
            step = mu * (both[:, 0] - (mu @ both[:, 0]) / (mu @ both[:, 1]) * both[:, 1])
            step -= mu * step.sum()  # rounding: masses add up to 1
            gain = float((mean + barrier / mu) @ step)
            falling = step < 0
            length = min(1.0, float((-0.95 * mu[falling] / step[falling]).min(initial=np.inf)))
            while length > 1e-9:
                moved = mu + length * step
                reached = softmin(M, centre, beta, moved)[0] + barrier * float(np.log(moved).sum())
                if reached >= value + 1e-4 * length * gain:
                    break
                length /= 2
            else:
                break
            mu = moved / moved.sum()
            if gain <= 0.3 * barrier:
                break
        if barrier * columns <= accuracy:
            return mu, softmin(M, centre, beta, mu)[1]
        barrier *= 0.1


def linear_program(M: Array, solver: str = "HIGHS") -> tuple[Array, Array]:
    """Masses (columns,) and dual weights (rows,) of an optimal vertex, by cvxpy. M should be scaled to margins near 1.

    Rows are added as they are violated: most of them never bind, and the simplex method is slow where many do. Raises
    ImportError, naming the extra to install, without cvxpy, and RuntimeError if its solver fails.
    """
    rows, columns = M.shape
    if rows <= 2 * columns:
        return all_rows(M, solver)
    chosen = np.sort(np.random.default_rng(0).permutation(rows)[:columns])
    while True:
        masses, weights = all_rows(M[chosen], solver)
        margins = M @ masses
        limit = float(margins[chosen].min()) - 1e-9
        worst = np.argsort(margins, kind="stable")[: max(50, columns // 2)]
        violated = np.setdiff1d(worst[margins[worst] < limit], chosen)
        if not violated.size:
            full = np.zeros(rows)
            full[chosen] = weights
            return masses, full
        chosen = np.union1d(chosen, violated)


def all_rows(M: Array, solver: str) -> tuple[Array, Array]:
    """`linear_program` with every row from the start, by a solver that cvxpy knows; raises as it."""
    try:
        cvxpy: Any = import_module("cvxpy")
    except ImportError:
        raise ImportError("the solver needs cvxpy: pip install 'algebraic-margin[solve]'") from None
    mu, t = cvxpy.Variable(M.shape[1], nonneg=True), cvxpy.Variable()
    above = M @ mu >= t
    problem = cvxpy.Problem(cvxpy.Maximize(t), [above, cvxpy.sum(mu) == 1])
    try:
        problem.solve(solver=solver)
    except (cvxpy.error.SolverError, ValueError) as error:  # ValueError: nothing to unpack
        raise RuntimeError(f"master problem of {M.shape[0]} rows and {M.shape[1]} columns: {error}") from error
    if mu.value is None:
        raise RuntimeError(f"master problem of {M.shape[0]} rows and {M.shape[1]} columns: {problem.status}")
    masses, weights = np.maximum(mu.value, 0), np.abs(above.dual_value)
    return masses / masses.sum(), weights / max(float(weights.sum()), 1e-300)
