"""Squared loss: where runs ended beside the optimum that is predicted for them; parts of the pairs: two margins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from margin.solver import DataSet, from_task, solve
from margin.tasks import ModularAddition
from training import runs
from training.experiments import EXPERIMENTS
from training.loop import Training
from training.prediction import strength
from training.settings import Squared
from training.tables.collection import Collection, Table, number

TOLERANCE = 1e-4  # relative gap of the maximum margin of a part of the pairs
MOST_ROWS = 1000  # of the solver, inputs times wrong labels, that take seconds


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

    `largest` is the margin on all pairs by the largest weight over m d^(nu/2), in the same units (docs/theory.md, 12).
    `part` is the maximum margin of the pairs trained on, found by the solver, in these units too; empty for many pairs.
    """
    rows: list[Sequence[Any]] = []
    for source in EXPERIMENTS["splits"]:
        for config, folder in collection.finished(source):
            run = Training.begin(config)
            task = config.task.posed()
            assert isinstance(task, ModularAddition)
            assert run.rows is not None
            assert run.gamma is not None
            data = from_task(task)
            kept = run.rows.cpu().numpy()
            part = DataSet(data.features[kept], data.labels[kept], data.classes, data.activation, "part", data.blocks)
            solved = len(kept) * (data.classes - 1) <= MOST_ROWS
            top = number(solve(part, tolerance=TOLERANCE).value / run.gamma, 7) if solved else ""
            even = config.model.width * ((task.k + 1) * task.n) ** ((task.k + 1) / 2)
            for record in runs.read_trajectory(folder):
                scale = record["mass"] * run.gamma
                margins = (number(record[name] / scale, 7) for name in ("train_margin", "margin"))
                values = (number(record["infinity_margin"] / (even * run.gamma), 7), number(record["test_accuracy"], 4))
                what = (task.n, config.data.train_share, config.seed, config.digest(), record["step"])
                rows.append((*what, *margins, *values, top))
    head = ("n", "share", "seed", "run", "step", "train_margin", "margin", "largest", "test_accuracy", "part")
    return Table(head, rows)
