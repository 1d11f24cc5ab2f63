"""The batched products of embedding networks against plain autograd, network by network."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from margin.tasks import parse
from training import settings as blocks
from training.losses import CrossEntropy, SoftMinimum
from training.models import autograd
from training.models.batched.embeddings import PER_ELEMENT, ROWS, Products
from training.models.embedding import Embedding, initial
from training.population import Population

CLOSE = {torch.float64: 1e-11, torch.float32: 2e-4}


def networks(count: int, n: int, k: int, width: int, dimension: int, dtype: torch.dtype) -> list[Embedding]:
    population, chosen = Population(parse(f"mod:{n}", k)), blocks.Embedding(width, dimension=dimension)
    generators = (torch.Generator().manual_seed(seed) for seed in range(count))
    return [Embedding(population, initial(chosen, population, generator, dtype)) for generator in generators]


def together(models: list[Embedding], numbers: Tensor | None, loss: CrossEntropy, alone: bool) -> dict[str, Tensor]:
    """Losses and gradients by the batched products, networks first."""
    first = models[0]
    parameters = {name: torch.stack([model.parameters[name] for model in models]) for name in first.parameters}
    gradients = {name: torch.full_like(tensor, torch.nan) for name, tensor in parameters.items()}
    products = first.batched(alone)
    for _ in range(2):  # work memory is used again, and nothing of the first time is left in it
        values = products.step(parameters, gradients, numbers, loss)
    return gradients | {"loss": values}


@settings(max_examples=40)
@given(
    st.integers(1, 4),
    st.integers(2, 9),
    st.integers(1, 3),
    st.integers(1, 13),
    st.integers(1, 6),
    st.integers(1, 60),
    st.sampled_from([(1e-3, 2.0), (0.0, 2.0), (1e-2, 3.0), (1e-2, 1.0)]),
    st.booleans(),
    st.sampled_from(list(CLOSE)),
)
def test_gradients_are_those_of_autograd(
    count: int,
    n: int,
    k: int,
    width: int,
    dimension: int,
    rows: int,
    regulariser: tuple[float, float],
    alone: bool,
    dtype: torch.dtype,
) -> None:
    """Few inputs, by their embeddings, and many, by tables; each network has its own inputs."""
    models, loss = networks(count, n, k, width, dimension, dtype), CrossEntropy(*regulariser, 2)
    numbers = torch.randint(n**k, (count, rows), generator=torch.Generator().manual_seed(n * rows))
    values = together(models, numbers, loss, alone)
    for i, model in enumerate(models):
        expected, slopes = autograd.step(model, loss, numbers[i])
        assert float(values["loss"][i]) == pytest.approx(float(expected), rel=CLOSE[dtype])
        for name, slope in slopes.items():
            scale = float(slope.abs().max())
            assert float((values[name][i] - slope).abs().max()) <= CLOSE[dtype] * max(scale, 1e-3)


def test_the_population_in_parts() -> None:
    """More inputs than are worked on at a time, and no numbers: the population in order."""
    (model,), loss = networks(1, 35, 2, 6, 3, torch.float64), CrossEntropy(1e-3, 2.0, 2)
    assert ROWS < 35**2
    values = together([model], None, loss, True)
    expected, slopes = autograd.step(model, loss)
    assert float(values["loss"][0]) == pytest.approx(float(expected))
    for name, slope in slopes.items():
        assert torch.allclose(values[name][0], slope, rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("rows", [PER_ELEMENT * 7, PER_ELEMENT * 7 + 1])
def test_alone_a_network_does_not_depend_on_the_others(rows: int) -> None:
    models, loss = networks(5, 7, 2, 11, 5, torch.float64), CrossEntropy(1e-3, 2.0, 2)
    numbers = torch.randint(49, (5, rows), generator=torch.Generator().manual_seed(0))
    every, last = together(models, numbers, loss, True), together(models[3:4], numbers[3:4], loss, True)
    for name, value in last.items():
        if name == "loss":
            assert torch.equal(every[name][3], value[0])
        else:  # the memory of the stack is not aligned here, so that products may round otherwise
            assert torch.allclose(every[name][3], value[0], rtol=1e-12, atol=1e-15)


def test_another_loss_is_refused() -> None:
    (model,) = networks(1, 3, 2, 2, 2, torch.float64)
    products: Products = model.batched(True)
    with pytest.raises(TypeError, match="batched products of SoftMinimum, expected CrossEntropy"):
        products.step({}, {}, None, SoftMinimum(10.0, 1.0))
    assert model.step(SoftMinimum(10.0, 1.0)) == pytest.approx(float(autograd.step(model, SoftMinimum(10.0, 1.0))[0]))
