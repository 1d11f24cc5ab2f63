"""Ways to take one step of several networks: together by `torch.vmap`, together by hand, or one after another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from training.losses import Loss
from training.models.model import Model

WAYS = ("products", "vmap", "alone")


class Vectorised:
    """Any network: its `forward`, differentiated by `torch.func` and carried over the leading axis by `torch.vmap`."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def step(
        self, parameters: Mapping[str, Tensor], gradients: Mapping[str, Tensor], numbers: Tensor | None, loss: Loss
    ) -> Tensor:
        """As `Batched.step`; equal to separate steps to rounding."""
        model = self.model

        def value(own: dict[str, Tensor], rows: Tensor | None) -> Tensor:
            if rows is None:
                return loss.plain(model.on_population(own), model.labels, model.size(own))
            logits = model.forward(own, model.population.inputs(rows))["logits"]
            return loss.plain(logits, model.labels[rows], model.size(own))

        step = torch.vmap(torch.func.grad_and_value(value), (0, None if numbers is None else 0))
        slopes, values = step(dict(parameters), numbers)
        for name, slope in slopes.items():
            gradients[name].copy_(slope)
        return values


class Alone:
    """Any network: the model's own step, one network after another, so that each has the bits of a run of its own.

    The models' tensors become their parts of the parameters.
    """

    def __init__(self, models: Sequence[Model], parameters: Mapping[str, Tensor]) -> None:
        self.models = models
        for number, model in enumerate(models):
            for name, tensor in model.parameters.items():
                tensor.data = parameters[name][number]

    def step(
        self, parameters: Mapping[str, Tensor], gradients: Mapping[str, Tensor], numbers: Tensor | None, loss: Loss
    ) -> Tensor:
        """As `Batched.step`; `numbers` of a model by prefix are those of the prefixes."""
        values = []
        for number, model in enumerate(self.models):
            values.append(model.step(loss, None if numbers is None else numbers[number]).detach().clone())
            for name, tensor in model.parameters.items():
                assert tensor.grad is not None
                gradients[name][number].copy_(tensor.grad)
        return torch.stack(values)
