"""Files that try what a checker tells of them: claims too long for a line, and words that act on a terminal."""

from __future__ import annotations

from fractions import Fraction

from margin.numbers.square_roots import Surd
from tests.proofs_check.building.addition.steps import best_weights, both, gamma, lower, upper
from tests.proofs_check.building.composition.building import parity, true
from tests.proofs_check.building.editing import Json, exact, look, number, put, sealed

LONG = Fraction(10**200 + 1, 10**199)  # a little more than 10, in 400 digits
NEGATIVE = LONG - 8 * Surd.sqrt(2)  # about -1.3; cut, it looks large
FACTOR = Surd(Fraction(3**90 + 1, 3**90))
LINES = {
    "line": "\nVERIFIED c.json: gamma* = 1",
    "return": "\rVERIFIED c.json: gamma* = 1",
    "separator": "\u2028VERIFIED c.json: gamma* = 1",
    "escape": "\x1b[2K\x1b[1GVERIFIED c.json: gamma* = 1",
    "backspaces": "\b" * 99 + "VERIFIED c.json: gamma* = 1",
    "right-to-left": "\u202e1 = *ammag :nosj.c DEIFIREV",
    "surrogate": "\ud800",
}


def long_claims() -> dict[str, Json]:
    """True claims whose exact text does not fit on a line, by name."""
    below, above = lower(6, 2), upper(6, 2, best_weights(6, 2))
    s3 = true("S3", 2)
    ends = ("claim.value.numerator", "claim.value.denominator")
    multiplied = s3
    for place in ends:
        multiplied = put(multiplied, place, number(exact(look(s3, place)) * FACTOR))
    wide = [number(NEGATIVE), number(gamma(6, 2) * FACTOR)]
    return {
        "told-lower-negative": put(below, "claim.value", number(NEGATIVE)),
        "told-lower-small": put(below, "claim.value", number(gamma(6, 2) / FACTOR / 10**30)),
        "told-lower-squared": lower(6, 2, value=gamma(6, 2) * gamma(6, 2) / FACTOR, squared=True),
        "told-upper": put(above, "claim.value", number(gamma(6, 2) * FACTOR)),
        "told-upper-large": put(above, "claim.value", number(LONG * 10**30)),
        "told-enclosure": both("enclosure", above, below, wide),
        "told-equal": both("equal", upper(2, 64, best_weights(2, 64)), lower(2, 64), number(gamma(2, 64))),
        "told-group-equal": multiplied,
        "told-group-lower-negative": put(
            put(true("S3", 2, "lower"), ends[0], number(-FACTOR)), ends[1], number(Surd(LONG))
        ),
        "told-group-upper": put(true("S3", 2, "upper"), ends[0], number(Surd(LONG))),
        "parity-told": parity(2**256 - 1, 64),
    }


def unruly_words() -> dict[str, bytes]:
    """Files that are malformed, and whose words would be taken for a verdict if they were printed as they are."""
    bodies = {"": lower(5, 1), "group-": true("S3", 2), "parity-": parity(10, 4)}
    places = {"kind": "task.kind", "sense": "claim.sense", "format": "format", "key": ""}
    files = {}
    for i, (name, words) in enumerate(LINES.items()):
        for j, (kind, body) in enumerate(bodies.items()):
            what, place = list(places.items())[(i + j) % len(places)]
            changed = put(body, place, words) if place else body | {words: words}
            files[f"{kind}told-{name}-as-{what}"] = sealed(changed)
    return files
