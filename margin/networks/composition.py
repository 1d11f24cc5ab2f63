"""Networks for composition in a finite group as float64 arrays: logits, norms, margins by brute force."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from tqdm import tqdm

from margin.finite_groups.cayley_tables import table_array

Array = NDArray[np.float64]
_CHUNK = 1 << 22  # floats of hidden activations held at a time (32 MB)


class GroupNetwork:
    """f(g_1..g_k)[c] = sum_i (sum_j U[j, g_j, i])^k W[i, c] on a group given by its Cayley table.

    `table` has g * h in row g and column h, shape (n, n); U has shape (k, n, m), W shape (m, n), both copied to
    float64. The label of g_1..g_k is g_1 * ... * g_k. Raises ValueError for other shapes, a table with entries
    outside 0..n-1, and weights that are complex or not finite.
    """

    def __init__(self, table: ArrayLike, U: ArrayLike, W: ArrayLike) -> None:
        if np.iscomplexobj(U) or np.iscomplexobj(W):
            raise ValueError("GroupNetwork: got complex weights, expected real ones")
        self.table: NDArray[np.int64] = np.array(table_array(table), dtype=np.int64)
        self.U: Array = np.array(U, dtype=np.float64, order="C")
        self.W: Array = np.array(W, dtype=np.float64, order="C")
        n = len(self.table)
        if self.U.ndim != 3 or 0 in self.U.shape or self.U.shape[1] != n or self.W.shape != (self.U.shape[2], n):
            raise ValueError(
                f"GroupNetwork: U has shape {self.U.shape} and W {self.W.shape}, expected (k, {n}, m) and (m, {n})"
            )
        if not (np.isfinite(self.U).all() and np.isfinite(self.W).all()):
            raise ValueError("GroupNetwork: a weight is not finite, expected finite weights")

    @property
    def order(self) -> int:
        """n, the order of the group."""
        return self.U.shape[1]

    @property
    def k(self) -> int:
        """Number of inputs."""
        return self.U.shape[0]

    def numeric(self) -> GroupNetwork:
        """These arrays."""
        return self

    @property
    def width(self) -> int:
        return self.U.shape[2]

    @property
    def degree(self) -> int:
        """nu = k + 1."""
        return self.k + 1

    def logits(self, inputs: ArrayLike) -> Array:
        """Logits of inputs of shape (..., k), elements 0..n-1; shape (..., n). Raises ValueError for other inputs."""
        a = np.asarray(inputs)
        n = self.order
        if (
            a.shape[-1:] != (self.k,)
            or not np.issubdtype(a.dtype, np.integer)
            or not 0 <= a.min(initial=0) <= a.max(initial=0) < n
        ):
            raise ValueError(
                f"GroupNetwork.logits: got inputs of shape {a.shape} and type {a.dtype}, expected integers in"
                f" 0..{n - 1} of shape (..., {self.k})"
            )
        hidden = sum((self.U[j][a[..., j]] for j in range(1, self.k)), self.U[0][a[..., 0]])
        logits: Array = hidden**self.k @ self.W
        return logits

    def labels(self, inputs: ArrayLike) -> NDArray[np.int64]:
        """g_1 * ... * g_k for inputs of shape (..., k); shape (...)."""
        a = np.asarray(inputs)
        label: NDArray[np.int64] = a[..., 0]
        for j in range(1, self.k):
            label = self.table[label, a[..., j]]
        return label

    def margin(self, progress: bool = False) -> float:
        """min over all n^k inputs of f[label] - max of the other logits, by brute force in chunks.

        Raises OverflowError if a logit is not finite.
        """
        n, k = self.order, self.k
        rows = max(1, _CHUNK // (self.width + n))
        lowest = np.inf
        starts = tqdm(range(0, n**k, rows), desc="margin", disable=None if progress else True)
        with np.errstate(over="ignore", invalid="ignore"):
            for first in starts:
                index = np.arange(first, min(first + rows, n**k))
                inputs = np.stack(np.unravel_index(index, (n,) * k), axis=1)
                values, labels = self.logits(inputs), self.labels(inputs)[:, None]
                if not np.isfinite(values).all():
                    raise OverflowError(
                        "GroupNetwork.margin: a logit exceeds the float64 range; scale the weights down"
                    )
                right = np.take_along_axis(values, labels, axis=1)[:, 0]
                np.put_along_axis(values, labels, -np.inf, axis=1)
                lowest = min(lowest, float((right - values.max(axis=1)).min()))
        return lowest

    def masses(self) -> Array:
        """||neuron_i||_2^(k+1), each neuron the concatenation of its k+1 vectors; shape (m,)."""
        squared = (self.U**2).sum(axis=(0, 1)) + (self.W**2).sum(axis=1)
        return squared ** (self.degree / 2)

    def norm(self) -> float:
        return float(self.masses().sum() ** (1 / self.degree))

    def normalised_margin(self, progress: bool = False) -> float:
        """Margin / norm^(k+1), float64. Raises ValueError if all weights are zero."""
        largest = max(float(np.abs(self.U).max()), float(np.abs(self.W).max()))
        if not largest > 0:
            raise ValueError("GroupNetwork: all weights are zero, so there is no direction to normalise")
        exponent = int(np.frexp(largest)[1])
        if abs(exponent) > 20:  # a power of two changes no digits, and keeps the powers within float64
            scaled = GroupNetwork(self.table, np.ldexp(self.U, -exponent), np.ldexp(self.W, -exponent))
            return scaled.normalised_margin(progress)
        return self.margin(progress) / float(self.masses().sum())
