"""Few neurons from many by moving them along networks that compute the same function.

Neurons of one feature with parameters (m, p) and shares (m,) satisfy equations: together they compute one function and
have one mass. On the set of solutions the sum of squared shares is raised. It is at most 1 / M where at least M neurons
are needed (docs/theory.md, 5.6), so that mass gathers on few neurons; one whose share vanishes is dropped. Every point
of the path computes the same logits, up to rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from margin.analysis.axes import Array

_CLOSE = 1e-11  # largest residual of an equation
_NEWTON = 12  # steps back onto the set
_VANISHED = 1e-7  # share of a neuron that is dropped
_STILL = 1e-6  # of the gradient: nothing more is gained to first order
_LONGEST = 0.3  # step: of a parameter, or of a share in units of twice the mean share
_SHORTEST = 1e-7
_ROUNDS = 600
_SHAKES = 3  # random moves along the set, when nothing more is gained


@dataclass(frozen=True)
class Cluster:
    """Neurons of one feature: parameters (m, p), of size about 1 (phases in radians), and shares (m,) of sum 1."""

    parameters: Array
    shares: Array

    @property
    def width(self) -> int:
        return len(self.shares)

    def kept(self, which: NDArray[np.bool_]) -> Cluster:
        return Cluster(self.parameters[which], self.shares[which])

    def moved(self, change: Array) -> Cluster:
        """By a change (m + m p,): of the shares, then of the parameters, neuron by neuron."""
        m = self.width
        return Cluster(self.parameters + change[m:].reshape(m, -1), self.shares + change[:m])


class Equations(Protocol):
    """What the neurons of a feature must satisfy together."""

    def residual(self, cluster: Cluster) -> Array: ...
    def jacobian(self, cluster: Cluster) -> Array: ...


def onto(equations: Equations, cluster: Cluster) -> Cluster | None:
    """The cluster moved as little as is needed, to first order, to satisfy the equations; None where that fails."""
    for _ in range(_NEWTON):
        missing = equations.residual(cluster)
        if not np.isfinite(missing).all():
            return None
        if np.abs(missing).max() < _CLOSE:
            return cluster if cluster.shares.min() > -_VANISHED else None
        # small shares change little, so that they stay positive
        scale = np.concatenate([np.abs(cluster.shares) + 1e-3 / cluster.width, np.ones(cluster.parameters.size)])
        change = scale * np.linalg.lstsq(equations.jacobian(cluster) * scale, -missing, rcond=1e-10)[0]
        if np.abs(change).max() > 1.0:
            return None
        cluster = cluster.moved(change)
    return None


def gathered(equations: Equations, cluster: Cluster, seed: int = 0, fewest: int = 1) -> Cluster:
    """A cluster with the same function and no more neurons, often far fewer; `fewest` at most are looked for.

    `cluster` must satisfy the equations (`onto`). A local search: its answer is no lower bound.
    """
    generator = np.random.default_rng(seed)
    best = _climbed(equations, cluster, fewest)
    for _ in range(_SHAKES):
        if best.width <= fewest:
            break
        shaken = _shaken(equations, best, generator)
        if shaken is None:
            continue
        other = _climbed(equations, shaken, fewest)
        if (other.width, -_gain(other)) < (best.width, -_gain(best)):
            best = other
    return best


def _gain(cluster: Cluster) -> float:
    return float((cluster.shares**2).sum())


def _tangent(J: Array, direction: Array) -> Array:
    """The part of a direction along the set."""
    return direction - J.T @ np.linalg.lstsq(J @ J.T, J @ direction, rcond=1e-12)[0]


def _shaken(equations: Equations, cluster: Cluster, generator: np.random.Generator) -> Cluster | None:
    direction = np.concatenate([np.zeros(cluster.width), generator.standard_normal(cluster.parameters.size)])
    along = _tangent(equations.jacobian(cluster), direction)
    size = np.abs(along).max()
    return onto(equations, cluster.moved(along * (_LONGEST / size))) if size > _STILL else None


def _climbed(equations: Equations, cluster: Cluster, fewest: int) -> Cluster:
    """The sum of squared shares raised to a local maximum; all shares of the answer are positive."""
    cluster, step = _without_vanished(equations, cluster) or cluster.kept(cluster.shares > 0), _LONGEST
    for _ in range(_ROUNDS):
        if cluster.width <= fewest:
            break
        m = cluster.width
        gradient = np.concatenate([cluster.shares, np.zeros(cluster.parameters.size)])
        along = _tangent(equations.jacobian(cluster), gradient)
        if np.linalg.norm(along) < _STILL * np.linalg.norm(gradient):
            break
        scale = max(float(np.abs(along[m:]).max()), float(np.abs(along[:m]).max()) * m / 2)
        falling = along[:m] < 0
        vanishing = float((cluster.shares[falling] / -along[:m][falling]).min(initial=np.inf))
        moved = None
        while moved is None and step > _SHORTEST:
            moved = onto(equations, cluster.moved(along * min(step / scale, vanishing)))
            moved = None if moved is None else _without_vanished(equations, moved)
            if moved is None or not _gain(moved) > _gain(cluster):
                moved, step = None, step / 3
        if moved is None:
            break
        cluster, step = moved, min(2 * step, _LONGEST)
    return cluster


def _without_vanished(equations: Equations, cluster: Cluster) -> Cluster | None:
    """Without neurons whose share has vanished, the others making up for it; None where they cannot."""
    while not (cluster.shares > _VANISHED).all():
        rest = onto(equations, cluster.kept(cluster.shares > _VANISHED))
        if rest is None:
            return None
        cluster = rest
    return cluster
