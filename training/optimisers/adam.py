"""Adam, and AdamW with the weight decay beside the gradient (Kingma and Ba, 1412.6980; Loshchilov and Hutter)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from training.optimisers.optimiser import Optimiser, State, require

FUSED = ("cpu", "cuda")  # devices on which one call does the step of all tensors


class Adam(Optimiser):
    """a <- beta1 a + (1 - beta1) g, s <- beta2 s + (1 - beta2) g^2, theta <- theta - lr a' / (sqrt(s') + epsilon).

    a' = a / (1 - beta1^t) and s' = s / (1 - beta2^t). The weight decay is added to the gradient g, or, `decoupled`,
    theta is multiplied by 1 - lr weight_decay first. As torch.optim.Adam and AdamW bit for bit: with `fused`, which by
    default it is where the device has one call for it, as theirs with fused=True, else as theirs without.
    """

    def __init__(
        self,
        parameters: Sequence[Tensor],
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        weight_decay: float = 0.0,
        decoupled: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(parameters)
        self.betas, self.epsilon, self.weight_decay, self.decoupled = betas, epsilon, weight_decay, decoupled
        device = self.parameters[0].device
        self.fused = device.type in FUSED if fused is None else fused
        self.averages = [torch.zeros_like(tensor) for tensor in self.parameters]
        self.squares = [torch.zeros_like(tensor) for tensor in self.parameters]
        self.taken = torch.zeros((), device=device)  # steps; one tensor for all parameters
        self.count: Any = self.taken.numpy() if device.type == "cpu" else self.taken  # the same number, sooner added to
        self.each_taken = [self.taken] * len(self.parameters)

    def step(self, lr: float) -> None:
        self.count += 1
        if not self.fused:
            return self._by_operations(lr)
        call = torch._fused_adamw_ if self.decoupled else torch._fused_adam_
        call(
            self.parameters,
            self.gradients(),
            self.averages,
            self.squares,
            [],
            self.each_taken,
            lr=lr,
            beta1=self.betas[0],
            beta2=self.betas[1],
            weight_decay=self.weight_decay,
            eps=self.epsilon,
            amsgrad=False,
            maximize=False,
        )
        return None

    def _by_operations(self, lr: float) -> None:
        gradients, taken = self.gradients(), float(self.taken)
        first, second = self.betas
        if self.weight_decay and self.decoupled:
            torch._foreach_mul_(self.parameters, 1 - lr * self.weight_decay)
        elif self.weight_decay:
            gradients = list(torch._foreach_add(gradients, self.parameters, alpha=self.weight_decay))
        torch._foreach_lerp_(self.averages, gradients, 1 - first)
        torch._foreach_mul_(self.squares, second)
        torch._foreach_addcmul_(self.squares, gradients, gradients, 1 - second)
        roots = list(torch._foreach_sqrt(self.squares))
        torch._foreach_div_(roots, (1 - second**taken) ** 0.5)
        torch._foreach_add_(roots, self.epsilon)
        torch._foreach_addcdiv_(self.parameters, self.averages, roots, -lr / (1 - first**taken))

    def _named(self) -> dict[str, Tensor]:
        lists = {"step": self.each_taken, "exp_avg": self.averages, "exp_avg_sq": self.squares}
        return {f"{number}.{name}": tensor for name, tensors in lists.items() for number, tensor in enumerate(tensors)}

    def state(self) -> dict[str, Tensor]:
        return self._named()

    def put_back(self, state: State) -> None:
        require(state, self._named())
        steps = {float(state[f"{number}.step"]) for number in range(len(self.parameters))}
        if len(steps) > 1:
            raise ValueError(
                f"parameters had {min(steps):g} to {max(steps):g} steps of the optimiser, expected one number"
            )
        for name, tensor in self._named().items():
            tensor.copy_(state[name])
