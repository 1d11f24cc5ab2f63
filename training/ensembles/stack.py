"""The tensors of several networks on a leading axis, and their gradients, in memory that an optimiser goes through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

ALIGNED = 64  # bytes: a tensor of its own begins at a multiple of them, and libraries round by where memory begins


class Stack:
    """Parameters and gradients by name, shape (networks, ...) each; `tensors` are what an optimiser is given.

    `apart`: each network's part of a tensor begins where a tensor of its own might, and is given to the optimiser by
    itself: it goes through the last few numbers of a tensor in other instructions than through the rest, which round
    otherwise. Else the parts lie side by side, and `tensors` are those of all networks.
    """

    def __init__(self, networks: Sequence[Mapping[str, Tensor]], apart: bool) -> None:
        self.parameters: dict[str, Tensor] = {}
        self.gradients: dict[str, Tensor] = {}
        self.tensors: list[Tensor] = []
        for name, first in networks[0].items():
            step = ALIGNED // first.element_size() if apart else 1
            room = -(-first.numel() // step) * step
            both = first.new_zeros(2, len(networks), room)
            parts = both.as_strided(
                (2, len(networks), *first.shape), (*both.stride()[:2], *first.contiguous().stride())
            )
            self.parameters[name], self.gradients[name] = parts
            for number, tensors in enumerate(networks):
                self.parameters[name][number] = tensors[name].detach()
            pairs = [(self.parameters[name], self.gradients[name])]
            for tensor, gradient in zip(*pairs[0], strict=True) if apart else pairs:
                tensor.grad = gradient
                self.tensors.append(tensor)

    def finite(self) -> Tensor:
        """Whether all parameters of each network are numbers, (networks,)."""
        each = [torch.isfinite(tensor).flatten(1).all(1) for tensor in self.parameters.values()]
        return torch.stack(each).all(0)

    def network(self, number: int) -> dict[str, Tensor]:
        """The parameters of one network, views too."""
        return {name: tensor[number] for name, tensor in self.parameters.items()}
