"""The margin by the largest weight: against loops over inputs, labels and weights, and its bound."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from margin.inspection.network import inspect_network
from margin.networks.activations import ReLU
from margin.networks.network import Network
from margin.tasks import ModularAddition, SharedEmbedding
from margin.theory import construct


def by_hand(network: Network) -> float:
    """Least margin over the largest weight to the degree, one number at a time; activation x^k or ReLU."""
    task, U, W = network.task, network.U, network.W
    n, k = task.n, task.k
    margins = []
    for inputs in product(range(n), repeat=k):
        logits = [0.0] * n
        for i in range(network.width):
            hidden = sum(U[min(j, len(U) - 1), a, i] for j, a in enumerate(inputs))
            active = max(hidden, 0.0) if network.activation == ReLU() else hidden**k
            logits = [logit + active * W[i, c] for c, logit in enumerate(logits)]
        right = logits.pop(sum(inputs) % n)
        margins.append(right - max(logits))
    return float(min(margins) / max(abs(x) for x in [*U.ravel(), *W.ravel()]) ** network.degree)


@given(st.sampled_from([(2, 1), (2, 2), (3, 2), (4, 2), (3, 3)]), st.booleans(), st.booleans(), st.integers(0, 10**6))
def test_against_loops(size: tuple[int, int], shared: bool, relu: bool, seed: int) -> None:
    generator = np.random.default_rng(seed)
    n, k = size
    task = (SharedEmbedding if shared else ModularAddition)(n, k)
    U = generator.standard_normal((1 if shared else k, n, 3))
    network = Network(task, U, generator.standard_normal((3, n)), ReLU() if relu else None)
    value = by_hand(network)
    assert network.infinity_margin() == pytest.approx(value, rel=1e-9)
    assert network.scaled(1e-30).infinity_margin() == pytest.approx(value, rel=1e-9)  # powers would leave float64
    twice = Network(task, np.tile(U, 2), np.tile(network.W, (2, 1)), network.activation)
    assert twice.infinity_margin() == pytest.approx(2 * value, rel=1e-9)


@pytest.mark.parametrize(("n", "k"), [(5, 2), (6, 2), (9, 2), (4, 3)])
def test_the_bound_and_what_inspect_says(n: int, k: int) -> None:
    task = ModularAddition(n, k)
    network = construct(task).numeric()
    value = network.infinity_margin()
    assert value == pytest.approx(by_hand(network), rel=1e-9)
    assert 0 < value <= network.width * (n * (k + 1)) ** ((k + 1) / 2) * network.normalised_margin()
    seen = inspect_network(task, network.U, network.W).normalised
    assert seen.infinity == pytest.approx(value, rel=1e-9)
    small = inspect_network(task, network.U * 2.0**-30, network.W * 2.0**-30).normalised
    assert small.infinity == pytest.approx(value, rel=1e-9)
    assert inspect_network(task, 0 * network.U, 0 * network.W).normalised.infinity is None


def test_no_weights_have_no_direction() -> None:
    with pytest.raises(ValueError, match="infinity_margin: all weights are zero"):
        Network(ModularAddition(3, 2), np.zeros((2, 3, 1)), np.zeros((1, 3))).infinity_margin()
