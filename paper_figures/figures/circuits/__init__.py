"""The figures of recurrent networks, attention and transformers, from saved tables."""

from __future__ import annotations

from paper_figures.figures.circuits import recurrent, transformers

PICTURES = [*transformers.PICTURES, *recurrent.PICTURES]
