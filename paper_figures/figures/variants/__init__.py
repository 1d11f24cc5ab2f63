"""Figures of what lies beside the papers' theorems: one embedding, a part of the pairs, other activations and norms."""

from __future__ import annotations

from paper_figures.figures.variants import activations, grokking, largest, row, shared

PICTURES = [
    *row.PICTURES,
    *grokking.PICTURES,
    *activations.PICTURES,
    *largest.PICTURES,
    *shared.PICTURES,
]
