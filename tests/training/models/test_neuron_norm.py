"""The norm neuron by neuron: its gradient against autograd, what it does not see, what it adds up to."""

from __future__ import annotations

from math import inf, nan

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from margin.tasks import parse
from training import settings as blocks
from training.config import Config
from training.limits import refuse
from training.losses import CrossEntropy
from training.models import autograd, neuron_norm
from training.models.embedding import Embedding, initial
from training.population import Population

CLOSE = {torch.float64: 1e-11, torch.float32: 2e-4}


def network(n: int, k: int, width: int, dimension: int, dtype: torch.dtype = torch.float64, seed: int = 0) -> Embedding:
    population, chosen = Population(parse(f"mod:{n}", k)), blocks.Embedding(width, dimension=dimension)
    return Embedding(population, initial(chosen, population, torch.Generator().manual_seed(seed), dtype))


def brute(parameters: dict[str, Tensor], exponent: float) -> float:
    """A neuron after another, an element after another."""
    k, n, d = parameters["embedding"].shape
    total = 0.0
    for i in range(len(parameters["bias"])):
        square = float(parameters["bias"][i]) ** 2 + sum(float(x) ** 2 for x in parameters["output"][:, i])
        for j in range(k):
            part = parameters["hidden"][i, j * d : (j + 1) * d]
            square += sum(float(parameters["embedding"][j, a] @ part) ** 2 for a in range(n))
        total += square ** (exponent / 2)
    return total


@settings(max_examples=40)
@given(
    st.integers(1, 4),
    st.integers(2, 9),
    st.integers(1, 3),
    st.integers(1, 13),
    st.integers(1, 6),
    st.integers(1, 60),
    st.sampled_from([2.0, 2.5, 3.0, 4.0]),
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
    exponent: float,
    alone: bool,
    dtype: torch.dtype,
) -> None:
    """Of the whole loss, by the batched products of several networks; each with its own inputs."""
    models, loss = (
        [network(n, k, width, dimension, dtype, seed) for seed in range(count)],
        CrossEntropy(0.01, exponent, exponent),
    )
    for model in models:
        model.by_neurons = exponent
    numbers = torch.randint(n**k, (count, rows), generator=torch.Generator().manual_seed(n * rows))
    parameters = {name: torch.stack([model.parameters[name] for model in models]) for name in models[0].parameters}
    gradients = {name: torch.full_like(tensor, torch.nan) for name, tensor in parameters.items()}
    values = models[0].batched(alone).step(parameters, gradients, numbers, loss)
    for i, model in enumerate(models):
        expected, slopes = autograd.step(model, loss, numbers[i])
        assert float(values[i]) == pytest.approx(float(expected), rel=CLOSE[dtype])
        for name, slope in slopes.items():
            scale = float(slope.abs().max())
            assert float((gradients[name][i] - slope).abs().max()) <= CLOSE[dtype] * max(scale, 1e-3)


@pytest.mark.parametrize(("n", "k", "exponent"), [(2, 1, 2.0), (5, 2, 2.0), (6, 2, 3.0), (3, 3, 2.5)])
def test_it_is_what_a_loop_over_neurons_and_elements_adds_up(n: int, k: int, exponent: float) -> None:
    model = network(n, k, 7, 3)
    model.by_neurons = exponent
    assert float(model.size(model.parameters)) == pytest.approx(brute(dict(model.parameters), exponent), rel=1e-12)
    assert model.by_neurons != 2 or brute(dict(model.parameters), 3.0) != pytest.approx(
        float(model.size(model.parameters))
    )


