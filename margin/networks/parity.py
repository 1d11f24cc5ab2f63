"""Networks for sparse parity as float64 arrays: f(x) = sum_i (U[:, i].x)^k W[i], x in {1,-1}^n, two labels."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from tqdm import tqdm

from margin.tasks import SparseParity

Array = NDArray[np.float64]
_CHUNK = 1 << 22  # floats of hidden activations held at a time (32 MB)


class ParityNetwork:
    """Weights U of shape (n, m) and W of shape (m, 2), copied to float64, for the parity of k of n bits.

    Raises ValueError for other shapes and for weights that are not finite.
    """

    def __init__(self, task: SparseParity, U: ArrayLike, W: ArrayLike) -> None:
        self.task = task
        self.U: Array = np.array(U, dtype=np.float64)
        self.W: Array = np.array(W, dtype=np.float64)
        if self.U.ndim != 2 or self.U.shape[0] != task.n or self.W.shape != (self.U.shape[1], 2) or not self.U.size:
            raise ValueError(
                f"ParityNetwork: U has shape {self.U.shape} and W {self.W.shape}, expected ({task.n}, m) and (m, 2)"
            )
        if not (np.isfinite(self.U).all() and np.isfinite(self.W).all()):
            raise ValueError("ParityNetwork: a weight is not finite, expected finite weights")

    @property
    def width(self) -> int:
        return self.U.shape[1]

    def logits(self, inputs: ArrayLike) -> Array:
        """Logits of inputs of shape (..., n); shape (..., 2)."""
        return (np.asarray(inputs) @ self.U) ** self.task.k @ self.W

    def margin(self, progress: bool = False) -> float:
        """Least f[label] - f[other] over all 2^n inputs, by brute force in chunks."""
        n = self.task.n
        free = min(n, max(0, (_CHUNK // self.width).bit_length() - 1))  # bits that vary inside a chunk
        inner = SparseParity(free, 1).inputs() if free else np.ones((1, 0), np.int8)
        lowest = np.inf
        for prefix in tqdm(range(1 << (n - free)), desc="margin", disable=None if progress else True):
            outer = 1 - 2 * ((prefix >> np.arange(n - free)) & 1)
            inputs = np.concatenate([np.broadcast_to(outer, (len(inner), n - free)), inner], axis=1)
            logits = self.logits(inputs)
            sign = 1 - 2 * self.task.labels(inputs)
            lowest = min(lowest, float((sign * (logits[:, 0] - logits[:, 1])).min()))
        return lowest

    def masses(self) -> Array:
        """||neuron_i||_2^(k+1), each neuron the concatenation of its n + 2 weights; shape (m,)."""
        return ((self.U**2).sum(axis=0) + (self.W**2).sum(axis=1)) ** (self.task.degree / 2)

    def norm(self) -> float:
        return float(self.masses().sum() ** (1 / self.task.degree))

    def normalised_margin(self, progress: bool = False) -> float:
        """Margin / norm^(k+1). Raises ValueError if all weights are zero."""
        mass = float(self.masses().sum())
        if not mass > 0:
            raise ValueError("ParityNetwork: all weights are zero, so there is no direction to normalise")
        return self.margin(progress) / mass


def construct_parity(task: SparseParity) -> ParityNetwork:
    """The network of norm 1 and width 2^(k-1) that reaches the maximum margin (Morwani et al., sparse parity)."""
    k = task.k
    signs = np.ones((k, 1 << (k - 1)))  # the first sign is +1: patterns modulo an overall sign
    signs[1:] -= 2 * (np.arange(1 << (k - 1)) >> np.arange(k - 1)[:, None] & 1)
    size = (1 / signs.shape[1]) ** (1 / (k + 1)) / np.sqrt(k + 1)
    U = np.zeros((task.n, signs.shape[1]))
    U[:k] = size * signs
    W = size / np.sqrt(2) * np.outer(signs.prod(axis=0), [1, -1])
    return ParityNetwork(task, U, W)
