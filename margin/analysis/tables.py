"""Fourier analysis of tables over several inputs: f(a_1, ..., a_k)[c] on Z_n, and functions of two elements."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from margin.analysis.axes import Array, in_range, located
from margin.analysis.fourier import Axis, Vectors


def spectrum_2d(table: Vectors, first: Axis = -2, second: Axis = -1) -> NDArray[np.complex128]:
    """F(y, z) = sum_{a,b} f(a, b) exp(-2 pi i (y a/n + z b/n')), along two axes of lengths n and n', in their place.

    All frequencies 0..n-1 and 0..n'-1, so the shape stays; of no normalisation. Raises ValueError for values that are
    complex or not finite, and for axes that are missing or the same.

    >>> a = np.arange(5)
    >>> f = np.cos(2 * np.pi * (a[:, None] + 2 * a) / 5)
    >>> np.argwhere(abs(spectrum_2d(f)) > 1e-9).tolist()
    [[1, 2], [4, 3]]
    """
    array, places = located(table, first, second)
    return np.fft.fft2(array, axes=places)


def power_2d(table: Vectors, first: Axis = -2, second: Axis = -1) -> Array:
    """|F(y, z)|^2 as shares of the squared norm over all frequencies 0..n-1 and 0..n'-1, the mean included.

    The shape stays, and the shares of each table add up to 1; a zero table gives 0. Unlike `fourier.power` each of
    (y, z) and (-y, -z) stands alone. Raises ValueError as `spectrum_2d`.

    >>> a = np.arange(5)
    >>> power_2d(np.cos(2 * np.pi * (a[:, None] + a) / 5)).round(9)[[1, 4], [1, 4]].tolist()
    [0.5, 0.5]
    """
    array, places = located(table, first, second)
    squared = np.abs(spectrum_2d(in_range(array, places), *places)) ** 2
    total = squared.sum(axis=places, keepdims=True)
    return np.divide(squared, total, out=np.zeros_like(squared), where=total > 0)


def diagonal_power(table: Vectors) -> Array:
    """Share of the squared norm of logits f(a_1..a_k)[c], (n,) * (k+1), at (j, ..., j, -j), for j = 0..n//2.

    As in `fourier.power`, j < n/2 stands for itself and its negative, and j = 0 is the mean. The shares add up to 1
    exactly when f depends on a_1 + ... + a_k - c alone; of a random table about n^-k lies there. A zero table gives 0.
    Raises ValueError for a table whose axes differ in length or are fewer than two.

    >>> a = np.arange(5)
    >>> f = np.cos(2 * np.pi * 2 * (a[:, None, None] + a[:, None] - a) / 5)
    >>> diagonal_power(f).round(12).tolist()
    [0.0, 0.0, 1.0]
    """
    values, n = _cube(table)
    squared = np.abs(np.fft.fftn(in_range(values, tuple(range(values.ndim))))) ** 2
    j = np.arange(n // 2 + 1)
    shares = squared[(*[j] * (values.ndim - 1), -j % n)]
    shares[1 : (n + 1) // 2] *= 2
    total = squared.sum()
    return shares / total if total > 0 else np.zeros_like(shares)


def shift_error(table: Vectors, shift: int) -> float:
    """||f(a_1 + s, ..., a_k + s)[c + k s] - f(a)[c]|| / ||f||, of logits (n,) * (k+1) and the shift s; 0 for f = 0.

    It is 0 for every s when f depends on a_1 + ... + a_k - c alone, and sqrt(2) on average over random tables. Raises
    ValueError as `diagonal_power`.

    >>> a = np.arange(5)
    >>> f = np.cos(2 * np.pi * (a[:, None, None] + a[:, None] - a) / 5)
    >>> round(shift_error(f, 2), 12), round(shift_error(f + f[:, :1], 2), 3) > 0.1
    (0.0, True)
    """
    values, _ = _cube(table)
    values = in_range(values, tuple(range(values.ndim)))
    k = values.ndim - 1
    moved = np.roll(values, [-shift] * k + [-k * shift], range(k + 1))
    norm = float(np.linalg.norm(values))
    return float(np.linalg.norm(moved - values)) / norm if norm > 0 else 0.0


def _cube(table: Vectors) -> tuple[Array, int]:
    values, _ = located(table)
    if values.ndim < 2 or len(set(values.shape)) != 1 or values.shape[0] < 2:
        raise ValueError(f"table of shape {values.shape}, expected (n,) * (k + 1) with n >= 2: k inputs and the labels")
    return values, values.shape[0]
