"""The network of neurons: its logits, losses and gradients against loops over inputs; its initial weights."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from margin import Network
from margin.tasks import parse
from tests.helpers import oracles
from tests.training.models.fused.test_step import network
from training import settings
from training.losses import CrossEntropy
from training.models.model import Model
from training.models.neurons import Neurons, initial_weights, shapes
from training.population import Population


def all_inputs(model: Model) -> torch.Tensor:
    return model.population.inputs(torch.arange(model.population.size))


@pytest.mark.parametrize(("n", "k"), [(5, 2), (4, 3), (7, 1)])
def test_logits_are_the_definition(n: int, k: int) -> None:
    model = network(f"mod:{n}", k, 6)
    U, W = model.U.numpy(), model.W.numpy()
    wanted = np.array(list(oracles.logits(U, W).values()))
    assert np.allclose(model.logits(all_inputs(model)).numpy(), wanted, rtol=1e-12)
    assert np.allclose(model.on_population(model.parameters).numpy(), wanted, rtol=1e-12)
    assert np.allclose(torch.cat([part for part, _ in model.in_chunks(model.parameters)]).numpy(), wanted, rtol=1e-12)
    assert float(model.size(model.parameters)) == pytest.approx(oracles.norm_power(U, W))
    assert model.masses(model.parameters).sum() == pytest.approx(oracles.norm_power(U, W))


def test_places_lead_from_inputs_to_logits() -> None:
    model = network("parity:4", 3, 5)
    places = model.places(all_inputs(model))
    assert {name: tuple(tensor.shape) for name, tensor in places.items()} == {
        "sum": (16, 5),
        "hidden": (16, 5),
        "logits": (16, 2),
    }
    assert torch.allclose(places["sum"] ** 3, places["hidden"])
    assert torch.allclose(places["hidden"] @ model.W, places["logits"])


def test_relu_is_the_definition() -> None:
    model = network("mod:5", 2, 4, "relu")
    hidden = np.maximum(model.U[0].numpy()[:, None] + model.U[1].numpy()[None], 0).reshape(-1, 4)
    assert np.allclose(model.logits(all_inputs(model)).numpy(), hidden @ model.W.numpy())
    assert np.allclose(model.on_population(model.parameters).numpy(), hidden @ model.W.numpy())
    assert model.degree == 2


def test_the_networks_own_step_and_that_of_any_network_leave_the_same_gradients() -> None:
    model, batch = network("mod:5", 3, 6), torch.tensor([4, 0, 7])
    model = Neurons(model.population, model.chosen, model.U, model.W, by_prefix=True)
    value = model.step(CrossEntropy(0.1, 4.0, 4), batch)
    own = {name: tensor.grad for name, tensor in model.parameters.items()}
    assert float(Model.step(model, CrossEntropy(0.1, 4.0, 4), batch)) == pytest.approx(float(value))
    for name, tensor in model.parameters.items():
        assert tensor.grad is not own[name]
        assert tensor.grad == pytest.approx(own[name])


def test_an_ensemble_is_a_leading_axis_of_the_parameters() -> None:
    models = [network("group:S3", 2, 4), network("group:S3", 2, 4)]
    models[1].U.mul_(0.5)
    stacked = {name: torch.stack([m.parameters[name] for m in models]) for name in models[0].parameters}
    inputs = all_inputs(models[0])
    both = torch.vmap(models[0].forward, (0, None))(stacked, inputs)["logits"]
    assert both.shape == (2, 36, 6)
    for logits, model in zip(both, models, strict=True):
        assert torch.allclose(logits, model.logits(inputs))
    assert not torch.allclose(both[0], both[1])


@pytest.mark.parametrize("k", [1, 2, 3])
def test_balanced_signs_leave_one_monomial(k: int) -> None:
    chosen = settings.Neurons(3 << (k - 1), init=1.0, signs="balanced")
    population = Population(parse("mod:5", k))
    U, W = initial_weights(chosen, population, torch.Generator().manual_seed(0), torch.float64)
    all_logits = Network.from_arrays(U.numpy(), W.numpy()).logits([[1] * k, [4, 0, 2][:k]])
    for inputs, logits in zip(([1] * k, [4, 0, 2][:k]), all_logits, strict=True):
        products = np.prod([U[j, a].numpy() for j, a in enumerate(inputs)], axis=0)
        assert logits == pytest.approx([1, 2, 6][k - 1] * products @ W.numpy())
    alone = settings.Neurons(3 << (k - 1), init=1.0)
    plain = initial_weights(alone, population, torch.Generator().manual_seed(0), torch.float64)
    assert torch.equal(plain[1][: len(W) >> (k - 1)], W[: len(W) >> (k - 1)])
    assert k == 1 or not torch.equal(plain[0], U)


def test_initial_weights_are_normal_of_the_deviation_asked_for() -> None:
    population = Population(parse("mod:23", 2))
    draw = initial_weights(settings.Neurons(500, init=0.2), population, torch.Generator().manual_seed(1), torch.float32)
    assert tuple(tensor.shape for tensor in draw) == shapes(population, 500)
    for tensor in draw:
        assert float(tensor.std()) == pytest.approx(0.2, rel=0.03)
        assert tensor.dtype is torch.float32
