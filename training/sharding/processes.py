"""The processes of one run, started by torchrun: each takes a part of a step's inputs, and the gradients are added up.

The mean over inputs of cross-entropy and of squared loss is the mean of the parts' means, weighted by their inputs, and
so are the gradients, the regulariser's among them. The soft minimum of all is that of the parts' soft minima, and its
gradient the parts', weighted by exp(s value). All processes draw the same numbers and hold the same weights; the first
alone measures and writes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

import torch
from torch import Tensor

from training import settings
from training.config import Config
from training.losses import Loss, SoftMinimum
from training.models.model import Model


def launched() -> bool:
    """Whether torchrun has started this process as one of several."""
    return "TORCHELASTIC_RUN_ID" in os.environ and int(os.environ.get("WORLD_SIZE", "1")) > 1


def rank() -> int:
    """The number of this process among those that torchrun has started, 0 where there is one."""
    return int(os.environ["RANK"]) if launched() else 0


def inputs(model: Model) -> int:
    """How many inputs, or prefixes, the whole population has: what a step's numbers count."""
    return len(model.population.prefixes) if model.by_prefix else model.population.size


class Processes:
    """Those that torchrun has started, joined by gloo, or by nccl on GPUs; a context manager."""

    def __init__(self, device: str) -> None:
        kind = torch.device(device).type
        if kind == "cuda":
            torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
        torch.distributed.init_process_group("nccl" if kind == "cuda" else "gloo")
        torch.distributed.barrier()  # all are connected: one that refuses its task and ends does not break the others
        self.rank, self.count = torch.distributed.get_rank(), torch.distributed.get_world_size()
        self.model: Model | None = None

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *_: object) -> None:
        torch.distributed.destroy_process_group()

    def step(self, model: Model, loss: Loss, batch: Tensor | None) -> Tensor:
        """As `model.step`, by all processes together; the parameters' `grad` are the same in all of them."""
        if self.model is not model:
            self.model = model
            self.whole = self._part(torch.arange(inputs(model), device=model.device))
            numbers = sum(tensor.numel() for tensor in model.parameters.values())
            self.memory = next(iter(model.parameters.values())).new_empty(1 + numbers)  # the loss and the gradients
        if batch is None:
            own, share = self.whole, len(self.whole) / inputs(model)
        else:
            own = self._part(batch)
            share = len(own) / len(batch)
        value = model.step(loss, own)
        gradients = [tensor.grad for tensor in model.parameters.values() if tensor.grad is not None]
        sizes = [1, *(gradient.numel() for gradient in gradients)]
        parts = torch.split(self.memory, sizes)
        weight: Tensor | float = share
        if isinstance(loss, SoftMinimum):
            values = [torch.empty_like(value) for _ in range(self.count)]
            torch.distributed.all_gather(values, value)
            exponents = loss.sharpness * torch.stack(values)
            weight = exponents.softmax(0)[self.rank]
            value = exponents.logsumexp(0) / loss.sharpness / self.count
        else:
            value = share * value
        parts[0].fill_(value)
        for part, gradient in zip(parts[1:], gradients, strict=True):
            torch.mul(gradient, weight, out=part.view_as(gradient))
        torch.distributed.all_reduce(self.memory)
        for part, gradient in zip(parts[1:], gradients, strict=True):
            gradient.copy_(part.view_as(gradient))
        return parts[0].view(()).clone()

    def _part(self, numbers: Tensor) -> Tensor:
        return numbers.tensor_split(self.count)[self.rank]

    def wait(self) -> None:
        """Until all processes are here."""
        torch.distributed.barrier()

    def told(self, value: int, device: torch.device) -> int:
        """What the first process says."""
        said = torch.tensor(value, device=device)
        torch.distributed.broadcast(said, 0)
        return int(said)

    def require_same(self, step: int, parameters: Mapping[str, Tensor]) -> None:
        """Raise ValueError where this process does not go on from where the first one does."""
        first = self.told(step, next(iter(parameters.values())).device)
        if first != step:
            raise ValueError(
                f"process {self.rank} would go on from step {step}, the first from step {first};"
                " expected the run's folder on a disk that all of them share"
            )


def require_parts(config: Config, model: Model, rows: Tensor | None, count: int) -> None:
    """Raise ValueError where a step has fewer inputs, or prefixes, than there are processes."""
    what = "prefixes" if model.by_prefix else "inputs"
    least = inputs(model) if rows is None else len(rows)
    if isinstance(config.data, settings.Batches):
        least = min(least, config.data.batch)
    if least < count:
        raise ValueError(
            f"{count} processes share a step of {least} {what}, expected at most {least}: start fewer with"
            " --nproc-per-node, or choose a larger batch"
        )
