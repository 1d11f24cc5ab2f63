"""f(x) = sum_i w_i activation(sum_j u_ij(x_j)): U (k, n, m) on elements, (1, n, m) on bits, and W (m, classes).

With one shared embedding (task "shared:7") all u_ij are one u_i, counted once in the norm: U (1, n, m).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

import torch
from torch import Tensor

from training import settings
from training.losses import Loss
from training.models import model
from training.models.batched import neurons as batched
from training.models.batched.neurons import NeuronProducts
from training.models.fused.choice import step_for
from training.population import Population


class Neurons(model.Model):
    """Neurons without biases: activation x^k in the L_{2,k+1} norm, or a homogeneous one of `margin.networks`."""

    axes: Mapping[str, tuple[str, ...]] = {"U": ("input", "element", "neuron"), "W": ("neuron", "label")}
    degree: int  # nu, the outer exponent of the norm

    def __init__(
        self, population: Population, chosen: settings.Neurons, U: Tensor, W: Tensor, by_prefix: bool = False
    ) -> None:
        super().__init__(population, by_prefix)
        self.chosen, self.degree = chosen, chosen.degree(population.k)
        self.function = chosen.function(population.k)
        self.U, self.W = U, W
        self.parameters = {"U": U, "W": W}
        self.compute = step_for(population, chosen, U.dtype, U.device, not by_prefix)
        U.grad, W.grad = self.compute.dU, self.compute.dW

    def step(self, loss: Loss, batch: Tensor | None = None) -> Tensor:
        return self.compute(self.U, self.W, loss, batch)

    def batched(self, alone: bool) -> NeuronProducts | None:
        """The step of several small networks by batched products; None where one network fills the processor.

        None for `alone` too: then networks take their own steps, one after another, for the bits of separate runs.
        """
        large = self.population.size * self.chosen.width > batched.NUMBERS
        separate = self.population.elements and self.population.embeddings == self.population.k
        return None if alone or large or not separate else NeuronProducts(self.population, self.labels, self.chosen)

    def forward(self, parameters: Mapping[str, Tensor], inputs: Tensor) -> dict[str, Tensor]:
        """Places: sum (rows, m), hidden (rows, m), logits."""
        U, W = self._each(parameters["U"]), parameters["W"]
        if self.population.elements:
            total = U[0][inputs[:, 0]]
            for j in range(1, self.population.k):
                total = total + U[j][inputs[:, j]]
        else:
            total = inputs.to(U.dtype) @ U[0]
        hidden = self._hidden(total)
        return {"sum": total, "hidden": hidden, "logits": hidden @ W}

    def on_population(self, parameters: Mapping[str, Tensor]) -> Tensor:
        U, k, n = self._each(parameters["U"]), self.population.k, self.population.n
        if not self.population.elements:
            return super().on_population(parameters)
        total = sum((U[j].view((1,) * j + (n,) + (1,) * (k - 1 - j) + (-1,)) for j in range(k)), U.new_zeros(()))
        return self._hidden(total.reshape(n**k, -1)) @ parameters["W"]

    def _each(self, U: Tensor) -> Tensor:
        """The embedding of each input, on elements."""
        return U.expand(self.population.k, -1, -1) if self.population.elements else U

    def _hidden(self, total: Tensor) -> Tensor:
        if self.chosen.activation == "relu":
            return total.relu()
        return total**self.population.k if self.chosen.activation == "power" else self.function.value(total)

    def size(self, parameters: Mapping[str, Tensor]) -> Tensor:
        """sum_i ||neuron_i||^nu, which is ||theta||^nu."""
        return self.masses(parameters).sum()

    def masses(self, parameters: Mapping[str, Tensor]) -> Tensor:
        """||neuron_i||^nu, shape (m,)."""
        squares = parameters["U"].square().sum((0, 1)) + parameters["W"].square().sum(1)
        return squares ** (self.degree / 2)

    def in_chunks(self, parameters: Mapping[str, Tensor]) -> Iterator[tuple[Tensor, Tensor]]:
        U, W = self._each(parameters["U"]), parameters["W"]
        population, m = self.population, U.shape[2]
        labels = torch.as_tensor(population.labels, device=U.device)
        if not population.elements:
            bits = torch.as_tensor(population.task.inputs(), device=U.device)
            size = max(1, self.held // m)
            for part, label in zip(torch.split(bits, size), torch.split(labels, size), strict=True):
                yield self._activated(part.to(U.dtype) @ U[0]) @ W, label
            return
        prefixes = torch.as_tensor(population.prefixes, device=U.device)
        size = max(1, self.held // (m * population.n))
        for part, label in zip(torch.split(prefixes, size), torch.split(labels, size), strict=True):
            x = U.new_zeros(len(part), m)
            for j in range(population.k - 1):
                x += U[j][part[:, j]]
            yield self._activated((x[:, None] + U[-1]).view(-1, m)) @ W, label.reshape(-1, 1)

    def _activated(self, sums: Tensor) -> Tensor:
        if self.chosen.activation == "relu":
            return sums.clamp_(min=0)
        if self.chosen.activation != "power":
            return self.function.value(sums)
        power = sums
        for _ in range(self.population.k - 1):  # several times faster than **
            power = power * sums
        return power


def shapes(population: Population, width: int) -> tuple[tuple[int, int, int], tuple[int, int]]:
    """Shapes of U and W."""
    return (population.embeddings, population.n, width), (width, population.classes)


def initial_weights(
    chosen: settings.Neurons, population: Population, generator: torch.Generator, dtype: torch.dtype
) -> tuple[Tensor, Tensor]:
    """Normal weights U (embeddings, n, m) and W (m, classes) of standard deviation `init`.

    With balanced signs only every 2^(k-1)-th neuron is drawn; the others are its copies with u_j e_j and w prod e_j
    for every e in {1,-1}^k, e_1 = 1. A network of such orbits outputs k! sum_i u_i1 ... u_ik w_i and nothing else at
    the start. Neurons left over are independent. For parity and with a shared embedding the vectors u are single: there
    the signs are independent.
    """
    first, second = shapes(population, chosen.width)
    U = chosen.init * torch.randn(first, generator=generator, dtype=dtype)
    W = chosen.init * torch.randn(second, generator=generator, dtype=dtype)
    if chosen.signs == "balanced" and population.embeddings == population.k > 1:
        patterns = list(product((1.0, -1.0), repeat=population.k - 1))
        drawn = chosen.width // len(patterns)
        for i, pattern in enumerate(patterns[1:], 1):
            signs = torch.tensor((1.0, *pattern), dtype=dtype)
            part = slice(i * drawn, (i + 1) * drawn)
            U[:, :, part] = U[:, :, :drawn] * signs[:, None, None]
            W[part] = W[:drawn] * signs.prod()
    return U, W


def build(
    chosen: settings.Neurons,
    population: Population,
    generator: torch.Generator,
    dtype: torch.dtype,
    device: torch.device | None = None,
    by_prefix: bool = False,
) -> Neurons:
    """The network with its initial weights, on a device."""
    U, W = initial_weights(chosen, population, generator, dtype)
    return Neurons(population, chosen, U.to(device), W.to(device), by_prefix)
