"""The training loop: from random weights to a measured margin, resumable to the very same result."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path
from time import perf_counter
from typing import Any

import torch
from torch import Tensor
from tqdm import tqdm

from margin.analysis.clusters import covered
from margin.io.command import complain
from margin.io.files import remove_leftovers
from margin.io.locks import locked
from training import measure, runs, settings
from training.clock import Clock
from training.config import Config
from training.folders.checkpoints import kept_step, latest, put_back, save_state
from training.folders.trajectory import Trajectory
from training.limits import device, refuse
from training.losses import CrossEntropy, Loss, SoftMinimum, Squared
from training.models.build import build
from training.models.model import Model
from training.optimisers.build import build as build_optimiser
from training.optimisers.optimiser import Optimiser
from training.population import Population
from training.prediction import by_neurons, converges, exponent, finite_lambda, gamma, strength
from training.schedules import learning_rate, sharpness
from training.sharding.processes import Processes, require_parts

CHECKPOINT_SECONDS = 30.0  # between checkpoints; they do not change the result
LEAST_INTERVAL = 32  # steps between exact margins; with spectra and phases they cost small networks as much as 3 steps
MEASURED_SHARE = 0.1  # exact margins take at most about this share of the arithmetic


@dataclass
class Training:
    """A run in memory: network, optimiser, generator, and how far it is."""

    config: Config
    model: Model
    gamma: float | None  # gamma* of the task and the network; None where nothing is predicted
    optimiser: Optimiser
    generator: torch.Generator
    loss: Loss
    rows: Tensor | None  # numbers of the training inputs; None for the whole population
    step: int = 0
    processes: Processes | None = None  # those that take the steps together

    @classmethod
    def begin(cls, config: Config) -> Training:
        """Random initial weights, as the config's seed says. Raises ValueError as `refuse`."""
        refuse(config)
        population, place = Population(config.task.posed()), device(config.execution.device)
        torch.set_num_threads(config.execution.threads)
        generator = torch.Generator().manual_seed(config.seed)
        model = build(config, population, generator, place)
        rows, share = None, config.data.train_share
        if share < 1:
            order = torch.randperm(population.size, generator=generator)
            rows = order[: max(1, round(share * population.size))].sort().values.to(place)
        return cls(
            config,
            model,
            gamma(config),
            build_optimiser(config.optimiser, list(model.parameters.values())),
            generator,
            _loss(config),
            rows,
        )

    def advance(self) -> Tensor:
        """One step; returns the loss before it."""
        config = self.config
        if isinstance(self.loss, SoftMinimum) and isinstance(config.loss, settings.SoftMinimum):
            self.loss.sharpness = sharpness(config.loss, self.step, config.steps)
        batch = self.batch()
        together = self.processes
        value = self.model.step(self.loss, batch) if together is None else together.step(self.model, self.loss, batch)
        self.optimiser.step(learning_rate(config, self.step))
        self.step += 1
        return value

    def batch(self) -> Tensor | None:
        """Numbers of the inputs (or prefixes) of the next step, drawn by the generator; None for the population."""
        data, device = self.config.data, self.model.device
        if not isinstance(data, settings.Batches) or self.step >= data.batch_share * self.config.steps:
            return self.rows
        if self.model.by_prefix:
            count = len(self.model.population.prefixes)
            return torch.randperm(count, generator=self.generator)[: min(data.batch, count)].to(device)
        count = self.model.population.size if self.rows is None else len(self.rows)
        drawn = torch.randint(count, (data.batch,), generator=self.generator).to(device)
        return drawn if self.rows is None else self.rows[drawn]

    def measure(self, loss: float | None) -> dict[str, Any]:
        """A record of the trajectory: the step, the loss before it, and what `measure.record` measures."""
        return {"step": self.step, "loss": loss} | measure.record(self.model, self.gamma, self.rows)


