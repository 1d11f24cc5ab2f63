"""Unit neurons on a data set: their margins, and the weights of networks of them on a task's own axes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from margin.networks.network import Network
from margin.solver.dataset import DataSet
from margin.solver.symmetry import Symmetry

Array = NDArray[np.float64]
Rows = NDArray[np.intp]
MOST_DENSE = 40_000_000  # margins of all neurons kept as one matrix (320 MB); of more, rows are made when asked for
_CHUNK = 4_000_000  # hidden values made at a time


def neuron_margins(data: DataSet, U: Array, W: Array) -> Array:
    """phi(x)[y] - phi(x)[c] of neurons U (d, m) and W (m, classes); shape (N * (classes - 1), m).

    Rows are (input, wrong label) in lexicographic order.
    """
    active = data.activation.value(data.features @ U)
    V = np.ascontiguousarray(W.T)
    result = np.empty((len(data), data.classes - 1, len(W)))
    for label in np.unique(data.labels):
        chosen = data.labels == label
        result[chosen] = active[chosen][:, None] * (V[label] - np.delete(V, label, axis=0))
    return result.reshape(len(data) * (data.classes - 1), len(W))


def dual_matrix(data: DataSet, weights: Array) -> Array:
    """A dual as D (N, classes), from weights of the wrong labels (N * (classes - 1),) in order."""
    D = np.zeros((len(data), data.classes))
    D[data.wrong()] = -weights
    D[np.arange(len(D)), data.labels] = -D.sum(axis=1)
    return D


class Margins:
    """`neuron_margins` as a matrix M (rows, neurons) that is kept only while it is small; else made in parts.

    With a symmetry its rows are the means over the orbits of rows.
    """

    def __init__(
        self, data: DataSet, U: Array, W: Array, dense: Array | None = None, symmetry: Symmetry | None = None
    ) -> None:
        self.data, self.U, self.W, self.symmetry = data, U, W, symmetry
        rows = len(data) * (data.classes - 1) if symmetry is None else len(symmetry.sizes)
        self.shape = (rows, len(W))
        small = self.shape[0] * self.shape[1] <= MOST_DENSE
        self.dense = dense if dense is not None or not small else self._made()

    def _made(self) -> Array:
        if self.symmetry is None:
            return neuron_margins(self.data, self.U, self.W)
        step = max(1, _CHUNK // len(self.symmetry.orbit))
        parts = [slice(first, first + step) for first in range(0, len(self.W), step)]
        means = [self.symmetry.mean(neuron_margins(self.data, self.U[:, part], self.W[part])) for part in parts]
        return np.concatenate(means, axis=1) if means else np.zeros(self.shape)

    def _chunks(self) -> Iterator[tuple[slice, Array]]:
        """Inputs and their activations (inputs, neurons)."""
        count = max(1, _CHUNK // max(1, self.shape[1]))
        for first in range(0, len(self.data), count):
            part = slice(first, first + count)
            yield part, self.data.activation.value(self.data.features[part] @ self.U)

    def __matmul__(self, masses: Array) -> Array:
        """M masses: the margins of the network (rows,)."""
        if self.dense is not None:
            result: Array = self.dense @ masses
            return result
        logits = np.concatenate([active @ (self.W * masses[:, None]) for _, active in self._chunks()])
        right = np.take_along_axis(logits, self.data.labels[:, None], axis=1)
        difference: Array = (right - logits)[self.data.wrong()]
        return difference if self.symmetry is None else self.symmetry.mean(difference)

    def worth(self, weights: Array) -> Array:
        """M^T weights: what each neuron is worth under a dual (neurons,)."""
        if self.dense is not None:
            result: Array = self.dense.T @ weights
            return result
        D = dual_matrix(self.data, weights if self.symmetry is None else self.symmetry.spread(weights))
        total = np.zeros(self.shape[1])
        for part, active in self._chunks():
            total += (active * (D[part] @ self.W.T)).sum(axis=0)
        return total

    def __getitem__(self, rows: Rows) -> Array:
        """Rows of M, shape (len(rows), neurons)."""
        if self.dense is not None:
            return self.dense[rows]
        if self.symmetry is not None:
            members = np.flatnonzero(np.isin(self.symmetry.orbit, rows))
            chosen: Array = self.symmetry.means[rows][:, members] @ self._rows(members)
            return chosen
        return self._rows(rows)

    def _rows(self, rows: Rows) -> Array:
        inputs, place = np.divmod(rows, self.data.classes - 1)
        right = self.data.labels[inputs]
        wrong = place + (place >= right)
        needed, where = np.unique(inputs, return_inverse=True)
        active = self.data.activation.value(self.data.features[needed] @ self.U)
        V = self.W.T
        difference: Array = active[where] * (V[right] - V[wrong])
        return difference

    def array(self) -> Array:
        """All of M."""
        return self._made() if self.dense is None else self.dense


def block_arrays(data: DataSet, network: Network) -> tuple[Array, Array]:
    """U as (k, n, m) and W as (m, classes), for k one-hot blocks of one size n; ValueError for other features."""
    blocks = data.blocks
    if len(set(blocks)) != 1:
        raise ValueError(f"block_arrays: one-hot blocks of sizes {blocks}, expected blocks of one size")
    return network.U.reshape(len(blocks), blocks[0], network.width), network.W
