"""Training with cross-entropy at finite lambda, for addition mod n (docs/theory.md, 7)."""

from __future__ import annotations

import numpy as np

from margin.addition.maximum import neuron_value
from margin.answers.finite_lambda import MarginProgram
from margin.tasks import ModularAddition


def margin_program(task: ModularAddition) -> MarginProgram:
    """Addition mod n: all rotations together share one mass, as the optimum treats them alike; then the sign n/2."""
    n = task.n
    sign = np.array([(-1.0) ** d for d in (1, 2)])  # chi of n/2 at odd and even differences
    c = float(neuron_value(task, 2))
    if n % 2:
        total = [c * n / (n - 1)]  # mean of c (1 - cos) over the rotations, at any difference
        return MarginProgram(np.array([total]), np.array([n - 1.0]), np.array([c]), task.degree)
    c_sign = float(neuron_value(task, 1))
    rows, rates = [c_sign * (1 - sign)], [c_sign]
    if n > 2:
        rotations = n // 2 - 1
        # sum of cos(2 pi z d / n) over 0 < z < n/2 is -(1 + (-1)^d) / 2
        rows.insert(0, c * (1 + (1 + sign) / 2 / rotations))
        rates.insert(0, c)
    return MarginProgram(np.array(rows), np.array([n / 2, n / 2 - 1]), np.array(rates), task.degree)
