"""A shared embedding by its definition alone: every image, every logit, every input, in plain loops."""

from __future__ import annotations

from itertools import product
from math import gcd

import numpy as np
from numpy.typing import NDArray

from margin.shared.lower import SharedNetwork

Array = NDArray[np.float64]


def images(network: SharedNetwork) -> list[tuple[int, list[int], list[int]]]:
    """All neurons (mass, u, w): u(a) -> u(v (a + s)), w(y) -> w(v (y + k s))."""
    n, k = network.n, network.k
    return [
        (mass, [u[v * (a + s) % n] for a in range(n)], [w[v * (y + k * s) % n] for y in range(n)])
        for (u, w), mass in zip(network.neurons, network.masses, strict=True)
        for v in range(1, n)
        if gcd(v, n) == 1
        for s in range(n)
    ]


def least_gap(network: SharedNetwork) -> int:
    """The least of f(x)[y] - f(x)[c] over every input and wrong label, with masses multiplying neurons."""
    n, neurons = network.n, images(network)
    gaps = []
    for inputs in product(range(n), repeat=network.k):
        hidden = [mass * sum(u[a] for a in inputs) ** network.k for mass, u, _ in neurons]
        logits = [sum(h * w[y] for h, (_, _, w) in zip(hidden, neurons, strict=True)) for y in range(n)]
        label = sum(inputs) % n
        gaps += [logits[label] - logits[y] for y in range(n) if y != label]
    return min(gaps)


def gap(n: int, inputs: tuple[int, ...], label: int, u: Array, w: Array) -> float:
    """The gap of one neuron at one input and wrong label."""
    return float(sum(u[a] for a in inputs) ** len(inputs) * (w[sum(inputs) % n] - w[label]))
