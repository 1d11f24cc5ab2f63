"""Writes certificates of widths (proofs_check/formats/WIDTH.md). Untrusted by design."""

from __future__ import annotations

from margin.answers.sealing import fraction, sealed
from margin.minimal_width.rounding import Bound


def certificate(bound: Bound) -> bytes:
    """The certificate of a bound. Raises ValueError beyond the limits that all formats share."""
    return sealed(
        {
            "format": "algebraic-margin certificate",
            "version": 1,
            "claim": {"quantity": "width", "sense": "lower", "value": bound.neurons},
            "task": {"kind": "width", "k": bound.k, "order": bound.order},
            "blocks": [
                {"pairs": part.j, "columns": [[*m] for m in part.columns], "rows": [[*row] for row in part.rows]}
                for part in bound.blocks
            ],
            "sums": {"value": bound.value, "mean": bound.mean, "excess": fraction(bound.excess)},
        }
    )
