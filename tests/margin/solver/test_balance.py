"""Equal margins by a Newton step: gradients, ties, what is left alone."""

from __future__ import annotations

import numpy as np
import pytest

from margin import ModularAddition, construct, maximum_margin
from margin.networks.network import Network
from margin.solver import DataSet, from_task
from margin.solver.balance import balanced
from margin.solver.neurons import neuron_margins

CASES = [(2, 1), (3, 1), (4, 2), (5, 2), (6, 2), (4, 3), (5, 3)]


def margins(data: DataSet, U: np.ndarray, W: np.ndarray) -> np.ndarray:
    """Of all wrong labels, normalised."""
    total: np.ndarray = neuron_margins(data, U, W).sum(axis=1) / Network(data, U, W).masses().sum()
    return total


def perturbed(n: int, k: int, size: float) -> tuple[DataSet, np.ndarray, np.ndarray]:
    """The construction, its neurons used twice, with noise relative to the weights."""
    task = ModularAddition(n, k)
    network = construct(task).numeric()
    random = np.random.default_rng(n)
    U = np.concatenate([network.U.reshape(k * n, -1)] * 2, axis=1)
    W = np.concatenate([network.W] * 2)
    U = U + size * np.abs(U).max() * random.normal(size=U.shape)
    return from_task(task), U, W + size * np.abs(W).max() * random.normal(size=W.shape)


@pytest.mark.parametrize(("n", "k"), CASES)
def test_margins_tie_and_rise_to_the_maximum(n: int, k: int) -> None:
    gamma = float(maximum_margin(ModularAddition(n, k)).exact)
    data, U, W = perturbed(n, k, 1e-4)
    before = margins(data, U, W)
    for _ in range(2):
        U, W = balanced(data, U, W, np.arange(len(before)))
    after = margins(data, U, W)
    assert np.ptp(after) < 1e-3 * np.ptp(before)
    assert gamma * (1 - 1e-6) < after.min() <= gamma * (1 + 1e-9)
    assert before.min() < gamma * (1 - 1e-5)


def test_only_the_rows_that_are_named() -> None:
    data, U, W = perturbed(5, 2, 1e-3)
    before = margins(data, U, W)
    rows = np.argsort(before)[:10]
    after = margins(data, *balanced(data, U, W, rows))
    assert np.ptp(after[rows]) < 0.05 * np.ptp(before[rows])
    assert np.ptp(after) > 0.3 * np.ptp(before)


def test_equal_margins_stay() -> None:
    data, U, W = perturbed(5, 2, 0.0)
    changed = balanced(data, U, W, np.arange(len(data) * 4))
    assert np.allclose(changed[0], U, atol=1e-9)
    assert np.allclose(changed[1], W, atol=1e-9)


def test_the_change_is_the_smallest() -> None:
    """Against the least-squares solution with explicit derivatives, by finite differences."""
    data = from_task(ModularAddition(3, 2))
    random = np.random.default_rng(0)
    U, W = random.normal(size=(6, 40)), random.normal(size=(40, 3))
    rows = np.arange(len(data) * 2)
    start = np.concatenate([U.ravel(), W.ravel()])

    def at(weights: np.ndarray) -> np.ndarray:
        u, w = weights[: U.size].reshape(U.shape), weights[U.size :].reshape(W.shape)
        total: np.ndarray = np.append(neuron_margins(data, u, w).sum(axis=1), Network(data, u, w).masses().sum())
        return total

    step = 1e-6
    J = np.array([(at(start + step * e) - at(start - step * e)) / (2 * step) for e in np.eye(len(start))]).T
    now = at(start)
    ones = np.append(np.ones(len(rows)), 0.0)
    system = np.concatenate([J, -ones[:, None]], axis=1)  # unknowns: change, t; t costs nothing
    scale = np.append(np.ones(len(start)), 1e6)
    wanted = np.linalg.lstsq(system * scale, -np.append(now[:-1], 0.0), rcond=None)[0] * scale
    dU, dW = (new - old for new, old in zip(balanced(data, U, W, rows), (U, W), strict=True))
    assert np.allclose(np.concatenate([dU.ravel(), dW.ravel()]), wanted[:-1], atol=1e-4 * np.abs(wanted[:-1]).max())
    assert np.abs(J[-1] @ wanted[:-1]) < 1e-6 * np.abs(J[-1]).max()
