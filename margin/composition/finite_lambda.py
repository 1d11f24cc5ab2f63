"""Training with cross-entropy at finite lambda, for composition in a finite group (docs/theory.md, 7)."""

from __future__ import annotations

import numpy as np

from margin.answers.finite_lambda import MarginProgram
from margin.composition.program import neuron_scale, program
from margin.numbers.square_roots import Surd
from margin.tasks import GroupComposition


def margin_program(task: GroupComposition) -> MarginProgram:
    """One row per non-trivial real irreducible representation, one column per non-trivial class.

    Raises ValueError for the trivial group and one too large to enumerate.
    """
    solved = program(task)
    group, irreps = solved.group, solved.irreps
    scale = neuron_scale(group.order, task.k)
    rates = np.array([float(scale / Surd.half_power(irrep.dimension, task.k - 1)) for irrep in irreps])
    gaps = np.array([1 - irrep.character[1:] / irrep.dimension for irrep in irreps]) * rates[:, None]
    return MarginProgram(gaps, group.class_sizes[1:].astype(np.float64), rates, task.degree)
