"""Runs that differ in their seed alone, trained as one tensor program: each member is what its own run would be.

Each member has its own generator, and so the initial weights, training inputs and batches of `training.loop` with its
config. In float64 its weights are those of that run, bit for bit; in float32 they are equal to rounding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import torch
from torch import Tensor
from tqdm import tqdm

from training import settings
from training.config import Config
from training.ensembles.recorded import Recorded
from training.ensembles.stack import Stack
from training.ensembles.steps import WAYS, Alone, Vectorised
from training.loop import Training, interval, reached, require_finite
from training.losses import CrossEntropy, SoftMinimum
from training.measure import record
from training.models.model import Batched, Model
from training.optimisers.build import build
from training.schedules import learning_rate, sharpness

DRAWN = 64  # steps whose batches are drawn at once: one call in place of many gives the same numbers


@dataclass(frozen=True)
class Member:
    """What became of a member: the step it ended at, its record and its network there.

    `error` is what a run of its own would have raised, None for one that did not diverge.
    """

    config: Config
    step: int
    record: Mapping[str, Any]
    model: Model
    error: str | None = None


class Ensemble:
    """Raises ValueError for configs that differ in more than the seed, and as `training.limits.refuse`.

    `way`: "products", batched products by hand, for networks that have them; "vmap", any network; "alone", the model's
    own step, one member after another. By default the first that there is; in float64 with the bits of separate runs.
    """

    def __init__(self, configs: Sequence[Config], way: str | None = None) -> None:
        _require_alike(configs)
        self.config = configs[0]
        self.runs = [Training.begin(config) for config in configs]
        first, exact = self.runs[0].model, self.config.execution.dtype == "float64"
        self.loss, self.device = self.runs[0].loss, first.device
        models = [run.model for run in self.runs]
        batched = first.batched(exact) if isinstance(self.loss, CrossEntropy) else None  # of this loss alone
        self.way = way or ("products" if batched is not None else "alone" if exact else "vmap")
        ways = WAYS if batched is not None else WAYS[1:]
        if self.way not in ways:
            raise ValueError(f"way {way!r} with model = {self.config.model.kind}, expected {' or '.join(ways)}")
        self.stack = Stack([model.parameters for model in models], apart=exact)
        self.steps: Batched = Vectorised(first)
        if self.way == "products":
            assert batched is not None
            self.steps = Recorded(batched) if self.device.type == "cuda" else batched
        elif self.way == "alone":
            self.steps = Alone(models, self.stack.parameters)
        self.optimiser = build(self.config.optimiser, self.stack.tensors, 0 if exact else 1)
        rows = [run.rows for run in self.runs if run.rows is not None]
        self.whole = torch.stack(rows) if rows else None
        self.drawn: list[Tensor] = []
        self.step = 0
        self.ended: dict[int, Member] = {}

    def advance(self) -> Tensor:
        """One step of every member; returns their losses before it, (members,)."""
        config = self.config
        if isinstance(self.loss, SoftMinimum) and isinstance(config.loss, settings.SoftMinimum):
            self.loss.sharpness = sharpness(config.loss, self.step, config.steps)
        values = self.steps.step(self.stack.parameters, self.stack.gradients, self._numbers(), self.loss)
        self.optimiser.step(learning_rate(config, self.step))
        self.step += 1
        return values

    def train(self, progress: bool = False) -> list[Member]:
        """All steps; returns the members in order. One that diverges ends alone, and so does one at its goal."""
        every = interval(self.config, self.runs[0].model.population)
        name = f"{self.runs[0].model.population.task}, {len(self.runs)} networks"
        with tqdm(total=self.config.steps, desc=name, disable=None if progress else True) as bar:
            while self.step < self.config.steps and len(self.ended) < len(self.runs):
                losses = self.advance()
                bar.update()
                if self.step % every == 0 or self.step == self.config.steps:
                    self.measure(losses)
        return [self.ended[number] for number in range(len(self.runs))]

    def measure(self, losses: Tensor) -> None:
        """Measure the members that go on, and end those that have diverged, reached their goal or had all steps.

        Before the last step and without a goal nobody reads a record, so that those of finite numbers are let be.
        """
        goes_on = self.step < self.config.steps and self.config.measuring.stop_ratio is None
        fine = (self.stack.finite() & torch.isfinite(losses)).tolist() if goes_on else [False] * len(losses)
        for number, loss in enumerate(losses.tolist()):
            if number not in self.ended and not fine[number]:
                member = self._measured(number, loss)
                if member.error or reached(self.config, dict(member.record)) or self.step == self.config.steps:
                    for tensor in member.model.parameters.values():
                        tensor.data = tensor.data.clone()  # the stack may go on
                    self.ended[number] = member

    def _measured(self, number: int, loss: float) -> Member:
        run, parameters = self.runs[number], self.stack.network(number)
        for name, tensor in run.model.parameters.items():
            tensor.data = parameters[name]
        values: dict[str, Any] = {"step": self.step, "loss": loss if isfinite(loss) else None}
        try:
            require_finite(run.config, self.step, loss, parameters)
        except FloatingPointError as error:
            return Member(run.config, self.step, values, run.model, str(error))
        return Member(run.config, self.step, values | record(run.model, run.gamma, run.rows), run.model)

    def _numbers(self) -> Tensor | None:
        """Numbers of this step's inputs, (members, rows), of prefixes for "alone"; None for the population."""
        data, model = self.config.data, self.runs[0].model
        if not isinstance(data, settings.Batches) or self.step >= data.batch_share * self.config.steps:
            return self.whole
        if model.by_prefix:
            for run in self.runs:
                run.step = self.step
            batches = [batch for run in self.runs if (batch := run.batch()) is not None]
            return torch.stack(batches if self.way == "alone" else list(map(model.population.of_prefixes, batches)))
        if not self.drawn:
            self._draw(data.batch)
        return self.drawn.pop()

    def _draw(self, batch: int) -> None:
        """Batches of the next steps, the nearest last: what each run's generator draws, in one call."""
        count = self.runs[0].model.population.size if self.whole is None else self.whole.shape[1]
        steps = min(DRAWN, self.config.steps - self.step)
        drawn = torch.stack([torch.randint(count, (steps, batch), generator=run.generator) for run in self.runs], 1)
        drawn = drawn.to(self.device)
        self.drawn = list(drawn if self.whole is None else self.whole.expand(steps, -1, -1).gather(2, drawn))[::-1]


def _require_alike(configs: Sequence[Config]) -> None:
    if not configs:
        raise ValueError("an ensemble of no networks, expected at least one")
    for config in configs[1:]:
        if config.changed({"seed": configs[0].seed}) != configs[0]:
            first, other = configs[0].flat(), config.flat()
            names = sorted(name for name in first if name != "seed" and other.get(name) != first[name])
            raise ValueError(f"an ensemble whose members differ in {', '.join(names)}, expected in the seed alone")
