"""Muon: the momentum of every matrix made orthogonal by Newton-Schulz iterations (Jordan, 2024)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from training.optimisers.adam import Adam
from training.optimisers.optimiser import Optimiser, State, require

COEFFICIENTS = (3.4445, -4.7750, 2.0315)  # of its author: singular values go to about 0.7 to 1.2
ITERATIONS = 5
LEAST_NORM = 1e-7


class Muon(Optimiser):
    """b <- momentum b + (1 - momentum) g; theta <- (1 - lr weight_decay) theta - lr sqrt(max(1, rows/columns)) O.

    O is the orthogonal factor of g + momentum (b - g), Nesterov's momentum, by iterations in bfloat16
    (kellerjordan.github.io/posts/muon). A tensor with more than two axes is a stack of matrices, the last two axes:
    each head's, each input's embedding. As torch.optim.Muon for each matrix, bit for bit. What has fewer axes
    (biases, norms) follows AdamW at the same rate and weight decay, its other settings at their first values.
    `leading`: axes in front that are no axes of the tensors, such as an ensemble's.
    """

    def __init__(
        self, parameters: Sequence[Tensor], momentum: float = 0.95, weight_decay: float = 0.0, leading: int = 0
    ) -> None:
        super().__init__(parameters)
        self.momentum, self.weight_decay = momentum, weight_decay
        self.matrices = [number for number, tensor in enumerate(self.parameters) if tensor.dim() >= 2 + leading]
        self.others = [number for number in range(len(self.parameters)) if number not in self.matrices]
        self.buffers = [torch.zeros_like(self.parameters[number]) for number in self.matrices]
        rest = [self.parameters[number] for number in self.others]
        self.adam = Adam(rest, weight_decay=weight_decay, decoupled=True) if rest else None

    def step(self, lr: float) -> None:
        gradients = self.gradients()
        for number, buffer in zip(self.matrices, self.buffers, strict=True):
            tensor, gradient = self.parameters[number], gradients[number]
            buffer.lerp_(gradient, 1 - self.momentum)
            update = gradient.lerp(buffer, self.momentum)
            rows, columns = tensor.shape[-2:]
            tensor.mul_(1 - lr * self.weight_decay)
            rate = lr * max(1, rows / columns) ** 0.5
            for part, direction in zip(_matrices(tensor), _matrices(update), strict=True):
                part.add_(orthogonal(direction), alpha=-rate)
        if self.adam is not None:
            self.adam.step(lr)

    def state(self) -> dict[str, Tensor]:
        named = {f"{number}.momentum_buffer": b for number, b in zip(self.matrices, self.buffers, strict=True)}
        return named | self._renumbered({} if self.adam is None else self.adam.state(), self.others)

    def put_back(self, state: State) -> None:
        require(state, self.state())
        for number, buffer in zip(self.matrices, self.buffers, strict=True):
            buffer.copy_(state[f"{number}.momentum_buffer"])
        if self.adam is not None:
            places = {number: place for place, number in enumerate(self.others)}
            own = {name: tensor for name, tensor in state.items() if int(name.partition(".")[0]) in places}
            self.adam.put_back(self._renumbered(own, places))

    @staticmethod
    def _renumbered(state: State, numbers: Sequence[int] | dict[int, int]) -> dict[str, Tensor]:
        split = {name: name.split(".") for name in state}
        return {f"{numbers[int(number)]}.{part}": state[name] for name, (number, part) in split.items()}


def _matrices(tensor: Tensor) -> list[Tensor]:
    """The matrices of a stack, views of it."""
    parts = [tensor]
    while parts[0].dim() > 2:
        parts = [part for stack in parts for part in stack]
    return parts


def orthogonal(matrix: Tensor) -> Tensor:
    """The orthogonal factor of a matrix, to about a third in each singular value, by iterations in bfloat16."""
    wide = matrix.shape[0] <= matrix.shape[1]
    found = matrix.bfloat16() if wide else matrix.bfloat16().T
    found = found / found.norm().clamp(min=LEAST_NORM)
    first, second, third = COEFFICIENTS
    for _ in range(ITERATIONS):
        gram = found @ found.T
        found = torch.addmm(found, torch.addmm(gram, gram, gram, beta=second, alpha=third), found, beta=first)
    return found if wide else found.T
