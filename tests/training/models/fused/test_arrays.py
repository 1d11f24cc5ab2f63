"""The step of small networks by numpy against the same step by torch: losses, gradients, whole runs, and when it is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st

from margin.tasks import parse
from training import settings
from training.loop import Training
from training.losses import CrossEntropy, SoftMinimum
from training.models.fused import arrays
from training.models.fused.arrays import ArrayStep, has_arrays
from training.models.fused.step import DirectStep
from training.models.neurons import Neurons, shapes
from training.population import Population
from training.presets import preset

CPU = torch.device("cpu")
EQUAL = {torch.float32: 2e-6, torch.float64: 4e-15}  # of the largest number


def weights(
    population: Population, width: int, dtype: torch.dtype, size: float = 0.3
) -> tuple[torch.Tensor, torch.Tensor]:
    generator, (first, second) = torch.Generator().manual_seed(width), shapes(population, width)
    U, W = (size * torch.randn(shape, generator=generator, dtype=dtype) for shape in (first, second))
    return U, W


def difference(task: str, width: int, dtype: torch.dtype, loss: CrossEntropy, size: float = 0.3) -> float:
    """Largest difference of the loss and both gradients from those of `DirectStep`, relative to the largest number."""
    population, chosen = Population(parse(task, 2)), settings.Neurons(width)
    U, W = weights(population, width, dtype, size)
    found, wanted = (form(population, chosen, dtype, CPU) for form in (ArrayStep, DirectStep))
    assert isinstance(found, ArrayStep)
    for _ in range(2):  # buffers are used again
        mine, theirs = found(U, W, loss), wanted(U, W, loss)
        assert mine.dtype == theirs.dtype == dtype
        assert mine.shape == theirs.shape == ()
    pairs = ((mine, theirs), (found.dU, wanted.dU), (found.dW, wanted.dW))
    return max(float((a - b).abs().max() / b.abs().max()) for a, b in pairs)


@pytest.mark.parametrize("dtype", EQUAL, ids=str)
@pytest.mark.parametrize("exponent", [3.0, 1.0])
@trials(max_examples=12, deadline=None)
@given(
    task=st.sampled_from(["mod:2", "mod:3", "mod:4", "mod:5", "mod:6", "mod:16", "mod:17", "group:S3", "group:Q8"]),
    width=st.integers(1, 40),
)
def test_it_is_the_step_by_torch(task: str, width: int, exponent: float, dtype: torch.dtype) -> None:
    assert difference(task, width, dtype, CrossEntropy(1e-2, exponent, 3)) < EQUAL[dtype]


@pytest.mark.parametrize("dtype", EQUAL, ids=str)
def test_products_by_torch_are_the_same(dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch) -> None:
    for most in (0, 10**9):
        monkeypatch.setattr(arrays, "PRODUCT", most)
        assert difference("mod:7", 9, dtype, CrossEntropy(1e-2, 3, 3)) < EQUAL[dtype]


def test_a_wrong_gradient_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays.ArrayStep, "slope", 2.0001)
    assert difference("mod:7", 9, torch.float64, CrossEntropy(1e-2, 3, 3)) > 1e-6


def test_large_logits_and_dead_neurons() -> None:
    """Probabilities far below the least: no overflow, and the same cut at -80; neurons of zeros have no gradient."""
    assert difference("mod:5", 4, torch.float32, CrossEntropy(1e-9, 3, 3), size=30.0) < EQUAL[torch.float32]
    population, chosen = Population(parse("mod:5", 2)), settings.Neurons(4)
    U, W = (torch.zeros(shape) for shape in shapes(population, 4))
    step = ArrayStep(population, chosen, torch.float32, CPU)
    assert float(step(U, W, CrossEntropy(1e-2, 3, 3))) == pytest.approx(np.log(5))
    assert not step.dU.any()
    assert not step.dW.any()


def test_weights_moved_elsewhere_are_followed() -> None:
    population, chosen = Population(parse("mod:5", 2)), settings.Neurons(4)
    first, second = (weights(population, 4, torch.float64, size) for size in (0.3, 0.6))
    step, loss = ArrayStep(population, chosen, torch.float64, CPU), CrossEntropy(1e-2, 3, 3)
    values = [float(step(*pair, loss)) for pair in (first, second, first)]
    assert values[0] == values[2] != values[1]
    for tensor, other in zip(first, second, strict=True):
        tensor.data = other.clone()  # as ensembles do
    assert float(step(*first, loss)) == values[1]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("bad", [torch.nan, torch.inf])
def test_weights_that_are_not_finite_are_not_hidden(bad: float) -> None:
    population, chosen = Population(parse("mod:5", 2)), settings.Neurons(4)
    U, W = weights(population, 4, torch.float32)
    U[0, 1, 2] = bad
    step = ArrayStep(population, chosen, torch.float32, CPU)
    assert not bool(torch.isfinite(step(U, W, CrossEntropy(1e-2, 3, 3))))
    assert not bool(torch.isfinite(step.dW).all())


def test_parts_and_other_losses_go_by_torch() -> None:
    population, chosen = Population(parse("mod:7", 2)), settings.Neurons(5)
    U, W = weights(population, 5, torch.float64)
    found, wanted = (form(population, chosen, torch.float64, CPU) for form in (ArrayStep, DirectStep))
    for loss, batch in ((SoftMinimum(30.0, 0.03), None), (CrossEntropy(1e-2, 3, 3), torch.tensor([3, 0, 5]))):
        assert float(found(U, W, loss, batch)) == float(wanted(U, W, loss, batch))
        assert torch.equal(found.dU, wanted.dU)
        assert torch.equal(found.dW, wanted.dW)


def test_which_networks_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "get_num_threads", lambda: 1)

    def has(task: str, k: int, width: int, activation: str = "power", **place: Any) -> bool:
        kinds: dict[str, Any] = {"dtype": torch.float32, "device": CPU} | place
        return has_arrays(Population(parse(task, k)), settings.Neurons(width, activation), **kinds)

    assert has("mod:23", 2, 512)
    assert has("group:S4", 2, 64)
    assert not has("mod:23", 2, 640)  # more than one chunk
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    assert has("mod:23", 2, 61)
    assert not has("mod:23", 2, 62)  # 32,798 sums, which torch would share among its threads
    assert not has("mod:5", 3, 8)
    assert not has("mod:5", 2, 8, "relu")
    assert not has("shared:7", 2, 8)
    assert not has("parity:5", 2, 8)
    assert not has("mod:5", 2, 8, device=torch.device("meta"))
    assert not has("mod:5", 2, 8, dtype=torch.bfloat16)


def test_a_run_is_that_of_the_step_by_torch() -> None:
    """Thirty steps in float64 from the same weights."""
    config = preset("mod23").config().changed({"task": "mod:11", "width": 32, "dtype": "float64", "steps": 1000})
    mine, theirs = Training.begin(config), Training.begin(config)
    assert isinstance(mine.model, Neurons)
    assert isinstance(mine.model.compute, ArrayStep)
    assert isinstance(theirs.model, Neurons)
    by_torch = DirectStep(theirs.model.population, theirs.model.chosen, torch.float64, CPU)
    theirs.model.compute = by_torch
    theirs.model.U.grad, theirs.model.W.grad = by_torch.dU, by_torch.dW
    for _ in range(30):
        assert float(mine.advance()) == pytest.approx(float(theirs.advance()), rel=1e-12)
    for name, tensor in theirs.model.parameters.items():
        assert torch.allclose(mine.model.parameters[name], tensor, rtol=0, atol=1e-11)


def test_a_run_goes_on_to_the_same_bits() -> None:
    """Interrupted after each of some steps and begun anew from the weights and the optimiser: equal bit for bit."""
    config = preset("mod23").config().changed({"task": "mod:11", "width": 32, "steps": 1000})
    whole, parts = Training.begin(config), Training.begin(config)
    for _ in range(12):
        whole.advance()
    for _ in range(4):
        again = Training.begin(config)
        for name, tensor in again.model.parameters.items():
            tensor.copy_(parts.model.parameters[name])
        again.optimiser.put_back(parts.optimiser.state())
        again.step, parts = parts.step, again
        for _ in range(3):
            parts.advance()
    for name, tensor in whole.model.parameters.items():
        assert torch.equal(tensor, parts.model.parameters[name])
