"""A step by plain autograd, all inputs at once: of any network, and what the fused steps are tested against."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import torch
from torch import Tensor

from training.losses import Loss
from training.population import Population


class Differentiable(Protocol):
    """What a step by autograd needs of a network: `training.models.model.Model` has it."""

    parameters: Mapping[str, Tensor]
    population: Population

    @property
    def labels(self) -> Tensor: ...
    def forward(self, parameters: Mapping[str, Tensor], inputs: Tensor) -> Mapping[str, Tensor]: ...
    def on_population(self, parameters: Mapping[str, Tensor]) -> Tensor: ...
    def size(self, parameters: Mapping[str, Tensor]) -> Tensor: ...


def step(model: Differentiable, loss: Loss, rows: Tensor | None = None) -> tuple[Tensor, dict[str, Tensor]]:
    """Loss and its gradients by the parameters' names; `rows` picks inputs by their number in the population."""
    leaves = {name: tensor.detach().requires_grad_() for name, tensor in model.parameters.items()}
    if rows is None:
        labels, logits = model.labels, model.on_population(leaves)
    else:
        labels, logits = model.labels[rows], model.forward(leaves, model.population.inputs(rows))["logits"]
    value = loss.plain(logits, labels, model.size(leaves))
    gradients = torch.autograd.grad(value, list(leaves.values()))
    return value.detach(), dict(zip(leaves, gradients, strict=True))
