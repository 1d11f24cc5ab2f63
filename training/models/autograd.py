"""A step by plain autograd, all inputs at once: of any network, and what the fused steps are tested against."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from training.losses import Loss

if TYPE_CHECKING:
    from training.models.model import Model


def step(model: Model, loss: Loss, rows: Tensor | None = None) -> tuple[Tensor, dict[str, Tensor]]:
    """Loss and its gradients by the parameters' names; `rows` picks inputs by their number in the population."""
    leaves = {name: tensor.detach().requires_grad_() for name, tensor in model.parameters.items()}
    if rows is None:
        labels, logits = model.labels, model.on_population(leaves)
    else:
        labels, logits = model.labels[rows], model.forward(leaves, model.population.inputs(rows))["logits"]
    value = loss.plain(logits, labels, model.size(leaves))
    gradients = torch.autograd.grad(value, list(leaves.values()))
    return value.detach(), dict(zip(leaves, gradients, strict=True))
