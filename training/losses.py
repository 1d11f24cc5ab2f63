"""Losses, written for chunks of the population: logits go in, their gradients come out in the same memory.

    cross-entropy    mean over inputs of -log softmax(f(x))[y], plus strength * ||theta||^r (of an embedding network
                     also strength * sum_i ||neuron_i||^r, `training.models.neuron_norm`)
    squared          mean over inputs and labels of (f(x) - target)^2, plus strength * ||theta||^r
    soft minimum     (1/s) log sum over inputs x and wrong labels c of exp(-s g),
                     g = (f(x)[y] - f(x)[c]) / (gamma* ||theta||^nu)

The soft minimum tends to minus the least normalised margin as its sharpness s grows; it has no strength to choose and,
unlike cross-entropy, its optimum tends to gamma* where the best class weights are not uniform. All losses see the
norm through the mass M = ||theta||^nu = sum_i ||neuron_i||^nu, and hand back their derivative with respect to it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

LEAST = -80.0  # the logarithm of any smaller probability: exponentials of -inf, and numbers near 0, are slow


class Loss(ABC):
    """Called by a step as begin, chunk (once per chunk of inputs), finish; abstract.

    `takes_padding`: columns of logits that are -inf throughout are no classes, and their gradients are below 1e-34.
    """

    takes_padding = False

    @abstractmethod
    def begin(self, inputs: int, mass: Tensor) -> None:
        """`inputs` is how many the chunks hold in all, `mass` is ||theta||^nu."""

    @abstractmethod
    def chunk(self, logits: Tensor, labels: Tensor) -> Tensor | None:
        """Replace logits (rows, classes) by their gradients, up to the factor that `finish` returns.

        `labels` has shape (rows, 1). A tensor returned is a factor by which all earlier gradients must be multiplied.
        """

    @abstractmethod
    def finish(self) -> tuple[Tensor, Tensor | float, Tensor | float]:
        """The loss, the factor of all gradients, and the derivative with respect to the mass."""

    @abstractmethod
    def plain(self, logits: Tensor, labels: Tensor, mass: Tensor) -> Tensor:
        """The same loss of logits (inputs, classes) in differentiable operations: the reference."""


@dataclass
class Penalised(Loss):
    """strength: weight of ||theta||^exponent, which is mass^(exponent / degree); abstract."""

    strength: float
    exponent: float
    degree: float
    ones: Tensor | None = field(default=None, init=False, repr=False, compare=False)  # times -1, made once

    def begin(self, inputs: int, mass: Tensor) -> None:
        self.inputs, self.mass = inputs, mass
        self.total = torch.zeros_like(mass)

    def take_right(self, logits: Tensor, labels: Tensor) -> None:
        """Subtract 1 from the logits of the labels."""
        ones = self.ones
        if ones is None or ones.shape != labels.shape or ones.dtype != logits.dtype or ones.device != logits.device:
            self.ones = ones = torch.full(labels.shape, -1, dtype=logits.dtype, device=logits.device)
        logits.scatter_add_(1, labels, ones)

    def finish(self) -> tuple[Tensor, Tensor | float, Tensor | float]:
        value, slope = self.penalty(self.mass)
        return self.total / self.inputs + value, 1 / self.inputs, slope

    def penalty(self, mass: Any) -> tuple[Any, Any]:
        """What the norm costs, and its derivative with respect to the mass, a tensor or a number of numpy's."""
        power = self.exponent / self.degree
        if power == 1:
            return self.strength * mass, self.strength
        return self.strength * mass**power, power * self.strength * mass ** (power - 1)


@dataclass
class CrossEntropy(Penalised):
    """Cross-entropy with a penalty on the norm."""

    takes_padding = True

    def chunk(self, logits: Tensor, labels: Tensor) -> None:
        logarithms = torch.log_softmax(logits, 1)
        right = logarithms.gather(1, labels)
        self.total -= right.sum()
        torch.exp(logarithms.clamp_(min=LEAST), out=logits)
        self.take_right(logits, labels)

    def plain(self, logits: Tensor, labels: Tensor, mass: Tensor) -> Tensor:
        mean = torch.nn.functional.cross_entropy(logits, labels)
        return mean + self.strength * mass ** (self.exponent / self.degree)


@dataclass
class Squared(Penalised):
    """Squared loss with a penalty on the norm; centred: targets less their mean over the labels."""

    centred: bool = True

    def chunk(self, logits: Tensor, labels: Tensor) -> None:
        count = logits.shape[1]
        if self.centred:
            logits.add_(1 / count)
        self.take_right(logits, labels)
        self.total += logits.square().sum() / count
        logits.mul_(2 / count)

    def plain(self, logits: Tensor, labels: Tensor, mass: Tensor) -> Tensor:
        count = logits.shape[1]
        targets = torch.nn.functional.one_hot(labels, count).to(logits.dtype) - (1 / count if self.centred else 0)
        mean = torch.nn.functional.mse_loss(logits, targets)
        return mean + self.strength * mass ** (self.exponent / self.degree)


@dataclass
class SoftMinimum(Loss):
    """sharpness: s, which a schedule changes from step to step; gamma: scale of the normalised margins."""

    sharpness: float
    gamma: float
    top: Tensor = field(init=False)

    def begin(self, inputs: int, mass: Tensor) -> None:
        self.scale, self.first = 1 / (self.gamma * mass), True
        self.top = torch.full((), -torch.inf, dtype=mass.dtype, device=mass.device)
        self.sum = torch.zeros_like(self.top)
        self.weighted = torch.zeros_like(self.top)

    def chunk(self, logits: Tensor, labels: Tensor) -> Tensor | None:
        exponents = logits.sub_(logits.gather(1, labels)).mul_(self.scale)  # minus the normalised margins
        exponents.scatter_(1, labels, -torch.inf)
        top = exponents.max()
        factor = None
        if self.first:
            self.first, self.top = False, top
        elif bool(top > self.top):  # keep the largest exponent at 0: earlier weights shrink
            factor = torch.exp(self.sharpness * (self.top - top))
            self.sum, self.weighted, self.top = self.sum * factor, self.weighted * factor, top
        weights = torch.exp((exponents - self.top) * self.sharpness)
        sums = weights.sum(1, keepdim=True)
        self.sum += sums.sum()
        self.weighted += (weights * exponents.clamp_(min=-3e38 if logits.dtype == torch.float32 else -1e300)).sum()
        logits.copy_(weights)
        logits.scatter_(1, labels, -sums)
        return factor

    def finish(self) -> tuple[Tensor, Tensor | float, Tensor | float]:
        value = self.top + self.sum.log() / self.sharpness
        mean = self.weighted / self.sum  # minus the weighted mean of the normalised margins
        return value, self.scale / self.sum, -mean * self.scale * self.gamma

    def plain(self, logits: Tensor, labels: Tensor, mass: Tensor) -> Tensor:
        margins = (logits.gather(1, labels[:, None]) - logits) / (self.gamma * mass)
        wrong = torch.arange(margins.shape[1], device=margins.device) != labels[:, None]
        return torch.logsumexp(-self.sharpness * margins[wrong], 0) / self.sharpness
