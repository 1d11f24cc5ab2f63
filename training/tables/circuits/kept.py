"""Recurrent networks and transformers with those of their kept weights that have the least test loss."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from training import runs
from training.config import Config
from training.experiments import EXPERIMENTS, Source
from training.loop import Training
from training.models.model import Model
from training.tables.collection import EXPERIMENTS as MAKE
from training.tables.collection import Collection, Table, number

CIRCUITS = ("recurrent", "attention", "grokking", "grokking-small", "grokking-widths")
THOSE_OF_LI = CIRCUITS[1:]
FITTED = 0.99  # accuracy from which the training or the test half counts as learned
RECORDS = 60  # of a trajectory, evenly, both ends kept
KEY = ("preset", "seed", "run", "step", "finished")  # first columns of every table here


@dataclass(frozen=True)
class Trained:
    """A run at one of its kept steps, the end among them, as a rule that of least test loss; parameters in float64.

    With a constant learning rate Adam may jump away from what it has learned, so the end need not be the best.
    """

    source: Source
    config: Config
    folder: Path
    step: int
    finished: bool
    parameters: Mapping[str, Tensor]

    @property
    def key(self) -> tuple[object, ...]:
        """Values of the columns KEY."""
        return self.source.preset, self.config.seed, self.config.digest(), self.step, int(self.finished)

    @property
    def records(self) -> list[dict[str, Any]]:
        """The whole trajectory, as far as it has come."""
        return runs.read_trajectory(self.folder)

    @property
    def record(self) -> dict[str, Any]:
        """What was measured at the step of the weights, or last before it."""
        return _measured_at(self.records, self.step)

    def model(self) -> Model:
        """The network; its own parameters are the initial ones, to be replaced by those here."""
        return Training.begin(self.config).model

    def accuracy(self, model: Model, changed: Mapping[str, Tensor]) -> float:
        """Share of all inputs with the right answer, with these parameters in the place of the trained ones."""
        with torch.no_grad():
            logits = model.on_population({**self.parameters, **changed})
        return float((logits.argmax(1) == model.labels).double().mean())


def trained(collection: Collection, experiment: str) -> list[Trained]:
    """The runs of an experiment that are finished or have kept weights after some steps, in its order.

    Raises FileNotFoundError where there is none, naming the command that makes them.
    """
    result = []
    for source, config, folder, kept in _kept(collection, experiment):
        records = runs.read_trajectory(folder)
        step = min(kept, key=lambda step: _measured_at(records, step)["test_loss"])
        result.append(_trained(source, config, folder, step, kept[step]))
    return result


def at_every_step(collection: Collection, experiment: str) -> Iterator[Trained]:
    """Those runs at each of their kept steps, one after another. Raises FileNotFoundError as `trained`."""
    for source, config, folder, kept in _kept(collection, experiment):
        for step in sorted(kept):
            yield _trained(source, config, folder, step, kept[step])


def _trained(source: Source, config: Config, folder: Path, step: int, file: str) -> Trained:
    return Trained(source, config, folder, step, runs.is_finished(folder), runs.load_weights(folder / file))


def _kept(collection: Collection, experiment: str) -> list[tuple[Source, Config, Path, dict[int, str]]]:
    """The runs that have kept weights after a step: these files by step, the end among them."""
    result = []
    for source in EXPERIMENTS[experiment]:
        for config in source.configs():
            folder = collection.find(config)
            kept = {} if folder is None else _files(source, folder)
            if folder is not None and kept:
                collection.use(source, config, folder)
                result.append((source, config, folder, kept))
    if not result:
        places = ", ".join(map(str, collection.folders))
        raise FileNotFoundError(f"no run of {experiment} under {places}; make it with `{MAKE} {experiment}`")
    return result


def _files(source: Source, folder: Path) -> dict[int, str]:
    steps = [step for step in source.snapshots if step > 0 and (folder / runs.snapshot(step)).is_file()]
    kept = {step: runs.snapshot(step) for step in steps}
    if runs.is_finished(folder):
        kept[int(runs.read_result(folder)["step"])] = runs.WEIGHTS
    return kept


def _measured_at(records: Sequence[dict[str, Any]], step: int) -> dict[str, Any]:
    return [record for record in records if record["step"] <= step][-1]


def first_step(records: Iterable[Mapping[str, Any]], name: str, least: float) -> int | None:
    """The first measured step at which the value of that name is `least` or more; None if it never is.

    >>> first_step([{"step": 0, "x": 0.1}, {"step": 100, "x": 1.0}], "x", 0.99)
    100
    """
    return next((int(record["step"]) for record in records if record[name] >= least), None)


def grokking(collection: Collection) -> Table:
    """Steps until the training half and the test half are learned, how far apart, and where the runs are."""
    rows: list[Sequence[Any]] = []
    for experiment in THOSE_OF_LI:
        for run in _any(collection, experiment):
            records = run.records
            fitted, general = (first_step(records, f"{half}_accuracy", FITTED) for half in ("train", "test"))
            gap = None if fitted is None or general is None else general - fitted
            last = (number(records[-1][name], 6) for name in _LAST)
            task, (dimension, width) = run.config.task, _widths(run)
            size = task.k, task.posed().n, run.config.flat().get("heads") or width, dimension, width
            reached = *("" if x is None else x for x in (fitted, general, gap)), records[-1]["step"]
            rows.append((*run.key, *size, *reached, *last))
    if not rows:
        trained(collection, "grokking")
    columns = ("k", "p", "heads", "dimension", "width", "train_step", "test_step", "gap", "end", *_LAST)
    return Table((*KEY, *columns), rows)


def margins(collection: Collection) -> Table:
    """Least logit margins while training, on both halves, and the norm of all parameters, thinned; with the sizes."""
    rows: list[Sequence[Any]] = []
    for experiment in CIRCUITS:
        for run in _any(collection, experiment):
            size = run.config.task.k, run.config.task.posed().n, *_widths(run)
            for record in runs.thinned(run.records, RECORDS):
                over = record["margin"] / record["norm_2"], record["train_margin"] / record["norm_2"]
                values = (number(value, 6) for value in (*(record[name] for name in _MEASURED), *over))
                rows.append((*run.key[:3], *size, record["step"], *values))
    if not rows:
        trained(collection, "recurrent")
    columns = ("k", "p", "dimension", "width", "step", *_MEASURED, "margin_over_norm", "train_margin_over_norm")
    return Table((*KEY[:3], *columns), rows)


_LAST = ("train_accuracy", "test_accuracy", "train_loss", "test_loss")
_MEASURED = (*_LAST, "train_margin", "test_margin", "norm_2")


def _widths(run: Trained) -> tuple[int, int]:
    """Dimension of the embedding, and the setting `width`: neurons of a layer or, of attention, heads."""
    model = run.config.flat()
    return model["dimension"], model["width"]


def _any(collection: Collection, experiment: str) -> list[Trained]:
    try:
        return trained(collection, experiment)
    except FileNotFoundError:
        return []
