"""The batched products of networks of neurons against plain autograd, network by network."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from margin.tasks import parse
from training import settings as blocks
from training.losses import CrossEntropy, Loss, SoftMinimum
from training.models import autograd
from training.models.batched import neurons as batched
from training.models.batched.neurons import NeuronProducts
from training.models.neurons import Neurons, initial_weights
from training.population import Population


def networks(count: int, task: str, k: int, width: int, activation: str = "power") -> list[Neurons]:
    population, chosen = Population(parse(task, k)), blocks.Neurons(width, activation, init=0.5)
    seeds = (torch.Generator().manual_seed(seed) for seed in range(count))
    return [Neurons(population, chosen, *initial_weights(chosen, population, seed, torch.float64)) for seed in seeds]


def together(models: list[Neurons], numbers: Tensor | None, loss: Loss) -> dict[str, Tensor]:
    """Losses and gradients by the batched products, networks first."""
    parameters = {name: torch.stack([model.parameters[name] for model in models]) for name in ("U", "W")}
    gradients = {name: torch.full_like(tensor, torch.nan) for name, tensor in parameters.items()}
    products = models[0].batched(False)
    assert isinstance(products, NeuronProducts)
    for _ in range(2):  # work memory is used again, and nothing of the first time is left in it
        values = products.step(parameters, gradients, numbers, loss)
    return gradients | {"loss": values}


def assert_same(models: list[Neurons], values: dict[str, Tensor], numbers: Tensor | None, loss: Loss) -> None:
    for i, model in enumerate(models):
        expected, slopes = autograd.step(model, loss, None if numbers is None else numbers[i])
        assert float(values["loss"][i]) == pytest.approx(float(expected), rel=1e-11)
        for name, slope in slopes.items():
            assert float((values[name][i] - slope).abs().max()) <= 1e-11 * float(slope.abs().max())


@settings(max_examples=40)
@given(
    st.integers(1, 4),
    st.sampled_from(["mod:2", "mod:3", "mod:6", "mod:9", "mod:17", "group:S3"]),
    st.integers(1, 4),
    st.integers(1, 13),
    st.sampled_from(["power", "relu", "x^2"]),
    st.sampled_from([(1e-2, 3.0), (0.0, 3.0), (1e-2, 1.0)]),
    st.one_of(st.none(), st.integers(1, 40)),
    st.sampled_from([40, 400_000]),
)
def test_gradients_are_those_of_autograd(
    count: int,
    task: str,
    k: int,
    width: int,
    activation: str,
    regulariser: tuple[float, float],
    rows: int | None,
    most: int,
) -> None:
    """The population, and inputs of each network's own; all networks in one piece, and one after another."""
    models = networks(count, task, min(k, 2) if task == "mod:17" else k, width, activation)
    loss = CrossEntropy(*regulariser, models[0].degree)
    size = models[0].population.size
    numbers = None
    if rows is not None:
        numbers = torch.randint(size, (count, rows), generator=torch.Generator().manual_seed(rows))
    with pytest.MonkeyPatch.context() as patch:
        values = models[0].batched(False)
        assert values is not None
        patch.setattr(batched, "NUMBERS", max(most, size * width))  # a network alone, or several
        assert_same(models, together(models, numbers, loss), numbers, loss)


def test_a_wrong_gradient_is_noticed() -> None:
    models, loss = networks(2, "mod:5", 2, 4), CrossEntropy(1e-2, 3.0, 3)
    values = together(models, None, loss)
    values["U"][1, 0, 0, 0] *= 1 + 1e-6
    with pytest.raises(AssertionError):
        assert_same(models, values, None, loss)


def test_where_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the bits of separate runs, with a shared embedding, on bits, and where one network fills the processor."""
    model = networks(1, "mod:5", 2, 4)[0]
    assert model.batched(False) is not None
    assert model.batched(True) is None
    assert networks(1, "shared:5", 2, 4)[0].batched(False) is None
    assert networks(1, "parity:5", 2, 4)[0].batched(False) is None
    monkeypatch.setattr(batched, "NUMBERS", 99)
    assert model.batched(False) is None


def test_cross_entropy_alone() -> None:
    with pytest.raises(TypeError, match=r"batched products of SoftMinimum, expected CrossEntropy"):
        together(networks(2, "mod:5", 2, 4), None, SoftMinimum(3.0, 0.1))
