"""Networks that are a formula: the shapes of their parameters and what they compute stand in one block of settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import ClassVar

import torch
from torch import Tensor

from training import settings
from training.models.model import Model
from training.population import Population
from training.settings import setting


@dataclass(frozen=True)
class Formula(settings.Shaped):
    """A network by its formula; abstract.

    A child is a frozen dataclass with its `kind`, `shapes`, `axes` (the names of each parameter's axes, in the words of
    `margin.analysis.axes`) and `forward`; `degree` where it is homogeneous. Its name in `MODELS` of a module in
    `training.models.own` is all that `--set model=KIND` needs.
    """

    init: float = setting(1.0, above=0)  # standard deviation of the initial weights, times the root of the last axis

    axes: ClassVar[Mapping[str, tuple[str, ...]]]

    def forward(self, parameters: Mapping[str, Tensor], inputs: Tensor) -> Mapping[str, Tensor]:
        """As `Model.forward`: what stands at each place for inputs (rows, k), "logits" (rows, classes) among them."""
        raise NotImplementedError

    def shown(self, k: int) -> str:
        return f"{self.kind}, width {self.width}"


class Written(Model):
    """The network of a formula, on a population, with parameters that can be trained."""

    def __init__(
        self, population: Population, chosen: Formula, parameters: Mapping[str, Tensor], by_prefix: bool = False
    ) -> None:
        super().__init__(population, by_prefix)
        self.chosen, self.parameters, self.axes = chosen, dict(parameters), chosen.axes
        self.degree = chosen.degree(population.k)

    def forward(self, parameters: Mapping[str, Tensor], inputs: Tensor) -> Mapping[str, Tensor]:
        return self.chosen.forward(parameters, inputs)


def build(
    chosen: Formula,
    population: Population,
    generator: torch.Generator,
    dtype: torch.dtype,
    device: torch.device | None = None,
    by_prefix: bool = False,
) -> Written:
    """The network with normal initial weights of standard deviation `init` over the root of their last axis' length.

    Raises ValueError unless shapes and axes name the same parameters, with as many axes.
    """
    shapes = chosen.shapes(population.embeddings, population.n, population.classes)
    if {name: len(shape) for name, shape in shapes.items()} != {name: len(axes) for name, axes in chosen.axes.items()}:
        raise ValueError(
            f"model = {chosen.kind}: shapes {shapes} and axes {dict(chosen.axes)}, expected one name an axis"
        )
    drawn = {
        name: chosen.init / sqrt(shape[-1]) * torch.randn(shape, generator=generator, dtype=dtype)
        for name, shape in shapes.items()
    }
    return Written(population, chosen, {name: tensor.to(device) for name, tensor in drawn.items()}, by_prefix)
