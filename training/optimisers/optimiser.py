"""What an optimiser is to a run: a step at a learning rate, and the numbered tensors that a checkpoint holds.

The first object of torch.optim imports torch._dynamo, which takes longer than `import torch`; these do not.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

from torch import Tensor

State = Mapping[str, Tensor]


class Optimiser(ABC):
    """Follows the gradients of some tensors, which stand in their `grad`; abstract."""

    def __init__(self, parameters: Sequence[Tensor]) -> None:
        self.parameters = list(parameters)

    @abstractmethod
    def step(self, lr: float) -> None:
        """Change the parameters in place by one step at this learning rate."""

    @abstractmethod
    def state(self) -> dict[str, Tensor]:
        """What it carries from step to step: "NUMBER.NAME" with a parameter's number and the name torch.optim has."""

    @abstractmethod
    def put_back(self, state: State) -> None:
        """Go on from a state. Raises ValueError for one with other names or shapes than its own."""

    def gradients(self) -> list[Tensor]:
        """The parameters' gradients. Raises ValueError where one is missing."""
        found = [tensor.grad for tensor in self.parameters]
        missing = [number for number, gradient in enumerate(found) if gradient is None]
        if missing:
            raise ValueError(f"no gradient of parameter {missing[0]}, expected one in its grad before a step")
        return [gradient for gradient in found if gradient is not None]


def require(state: State, expected: Mapping[str, Tensor]) -> None:
    """ValueError unless a state has the names and shapes expected."""
    if set(state) != set(expected):
        names = sorted(set(state) ^ set(expected))
        raise ValueError(f"the optimiser's state has {'no' if names[0] in expected else 'an unknown'} {names[0]}")
    for name, tensor in expected.items():
        if state[name].shape != tensor.shape:
            raise ValueError(
                f"the optimiser's {name} has shape {tuple(state[name].shape)}, expected {tuple(tensor.shape)}"
            )
