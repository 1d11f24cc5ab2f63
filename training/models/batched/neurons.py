"""One step of many small networks of neurons at once, by hand: batched products with a leading axis of networks.

It is `training.models.fused.step.DirectStep` with cross-entropy, all inputs of a network in one piece.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from training import settings
from training.losses import LEAST, CrossEntropy, Loss
from training.models.fused.output import columns
from training.population import Population

NUMBERS = 400_000  # of a hidden layer of several networks, so that work arrays stay near the processor
OTHER = 256  # times as many where the device is not a processor


class NeuronProducts:
    """Loss and gradients of networks as `training.models.neurons` has them: U (networks, k, n, m), W (networks, m, .).

    Group tasks with an embedding for each input. Equal to separate steps to rounding.
    """

    def __init__(self, population: Population, labels: Tensor, chosen: settings.Neurons) -> None:
        self.population, self.labels, self.chosen = population, labels, chosen
        self.function, self.degree = chosen.function(population.k), chosen.degree(population.k)
        self.larger = 1 if labels.device.type == "cpu" else OTHER
        self.inputs = population.inputs(torch.arange(population.size, device=labels.device))
        self.memory: dict[tuple[str, tuple[int, ...]], Tensor] = {}

    def step(
        self, parameters: Mapping[str, Tensor], gradients: Mapping[str, Tensor], numbers: Tensor | None, loss: Loss
    ) -> Tensor:
        """Losses (networks,) on the inputs of these numbers (networks, rows), None for the population.

        Writes the gradients. Raises TypeError for a loss that is not cross-entropy.
        """
        if not isinstance(loss, CrossEntropy):
            raise TypeError(f"batched products of {type(loss).__name__}, expected CrossEntropy")
        U, W, dU, dW = (tensors[name] for tensors in (parameters, gradients) for name in ("U", "W"))
        rows = self.population.size if numbers is None else numbers.shape[1]
        at_once = max(1, self.larger * NUMBERS // (rows * W.shape[1]))
        values = []
        for first in range(0, len(U), at_once):
            part = slice(first, first + at_once)
            own = None if numbers is None else numbers[part]
            values.append(self._part(U[part], W[part], dU[part], dW[part], own, loss))
        return torch.cat(values)

    def _part(self, U: Tensor, W: Tensor, dU: Tensor, dW: Tensor, numbers: Tensor | None, loss: CrossEntropy) -> Tensor:
        networks, k, n, m = U.shape
        rows = self.population.size if numbers is None else numbers.shape[1]
        classes, width = self.population.classes, columns(self.population.classes)
        sums, logits = self._array("sums", U, networks, rows, m), self._array("logits", U, networks, rows, width)
        every = numbers is None and k == 2  # then sums are an outer sum
        places = None if every else self._places(numbers, networks)
        if places is None:
            torch.add(U[:, 0, :, None], U[:, 1, None], out=sums.view(networks, n, n, m))
        else:
            torch.sum(U.reshape(-1, m)[places], 2, out=sums)
        hidden, derivative = self._activate(sums)
        weights, transposed = self._array("W", U, networks, m, width), self._array("W^T", U, networks, width, m)
        weights[..., :classes], transposed[:, :classes] = W, W.transpose(1, 2)
        torch.bmm(hidden, weights, out=logits)
        logits[..., classes:] = -torch.inf
        torch.log_softmax(logits, 2, out=logits)
        labels = (self.labels.expand(networks, -1) if numbers is None else self.labels[numbers])[..., None]
        value = -logits.gather(2, labels).sum((1, 2)) / rows
        logits.clamp_(min=LEAST).exp_().scatter_add_(2, labels, torch.full_like(labels, -1, dtype=logits.dtype))
        products = torch.bmm(logits.transpose(1, 2), hidden, out=self._array("dW^T", U, networks, width, m))
        torch.mul(products[:, :classes].transpose(1, 2), 1 / rows, out=dW)
        back = torch.bmm(logits, transposed, out=hidden).mul_(derivative)
        if places is None:
            cube = back.view(networks, n, n, m)
            torch.sum(cube, 2, out=dU[:, 0])
            torch.sum(cube, 1, out=dU[:, 1])
        else:
            dU.zero_()
            flat = dU.view(-1, m)
            for j in range(k):
                flat.index_add_(0, places[..., j].reshape(-1), back.view(-1, m))
        dU.mul_((k if self.chosen.activation == "power" else 1) / rows)
        return value.add_(self._charge(U, W, dU, dW, loss))

    def _activate(self, sums: Tensor) -> tuple[Tensor, Tensor]:
        """Activations of sums, and their derivatives over k where the activation is x^k; both may be written to."""
        hidden = self._array("hidden", sums, *sums.shape)
        if self.chosen.activation != "power":
            slopes = self.function.slope(sums)
            return hidden.copy_(self.function.value(sums)), slopes
        if self.population.k == 1:
            return hidden.copy_(sums), sums.fill_(1)
        power = sums
        for _ in range(self.population.k - 2):
            power = power * sums
        return torch.mul(power, sums, out=hidden), power

    def _charge(self, U: Tensor, W: Tensor, dU: Tensor, dW: Tensor, loss: CrossEntropy) -> Tensor:
        """The regulariser of each network (networks,); adds its gradients."""
        squares, power = U.square().sum((1, 2)) + W.square().sum(2), loss.exponent / loss.degree
        mass = (squares ** (self.degree / 2)).sum(1)
        slope = power * loss.strength * mass ** (power - 1)
        pull = squares.pow_(self.degree / 2 - 1).mul_(self.degree * slope[:, None])
        dU.addcmul_(U, pull[:, None, None])
        dW.addcmul_(W, pull[..., None])
        return loss.strength * mass**power

    def _places(self, numbers: Tensor | None, networks: int) -> Tensor:
        """Rows of U as (networks k n, m) that each input's elements have, shape (networks, rows, k)."""
        k, n = self.population.k, self.population.n
        digits = self.inputs[None] if numbers is None else self.inputs[numbers]
        tables = torch.arange(networks * k, device=self.inputs.device).view(networks, 1, k)
        return digits + n * tables

    def _array(self, name: str, like: Tensor, *shape: int) -> Tensor:
        """Work memory, the same in every step; zeros at first."""
        if (name, shape) not in self.memory:
            self.memory[name, shape] = like.new_zeros(shape)
        return self.memory[name, shape]
