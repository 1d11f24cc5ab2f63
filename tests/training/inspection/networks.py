"""Seven networks as people write them in plain PyTorch, trained for a moment on sums mod n."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

Activation = nn.Module


class Power(nn.Module):
    """x^k."""

    def __init__(self, k: int) -> None:
        super().__init__()
        self.k = k

    def forward(self, x: Tensor) -> Tensor:
        return x**self.k


class OneHot(nn.Module):
    """Two layers on the one-hot inputs side by side."""

    def __init__(self, n: int, k: int, m: int, activation: nn.Module, bias: bool = False) -> None:
        super().__init__()
        self.n = n
        self.net = nn.Sequential(nn.Linear(k * n, m, bias=bias), activation, nn.Linear(m, n, bias=bias))

    def forward(self, x: Tensor) -> Tensor:
        hot = nn.functional.one_hot(x, self.n).flatten(1)
        logits: Tensor = self.net(hot.to(next(self.parameters()).dtype))
        return logits


class Embedded(nn.Module):
    """One embedding for both inputs, a hidden layer with biases."""

    def __init__(self, n: int, d: int, m: int, activation: nn.Module) -> None:
        super().__init__()
        self.embed = nn.Embedding(n, d)
        self.linear1 = nn.Linear(2 * d, m)
        self.activation = activation
        self.linear2 = nn.Linear(m, n)

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.linear2(self.activation(self.linear1(self.embed(x).flatten(1))))
        return logits


class Tied(nn.Module):
    """The unembedding is the embedding once more."""

    def __init__(self, n: int, d: int, m: int) -> None:
        super().__init__()
        self.embed = nn.Embedding(n, d)
        self.up = nn.Linear(2 * d, m, bias=False)
        self.down = nn.Linear(m, d, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.down(self.up(self.embed(x).flatten(1)) ** 2) @ self.embed.weight.T
        return logits


NETWORKS = {  # name: n, k, the activation's name, steps of training
    "square": (17, 2, "x^2", 250),
    "mod59": (59, 2, "x^2", 120),
    "biases": (17, 2, "x^2", 250),
    "tied": (17, 2, "x^2", 250),
    "cube": (17, 3, "x^3", 100),
    "relu": (17, 2, "relu", 400),
    "embeddings": (17, 2, "relu", 400),
}


def build(name: str) -> nn.Module:
    """The module with its initial weights."""
    torch.manual_seed(0)
    n, k, _, _ = NETWORKS[name]
    if name == "embeddings":
        return Embedded(n, 24, 64, nn.ReLU())
    if name == "tied":
        return Tied(n, 24, 64)
    activation = nn.ReLU() if name == "relu" else Power(k)
    return OneHot(n, k, 48 if name == "cube" else 64, activation, bias=name == "biases")


def population(n: int, k: int) -> tuple[Tensor, Tensor]:
    """Inputs (n^k, k) in order and their labels."""
    inputs = torch.cartesian_prod(*[torch.arange(n)] * k)
    return inputs, inputs.sum(1) % n


def trained(name: str) -> nn.Module:
    """The module after a moment of training on the whole population."""
    n, k, _, steps = NETWORKS[name]
    module, (inputs, labels) = build(name), population(n, k)
    optimiser = torch.optim.AdamW(module.parameters(), lr=0.01)
    with one_thread():
        for _ in range(steps):
            optimiser.zero_grad()
            torch.autograd.backward(nn.functional.cross_entropy(module(inputs), labels))
            optimiser.step()
    return module


@contextmanager
def one_thread() -> Iterator[None]:
    """Small steps are slower on several threads."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
