"""Networks with planted clusters, and networks of random numbers, for the tests of their analysis."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from margin.analysis.cyclic.network import Network


def planted(n: int, frequencies: Sequence[int], side: int = 6, output_shift: float = 0.0) -> Network:
    """side^2 simple neurons of each frequency with phases on a grid, so that a cluster is a wave of c - a - b.

    `output_shift` turns are added to the outputs' phases: then the clusters point elsewhere. And a dead neuron.
    """
    turns = np.arange(n) / n
    grid = np.arange(side) / side
    rows = [
        [np.cos(2 * np.pi * (f * turns - phase)) for phase in (x, y, x + y + output_shift)]
        for f in frequencies
        for x in grid
        for y in grid
    ]
    vectors = np.array([*rows, np.zeros((3, n))]).transpose(1, 2, 0)
    return Network(vectors[:2], np.zeros(vectors.shape[2]), vectors[2], np.zeros(n))


def noise(n: int, m: int, seed: int = 0) -> Network:
    """Weights drawn from a normal distribution."""
    draw = np.random.default_rng(seed).standard_normal
    return Network(draw((2, n, m)), draw(m), draw((n, m)), draw(n))
