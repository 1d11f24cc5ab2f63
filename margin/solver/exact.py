"""A lower bound that is proved: the exact margin of a network with rounded weights, in integers."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt
from typing import Any

import numpy as np

from margin.solver.neurons import DataNetwork

MOST_PRODUCTS = 30_000_000  # of integers; about ten seconds
BITS = 40


def exact_margin(network: DataNetwork, bits: int = BITS) -> Fraction:
    """A rational number that the maximum margin on the data is at least.

    Weights are scaled by a power of two that brings the largest near 1, and rounded to multiples of 2^-bits; of the
    network so made, logits and margin are exact (features are float64, so rational), and its norm^(k+1) is exact or,
    where it has square roots, taken from above. Raises ValueError for weights that are all zero, and for data and
    networks of more than 3 * 10^7 products.
    """
    data = network.data
    products = len(data) * network.width * (data.features.shape[1] + data.classes)
    if products > MOST_PRODUCTS:
        raise ValueError(f"exact margin: {products} products of integers, limit {MOST_PRODUCTS}; use fewer neurons")
    largest = float(max(np.abs(network.U).max(), np.abs(network.W).max()))
    if not largest > 0:
        raise ValueError("exact margin: all weights are zero, so there is no direction to normalise")
    shift = bits - int(np.frexp(largest)[1])
    U, W = (_integers(np.rint(np.ldexp(array, shift))) for array in (network.U, network.W))
    X, scale = _over_common_denominator(data.features)
    hidden = X.dot(U)
    active = np.maximum(hidden, 0) if data.degree == "relu" else hidden**data.homogeneity
    logits = active.dot(W)
    right = np.take_along_axis(logits, data.labels[:, None], axis=1)
    wrong = (right - logits)[data.wrong()]
    squares = (U**2).sum(axis=0) + (W**2).sum(axis=1)
    degree = data.norm_degree
    mass = sum(s ** (degree // 2) * (_root_above(s) if degree % 2 else 1) for s in squares)
    return Fraction(int(wrong.min()), scale**data.homogeneity) / mass


def _integers(values: Any) -> Any:
    """The same array with Python integers, of any size, as entries."""
    return np.array([int(v) for v in values.ravel()], dtype=object).reshape(values.shape)


def _over_common_denominator(features: Any) -> tuple[Any, int]:
    """Integers X and a power of two with features = X / power."""
    power = max(float(v).as_integer_ratio()[1] for v in features.ravel())
    entries = [int(Fraction(float(v)) * power) for v in features.ravel()]
    return np.array(entries, dtype=object).reshape(features.shape), power


def _root_above(square: int, bits: int = 60) -> Fraction:
    """A rational at or just above the square root of an integer."""
    root = isqrt(square)
    if root * root == square:
        return Fraction(root)
    return Fraction(isqrt(square << 2 * bits) + 1, 1 << bits)
