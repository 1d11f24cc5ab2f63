"""The recipes: what each preset is, and the seconds and margins of the project's own, eight seeds each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from training import runs
from training.compare import comparison
from training.experiments import AS_PRINTED, EXPERIMENTS, RECIPES
from training.presets import PRESETS
from training.tables.collection import Collection, Table, named
from training.tables.files import read


def presets(collection: Collection) -> Table:
    """Every recipe in the tables: its name there, a label, task, network, where it stops, and its aim."""
    seen: dict[str, Sequence[Any]] = {}
    changed = [source for name in ("curves", "gradient-descent", "paper-scale", "li") for source in EXPERIMENTS[name]]
    configs = [(name, name, PRESETS[name].config("paper")) for name in (*RECIPES, *AS_PRINTED)]
    configs += [(named(source), source.preset, source.configs()[0]) for source in changed]
    for name, base, config in configs:
        aim = PRESETS[base].aim if name == base else None
        task, worst = config.task, ("", "") if aim is None else (repr(aim.share), f"{aim.seconds:g}")
        what = (task.posed().title, task.name, task.k, config.flat()["activation"])
        seen.setdefault(name, (name, *what, config.measuring.stop_ratio, *worst))
    columns = ("recipe", "label", "task", "k", "activation", "stop_ratio", "share", "seconds")
    return Table(columns, list(seen.values()))


def recipes(collection: Collection) -> Table:
    """Steps, share of gamma* and seconds of every own recipe's runs."""
    rows: list[Sequence[Any]] = []
    for source in EXPERIMENTS["recipes"]:
        for config, folder in collection.finished(source):
            row = comparison(folder)
            times = (f"{value:.3f}" for value in (row.seconds, row.measuring, row.processor))
            rows.append((source.preset, config.digest(), config.seed, row.steps, f"{row.ratio:.9f}", *times))
    columns = ("preset", "run", "seed", "steps", "ratio", "train_seconds", "measure_seconds", "processor_seconds")
    return Table(columns, rows)


def seconds(collection: Collection) -> Table:
    """Processor seconds of the recipes, from the saved table of recipes."""
    columns = ("preset", "run", "seed", "steps", "ratio", "processor_seconds")
    return Table(columns, [[row[column] for column in columns] for row in read("recipes")])


def cost(collection: Collection) -> Table:
    """What 0.999 of gamma* costs as n and k grow: processor seconds, and the multiplications of the steps' products.

    A step has three products of n^k x m x n: the hidden layer with W, and the two of the gradient.
    """
    rows: list[Sequence[Any]] = []
    for source in EXPERIMENTS["cost"]:
        for config, folder in collection.finished(source):
            row, task, width = comparison(folder), config.task.posed(), config.flat()["width"]
            products = 3 * row.steps * task.population * task.classes * width
            reached = (f"{row.ratio:.9f}", products, f"{row.processor:.3f}")
            rows.append((task.n, task.k, config.seed, config.digest(), width, row.steps, *reached))
    return Table(("n", "k", "seed", "run", "width", "steps", "ratio", "multiplications", "processor_seconds"), rows)


def relu_trained(collection: Collection) -> Table:
    """The best margin of ReLU networks for each modulus, to set beside what `margin.solver` finds."""
    rows: list[Sequence[Any]] = []
    for source in EXPERIMENTS["relu"]:
        reached = []
        for config, folder in collection.finished(source):
            result = runs.read_result(folder)
            reached.append((result["normalised_margin"], config.digest()))
        best, run = max(reached)
        rows.append((source.configs()[0].task.posed().n, best, min(reached)[0], len(reached), run))
    return Table(("n", "trained_margin", "worst_seed", "seeds", "run"), rows)
