"""Singular values of a matrix: what each direction carries, truncation to a rank, alignment with frequencies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from margin.analysis.axes import Array, located


@dataclass(frozen=True)
class SingularValues:
    """The decomposition left @ diag(values) @ right of a matrix (rows, columns), values descending.

    `left` (rows, r) has orthonormal columns, `right` (r, columns) orthonormal rows, r = min(rows, columns).
    """

    left: Array
    values: Array
    right: Array

    @property
    def shares(self) -> Array:
        """What each direction carries of the squared norm, (r,); they add up to 1, and are 0 for a zero matrix."""
        if not self.values.any():
            return np.zeros_like(self.values)
        squared = (self.values / self.values[0]) ** 2
        return squared / squared.sum()

    @property
    def effective_rank(self) -> float:
        """exp of the entropy of values / sum(values), from 1 to r; 0 for a zero matrix.

        Source: Roy and Vetterli, The effective rank, EUSIPCO 2007.

        >>> round(decomposed(np.diag([1.0, 1.0, 0.0])).effective_rank, 12)
        2.0
        """
        if not self.values.any():
            return 0.0
        shares = self.values[self.values > 0] / self.values.sum()
        return float(np.exp(-(shares * np.log(shares)).sum()))

    def truncated(self, rank: int) -> Array:
        """The nearest matrix of that rank, (rows, columns), by the first singular values (Eckart and Young).

        Raises ValueError for a rank outside 0..r.

        >>> decomposed(np.diag([3.0, 2.0])).truncated(1).tolist()
        [[3.0, 0.0], [0.0, 0.0]]
        """
        if not 0 <= rank <= len(self.values):
            raise ValueError(f"rank {rank}, expected one in 0..{len(self.values)}")
        return (self.left[:, :rank] * self.values[:rank]) @ self.right[:rank]


def decomposed(matrix: ArrayLike) -> SingularValues:
    """The singular value decomposition of a real matrix (rows, columns).

    Raises ValueError for another shape, an empty matrix, and values that are complex or not finite.

    >>> decomposed([[0.0, 2.0], [1.0, 0.0]]).values.tolist()
    [2.0, 1.0]
    """
    values, _ = located(matrix)
    if values.ndim != 2 or 0 in values.shape:
        raise ValueError(f"matrix of shape {values.shape}, expected (rows, columns), not empty")
    return SingularValues(*np.linalg.svd(values, full_matrices=False))


def least_rank(matrix: ArrayLike, holds: Callable[[Array], bool]) -> int | None:
    """The least rank whose truncation of the matrix satisfies `holds`, say an accuracy of 1; None if none does.

    Every rank from 0 is tried in turn, as a larger rank need not do better. Raises ValueError as `decomposed`.

    >>> least_rank(np.diag([3.0, 2.0, 1.0]), lambda m: bool(m[1, 1] > 1.5))
    2
    """
    decomposition = decomposed(matrix)
    ranks = range(len(decomposition.values) + 1)
    return next((rank for rank in ranks if holds(decomposition.truncated(rank))), None)


def frequency_alignment(directions: ArrayLike, frequency: int) -> float:
    """How much of the cosines of a frequency the directions (n, r), orthonormal columns, hold: 0 to 1.

    The mean of ||projection||^2 of an orthonormal basis of the functions of that frequency on Z_n: two for
    1 <= z < n/2, one for 0 and n/2; the mean squared cosine of the principal angles (Björck and Golub, 1973). It does
    not depend on how a decomposition turns directions of equal singular values. Raises ValueError for columns that are
    not orthonormal and for a frequency outside 0..n//2.

    >>> a = 2 * np.pi * np.arange(7) / 7
    >>> directions = np.stack([np.cos(2 * a), np.sin(2 * a)], axis=1) * np.sqrt(2 / 7)
    >>> round(frequency_alignment(directions, 2), 12), round(frequency_alignment(directions[:, :1], 2), 12)
    (1.0, 0.5)
    """
    columns, _ = located(directions)
    if columns.ndim != 2 or not np.allclose(columns.T @ columns, np.eye(columns.shape[-1]), atol=1e-6):
        raise ValueError(f"directions of shape {columns.shape}, expected (n, r) with orthonormal columns")
    n = len(columns)
    if not 0 <= frequency <= n // 2:
        raise ValueError(f"frequency {frequency}, expected one in 0..{n // 2}")
    angles = 2 * np.pi * (frequency * np.arange(n) % n) / n
    single = frequency == 0 or 2 * frequency == n
    waves = np.array([np.cos(angles)] if single else [np.cos(angles), np.sin(angles)])
    waves /= np.linalg.norm(waves, axis=1, keepdims=True)
    return float(((waves @ columns) ** 2).sum() / len(waves))
