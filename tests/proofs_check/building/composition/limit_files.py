"""Statements about groups at the limits of order, points and work, with the verdicts that they must get."""

from __future__ import annotations

from tests.proofs_check.building.composition.building import true
from tests.proofs_check.building.editing import Json, put, sealed


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
