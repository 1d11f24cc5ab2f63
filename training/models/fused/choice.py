"""Which step a network of neurons takes, and the step of one embedding for all inputs, which is made of another."""

from __future__ import annotations

import torch
from torch import Tensor

from margin.tasks import ModularAddition, SharedEmbedding
from training import settings
from training.losses import Loss
from training.models.fused.arrays import ArrayStep, has_arrays
from training.models.fused.step import BitStep, DirectStep, FactoredStep, GatherStep, Step
from training.population import Population


class SharedStep(Step):
    """Addition with one embedding (1, n, m) for all inputs: the step of separate ones, all equal, its gradients added.

    The norm counts the embedding once.
    """

    def __init__(
        self,
        population: Population,
        chosen: settings.Neurons,
        dtype: torch.dtype,
        device: torch.device,
        rows: bool = False,
    ) -> None:
        super().__init__(population, chosen, dtype, device)
        separate = Population(ModularAddition(population.n, population.k))
        self.separate = step_for(separate, chosen, dtype, device, rows)

    def inputs(self, batch: Tensor | None) -> int:
        return self.separate.inputs(batch)

    def accumulate(self, U: Tensor, W: Tensor, loss: Loss, batch: Tensor | None) -> None:
        self.separate.dU.zero_()
        self.separate.dW.zero_()
        self.separate.accumulate(U.expand(self.k, -1, -1), W, loss, batch)
        self.separate.multiply(1.0)
        torch.sum(self.separate.dU, 0, keepdim=True, out=self.dU)
        self.dW.copy_(self.separate.dW)


def step_for(
    population: Population,
    chosen: settings.Neurons,
    dtype: torch.dtype,
    device: torch.device,
    rows: bool = False,
) -> Step:
    """The fastest step known for a task; `rows`: batches are inputs rather than prefixes."""
    if isinstance(population.task, SharedEmbedding):
        return SharedStep(population, chosen, dtype, device, rows)
    if not population.elements:
        return BitStep(population, chosen, dtype, device)
    if rows:
        return GatherStep(population, chosen, dtype, device)
    if chosen.activation == "power" and population.k == 3 and population.n <= 40:
        return FactoredStep(population, chosen, dtype, device)
    if has_arrays(population, chosen, dtype, device):
        return ArrayStep(population, chosen, dtype, device)
    return DirectStep(population, chosen, dtype, device)
