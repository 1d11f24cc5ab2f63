"""Neurons on pairs from Z_n: their two-dimensional transform, fine-tuning neurons, and remapping to one frequency."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd

import numpy as np
from numpy.typing import ArrayLike, NDArray

from margin.analysis.axes import Array, located
from margin.analysis.fourier import power_without_mean
from margin.analysis.phases import phases
from margin.analysis.simple import SHARE
from margin.analysis.tables import power_2d

PART = 0.05  # least share of what varies for a frequency to count as one of several in a neuron


def preactivation_power(first: ArrayLike, second: ArrayLike) -> Array:
    """Shares |P(y, z)|^2 of the preactivation u(a) + v(b) of one neuron less its mean, (n, n); they add up to 1.

    A sum of a function of a and one of b has nothing but at y = 0 or z = 0. Raises ValueError for vectors of different
    lengths and as `margin.analysis.tables.power_2d`.

    >>> wave = np.cos(2 * np.pi * 2 * np.arange(5) / 5)
    >>> np.argwhere(preactivation_power(wave, 0 * wave) > 0.1).tolist()
    [[2, 0], [3, 0]]
    """
    (u, _), (v, _) = located(first), located(second)
    if u.ndim != 1 or u.shape != v.shape:
        raise ValueError(f"vectors of shapes {u.shape} and {v.shape}, expected (n,) twice")
    return power_2d((u - u.mean())[:, None] + (v - v.mean()))


def fine_tuning(inputs: ArrayLike) -> NDArray[np.bool_]:
    """Which neurons combine frequencies, (m,): inputs (k, n, m), less than SHARE of what varies at one frequency.

    All inputs together. And the frequencies that have the share PART hold SHARE together, so that noise over all of
    them does not count. Raises ValueError for other shapes. Source: the paper on several scales, 4.1: such neurons
    concentrate on linear combinations of representations; it gives no threshold.

    >>> waves = np.cos(2 * np.pi * np.outer([2, 5], np.arange(11)) / 11)
    >>> fine_tuning(np.stack([waves[0], waves[0] + 0.6 * waves[1]], 1)[None]).tolist()
    [False, True]
    """
    array, _ = located(inputs)
    if array.ndim != 3:
        raise ValueError(f"inputs of shape {array.shape}, expected (k, n, neurons)")
    shares = power_without_mean(array, 1, 0)
    several: NDArray[np.bool_] = np.where(shares >= PART, shares, 0).sum(0) >= SHARE
    return (shares.max(0) < SHARE) & several


def combined(inputs: ArrayLike) -> list[list[int]]:
    """The frequencies of each of m neurons: those with the share PART of what varies, all inputs together.

    Raises ValueError for other shapes than (k, n, m).

    >>> waves = np.cos(2 * np.pi * np.outer([2, 5], np.arange(11)) / 11)
    >>> combined(np.stack([waves[0], waves[0] + 0.6 * waves[1]], 1)[None])
    [[2], [2, 5]]
    """
    array, _ = located(inputs)
    if array.ndim != 3:
        raise ValueError(f"inputs of shape {array.shape}, expected (k, n, neurons)")
    shares = power_without_mean(array, 1, 0)
    return [(np.flatnonzero(column >= PART) + 1).tolist() for column in shares.T]


def of_frequencies(vectors: ArrayLike, kept: Sequence[int]) -> Array:
    """What vectors (..., n) have at these frequencies of 1..n//2 alone, in the same shape; without their mean.

    Raises ValueError for another frequency.

    >>> waves = np.cos(2 * np.pi * np.outer([2, 5], np.arange(11)) / 11)
    >>> bool(np.allclose(of_frequencies(3 + waves.sum(0), [5]), waves[1]))
    True
    """
    array, _ = located(vectors)
    n = array.shape[-1]
    if not all(1 <= f <= n // 2 for f in kept):
        raise ValueError(f"frequencies {list(kept)}, expected some of 1..{n // 2}")
    spectrum = np.fft.rfft(array)
    chosen = np.zeros_like(spectrum)
    chosen[..., list(kept)] = spectrum[..., list(kept)]
    return np.fft.irfft(chosen, n)


def unit_above(n: int, frequency: int) -> int:
    """A unit u of Z_n with u = f/g modulo n/g, g = gcd(f, n): the new coordinate u x turns frequency f into g.

    Units modulo n cover those modulo every divisor, so there is one; f itself for g = 1. Raises ValueError for a
    frequency that is a multiple of n.

    >>> unit_above(91, 14), unit_above(89, 5)
    (2, 5)
    """
    g = gcd(frequency, n)
    if g == n:
        raise ValueError(f"frequency {frequency}, expected no multiple of {n}")
    return next(u for u in range(frequency // g, frequency // g + n, n // g) if gcd(u, n) == 1)


def remapped(vectors: ArrayLike, frequency: int) -> Array:
    """Vectors (..., n) in the coordinate x' = u x of `unit_above`: what was of that frequency is of gcd(f, n).

    >>> wave = np.cos(2 * np.pi * 3 * np.arange(7) / 7)
    >>> bool(np.allclose(remapped(wave, 3), np.cos(2 * np.pi * np.arange(7) / 7)))
    True
    """
    array, _ = located(vectors)
    n = array.shape[-1]
    inverse = pow(unit_above(n, frequency), -1, n)
    return array[..., inverse * np.arange(n) % n]


def coset(n: int, frequency: int, turns: float, share: float = 0.0) -> NDArray[np.int64]:
    """Elements where cos(2 pi (f x/n + turns)) is largest, or at least cos(2 pi share): an (approximate) coset.

    With share = 0 those that reach the largest value there is in Z_n: a coset of order gcd(f, n). With a share they
    are an arithmetic progression of difference d, f d = gcd(f, n), joined with that coset. Raises ValueError for a
    share outside 0..1/2.

    >>> coset(6, 2, 0.0).tolist(), coset(7, 3, 0.0, 1.1 / 7).tolist()  # d = 5: 2, 0, 5
    ([0, 3], [0, 2, 5])
    """
    if not 0 <= share <= 0.5:
        raise ValueError(f"share {share}, expected a number of turns in 0..1/2")
    away = (frequency * np.arange(n) % n) / n + turns
    away = np.abs(away - np.round(away))
    return np.flatnonzero(away <= max(share, float(away.min())) + 1e-12)


def activation_coset(values: ArrayLike, share: float = 0.0) -> NDArray[np.int64]:
    """The coset of `coset` for the frequency and phase that a vector (n,) has most of; its elements, ascending.

    Raises ValueError for a vector that does not vary, or no vector.

    >>> activation_coset(np.cos(2 * np.pi * 2 * (np.arange(6) - 1) / 6)).tolist()
    [1, 4]
    """
    array, _ = located(values)
    shares = power_without_mean(array)
    if array.ndim != 1 or not shares.any():
        raise ValueError(f"values of shape {array.shape}, expected a vector that varies")
    f = int(shares.argmax()) + 1
    return coset(len(array), f, float(phases(array, f)), share)