def _loss(config: Config) -> Loss:
    if isinstance(config.loss, settings.SoftMinimum):
        return SoftMinimum(config.loss.first, gamma(config) or 1.0)
    penalty = strength(config), exponent(config), by_neurons(config) or config.model.degree(config.task.k) or 2
    if isinstance(config.loss, settings.Squared):
        return Squared(*penalty, config.loss.targets == "centred")
    return CrossEntropy(*penalty)


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


def say(text: str) -> None:
    """A line on standard error, for who started the run."""
    complain("python -m training", text)


def train(
    config: Config,
    folder: Path,
    progress: bool = False,
    snapshots: Collection[int] = (),
    notice: Callable[[str], None] = say,
    processes: Processes | None = None,
) -> dict[str, Any]:
    """Train in a run's folder, from its checkpoint if it has one; returns the result, which is also written.

    After the steps in `snapshots` (0: before the first) the weights are kept as weights-STEP.safetensors. Raises
    ValueError if the run is past them or has fewer steps; a run that reaches `stop_ratio` first keeps none after it.
    `notice` is told, in a line, of a checkpoint that is damaged or without a hash. `processes`: those that take the
    steps together, of which this is the first; the others `follow`.

    Raises ValueError for a config that cannot run, for one that the folder is not named after and for damaged files,
    BlockingIOError while another process trains in the folder, and FloatingPointError when loss or weights are no
    longer finite; it says the step, what to change, and the last checkpoint, which is one of finite weights.
    """
    refuse(config, _missing(folder, snapshots))
    runs.read_config(folder, config)
    if not runs.is_finished(folder):
        with locked(folder):
            remove_leftovers(folder, 0)  # of processes that were killed: no other one writes here
            if not runs.is_finished(folder):  # while the lock was waited for
                return _train(config, folder, progress, _missing(folder, snapshots), notice, processes)
    _refuse_past(_missing(folder, snapshots), config.steps)
    return runs.read_result(folder)


def _missing(folder: Path, snapshots: Collection[int]) -> list[int]:
    return [step for step in sorted(snapshots) if not (folder / runs.snapshot(step)).is_file()]


def _train(
    config: Config,
    folder: Path,
    progress: bool,
    missing: list[int],
    notice: Callable[[str], None],
    processes: Processes | None,
) -> dict[str, Any]:
    """`train` in a folder that is locked."""
    run = _begun(config, processes)
    parameters, clock, length = run.model.parameters, Clock(), 0
    checkpoint = latest(folder, config, parameters, notice)
    if checkpoint is not None:
        put_back(checkpoint, parameters, run.optimiser, run.generator)
        run.step, clock, length = checkpoint.step, checkpoint.clock, checkpoint.trajectory
        _refuse_past(missing, run.step - 1)
    if processes is not None:
        processes.wait()  # the newest good checkpoint has its place: the others read it
        processes.wait()
        processes.require_same(run.step, parameters)
    every, last_saved = interval(config, run.model.population), perf_counter()
    if run.step in missing:
        runs.save_weights(folder / runs.snapshot(run.step), run.model)
    name = str(run.model.population.task)
    bar = tqdm(total=config.steps, initial=run.step, desc=name, disable=None if progress else True)
    with bar, Trajectory(folder, length) as trajectory, _told_what_is_kept(folder):
        record = next((record for record in reversed(trajectory.records) if record["step"]), None)
        if processes is not None:
            processes.told(record is not None and reached(config, record), run.model.device)
        while run.step < config.steps and not (record and reached(config, record)):
            initial = None
            if run.step == 0:
                with clock.measuring():
                    initial = run.measure(None)
            with clock.training():
                value = run.advance()
            if initial is not None:  # its loss is that of the initial weights, on what the first step is trained on
                loss = float(value)
                trajectory.append(initial | {"loss": loss if isfinite(loss) else None})
            bar.update()
            if run.step in missing:
                runs.save_weights(folder / runs.snapshot(run.step), run.model)
            if run.step % every == 0 or run.step == config.steps:
                with clock.measuring():
                    require_finite(config, run.step, float(value), parameters)
                    record = run.measure(float(value))
                    trajectory.append(record)
                bar.set_postfix_str(_shown(record))
                if processes is not None:
                    processes.told(reached(config, record), run.model.device)
            if perf_counter() - last_saved > CHECKPOINT_SECONDS:
                require_finite(config, run.step, float(value), parameters)
                save_state(folder, config, run.step, parameters, run.optimiser, run.generator, clock, trajectory)
                last_saved = perf_counter()
        trajectory.sync()
    assert record is not None
    return _finish(run, folder, record, clock)


