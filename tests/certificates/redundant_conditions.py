"""Conditions of the checker that no file can tell from their absence, with the reasons."""

from __future__ import annotations

REASONS: dict[str, set[str]] = {}

UNTRIED: dict[str, str] = {}
