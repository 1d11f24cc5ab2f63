"""What the loop, the files and the measures see of any network.

A new network is a block of `training.settings` and a module here of the block's kind as name: a child of `Model` with
`parameters`, `axes` and `forward`, and `build`, which makes it with its initial weights.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Protocol

import torch
from torch import Tensor

from training.losses import Loss
from training.models import autograd
from training.population import Population

CHUNK = 400_000  # float64 values of a hidden layer held at a time (3 MB)
OTHER = 256  # times as many where the device is not a processor


class Batched(Protocol):
    """Losses (networks,) of networks on a leading axis, whose gradients it writes; `training.models.batched`."""

    def step(
        self,
        parameters: Mapping[str, Tensor],
        gradients: Mapping[str, Tensor],
        numbers: Tensor | None,
        loss: Loss,
    ) -> Tensor: ...


class Model(ABC):
    """A network on a population; abstract.

    `parameters` are the trained tensors by name: they are saved, resumed and handed to the optimiser by these names.
    `axes` names the axes of each, in the words of `margin.analysis.axes`. `degree` is the degree of homogeneity; None
    for a network that is not homogeneous, of which no normalised margin is recorded. `by_prefix`: the numbers of a
    batch are those of prefixes, each with all last inputs.
    """

    parameters: Mapping[str, Tensor]
    axes: Mapping[str, tuple[str, ...]]
    degree: int | None = None

    def __init__(self, population: Population, by_prefix: bool = False) -> None:
        self.population, self.by_prefix = population, by_prefix and population.elements

    @abstractmethod
    def forward(self, parameters: Mapping[str, Tensor], inputs: Tensor) -> Mapping[str, Tensor]:
        """What the network computes on inputs (rows, k), place by place; "logits" (rows, classes) among them.

        A function of its arguments alone, in differentiable operations without writing in place, so that `torch.vmap`
        carries it over a leading axis of the parameters: an ensemble.
        """

    def logits(self, inputs: Tensor) -> Tensor:
        """Logits of inputs (rows, k), shape (rows, classes)."""
        return self.forward(self.parameters, inputs)["logits"]

    def places(self, inputs: Tensor) -> Mapping[str, Tensor]:
        """What stands at each named place between inputs (rows, k) and logits."""
        return self.forward(self.parameters, inputs)

    def on_population(self, parameters: Mapping[str, Tensor]) -> Tensor:
        """Logits of the population in order, shape (population, classes); differentiable."""
        return self.forward(parameters, self.inputs)["logits"]

    @cached_property
    def inputs(self) -> Tensor:
        """The population in order, on the parameters' device, shape (population, k)."""
        return self.population.inputs(torch.arange(self.population.size, device=self.device))

    @cached_property
    def labels(self) -> Tensor:
        """The labels of the population in order, on the parameters' device, shape (population,)."""
        return torch.as_tensor(self.population.labels, device=self.device).reshape(-1)

    def size(self, parameters: Mapping[str, Tensor]) -> Tensor:
        """The norm in the power in which losses take it: ||theta||_2^degree, squared where there is no degree."""
        squares = sum((tensor.square().sum() for tensor in parameters.values()), torch.zeros(()))
        return squares ** (self.power / 2)

    @property
    def power(self) -> int:
        """The exponent of the norm in `size`."""
        return 2 if self.degree is None else self.degree

    @property
    def held(self) -> int:
        """Values of a hidden layer that a pass over the population holds at a time."""
        return CHUNK * (1 if self.device.type == "cpu" else OTHER)

    @property
    def device(self) -> torch.device:
        return next(iter(self.parameters.values())).device

    def step(self, loss: Loss, batch: Tensor | None = None) -> Tensor:
        """The loss on a batch (numbers; None: the population); leaves its gradients in the parameters' `grad`."""
        value, gradients = autograd.step(self, loss, self.rows(batch))
        for name, tensor in self.parameters.items():
            tensor.grad = gradients[name]
        return value

    def batched(self, alone: bool) -> Batched | None:
        """The step of several of these networks by batched products, where there is one; `alone`: see `Products`."""
        return None

    def rows(self, batch: Tensor | None) -> Tensor | None:
        """The numbers of the inputs that a batch stands for."""
        return self.population.of_prefixes(batch) if batch is not None and self.by_prefix else batch

    def in_chunks(self, parameters: Mapping[str, Tensor]) -> Iterator[tuple[Tensor, Tensor]]:
        """Logits (rows, classes) and labels (rows, 1) of the population, in order, in the parameters' type."""
        widest = max(max(tensor.shape) for tensor in parameters.values())
        for numbers in torch.split(torch.arange(self.population.size, device=self.device), max(1, self.held // widest)):
            yield self.forward(parameters, self.population.inputs(numbers))["logits"], self.labels[numbers, None]

    def described(self) -> dict[str, object]:
        """What stands beside saved parameters, besides the task (JSON)."""
        return {"axes": {name: list(axes) for name, axes in self.axes.items()}, "degree": self.degree}
