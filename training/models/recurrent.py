"""Embedding, one layer of tanh states over `a b ... =`, the last of them normalised, unembedding.

    h_1 = tanh(W_ih e(a) + b),   h_t = tanh(W_ih e(x_t) + W_hh h_(t-1) + b),   f(x) = U norm(h), h the last state

It is torch.nn.RNN with its two biases (b is their sum), from a state of zeros. The tokens are n elements and `=`, so
W_ih e + b and W_hh h_1 are tables with a row for each token: the second state is a sum of two rows, and only later
states need a matrix product for each input.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import sqrt

import torch
from torch import Tensor
from torch.nn.functional import layer_norm, normalize

from training import settings
from training.losses import Loss
from training.models.model import Model
from training.models.recurrent_step import RecurrentStep
from training.population import Population

NORMALISED: Mapping[str, Callable[[Tensor], Tensor]] = {
    "layer": lambda state: layer_norm(state, state.shape[1:]),
    "length": lambda state: normalize(state, dim=1),
    "none": lambda state: state,
}


class Recurrent(Model):
    """The parameters have torch.nn.RNN's names; embedding (n, d) and equals (d,), the token `=`; unembedding (n, m)."""

    axes: Mapping[str, tuple[str, ...]] = {
        "embedding": ("element", "dimension"),
        "equals": ("dimension",),
        "weight_ih": ("neuron", "dimension"),
        "weight_hh": ("neuron0", "neuron1"),  # the state that comes, the state before
        "bias_ih": ("neuron",),
        "bias_hh": ("neuron",),
        "unembedding": ("label", "neuron"),
    }

    def __init__(
        self,
        population: Population,
        chosen: settings.Recurrent,
        parameters: Mapping[str, Tensor],
        by_prefix: bool = False,
    ) -> None:
        super().__init__(population, by_prefix)
        self.chosen, self.parameters = chosen, dict(parameters)
        self.compute = RecurrentStep(population, chosen.normalise, self.parameters)
        for name, tensor in self.parameters.items():
            tensor.grad = self.compute.gradients[name]

    def step(self, loss: Loss, batch: Tensor | None = None) -> Tensor:
        return self.compute(loss, self.rows(batch))

    def forward(self, parameters: Mapping[str, Tensor], inputs: Tensor) -> dict[str, Tensor]:
        """Places: state1 to state(k+1) (rows, m), normalised (rows, m), logits."""
        driven, first, carried = tables(parameters)
        equals = driven[-1].expand(len(inputs), -1)
        tokens = [driven[inputs[:, j]] for j in range(1, self.population.k)] + [equals]
        state = torch.tanh(carried[inputs[:, 0]] + tokens[0])
        places = {"state1": first[inputs[:, 0]], "state2": state}
        for number, token in enumerate(tokens[1:], 3):
            state = torch.tanh(state @ parameters["weight_hh"].T + token)
            places[f"state{number}"] = state
        normalised = NORMALISED[self.chosen.normalise](state)
        return places | {"normalised": normalised, "logits": normalised @ parameters["unembedding"].T}


def tables(parameters: Mapping[str, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
    """W_ih e + b of each token (n + 1, m), `=` last; h_1 and W_hh h_1 of each element (n, m)."""
    tokens = torch.cat([parameters["embedding"], parameters["equals"][None]])
    driven = tokens @ parameters["weight_ih"].T + (parameters["bias_ih"] + parameters["bias_hh"])
    first = torch.tanh(driven[:-1])
    return driven, first, first @ parameters["weight_hh"].T


def initial(
    chosen: settings.Recurrent, population: Population, generator: torch.Generator, dtype: torch.dtype
) -> dict[str, Tensor]:
    """A normal embedding of standard deviation `init`; the rest uniform in +-1/sqrt(m), as torch.nn.RNN and Linear.

    Raises ValueError for a task whose inputs are bits.
    """
    chosen.require(population.task)
    shapes, bound = chosen.shapes(population.k, population.n, population.classes), 1 / sqrt(chosen.width)

    def drawn(name: str) -> Tensor:
        if name in ("embedding", "equals"):
            return chosen.init * torch.randn(shapes[name], generator=generator, dtype=dtype)
        return bound * (2 * torch.rand(shapes[name], generator=generator, dtype=dtype) - 1)

    return {name: drawn(name) for name in shapes}


def build(
    chosen: settings.Recurrent,
    population: Population,
    generator: torch.Generator,
    dtype: torch.dtype,
    device: torch.device | None = None,
    by_prefix: bool = False,
) -> Recurrent:
    """The network with its initial weights, on a device. Raises ValueError for a task whose inputs are bits."""
    tensors = initial(chosen, population, generator, dtype)
    return Recurrent(population, chosen, {name: tensor.to(device) for name, tensor in tensors.items()}, by_prefix)
