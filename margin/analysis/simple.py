"""Simple neurons of networks on Z_n: one frequency in both inputs' sums and in the output, and phases that add up."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from margin.analysis.axes import Array, located
from margin.analysis.fourier import dominant, power_without_mean, spectrum
from margin.analysis.phases import phase_residuals

# what "negligible elsewhere", "about equal" and "adds up" mean, which the source leaves open
SHARE = 0.9  # least share at the frequency of what varies, in what each input adds
OUTPUT = 0.75  # the same in the output weights: ReLU makes multiples of the frequency, to which trained ones answer
RATIO = 1.25  # most ratio of the inputs' amplitudes
TURNS = 0.05  # most distance, in turns, of the phases from adding up


def frequencies(inputs: ArrayLike) -> NDArray[np.int64]:
    """The frequency of each neuron, (m,), in 1..n//2: that of most power in its inputs' sums (k, n, m) together.

    0 for a neuron whose sums do not vary. Raises ValueError as `margin.analysis.fourier.dominant`.

    >>> turns = np.arange(7) / 7
    >>> frequencies(np.cos(2 * np.pi * 3 * turns)[None, :, None]).tolist()
    [3]
    """
    return dominant(inputs, 1, pooled=0)


def simple(vectors: ArrayLike) -> NDArray[np.bool_]:
    """Which neurons are simple, (m,): vectors (k + 1, n, m) are what each input adds to it, then its output weights.

    At its frequency z each input has the share SHARE of what varies and the output OUTPUT, the inputs' amplitudes agree
    up to RATIO, and the phases of the inputs add up to the output's up to TURNS. Raises ValueError for other shapes and
    as `frequencies`.
    Source: appendix A.1 of the paper on modular addition at several scales.

    >>> turns = np.arange(7) / 7
    >>> vectors = np.stack([np.cos(2 * np.pi * (3 * turns + theta)) for theta in (0.1, 0.2, 0.3)])
    >>> simple(vectors[..., None]).tolist()
    [True]
    """
    array, _ = located(vectors)
    if array.ndim != 3 or len(array) < 2:
        raise ValueError(f"vectors of shape {array.shape}, expected (inputs + 1, n, neurons)")
    z = frequencies(array[:-1])
    at = np.maximum(z, 1)[None, None]
    shares = np.take_along_axis(power_without_mean(array, 1), at - 1, 1)[:, 0]
    sizes: Array = np.abs(np.take_along_axis(spectrum(array, 1), at, 1)[:-1, 0])
    phases = np.abs(phase_residuals(array, np.maximum(z, 1)))
    even = sizes.max(0) <= RATIO * sizes.min(0)
    pure = (shares[:-1].min(0) >= SHARE) & (shares[-1] >= OUTPUT)
    return (z > 0) & pure & even & (phases <= TURNS)
