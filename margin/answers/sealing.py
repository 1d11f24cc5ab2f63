"""What the certificates of all kinds share: numbers, canonical bytes, the hash inside (`proofs_check/formats`)."""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction
from typing import Any

from margin.numbers.square_roots import Surd

Json = dict[str, Any]
MOST_K, MOST_N, MOST_RADICAND = 64, 2**256, 10**15  # limits of the format
SENSES = ("equal", "lower", "upper")


def fraction(value: Fraction | int) -> list[int]:
    value = Fraction(value)
    return [value.numerator, value.denominator]


def number(value: Surd) -> list[list[int]]:
    """Terms [radicand, numerator, denominator]."""
    return [[r, *fraction(q)] for r, q in value.terms]


def seal(certificate: Json) -> bytes:
    """Canonical bytes with their SHA-256 inside."""
    body = {key: value for key, value in certificate.items() if key != "sha256"}
    return canonical(body | {"sha256": hashlib.sha256(canonical(body)).hexdigest()})


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n"
