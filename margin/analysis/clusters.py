"""Neurons by feature (dominant frequency or representation): sizes, coverage, phases, and what a cluster contributes.

A neuron's mass is its part of the quantity that is minimised, ||neuron||^nu. A neuron is live if its mass exceeds LIVE
of the largest; others have died out and are not counted. A feature is covered if its neurons hold at least COVERED of
an equal share of the mass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from margin.analysis.axes import Array, located

LIVE = 1e-4
COVERED = 0.02
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]


def live(masses: ArrayLike, least: float = LIVE) -> Mask:
    """Which neurons have more than the share `least` of the largest mass, (m,). Raises ValueError for negative masses.

    >>> live([1.0, 0.5, 1e-5, 0.0]).tolist()
    [True, True, False, False]
    """
    values, _ = located(masses)
    if (values < 0).any():
        raise ValueError(f"mass {values.min()}, expected no negative one")
    return values > least * values.max(initial=0.0)


@dataclass(frozen=True)
class Clusters:
    """The live neurons of each of `count` features: `feature` (m,) is the neuron's, -1 for none; `mass` (m,).

    Raises ValueError for shapes that differ and features outside -1..count-1.

    >>> clusters = Clusters(np.array([0, 2, 2, 1]), np.array([1.0, 2.0, 1.0, 1e-9]), 3)
    >>> clusters.sizes.tolist(), clusters.shares.tolist(), clusters.covered
    ([1, 0, 2], [0.25, 0.0, 0.75], 2)
    """

    feature: Integers
    mass: Array
    count: int

    def __post_init__(self) -> None:
        if np.ndim(self.feature) != 1 or np.shape(self.feature) != np.shape(self.mass):
            raise ValueError(f"features {np.shape(self.feature)}, masses {np.shape(self.mass)}, expected (m,) for both")
        if len(self.feature) and not -1 <= min(self.feature) <= max(self.feature) < self.count:
            raise ValueError(f"features {min(self.feature)}..{max(self.feature)}, expected -1..{self.count - 1}")

    @property
    def live(self) -> Mask:
        """Which neurons are counted, (m,): live, and of a feature."""
        return live(self.mass) & (self.feature >= 0)

    @property
    def sizes(self) -> Integers:
        """Live neurons of each feature, (count,)."""
        return np.bincount(self.feature[self.live], minlength=self.count)

    @property
    def shares(self) -> Array:
        """Each feature's share of the mass of all live neurons, (count,); 0 if none is live."""
        weight = np.where(live(self.mass), self.mass, 0.0)
        weight = weight / max(float(weight.sum()), float(np.finfo(np.float64).tiny))
        placed = self.feature >= 0
        shares: Array = np.bincount(self.feature[placed], weight[placed], minlength=self.count).astype(np.float64)
        return shares

    @property
    def covered(self) -> int:
        """How many features are covered."""
        return covered(self.shares.tolist())

    def members(self, feature: int) -> Integers:
        """Numbers, ascending, of the feature's live neurons. Raises ValueError for a feature outside 0..count-1."""
        if not 0 <= feature < self.count:
            raise ValueError(f"feature {feature}, expected one in 0..{self.count - 1}")
        return np.flatnonzero(self.live & (self.feature == feature))

    def by_feature(self, values: ArrayLike) -> list[Array]:
        """Values (m, ...) of the live neurons, say their phases, one array (size, ...) for each feature.

        >>> Clusters(np.array([1, 0, 1]), np.ones(3), 2).by_feature([0.1, 0.2, 0.3])[1].tolist()
        [0.1, 0.3]
        """
        array = np.asarray(values, dtype=np.float64)
        return [array[self.members(feature)] for feature in range(self.count)]


def covered(shares: Sequence[float]) -> int:
    """How many shares are at least COVERED of an equal share.

    >>> covered([0.5, 0.5, 0.0])
    2
    """
    return sum(share >= COVERED / len(shares) for share in shares)


def contributions(activations: ArrayLike, outputs: ArrayLike, clusters: Clusters) -> Array:
    """Logits that the live neurons of each feature give, (count, rows, classes).

    Of activations (rows, m) and output weights (m, classes). They add up to the logits less those of neurons that are
    dead or of no feature. Raises ValueError for shapes that do not fit.

    >>> contributions([[1.0, 2.0]], [[1.0, 0.0], [0.0, 1.0]], Clusters(np.array([1, 0]), np.ones(2), 2)).tolist()
    [[[0.0, 2.0]], [[1.0, 0.0]]]
    """
    (hidden, _), (last, _) = located(activations), located(outputs)
    m = len(clusters.feature)
    if hidden.ndim != 2 or last.ndim != 2 or not hidden.shape[1] == len(last) == m:
        raise ValueError(
            f"activations {hidden.shape} and outputs {last.shape}, expected (rows, {m}) and ({m}, classes)"
        )
    members = [clusters.members(feature) for feature in range(clusters.count)]
    return np.array([hidden[:, i] @ last[i] for i in members]).reshape(clusters.count, len(hidden), last.shape[1])


def ablated(outputs: ArrayLike, clusters: Clusters, feature: int) -> Array:
    """Output weights (m, classes), a copy, with those of the feature's live neurons 0.

    Raises ValueError for a feature outside 0..count-1 and as `scaled`.

    >>> ablated([[1.0], [2.0], [3.0]], Clusters(np.array([0, 1, 0]), np.ones(3), 2), 0).tolist()
    [[0.0], [2.0], [0.0]]
    """
    factors = np.ones(clusters.count)
    if clusters.members(feature).size:
        factors[feature] = 0.0
    return scaled(outputs, clusters, factors)


def noisy(outputs: ArrayLike, clusters: Clusters, sigma: float, generator: np.random.Generator) -> Array:
    """Output weights (m, classes) times exp(N(0, sigma^2)), one independent factor for each feature.

    Raises ValueError for a negative sigma and as `scaled`.

    >>> noisy([[1.0], [2.0]], Clusters(np.array([0, 1]), np.ones(2), 2), 0.0, np.random.default_rng(0)).tolist()
    [[1.0], [2.0]]
    """
    if not sigma >= 0:
        raise ValueError(f"sigma {sigma}, expected 0 or more")
    return scaled(outputs, clusters, np.exp(sigma * generator.standard_normal(clusters.count)))


def scaled(outputs: ArrayLike, clusters: Clusters, factors: ArrayLike) -> Array:
    """Output weights (m, classes), a copy, times the factor (count,) of the neuron's feature.

    Neurons that are dead or of no feature keep theirs. Raises ValueError for shapes that do not fit.

    >>> scaled([[1.0], [2.0]], Clusters(np.array([1, -1]), np.ones(2), 2), [5.0, 7.0]).tolist()
    [[7.0], [2.0]]
    """
    (last, _), (factor, _) = located(outputs), located(factors)
    m = len(clusters.feature)
    if last.ndim != 2 or len(last) != m or factor.shape != (clusters.count,):
        raise ValueError(
            f"outputs {last.shape} and factors {factor.shape}, expected ({m}, classes) and ({clusters.count},)"
        )
    return last * np.where(clusters.live, factor[clusters.feature], 1.0)[:, None]
