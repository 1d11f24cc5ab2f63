"""Inner products of what networks and neurons compute: logits over the whole population, less the mean over labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from margin.analysis.axes import Array
from margin.inspection.margins import numbered
from margin.networks.network import Network

_CHUNK = 1 << 21  # hidden values held at a time (16 MB)
NULL = 1e-12  # of the largest eigenvalue of a Gram matrix: below, neurons are linearly dependent


def products(networks: Sequence[Network]) -> Array:
    """Inner products of the functions of networks on one task, (networks, networks)."""
    result = np.zeros((len(networks),) * 2)
    for hidden in _hidden(networks):
        logits = np.array([(h @ _centred(network)).ravel() for h, network in zip(hidden, networks, strict=True)])
        result += logits @ logits.T
    return result


def neuron_products(network: Network) -> Array:
    """Inner products of the functions of a network's neurons, (m, m)."""
    result = np.zeros((network.width,) * 2)
    for (hidden,) in _hidden([network]):
        result += hidden.T @ hidden
    W = _centred(network)
    products: Array = result * (W @ W.T)
    return products


def independent(gram: Array, masses: Array) -> Array:
    """Factors (m,) >= 0 of neurons, as many 0 as can be, with which they compute the same together at no more mass.

    `gram` (m, m) are the inner products of their functions, `masses` (m,) positive. Caratheodory's theorem: along a
    linear dependence that does not raise the mass, factors fall until one is 0. What is left is linearly independent.
    """
    scale = 1 / np.sqrt(np.maximum(np.diag(gram), np.finfo(np.float64).tiny))
    values, vectors = np.linalg.eigh(gram * np.outer(scale, scale))
    null = scale[:, None] * vectors[:, values <= NULL * values[-1]]
    factors = np.ones(len(masses))
    while null.shape[1]:
        direction = null[:, 0] if masses @ null[:, 0] <= 0 else -null[:, 0]
        falling = np.flatnonzero((direction < 0) & (factors > 0))
        if not falling.size:  # rounding
            null = null[:, 1:]
            continue
        first = falling[np.argmin(factors[falling] / -direction[falling])]
        factors = np.maximum(factors + direction * (factors[first] / -direction[first]), 0.0)
        factors[first] = 0.0
        pivot = int(np.abs(null[first]).argmax())
        column = null[:, pivot] / null[first, pivot]
        null = np.delete(null - np.outer(column, null[first]), pivot, axis=1)
        null[first] = 0.0
    return factors


def _centred(network: Network) -> Array:
    W: Array = network.W - network.W.mean(axis=1, keepdims=True)
    return W


def _hidden(networks: Sequence[Network]) -> Iterator[list[Array]]:
    """Values of the neurons (rows, m) of each network, part by part of the population."""
    task = networks[0].task
    rows = max(1, _CHUNK // max(sum(network.width for network in networks), len(networks) * task.classes))
    for first in range(0, task.population, rows):
        inputs = numbered(task, np.arange(first, min(first + rows, task.population)))
        sums = (np.asarray(network.inputs.hidden(network.U, inputs), dtype=np.float64) for network in networks)
        yield [network.activation.value(h) for network, h in zip(networks, sums, strict=True)]
