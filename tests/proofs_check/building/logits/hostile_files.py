"""Builders of files that take a checker up to a minute: all the work that logits and large weights may ask for."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from tests.proofs_check.building.addition.large_files import large
from tests.proofs_check.building.addition.limit_files import of_slots
from tests.proofs_check.building.addition.steps import one_long_weight
from tests.proofs_check.building.editing import sealed
from tests.proofs_check.building.logits.files import certificate, long_weight, polynomial


def _many_inputs() -> bytes:
    return sealed(certificate([[[1], [-1]]] * 22, [[1, -1]], value=Fraction(-(10**9)), right=0))


def _labels() -> bytes:
    """Few neurons and many labels, so that the logits themselves take the time."""
    return sealed(long_weight(250, 2, 20, 12))


def hostile() -> dict[str, Callable[[], bytes]]:
    return {
        "logits-many-inputs": _many_inputs,
        "logits-many-labels": _labels,
        "logits-many-neurons": lambda: sealed(long_weight(2, 1, 300_000, 10)),
        "logits-long-polynomial": lambda: sealed(long_weight(2, 4, 3, 8000, polynomial(*[0] * 64, 1))),
        "logits-slots": lambda: sealed(long_weight(2, 1, 6400, 403, polynomial(*[0] * 62, 1))),
        "logits-most-work": lambda: sealed(long_weight(10, 6, 18, 117, polynomial(0, 0, 0, 1))),
        "large-slots": lambda: of_slots(100_000, rejected=False),
        "large-most-work-of-three": lambda: sealed(large(one_long_weight(20, 3, 30, 1440))),
        "large-most-work": lambda: sealed(large(one_long_weight(8, 4, 55, 1197))),
    }
