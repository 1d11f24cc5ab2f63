"""Squared loss: where runs ended beside the optimum that is predicted for them; parts of the pairs: two margins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from margin.solver import DataSet, from_task, solve
from training import runs
from training.experiments import EXPERIMENTS
from training.loop import Training
from training.prediction import strength
from training.settings import Squared
from training.tables.collection import Collection, Table, number

TOLERANCE = 1e-4  # relative gap of the maximum margin of a part of the pairs


def squared(collection: Collection) -> Table:
    """Loss, mass and share of gamma* of each run, and the optimum at its lambda where one is predicted."""
    rows: list[Sequence[Any]] = []
    for source in EXPERIMENTS["squared"]:
        for config, folder in collection.finished(source):
            result = runs.read_result(folder)
            optimum = result["finite_lambda"] or {}
            targets = config.loss.targets if isinstance(config.loss, Squared) else ""
            what = (source.preset, config.task.name, config.task.k, targets, config.model.width)
            used = (number(strength(config)), number(config.optimiser.weight_decay), result["step"])
            reached = (number(result["loss"], 10), number(result["norm"], 9), number(result["ratio"], 9))
            predicted = (number(optimum.get(name), 10) for name in ("loss", "norm", "ratio"))
            rows.append((*what, config.seed, config.digest(), *used, *reached, *predicted))
    head = ("preset", "task", "k", "targets", "width", "seed", "run", "strength", "weight_decay", "steps")
    return Table((*head, "loss", "norm", "ratio", "predicted_loss", "predicted_norm", "predicted_ratio"), rows)


def splits(collection: Collection) -> Table:
    """Normalised margins on the pairs trained on and on all pairs, step by step, in units of gamma* of all pairs.

    `part` is the maximum margin of the pairs trained on, found by the solver, in the same units.
    """
    rows: list[Sequence[Any]] = []
    for source in EXPERIMENTS["splits"]:
        for config, folder in collection.finished(source):
            run = Training.begin(config)
            assert run.rows is not None
            assert run.gamma is not None
            data = from_task(config.task.posed())
            kept = run.rows.cpu().numpy()
            part = DataSet(data.features[kept], data.labels[kept], data.classes, data.activation, "part", data.blocks)
            best = solve(part, tolerance=TOLERANCE)
            top = number(best.value / run.gamma, 7)
            for record in runs.read_trajectory(folder):
                scale = record["mass"] * run.gamma
                margins = (number(record[name] / scale, 7) for name in ("train_margin", "margin"))
                values = (number(record["test_accuracy"], 4), top)
                rows.append((config.data.train_share, config.seed, config.digest(), record["step"], *margins, *values))
    head = ("share", "seed", "run", "step", "train_margin", "margin", "test_accuracy", "part")
    return Table(head, rows)
