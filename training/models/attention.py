"""One layer of attention from embedded inputs straight to logits: tables of scores and of values for each head.

    f(x) = sum_h W^P_h W^V_h E softmax(E^T W^KQ_h q),   E the embeddings of the inputs, q that of the input that attends

The vocabulary is finite, so each head is two tables: scores e(x)^T W^KQ_h e(y), n x n, and values W^P_h W^V_h e(x),
n x classes. They are made once a step; an input then costs k rows of each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import sqrt

import torch
from torch import Tensor

from training import settings
from training.models import model
from training.population import Population

Tables = tuple[Tensor, Tensor]


class Attention(model.Model):
    """The parameters are embedding (n, d), key_query (h, d, d), value (h, d, d) and projection (h, classes, d)."""

    axes: Mapping[str, tuple[str, ...]] = {
        "embedding": ("element", "dimension"),
        "key_query": ("head", "dimension0", "dimension1"),  # of the input that is seen, of the one that attends
        "value": ("head", "dimension0", "dimension1"),  # what is read, what it is read from
        "projection": ("head", "label", "dimension"),
    }

    def __init__(
        self,
        population: Population,
        chosen: settings.Attention,
        parameters: Mapping[str, Tensor],
        by_prefix: bool = False,
    ) -> None:
        super().__init__(population, by_prefix)
        self.chosen, self.parameters = chosen, dict(parameters)

    def forward(self, parameters: Mapping[str, Tensor], inputs: Tensor) -> dict[str, Tensor]:
        """Places: scores and attention (rows, k seen, k attending, or 1 where only the last does, heads), logits."""
        return self.read(tables(parameters), inputs)

    def read(self, made: Tables, inputs: Tensor) -> dict[str, Tensor]:
        """`forward` from tables that are made."""
        scores, values = made
        rows, k = inputs.shape
        attending = inputs[:, -1:] if self.chosen.query == "last" else inputs
        pairs = (inputs[:, :, None] * self.population.n + attending[:, None, :]).reshape(-1)
        scored = scores.index_select(0, pairs).reshape(rows, k, attending.shape[1], -1)
        attention = scored.softmax(1)
        logits = _weighted(attention.mean(2), values, inputs)
        return {"scores": scored, "attention": attention, "logits": logits}

    def in_chunks(self, parameters: Mapping[str, Tensor]) -> Iterator[tuple[Tensor, Tensor]]:
        made, k = tables(parameters), self.population.k
        each = self.chosen.width * k * (1 if self.chosen.query == "last" else k)
        for numbers in torch.split(torch.arange(self.population.size, device=self.device), max(1, self.held // each)):
            yield self.read(made, self.population.inputs(numbers))["logits"], self.labels[numbers, None]


def tables(parameters: Mapping[str, Tensor]) -> Tables:
    """Scores (n^2, h), a row for each pair of the element seen and the one that attends, and values (n, h, classes)."""
    embedding = parameters["embedding"]
    scores = embedding @ parameters["key_query"] @ embedding.T  # (h, n, n)
    values = embedding @ parameters["value"].transpose(1, 2) @ parameters["projection"].transpose(1, 2)
    return scores.permute(1, 2, 0).reshape(-1, scores.shape[0]), values.transpose(0, 1)


def _weighted(weights: Tensor, values: Tensor, inputs: Tensor) -> Tensor:
    """sum over positions i and heads h of weights[row, i, h] values[x_i, h], shape (rows, classes).

    Row and position of every input are ordered by element, so that each element is one matrix product.
    """
    rows, k = inputs.shape
    flat = inputs.reshape(-1)
    order = flat.argsort(stable=True)
    counts = torch.bincount(flat, minlength=values.shape[0])
    most = int(counts.max())
    first = counts.cumsum(0) - counts
    slots = torch.full((values.shape[0] * most,), rows * k, device=inputs.device)  # an element's last slots are empty
    slots[flat[order] * most + torch.arange(rows * k, device=inputs.device) - first[flat[order]]] = order
    padded = torch.cat([weights.reshape(rows * k, -1), weights.new_zeros(1, weights.shape[-1])])
    parts = padded.index_select(0, slots).reshape(values.shape[0], most, -1) @ values
    sums = parts.new_zeros(rows + 1, parts.shape[-1])
    return sums.index_add(0, slots // k, parts.reshape(-1, parts.shape[-1]))[:-1]


def initial(
    chosen: settings.Attention, population: Population, generator: torch.Generator, dtype: torch.dtype
) -> dict[str, Tensor]:
    """Normal weights: the embedding of standard deviation `init`, the others such that sums of squares are kept.

    With init = 1 scores, values and logits have variance 1. Raises ValueError for a task whose inputs are bits.
    """
    chosen.require(population.task)
    d, h = chosen.dimension, chosen.width
    deviations = {"embedding": chosen.init, "key_query": 1 / d, "value": 1 / sqrt(d), "projection": 1 / sqrt(d * h)}
    shapes = chosen.shapes(population.k, population.n, population.classes)
    return {name: deviations[name] * torch.randn(shapes[name], generator=generator, dtype=dtype) for name in shapes}


def build(
    chosen: settings.Attention,
    population: Population,
    generator: torch.Generator,
    dtype: torch.dtype,
    device: torch.device | None = None,
    by_prefix: bool = False,
) -> Attention:
    """The network with its initial weights, on a device. Raises ValueError for a task whose inputs are bits."""
    tensors = initial(chosen, population, generator, dtype)
    return Attention(population, chosen, {name: tensor.to(device) for name, tensor in tensors.items()}, by_prefix)
