"""Weights that training has saved, of any model, are read as the network that was trained."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from margin.inspection.reading import read_network
from margin.networks.activations import ReLU
from margin.tasks import parse
from training import settings
from training.models.embedding import Embedding, initial
from training.models.model import Model
from training.models.neurons import Neurons
from training.population import Population
from training.runs import WEIGHTS, save_weights


def embedding() -> Model:
    population = Population(parse("mod:7", 2))
    chosen = settings.Embedding(dimension=3, width=5)
    return Embedding(population, initial(chosen, population, torch.Generator().manual_seed(0), torch.float64))


def neurons(spec: str, k: int | None, activation: str) -> Model:
    task = parse(spec, k)
    shape = (task.k, task.n, 5) if k is not None else (1, task.n, 5)
    U, W = torch.randn(shape, dtype=torch.float64), torch.randn(5, task.classes, dtype=torch.float64)
    return Neurons(Population(task), settings.Neurons(5, activation), U, W)


@pytest.mark.parametrize(
    "model",
    [
        embedding(),
        neurons("mod:7", 2, "power"),
        neurons("mod:7", 2, "relu"),
        neurons("group:S3", 2, "power"),
        neurons("parity:4,2", None, "power"),
    ],
    ids=["embedding", "addition", "relu", "group", "parity"],
)
def test_saved_weights_are_read_as_the_model(model: Model, tmp_path: Path) -> None:
    save_weights(tmp_path / WEIGHTS, model)
    expected = model.on_population({name: tensor.double() for name, tensor in model.parameters.items()})
    for path in (tmp_path, tmp_path / WEIGHTS):
        read = read_network(path)
        logits = read.network.logits().reshape(expected.shape)
        np.testing.assert_allclose(logits + (0 if read.offset is None else read.offset), expected, rtol=1e-9, atol=1e-9)
        assert read.network.task.description() == model.population.task.description()
        assert not read.assumed
    if isinstance(model, Embedding):
        assert read.network.activation == ReLU()