def _begun(config: Config, processes: Processes | None) -> Training:
    run = Training.begin(config)
    if processes is not None:
        require_parts(config, run.model, run.rows, processes.count)
        run.processes = processes
    return run


def follow(config: Config, folder: Callable[[], Path | None], processes: Processes) -> None:
    """Take the steps of a run together with the process that trains it, which alone measures and writes.

    `folder` finds the run's, once the first process has made it. Raises ValueError as `train`.
    """
    refuse(config)
    run, place = _begun(config, processes), folder()
    if place is not None and runs.is_finished(place):
        return
    processes.wait()
    place = folder()
    checkpoint = None if place is None else latest(place, config, run.model.parameters, lambda text: None)
    if checkpoint is not None:
        put_back(checkpoint, run.model.parameters, run.optimiser, run.generator)
        run.step = checkpoint.step
    processes.wait()
    processes.require_same(run.step, run.model.parameters)
    every, done = interval(config, run.model.population), bool(processes.told(0, run.model.device))
    while run.step < config.steps and not done:
        run.advance()
        if run.step % every == 0 or run.step == config.steps:
            done = bool(processes.told(0, run.model.device))


def require_finite(config: Config, step: int, loss: float, parameters: Mapping[str, Tensor]) -> None:
    """Raise FloatingPointError, with what to change and which weights are not finite, where a run has diverged."""
    broken = [name for name, tensor in parameters.items() if not bool(torch.isfinite(tensor).all())]
    which = f"; not finite: {', '.join(broken)}" if broken else ""
    if not isfinite(loss):
        raise FloatingPointError(f"the loss is {loss} at step {step}; choose a smaller {_smaller(config)}{which}")
    if broken:
        raise FloatingPointError(
            f"weights are not finite after step {step}; choose a smaller {_smaller(config)}{which}"
        )


@contextmanager
def _told_what_is_kept(folder: Path) -> Iterator[None]:
    """Say of a run that diverges which checkpoint is kept: one is written of finite weights alone."""
    try:
        yield
    except FloatingPointError as error:
        kept = kept_step(folder)
        where = "no checkpoint is kept" if kept is None else f"the last good checkpoint is that of step {kept}"
        raise FloatingPointError(f"{error}; {where}") from error


def _smaller(config: Config) -> str:
    """What makes a run diverge: the exponent too, where it is above the degree of the network."""
    degree = config.model.degree(config.task.k) or 2
    names = (["exponent"] if exponent(config) > degree else []) + ["lr"]
    return f"{', '.join(names)} or init"


def _refuse_past(missing: list[int], step: int) -> None:
    if missing and missing[0] <= step:
        raise ValueError(f"snapshot after step {missing[0]}, but the run is past it; train it in another folder")


def reached(config: Config, record: dict[str, Any]) -> bool:
    """Whether a run has reached the share of gamma* at which it stops."""
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
        "stopped": reached(config, record),
    }
    if "shares" in record:
        result |= {"frequencies": len(record["shares"]), "covered": covered(record["shares"])}
    runs.write_result(folder, result)
    for state in (runs.STATE, runs.PREVIOUS, runs.NEXT):
        (folder / state).unlink(missing_ok=True)
    return result
