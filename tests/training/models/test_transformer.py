"""The transformer against torch.nn.TransformerEncoder with a causal mask, and torch's attention of any dimension."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from margin.analysis.axes import Tensor as Named
from margin.tasks import parse
from training import settings
from training.config import Config
from training.limits import shapes
from training.losses import CrossEntropy
from training.models.transformer import Transformer, attended, initial
from training.population import Population


class Plain(nn.Module):
    """nn.TransformerEncoder with norms first, a causal mask and a last norm, between embeddings and unembedding."""

    def __init__(self, model: Transformer) -> None:
        super().__init__()
        chosen, p = model.chosen, {name: tensor.detach().clone() for name, tensor in model.parameters.items()}
        d = chosen.dimension
        self.table = nn.Embedding(len(p["embedding"]) + 1, d, _weight=torch.cat([p["embedding"], p["equals"][None]]))
        self.positions = nn.Parameter(p["positions"])
        layer = nn.TransformerEncoderLayer(
            d, chosen.heads, chosen.width, 0.0, "gelu", batch_first=True, norm_first=True, bias=False
        )
        norm = nn.LayerNorm(d, bias=False)
        self.encoder = nn.TransformerEncoder(layer, chosen.layers, norm, enable_nested_tensor=False)
        self.output = nn.Linear(d, len(p["unembedding"]), bias=False)
        self.double()
        for number, part in enumerate(self.encoder.layers):
            joint = torch.cat([p[name][number].reshape(d, d) for name in ("query", "key", "value")])
            part.load_state_dict(
                {
                    "self_attn.in_proj_weight": joint,
                    "self_attn.out_proj.weight": p["output"][number].transpose(0, 1).reshape(d, d),
                    "linear1.weight": p["hidden"][number],
                    "linear2.weight": p["back"][number],
                    "norm1.weight": p["norm_attention"][number],
                    "norm2.weight": p["norm_hidden"][number],
                }
            )
        norm.load_state_dict({"weight": p["norm_last"]})
        self.encoder.norm = norm
        self.output.load_state_dict({"weight": p["unembedding"]})

    def forward(self, inputs: Tensor) -> Tensor:
        tokens = torch.cat([inputs, torch.full_like(inputs[:, :1], self.table.num_embeddings - 1)], 1)
        mask = nn.Transformer.generate_square_subsequent_mask(tokens.shape[1], dtype=torch.float64)
        stream = self.encoder(self.table(tokens) + self.positions, mask)
        logits: Tensor = self.output(stream[:, -1])
        return logits

    def gradients(self, model: Transformer) -> dict[str, Tensor]:
        """By the model's names."""

        def grad(parameter: Tensor) -> Tensor:
            assert parameter.grad is not None
            return parameter.grad

        h, e, d = model.chosen.heads, model.chosen.head_dimension, model.chosen.dimension
        layers: Any = self.encoder.layers
        joint = torch.stack([grad(part.self_attn.in_proj_weight) for part in layers]).reshape(-1, 3, h, e, d)
        out = torch.stack([grad(part.self_attn.out_proj.weight) for part in layers])
        return {
            "embedding": grad(self.table.weight)[:-1],
            "equals": grad(self.table.weight)[-1],
            "positions": grad(self.positions),
            "query": joint[:, 0],
            "key": joint[:, 1],
            "value": joint[:, 2],
            "output": out.reshape(-1, d, h, e).transpose(1, 2),
            "hidden": torch.stack([grad(part.linear1.weight) for part in layers]),
            "back": torch.stack([grad(part.linear2.weight) for part in layers]),
            "norm_attention": torch.stack([grad(part.norm1.weight) for part in layers]),
            "norm_hidden": torch.stack([grad(part.norm2.weight) for part in layers]),
            "norm_last": grad(self.encoder.norm.weight),  # type: ignore[union-attr, arg-type]
            "unembedding": grad(self.output.weight),
        }


def network(task: str = "mod:7", k: int = 2, seed: int = 0, by_prefix: bool = False, **values: Any) -> Transformer:
    population, generator = Population(parse(task, k)), torch.Generator().manual_seed(seed)
    chosen = settings.Transformer(**{"width": 11, "dimension": 6, "heads": 3, "head_dimension": 2} | values)
    parameters = initial(chosen, population, generator, torch.float64)
    for name in ("norm_attention", "norm_hidden", "norm_last"):  # not 1, so that a norm left out is seen
        parameters[name] = 1 + 0.3 * torch.randn(parameters[name].shape, generator=generator, dtype=torch.float64)
    return Transformer(population, chosen, parameters, by_prefix)