def test_factors_that_give_the_same_neurons_cost_the_same() -> None:
    """E A and H A^-T compute the same; weight decay sees the difference, this norm does not."""
    model = network(7, 2, 11, 4)
    turn = torch.randn(4, 4, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    p = dict(model.parameters)
    other = p | {"embedding": p["embedding"] @ turn}
    other["hidden"] = torch.cat([part @ torch.linalg.inv(turn).T for part in torch.split(p["hidden"], 4, 1)], 1)
    before = float(model.size(p)), float(neuron_norm.size(p, 2.0))
    after = float(model.size(other)), float(neuron_norm.size(other, 2.0))
    assert after[1] == pytest.approx(before[1], rel=1e-10)
    assert after[0] != pytest.approx(before[0], rel=1e-2)


def test_it_is_homogeneous_as_the_neurons_are_and_adds_up_over_them() -> None:
    """Input sums, bias and output times t: logits less offset times t^2, and the norm too at exponent 2."""
    model, t = network(5, 2, 6, 3), 1.7
    p = dict(model.parameters) | {"offset": torch.zeros(5, dtype=torch.float64)}
    scaled = p | {name: t * p[name] for name in ("embedding", "bias", "output")}
    inputs = model.population.inputs(torch.arange(25))
    assert torch.allclose(model.forward(scaled, inputs)["logits"], t**2 * model.forward(p, inputs)["logits"])
    assert float(neuron_norm.size(scaled, 2.0)) == pytest.approx(t**2 * float(neuron_norm.size(p, 2.0)))
    assert float(neuron_norm.size(scaled, 3.0)) == pytest.approx(t**3 * float(neuron_norm.size(p, 3.0)))
    halves = [
        {"embedding": p["embedding"], "hidden": p["hidden"][i], "bias": p["bias"][i], "output": p["output"][:, i]}
        for i in (slice(0, 2), slice(2, 6))
    ]
    for exponent in (2.0, 3.0):
        whole = float(neuron_norm.size(p, exponent))
        assert sum(float(neuron_norm.size(half, exponent)) for half in halves) == pytest.approx(whole)


def test_neurons_without_weights_have_a_gradient() -> None:
    model = network(3, 2, 2, 2)
    p = {name: torch.zeros_like(tensor)[None] for name, tensor in model.parameters.items()}
    for exponent in (2.0, 3.0):
        g = {name: torch.full_like(tensor, torch.nan) for name, tensor in p.items()}
        assert neuron_norm.charge(p, g, exponent, 0.5).tolist() == [0.0]
        assert all(not tensor.any() for tensor in g.values())


@pytest.mark.parametrize("exponent", [1.0, 1.999, nan, -inf])
def test_exponents_without_a_gradient_are_refused(exponent: float) -> None:
    with pytest.raises(ValueError, match=r"with norm = neurons, expected a number >= 2"):
        neuron_norm.require(exponent)


SMALL = {"task": "mod:5", "k": 2, "width": 4, "strength": 0.1, "strength_unit": "one"}


def test_runs_refuse_what_has_no_such_norm() -> None:
    refuse(Config.of(**SMALL, model="embedding", norm="neurons"))
    with pytest.raises(ValueError, match=r"norm = neurons with model = neurons, expected model = embedding"):
        refuse(Config.of(**SMALL, norm="neurons"))
    with pytest.raises(ValueError, match=r"exponent = 1.5 with norm = neurons, expected a number >= 2"):
        refuse(Config.of(**SMALL, model="embedding", norm="neurons", exponent=1.5))
    with pytest.raises(ValueError, match=r"norm = 'layers', expected one of parameters, neurons"):
        Config.of(**SMALL, model="embedding", norm="layers")
    with pytest.raises(ValueError, match=r"init = 1e\+30: lambda \|\|theta\|\|\^r of the initial weights"):
        refuse(Config.of(**SMALL, model="embedding", norm="neurons", init=1e30))


def test_saved_configs_keep_their_hashes() -> None:
    """The setting does not enter them where it is not used, and does where it is."""
    before = Config.of(**SMALL, model="embedding")
    assert b"norm" not in before.canonical()
    assert before.changed({"norm": "parameters"}).digest() == before.digest()
    assert before.changed({"norm": "neurons"}).digest() != before.digest()
