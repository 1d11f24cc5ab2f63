"""Neurons per frequency: counts that suffice, and counts proved necessary."""

from __future__ import annotations

from margin.addition.cliques import CLIQUES
from margin.addition.width import is_clique


def proved_least(k: int, wanted: int | None = None) -> int | None:
    """Neurons per frequency that the clique of `cliques` proves needed; None without one, or not `wanted`."""
    clique = CLIQUES.get(k)
    if clique is None or not is_clique(clique, k) or len(set(clique)) != len(clique):
        return None
    return len(clique) if wanted in (None, len(clique)) else None
