"""The fused steps against plain autograd in float64, and plain autograd against loops over inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from margin.networks.activations import NAMED
from margin.tasks import parse
from training import settings
from training.losses import CrossEntropy, Loss, SoftMinimum, Squared
from training.models import autograd
from training.models.fused import step as fused
from training.models.fused.arrays import ArrayStep, has_arrays
from training.models.fused.choice import SharedStep, step_for
from training.models.fused.step import BitStep, DirectStep, FactoredStep, GatherStep, Step
from training.models.neurons import Neurons, shapes
from training.population import Population

CPU = torch.device("cpu")
TASKS = [("mod:7", 1), ("mod:7", 2), ("mod:6", 3), ("mod:4", 4), ("group:S3", 2), ("group:S3", 3), ("parity:6", 3)]
TASKS += [("shared:5", 1), ("shared:7", 2), ("shared:5", 3)]
LOSSES: dict[str, Callable[[int], Loss]] = {  # of the degree
    "cross-entropy": lambda degree: CrossEntropy(1e-2, degree, degree),
    "cross-entropy, r = 1": lambda degree: CrossEntropy(1e-2, 1.0, degree),
    "squared": lambda degree: Squared(1e-2, degree, degree),
    "soft minimum": lambda degree: SoftMinimum(30.0, 0.03),
    "sharp minimum": lambda degree: SoftMinimum(3000.0, 0.03),
}


def network(task: str, k: int, width: int = 9, activation: str = "power") -> Neurons:
    """Random weights in float64."""
    generator, population = torch.Generator().manual_seed(0), Population(parse(task, k))
    U, W = (torch.randn(s, generator=generator, dtype=torch.float64) for s in shapes(population, width))
    return Neurons(population, settings.Neurons(width, activation), U, W)


def forms(model: Neurons) -> list[type[Step]]:
    """All forms of the step that a network has."""
    if not model.population.elements:
        return [BitStep]
    if model.population.embeddings < model.population.k:
        return [SharedStep]
    factored = model.population.k > 1 and model.chosen.activation == "power"
    arrays = has_arrays(model.population, model.chosen, torch.float64, CPU)
    return [DirectStep, GatherStep, *([FactoredStep] if factored else []), *([ArrayStep] if arrays else [])]


def assert_same(model: Neurons, form: type[Step], loss: Loss, batch: Tensor | None = None) -> None:
    compute = form(model.population, model.chosen, torch.float64, CPU)
    rows = batch
    if batch is not None and form in (DirectStep, FactoredStep, SharedStep, ArrayStep):
        rows = model.population.of_prefixes(batch)
    value, gradients = autograd.step(model, loss, rows)
    for _ in range(2):  # buffers are used again
        again = compute(model.U, model.W, loss, batch)
        assert float(again) == pytest.approx(float(value), rel=1e-10)
        assert relative(compute.dU, gradients["U"]) < 1e-10
        assert relative(compute.dW, gradients["W"]) < 1e-10


def relative(found: Tensor, wanted: Tensor) -> float:
    return float((found - wanted).abs().max() / wanted.abs().max())


@pytest.fixture(params=[10**6, 60], ids=["one chunk", "many chunks"])
def chunks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fused, "DIRECT_FLOATS", request.param)
    monkeypatch.setattr(fused, "FACTORED_FLOATS", request.param)
    monkeypatch.setattr(fused, "FACTORED_ROWS", max(2, request.param // 10))


@pytest.mark.usefixtures("chunks")
@pytest.mark.parametrize("activation", ["power", "2*x^3", *sorted({a.name.lower() for a in NAMED.values()})])
@pytest.mark.parametrize(("task", "k"), TASKS)
@pytest.mark.parametrize("loss", LOSSES)
def test_every_step_agrees_with_autograd(task: str, k: int, activation: str, loss: str) -> None:
    model = network(task, k, activation=activation)
    for form in forms(model):
        assert_same(model, form, LOSSES[loss](model.degree))


@pytest.mark.usefixtures("chunks")
@pytest.mark.parametrize(("task", "k"), [("mod:7", 2), ("mod:5", 3), ("group:S3", 3), ("shared:7", 2)])
@pytest.mark.parametrize("loss", LOSSES)
def test_batches_agree_with_autograd(task: str, k: int, loss: str) -> None:
    model = network(task, k)
    batch = torch.tensor([3, 0, 4])
    for form in forms(model):
        assert_same(model, form, LOSSES[loss](model.degree), batch=batch)


@trials(max_examples=15)
@given(n=st.integers(2, 6), k=st.integers(1, 3), width=st.integers(1, 12), floats=st.integers(20, 400))
def test_any_size_and_any_chunk(n: int, k: int, width: int, floats: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fused, "DIRECT_FLOATS", floats)
        patch.setattr(fused, "FACTORED_FLOATS", floats)
        patch.setattr(fused, "FACTORED_ROWS", 1 + floats // 20)
        model = network(f"mod:{n}", k, width)
        for form in forms(model):
            assert_same(model, form, LOSSES["cross-entropy"](model.degree))
            assert_same(model, form, LOSSES["soft minimum"](model.degree))


@pytest.mark.parametrize("loss", LOSSES)
def test_a_shared_embedding_takes_batches_of_inputs_too(loss: str) -> None:
    model, rows = network("shared:7", 2), torch.tensor([3, 48, 11, 3])
    chosen = LOSSES[loss](model.degree)
    value, gradients = autograd.step(model, chosen, rows)
    compute = step_for(model.population, model.chosen, torch.float64, CPU, rows=True)
    assert float(compute(model.U, model.W, chosen, rows)) == pytest.approx(float(value), rel=1e-10)
    assert relative(compute.dU, gradients["U"]) < 1e-10
    assert relative(compute.dW, gradients["W"]) < 1e-10


def test_a_shared_embedding_counts_once() -> None:
    """U (1, n, m): the logits are those of k equal embeddings, the masses are not."""
    shared, separate = network("shared:7", 2), network("mod:7", 2)
    each = {"U": shared.U.expand(2, -1, -1), "W": shared.W}
    assert torch.equal(shared.on_population(shared.parameters), separate.on_population(each))
    squares = shared.U.square().sum((0, 1)) + shared.W.square().sum(1)
    assert torch.equal(shared.masses(shared.parameters), squares**1.5)
    assert bool((separate.masses(each) > shared.masses(shared.parameters)).all())


def test_a_wrong_gradient_is_noticed() -> None:
    class Wrong(DirectStep):
        def accumulate(self, U: Tensor, W: Tensor, loss: Loss, batch: Tensor | None) -> None:
            super().accumulate(U, W, loss, batch)
            self.dU[0, 0, 0] *= 1 + 1e-6

    with pytest.raises(AssertionError):
        assert_same(network("mod:7", 2), Wrong, LOSSES["cross-entropy"](3))


class Largest(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Notes the size of the largest tensor that any operation returns."""

    size = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if isinstance(result, Tensor):
            self.size = max(self.size, result.numel())
        return result


