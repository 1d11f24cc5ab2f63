"""Sparse parity has no linear program to check: one kind of neuron, one class, and one inequality between means."""

from __future__ import annotations

from margin.answers.vipr import RationalProgram
from margin.parity.maximum import ParityMargin


def rational_program(prediction: ParityMargin) -> RationalProgram:
    """Raises ValueError, always."""
    raise ValueError(
        f"{prediction.task} is no linear program over representations: its upper bound is one inequality between means"
        " (docs/theory.md, 3.4); expected --p or --group, or --certificate in place of --vipr"
    )
