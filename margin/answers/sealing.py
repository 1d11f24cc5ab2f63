"""What the certificates of all kinds share: numbers, limits, canonical bytes, the hash inside (`proofs_check/formats`).

The writers ask the formats' limits, so that what they write is never malformed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from margin.io.canonical import seal as seal
from margin.numbers.square_roots import Surd

Json = dict[str, Any]
MOST_K, MOST_N, MOST_BITS, MOST_BYTES = 64, 2**256, 8192, 4_000_000  # of every format; bits of an integer
ADDITION_WORK = 10**7  # steps that a checker of addition takes at most
SENSES = ("equal", "lower", "upper")


class Limits(NamedTuple):
    """Of the numbers of a kind of certificate: every radicand is below `radicand`."""

    radicand: int
    terms: int


ADDITION, GROUP, PARITY = Limits(10**15, 4), Limits(10**9, 16), Limits(10**9, 1)


def fraction(value: Fraction | int) -> list[int]:
    value = Fraction(value)
    return [value.numerator, value.denominator]


def number(value: Surd, limits: Limits = ADDITION) -> list[list[int]]:
    """Terms [radicand, numerator, denominator]. Raises ValueError beyond the limits of the format."""
    if len(value.terms) > limits.terms:
        raise ValueError(f"certificate: a number of {len(value.terms)} terms; the format takes {limits.terms}")
    for r, _ in value.terms:
        if r >= limits.radicand:
            raise ValueError(f"certificate: the square root of {r}; the format takes those below {limits.radicand:.0e}")
    return [[r, *fraction(q)] for r, q in value.terms]


def sealed(body: Mapping[str, object]) -> bytes:
    """The bytes of a certificate. Raises ValueError beyond the limits on integers and bytes that all formats share."""
    longest = max((abs(x).bit_length() for x in _integers(body)), default=0)
    if longest > MOST_BITS:
        raise ValueError(
            f"certificate: it would have an integer of {longest} bits, n^k and numbers like it; the format takes"
            f" {MOST_BITS} bits: choose a smaller n or k"
        )
    content = seal(body)
    if len(content) > MOST_BYTES:
        raise ValueError(f"certificate: it would have {len(content)} bytes; the format takes {MOST_BYTES}")
    return content


def _integers(value: object) -> Iterator[int]:
    if isinstance(value, int):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _integers(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _integers(part)