@pytest.mark.parametrize("form", [DirectStep, FactoredStep])
def test_nothing_of_the_size_of_the_hidden_layer_is_stored(form: type[Step], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fused, "DIRECT_FLOATS", 20_000)
    model = network("mod:11", 3, 64)
    loss = LOSSES["cross-entropy"](model.degree)
    hidden = model.population.size * 64
    with Largest() as seen:  # type: ignore[no-untyped-call]
        form(model.population, model.chosen, torch.float64, CPU)(model.U, model.W, loss)
    assert 0 < seen.size < hidden / 3
    with Largest() as seen:  # type: ignore[no-untyped-call]
        autograd.step(model, loss)
    assert seen.size >= hidden


def test_the_form_chosen() -> None:
    def chosen(task: str, k: int, activation: str = "power", rows: bool = False) -> type[Step]:
        chosen = settings.Neurons(4, activation)
        return type(step_for(Population(parse(task, k)), chosen, torch.float32, CPU, rows))

    assert chosen("mod:13", 3) is FactoredStep
    assert chosen("mod:13", 2) is ArrayStep
    assert chosen("mod:13", 2, "relu") is DirectStep
    assert chosen("mod:283", 2) is DirectStep  # 320,356 hidden sums
    assert chosen("mod:13", 3, "relu") is DirectStep
    assert chosen("mod:13", 3, rows=True) is GatherStep
    assert chosen("parity:5", 2) is BitStep


def test_large_logits_do_not_overflow() -> None:
    model = network("mod:5", 2, 4)
    U, W = (100 * w.float() for w in (model.U, model.W))
    for make in LOSSES.values():
        compute = DirectStep(model.population, model.chosen, torch.float32, CPU)
        assert bool(torch.isfinite(compute(U, W, make(3))))
        assert bool(torch.isfinite(compute.dU).all() and torch.isfinite(compute.dW).all())
