"""A causal transformer on `a b ... =`, norms first and without biases, read where `=` stands.

It is torch.nn.TransformerEncoder of TransformerEncoderLayer(norm_first=True, activation="gelu", dropout=0, bias=False)
with a causal mask and a last norm, where heads times their dimension is that of the embedding; other head dimensions
are allowed. Two parts that such modules compute are left out: of the first layer, queries, keys and values are made for
each token and position once; of the last layer, only `=` attends and has neurons.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

import torch
from torch import Tensor
from torch.nn.functional import gelu, layer_norm

from training import settings
from training.models.model import Model
from training.population import Population


class Transformer(Model):
    """The parameters are those of `settings.Transformer.shapes`, a tensor for the matrices of all layers and heads."""

    axes: Mapping[str, tuple[str, ...]] = {
        "embedding": ("element", "dimension"),
        "equals": ("dimension",),
        "positions": ("position", "dimension"),
        "query": ("layer", "head", "dimension0", "dimension1"),  # of the head, of the stream
        "key": ("layer", "head", "dimension0", "dimension1"),
        "value": ("layer", "head", "dimension0", "dimension1"),
        "output": ("layer", "head", "dimension0", "dimension1"),  # of the stream, of the head
        "hidden": ("layer", "neuron", "dimension"),
        "back": ("layer", "dimension", "neuron"),
        "norm_attention": ("layer", "dimension"),
        "norm_hidden": ("layer", "dimension"),
        "norm_last": ("dimension",),
        "unembedding": ("label", "dimension"),
    }

    def __init__(
        self,
        population: Population,
        chosen: settings.Transformer,
        parameters: Mapping[str, Tensor],
        by_prefix: bool = False,
    ) -> None:
        super().__init__(population, by_prefix)
        self.chosen, self.parameters = chosen, dict(parameters)

    def forward(self, parameters: Mapping[str, Tensor], inputs: Tensor) -> dict[str, Tensor]:
        """Places of layer L = 1, 2, ...: attentionL (rows, heads, attending, seen), hiddenL (rows, positions, m),
        streamL (rows, positions, d), the last layer's of `=` alone; stream0; normalised (rows, d); logits.
        """
        p, n, length = parameters, self.population.n, self.population.k + 1
        tokens = torch.cat([inputs, torch.full_like(inputs[:, :1], n)], 1)
        embedded = torch.cat([p["embedding"], p["equals"][None]]) + p["positions"][:, None]  # (positions, n + 1, d)
        numbers = tokens + (n + 1) * torch.arange(length, device=inputs.device)
        stream = embedded.reshape(length * (n + 1), -1)[numbers]
        places = {"stream0": stream}
        for layer in range(self.chosen.layers):
            projected = embedded.reshape(length * (n + 1), -1) if layer == 0 else stream
            q, k, v = _projected(p, layer, layer_norm(projected, projected.shape[-1:], p["norm_attention"][layer]))
            if layer == 0:
                q, k, v = q[numbers], k[numbers], v[numbers]
            if layer == self.chosen.layers - 1:
                stream, q = stream[:, -1:], q[:, -1:]
            attention, read = attended(q, k, v)
            output = p["output"][layer].transpose(0, 1).reshape(stream.shape[-1], -1)
            stream = stream + read @ output.T
            normed = layer_norm(stream, stream.shape[-1:], p["norm_hidden"][layer])
            hidden = gelu(normed @ p["hidden"][layer].T)
            stream = stream + hidden @ p["back"][layer].T
            number = layer + 1
            places |= {f"attention{number}": attention, f"hidden{number}": hidden, f"stream{number}": stream}
        normalised = layer_norm(stream[:, -1], stream.shape[-1:], p["norm_last"])
        return places | {"normalised": normalised, "logits": normalised @ p["unembedding"].T}


def _projected(p: Mapping[str, Tensor], layer: int, stream: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Queries, keys and values of a stream (..., d), each (..., heads, head dimension)."""
    matrices = torch.cat([p[name][layer] for name in ("query", "key", "value")])  # (3 heads, head dimension, d)
    every = stream @ matrices.reshape(-1, matrices.shape[-1]).T
    q, k, v = every.reshape(*stream.shape[:-1], 3, -1, matrices.shape[1]).unbind(-3)
    return q, k, v


def attended(q: Tensor, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
    """Attention (rows, heads, attending, seen), and what is read by it, heads side by side (rows, attending, h e).

    Keys and values are (rows, positions, heads, e); the queries are those of the last positions; none sees later ones.
    """
    scores = q.transpose(1, 2) @ k.permute(0, 2, 3, 1) / sqrt(q.shape[-1])
    attending, seen = scores.shape[-2:]
    later = torch.ones(attending, seen, dtype=torch.bool, device=q.device).triu(seen - attending + 1)
    attention = scores.masked_fill(later, -torch.inf).softmax(-1)
    read = (attention @ v.transpose(1, 2)).transpose(1, 2)
    return attention, read.reshape(*read.shape[:2], -1)


def initial(
    chosen: settings.Transformer, population: Population, generator: torch.Generator, dtype: torch.dtype
) -> dict[str, Tensor]:
    """Embedding and positions normal of standard deviation `init`, norms 1, matrices uniform as by Xavier.

    The bounds are those of the joint matrices of all heads, as in torch.nn.MultiheadAttention but for query, key and
    value apart. Raises ValueError for a task whose inputs are bits.
    """
    chosen.require(population.task)
    d, m, joint = chosen.dimension, chosen.width, chosen.heads * chosen.head_dimension
    sums = dict.fromkeys(("query", "key", "value", "output"), d + joint)
    sums |= {"hidden": d + m, "back": d + m, "unembedding": d + population.classes}
    shapes = chosen.shapes(population.k, population.n, population.classes)

    def drawn(name: str) -> Tensor:
        if name in sums:
            return sqrt(6 / sums[name]) * (2 * torch.rand(shapes[name], generator=generator, dtype=dtype) - 1)
        if name.startswith("norm"):
            return torch.ones(shapes[name], dtype=dtype)
        return chosen.init * torch.randn(shapes[name], generator=generator, dtype=dtype)

    return {name: drawn(name) for name in shapes}


def build(
    chosen: settings.Transformer,
    population: Population,
    generator: torch.Generator,
    dtype: torch.dtype,
    device: torch.device | None = None,
    by_prefix: bool = False,
) -> Transformer:
    """The network with its initial weights, on a device. Raises ValueError for a task whose inputs are bits."""
    tensors = initial(chosen, population, generator, dtype)
    return Transformer(population, chosen, {name: tensor.to(device) for name, tensor in tensors.items()}, by_prefix)
