"""Training with cross-entropy at finite lambda, for sparse parity (docs/theory.md, 7)."""

from __future__ import annotations

import numpy as np

from margin.answers.finite_lambda import MarginProgram
from margin.parity.maximum import maximum_margin
from margin.tasks import SparseParity


def margin_program(task: SparseParity) -> MarginProgram:
    """Two labels and one kind of neuron, whose margin is gamma* = 2 c."""
    gamma = float(maximum_margin(task))
    return MarginProgram(np.array([[gamma]]), np.array([1.0]), np.array([gamma / 2]), task.degree)
