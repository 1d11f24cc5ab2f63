"""Every figure by its name."""

from __future__ import annotations

from paper_figures import (
    curves,
    embedding,
    frequencies,
    irreps,
    li,
    moduli,
    parity,
    representations,
    seconds,
    strengths,
    widths,
)

MODULES = (embedding, curves, frequencies, irreps, parity, li, moduli, widths, representations, strengths, seconds)
PICTURES = {picture.name: picture for module in MODULES for picture in module.PICTURES}
