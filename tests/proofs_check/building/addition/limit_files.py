"""Builders of files at the limits of the format, with the answers they must get."""

from __future__ import annotations

from fractions import Fraction

from tests.proofs_check.building.addition.steps import weights
from tests.proofs_check.building.editing import put, sealed

LONGEST = 4_000_000


def of_length(size: int) -> bytes:
    """A true lower bound of exactly so many bytes (at least 20 kB): many neurons of long weights, margin 0."""

    def build(width: int, in_weights: int = 0, in_value: int = 0) -> bytes:
        U, W = [[[10**2400] * width] * 2], [[10**in_weights] * 2] + [[1, 1]] * (width - 1)
        return sealed(weights(U, W, margin=Fraction(0), value=-(10**in_value)))

    one, two = (len(build(width)) for width in (1, 2))
    width, rest = divmod(size - one, two - one)
    return build(1 + width, rest // 4, rest - 2 * (rest // 4))


def of_most_work() -> bytes:
    """POPULATION with exactly 10^7 steps: 10^4 * (4 + 10 + 493 * 2)."""
    U, W = [[[1] * 493] * 10] * 4, [[1] * 10] * 493
    return sealed(weights(U, W, roots=[8] * 493, margin=Fraction(0), value=0))  # s = 50


def of_slots(width: int, rejected: bool = True) -> bytes:
    """Large weights whose 4 width slots for n = 2, k = 3 have 100 bytes; the norm is rejected at once, or right."""
    U, W = [[[1] * width] * 2] * 3, [[1] * 2] * width
    U = [[[2**265 - 1, *U[0][0][1:]], U[0][1]], *U[1:]]
    body = put(weights(U, W, margin=Fraction(0), value=0), "primal.kind", "large_weights")
    return sealed(put(body, "norm.outer", 9) if rejected else body)


def at_the_limits() -> dict[str, tuple[str, bytes]]:
    """Files with the status they must get."""
    return {
        "longest": ("VERIFIED", of_length(LONGEST)),
        "too-long": ("MALFORMED", of_length(LONGEST + 1)),
        "most-work": ("VERIFIED", of_most_work()),
        "most-slots": ("REJECTED", of_slots(100_000)),
        "too-many-slots": ("MALFORMED", of_slots(100_001)),
    }
