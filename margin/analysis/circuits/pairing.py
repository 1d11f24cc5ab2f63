"""Which frequency each singular direction has, and whether two directions share each frequency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from margin.analysis.axes import located
from margin.analysis.fourier import dominant, power
from margin.analysis.singular import frequency_alignment

PURE = 0.9  # least share of a direction's squared norm at its frequency, for it to count as one of that frequency


@dataclass(frozen=True)
class Direction:
    """A direction's frequency of largest power, 1..n//2, 0 where nothing varies, and its share of the squared norm."""

    frequency: int
    share: float


def directions(columns: ArrayLike) -> list[Direction]:
    """Of directions (n, r), one a column. Raises ValueError for another shape, and as `fourier.spectrum`.

    >>> a = 2 * np.pi * np.arange(7) / 7
    >>> directions(np.stack([np.cos(2 * a), np.sin(3 * a)], axis=1))[1].frequency
    3
    """
    values, _ = located(columns)
    if values.ndim != 2:
        raise ValueError(f"directions of shape {values.shape}, expected (n, r)")
    shares = power(values, 0)
    return [Direction(int(z), float(shares[z, i]) if z else 0.0) for i, z in enumerate(dominant(values, 0))]


@dataclass(frozen=True)
class Pair:
    """Two consecutive directions, `number` and `number` + 1, how much of a frequency's waves they hold, 0 to 1."""

    number: int
    frequency: int
    alignment: float


def pairs(columns: ArrayLike, count: int) -> list[Pair]:
    """The first `count` pairs of consecutive directions (n, r), orthonormal columns, each with its main frequency.

    The frequency is that of largest power of both together. Raises ValueError for fewer than 2 `count` directions, and
    as `singular.frequency_alignment`. Source: Rangamani, Figure 4.
    """
    values, _ = located(columns)
    if values.ndim != 2 or values.shape[1] < 2 * count:
        raise ValueError(f"directions of shape {values.shape}, expected (n, {2 * count} or more)")
    result = []
    for number in range(0, 2 * count, 2):
        both = values[:, number : number + 2]
        frequency = int(dominant(both, 0, pooled=1))
        result.append(Pair(number, frequency, frequency_alignment(both, frequency)))
    return result


def two_each(found: Sequence[Direction], least: float = PURE) -> bool:
    """Whether every direction has at least the share `least` at its frequency, and each frequency has two of them.

    False for no directions. Raises ValueError for a share outside (0, 1].

    >>> two_each([Direction(3, 0.95), Direction(3, 0.99)]), two_each([Direction(3, 0.95), Direction(4, 0.99)])
    (True, False)
    """
    if not 0 < least <= 1:
        raise ValueError(f"least share {least}, expected a number in (0, 1]")
    _, counts = np.unique([direction.frequency for direction in found], return_counts=True)
    return bool(len(counts)) and bool((counts == 2).all()) and all(direction.share >= least for direction in found)
