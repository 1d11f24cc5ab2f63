"""The network of embeddings against the same network made of torch's own layers."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from margin.analysis.axes import Tensor as Named
from margin.tasks import parse
from training import measure, settings
from training.config import Config
from training.losses import CrossEntropy
from training.models.embedding import Embedding, initial
from training.models.model import Model
from training.population import Population


class Plain(nn.Module):
    """Embeddings, a hidden layer with biases, logits: torch's own layers with the model's parameters."""

    def __init__(self, model: Embedding) -> None:
        super().__init__()
        k, n, d = model.parameters["embedding"].shape
        m = len(model.parameters["bias"])
        self.tables = nn.ModuleList(nn.Embedding(n, d) for _ in range(k))
        self.hidden, self.output = nn.Linear(k * d, m), nn.Linear(m, n)
        self.double()
        p = model.parameters
        state = {"hidden.weight": p["hidden"], "hidden.bias": p["bias"]}
        state |= {"output.weight": p["output"], "output.bias": p["offset"]}
        state |= {f"tables.{j}.weight": p["embedding"][j] for j in range(k)}
        self.load_state_dict(state)

    def forward(self, inputs: Tensor) -> Tensor:
        embedded = torch.cat([table(inputs[:, j]) for j, table in enumerate(self.tables)], 1)
        logits: Tensor = self.output(torch.relu(self.hidden(embedded)))
        return logits


def network(task: str = "mod:7", k: int = 2, seed: int = 0, by_prefix: bool = False, **values: Any) -> Embedding:
    population, generator = Population(parse(task, k)), torch.Generator().manual_seed(seed)
    chosen = settings.Embedding(**{"width": 11, "dimension": 5} | values)
    return Embedding(population, initial(chosen, population, generator, torch.float64), by_prefix)


def all_inputs(model: Model) -> Tensor:
    return model.population.inputs(torch.arange(model.population.size))


@pytest.mark.parametrize(("task", "k"), [("mod:7", 2), ("mod:4", 3), ("group:S3", 2), ("mod:5", 1)])
def test_logits_and_gradients_are_those_of_torchs_layers(task: str, k: int) -> None:
    model = network(task, k)
    plain, inputs = Plain(model), all_inputs(model)
    assert torch.allclose(model.logits(inputs), plain(inputs), rtol=1e-12)
    labels = torch.from_numpy(model.population.labels).reshape(-1)
    square = sum((p.square().sum() for p in plain.parameters()), torch.zeros(()))
    loss = nn.functional.cross_entropy(plain(inputs), labels) + 0.01 * square
    loss.backward()  # type: ignore[no-untyped-call]
    assert float(model.step(CrossEntropy(0.01, 2.0, 2))) == pytest.approx(float(loss.detach()))
    assert model.parameters["hidden"].grad == pytest.approx(plain.hidden.weight.grad)
    assert model.parameters["offset"].grad == pytest.approx(plain.output.bias.grad)
    for j, table in enumerate(plain.tables):
        grad = model.parameters["embedding"].grad
        assert grad is not None
        assert grad[j] == pytest.approx(table.weight.grad)


def test_places_and_axes_have_the_shapes_of_the_parameters() -> None:
    model = network("mod:7", 3)
    shapes = {name: tuple(tensor.shape) for name, tensor in model.places(all_inputs(model)).items()}
    assert shapes == {"embedded": (343, 15), "sum": (343, 11), "hidden": (343, 11), "logits": (343, 7)}
    assert list(model.axes) == list(model.parameters)
    for name, tensor in model.parameters.items():
        assert Named(tensor.numpy(), model.axes[name]).axes == model.axes[name]
    assert model.described() == {"axes": {name: list(axes) for name, axes in model.axes.items()}, "degree": None}


def test_a_batch_of_prefixes_stands_for_all_last_inputs() -> None:
    model, loss = network(by_prefix=True), CrossEntropy(0.0, 2.0, 2)
    rows = torch.tensor([*range(14, 21), *range(7)])
    assert float(model.step(loss, torch.tensor([2, 0]))) == pytest.approx(float(network().step(loss, rows)))
    assert float(model.step(loss, torch.tensor([2, 1]))) != pytest.approx(float(network().step(loss, rows)))
    assert float(network().step(loss)) == pytest.approx(float(network().step(loss, torch.arange(49))))


def test_an_ensemble_is_a_leading_axis_of_the_parameters() -> None:
    models = [network(seed=seed) for seed in range(3)]
    stacked = {name: torch.stack([m.parameters[name] for m in models]) for name in models[0].parameters}
    logits = torch.vmap(models[0].forward, (0, None))(stacked, all_inputs(models[0]))["logits"]
    for model, own in zip(models, logits, strict=True):
        assert torch.allclose(model.logits(all_inputs(model)), own)


def test_it_has_a_margin_but_no_normalised_margin() -> None:
    model = network()
    values = measure.record(model, None, None)
    logits = model.logits(all_inputs(model))
    labels = torch.from_numpy(model.population.labels).reshape(-1, 1)
    right = logits.gather(1, labels)
    gaps = right[:, 0] - logits.scatter(1, labels, -torch.inf).amax(1)
    assert values["margin"] == pytest.approx(float(gaps.min()))
    assert values["accuracy"] == pytest.approx(float((gaps > 0).double().mean()))
    squares = sum(float(tensor.square().sum()) for tensor in model.parameters.values())
    assert values["norm_2"] == pytest.approx(squares**0.5)
    assert float(model.size(model.parameters)) == pytest.approx(squares)
    assert set(values) == {"margin", "accuracy", "norm_2"}


def test_initial_parameters_are_as_torchs() -> None:
    model = network(width=400, dimension=50, init=0.5)
    assert float(model.parameters["embedding"].std()) == pytest.approx(0.5, rel=0.1)
    for name, fan in (("hidden", 100), ("bias", 100), ("output", 400), ("offset", 400)):
        tensor = model.parameters[name]
        assert float(tensor.abs().max()) <= fan**-0.5
        assert name == "offset" or float(tensor.std()) == pytest.approx((1 / (3 * fan)) ** 0.5, rel=0.1)
    assert not torch.equal(network(seed=1).parameters["hidden"], network().parameters["hidden"])


def test_bits_are_refused() -> None:
    with pytest.raises(ValueError, match="expected a task on group elements, such as mod:23"):
        network("parity:5", 2)


def test_the_networks_that_are_built_are_those_of_the_settings() -> None:
    from training.models.build import build
    from training.models.neurons import Neurons

    population = Population(parse("mod:5", 2))
    for name, kind in (("embedding", Embedding), ("neurons", Neurons)):
        config = Config.of(task="mod:5", k=2, width=4, model=name)
        assert isinstance(build(config, population, torch.Generator()), kind)
    config = Config.of(task="mod:5", k=2, width=4)
    object.__setattr__(config, "model", settings.Model(4))
    object.__setattr__(config.model, "kind", "forest")
    with pytest.raises(ValueError, match="model = 'forest' is not built here, expected neurons or embedding"):
        build(config, population, torch.Generator())
