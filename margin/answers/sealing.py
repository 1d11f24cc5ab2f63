"""What the certificates of all kinds share: numbers, canonical bytes, the hash inside (`proofs_check/formats`)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from margin.io.canonical import seal as seal
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
