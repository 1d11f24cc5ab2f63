"""Fits of a function of two elements by waves of their sum, and by any wave of the plane Z_n x Z_n."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from margin.analysis.axes import Array, in_range, located
from margin.analysis.fourier import ROUNDING, Vectors
from margin.analysis.tables import spectrum_2d

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class SumFit:
    """alpha cos w(a+b) + beta sin w(a+b), w = 2 pi frequency/n: the least-squares fit of a function of (a, b).

    `error` is the norm of the function less the fit over the norm of the function; 0 for a zero function.
    """

    frequency: int
    alpha: float
    beta: float
    error: float


def sum_fit(table: Vectors, frequency: int) -> SumFit:
    """The fit of a function (n, n) of two elements, without a constant, for a frequency 1..n//2.

    Raises ValueError for another shape or frequency, and as `axes.located`. Source: Rangamani, Section III-D.

    >>> a = np.arange(7)
    >>> fit = sum_fit(3 * np.cos(2 * np.pi * 2 * (a[:, None] + a) / 7), 2)
    >>> round(fit.alpha, 9), abs(round(fit.beta, 9)), round(fit.error, 9)
    (3.0, 0.0, 0.0)
    """
    values, n = _square(table)
    if not 1 <= frequency <= n // 2:
        raise ValueError(f"frequency {frequency}, expected one in 1..{n // 2}")
    sums = np.add.outer(np.arange(n), np.arange(n)) * frequency % n
    angles = 2 * np.pi * sums / n
    if 2 * frequency == n:  # the sine is zero at all elements
        alpha, beta = float((values * np.cos(angles)).mean()), 0.0
    else:
        alpha, beta = (2 * float((values * wave(angles)).mean()) for wave in (np.cos, np.sin))
    left = values - alpha * np.cos(angles) - beta * np.sin(angles)
    norm = float(np.linalg.norm(values))
    return SumFit(frequency, alpha, beta, float(np.linalg.norm(left)) / norm if norm > 0 else 0.0)


def sum_share(table: Vectors) -> float:
    """The share of a table's squared norm (n, n) that a function of a + b mod n can have; 0 for a zero table.

    That function is the mean over all (a, b) of one sum. Raises ValueError for another shape, and as `axes.located`.

    >>> a = np.arange(7)
    >>> round(sum_share((a[:, None] + a) % 7), 9), round(sum_share(a[:, None] - a), 9)
    (1.0, 0.0)
    """
    values, n = _square(table)
    sums = np.add.outer(np.arange(n), np.arange(n)) % n
    scaled = in_range(values, (0, 1))
    means = np.bincount(sums.ravel(), scaled.ravel(), n) / n
    norm = float((scaled**2).sum())
    return n * float((means**2).sum()) / norm if norm > 0 else 0.0


@dataclass(frozen=True)
class PlaneFit:
    """The wave cos(2 pi (first a + second b)/n + phase) of largest power in what varies of a table (n, n).

    `first` is 0..n//2, `second` 0..n-1; `share` is the wave's part of the squared norm without the table's mean, with
    its conjugate. `product_share` adds the wave of (first, -second): what products of a wave of a and one of b can
    have. A table that is constant, up to rounding, has shares 0 and frequencies 0.
    """

    first: int
    second: int
    amplitude: float
    phase: float
    share: float
    product_share: float

    @property
    def on_axis(self) -> bool:
        """Whether the wave depends on one of the elements alone."""
        return self.first == 0 or self.second == 0


def plane_fit(table: Vectors) -> PlaneFit:
    """The best single wave of a table (n, n). Raises ValueError for another shape, and as `axes.located`.

    Source: Li et al., Section 5.2: the rows of W^KQ are cosines of two dimensions.

    >>> a = np.arange(7)
    >>> fit = plane_fit(5 + 3 * np.cos(2 * np.pi * (2 * a[:, None] - a) / 7 + 0.5))
    >>> fit.first, fit.second, round(fit.amplitude, 9), round(fit.phase, 9), round(fit.share, 9)
    (2, 6, 3.0, 0.5, 1.0)
    """
    values, n = _square(table)
    squared, varying = _plane_powers(values)
    if varying == 0:
        return PlaneFit(0, 0, 0.0, 0.0, 0.0, 0.0)
    place = int(squared.argmax())  # the first of a wave and its conjugate, so `first` is at most n/2
    first, second = divmod(place, n)
    waves = {(first, second), (-first % n, -second % n)}
    both = waves | {(first, -second % n), (-first % n, second)}
    share, product = (sum(float(squared[wave]) for wave in chosen) / varying for chosen in (waves, both))
    coefficient = complex(spectrum_2d(values)[first, second]) / n**2 * len(waves)
    return PlaneFit(first, second, abs(coefficient), float(np.angle(coefficient)), share, product)


def plane_power(table: Vectors, first: int = -2, second: int = -1) -> Array:
    """Shares of the squared norm at the pairs |y|, |z| of frequencies, (n//2 + 1, n//2 + 1), the mean included.

    They add up to 1 (0 for a zero table). All axes but the two are added up before.
    Raises ValueError for axes of different length, and as `tables.spectrum_2d`.

    >>> a = np.arange(5)
    >>> np.argwhere(plane_power(np.cos(2 * np.pi * (a[:, None] + 2 * a) / 5)) > 1e-9).tolist()
    [[1, 2]]
    """
    array, (y, z) = located(table, first, second)
    n = array.shape[y]
    if array.shape[z] != n:
        raise ValueError(f"axes of lengths {n} and {array.shape[z]}, expected the same length")
    scaled = in_range(array, tuple(range(array.ndim)))
    squared = np.abs(spectrum_2d(scaled, y, z)) ** 2
    pooled = np.moveaxis(squared, (y, z), (0, 1)).reshape(n, n, -1).sum(axis=2)
    folded = np.zeros((n // 2 + 1, n))
    frequency = np.minimum(np.arange(n), n - np.arange(n))
    np.add.at(folded, frequency, pooled)
    result = np.zeros((n // 2 + 1, n // 2 + 1))
    np.add.at(result.T, frequency, folded.T)
    total = result.sum()
    return result / total if total > 0 else result


def _plane_powers(values: Array) -> tuple[Array, float]:
    """|F|^2 (n, n), 0 for the mean, and their sum; that is 0 where it is what rounding leaves of a constant."""
    squared = np.abs(spectrum_2d(in_range(values, (0, 1)))) ** 2
    mean = float(squared[0, 0])
    squared[0, 0] = 0.0
    total = float(squared.sum())
    return squared, total if total > (values.size * ROUNDING) ** 2 * mean else 0.0


def _square(table: Vectors) -> tuple[Array, int]:
    values, _ = located(table)
    if values.ndim != 2 or values.shape[0] != values.shape[1] or len(values) < 2:
        raise ValueError(f"table of shape {values.shape}, expected (n, n) with n >= 2")
    return values, len(values)
