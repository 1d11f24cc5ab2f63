"""Neurons per frequency that are proved necessary."""

from __future__ import annotations

import json

from margin.minimal_width.shipped import shipped
from proofs_check.claims.shared.checkers import verified


def certified_least(k: int, certificate: bytes | None = None) -> int | None:
    """Neurons per frequency, for orders modulo which no two exponents coincide, that a certificate proves needed.

    The one that is shipped for k, if none is given; None where there is none, or the kernel does not verify it.
    """
    content = shipped(k) if certificate is None else certificate
    if content is None or not verified(content):
        return None
    file = json.loads(content)
    return int(file["claim"]["value"]) if file["task"] == {"kind": "width", "k": k, "order": 0} else None
