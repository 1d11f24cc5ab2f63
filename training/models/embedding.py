"""Embeddings of the inputs side by side, one hidden layer of ReLU with biases, logits.

    f(x) = L relu(H [E_1(x_1), ..., E_k(x_k)] + b) + c,   E_j (n, d), H (m, k d), L (n, m)

It is the network of the papers on grokking; with its biases it is not homogeneous, so it has no normalised margin.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

import torch
from torch import Tensor

from training import settings
from training.losses import CrossEntropy, Loss
from training.models import neuron_norm
from training.models.batched.embeddings import Products
from training.models.model import Model
from training.population import Population


class Embedding(Model):
    """The parameters are embedding (k, n, d), hidden (m, k d), bias (m,), output (n, m), offset (n,).

    `by_neurons`: the exponent of `training.models.neuron_norm`, where losses take the norm neuron by neuron.
    """

    by_neurons: float | None = None

    axes: Mapping[str, tuple[str, ...]] = {
        "embedding": ("input", "element", "dimension"),
        "hidden": ("neuron", "dimension"),  # those of the first input before those of the second
        "bias": ("neuron",),
        "output": ("label", "neuron"),
        "offset": ("label",),
    }

    def __init__(self, population: Population, parameters: Mapping[str, Tensor], by_prefix: bool = False) -> None:
        super().__init__(population, by_prefix)
        self.parameters = dict(parameters)
        self.products: Products | None = None

    def forward(self, parameters: Mapping[str, Tensor], inputs: Tensor) -> dict[str, Tensor]:
        """Places: embedded (rows, k d), sum (rows, m), hidden (rows, m), logits."""
        tables = parameters["embedding"]
        embedded = torch.cat([tables[j][inputs[:, j]] for j in range(self.population.k)], 1)
        total = embedded @ parameters["hidden"].T + parameters["bias"]
        hidden = total.relu()
        logits = hidden @ parameters["output"].T + parameters["offset"]
        return {"embedded": embedded, "sum": total, "hidden": hidden, "logits": logits}

    def step(self, loss: Loss, batch: Tensor | None = None) -> Tensor:
        """As `Model.step`; cross-entropy by the batched products of an ensemble of one."""
        if not isinstance(loss, CrossEntropy):
            return super().step(loss, batch)
        if self.products is None:
            self.products = self.batched(alone=True)
        for tensor in self.parameters.values():
            if tensor.grad is None:
                tensor.grad = torch.empty_like(tensor)
        stacked = {name: tensor.detach()[None] for name, tensor in self.parameters.items()}
        gradients = {name: tensor.grad[None] for name, tensor in self.parameters.items() if tensor.grad is not None}
        rows = self.rows(batch)
        return self.products.step(stacked, gradients, rows if rows is None else rows[None], loss)[0]

    def batched(self, alone: bool) -> Products:
        """The step of several of these networks by batched products, for cross-entropy."""
        return Products(self.population, self.labels, self.parameters["bias"].dtype, alone, self.by_neurons)

    def size(self, parameters: Mapping[str, Tensor]) -> Tensor:
        """||theta||^2, or the norm neuron by neuron in the power `by_neurons`."""
        return super().size(parameters) if self.by_neurons is None else neuron_norm.size(parameters, self.by_neurons)


def initial(
    chosen: settings.Embedding, population: Population, generator: torch.Generator, dtype: torch.dtype
) -> dict[str, Tensor]:
    """Normal embeddings of standard deviation `init`; both layers uniform in +-1/sqrt(inputs), as torch.nn.Linear.

    Raises ValueError for a task whose inputs are bits.
    """
    chosen.require(population.task)
    k, n, d, m = population.k, population.n, chosen.dimension, chosen.width

    def uniform(*shape: int, fan: int) -> Tensor:
        return (2 * torch.rand(shape, generator=generator, dtype=dtype) - 1) / sqrt(fan)

    return {
        "embedding": chosen.init * torch.randn((k, n, d), generator=generator, dtype=dtype),
        "hidden": uniform(m, k * d, fan=k * d),
        "bias": uniform(m, fan=k * d),
        "output": uniform(population.classes, m, fan=m),
        "offset": uniform(population.classes, fan=m),
    }


def build(
    chosen: settings.Embedding,
    population: Population,
    generator: torch.Generator,
    dtype: torch.dtype,
    device: torch.device | None = None,
    by_prefix: bool = False,
) -> Embedding:
    """The network with its initial weights, on a device. Raises ValueError for a task whose inputs are bits."""
    tensors = initial(chosen, population, generator, dtype)
    return Embedding(population, {name: tensor.to(device) for name, tensor in tensors.items()}, by_prefix)
