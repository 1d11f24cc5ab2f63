"""Smooth functions through a vector on Z_n: its trigonometric polynomial, and its cosine of one frequency."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from margin.analysis.axes import Array, located
from margin.analysis.fourier import Vectors, dominant, power_without_mean, spectrum


def interpolated(vectors: Vectors, positions: ArrayLike) -> Array:
    """Band-limited interpolation at real positions: vectors (..., n), positions (points,) to (..., points).

    The value at x of the trigonometric polynomial of degree at most n/2 through the points (a, u(a)); for even n its
    term of frequency n/2 is a cosine, which makes it unique. It has period n. Raises ValueError as `fourier.spectrum`
    and for positions that are not a vector of finite numbers.

    >>> interpolated([0.0, 1.0, 0.0, -1.0], [1.0, 1.5, 2.0]).round(4).tolist()  # sin(pi x/2)
    [1.0, 0.7071, 0.0]
    """
    x = _positions(positions)
    coefficients = spectrum(vectors)
    n = located(vectors, -1)[0].shape[-1]
    coefficients = coefficients / n
    coefficients[..., 1 : (n + 1) // 2] *= 2
    waves = np.exp(2j * np.pi * np.outer(np.arange(n // 2 + 1), x) / n)
    return (coefficients @ waves).real


@dataclass(frozen=True)
class CosineFit:
    """mean + amplitude cos(2 pi (frequency a/n + phase)), the least-squares fit of a vector of length n.

    The cosine is the real part of coefficient exp(2 pi i frequency a/n). `share` is its part of the squared norm of
    what varies, `residual` the norm of the vector less the fit.
    """

    n: int
    frequency: int
    mean: float
    coefficient: complex
    share: float
    residual: float

    @property
    def amplitude(self) -> float:
        """Height of the cosine, at least 0."""
        return abs(self.coefficient)

    @property
    def phase(self) -> float:
        """In [0, 1) turns; 0 if the amplitude is 0."""
        turns = float(np.angle(self.coefficient)) / (2 * np.pi) % 1.0 if self.coefficient else 0.0
        return turns if turns < 1.0 else 0.0

    def at(self, positions: ArrayLike) -> Array:
        """Values of the fit at real positions (points,). Raises ValueError unless they are finite numbers."""
        return _wave(self.coefficient, self.frequency, self.n, _positions(positions)) + self.mean


def cosine_fit(vector: Vectors, frequency: int | None = None) -> CosineFit:
    """The least-squares fit of a vector (n,) by a constant and a cosine of the frequency, 1..n//2.

    Without a frequency, that of largest power (1 for a constant vector). Raises ValueError for another shape, for a
    frequency outside 1..n//2, and as `fourier.spectrum`.

    >>> fit = cosine_fit(1.5 + 2 * np.cos(2 * np.pi * (3 * np.arange(7) / 7 + 0.25)))
    >>> fit.frequency, round(fit.mean, 9), round(fit.amplitude, 9), round(fit.phase, 9), round(fit.share, 9)
    (3, 1.5, 2.0, 0.25, 1.0)
    """
    values, _ = located(vector, -1)
    if values.ndim != 1:
        raise ValueError(f"cosine_fit: shape {values.shape}, expected one vector (n,)")
    n = len(values)
    coefficients = spectrum(values) / n
    if frequency is None:
        frequency = max(1, int(dominant(values)))
    if not 1 <= frequency <= n // 2:
        raise ValueError(f"cosine_fit: frequency {frequency}, expected one in 1..{n // 2}")
    coefficient = complex((1 if 2 * frequency == n else 2) * coefficients[frequency])
    mean, share = float(coefficients[0].real), float(power_without_mean(values)[frequency - 1])
    residual = float(np.linalg.norm(values - mean - _wave(coefficient, frequency, n, np.arange(float(n)))))
    return CosineFit(n, frequency, mean, coefficient, share, residual)


def _wave(coefficient: complex, frequency: int, n: int, x: Array) -> Array:
    return (coefficient * np.exp(2j * np.pi * frequency * x / n)).real


def _positions(positions: ArrayLike) -> Array:
    x = np.asarray(positions, dtype=np.float64)
    if x.ndim != 1 or not np.isfinite(x).all():
        raise ValueError(f"positions of shape {x.shape}, expected a vector of finite numbers")
    return x
