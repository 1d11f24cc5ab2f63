"""The network that a config chooses, with its random initial weights."""

from __future__ import annotations

import torch

from training import settings
from training.config import Config
from training.models import embedding, neurons
from training.models.model import Model
from training.population import Population


def build(
    config: Config, population: Population, generator: torch.Generator, device: torch.device | None = None
) -> Model:
    """The network on a device, drawn by a generator. Raises ValueError for a task that the network does not take."""
    chosen, dtype = config.model, getattr(torch, config.execution.dtype)
    by_prefix = config.data.batch_kind == "prefixes"
    if isinstance(chosen, settings.Neurons):
        U, W = neurons.initial_weights(chosen, population, generator, dtype)
        return neurons.Neurons(population, chosen, U.to(device), W.to(device), by_prefix)
    if isinstance(chosen, settings.Embedding):
        tensors = embedding.initial(chosen, population, generator, dtype)
        return embedding.Embedding(population, {name: t.to(device) for name, t in tensors.items()}, by_prefix)
    raise ValueError(f"model = {chosen.kind!r} is not built here, expected {' or '.join(settings.KINDS['model'])}")
