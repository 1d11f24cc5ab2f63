"""The master problem: masses of given unit neurons that maximise the least margin, by scipy's HiGHS.

    maximise t   subject to   M mu >= t,  sum mu = 1,  mu >= 0

Its optimal vertices have few neurons, but their duals are corners of the set of optimal duals and jump from one to
another when columns are added: column generation with them zigzags. They end a run; `margin.solver.interior` leads it.
"""

from __future__ import annotations

from time import monotonic

import numpy as np
from numpy.typing import NDArray

from margin.io.catalogue import install
from margin.solver.neurons import Margins

Array = NDArray[np.float64]
_ROWS = 2000  # to begin with


def require_scipy() -> None:
    """Raise ImportError, naming the extra to install, without scipy."""
    try:
        import scipy.optimize  # noqa: F401
    except ImportError:
        raise ImportError(f"the solver needs scipy; {install('scipy')}") from None


def linear_program(M: Array | Margins, time_limit: float = 60.0) -> tuple[Array, Array]:
    """Masses (columns,) and dual weights (rows,) of an optimal vertex, each of sum 1, by the dual simplex method.

    M should be scaled to margins near 1. Rows are added as they are violated: most never bind, and the simplex method
    is slow where many do. Raises ImportError, naming the extra to install, without scipy, and RuntimeError if its
    solver fails or takes more than `time_limit` seconds in all.
    """
    rows, columns = M.shape
    chosen = np.sort(np.random.default_rng(0).permutation(rows)[: max(columns, min(rows // 4, _ROWS))])
    end = monotonic() + time_limit
    while True:
        masses, weights = _vertex(M[chosen], min(time_limit, max(end - monotonic(), 1e-6)))
        margins = M @ masses
        limit = float(margins[chosen].min()) - 1e-9
        worst = np.argsort(margins, kind="stable")[: max(50, columns // 2)]
        violated = np.setdiff1d(worst[margins[worst] < limit], chosen)
        if not violated.size:
            full = np.zeros(rows)
            full[chosen] = weights
            return masses, full
        chosen = np.union1d(chosen, violated)


def _vertex(M: Array, time_limit: float) -> tuple[Array, Array]:
    """`linear_program` with every row from the start; raises as it."""
    require_scipy()
    from scipy.optimize import linprog

    rows, columns = M.shape
    result = linprog(
        np.append(np.zeros(columns), -1.0),
        A_ub=np.hstack([-M, np.ones((rows, 1))]),
        b_ub=np.zeros(rows),
        A_eq=np.append(np.ones(columns), 0.0)[None],
        b_eq=[1.0],
        bounds=[(0, None)] * columns + [(None, None)],
        method="highs-ds",
        options={"time_limit": time_limit},
    )
    if result.status != 0:
        raise RuntimeError(f"master problem of {rows} rows and {columns} columns: {result.message}")
    masses, weights = np.maximum(result.x[:-1], 0), np.maximum(-result.ineqlin.marginals, 0)
    return masses / masses.sum(), weights / max(float(weights.sum()), 1e-300)
