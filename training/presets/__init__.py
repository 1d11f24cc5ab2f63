"""Named settings: the project's own recipes, and those of papers as printed. A new one stands in one of these files."""

from __future__ import annotations

import difflib

from training.presets.li import LI
from training.presets.morwani import MORWANI
from training.presets.multiscale import MULTISCALE
from training.presets.own import OWN
from training.presets.published import PUBLISHED
from training.presets.rangamani import RANGAMANI
from training.presets.recipe import SCALES, Aim, Preset

__all__ = [
    "LI",
    "MORWANI",
    "MULTISCALE",
    "OWN",
    "PRESETS",
    "PUBLISHED",
    "RANGAMANI",
    "SCALES",
    "Aim",
    "Preset",
    "preset",
]

PRESETS = {preset.name: preset for preset in (*OWN, *MORWANI, *LI, *RANGAMANI, *MULTISCALE, *PUBLISHED)}


def preset(name: str) -> Preset:
    """The preset of that name. Raises ValueError for an unknown one, with the nearest known."""
    if name not in PRESETS:
        nearest = difflib.get_close_matches(name, PRESETS, 1, 0)[0] if name else next(iter(PRESETS))
        raise ValueError(f"unknown preset {name!r}; the nearest known one is {nearest!r} (see `list`)")
    return PRESETS[name]
