"""The training loop: from random weights to a measured margin, resumable to the very same result."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from time import perf_counter
from typing import Any, BinaryIO

import torch
from torch import Tensor
from tqdm import tqdm

from training import observables, runs
from training.clock import Clock
from training.config import Config
from training.losses import CrossEntropy, Loss, SoftMinimum
from training.schedules import learning_rate, sharpness
from training.step import Step, step_for
from training.tasks import Problem, problem

CHECKPOINT_SECONDS = 30.0  # between checkpoints; they do not change the result
LEAST_INTERVAL = 32  # steps between exact margins; with spectra and phases they cost small networks as much as 3 steps
MEASURED_SHARE = 0.1  # exact margins take at most about this share of the arithmetic


@dataclass
class Training:
    """A run in memory: weights, optimiser, generator, and how far it is."""

    config: Config
    problem: Problem
    U: Tensor
    W: Tensor
    optimiser: torch.optim.Optimizer
    generator: torch.Generator
    compute: Step
    loss: Loss
    rows: Tensor | None  # numbers of the training inputs; None for the whole population
    step: int = 0

    @classmethod
    def begin(cls, config: Config) -> Training:
        """Random initial weights, as the config's seed says. Raises ValueError for a task or device that is none."""
        task = problem(config.task, config.k, config.activation)
        device, dtype = _device(config.device), getattr(torch, config.dtype)
        torch.set_num_threads(config.threads)
        generator = torch.Generator().manual_seed(config.seed)
        U, W = initial_weights(config, task, generator)
        rows = None
        if config.train_share < 1:
            order = torch.randperm(task.population, generator=generator)
            rows = order[: max(1, round(config.train_share * task.population))].sort().values.to(device)
        U, W = U.to(device), W.to(device)
        compute = step_for(task, config.width, dtype, device, config.batch_kind == "inputs")
        U.grad, W.grad = compute.dU, compute.dW
        return cls(config, task, U, W, _optimiser(config, U, W), generator, compute, _loss(config, task), rows)

    @property
    def weights(self) -> dict[str, Tensor]:
        return {"U": self.U, "W": self.W}

    def advance(self) -> Tensor:
        """One step; returns the loss before it."""
        config = self.config
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(config, self.step)
        if isinstance(self.loss, SoftMinimum):
            self.loss.sharpness = sharpness(config, self.step)
        value = self.compute(self.U, self.W, self.loss, self._batch())
        self.optimiser.step()
        self.step += 1
        return value

    def _batch(self) -> Tensor | None:
        config, device = self.config, self.U.device
        if not config.batch or self.step >= config.batch_share * config.steps:
            return self.rows
        if config.batch_kind == "prefixes" and self.problem.one_hot:
            count = len(self.problem.prefixes)
            return torch.randperm(count, generator=self.generator)[: min(config.batch, count)].to(device)
        count = self.problem.population if self.rows is None else len(self.rows)
        drawn = torch.randint(count, (config.batch,), generator=self.generator).to(device)
        return drawn if self.rows is None else self.rows[drawn]

    def measure(self, loss: float) -> dict[str, Any]:
        """A record of the trajectory: exact population margin in float64, norms, features."""
        task, gamma = self.problem, self.problem.gamma
        margins = observables.margins(task, self.U, self.W)
        mass = observables.mass(task, self.U, self.W)
        margin = float(margins.min())
        normalised = margin / mass if mass > 0 else 0.0
        record = {
            "step": self.step,
            "loss": loss,
            "margin": margin,
            "normalised_margin": normalised,
            "ratio": normalised / gamma if gamma else None,
            "norm": mass ** (1 / task.degree),
            "mass": mass,
            "norm_2": float((self.U.double().square().sum() + self.W.double().square().sum()).sqrt()),
            "accuracy": float((margins > 0).double().mean()),
        }
        if self.rows is not None:
            trained = torch.zeros(task.population, dtype=torch.bool, device=margins.device)
            trained[self.rows] = True
            record["train_accuracy"] = float((margins[trained] > 0).double().mean())
            record["test_accuracy"] = float((margins[~trained] > 0).double().mean())
        return record | observables.summary(task, self.U, self.W)


