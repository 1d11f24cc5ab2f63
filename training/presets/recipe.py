"""A recipe: named settings with three scales, what a source leaves open, and what the recipe aims at.

"smoke" takes seconds, "default" fits two cores, "paper" is as printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from training.config import Config

SCALES = ("smoke", "default", "paper")


@dataclass(frozen=True)
class Aim:
    """What the worst of eight seeds must reach: a share of gamma*, in so many seconds on two cores."""

    share: float
    seconds: float


@dataclass(frozen=True)
class Preset:
    """`settings` at scale default; `scales` says what other scales change; `choices` what a source leaves open."""

    name: str
    summary: str
    settings: Mapping[str, Any]
    scales: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    aim: Aim | None = None

    def config(self, scale: str = "default") -> Config:
        """Raises ValueError for an unknown scale."""
        if scale not in SCALES:
            raise ValueError(f"scale {scale!r}, expected one of {', '.join(SCALES)}")
        return Config.of(**{**self.settings, **self.scales.get(scale, {})})

    def choices_at(self, scale: str) -> tuple[str, ...]:
        """Those that concern a scale."""
        return tuple(
            text for text in self.choices if not text.startswith("scale ") or text.startswith(f"scale {scale}")
        )
