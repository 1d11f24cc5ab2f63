"""The master problem: masses of given unit neurons that maximise the least margin.

    maximise t   subject to   M mu >= t,  sum mu = 1,  mu >= 0

By scipy's HiGHS, whose optimal vertices have few neurons; but their duals are corners of the set of optimal duals and
jump from one to another when columns are added, and column generation with them zigzags. They end a run;
`margin.solver.interior` leads it, for data of many rows with some of them at a time.
"""

from __future__ import annotations

from time import monotonic

import numpy as np
from numpy.typing import NDArray

from margin.io.catalogue import install
from margin.solver.clock import Clock
from margin.solver.interior import stabilised
from margin.solver.neurons import Margins

Array = NDArray[np.float64]
_ROWS = 2000  # of a linear program, to begin with
_TIMES = 40  # that rows are added to a master by rows
_EACH = 4  # its rows that are kept, for each column
_COARSE, _FINEST = 1e-3, 1e-9  # accuracy of the masses for some rows: while many are violated, and at the end
_DIAGONAL = 1e-8  # a metric that keeps duals unique


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


def master_by_rows(M: Margins, start: Array, scale: float, accuracy: float, clock: Clock) -> tuple[Array, Array]:
    """Masses (columns,) of the largest least margin found, and dual weights (rows,) of the last rows; each of sum 1.

    For data of many inputs and labels neither M nor a matrix (rows, rows) fits. At the optimum about as many rows are
    tight as there are neurons with mass, so a few times as many, well chosen, give the same masses; they grow by those
    that are violated. Ends when no row is violated by more than `accuracy` (relative), or with the clock. `start` are
    masses to begin with, `scale` is about the margin.
    """
    rows, columns = M.shape
    total = float(start.sum())
    masses = start / total if total > 0 else np.full(columns, 1 / columns)
    margins = M @ masses
    best, least = masses, float(margins.min())
    generator = np.random.default_rng(0)
    chosen = np.union1d(_smallest(margins, 2 * columns), generator.choice(rows, min(rows, columns), replace=False))
    weights = np.full(rows, 1 / rows)
    precision = _COARSE
    for _ in range(_TIMES):
        if clock.late():
            break
        part = M[chosen] / scale
        centre = np.full(len(chosen), 1 / len(chosen))
        masses, dual = stabilised(part, centre, np.full(len(chosen), _DIAGONAL), precision, clock)
        if clock.late():
            break
        weights = np.zeros(rows)
        weights[chosen] = dual
        margins = M @ masses
        if margins.min() > least:
            best, least = masses, float(margins.min())
        value = float(margins[chosen].min())
        if float(margins.min()) >= value - max(accuracy, precision) * abs(value):
            if precision <= _FINEST:
                break
            precision = max(_FINEST, 1e-2 * precision)
        worst = _smallest(margins, columns)
        violated = worst[margins[worst] < value]
        if len(chosen) > _EACH * columns:
            chosen = chosen[np.argsort(-dual, kind="stable")[: (_EACH - 1) * columns]]
        chosen = np.union1d(chosen, violated)
    return best, weights


def _smallest(values: Array, count: int) -> NDArray[np.intp]:
    return np.argpartition(values, count)[:count] if count < len(values) else np.arange(len(values))