def initial_weights(config: Config, task: Problem, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Normal weights U (k, n, m) and W (m, classes) of standard deviation `init`.

    With balanced signs only every 2^(k-1)-th neuron is drawn; the others are its copies with u_j e_j and w prod e_j
    for every e in {1,-1}^k, e_1 = 1. A network of such orbits outputs k! sum_i u_i1 ... u_ik w_i and nothing else at
    the start. Neurons left over are independent. For parity the vectors u are single, so the signs are independent.
    """
    dtype = getattr(torch, config.dtype)
    first, second = task.shapes(config.width)
    U = config.init * torch.randn(first, generator=generator, dtype=dtype)
    W = config.init * torch.randn(second, generator=generator, dtype=dtype)
    if config.signs == "balanced" and task.one_hot:
        patterns = list(product((1.0, -1.0), repeat=task.k - 1))
        drawn = config.width // len(patterns)
        for i, pattern in enumerate(patterns[1:], 1):
            signs = torch.tensor((1.0, *pattern), dtype=dtype)
            part = slice(i * drawn, (i + 1) * drawn)
            U[:, :, part] = U[:, :, :drawn] * signs[:, None, None]
            W[part] = W[:drawn] * signs.prod()
    return U, W


def _device(name: str) -> torch.device:
    try:
        device = torch.device(name)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise ValueError(
            f"device {name!r} is not available ({str(error).splitlines()[0]}), expected for example cpu"
        ) from None
    return device


def _optimiser(config: Config, U: Tensor, W: Tensor) -> torch.optim.Optimizer:
    if config.optimiser == "sgd":
        return torch.optim.SGD([U, W], config.lr, momentum=config.momentum, weight_decay=config.weight_decay)
    kind = torch.optim.Adam if config.optimiser == "adam" else torch.optim.AdamW
    betas = (config.beta1, config.beta2)
    return kind([U, W], config.lr, betas, config.epsilon, config.weight_decay, fused=U.device.type in ("cpu", "cuda"))


def strength(config: Config, task: Problem) -> float:
    """lambda in absolute units. Raises ValueError for units of gamma* where there is no gamma*."""
    if config.strength_unit == "one":
        return config.strength
    if task.gamma is None:
        raise ValueError("strength_unit = gamma, but gamma* of ReLU is not known; expected strength_unit = one")
    return config.strength * task.gamma


def _loss(config: Config, task: Problem) -> Loss:
    if config.loss == "soft_minimum":
        return SoftMinimum(config.sharpness_first, task.gamma or 1.0)
    exponent = float(task.degree) if config.exponent is None else config.exponent
    return CrossEntropy(strength(config, task), exponent, task.degree)


def interval(config: Config, task: Problem) -> int:
    """Steps between exact margins: a function of the config alone, so that runs can be repeated."""
    if config.evaluate_every:
        return config.evaluate_every
    inputs = task.population * config.train_share
    if config.batch:
        per_input = 1 if config.batch_kind == "inputs" or not task.one_hot else task.n
        small = min(inputs, config.batch * per_input)
        inputs = config.batch_share * small + (1 - config.batch_share) * inputs
    # one pass of forward matrix products in float64 costs two in float32; a step takes three
    cost = 2 * task.population / (3 * inputs)
    return max(LEAST_INTERVAL, config.steps // 200, int(cost / MEASURED_SHARE) + 1)


def train(config: Config, folder: Path, progress: bool = False, snapshots: Collection[int] = ()) -> dict[str, Any]:
    """Train in a run's folder, from its checkpoint if it has one; returns the result, which is also written.

    After the steps in `snapshots` (0: before the first) the weights are kept as weights-STEP.safetensors. Raises
    ValueError if the run is past them or has fewer steps; a run that reaches `stop_ratio` first keeps none after it.

    Raises ValueError for a config that cannot run, and FloatingPointError when the loss is no longer finite.
    """
    missing = [step for step in sorted(snapshots) if not (folder / runs.snapshot(step)).is_file()]
    if missing and missing[-1] > config.steps:
        raise ValueError(f"snapshot after step {missing[-1]}, expected at most the {config.steps} steps of the run")
    if runs.is_finished(folder):
        _refuse_past(missing, config.steps)
        return runs.read_json(folder / runs.RESULT)
    run = Training.begin(config)
    clock = Clock()
    if (folder / runs.STATE).is_file():
        run.step, clock = runs.load_state(folder, run.weights, run.optimiser, run.generator)
        _refuse_past(missing, run.step - 1)
    runs.trim_trajectory(folder, run.step)
    every, last_saved = interval(config, run.problem), perf_counter()
    records = runs.read_trajectory(folder)
    record = records[-1] if records else None
    if run.step in missing:
        runs.save_weights(folder / runs.snapshot(run.step), run.problem, run.U, run.W)
    bar = tqdm(total=config.steps, initial=run.step, desc=str(run.problem.task), disable=None if progress else True)
    with bar, open(folder / runs.TRAJECTORY, "ab") as file:
        while run.step < config.steps and not (record and _reached(config, record)):
            with clock.training():
                value = run.advance()
            bar.update()
            if run.step in missing:
                runs.save_weights(folder / runs.snapshot(run.step), run.problem, run.U, run.W)
            if run.step % every and run.step < config.steps:
                if perf_counter() - last_saved > CHECKPOINT_SECONDS:
                    last_saved = _save(run, folder, file, clock)
                continue
            with clock.measuring():
                if not bool(torch.isfinite(value)):
                    raise FloatingPointError(
                        f"the loss is {float(value)} at step {run.step}; choose a smaller lr or init"
                    )
                record = run.measure(float(value))
                file.write(runs.line(record))
                file.flush()
            bar.set_postfix_str(_shown(record))
            if perf_counter() - last_saved > CHECKPOINT_SECONDS:
                last_saved = _save(run, folder, file, clock)
    assert record is not None
    return _finish(run, folder, record, clock)


def _refuse_past(missing: list[int], step: int) -> None:
    if missing and missing[0] <= step:
        raise ValueError(f"snapshot after step {missing[0]}, but the run is past it; train it in another folder")


def _save(run: Training, folder: Path, trajectory: BinaryIO, clock: Clock) -> float:
    """Write a checkpoint, not before the trajectory; returns when."""
    os.fsync(trajectory.fileno())
    runs.save_state(folder, run.step, run.weights, run.optimiser, run.generator, clock)
    return perf_counter()


def _reached(config: Config, record: dict[str, Any]) -> bool:
    return config.stop_ratio is not None and record["ratio"] is not None and record["ratio"] >= config.stop_ratio


def _shown(record: dict[str, Any]) -> str:
    if record["ratio"] is None:
        return f"margin {record['normalised_margin']:.6g}"
    return f"ratio {record['ratio']:.5f}"


def _finish(run: Training, folder: Path, record: dict[str, Any], clock: Clock) -> dict[str, Any]:
    config, task = run.config, run.problem
    runs.write_parquet(folder)
    runs.save_weights(folder / runs.WEIGHTS, task, run.U, run.W)
    runs.write_json(folder / runs.TIMING, asdict(clock))
    shares = record["shares"]
    exponent = config.exponent if config.exponent is not None else task.degree
    predicted = None
    if config.loss == "cross_entropy" and exponent == task.degree and config.train_share == 1:
        optimum = task.finite_lambda(strength(config, task))
        if optimum is not None:
            predicted = {
                "strength": optimum.strength,
                "critical": optimum.critical,
                "loss": optimum.loss,
                "norm": optimum.norm,
                "margin": optimum.margin,
                "ratio": optimum.ratio,
            }
    result = record | {
        "gamma": task.gamma,
        "finite_lambda": predicted,
        "frequencies": len(shares),
        "covered": observables.covered(shares),
        "stopped": _reached(config, record),
    }
    runs.write_json(folder / runs.RESULT, result)
    (folder / runs.STATE).unlink(missing_ok=True)
    return result
