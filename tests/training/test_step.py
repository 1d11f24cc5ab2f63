"""The fused steps against plain autograd in float64, and plain autograd against loops over inputs."""

from __future__ import annotations

from collections.abc import Callable
from math import log
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from tests.helpers import oracles
from training import reference, step
from training.losses import CrossEntropy, Loss, SoftMinimum
from training.step import BitStep, DirectStep, FactoredStep, GatherStep, Step, step_for
from training.tasks import Problem, problem

CPU = torch.device("cpu")
TASKS = [("mod:7", 1), ("mod:7", 2), ("mod:6", 3), ("mod:4", 4), ("group:S3", 2), ("group:S3", 3), ("parity:6", 3)]
LOSSES: dict[str, Callable[[Problem], Loss]] = {
    "cross-entropy": lambda p: CrossEntropy(1e-2, p.degree, p.degree),
    "cross-entropy, r = 1": lambda p: CrossEntropy(1e-2, 1.0, p.degree),
    "soft minimum": lambda p: SoftMinimum(30.0, p.gamma or 0.3),
    "sharp minimum": lambda p: SoftMinimum(3000.0, p.gamma or 0.3),
}


def weights(task: Problem, width: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    first, second = task.shapes(width)
    return tuple(torch.randn(s, generator=generator, dtype=torch.float64) for s in (first, second))  # type: ignore[return-value]


def forms(task: Problem) -> list[type[Step]]:
    """All forms of the step that a task has."""
    if not task.one_hot:
        return [BitStep]
    factored = task.k > 1 and task.activation == "power"
    return [DirectStep, GatherStep, *([FactoredStep] if factored else [])]


def assert_same(task: Problem, form: type[Step], loss: Loss, width: int = 9, batch: Tensor | None = None) -> None:
    U, W = weights(task, width)
    compute = form(task, width, torch.float64, CPU)
    rows = batch
    if batch is not None and form in (DirectStep, FactoredStep):
        rows = (batch[:, None] * task.n + torch.arange(task.n)).reshape(-1)
    value, dU, dW = reference.step(task, U, W, loss, rows)
    for _ in range(2):  # buffers are used again
        found = compute(U, W, loss, batch)
        assert float(found) == pytest.approx(float(value), rel=1e-10)
        assert relative(compute.dU, dU) < 1e-10
        assert relative(compute.dW, dW) < 1e-10


def relative(found: Tensor, wanted: Tensor) -> float:
    return float((found - wanted).abs().max() / wanted.abs().max())


@pytest.fixture(params=[10**6, 60], ids=["one chunk", "many chunks"])
def chunks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step, "DIRECT_FLOATS", request.param)
    monkeypatch.setattr(step, "FACTORED_FLOATS", request.param)
    monkeypatch.setattr(step, "FACTORED_ROWS", max(2, request.param // 10))


@pytest.mark.usefixtures("chunks")
@pytest.mark.parametrize("activation", ["power", "relu"])
@pytest.mark.parametrize(("task", "k"), TASKS)
@pytest.mark.parametrize("loss", LOSSES)
def test_every_step_agrees_with_autograd(task: str, k: int, activation: str, loss: str) -> None:
    found = problem(task, k, activation)
    for form in forms(found):
        assert_same(found, form, LOSSES[loss](found))


@pytest.mark.usefixtures("chunks")
@pytest.mark.parametrize(("task", "k"), [("mod:7", 2), ("mod:5", 3), ("group:S3", 3)])
@pytest.mark.parametrize("loss", LOSSES)
def test_batches_agree_with_autograd(task: str, k: int, loss: str) -> None:
    found = problem(task, k)
    batch = torch.tensor([3, 0, 4])
    for form in forms(found):
        assert_same(found, form, LOSSES[loss](found), batch=batch)


@settings(max_examples=15)
@given(n=st.integers(2, 6), k=st.integers(1, 3), width=st.integers(1, 12), floats=st.integers(20, 400))
def test_any_size_and_any_chunk(n: int, k: int, width: int, floats: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(step, "DIRECT_FLOATS", floats)
        patch.setattr(step, "FACTORED_FLOATS", floats)
        patch.setattr(step, "FACTORED_ROWS", 1 + floats // 20)
        task = problem(f"mod:{n}", k)
        for form in forms(task):
            assert_same(task, form, LOSSES["cross-entropy"](task), width)
            assert_same(task, form, LOSSES["soft minimum"](task), width)


def test_a_wrong_gradient_is_noticed() -> None:
    class Wrong(DirectStep):
        def accumulate(self, U: Tensor, W: Tensor, loss: Loss, batch: Tensor | None) -> None:
            super().accumulate(U, W, loss, batch)
            self.dU[0, 0, 0] *= 1 + 1e-6

    task = problem("mod:7", 2)
    with pytest.raises(AssertionError):
        assert_same(task, Wrong, LOSSES["cross-entropy"](task))


@pytest.mark.parametrize(("n", "k"), [(5, 2), (4, 3), (7, 1)])
def test_reference_logits_are_the_definition(n: int, k: int) -> None:
    task = problem(f"mod:{n}", k)
    U, W = weights(task, 6)
    wanted = np.array(list(oracles.logits(U.numpy(), W.numpy()).values()))
    assert np.allclose(reference.logits(task, U, W).numpy(), wanted, rtol=1e-12)
    assert float(reference.masses(U, W, k + 1).sum()) == pytest.approx(oracles.norm_power(U.numpy(), W.numpy()))


def test_reference_losses_are_the_definition() -> None:
    task = problem("mod:5", 2)
    U, W = weights(task, 4)
    assert task.gamma is not None
    gaps, mass = oracles.gaps(U.numpy(), W.numpy()), oracles.norm_power(U.numpy(), W.numpy())
    entropy = np.log1p(np.exp(-gaps).sum(1)).mean() + 1e-2 * mass
    assert float(reference.step(task, U, W, CrossEntropy(1e-2, 3.0, 3))[0]) == pytest.approx(entropy)
    root = np.log1p(np.exp(-gaps).sum(1)).mean() + 1e-2 * mass ** (1 / 3)
    assert float(reference.step(task, U, W, CrossEntropy(1e-2, 1.0, 3))[0]) == pytest.approx(root)
    soft = log(np.exp(-30 * gaps / mass / task.gamma).sum()) / 30
    assert float(reference.step(task, U, W, SoftMinimum(30.0, task.gamma))[0]) == pytest.approx(soft)
    sharp = float(reference.step(task, U, W, SoftMinimum(1e6, task.gamma))[0])
    assert sharp == pytest.approx(-gaps.min() / mass / task.gamma, abs=1e-4)


def test_relu_reference_is_the_definition() -> None:
    task = problem("mod:5", 2, "relu")
    U, W = weights(task, 4)
    hidden = np.maximum(U[0].numpy()[:, None] + U[1].numpy()[None], 0).reshape(-1, 4)
    assert np.allclose(reference.logits(task, U, W).numpy(), hidden @ W.numpy())
    assert task.degree == 2


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
    monkeypatch.setattr(step, "DIRECT_FLOATS", 20_000)
    task, width = problem("mod:11", 3), 64
    U, W = weights(task, width)
    loss = LOSSES["cross-entropy"](task)
    whole = task.population * width
    with Largest() as seen:  # type: ignore[no-untyped-call]
        form(task, width, torch.float64, CPU)(U, W, loss)
    assert 0 < seen.size < whole / 3
    with Largest() as seen:  # type: ignore[no-untyped-call]
        reference.step(task, U, W, loss)
    assert seen.size >= whole


def test_the_form_chosen() -> None:
    def chosen(task: str, k: int, activation: str = "power", rows: bool = False) -> type[Step]:
        return type(step_for(problem(task, k, activation), 4, torch.float32, CPU, rows))

    assert chosen("mod:13", 3) is FactoredStep
    assert chosen("mod:13", 2) is DirectStep
    assert chosen("mod:13", 3, "relu") is DirectStep
    assert chosen("mod:13", 3, rows=True) is GatherStep
    assert chosen("parity:5", 2) is BitStep


def test_large_logits_do_not_overflow() -> None:
    task = problem("mod:5", 2)
    U, W = (100 * w.float() for w in weights(task, 4))
    for make in LOSSES.values():
        compute = DirectStep(task, 4, torch.float32, CPU)
        assert bool(torch.isfinite(compute(U, W, make(task))))
        assert bool(torch.isfinite(compute.dU).all() and torch.isfinite(compute.dW).all())
