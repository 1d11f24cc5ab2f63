"""A network's matrix cut to part of itself, and the accuracy that is left: by rank, by direction, by frequency."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from margin.analysis.axes import Array, located
from margin.analysis.fourier import Axis, Vectors
from margin.analysis.singular import SingularValues, decomposed


@dataclass(frozen=True)
class Kept:
    """What the first `rank` singular directions of a matrix carry, and the accuracy with them alone and without them.

    `share` is theirs of the sum of all singular values, `energy` of the sum of their squares; both 0 for a zero matrix.
    """

    rank: int
    share: float
    energy: float
    accuracy: float
    complement: float


def by_rank(matrix: ArrayLike, ranks: Iterable[int], accuracy: Callable[[Array], float]) -> list[Kept]:
    """For each rank what is kept; `accuracy` runs the model with a matrix (rows, columns) in the place of this one.

    Raises ValueError for a rank outside 0..min(rows, columns), and as `singular.decomposed`. Source: Rangamani, Section
    III-B, where `share` is called energy.

    >>> table = np.diag([4.0, 3.0, 3.0])
    >>> (kept,) = by_rank(table, [1], lambda m: float(np.mean(np.diag(m) > 1)))
    >>> kept.share, round(kept.energy, 3), round(kept.accuracy, 3), round(kept.complement, 3)
    (0.4, 0.471, 0.333, 0.667)
    """
    values, _ = located(matrix)
    decomposition = decomposed(values)
    shares, energies = _cumulated(decomposition.values), _cumulated(decomposition.values**2)
    rows = []
    for rank in ranks:
        truncated = decomposition.truncated(rank)
        rows.append(Kept(rank, shares[rank], energies[rank], accuracy(truncated), accuracy(values - truncated)))
    return rows


def without_directions(decomposition: SingularValues, numbers: Collection[int]) -> Array:
    """The matrix less its singular directions of these numbers, from 0. Raises ValueError for one that is not there.

    >>> without_directions(decomposed(np.diag([3.0, 2.0])), [0]).tolist()
    [[0.0, 0.0], [0.0, 2.0]]
    """
    count = len(decomposition.values)
    unknown = [number for number in numbers if not 0 <= number < count]
    if unknown:
        raise ValueError(f"singular direction {unknown[0]}, expected one in 0..{count - 1}")
    left = np.ones(count)
    left[list(numbers)] = 0.0
    return (decomposition.left * (decomposition.values * left)) @ decomposition.right


def without_frequencies(vectors: Vectors, frequencies: Collection[int], axis: Axis = -1) -> Array:
    """The values less what they have at these frequencies, 0..n//2, along an axis of length n; the shape stays.

    Raises ValueError for a frequency outside 0..n//2, and as `axes.located`.

    >>> u = 1.5 + np.cos(2 * np.pi * np.arange(7) / 7)
    >>> without_frequencies(u, [1]).round(9).tolist()
    [1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5]
    """
    return _filtered(vectors, frequencies, axis, keep=False)


def at_frequencies(vectors: Vectors, frequencies: Collection[int], axis: Axis = -1) -> Array:
    """What the values have at these frequencies, 0..n//2 (0 is the mean), along an axis; the shape stays.

    Raises ValueError as `without_frequencies`, whose result and this one add up to the values.

    >>> u = 1.5 + np.cos(2 * np.pi * np.arange(7) / 7)
    >>> at_frequencies(u, [0]).round(9).tolist()
    [1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5]
    """
    return _filtered(vectors, frequencies, axis, keep=True)


def _filtered(vectors: Vectors, frequencies: Collection[int], axis: Axis, keep: bool) -> Array:
    array, (place,) = located(vectors, axis)
    n = array.shape[place]
    unknown = [z for z in frequencies if not 0 <= z <= n // 2]
    if unknown:
        raise ValueError(f"frequency {unknown[0]}, expected one in 0..{n // 2}")
    coefficients = np.moveaxis(np.fft.rfft(array, axis=place), place, 0)
    named = np.zeros(len(coefficients), bool)
    named[list(frequencies)] = True
    coefficients[named != keep] = 0.0
    return np.fft.irfft(np.moveaxis(coefficients, 0, place), n, axis=place)


def _cumulated(values: Array) -> list[float]:
    """Shares of the first 0, 1, ... values in the sum of all."""
    total = values.sum()
    shares = np.cumsum(values) / total if total > 0 else np.zeros_like(values)
    return [0.0, *shares.tolist()]
