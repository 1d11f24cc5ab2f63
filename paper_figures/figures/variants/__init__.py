"""Figures of what lies beside the papers' theorems: one embedding for all inputs."""

from __future__ import annotations

from paper_figures.figures.variants import shared

PICTURES = [*shared.PICTURES]
