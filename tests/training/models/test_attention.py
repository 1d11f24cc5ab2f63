"""The layer of attention against torch's scaled_dot_product_attention on every head: values and gradients."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from margin.analysis.axes import Tensor as Named
from margin.tasks import parse
from training import measure, settings
from training.config import Config
from training.limits import shapes
from training.losses import CrossEntropy
from training.models.attention import Attention, initial, tables
from training.population import Population


class Plain(nn.Module):
    """Every matrix of every head applied to every input, torch's own attention; the model's parameters."""

    def __init__(self, model: Attention) -> None:
        super().__init__()
        for name, tensor in model.parameters.items():
            self.register_parameter(name, nn.Parameter(tensor.detach().clone()))
        self.query = model.chosen.query

    def forward(self, inputs: Tensor) -> Tensor:
        p = dict(self.named_parameters())
        embedded = p["embedding"][inputs]  # (rows, k, d)
        attending = embedded[:, -1:] if self.query == "last" else embedded
        queries = torch.einsum("hde,bke->bhkd", p["key_query"], attending)
        values = torch.einsum("hed,bkd->bhke", p["value"], embedded)
        keys = embedded[:, None].expand(-1, len(p["value"]), -1, -1)
        heads = nn.functional.scaled_dot_product_attention(queries, keys, values, scale=1.0)
        return torch.einsum("hce,bhke->bkc", p["projection"], heads).mean(1)


def network(task: str = "mod:7", k: int = 3, seed: int = 0, by_prefix: bool = False, **values: Any) -> Attention:
    population, generator = Population(parse(task, k)), torch.Generator().manual_seed(seed)
    chosen = settings.Attention(**{"width": 4, "dimension": 5} | values)
    return Attention(population, chosen, initial(chosen, population, generator, torch.float64), by_prefix)


CASES = [
    ("mod:7", 3, "last"),
    ("mod:7", 3, "every"),
    ("group:S3", 2, "last"),
    ("mod:3", 4, "every"),
    ("mod:4", 1, "last"),
]


@pytest.mark.parametrize(("task", "k", "query"), CASES)
def test_logits_and_gradients_are_those_of_torchs_attention(task: str, k: int, query: str) -> None:
    model = network(task, k, query=query)
    plain = Plain(model)
    assert torch.allclose(model.logits(model.inputs), plain(model.inputs), rtol=1e-10, atol=1e-12)
    for rows in (None, torch.tensor([0, 2, 2, 1])):
        plain.zero_grad()
        inputs, labels = (model.inputs, model.labels) if rows is None else (model.inputs[rows], model.labels[rows])
        square = sum((p.square().sum() for p in plain.parameters()), torch.zeros(()))
        loss = nn.functional.cross_entropy(plain(inputs), labels) + 0.01 * square
        loss.backward()  # type: ignore[no-untyped-call]
        assert float(model.step(CrossEntropy(0.01, 2.0, 2), rows)) == pytest.approx(float(loss.detach()), rel=1e-12)
        for name, parameter in plain.named_parameters():
            assert parameter.grad is not None
            gradient = model.parameters[name].grad
            assert gradient is not None
            assert torch.allclose(gradient, parameter.grad, rtol=1e-9, atol=1e-13), name
            assert not torch.allclose(gradient, parameter.grad * 1.001, rtol=1e-9, atol=1e-13)


def test_in_float32_it_is_the_same_function_to_rounding() -> None:
    model = network("mod:11", 3, width=40, dimension=32)
    model.parameters = {name: tensor.float() for name, tensor in model.parameters.items()}
    exact = network("mod:11", 3, width=40, dimension=32).logits(model.inputs)
    mine, plain = model.logits(model.inputs), Plain(model)(model.inputs)
    assert float((mine - exact).abs().max()) < 3e-5 * float(exact.abs().max())
    assert float((mine - plain).detach().abs().max()) < 3e-5 * float(exact.abs().max())


def test_tables_hold_scores_and_values_of_elements() -> None:
    model = network()
    p = model.parameters
    scores, values = tables(p)
    assert scores.shape == (49, 4)
    assert values.shape == (7, 4, 7)
    x, y, head = 2, 5, 3
    assert float(scores[7 * x + y, head]) == pytest.approx(
        float(p["embedding"][x] @ p["key_query"][head] @ p["embedding"][y])
    )
    assert values[x, head] == pytest.approx(p["projection"][head] @ p["value"][head] @ p["embedding"][x])
    assert float(scores[7 * y + x, head]) != pytest.approx(float(scores[7 * x + y, head]))


@pytest.mark.parametrize(("query", "attending"), [("last", 1), ("every", 3)])
def test_places_have_names_and_attention_sums_to_one(query: str, attending: int) -> None:
    model = network(query=query)
    places = model.places(model.inputs)
    assert {name: tuple(tensor.shape) for name, tensor in places.items()} == {
        "scores": (343, 3, attending, 4),
        "attention": (343, 3, attending, 4),
        "logits": (343, 7),
    }
    assert places["attention"].sum(1) == pytest.approx(1)


@pytest.mark.parametrize("query", ["last", "every"])
def test_margins_in_chunks_are_those_of_the_logits(query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from training.models import model as base

    monkeypatch.setattr(base, "CHUNK", 200)  # many chunks, the last of them short
    model = network(query=query)
    logits = model.logits(model.inputs)
    right = logits.gather(1, model.labels[:, None])[:, 0]
    wrong = logits.scatter(1, model.labels[:, None], -torch.inf).amax(1)
    losses: list[Tensor] = []
    assert measure.margins(model, losses) == pytest.approx(right - wrong)
    assert len(losses) > 5
    entropy = nn.functional.cross_entropy(logits, model.labels, reduction="none")
    assert torch.cat(losses) == pytest.approx(entropy)


def test_an_ensemble_is_a_leading_axis_of_the_parameters() -> None:
    models = [network(seed=seed) for seed in range(3)]
    stacked = {name: torch.stack([m.parameters[name] for m in models]) for name in models[0].parameters}
    logits = torch.vmap(models[0].forward, (0, None))(stacked, models[0].inputs)["logits"]
    for model, own in zip(models, logits, strict=True):
        assert torch.allclose(model.logits(model.inputs), own)


def test_axes_and_shapes_are_those_of_the_parameters() -> None:
    model = network("group:S3", 3)
    assert list(model.axes) == list(model.parameters)
    for name, tensor in model.parameters.items():
        assert Named(tensor.numpy(), model.axes[name]).axes == model.axes[name]
    config = Config.of(task="group:S3", k=3, model="attention", width=4, dimension=5)
    assert shapes(config, model.population.task) == [tuple(tensor.shape) for tensor in model.parameters.values()]


def test_initial_scores_values_and_logits_have_variance_one() -> None:
    model = network("mod:31", 2, width=60, dimension=64)
    scores, values = tables(model.parameters)
    assert float(scores.std()) == pytest.approx(1, rel=0.2)
    assert float(values.std()) * 60**0.5 == pytest.approx(1, rel=0.2)
    assert not torch.equal(network(seed=1).parameters["value"], network().parameters["value"])


def test_bits_are_refused() -> None:
    with pytest.raises(ValueError, match=r"model = attention on parity.*, expected a task on group elements"):
        network("parity:5", 2)
