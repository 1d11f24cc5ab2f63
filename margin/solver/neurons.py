"""Unit neurons on a data set, and networks of them: outputs, margins, norms."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from margin.solver.dataset import DataSet

Array = NDArray[np.float64]


def activate(data: DataSet, hidden: Array) -> Array:
    """The activation of the data set, entry by entry."""
    return np.maximum(hidden, 0.0) if data.degree == "relu" else hidden**data.homogeneity


def neuron_margins(data: DataSet, U: Array, W: Array) -> Array:
    """phi(x)[y] - phi(x)[c] of neurons U (d, m) and W (m, classes); shape (N * (classes - 1), m).

    Rows are (input, wrong label) in lexicographic order.
    """
    active = activate(data, data.features @ U)
    wrong = np.flatnonzero(data.wrong().ravel())
    classes = data.classes
    rows, labels = wrong // classes, wrong % classes
    V = W.T
    difference: Array = active[rows] * (V[data.labels[rows]] - V[labels])
    return difference


class DataNetwork:
    """f(x)[c] = sum_i act(x . U[:, i]) W[i, c] on a data set: U of shape (d, m), W of shape (m, classes), float64.

    Raises ValueError for other shapes and for weights that are not finite.
    """

    def __init__(self, data: DataSet, U: ArrayLike, W: ArrayLike) -> None:
        self.data = data
        self.U: Array = np.array(U, dtype=np.float64, order="C")
        self.W: Array = np.array(W, dtype=np.float64, order="C")
        d, classes = data.features.shape[1], data.classes
        if self.U.ndim != 2 or self.U.shape[0] != d or self.W.shape != (self.U.shape[1], classes) or not self.W.size:
            raise ValueError(
                f"DataNetwork: U has shape {self.U.shape} and W {self.W.shape}, expected ({d}, m) and (m, {classes})"
            )
        if not (np.isfinite(self.U).all() and np.isfinite(self.W).all()):
            raise ValueError("DataNetwork: a weight is not finite, expected finite weights")

    @property
    def width(self) -> int:
        return self.U.shape[1]

    def logits(self, features: ArrayLike | None = None) -> Array:
        """Logits of features (N, d), by default those of the data; shape (N, classes)."""
        x = self.data.features if features is None else np.asarray(features, dtype=np.float64)
        result: Array = activate(self.data, x @ self.U) @ self.W
        return result

    def margins(self) -> Array:
        """f[label] - largest other logit for every input, shape (N,)."""
        logits = self.logits()
        labels = self.data.labels[:, None]
        right = np.take_along_axis(logits, labels, axis=1)[:, 0]
        np.put_along_axis(logits, labels, -np.inf, axis=1)
        result: Array = right - logits.max(axis=1)
        return result

    def margin(self) -> float:
        """The least of them."""
        return float(self.margins().min())

    def masses(self) -> Array:
        """||neuron_i||_2^(k+1), or ||neuron_i||_2^2 for ReLU; shape (m,)."""
        result: Array = ((self.U**2).sum(axis=0) + (self.W**2).sum(axis=1)) ** (self.data.norm_degree / 2)
        return result

    def norm(self) -> float:
        return float(self.masses().sum() ** (1 / self.data.norm_degree))

    def normalised_margin(self) -> float:
        """Margin / norm^(k+1). Raises ValueError if all weights are zero."""
        mass = float(self.masses().sum())
        if not mass > 0:
            raise ValueError("DataNetwork: all weights are zero, so there is no direction to normalise")
        return self.margin() / mass

    def block_arrays(self) -> tuple[Array, Array]:
        """U as (k, n, m) and W as (m, classes), for k one-hot blocks of one size n; ValueError for other features."""
        blocks = self.data.blocks
        if len(set(blocks)) != 1:
            raise ValueError(f"block_arrays: one-hot blocks of sizes {blocks}, expected blocks of one size")
        return self.U.reshape(len(blocks), blocks[0], self.width), self.W
