"""Data of long or short inputs, scaled to length about 1: powers of them stay within float64."""

from __future__ import annotations

from dataclasses import replace
from math import log2

import numpy as np

from margin.solver.dataset import DataSet

_NEAR = 8.0  # lengths that stay as they are: from 1 over this to this
_STEEP = 10  # exponents from which every length is scaled
_MOST = 900.0  # of the binary exponent of margins: float64 ends at 1024


def scaled(data: DataSet) -> tuple[DataSet, float]:
    """The data with their longest input of a length in (1/2, 1], and the factor of margins on the data given.

    A network's margin is homogeneous in the features, of the activation's degree k, and neurons stay the same: the
    factor is a power of two. Raises ValueError where float64 cannot hold it.
    """
    degree = data.degree - 1
    largest = float(np.abs(data.features).max())
    if not largest > 0:
        return data, 1.0
    longest = float(np.sqrt(((data.features / largest) ** 2).sum(axis=1)).max())
    exponent = degree * (log2(largest) + log2(longest))
    if abs(exponent) > _MOST:
        raise ValueError(
            f"features of up to {largest:.3g} and {data.activation} make margins of about"
            f" 10^{exponent * log2(2) / log2(10):.0f}, beyond float64; divide the features by {largest:.3g}"
        )
    power = int(np.ceil(log2(largest) + log2(longest)))
    if 1 / _NEAR <= largest * longest <= _NEAR and degree < _STEEP:
        return data, 1.0
    features = np.ldexp(data.features, -power)  # exact, but for the smallest numbers
    if not (np.ldexp(features, power) == data.features).all():
        raise ValueError(
            f"features from {np.abs(data.features[data.features != 0]).min():.3g} to {largest:.3g}, beyond the"
            " range of float64 when scaled together; leave out or round to 0 what is so small"
        )
    return replace(data, features=features, blocks=(), task=None), 2.0 ** (power * degree)
