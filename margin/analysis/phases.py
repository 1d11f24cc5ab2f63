"""Phases of cosines in turns, and the relation between the phases of a neuron's vectors."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from margin.analysis.axes import Array, located
from margin.analysis.fourier import Axis, Vectors, spectrum


def phases(vectors: Vectors, frequency: ArrayLike, axis: Axis = -1) -> Array:
    """Phase theta in [0, 1) turns of cos(2 pi (z a/n + theta)) at the frequency z of each vector.

    Shape (..., n, ...) to (..., ...). `frequency`, integers in 0..n//2, broadcasts to the shape without the axis: one
    for all, or one for each. At 0 and n/2 a phase is 0 or 1/2, the sign; of a coefficient 0 it is 0. Raises ValueError
    for a frequency outside 0..n//2 and as `fourier.spectrum`.

    >>> turns = np.arange(7) / 7
    >>> float(phases(np.cos(2 * np.pi * (3 * turns + 0.2)), 3).round(12))
    0.2
    """
    turns = _turns(vectors, frequency, axis) % 1.0
    return np.where(turns == 1.0, 0.0, turns)  # a tiny negative number modulo 1 rounds to 1


def phase_residuals(vectors: Vectors, frequency: ArrayLike, axis: Axis = 1) -> Array:
    """theta_w - sum_j theta_u_j in turns, in [-1/2, 1/2), of neurons whose vectors u_1..u_k, w lie along axis 0.

    Shape (k + 1, n, m) and frequencies (m,) to (m,), or any shape with the vectors first. It is 0 in a network of
    largest margin for sums mod n. Raises ValueError for axis 0 and as `phases`. Source: Morwani et al.,
    arXiv:2311.07568, Theorem 7.

    >>> turns = np.arange(7) / 7
    >>> neuron = [np.cos(2 * np.pi * (3 * turns + theta)) for theta in (0.1, 0.2, 0.35)]
    >>> float(phase_residuals(neuron, 3).round(12))
    0.05
    """
    if located(vectors, axis)[1] == (0,):
        raise ValueError("phase_residuals: axis 0 counts the vectors of a neuron, expected the axis of the elements")
    turns = _turns(vectors, frequency, axis)
    return (turns[-1] - turns[:-1].sum(axis=0) + 0.5) % 1 - 0.5  # no float64 below -1/2 rounds up to 1/2


def _turns(vectors: Vectors, frequency: ArrayLike, axis: Axis) -> Array:
    """Phases in (-1/2, 1/2]."""
    array, (place,) = located(vectors, axis)
    coefficients = np.moveaxis(spectrum(array, place), place, -1)
    z = np.asarray(frequency)
    if not np.issubdtype(z.dtype, np.integer) or z.min(initial=0) < 0 or z.max(initial=0) > array.shape[place] // 2:
        raise ValueError(f"frequencies {z.tolist()}, expected integers in 0..{array.shape[place] // 2}")
    z = np.broadcast_to(z, coefficients.shape[:-1])
    chosen: NDArray[np.complex128] = np.take_along_axis(coefficients, z[..., None], axis=-1)[..., 0]
    return np.where(chosen == 0, 0.0, np.angle(chosen) / (2 * np.pi))
