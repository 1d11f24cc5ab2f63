"""One training step of the recurrent network, forward and backward by hand over chunks of inputs.

Buffers of a chunk stay in the cache: the states t = 2, ..., k + 1, the normalised last one, and gradients. What
depends on one token is added up in tables, and goes through their few rows once a step.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from training.losses import Loss
from training.population import Population

ROWS = 512  # inputs of a chunk: its states stay in the second-level cache
EPSILON = {"length": 1e-12, "layer": 1e-5}  # as torch.nn.functional.normalize and layer_norm


class RecurrentStep:
    """Holds the gradients of the last call by the parameters' names, the inputs of the last batch, and the buffers."""

    def __init__(self, population: Population, normalise: str, parameters: Mapping[str, Tensor]) -> None:
        self.population, self.normalise, self.parameters = population, normalise, parameters
        self.gradients = {name: torch.zeros_like(tensor) for name, tensor in parameters.items()}
        self.tokens = population.k + 1
        self._rows: Tensor | None = None
        self._inputs: Tensor | None = None

    def __call__(self, loss: Loss, rows: Tensor | None = None) -> Tensor:
        """The loss on inputs of these numbers (None: the population); leaves its gradients in `gradients`."""
        p, grad = self.parameters, self.gradients
        inputs, labels = self._batch(rows)
        mass = sum((tensor.square().sum() for tensor in p.values()), torch.zeros((), device=inputs.device))
        loss.begin(len(inputs), mass)
        for tensor in grad.values():
            tensor.zero_()
        tokens = torch.cat([p["embedding"], p["equals"][None]])
        driven = torch.addmm(p["bias_ih"] + p["bias_hh"], tokens, p["weight_ih"].T)
        first = torch.tanh(driven[:-1])
        self.driven, self.carried = driven, first @ p["weight_hh"].T
        self.d_driven, self.d_carried = torch.zeros_like(driven), torch.zeros_like(first)
        for part, label in zip(torch.split(inputs, ROWS), torch.split(labels, ROWS), strict=True):
            self._chunk(loss, part, label)
        value, factor, slope = loss.finish()
        grad["weight_hh"].addmm_(self.d_carried.T, first)
        d_first = self.d_carried @ p["weight_hh"]
        self.d_driven[:-1] += d_first.mul_(1 - first * first)
        grad["weight_ih"].addmm_(self.d_driven.T, tokens)
        grad["bias_ih"] += self.d_driven.sum(0)
        grad["bias_hh"] += grad["bias_ih"]
        d_tokens = self.d_driven @ p["weight_ih"]
        grad["embedding"] += d_tokens[:-1]
        grad["equals"] += d_tokens[-1]
        decays = float(slope)
        for name, tensor in grad.items():
            tensor.mul_(factor)
            if decays:
                tensor.add_(p[name], alpha=2 * decays)
        return value

    def _chunk(self, loss: Loss, inputs: Tensor, labels: Tensor) -> None:
        """Add the gradients of some inputs (rows, k + 1 tokens), up to the factor of the loss."""
        p, grad, driven = self.parameters, self.gradients, self.driven
        weight = p["weight_hh"]
        states = [torch.tanh_(self.carried[inputs[:, 0]].add_(driven[inputs[:, 1]]))]
        for t in range(2, self.tokens):
            bias = driven[-1] if t == self.tokens - 1 else driven[inputs[:, t]]
            states.append(torch.tanh_(torch.addmm(bias, states[-1], weight.T)))
        unit, scale = self._normalised(states[-1])
        logits = unit @ p["unembedding"].T
        earlier = loss.chunk(logits, labels)
        if earlier is not None:
            for tensor in (*grad.values(), self.d_driven, self.d_carried):
                tensor.mul_(earlier)
        grad["unembedding"].addmm_(logits.T, unit)
        back = logits @ p["unembedding"]  # the gradient of the normalised state, then of the states before
        if self.normalise == "layer":
            back -= back.mean(1, keepdim=True)
            back.addcmul_(unit, (back * unit).mean(1, keepdim=True), value=-1).mul_(scale)
        elif self.normalise == "length":
            back.addcmul_(unit, (back * unit).sum(1, keepdim=True), value=-1).mul_(scale)
        for t in range(self.tokens - 1, 0, -1):
            state = states[t - 1]
            back = torch.ops.aten.tanh_backward(back, state)
            if t == self.tokens - 1:
                self.d_driven[-1] += back.sum(0)
            else:
                self.d_driven.index_add_(0, inputs[:, t], back)
            if t > 1:
                grad["weight_hh"].addmm_(back.T, states[t - 2])
                back = back @ weight
        self.d_carried.index_add_(0, inputs[:, 0], back)

    def _normalised(self, state: Tensor) -> tuple[Tensor, Tensor]:
        """The normalised state, and the factor (rows, 1) by which it was scaled, which "none" has no use for."""
        if self.normalise == "none":
            return state, state[:, :1]
        epsilon = EPSILON[self.normalise]
        if self.normalise == "layer":
            centred = state - state.mean(1, keepdim=True)
            scale = (centred.square().mean(1, keepdim=True) + epsilon).rsqrt_()
            return centred.mul_(scale), scale
        scale = state.norm(dim=1, keepdim=True).clamp_(min=epsilon).reciprocal_()
        return state * scale, scale

    def _batch(self, rows: Tensor | None) -> tuple[Tensor, Tensor]:
        """Tokens (inputs, k + 1) and labels (inputs, 1); kept for a batch that comes again, as a training set does."""
        if self._inputs is None or rows is not self._rows:
            device = self.parameters["embedding"].device
            numbers = torch.arange(self.population.size, device=device) if rows is None else rows
            elements = self.population.inputs(numbers)
            equals = torch.full_like(elements[:, :1], self.population.n)
            labels = torch.as_tensor(self.population.labels, device=device).reshape(-1, 1)
            self._rows, self._inputs, self._labels = rows, torch.cat([elements, equals], 1), labels[numbers]
        return self._inputs, self._labels
