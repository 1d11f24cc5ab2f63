"""The step by plain autograd, the whole population at once: what the fused step is tested against."""

from __future__ import annotations

import torch
from torch import Tensor

from training.losses import Loss
from training.tasks import Problem


def masses(U: Tensor, W: Tensor, degree: int) -> Tensor:
    """||neuron_i||^degree, shape (m,), U of shape (k, n, m) and W of shape (m, classes)."""
    return (U.square().sum((0, 1)) + W.square().sum(1)) ** (degree / 2)


def logits(problem: Problem, U: Tensor, W: Tensor) -> Tensor:
    """Logits of the population in lexicographic order, shape (population, classes); stores population x m floats."""
    if problem.one_hot:
        k, n, m = U.shape
        hidden = sum((U[j].view((1,) * j + (n,) + (1,) * (k - 1 - j) + (m,)) for j in range(k)), U.new_zeros(()))
        hidden = hidden.reshape(-1, m)
    else:
        hidden = torch.as_tensor(problem.task.inputs(), dtype=U.dtype, device=U.device) @ U[0]
    return (hidden.relu() if problem.activation == "relu" else hidden**problem.k) @ W


def step(
    problem: Problem, U: Tensor, W: Tensor, loss: Loss, rows: Tensor | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    """Loss and its gradients with respect to U and W; `rows` picks inputs by their number in the population."""
    U, W = U.detach().clone().requires_grad_(), W.detach().clone().requires_grad_()
    values = logits(problem, U, W)
    labels = torch.as_tensor(problem.labels, device=U.device).reshape(-1)
    if rows is not None:
        values, labels = values[rows], labels[rows]
    value = loss.plain(values, labels, masses(U, W, problem.degree).sum())
    dU, dW = torch.autograd.grad(value, (U, W))
    return value.detach(), dU, dW
