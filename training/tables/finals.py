"""Where runs ended: margins, strengths, features, the weights of parity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from margin.analysis.clusters import live
from training import runs
from training.experiments import EXPERIMENTS
from training.prediction import strength
from training.tables.collection import Collection, Table, named, number
from training.tables.curves import trajectories
from training.tables.weights import masses, weights


def final(collection: Collection) -> Table:
    """Where runs ended: steps, share of gamma*, and neurons and shares of mass by frequency or representation."""
    rows: list[Sequence[Any]] = []
    for source in trajectories(collection):
        for config, folder in collection.finished(source):
            result = runs.read_result(folder)
            lists = (" ".join(map(str, result[name])) for name in ("neurons", "shares"))
            values = result["step"], number(result["ratio"], 9), result["live"], number(result["power_min"], 9)
            task = (config.task.name, config.task.k, config.flat()["activation"], config.model.width)
            rows.append((named(source), *task, config.seed, config.digest(), *values, *lists))
    head = ("recipe", "task", "k", "activation", "width", "seed", "run")
    return Table((*head, "steps", "ratio", "live", "least_power", "neurons", "shares"), rows)


def moduli(collection: Collection) -> Table:
    """Margins reached for every n at k = 2."""
    rows: list[Sequence[Any]] = []
    for source in EXPERIMENTS["moduli"]:
        for config, folder in collection.finished(source):
            result = runs.read_result(folder)
            n = int(config.task.name.partition(":")[2])
            values = number(result["normalised_margin"], 10), number(result["ratio"], 9)
            rows.append((n, config.task.k, config.seed, config.digest(), config.model.width, result["step"], *values))
    return Table(("n", "k", "seed", "run", "width", "steps", "normalised_margin", "ratio"), rows)


def strengths(collection: Collection) -> Table:
    """What cross-entropy + lambda ||theta||^3 converged to, against lambda."""
    rows: list[Sequence[Any]] = []
    for source in EXPERIMENTS["strengths"]:
        for config, folder in collection.finished(source):
            result = runs.read_result(folder)
            n = int(config.task.name.partition(":")[2])
            values = number(strength(config), 10), *(number(result[name]) for name in ("margin", "norm", "ratio"))
            rows.append((n, config.task.k, config.seed, config.digest(), result["step"], *values))
    return Table(("n", "k", "seed", "run", "steps", "strength", "margin", "norm", "ratio"), rows)


def parity(collection: Collection) -> Table:
    """Weights of live neurons: ten bits, then w."""
    rows: list[Sequence[Any]] = []
    (source,) = [s for s in EXPERIMENTS["curves"] if s.preset == "parity"]
    for config, folder in collection.finished(source):
        U, W = weights(folder / runs.WEIGHTS)
        mass = masses(U, W, config)
        for i in np.flatnonzero(live(mass)):
            values = (number(x, 6) for x in (*U[:, i], *W[i]))
            rows.append((config.seed, int(i), number(mass[i] / mass.sum(), 6), *values))
    return Table(("seed", "neuron", "share", *(f"u{j}" for j in range(len(U))), "w0", "w1"), rows)
