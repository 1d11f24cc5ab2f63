"""Column generation against handing a dense grid of neurons to cvxpy at once, addition mod 11, k = 2, on one thread.

The grid knows no theory either: random unit neurons, each with the best output vector for its inputs under uniform
weights. Times are compared, and the margins that both reach are printed: a grid stays far below the maximum.

python -m benchmarks.solver
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from benchmarks.timing import measure, rounds_argument, table
from margin.addition.maximum import maximum_margin
from margin.solver import from_task, solve
from margin.solver.neurons import neuron_margins
from margin.solver.pricing import Pricer
from margin.tasks import ModularAddition

TASK = ModularAddition(11, 2)
GRID = 400
REFERENCE = f"grid of {GRID} neurons, cvxpy"
TARGETS = {"column generation": (REFERENCE, 1.0)}


def grid_margin() -> float:
    """Best margin of masses on the grid."""
    data = from_task(TASK)
    pricer = Pricer(data, np.random.default_rng(0))
    rows = len(data) * (data.classes - 1)
    found = pricer.price(np.full(rows, 1 / rows), pricer.starts(GRID), steps=0, refined=0)
    M = neuron_margins(data, found.U, found.W)
    cvxpy: Any = import_module("cvxpy")
    masses = cvxpy.Variable(GRID, nonneg=True)
    worst = cvxpy.min(M / float(np.abs(M).max()) @ masses)
    cvxpy.Problem(cvxpy.Maximize(worst), [cvxpy.sum(masses) == 1]).solve(solver="CLARABEL")
    best = np.maximum(masses.value, 0)
    return float((M @ best).min() / best.sum())


def main() -> None:
    rounds = rounds_argument("The solver against a dense grid", 5)
    reached: dict[str, float] = {}

    def grid() -> None:
        reached[REFERENCE] = grid_margin()

    def generation() -> None:
        reached["column generation"] = solve(from_task(TASK)).value

    print(table(measure({REFERENCE: grid, "column generation": generation}, rounds), TARGETS))
    for name, value in reached.items():
        print(f"{name}: margin {value / float(maximum_margin(TASK)):.7f} of the maximum")


if __name__ == "__main__":
    main()
