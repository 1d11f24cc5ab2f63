"""Unit neurons on a data set: their margins, and the weights of networks of them on a task's own axes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from margin.networks.network import Network
from margin.solver.dataset import DataSet

Array = NDArray[np.float64]


def neuron_margins(data: DataSet, U: Array, W: Array) -> Array:
    """phi(x)[y] - phi(x)[c] of neurons U (d, m) and W (m, classes); shape (N * (classes - 1), m).

    Rows are (input, wrong label) in lexicographic order.
    """
    active = data.activation.value(data.features @ U)
    wrong = np.flatnonzero(data.wrong().ravel())
    classes = data.classes
    rows, labels = wrong // classes, wrong % classes
    V = W.T
    difference: Array = active[rows] * (V[data.labels[rows]] - V[labels])
    return difference


def block_arrays(data: DataSet, network: Network) -> tuple[Array, Array]:
    """U as (k, n, m) and W as (m, classes), for k one-hot blocks of one size n; ValueError for other features."""
    blocks = data.blocks
    if len(set(blocks)) != 1:
        raise ValueError(f"block_arrays: one-hot blocks of sizes {blocks}, expected blocks of one size")
    return network.U.reshape(len(blocks), blocks[0], network.width), network.W
