"""The exponential sums of a frequency's phases (docs/theory.md, 5.1 and 5.7) as equations to solve numerically."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from margin.analysis.axes import Array
from margin.networks.phases import expansion
from margin.pruning.paths import Cluster

Complex = NDArray[np.complex128]


class Sums:
    """The exponential sums of a frequency of a given order >= 3 (docs/theory.md, 5.1 and 5.7), as equations.

    A cluster's parameters are its input phases (m, k) in radians; the output phase is their sum. One complex equation
    for every class of exponents that coincide modulo the order. Raises ValueError for an order below 3.
    """

    def __init__(self, k: int, order: int) -> None:
        if order < 3:
            raise ValueError(f"order {order}, expected 3 or more")
        terms = expansion(k)
        classes = {residue: i for i, residue in enumerate(sorted({tuple(x % order for x in m) for m in terms}))}
        self.exponents = np.array(list(terms), dtype=np.float64) + 1
        weights = np.array(list(terms.values()), dtype=np.float64)
        self.classes = np.zeros((len(classes), len(terms)))
        for i, m in enumerate(terms):
            self.classes[classes[tuple(x % order for x in m)], i] = weights[i]
        wanted = terms[(-1,) * k]
        self.classes /= wanted
        self.target = np.zeros(len(classes))
        self.target[classes[(order - 1,) * k]] = 1.0

    def residual(self, cluster: Cluster) -> Array:
        """What is missing of each sum, real parts, then imaginary ones."""
        waves = np.exp(1j * (cluster.parameters @ self.exponents.T))
        sums: Complex = self.classes @ (cluster.shares @ waves) - self.target
        return np.concatenate([sums.real, sums.imag])

    def jacobian(self, cluster: Cluster) -> Array:
        """Derivatives of `residual` by the shares, then by the phases, neuron by neuron."""
        waves = np.exp(1j * (cluster.parameters @ self.exponents.T))
        by_share: Complex = self.classes @ waves.T
        scaled = (1j * cluster.shares)[:, None] * waves
        by_phase: Complex = np.einsum("ce,me,ej->cmj", self.classes, scaled, self.exponents, optimize=True)
        both = np.concatenate([by_share, by_phase.reshape(len(self.target), -1)], axis=1)
        return np.concatenate([both.real, both.imag])
