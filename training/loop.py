"""The training loop: from random weights to a measured margin, resumable to the very same result."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path
from time import perf_counter
from typing import Any, BinaryIO

import torch
from torch import Tensor
from tqdm import tqdm

from margin.analysis.clusters import covered
from training import measure, runs, settings
from training.clock import Clock
from training.config import Config
from training.losses import CrossEntropy, Loss, SoftMinimum
from training.models.build import build
from training.models.model import Model
from training.population import Population
from training.prediction import converges, exponent, finite_lambda, gamma, strength
from training.schedules import learning_rate, sharpness

CHECKPOINT_SECONDS = 30.0  # between checkpoints; they do not change the result
LEAST_INTERVAL = 32  # steps between exact margins; with spectra and phases they cost small networks as much as 3 steps
MEASURED_SHARE = 0.1  # exact margins take at most about this share of the arithmetic


@dataclass
class Training:
    """A run in memory: network, optimiser, generator, and how far it is."""

    config: Config
    model: Model
    gamma: float | None  # gamma* of the task and the network; None where nothing is predicted
    optimiser: torch.optim.Optimizer
    generator: torch.Generator
    loss: Loss
    rows: Tensor | None  # numbers of the training inputs; None for the whole population
    step: int = 0

    @classmethod
    def begin(cls, config: Config) -> Training:
        """Random initial weights, as the config's seed says. Raises ValueError as `refuse`."""
        refuse(config)
        population, device = Population(config.task.posed()), _device(config.execution.device)
        torch.set_num_threads(config.execution.threads)
        generator = torch.Generator().manual_seed(config.seed)
        model = build(config, population, generator, device)
        rows, share = None, config.data.train_share
        if share < 1:
            order = torch.randperm(population.size, generator=generator)
            rows = order[: max(1, round(share * population.size))].sort().values.to(device)
        return cls(config, model, gamma(config), _optimiser(config, model), generator, _loss(config), rows)

    def advance(self) -> Tensor:
        """One step; returns the loss before it."""
        config = self.config
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(config, self.step)
        if isinstance(self.loss, SoftMinimum) and isinstance(config.loss, settings.SoftMinimum):
            self.loss.sharpness = sharpness(config.loss, self.step, config.steps)
        value = self.model.step(self.loss, self._batch())
        self.optimiser.step()
        self.step += 1
        return value

    def _batch(self) -> Tensor | None:
        data, device = self.config.data, self.model.device
        if not isinstance(data, settings.Batches) or self.step >= data.batch_share * self.config.steps:
            return self.rows
        if self.model.by_prefix:
            count = len(self.model.population.prefixes)
            return torch.randperm(count, generator=self.generator)[: min(data.batch, count)].to(device)
        count = self.model.population.size if self.rows is None else len(self.rows)
        drawn = torch.randint(count, (data.batch,), generator=self.generator).to(device)
        return drawn if self.rows is None else self.rows[drawn]

    def measure(self, loss: float) -> dict[str, Any]:
        """A record of the trajectory: the step, the loss before it, and what `measure.record` measures."""
        return {"step": self.step, "loss": loss} | measure.record(self.model, self.gamma, self.rows)


def refuse(config: Config, snapshots: Collection[int] = ()) -> None:
    """Raise ValueError or MemoryError for a config that cannot run, before anything is made for it."""
    task = config.task.posed()
    Population(task).require_memory()
    config.model.require(task)
    strength(config)
    if isinstance(config.loss, settings.SoftMinimum) and config.model.degree(config.task.k) is None:
        raise ValueError(
            f"loss = soft_minimum with model = {config.model.kind}: it has no normalised margin, as it is not"
            " homogeneous; expected loss = cross_entropy"
        )
    if config.measuring.stop_ratio is not None and config.model.degree(config.task.k) is None:
        raise ValueError(
            f"stop_ratio = {config.measuring.stop_ratio} with model = {config.model.kind}, of which no gamma* is"
            " predicted; expected stop_ratio = none"
        )
    _device(config.execution.device)
    if snapshots and max(snapshots) > config.steps:
        raise ValueError(f"snapshot after step {max(snapshots)}, expected at most the {config.steps} steps of the run")


def _device(name: str) -> torch.device:
    try:
        device = torch.device(name)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise ValueError(
            f"device {name!r} is not available ({str(error).splitlines()[0]}), expected for example cpu"
        ) from None
    return device


def _optimiser(config: Config, model: Model) -> torch.optim.Optimizer:
    chosen, parameters = config.optimiser, list(model.parameters.values())
    if isinstance(chosen, settings.Sgd):
        return torch.optim.SGD(parameters, chosen.lr, momentum=chosen.momentum, weight_decay=chosen.weight_decay)
    assert isinstance(chosen, settings.Adam)
    kind = torch.optim.AdamW if isinstance(chosen, settings.AdamW) else torch.optim.Adam
    betas, fused = (chosen.beta1, chosen.beta2), model.device.type in ("cpu", "cuda")
    return kind(parameters, chosen.lr, betas, chosen.epsilon, chosen.weight_decay, fused=fused)


def _loss(config: Config) -> Loss:
    if isinstance(config.loss, settings.SoftMinimum):
        return SoftMinimum(config.loss.first, gamma(config) or 1.0)
    return CrossEntropy(strength(config), exponent(config), config.model.degree(config.task.k) or 2)


