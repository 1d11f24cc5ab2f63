"""Recorded steps: one recording a shape, its numbers copied in, one replay a call; on CUDA the same as unrecorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
import torch
from torch import Tensor

from tests.training.ensembles.test_ensemble import BATCHES, EMBEDDING, configs
from training.ensembles.ensemble import Ensemble
from training.ensembles.recorded import WARM, Recorded
from training.losses import CrossEntropy, Loss

LOSS = CrossEntropy(0.0, 2.0, 1)
Work = Callable[[], Any]


class Graph:
    """In place of a CUDA graph: what is recorded is not done, but for its shapes; a replay does it in place."""

    recording: Graph | None = None

    def __init__(self) -> None:
        self.work: list[Work] = []
        self.replays = 0

    def replay(self) -> None:
        self.replays += 1
        for work in self.work:
            work()


class Steps:
    """Of every network the sum of its parameter times the numbers; the gradient is the numbers'."""

    def __init__(self) -> None:
        self.done = 0

    def step(
        self, parameters: Mapping[str, Tensor], gradients: Mapping[str, Tensor], numbers: Tensor | None, loss: Loss
    ) -> Tensor:
        values = torch.zeros(len(parameters["a"]))

        def work() -> None:
            self.done += 1
            inputs = torch.ones(len(values), 2) if numbers is None else numbers.to(torch.float32)
            gradients["a"].copy_(inputs.sum(1))
            values.copy_(parameters["a"] * inputs.sum(1))

        if Graph.recording is None:
            work()
        else:
            Graph.recording.work.append(work)
        return values


class Stream:
    """In place of a stream: remembers for what it waited."""

    def __init__(self) -> None:
        self.waited: list[Stream] = []

    def wait_stream(self, other: Stream) -> None:
        self.waited.append(other)


@pytest.fixture
def cuda(monkeypatch: pytest.MonkeyPatch) -> Stream:
    """Stand-ins for what is used of torch.cuda; the current stream."""
    here = Stream()

    @contextmanager
    def recording(graph: Graph) -> Iterator[None]:
        Graph.recording = graph
        yield
        Graph.recording = None

    @contextmanager
    def stream(other: Stream) -> Iterator[None]:
        assert other.waited == [here]  # what the step reads is there
        assert here.waited == []
        yield

    for name, value in {
        "CUDAGraph": Graph,
        "graph": recording,
        "stream": stream,
        "Stream": Stream,
        "current_stream": lambda: here,
    }.items():
        monkeypatch.setattr(torch.cuda, name, value)
    return here


def tensors() -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    return {"a": torch.tensor([1.0, 10.0, 100.0])}, {"a": torch.zeros(3)}


def test_numbers_are_copied_and_each_call_is_one_replay(cuda: Stream) -> None:
    steps = Steps()
    one, (parameters, gradients) = Recorded(steps), tensors()
    first, second = torch.tensor([[1, 2], [3, 4], [5, 6]]), torch.tensor([[7, 7], [0, 1], [2, 2]])
    for call, numbers in enumerate((first, second, first), 1):
        before = numbers.clone()
        losses = one.step(parameters, gradients, numbers, LOSS)
        sums = numbers.sum(1).to(torch.float32)
        assert torch.equal(losses, parameters["a"] * sums)
        assert torch.equal(gradients["a"], sums)
        assert torch.equal(numbers, before)  # the caller's are not written on
        assert len(one.recordings) == 1
        ((graph, held, _),) = one.recordings.values()
        assert isinstance(graph, Graph)
        assert (graph.replays, steps.done) == (call, WARM + call)
        assert held is not None
        assert held.data_ptr() != numbers.data_ptr()
    assert len(cuda.waited) == 1  # for the steps before the recording
    parameters["a"] *= 2  # as an optimiser does, in place
    assert torch.equal(one.step(parameters, gradients, first, LOSS), parameters["a"] * first.sum(1))


def test_every_shape_has_a_recording_of_its_own(cuda: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    one, (parameters, gradients) = Recorded(Steps()), tensors()
    narrow, wide = torch.ones(3, 2, dtype=torch.long), torch.ones(3, 4, dtype=torch.long)
    for numbers, each in ((narrow, 2), (wide, 4), (None, 2), (narrow, 2), (None, 2)):
        cuda.waited.clear()
        assert torch.equal(one.step(parameters, gradients, numbers, LOSS), parameters["a"] * each)
    assert list(one.recordings) == [narrow.shape, wide.shape, None]
    assert [graph.replays for graph, _, _ in one.recordings.values() if isinstance(graph, Graph)] == [2, 1, 2]


def test_a_step_that_adds_to_what_was_there_would_be_seen(cuda: Stream) -> None:
    """A step is repeated before its recording, so that one which adds to its gradients cannot be recorded."""

    class Adding(Steps):
        def step(
            self, parameters: Mapping[str, Tensor], gradients: Mapping[str, Tensor], numbers: Tensor | None, loss: Loss
        ) -> Tensor:
            if Graph.recording is None:
                gradients["a"].add_(1)
            return torch.zeros(3)

    (parameters, gradients), one = tensors(), Recorded(Adding())
    one.step(parameters, gradients, None, LOSS)
    assert gradients["a"].tolist() == [WARM] * 3


@pytest.mark.parametrize("kind", [BATCHES, {}])
def test_steps_by_hand_write_their_gradients_anew(kind: dict[str, Any]) -> None:
    """What recording asks of them: from any gradients the same, and the parameters stay."""
    ensemble = Ensemble(configs(EMBEDDING | kind))
    numbers, stack = ensemble._numbers(), ensemble.stack
    before = {name: tensor.clone() for name, tensor in stack.parameters.items()}
    found = []
    for start in (0.0, 7.0):
        for gradient in stack.gradients.values():
            gradient.fill_(start)
        losses = ensemble.steps.step(stack.parameters, stack.gradients, numbers, ensemble.loss).clone()
        found.append([losses, *(gradient.clone() for gradient in stack.gradients.values())])
    assert all(torch.equal(a, b) for a, b in zip(*found, strict=True))
    assert all(torch.equal(stack.parameters[name], tensor) for name, tensor in before.items())


def test_steps_on_a_processor_are_not_recorded() -> None:
    assert not isinstance(Ensemble(configs(EMBEDDING | BATCHES)).steps, Recorded)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@pytest.mark.parametrize("kind", [BATCHES, {"batch_kind": "inputs", "train_share": 0.6}])
def test_on_cuda_recorded_losses_are_those_of_steps_that_are_not(kind: dict[str, Any]) -> None:
    """To rounding of the first steps: sums over the inputs have no fixed order there."""
    played, plain = (Ensemble(configs(EMBEDDING | kind, device="cuda")) for _ in range(2))
    assert isinstance(played.steps, Recorded)
    assert isinstance(plain.steps, Recorded)
    plain.steps = plain.steps.steps
    first = played.advance().clone()
    assert torch.allclose(first, plain.advance(), rtol=1e-5)
    for name, gradient in played.stack.gradients.items():
        assert torch.allclose(gradient, plain.stack.gradients[name], rtol=1e-3, atol=1e-6)
    for _ in range(3):
        losses = played.advance().clone()
        assert torch.allclose(losses, plain.advance(), rtol=1e-2)
    assert not torch.equal(losses, first)  # it goes on
    if "batch" in kind:  # of the whole set Adam makes the rounding of sums large
        for name, tensor in played.stack.parameters.items():
            assert torch.allclose(tensor, plain.stack.parameters[name], atol=1e-4)
