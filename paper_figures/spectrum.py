"""Fourier analysis of weights on Z_n: power by frequency, and the smooth functions that pass through them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def power(vectors: Array) -> Array:
    """Share of each vector's power at the frequencies 1..n//2, its mean left out: (..., n) to (..., n//2).

    A vector that is constant has no power, and gives zeros.
    """
    n = vectors.shape[-1]
    found = np.abs(np.fft.rfft(vectors, axis=-1)[..., 1:]) ** 2
    found[..., : (n - 1) // 2] *= 2  # a frequency below n/2 stands for itself and its negative
    total = found.sum(-1, keepdims=True)
    return np.divide(found, total, out=np.zeros_like(found), where=total > 0)


def interpolated(vectors: Array, points: int) -> tuple[Array, Array]:
    """Band-limited interpolation of vectors (..., n): positions (points,) in 0..n and values (..., points).

    The trigonometric polynomial of degree at most n/2 through the weights; at n/2 (even n) a cosine.
    """
    n = vectors.shape[-1]
    spectrum = np.fft.rfft(vectors, axis=-1) / n
    spectrum[..., 1 : (n + 1) // 2] *= 2
    x = np.linspace(0, n, points)
    waves = np.exp(2j * np.pi * np.outer(np.arange(n // 2 + 1), x) / n)
    return x, (spectrum @ waves).real


def cosine_fit(vector: Array, points: int) -> tuple[int, Array, Array, float]:
    """The least-squares cosine at the frequency of largest power: frequency, positions, values, share of the power."""
    n = len(vector)
    shares = power(vector)
    frequency = int(shares.argmax()) + 1
    spectrum = np.fft.rfft(vector) / n
    scale = 1 if 2 * frequency == n else 2
    x = np.linspace(0, n, points)
    wave = (scale * spectrum[frequency] * np.exp(2j * np.pi * frequency * x / n)).real
    return frequency, x, wave + spectrum[0].real, float(shares[frequency - 1])
