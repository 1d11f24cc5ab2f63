"""The maximum of the single-neuron objective, as Li et al. print it."""

from __future__ import annotations

from math import factorial

from margin.numbers.square_roots import Surd


def printed(n: int, k: int, numerator: int = 2, spread: int = 2) -> Surd:
    """numerator k!/((spread k + spread)^((k+1)/2) (n-1) n^((k-1)/2)); 2 and 2 as printed."""
    root = Surd.half_power(spread * (k + 1), k + 1) * Surd.half_power(n, k - 1)
    return numerator * factorial(k) / (root * (n - 1))
