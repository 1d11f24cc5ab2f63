"""Neurons per frequency: counts that suffice, and counts proved necessary."""

from __future__ import annotations

import json

from margin.addition.cliques import CLIQUES
from margin.addition.width import is_clique
from margin.minimal_width.shipped import shipped
from proofs_check import check


def proved_least(k: int, wanted: int | None = None) -> int | None:
    """Neurons per frequency that the clique of `cliques` proves needed; None without one, or not `wanted`."""
    clique = CLIQUES.get(k)
    if clique is None or not is_clique(clique, k) or len(set(clique)) != len(clique):
        return None
    return len(clique) if wanted in (None, len(clique)) else None


def certified_least(k: int, certificate: bytes | None = None) -> int | None:
    """Neurons per frequency, for orders modulo which no two exponents coincide, that a certificate proves needed.

    The one that is shipped for k, if none is given; None where there is none, or the kernel does not verify it.
    """
    content = shipped(k) if certificate is None else certificate
    if content is None or check.check_bytes(content).status != "VERIFIED":
        return None
    file = json.loads(content)
    return int(file["claim"]["value"]) if (file["task"]["kind"], file["task"]["k"]) == ("width", k) else None
