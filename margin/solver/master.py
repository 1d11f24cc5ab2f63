"""The master problem: masses of given unit neurons that maximise the least margin, by cvxpy.

    maximise t   subject to   M mu >= t,  sum mu = 1,  mu >= 0

Its optimal vertices have few neurons, but their duals are corners of the set of optimal duals and jump from one to
another when columns are added: column generation with them zigzags. They end a run; `margin.solver.interior` leads it.
"""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def cvxpy() -> Any:
    """The package. Raises ImportError, naming the extra to install, without it."""
    try:
        return import_module("cvxpy")
    except ImportError:
        raise ImportError("the solver needs cvxpy: pip install 'algebraic-margin[solve]'") from None


def linear_program(M: Array, time_limit: float = 60.0) -> tuple[Array, Array]:
    """Masses (columns,) and dual weights (rows,) of an optimal vertex, each of sum 1, by HiGHS's simplex method.

    M should be scaled to margins near 1. Rows are added as they are violated: most never bind, and the simplex method
    is slow where many do. Raises ImportError, naming the extra to install, without cvxpy, and RuntimeError if its
    solver fails or takes more than `time_limit` seconds.
    """
    rows, columns = M.shape
    chosen = np.sort(np.random.default_rng(0).permutation(rows)[: max(columns, rows // 4)])
    while True:
        masses, weights = linear_program_by(M[chosen], "HIGHS", time_limit=time_limit)
        margins = M @ masses
        limit = float(margins[chosen].min()) - 1e-9
        worst = np.argsort(margins, kind="stable")[: max(50, columns // 2)]
        violated = np.setdiff1d(worst[margins[worst] < limit], chosen)
        if not violated.size:
            full = np.zeros(rows)
            full[chosen] = weights
            return masses, full
        chosen = np.union1d(chosen, violated)


def linear_program_by(M: Array, solver: str, **options: float) -> tuple[Array, Array]:
    """`linear_program` with every row from the start, by a solver that cvxpy knows; raises as it."""
    package = cvxpy()
    mu, t = package.Variable(M.shape[1], nonneg=True), package.Variable()
    above = M @ mu >= t
    problem = package.Problem(package.Maximize(t), [above, package.sum(mu) == 1])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an inaccurate solution is refused below
            problem.solve(solver=solver, **options)
    except (package.error.SolverError, ValueError) as error:  # ValueError: no solution to unpack
        raise RuntimeError(f"master problem of {M.shape[0]} rows and {M.shape[1]} columns: {error}") from error
    if mu.value is None or problem.status != "optimal":
        raise RuntimeError(f"master problem of {M.shape[0]} rows and {M.shape[1]} columns: {problem.status}")
    masses, weights = np.maximum(mu.value, 0), np.abs(above.dual_value)
    return masses / masses.sum(), weights / max(float(weights.sum()), 1e-300)
