"""Exact margins and features, on networks whose margins and features are known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from margin import ModularAddition, construct, maximum_margin
from margin.analysis.clusters import covered
from margin.inspection.features import features, irreps
from margin.parity.sign_arrays import construct_parity
from margin.tasks import ElementTask, GroupComposition, SparseParity, parse
from tests.helpers import oracles
from training import measure, settings
from training.measure import margins, record, summary
from training.models import model as models
from training.models.neurons import Neurons, shapes
from training.population import Population


def network(task: str, k: int, U: np.ndarray, W: np.ndarray, activation: str = "power") -> Neurons:
    chosen = settings.Neurons(len(W), activation)
    return Neurons(Population(parse(task, k)), chosen, torch.from_numpy(U), torch.from_numpy(W))


def summarised(model: Neurons) -> dict[str, Any]:
    return summary(model, measure.in_float64(model))


def normalised(model: Neurons) -> float:
    return float(margins(model).min() / model.size(model.parameters))


@pytest.mark.parametrize(("n", "k"), [(7, 2), (6, 2), (5, 3), (6, 1)])
def test_constructed_networks_have_gamma_star_and_pure_neurons(n: int, k: int) -> None:
    arrays, gamma = construct(ModularAddition(n, k)).numeric(), float(maximum_margin(ModularAddition(n, k)))
    model = network(f"mod:{n}", k, arrays.U, arrays.W)
    assert normalised(model) == pytest.approx(gamma, rel=1e-12)
    values = record(model, gamma, None)
    assert values["ratio"] == pytest.approx(1, rel=1e-12)
    assert values["mass"] == pytest.approx(values["norm"] ** (k + 1))
    assert values["accuracy"] == 1
    assert values["power_min"] == pytest.approx(1)
    assert values["residual_max"] < 1e-9
    assert sum(values["neurons"]) == values["live"] == len(arrays.W)
    assert sum(values["shares"]) == pytest.approx(1, abs=1e-5)
    assert covered(values["shares"]) == n // 2


def test_random_networks_do_not() -> None:
    generator = np.random.default_rng(0)
    U, W = (generator.standard_normal(shape) for shape in shapes(Population(parse("mod:7", 2)), 20))
    values = record(network("mod:7", 2, U, W), 0.01, torch.arange(10))
    assert values["power_min"] < 0.9
    assert values["residual_max"] > 0.1
    assert values["margin"] < 0
    assert values["ratio"] == values["normalised_margin"] / 0.01
    assert values["infinity_margin"] == pytest.approx(values["margin"] / max(np.abs(U).max(), np.abs(W).max()) ** 3)
    assert values["accuracy"] == pytest.approx((10 * values["train_accuracy"] + 39 * values["test_accuracy"]) / 49)
    assert "test_accuracy" not in record(network("mod:7", 2, U, W), None, None)


@pytest.mark.parametrize("chunk", [1, 100, 10**6])
@pytest.mark.parametrize(
    ("task", "k", "activation"),
    [("mod:5", 3, "power"), ("group:S3", 2, "relu"), ("mod:4", 1, "power"), ("mod:4", 2, "abs")],
)
def test_margins_are_the_definition(
    task: str, k: int, activation: str, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "CHUNK", chunk)
    population = Population(parse(task, k))
    generator = np.random.default_rng(1)
    defined: dict[str, Callable[[Any], Any]] = {
        "relu": lambda x: np.maximum(x, 0),
        "abs": np.abs,
        "power": lambda x: x**k,
    }
    U, W = (generator.standard_normal(shape) for shape in shapes(population, 4))
    wanted = []
    for a in population.task.inputs():
        logits = defined[activation](sum(U[j, a[j]] for j in range(k))) @ W
        label = int(population.task.labels(a))
        wanted.append(logits[label] - np.delete(logits, label).max())
    model = network(task, k, U, W, activation)
    assert margins(model).numpy() == pytest.approx(np.array(wanted))
    if activation == "power":
        assert float(model.size(model.parameters)) == pytest.approx(oracles.norm_power(U, W))


def test_phase_residuals() -> None:
    """One neuron with phases 0.1, 0.2 and 0.35 turns: the residual is 0.05."""
    turns = np.arange(7) / 7
    U = np.cos(2 * np.pi * (3 * turns[None] + np.array([[0.1], [0.2]])))[:, :, None]
    W = np.cos(2 * np.pi * (3 * turns + 0.35))[None]
    seen = features(parse("mod:7", 2), U, W)
    assert seen.residuals == pytest.approx([0.05])
    assert seen.dominant.tolist() == [2]
    assert seen.names[2] == "3"
    assert seen.power == pytest.approx([1])


def test_the_mean_is_no_dominant_frequency_though_it_may_hold_most_of_the_power() -> None:
    vector = 1.5 + np.cos(2 * np.pi * np.arange(7) / 7)
    seen = features(parse("mod:7", 2), np.stack([vector, vector])[:, :, None], vector[None])
    assert seen.power == pytest.approx([2 / 11])  # 9/11 is the mean's
    assert seen.dominant.tolist() == [0]
    constant = features(parse("mod:7", 2), np.ones((2, 7, 1)), np.ones((1, 7)))
    assert constant.dominant.tolist() == [-1]
    assert constant.power == pytest.approx([0], abs=1e-15)


@pytest.mark.parametrize("name", ["S3", "S4", "Q8", "C5", "perm:(1,2,3,4,5,6,7);(2,3,5)(4,7,6)"])
def test_isotypic_shares_of_characters(name: str) -> None:
    """A character lies in its own isotypic part; all parts and the constants make up everything."""
    task = GroupComposition(name, 2)
    characters = np.array([character for _, _, character in irreps(task)])
    U = np.stack([characters.T, np.zeros_like(characters.T)])
    seen = features(task, U, characters)
    assert seen.power == pytest.approx(np.ones(len(characters)))
    assert seen.dominant.tolist() == list(range(len(characters)))
    assert seen.residuals is None
    n = task.n
    single = features(task, np.stack([np.eye(n), np.eye(n)]), np.eye(n))
    largest = max(dimension**2 / commutant for dimension, commutant, _ in irreps(task)) / n
    assert single.power == pytest.approx(np.full(n, largest))


def test_parity_features() -> None:
    arrays, task = construct_parity(SparseParity(6, 3)), SparseParity(6, 3)
    model = network("parity:6", 3, arrays.U[None], arrays.W)
    assert summarised(model)["power_min"] == pytest.approx(1)
    assert normalised(model) == pytest.approx(float(maximum_margin(task)))
    assert summarised(network("parity:6", 3, arrays.U[None] + 0.3, arrays.W))["power_min"] < 0.9


def test_dead_neurons_are_not_counted() -> None:
    arrays = construct(ModularAddition(7, 2)).numeric()
    U = np.concatenate([arrays.U, 1e-3 * np.ones((2, 7, 3))], axis=2)
    W = np.concatenate([arrays.W, np.zeros((3, 7))])
    assert summarised(network("mod:7", 2, U, W))["live"] == arrays.width
    zero = summarised(network("mod:7", 2, np.zeros((2, 7, 2)), np.zeros((2, 7))))
    assert (zero["live"], covered(zero["shares"])) == (0, 0)
    nothing = record(network("mod:7", 2, np.zeros((2, 7, 2)), np.zeros((2, 7))), 0.1, None)
    assert (nothing["ratio"], nothing["mass"]) == (0, 0)


def test_a_kind_of_task_without_features_is_refused() -> None:
    class Other(ElementTask):
        n, k = 5, 2
        __str__ = lambda self: "another task"  # noqa: E731

    Other.__abstractmethods__ = frozenset()
    with pytest.raises(TypeError, match="another task: no features of its neurons are known"):
        features(Other(), np.ones((2, 5, 3)), np.ones((3, 5)))  # type: ignore[abstract]