@pytest.mark.parametrize(
    ("task", "k", "layers"), [("mod:7", 2, 2), ("mod:4", 3, 1), ("group:S3", 2, 3), ("mod:5", 1, 2)]
)
def test_logits_and_gradients_are_those_of_torchs_encoder(task: str, k: int, layers: int) -> None:
    model = network(task, k, layers=layers)
    plain = Plain(model)
    assert torch.allclose(model.logits(model.inputs), plain(model.inputs), rtol=1e-9, atol=1e-11)
    square = sum((p.square().sum() for p in plain.parameters()), torch.zeros(()))
    loss = nn.functional.cross_entropy(plain(model.inputs), model.labels) + 0.01 * square
    loss.backward()  # type: ignore[no-untyped-call]
    assert float(model.step(CrossEntropy(0.01, 2.0, 2))) == pytest.approx(float(loss.detach()), rel=1e-12)
    gradients = plain.gradients(model)
    assert list(gradients) == list(model.parameters)
    for name, gradient in gradients.items():
        own = model.parameters[name].grad
        assert own is not None
        assert torch.allclose(own, gradient, rtol=1e-8, atol=1e-12), name
        assert not torch.allclose(own, gradient * 1.001, rtol=1e-8, atol=1e-12)


def test_heads_of_any_dimension_attend_as_torchs() -> None:
    q, k, v = (torch.randn(5, 4, 3, 8, dtype=torch.float64) for _ in range(3))
    turned = [x.transpose(1, 2) for x in (q, k, v)]
    expected = nn.functional.scaled_dot_product_attention(turned[0], turned[1], turned[2], is_causal=True)
    attention, read = attended(q, k, v)
    assert read == pytest.approx(expected.transpose(1, 2).reshape(5, 4, 24))
    assert attention.sum(-1) == pytest.approx(1)
    assert float(attention.triu(1).abs().max()) == 0
    assert attended(q[:, -1:], k, v)[1] == pytest.approx(read[:, -1:])
    assert attended(q[:, -2:], k, v)[1] == pytest.approx(read[:, -2:])


def test_places_have_names_and_shapes() -> None:
    model = network("mod:5", 2)
    shapes = {name: tuple(tensor.shape) for name, tensor in model.places(model.inputs).items()}
    assert shapes == {
        "stream0": (25, 3, 6),
        "attention1": (25, 3, 3, 3),
        "hidden1": (25, 3, 11),
        "stream1": (25, 3, 6),
        "attention2": (25, 3, 1, 3),
        "hidden2": (25, 1, 11),
        "stream2": (25, 1, 6),
        "normalised": (25, 6),
        "logits": (25, 5),
    }


def test_an_ensemble_is_a_leading_axis_of_the_parameters() -> None:
    models = [network(seed=seed) for seed in range(3)]
    stacked = {name: torch.stack([m.parameters[name] for m in models]) for name in models[0].parameters}
    logits = torch.vmap(models[0].forward, (0, None))(stacked, models[0].inputs)["logits"]
    for model, own in zip(models, logits, strict=True):
        assert torch.allclose(model.logits(model.inputs), own)


def test_axes_and_shapes_are_those_of_the_parameters() -> None:
    model = network("group:S3", 3, head_dimension=4)
    assert list(model.axes) == list(model.parameters)
    for name, tensor in model.parameters.items():
        assert Named(tensor.numpy(), model.axes[name]).axes == model.axes[name]
    values = {"width": 11, "dimension": 6, "heads": 3, "head_dimension": 4}
    config = Config.of(task="group:S3", k=3, model="transformer", **values)
    assert shapes(config, model.population.task) == [tuple(tensor.shape) for tensor in model.parameters.values()]
    assert torch.isfinite(model.step(CrossEntropy(0.0, 2.0, 2)))


def test_initial_parameters_are_as_by_xavier() -> None:
    population, generator = Population(parse("mod:7", 2)), torch.Generator().manual_seed(0)
    chosen = settings.Transformer(80, dimension=40, heads=2, head_dimension=30, init=0.5)
    parameters = initial(chosen, population, generator, torch.float64)
    assert float(parameters["embedding"].std()) == pytest.approx(0.5, rel=0.1)
    for name, bound in (("query", 0.06), ("output", 0.06), ("hidden", 0.05), ("back", 0.05), ("unembedding", 6 / 47)):
        limit = bound**0.5
        assert float(parameters[name].abs().max()) <= limit
        assert float(parameters[name].std()) == pytest.approx(limit / 3**0.5, rel=0.1)
    assert bool((parameters["norm_last"] == 1).all())


def test_bits_are_refused() -> None:
    with pytest.raises(ValueError, match=r"model = transformer on parity.*, expected a task on group elements"):
        network("parity:5", 2)
