"""Principal components of embeddings with their frequencies, and whether a pair of them draws a circle; phases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from margin.analysis.axes import Array, located
from margin.analysis.fourier import power_without_mean
from margin.analysis.singular import decomposed

CIRCLE = 0.25  # most spread of the squared radius over its mean; two pure waves of different frequencies have 1/2


@dataclass(frozen=True)
class Components:
    """Directions (n, r) over the elements, of norm 1, their shares (r,) of what varies; frequencies, their purity."""

    directions: Array
    shares: Array
    frequencies: NDArray[np.int64]
    purity: Array  # share of each direction at its frequency


def components(embedding: ArrayLike, count: int) -> Components:
    """The first principal components of an embedding (n, d), less its mean over the elements.

    Raises ValueError for another shape or count.
    """
    table, _ = located(embedding)
    if table.ndim != 2 or not 1 <= count <= min(table.shape):
        raise ValueError(f"{count} components of an embedding of shape {table.shape}, expected (n, d), at most n and d")
    values = decomposed(table - table.mean(0))
    directions = values.left[:, :count]
    power = power_without_mean(directions, 0)
    return Components(directions, values.shares[:count], power.argmax(0) + 1, power.max(0))


def roundness(first: ArrayLike, second: ArrayLike) -> float:
    """The spread of the squared radius x^2 + y^2 over its mean, both vectors (n,) brought to mean 0 and norm 1.

    0 for a circle, 1/2 for two waves of different frequencies, n odd. Raises ValueError for vectors
    of different lengths and one that does not vary.

    >>> a = 2 * np.pi * np.arange(11) / 11
    >>> round(roundness(np.cos(2 * a), np.sin(2 * a)), 9), round(roundness(np.cos(2 * a), np.cos(5 * a)), 9)
    (0.0, 0.5)
    """
    (x, _), (y, _) = located(first), located(second)
    if x.ndim != 1 or x.shape != y.shape or not (np.ptp(x) and np.ptp(y)):
        raise ValueError(f"vectors of shapes {x.shape} and {y.shape}, expected (n,) twice, both varying")
    squares: Array = sum(((v - v.mean()) / np.linalg.norm(v - v.mean())) ** 2 for v in (x, y))
    return float(squares.std() / squares.mean())


def circular(first: ArrayLike, second: ArrayLike) -> bool:
    """Whether `roundness` is at most CIRCLE. Raises ValueError as `roundness`."""
    return roundness(first, second) <= CIRCLE


def phase_spread(first: ArrayLike, second: ArrayLike) -> float:
    """The p-value of the phases (turns) of a cluster's neurons, as points (m,) of a torus, being spread evenly.

    Rayleigh's test for the means of exp(2 pi i (j x + k y)) with |j|, |k| <= 1, four up to sign: 2 m sum |mean|^2 is
    about chi-squared of 8 degrees. Raises ValueError for vectors of different lengths, or without points.
    """
    (x, _), (y, _) = located(first), located(second)
    if x.ndim != 1 or x.shape != y.shape or not len(x):
        raise ValueError(f"phases of shapes {x.shape} and {y.shape}, expected (m,) twice, m at least 1")
    waves = [np.exp(2j * np.pi * (j * x + k * y)).mean() for j, k in ((1, 0), (0, 1), (1, 1), (1, -1))]
    half = len(x) * float(np.sum(np.abs(waves) ** 2))
    # the upper tail of chi-squared of 8 degrees at 2 half, a sum of Poisson terms
    return float(np.exp(-half) * (1 + half + half**2 / 2 + half**3 / 6))
