"""A step recorded on a CUDA device and played back: one launch in place of one for each operation, the same numbers."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from training.losses import Loss
from training.models.model import Batched

WARM = 3  # steps before a recording, in which libraries take the memory that they keep


class Recorded:
    """`steps` as it is, but for the launches; called with the same parameters, gradients and loss every time.

    Each shape of `numbers` has a recording of its own. The losses that a call returns are overwritten by the next.
    """

    def __init__(self, steps: Batched) -> None:
        self.steps = steps
        self.recordings: dict[torch.Size | None, tuple[torch.cuda.CUDAGraph, Tensor | None, Tensor]] = {}

    def step(
        self, parameters: Mapping[str, Tensor], gradients: Mapping[str, Tensor], numbers: Tensor | None, loss: Loss
    ) -> Tensor:
        """As `Batched.step`."""
        shape = None if numbers is None else numbers.shape
        if shape not in self.recordings:
            self.recordings[shape] = self._recorded(parameters, gradients, numbers, loss)
        graph, held, values = self.recordings[shape]
        if held is not None and numbers is not None:
            held.copy_(numbers)
        graph.replay()
        return values

    def _recorded(
        self, parameters: Mapping[str, Tensor], gradients: Mapping[str, Tensor], numbers: Tensor | None, loss: Loss
    ) -> tuple[torch.cuda.CUDAGraph, Tensor | None, Tensor]:
        held = None if numbers is None else numbers.clone()
        here, apart = torch.cuda.current_stream(), torch.cuda.Stream()  # type: ignore[no-untyped-call]
        apart.wait_stream(here)
        with torch.cuda.stream(apart):  # a step writes gradients alone, so that it can be repeated
            for _ in range(WARM):
                self.steps.step(parameters, gradients, held, loss)
        here.wait_stream(apart)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            values = self.steps.step(parameters, gradients, held, loss)
        return graph, held, values
