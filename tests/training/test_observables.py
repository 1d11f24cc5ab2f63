"""Exact margins and features, on networks whose margins and features are known."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from margin import ModularAddition, construct, maximum_margin
from margin.parity.sign_arrays import construct_parity
from margin.tasks import SparseParity
from tests.helpers import oracles
from training import observables
from training.observables import covered, features, margins, mass, summary
from training.tasks import problem


@pytest.mark.parametrize(("n", "k"), [(7, 2), (6, 2), (5, 3), (6, 1)])
def test_constructed_networks_have_gamma_star_and_pure_neurons(n: int, k: int) -> None:
    network, task = construct(ModularAddition(n, k)).numeric(), problem(f"mod:{n}", k)
    U, W = torch.from_numpy(network.U), torch.from_numpy(network.W)
    reached = float(margins(task, U, W).min()) / mass(task, U, W)
    assert reached == pytest.approx(float(maximum_margin(ModularAddition(n, k))), rel=1e-12)
    found = summary(task, U, W)
    assert found["power_min"] == pytest.approx(1)
    assert found["residual_max"] < 1e-9
    assert sum(found["neurons"]) == found["live"] == len(W)
    assert sum(found["shares"]) == pytest.approx(1, abs=1e-5)
    assert covered(found["shares"]) == n // 2


def test_random_networks_do_not() -> None:
    task = problem("mod:7", 2)
    U, W = (torch.randn(s, generator=torch.Generator().manual_seed(0), dtype=torch.float64) for s in task.shapes(20))
    found = summary(task, U, W)
    assert found["power_min"] < 0.9
    assert found["residual_max"] > 0.1
    assert float(margins(task, U, W).min()) < 0


@pytest.mark.parametrize("chunk", [1, 100, 10**6])
@pytest.mark.parametrize(
    ("task", "k", "activation"), [("mod:5", 3, "power"), ("group:S3", 2, "relu"), ("mod:4", 1, "power")]
)
def test_margins_are_the_definition(
    task: str, k: int, activation: str, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observables, "CHUNK", chunk)
    found = problem(task, k, activation)
    generator = np.random.default_rng(1)
    U, W = (generator.standard_normal(shape) for shape in found.shapes(4))
    wanted = []
    for a in found.task.inputs():
        hidden = sum(U[j, a[j]] for j in range(k))
        logits = (np.maximum(hidden, 0) if activation == "relu" else hidden**k) @ W
        label = int(found.task.labels(a))
        wanted.append(logits[label] - np.delete(logits, label).max())
    assert margins(found, torch.from_numpy(U), torch.from_numpy(W)).numpy() == pytest.approx(np.array(wanted))
    if activation == "power":
        assert mass(found, torch.from_numpy(U), torch.from_numpy(W)) == pytest.approx(oracles.norm_power(U, W))


def test_phase_residuals() -> None:
    """One neuron with phases 0.1, 0.2 and 0.35 turns: the residual is 0.05."""
    turns = np.arange(7) / 7
    U = np.cos(2 * np.pi * (3 * turns[None] + np.array([[0.1], [0.2]])))[:, :, None]
    W = np.cos(2 * np.pi * (3 * turns + 0.35))[None]
    found = features(problem("mod:7", 2), U, W)
    assert found.residuals == pytest.approx([0.05])
    assert found.dominant.tolist() == [2]
    assert found.power == pytest.approx([1])


@pytest.mark.parametrize("name", ["S3", "S4", "Q8", "C5", "perm:(1,2,3,4,5,6,7);(2,3,5)(4,7,6)"])
def test_isotypic_shares_of_characters(name: str) -> None:
    """A character lies in its own isotypic part; all parts and the constants make up everything."""
    task = problem(f"group:{name}", 2)
    characters = np.array([character for _, _, character in task.irreps()])
    U = np.stack([characters.T, np.zeros_like(characters.T)])
    found = features(task, U, characters)
    assert found.power == pytest.approx(np.ones(len(characters)))
    assert found.dominant.tolist() == list(range(len(characters)))
    n = task.n
    single = features(task, np.stack([np.eye(n), np.eye(n)]), np.eye(n))
    largest = max(dimension**2 / commutant for dimension, commutant, _ in task.irreps()) / n
    assert single.power == pytest.approx(np.full(n, largest))


def test_parity_features() -> None:
    network, task = construct_parity(SparseParity(6, 3)), problem("parity:6", 3)
    U, W = torch.from_numpy(network.U)[None], torch.from_numpy(network.W)
    assert summary(task, U, W)["power_min"] == pytest.approx(1)
    assert float(margins(task, U, W).min()) / mass(task, U, W) == pytest.approx(task.gamma)
    assert summary(task, U + 0.3, W)["power_min"] < 0.9


def test_dead_neurons_are_not_counted() -> None:
    network, task = construct(ModularAddition(7, 2)).numeric(), problem("mod:7", 2)
    U = np.concatenate([network.U, 1e-3 * np.ones((2, 7, 3))], axis=2)
    W = np.concatenate([network.W, np.zeros((3, 7))])
    found = summary(task, torch.from_numpy(U), torch.from_numpy(W))
    assert found["live"] == network.width
    zero = summary(task, torch.zeros(2, 7, 2), torch.zeros(2, 7))
    assert (zero["live"], covered(zero["shares"])) == (0, 0)
    assert covered([0.5, 0.5, 0.0]) == 2