def interval(config: Config, population: Population) -> int:
    """Steps between exact margins: a function of the config alone, so that runs can be repeated."""
    if config.measuring.evaluate_every:
        return config.measuring.evaluate_every
    data, inputs = config.data, population.size * config.data.train_share
    if isinstance(data, settings.Batches):
        per_input = 1 if data.batch_kind == "inputs" or not population.elements else population.n
        small = min(inputs, data.batch * per_input)
        inputs = data.batch_share * small + (1 - data.batch_share) * inputs
    # one pass of forward matrix products in float64 costs two in float32; a step takes three
    cost = 2 * population.size / (3 * inputs)
    return max(LEAST_INTERVAL, config.steps // 200, int(cost / MEASURED_SHARE) + 1)


def train(config: Config, folder: Path, progress: bool = False, snapshots: Collection[int] = ()) -> dict[str, Any]:
    """Train in a run's folder, from its checkpoint if it has one; returns the result, which is also written.

    After the steps in `snapshots` (0: before the first) the weights are kept as weights-STEP.safetensors. Raises
    ValueError if the run is past them or has fewer steps; a run that reaches `stop_ratio` first keeps none after it.

    Raises ValueError for a config that cannot run, and FloatingPointError when loss or weights are no longer finite.
    """
    missing = [step for step in sorted(snapshots) if not (folder / runs.snapshot(step)).is_file()]
    refuse(config, missing)
    if runs.is_finished(folder):
        _refuse_past(missing, config.steps)
        return runs.read_json(folder / runs.RESULT)
    run = Training.begin(config)
    parameters, clock = run.model.parameters, Clock()
    if (folder / runs.STATE).is_file():
        run.step, clock = runs.load_state(folder, parameters, run.optimiser, run.generator)
        _refuse_past(missing, run.step - 1)
    runs.trim_trajectory(folder, run.step)
    every, last_saved = interval(config, run.model.population), perf_counter()
    records = runs.read_trajectory(folder)
    record = records[-1] if records else None
    if run.step in missing:
        runs.save_weights(folder / runs.snapshot(run.step), run.model)
    name = str(run.model.population.task)
    bar = tqdm(total=config.steps, initial=run.step, desc=name, disable=None if progress else True)
    with bar, open(folder / runs.TRAJECTORY, "ab") as file:
        while run.step < config.steps and not (record and _reached(config, record)):
            with clock.training():
                value = run.advance()
            bar.update()
            if run.step in missing:
                runs.save_weights(folder / runs.snapshot(run.step), run.model)
            if run.step % every and run.step < config.steps:
                if perf_counter() - last_saved > CHECKPOINT_SECONDS:
                    last_saved = _save(run, folder, file, clock)
                continue
            with clock.measuring():
                _require_finite(run, float(value))
                record = run.measure(float(value))
                file.write(runs.line(record))
                file.flush()
            bar.set_postfix_str(_shown(record))
            if perf_counter() - last_saved > CHECKPOINT_SECONDS:
                last_saved = _save(run, folder, file, clock)
    assert record is not None
    return _finish(run, folder, record, clock)


def _require_finite(run: Training, loss: float) -> None:
    if not isfinite(loss):
        raise FloatingPointError(f"the loss is {loss} at step {run.step}; choose a smaller lr or init")
    if not all(bool(torch.isfinite(tensor).all()) for tensor in run.model.parameters.values()):
        raise FloatingPointError(f"weights are not finite after step {run.step}; choose a smaller lr or init")


def _refuse_past(missing: list[int], step: int) -> None:
    if missing and missing[0] <= step:
        raise ValueError(f"snapshot after step {missing[0]}, but the run is past it; train it in another folder")


def _save(run: Training, folder: Path, trajectory: BinaryIO, clock: Clock) -> float:
    """Write a checkpoint, not before the trajectory; returns when."""
    os.fsync(trajectory.fileno())
    runs.save_state(folder, run.step, run.model.parameters, run.optimiser, run.generator, clock)
    return perf_counter()


def _reached(config: Config, record: dict[str, Any]) -> bool:
    goal, ratio = config.measuring.stop_ratio, record.get("ratio")
    return goal is not None and ratio is not None and ratio >= goal


def _shown(record: dict[str, Any]) -> str:
    if record.get("ratio") is not None:
        return f"ratio {record['ratio']:.5f}"
    return f"margin {record.get('normalised_margin', record['margin']):.6g}"


def _finish(run: Training, folder: Path, record: dict[str, Any], clock: Clock) -> dict[str, Any]:
    config = run.config
    runs.write_parquet(folder)
    runs.save_weights(folder / runs.WEIGHTS, run.model)
    runs.write_json(folder / runs.TIMING, asdict(clock))
    optimum = finite_lambda(config) if converges(config) else None
    names = ("strength", "critical", "loss", "norm", "margin", "ratio")
    result = record | {
        "gamma": run.gamma,
        "finite_lambda": None if optimum is None else {name: getattr(optimum, name) for name in names},
        "stopped": _reached(config, record),
    }
    if "shares" in record:
        result |= {"frequencies": len(record["shares"]), "covered": covered(record["shares"])}
    runs.write_json(folder / runs.RESULT, result)
    (folder / runs.STATE).unlink(missing_ok=True)
    return result
