"""The network that reaches the maximum margin of sparse parity, as float64 arrays."""

from __future__ import annotations

import numpy as np

from margin.networks.network import Network
from margin.tasks import SparseParity


def construct_parity(task: SparseParity) -> Network:
    """The network of norm 1 and width 2^(k-1) that reaches the maximum margin (Morwani et al., sparse parity)."""
    k = task.k
    signs = np.ones((k, 1 << (k - 1)))  # the first sign is +1: patterns modulo an overall sign
    signs[1:] -= 2 * (np.arange(1 << (k - 1)) >> np.arange(k - 1)[:, None] & 1)
    size = (1 / signs.shape[1]) ** (1 / (k + 1)) / np.sqrt(k + 1)
    U = np.zeros((task.n, signs.shape[1]))
    U[:k] = size * signs
    W = size / np.sqrt(2) * np.outer(signs.prod(axis=0), [1, -1])
    return Network(task, U, W)
