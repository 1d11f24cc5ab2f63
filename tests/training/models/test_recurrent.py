"""The recurrent network against torch.nn.RNN between an embedding and an unembedding: values and gradients."""

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
from training.models import autograd
from training.models.recurrent import Recurrent, initial
from training.population import Population


class Plain(nn.Module):
    """nn.Embedding of n + 1 tokens, nn.RNN, normalise, nn.Linear, with the model's parameters."""

    def __init__(self, model: Recurrent) -> None:
        super().__init__()
        p = {name: tensor.detach().clone() for name, tensor in model.parameters.items()}
        m, d = p["weight_ih"].shape
        self.table = nn.Embedding(len(p["embedding"]) + 1, d, _weight=torch.cat([p["embedding"], p["equals"][None]]))
        self.rnn, self.output = nn.RNN(d, m, batch_first=True), nn.Linear(m, len(p["unembedding"]), bias=False)
        self.double()
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        self.rnn.load_state_dict({f"{name}_l0": p[name] for name in names})
        self.output.load_state_dict({"weight": p["unembedding"]})
        self.layer = nn.LayerNorm(m, elementwise_affine=False).double()
        self.normalise = model.chosen.normalise

    def states(self, inputs: Tensor) -> Tensor:
        equals = torch.full_like(inputs[:, :1], self.table.num_embeddings - 1)
        states: Tensor = self.rnn(self.table(torch.cat([inputs, equals], 1)))[0]
        return states

    def forward(self, inputs: Tensor) -> Tensor:
        last = self.states(inputs)[:, -1]
        if self.normalise != "none":
            last = self.layer(last) if self.normalise == "layer" else nn.functional.normalize(last, dim=1)
        logits: Tensor = self.output(last)
        return logits

    def gradients(self) -> dict[str, Tensor]:
        """By the model's names."""
        table = self.table.weight.grad
        assert table is not None
        result = {"embedding": table[:-1], "equals": table[-1]}
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            result[name] = getattr(self.rnn, f"{name}_l0").grad
        assert self.output.weight.grad is not None
        return result | {"unembedding": self.output.weight.grad}


def network(task: str = "mod:7", k: int = 2, seed: int = 0, by_prefix: bool = False, **values: Any) -> Recurrent:
    population, generator = Population(parse(task, k)), torch.Generator().manual_seed(seed)
    chosen = settings.Recurrent(**{"width": 11, "dimension": 5} | values)
    return Recurrent(population, chosen, initial(chosen, population, generator, torch.float64), by_prefix)


CASES = [("mod:7", 2, "length"), ("mod:7", 2, "layer"), ("mod:4", 3, "length"), ("group:S3", 2, "layer")]
CASES += [("mod:5", 1, "length"), ("mod:3", 4, "layer"), ("mod:7", 2, "none"), ("mod:4", 3, "none")]


@pytest.mark.parametrize(("task", "k", "normalise"), CASES)
@pytest.mark.parametrize("strength", [0.0, 0.01])
def test_logits_and_gradients_are_those_of_torchs_rnn(task: str, k: int, normalise: str, strength: float) -> None:
    model = network(task, k, normalise=normalise)
    plain, inputs = Plain(model), model.inputs
    assert torch.allclose(model.logits(inputs), plain(inputs), rtol=1e-10, atol=1e-12)
    square = sum((p.square().sum() for p in plain.parameters()), torch.zeros(()))
    loss = nn.functional.cross_entropy(plain(inputs), model.labels) + strength * square
    loss.backward()  # type: ignore[no-untyped-call]
    mine = CrossEntropy(strength, 2.0, 2)
    assert float(model.step(mine)) == pytest.approx(float(loss.detach()), rel=1e-12)
    value, by_autograd = autograd.step(model, mine)
    assert float(value) == pytest.approx(float(loss.detach()), rel=1e-12)
    for name, gradient in plain.gradients().items():
        for own in (model.parameters[name].grad, by_autograd[name]):
            assert own is not None
            assert torch.allclose(own, gradient, rtol=1e-9, atol=1e-13), name
            assert not torch.allclose(own, gradient * 1.001, rtol=1e-9, atol=1e-13)


def test_the_states_are_those_of_torchs_rnn() -> None:
    model = network(k=3, normalise="length")
    states, places = Plain(model).states(model.inputs), model.places(model.inputs)
    for t in range(4):
        assert torch.allclose(places[f"state{t + 1}"], states[:, t], rtol=1e-12)
    assert places["normalised"].norm(dim=1) == pytest.approx(1)
    assert list(places) == ["state1", "state2", "state3", "state4", "normalised", "logits"]


@pytest.mark.parametrize("normalise", ["layer", "length", "none"])
def test_gradients_of_parts_are_those_of_autograd(normalise: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from training.models import recurrent_step

    monkeypatch.setattr(recurrent_step, "ROWS", 10)  # several chunks, the last of them short
    model, loss = network(normalise=normalise), CrossEntropy(0.01, 2.0, 2)
    first, second = torch.tensor([3, 48, 17, *range(20, 40)]), torch.tensor([5, 5, 1])
    for rows in (first, second, first, None, first):
        value, gradients = autograd.step(model, loss, rows)
        assert float(model.step(loss, rows)) == pytest.approx(float(value), rel=1e-12)
        for name, gradient in gradients.items():
            assert model.parameters[name].grad == pytest.approx(gradient), name
    prefixed = network(by_prefix=True, normalise=normalise)
    rows = torch.tensor([*range(14, 21), *range(7)])
    assert float(prefixed.step(loss, torch.tensor([2, 0]))) == pytest.approx(float(model.step(loss, rows)))
    assert float(prefixed.step(loss, torch.tensor([2, 1]))) != pytest.approx(float(model.step(loss, rows)))


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
    config = Config.of(task="group:S3", k=3, model="recurrent", width=11, dimension=5)
    assert shapes(config, model.population.task) == [tuple(tensor.shape) for tensor in model.parameters.values()]


def test_initial_parameters_are_as_torchs() -> None:
    model = network(width=400, dimension=50, init=0.5)
    assert float(model.parameters["embedding"].std()) == pytest.approx(0.5, rel=0.1)
    for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "unembedding"):
        tensor = model.parameters[name]
        assert float(tensor.abs().max()) <= 0.05
        assert float(tensor.std()) == pytest.approx(0.05 / 3**0.5, rel=0.1)
    assert not torch.equal(network(seed=1).parameters["weight_hh"], network().parameters["weight_hh"])


def test_bits_are_refused() -> None:
    with pytest.raises(ValueError, match=r"model = recurrent on parity.*, expected a task on group elements"):
        network("parity:5", 2)
