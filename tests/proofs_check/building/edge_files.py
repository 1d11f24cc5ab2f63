"""Small files at the edge of one condition each, with the verdicts that they must get; beside the corpus."""

from __future__ import annotations

from fractions import Fraction
from math import prod

from margin.numbers.square_roots import Surd
from tests.proofs_check.building.addition.broken_forms import LISTED, PHASES, SMALL
from tests.proofs_check.building.addition.steps import lower
from tests.proofs_check.building.composition.building import parity, true
from tests.proofs_check.building.editing import Json, add, number, put, sealed

ROOT_BOUND = {"rule": "ROOT-BOUND", "roots": []}
ABOVE = 10**9 + 7  # a prime above the limit on radicands of groups and parity


def convergent(bits: int) -> tuple[int, int]:
    """p and q with p/q - sqrt(2) positive and nearly 1/q^2, q of so many bits."""
    p, q = 1, 1
    while q.bit_length() < bits or p * p < 2 * q * q:
        p, q = p + 2 * q, p + q
    return p, q


def _power(base: Surd, exponent: int) -> Surd:
    result = Surd(1)
    for bit in f"{exponent:b}":
        result = result * result * (base if bit == "1" else Surd(1))
    return result


def _near_zero() -> list[list[int]]:
    """A positive number near 2^-13500 with coefficients near 2^4500, from units whose conjugates are large."""
    units = (Surd.sqrt(2) - 1, 3539), (2 - Surd.sqrt(3), 2369), (5 - 2 * Surd.sqrt(6), 1361)
    return number(prod((_power(unit, exponent) for unit, exponent in units), start=Surd(1)))


def _long_common_denominator(denominator: int) -> Json:
    """A weak lower bound for S3 with a mass of this denominator."""
    body = put(true("S3", 2, "lower"), "primal.masses", [[denominator + 1, denominator], [1, 1]])
    return put(body, "claim.value.numerator", number(Fraction(1, 1000)))


def edge_files() -> dict[str, tuple[str, bytes]]:
    """By name: status and rule, and the file."""
    bits, s3 = parity(10, 4), true("S3", 2)
    p, q = convergent(8000)
    near = put(true("S3", 2, "upper"), "dual.class_weights", [[[1, p, 1], [2, -q, 1]], [[1, 1, 1]]])
    nearer = put(near, "dual.class_weights", [_near_zero(), [[1, 1, 1]]])
    files: dict[str, tuple[str, Json]] = {
        "task-kind-a-list": ("MALFORMED", put(SMALL, "task.kind", ["sparse_parity"])),
        "task-a-list": ("MALFORMED", put(SMALL, "task", ["modular_addition"])),
        "phases-of-an-unknown-kind": ("MALFORMED", put(LISTED, f"{PHASES}.kind", "set")),
        "root-bound-without-weights": ("REJECTED RULES", add(lower(5, 1), "rules", ROOT_BOUND)),
        "parity-squared": ("MALFORMED", put(bits, "claim.quantity", "squared_margin")),
        "parity-of-another-format": ("MALFORMED", put(bits, "format", "certificate")),
        "parity-radicand-above-the-limit": ("MALFORMED", put(bits, "claim.value", [[ABOVE, 1, 10**6]])),
        "radicand-above-the-limit": ("MALFORMED", put(s3, "claim.value.numerator", [[ABOVE, 1, 10**6]])),
        "sign-of-2-to-the-14-bits": ("REJECTED DUAL", near),
        "sign-of-more-bits": ("MALFORMED", nearer),
        "common-denominator-of-8192-bits": ("VERIFIED", _long_common_denominator(2**8191 + 1)),
    }
    return {name: (expected, sealed(body)) for name, (expected, body) in files.items()}
