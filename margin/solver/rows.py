"""The master problem of many rows: masses that are best for some rows of M, which grow by those that are violated.

For data of many inputs and labels neither M nor a matrix (rows, rows) fits. At the optimum about as many rows are tight
as there are neurons with mass, so a few times as many, well chosen, give the same masses.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from margin.solver.clock import Clock
from margin.solver.interior import stabilised
from margin.solver.neurons import Margins

Array = NDArray[np.float64]
_MOST = 40  # times that rows are added
_ROWS = 4  # rows that are kept, for each column
_COARSE, _FINEST = 1e-3, 1e-9  # accuracy of the masses for some rows: while many are violated, and at the end
_DIAGONAL = 1e-8  # a metric that keeps duals unique


def master_by_rows(M: Margins, start: Array, scale: float, accuracy: float, clock: Clock) -> tuple[Array, Array]:
    """Masses (columns,) of the largest least margin found, and dual weights (rows,) of the last rows; each of sum 1.

    Ends when no row is violated by more than `accuracy` (relative), or with the clock. `start` are masses to begin
    with, `scale` is about the margin.
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
    for _ in range(_MOST):
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
        if len(chosen) > _ROWS * columns:
            chosen = chosen[np.argsort(-dual, kind="stable")[: (_ROWS - 1) * columns]]
        chosen = np.union1d(chosen, violated)
    return best, weights


def _smallest(values: Array, count: int) -> NDArray[np.intp]:
    return np.argpartition(values, count)[:count] if count < len(values) else np.arange(len(values))
