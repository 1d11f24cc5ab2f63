"""Canonical JSON: one value, one spelling, so that bytes can be compared and hashed (proofs_check, common part)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping


def canonical(value: object) -> bytes:
    """Keys sorted, no blanks, ASCII, one line feed at the end. Raises ValueError for NaN and infinities."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def seal(value: Mapping[str, object]) -> bytes:
    """The canonical bytes of an object with the SHA-256 of the rest of it inside; one that is there is replaced."""
    body = {key: part for key, part in value.items() if key != "sha256"}
    return canonical(body | {"sha256": hashlib.sha256(canonical(body)).hexdigest()})
