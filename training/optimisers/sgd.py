"""Gradient descent with momentum and with weight decay in the gradient."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from training.optimisers.optimiser import Optimiser, State, require


class Sgd(Optimiser):
    """b <- momentum b + g, theta <- theta - lr b, with g the gradient + weight_decay theta; b is g in the first step.

    As torch.optim.SGD without dampening, bit for bit.
    """

    def __init__(self, parameters: Sequence[Tensor], momentum: float = 0.0, weight_decay: float = 0.0) -> None:
        super().__init__(parameters)
        self.momentum, self.weight_decay = momentum, weight_decay
        self.buffers: list[Tensor] = []

    def step(self, lr: float) -> None:
        moves = self.gradients()
        if self.weight_decay:
            moves = list(torch._foreach_add(moves, self.parameters, alpha=self.weight_decay))
        if self.momentum:
            if self.buffers:
                torch._foreach_mul_(self.buffers, self.momentum)
                torch._foreach_add_(self.buffers, moves)
            else:
                self.buffers = [move.clone() for move in moves]
            moves = self.buffers
        torch._foreach_add_(self.parameters, moves, alpha=-lr)

    def state(self) -> dict[str, Tensor]:
        return {f"{number}.momentum_buffer": buffer for number, buffer in enumerate(self.buffers)}

    def put_back(self, state: State) -> None:
        tensors = self.parameters if self.momentum else []
        names = [f"{number}.momentum_buffer" for number in range(len(tensors))]
        require(state, dict(zip(names, tensors, strict=True)))
        self.buffers = [state[name].to(like, copy=True) for name, like in zip(names, tensors, strict=True)]
