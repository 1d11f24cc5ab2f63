"""The figures of the paper on modular addition at several scales, from the saved tables of networks trained anew."""

from __future__ import annotations

from paper_figures.figures.multiscale import effects, growth, logits, many, neurons, norms, planes

PICTURES = [
    picture for module in (neurons, planes, logits, many, effects, growth, norms) for picture in module.PICTURES
]
