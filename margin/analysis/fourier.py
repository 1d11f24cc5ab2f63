"""Fourier power of real vectors on Z_n: ONE convention, once with the mean and once without it.

The coefficient at frequency z is F(z) = sum_a u(a) exp(-2 pi i z a/n), of no normalisation. A real vector has
|F(z)| = |F(-z)|, so a frequency 1 <= z < n/2 stands for itself and its negative and counts twice; 0 and, for even n,
n/2 count once. By Parseval the powers |F(z)|^2 (doubled as said) add up to n ||u||^2.

    power               shares of ||u||^2 at the frequencies 0..n//2, the mean (frequency 0) included
    power_without_mean  shares of ||u - mean||^2, what varies, at the frequencies 1..n//2

For the vector 1.5 + cos(2 pi a/7) they are 2/11 = 0.182 at 1 (and 9/11 at 0), and 1 at 1.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from margin.analysis.axes import Array, Tensor, in_range, located

Axis = int | str
Vectors = ArrayLike | Tensor
ROUNDING = 4 * np.finfo(np.float64).eps  # of a coefficient, for each term of its sum


def spectrum(vectors: Vectors, axis: Axis = -1) -> NDArray[np.complex128]:
    """F(z) = sum_a u(a) exp(-2 pi i z a/n), z = 0..n//2, along an axis of length n, which the frequencies replace.

    Shape (..., n, ...) to (..., n//2 + 1, ...). `axis` is a number, or a name of the Tensor's. Raises ValueError for
    values that are complex or not finite, and for a missing axis.

    >>> spectrum([1.0, 0.0, -1.0, 0.0]).real.round(12).tolist()
    [0.0, 2.0, 0.0]
    """
    array, (place,) = located(vectors, axis)
    _long_enough(array, place)
    return np.fft.rfft(array, axis=place)


def power(vectors: Vectors, axis: Axis = -1, pooled: Axis | Sequence[Axis] = ()) -> Array:
    """Shares of the squared norm at the frequencies 0..n//2, the mean (frequency 0) INCLUDED; they add up to 1.

    Shape (..., n, ...) to (..., n//2 + 1, ...). The axes `pooled` are added up before the shares are taken, and left
    out of the result: all vectors of a neuron together. Zero vectors give 0. Raises ValueError as `spectrum`.
    Source: Parseval; Morwani et al., arXiv:2311.07568, call its maximum over z > 0 the maximum normalized power.

    >>> u = 1.5 + np.cos(2 * np.pi * np.arange(7) / 7)
    >>> power(u).round(3).tolist()  # the squared norm is 7 * 1.5^2 + 7/2
    [0.818, 0.182, 0.0, 0.0]
    """
    squared, place = _squared(vectors, axis, pooled)
    return _shares(squared, squared.sum(axis=place, keepdims=True))


def power_without_mean(vectors: Vectors, axis: Axis = -1, pooled: Axis | Sequence[Axis] = ()) -> Array:
    """Shares of the squared norm of what varies, u - mean(u), at the frequencies 1..n//2; they add up to 1.

    Shape (..., n, ...) to (..., n//2, ...): entry z - 1 is frequency z. `pooled` as in `power`. Vectors that are
    constant, up to rounding, give 0. Raises ValueError as `spectrum`.

    >>> power_without_mean(1.5 + np.cos(2 * np.pi * np.arange(7) / 7)).round(12).tolist()
    [1.0, 0.0, 0.0]
    """
    return _varying(*_squared(vectors, axis, pooled))


def dominant(vectors: Vectors, axis: Axis = -1, pooled: Axis | Sequence[Axis] = ()) -> NDArray[np.int64]:
    """The frequency in 1..n//2 of largest power, the lowest of several; 0 where nothing varies.

    Shape (..., n, ...) to (..., ...). `pooled` as in `power`. Raises ValueError as `spectrum`.

    >>> int(dominant(9.0 + np.cos(2 * np.pi * 3 * np.arange(7) / 7)))
    3
    """
    squared, place = _squared(vectors, axis, pooled)
    shares = _varying(squared, place)
    return np.where(shares.max(axis=place) > 0, shares.argmax(axis=place) + 1, 0)


def power_at_dominant(vectors: Vectors, axis: Axis = -1, pooled: Axis | Sequence[Axis] = ()) -> Array:
    """Share of the squared norm, the mean in the total, at the dominant frequency: the maximum of `power` over z >= 1.

    Shape (..., n, ...) to (..., ...). A large mean lowers it and is never taken for it. Raises as `spectrum`.

    >>> float(power_at_dominant(1.5 + np.cos(2 * np.pi * np.arange(7) / 7)).round(3))
    0.182
    """
    squared, place = _squared(vectors, axis, pooled)
    shares = _shares(squared, squared.sum(axis=place, keepdims=True))
    return np.moveaxis(shares, place, 0)[1:].max(axis=0)


def key_frequencies(vectors: Vectors, axis: Axis = -1, least: float = 0.02) -> NDArray[np.int64]:
    """The frequencies >= 1, ascending, with at least the share `least` of what varies, all other axes pooled.

    Raises ValueError as `spectrum`, and for a share outside (0, 1]. Source: Nanda et al., arXiv:2301.05217.

    >>> a = 2 * np.pi * np.arange(11) / 11
    >>> key_frequencies(np.stack([np.cos(2 * a), 3 + np.sin(5 * a)]), axis=1).tolist()
    [2, 5]
    """
    if not 0 < least <= 1:
        raise ValueError(f"least share {least}, expected a number in (0, 1]")
    array, (place,) = located(vectors, axis)
    others = [i for i in range(array.ndim) if i != place]
    return np.flatnonzero(power_without_mean(array, place, others) >= least) + 1


def _squared(vectors: Vectors, axis: Axis, pooled: Axis | Sequence[Axis]) -> tuple[Array, int]:
    """|F|^2, both signs counted and pooled axes added up; and the frequencies' axis."""
    array, (place, *others) = located(vectors, axis, *((pooled,) if isinstance(pooled, int | str) else pooled))
    _long_enough(array, place)
    squared = np.abs(np.fft.rfft(in_range(array, (place, *others)), axis=place)) ** 2
    if others:
        squared = squared.sum(axis=tuple(others))
    n, place = array.shape[place], place - sum(other < place for other in others)
    np.moveaxis(squared, place, 0)[1 : (n + 1) // 2] *= 2
    return squared, place


def _varying(squared: Array, place: int) -> Array:
    """The shares at the frequencies from 1; 0 where their sum is what rounding leaves of a constant."""
    zero, varying = np.split(squared, [1], axis=place)
    total = varying.sum(axis=place, keepdims=True)
    rounding = (2 * squared.shape[place] * ROUNDING) ** 2 * zero
    return _shares(varying, np.where(total > rounding, total, 0.0))


def _shares(squared: Array, total: Array) -> Array:
    return np.divide(squared, total, out=np.zeros_like(squared), where=total > 0)


def _long_enough(array: Array, place: int) -> None:
    if array.shape[place] < 2:
        raise ValueError(f"axis {place} of shape {array.shape} has length {array.shape[place]}, expected at least 2")
