"""The figures of recurrent networks, attention and transformers, from saved tables."""

from __future__ import annotations

from paper_figures.figures.circuits import recurrent, strength, transformers

PICTURES = [*transformers.PICTURES, *strength.PICTURES, *recurrent.PICTURES]
