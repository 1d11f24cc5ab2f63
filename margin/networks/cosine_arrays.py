"""From exact form to arrays: fills U (k, n, m) and W (m, n) from one table of cosines."""

from __future__ import annotations

from math import lcm
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from margin.io.resources import require_memory
from margin.networks.cosine_blocks import Block
from margin.tasks import ModularAddition, count


class Cosines(Protocol):
    """A network in exact form: blocks of cosine neurons on a task (`margin.networks.cosines.CosineNetwork`)."""

    @property
    def task(self) -> ModularAddition: ...
    @property
    def blocks(self) -> tuple[Block, ...]: ...
    @property
    def width(self) -> int: ...


def array_bytes(network: Cosines) -> int:
    """Size in bytes of U and W in float64."""
    return 8 * (network.task.k + 1) * network.task.n * network.width


def cosine_table(order: int) -> NDArray[np.float64]:
    """cos(2 pi j / order) for j = 0..order-1, exact at multiples of a quarter and of a sixth of a turn.

    Angles are folded into an eighth of a turn with integers first, so that symmetries hold to the last bit.
    """
    j = np.arange(order)
    j = np.minimum(j, order - j)  # cos(-x) = cos(x)
    past_quarter = 4 * j > order
    j2 = np.where(past_quarter, order - 2 * j, 2 * j)  # cos(pi - x) = -cos(x); angle pi j2 / order
    past_eighth = 4 * j2 > order
    small = np.pi * np.where(past_eighth, order - 2 * j2, 2 * j2) / (2 * order)
    table = np.where(past_eighth, np.sin(small), np.cos(small))
    table[6 * j2 == 2 * order] = 0.5
    return np.where(past_quarter, -table, table)


def arrays(network: Cosines) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """U of shape (k, n, m) and W of shape (m, n), neurons block by block, in the order of their frequencies and phases.

    Raises MemoryError when the arrays would not fit.
    """
    n, k, m = network.task.n, network.task.k, network.width
    require_memory(array_bytes(network), f"arrays of {m} neurons")
    U, W = np.empty((k, n, m)), np.empty((m, n))
    start = 0
    for block in network.blocks:
        stop = start + block.width
        _fill(network, block, U[:, :, start:stop], W[start:stop])
        start = stop
    return U, W


def _fill(network: Cosines, block: Block, U: NDArray[np.float64], W: NDArray[np.float64]) -> None:
    n, k = network.task.n, network.task.k
    phases, zs = block.phase_set, block.frequencies
    steps, size = lcm(n, phases.denominator), phases.size  # of a turn
    flat = np.fromiter((p for alpha, omega in phases.points() for p in (*alpha, omega)), np.int64, size * (k + 1))
    offsets = flat.reshape(size, k + 1).T * (steps // phases.denominator)
    vectors_per_turn = n if 2 * zs.start == n else n / 2  # squared norm of a cosine vector
    masses = np.fromiter((float(block.mass_each * share) for share in phases.weights()), np.float64, size)
    amplitude = masses ** (1 / (k + 1)) / np.sqrt((k + 1) * vectors_per_turn)
    table = np.tile(cosine_table(steps), 2)  # twice, so that angle + offset needs no second reduction
    frequencies = np.arange(zs.start, zs.stop)
    rows = max(1, (1 << 19) // (count(zs) * size))  # 4 MB of angles at a time
    for first in range(0, n, rows):
        angles = np.outer(np.arange(first, min(first + rows, n)), frequencies) % n * (steps // n)
        for j in range(k):
            values = table[angles[:, :, None] + offsets[j]] * amplitude
            U[j, first : first + rows] = values.reshape(len(angles), -1)
    rows = max(1, (1 << 19) // (n * size))
    for first in range(0, count(zs), rows):
        angles = np.outer(frequencies[first : first + rows], np.arange(n)) % n * (steps // n)
        values = table[angles[:, None, :] + offsets[k][:, None]] * amplitude[:, None]
        W[first * size : (first + len(angles)) * size] = values.reshape(-1, n)
