"""Neurons of networks trained for addition: weights, phases, and how many neurons and how much mass a frequency has."""

from __future__ import annotations

from paper_figures.figures.neurons import embedding, frequencies, phases

PICTURES = [picture for module in (embedding, phases, frequencies) for picture in module.PICTURES]
