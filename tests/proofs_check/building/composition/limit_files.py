"""Statements about groups at the limits of order, points, work and signs, with the verdicts that they must get."""

from __future__ import annotations

from math import prod

from margin.numbers.square_roots import Surd
from tests.proofs_check.building.composition.building import true
from tests.proofs_check.building.editing import Json, number, put, sealed

UNITS = (Surd.sqrt(2) - 1, 2 - Surd.sqrt(3), 5 - 2 * Surd.sqrt(6))  # small, with large conjugates


def cycles(*lengths: int, points: int = 0) -> list[int]:
    """Disjoint cycles of these lengths, the other points fixed."""
    images, start = list[int](), 0
    for length in lengths:
        images += [*range(start + 1, start + length), start]
        start += length
    return images + list(range(start, points))


def group_limit_files() -> dict[str, tuple[str, bytes]]:
    """By name: status and rule, and the file. The group is cyclic, and not the one that the file is about."""

    def stated(*generators: list[int]) -> Json:
        return put(true("S3", 2), "task.generators", list(generators))

    two = true("C2", 2)
    files: dict[str, tuple[str, Json]] = {
        "order-10000": ("REJECTED GROUP", stated(cycles(16, 625))),
        "order-10001": ("MALFORMED", stated(cycles(73, 137))),
        "order-times-points-10-to-the-7": ("REJECTED GROUP", stated(cycles(4, 625, points=4000))),
        "order-times-points-above": ("MALFORMED", stated(cycles(3163))),
        "work-above-10-to-the-7": ("REJECTED GROUP", stated(cycles(3162))),
        "work-above-the-limit": ("MALFORMED", stated(cycles(3162), cycles(3162))),
        "points-5000": ("VERIFIED", put(two, "task.generators", [[1, 0, *range(2, 5000)]])),
        "points-5001": ("MALFORMED", put(two, "task.generators", [[1, 0, *range(2, 5001)]])),
    }
    return {name: (expected, sealed(body)) for name, (expected, body) in files.items()}


def near_zero(*exponents: int) -> Surd:
    """A positive number whose four coefficients are about as large as its third root is small."""
    return prod((unit**e for unit, e in zip(UNITS, exponents, strict=True)), start=Surd(1))


def close_signs() -> dict[str, tuple[str, bytes]]:
    """By name: status and rule, and the file. S3 with a denominator, or a class weight, near 0."""
    equal, upper = true("S3", 2), true("S3", 2, "upper")
    place, weights = "claim.value.denominator", "dual.class_weights"
    decided, barely, beyond = near_zero(3220, 2154, 1237), near_zero(3223, 2155, 1238), near_zero(6000, 4000, 2300)
    files: dict[str, tuple[str, Json]] = {
        "decided": ("REJECTED CLAIM", put(equal, place, number(decided))),
        "decided-negative": ("REJECTED CLAIM", put(equal, place, number(-decided))),
        "weight-decided": ("REJECTED CLAIM", put(upper, weights, [number(decided), []])),
        "weight-decided-negative": ("REJECTED DUAL", put(upper, weights, [number(-decided), []])),
        "barely-not-decided": ("MALFORMED", put(equal, place, number(barely))),  # with sqrt(1) = 1 it would be
        "not-decided": ("MALFORMED", put(equal, place, number(beyond))),
        "weight-not-decided": ("MALFORMED", put(upper, weights, [number(beyond), []])),
        "weight-not-decided-behind-a-rule": (
            "REJECTED NORM-EXPONENT",
            put(put(upper, weights, [number(beyond), []]), "norm.outer", 2),
        ),
    }
    return {name: (expected, sealed(body)) for name, (expected, body) in files.items()}
