"""Tuples of vectors of a real irreducible representation (docs/theory.md, 5.8) as equations to solve numerically.

With `margin.pruning.paths` a search for few neurons: from many random tuples onto the equations, then along them.
"""

from __future__ import annotations

from math import factorial

import numpy as np

from margin.analysis.axes import Array
from margin.pruning.paths import Cluster, gathered, onto

_ROWS = 3000  # inputs with labels, at random, where there are more
_RANK = 1e-10  # of the largest singular value: the functions of neurons span no more


class TupleSums:
    """What a list of tuples x_1, ..., x_{k+1} with shares must satisfy to compute the character and nothing else.

    A cluster's parameters are the tuples (m, (k + 1) delta), of any lengths but 0: unit vectors along them are meant.
    `rho` (n, delta, delta) are the orthogonal matrices. The logits are compared on inputs with labels drawn at random
    where there are more than 3000, in the coordinates of all functions that neurons have there, and the sum of the
    shares with 1. Raises ValueError for k below 1.
    """

    def __init__(self, rho: Array, k: int, seed: int = 0) -> None:
        if k < 1:
            raise ValueError(f"k = {k}, expected 1 or more")
        n, delta = rho.shape[:2]
        self.rho, self.k, self.delta = rho, k, delta
        generator = np.random.default_rng(seed)
        size = n ** (k + 1)
        numbers = np.arange(size) if size <= _ROWS else generator.integers(0, n, (_ROWS, k + 1)) @ n ** np.arange(k + 1)
        self.rows = np.stack(np.unravel_index(numbers, (n,) * (k + 1)))
        product = rho[self.rows[0]]
        for j in range(1, k):
            product = product @ rho[self.rows[j]]
        wanted = np.einsum("rab,rab->r", product, rho[self.rows[k]])
        self.scale = factorial(k) * delta ** -(k + 1.0)
        drawn: list[Array] = []
        rank, self.basis = -1, np.zeros((len(numbers), 0))
        while self.basis.shape[1] > rank:
            rank = self.basis.shape[1]
            tuples = generator.standard_normal((max(100, len(drawn) * 100), (k + 1) * delta))
            drawn.append(self._values(tuples) / self.scale)
            U, values, _ = np.linalg.svd(np.concatenate(drawn, axis=1), full_matrices=False)
            self.basis = U[:, values > _RANK * values[0]]
        self.wanted: Array = self.basis.T @ wanted
        self.unit = np.sqrt(len(numbers))

    def residual(self, cluster: Cluster) -> Array:
        values = self.basis.T @ (self._values(cluster.parameters) / self.scale)
        return np.append((values @ cluster.shares - self.wanted) / self.unit, cluster.shares.sum() - 1)

    def jacobian(self, cluster: Cluster) -> Array:
        m, k = cluster.width, self.k
        x, lengths = self._unit(cluster.parameters)
        factors = self._factors(x)
        total, w = factors[:-1].sum(axis=0), factors[-1]
        by_u, by_w = k * total ** (k - 1) * w, total**k  # (rows, m)
        change = np.zeros((m, k + 1, self.delta, len(self.wanted)))
        for j in range(k + 1):
            left, right, outer = (j, j + 1, by_u) if j < k else (0, k, by_w)
            rotated = np.einsum("gab,ib->gia", self.rho, x[:, right])[self.rows[j]]
            back = np.einsum("gab,ia->gib", self.rho, x[:, left])[self.rows[j]]
            change[:, left] += np.einsum("re,ri,ria->iae", self.basis, outer, rotated, optimize=True)
            change[:, right] += np.einsum("re,ri,rib->ibe", self.basis, outer, back, optimize=True)
        change -= x[..., None] * np.einsum("ija,ijae->ije", x, change)[:, :, None]  # lengths do not count
        change *= cluster.shares[:, None, None, None] / lengths[..., None, None] / (self.scale * self.unit)
        by_share = self.basis.T @ (total**k * w) / (self.scale * self.unit)
        both = np.concatenate([by_share, change.reshape(-1, len(self.wanted)).T], axis=1)
        return np.concatenate([both, np.append(np.ones(m), np.zeros(both.shape[1] - m))[None]])

    def _unit(self, parameters: Array) -> tuple[Array, Array]:
        x = parameters.reshape(len(parameters), self.k + 1, self.delta)
        lengths = np.linalg.norm(x, axis=2)
        return x / lengths[..., None], lengths

    def _factors(self, x: Array) -> Array:
        """u_1, ..., u_k, w of each tuple on the rows, (k + 1, rows, m)."""
        pairs = [(j, j + 1) for j in range(self.k)] + [(0, self.k)]
        return np.array(
            [
                np.einsum("ia,gab,ib->gi", x[:, a], self.rho, x[:, b], optimize=True)[self.rows[j]]
                for j, (a, b) in enumerate(pairs)
            ]
        )

    def _values(self, parameters: Array) -> Array:
        factors = self._factors(self._unit(parameters)[0])
        values: Array = factors[:-1].sum(axis=0) ** self.k * factors[-1]
        return values


def searched(rho: Array, k: int, start: int, fewest: int = 1, seed: int = 0) -> Cluster | None:
    """Few tuples for a representation, from `start` random ones; None where these do not come onto the equations."""
    generator = np.random.default_rng(seed)
    equations = TupleSums(rho, k)
    tuples = generator.standard_normal((start, (k + 1) * rho.shape[1]))
    begun = onto(equations, Cluster(tuples, np.full(start, 1 / start)))
    return None if begun is None else gathered(equations, begun, seed, fewest)
