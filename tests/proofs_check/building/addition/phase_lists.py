"""Lists of phases, written out neuron by neuron."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product

Point = tuple[Fraction, ...]
Neuron = tuple[Sequence[Fraction], Fraction, Fraction]  # input phases, output phase, share


def turns(*parts: int, whole: int) -> Point:
    return tuple(Fraction(part, whole) % 1 for part in parts)


def group_points(k: int, turn: Fraction, joint: bool) -> list[Point]:
    """The group of formats/ADDITION.md, section 5, one point for each class modulo half a turn in all coordinates."""
    units = [tuple(Fraction(i == j) for j in range(k)) for i in range(k)]
    generators = [tuple(x / 2 for x in unit) for unit in units]
    generators += [(turn,) * k] if joint else [tuple(x * turn for x in unit) for unit in units]
    found = {(Fraction(0),) * k}
    frontier = set(found)
    while frontier:
        sums = {
            tuple((x + y) % 1 for x, y in zip(point, step, strict=True))
            for point, step in product(frontier, generators)
        }
        frontier = sums - found
        found |= frontier
    return sorted({min(point, tuple((x + Fraction(1, 2)) % 1 for x in point)) for point in found})


def equal_shares(points: Sequence[Point], shift: Fraction | int = 0) -> list[Neuron]:
    """Output phase = sum of the input phases, plus a shift."""
    return [(point, (sum(point) + Fraction(shift)) % 1, Fraction(1, len(points))) for point in points]


def group_list(k: int, turn: Fraction | None = None, joint: bool = True) -> list[Neuron]:
    """A group (by default that of the minimal construction) as a list."""
    return equal_shares(group_points(k, turn or Fraction(1, 2 * (k + 1)), joint))


def four_neurons() -> list[Neuron]:
    """k = 2, frequencies of order 4: two neurons fewer than any list for larger orders.

    All phases are odd eighths, so that cos(4 pi alpha) = 0 removes the exponents (2, 0) and (-2, 0), which coincide
    modulo 4, as well as (0, 2) and (0, -2).
    """
    return equal_shares([turns(x, y, whole=8) for x, y in ((1, 1), (1, 3), (3, 3), (7, 1))])


def weighted_sums(light: int = 1) -> list[Neuron]:
    """k = 3, frequencies of order 4, where (-1, 0, 0) and (3, 0, 0) coincide; 15 terms of the expansion to 1.

    Neither sum vanishes here: 15 times one and the other do, for shares in the ratio 1 to 15.
    """
    orbits = [((0, 0, 2), light), ((0, 0, 6), 16 - light), ((1, 0, 0), 16)]
    orbits += [((2, 1, 5), light), ((2, 1, 1), 16 - light), ((3, 1, 3), 16)]
    return [
        (point, Fraction(sum(point) % 1), Fraction(part, 4 * 64))
        for (x, y, z), part in orbits
        for point in (turns(x, y + 2 * j, z - 2 * j, whole=8) for j in range(4))
    ]


def order_six() -> list[Neuron]:
    """k = 3, frequencies of order 6, where (3, 0, 0) and (-3, 0, 0) coincide: their sums cancel, neither vanishes."""
    sums = [(x, -4 * x + r) for x in (1, 3, 5) for r in (0, 3)]  # of the first, and of the other two phases
    return equal_shares(
        [turns(x + 6 * a, 3 * t, s - 3 * t, whole=12) for x, s in sums for a in range(2) for t in range(4)]
    )


def unequal_shares(part: Fraction = Fraction(1, 3)) -> list[Neuron]:
    """k = 1: two pairs of phases a quarter turn apart, each neuron of one pair with this share."""
    phases = [
        (0, part),
        (1, Fraction(1, 2) - part),
        (3, part),
        (4, Fraction(1, 2) - part),
    ]  # in twelfths: 0 and 3, 1 and 4
    return [(turns(p, whole=12), Fraction(p, 12), share) for p, share in phases]


def fine_phases(count: int) -> list[Neuron]:
    """k = 3, phases over 18932 = 4 * 4733: at n = 504, 7 neurons keep within the work allowed."""
    return equal_shares([turns(0, 0, i, whole=18932) for i in range(count)])


def golden(steps: int | None) -> list[Neuron]:
    """k = 1, phases 0, 1/5, 4/5: their doubles' sum vanishes for shares in the golden ratio, which is irrational.

    With ratios of Fibonacci numbers it only vanishes in floating point.
    """
    small, large = 1, 1
    for _ in range(steps or 0):
        small, large = large, small + large
    total = large + 2 * small
    shares = [(0, large), (1, small), (4, small)]
    return [(turns(p, whole=5), Fraction(p, 5), Fraction(part, total)) for p, part in shares]
