"""The network that a config chooses, with its random initial weights."""

from __future__ import annotations

from importlib import import_module

import torch

from training.config import Config
from training.models import formula
from training.models.embedding import Embedding
from training.models.kinds import kinds
from training.models.model import Model
from training.population import Population
from training.prediction import by_neurons


def build(
    config: Config, population: Population, generator: torch.Generator, device: torch.device | None = None
) -> Model:
    """The network on a device, drawn by a generator: by its formula, or by the module that bears the name of its kind.

    Raises ValueError for a task that the network does not take.
    """
    chosen, dtype = config.model, getattr(torch, config.execution.dtype)
    if chosen.kind not in kinds()["model"]:
        raise ValueError(f"model = {chosen.kind!r} is not built here, expected {' or '.join(kinds()['model'])}")
    module = formula if isinstance(chosen, formula.Formula) else import_module(f"{__package__}.{chosen.kind}")
    by_prefix = config.data.batch_kind == "prefixes"
    network: Model = module.build(chosen, population, generator, dtype, device, by_prefix)
    if isinstance(network, Embedding):
        network.by_neurons = by_neurons(config)
    return network
