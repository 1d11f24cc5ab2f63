"""Phase sets that several tests share."""

from __future__ import annotations

from fractions import Fraction

from margin.networks.phases import PhaseList, PhaseSet

# Fewer neurons than the general sets, at frequencies of a small order (docs/theory.md, 5.13).
FOUR_AT_ORDER_4 = PhaseList(2, 8, ((1, 1, 2), (1, 3, 4), (3, 3, 6), (3, 5, 0)), (Fraction(1, 4),) * 4)
NINE_AT_ORDER_3 = PhaseList(
    3,
    6,
    tuple((2 * s, 2 * s, 2 * t + 1, (4 * s + 2 * t + 1) % 6) for s in range(3) for t in range(3)),
    (Fraction(1, 9),) * 9,
)


def listed(phases: PhaseSet) -> PhaseList:
    """The same phase set, neuron by neuron."""
    neurons = tuple((*alpha, omega) for alpha, omega in phases.points())
    return PhaseList(phases.k, phases.denominator, neurons, tuple(phases.weights()))
