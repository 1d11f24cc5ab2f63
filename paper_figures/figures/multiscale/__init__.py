"""The figures of the paper on modular addition at several scales, from the saved tables of networks trained anew."""

from __future__ import annotations

from paper_figures.figures.multiscale import effects, growth, levels, logits, many, neurons, norms, pizza, planes

_MODULES = (levels, neurons, planes, pizza, logits, many, effects, growth, norms)
PICTURES = [picture for module in _MODULES for picture in module.PICTURES]
