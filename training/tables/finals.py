"""Where runs ended: margins, strengths, features, the weights of parity, and what keeps two runs from their optimum."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any

import numpy as np

from margin.analysis.clusters import live
from training import runs
from training.experiments import EXPERIMENTS
from training.prediction import strength
from training.tables.collection import EXPERIMENTS as MAKE
from training.tables.collection import Collection, Table, named, number
from training.tables.curves import trajectories
from training.tables.weights import Array, masses, weights


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


# runs that end far below what is predicted: experiment, preset, a setting that tells the source, seed
STUCK: tuple[tuple[str, str, dict[str, Any], int], ...] = (
    ("gradient-descent", "morwani-parity", {}, 0),
    ("strengths", "mod23", {"strength": 0.937391}, 1),  # 0.98 lambda_c
)


def stuck(collection: Collection) -> Table:
    """Live neurons and share of the mass by feature: frequencies of addition, signs of parity's bits modulo sign."""
    rows: list[Sequence[Any]] = []
    for experiment, name, wanted, seed in STUCK:
        (source,) = [
            s for s in EXPERIMENTS[experiment] if s.preset == name and wanted.items() <= dict(s.settings).items()
        ]
        (config,) = [config for config in source.configs() if config.seed == seed]
        folder = collection.find(config)
        if folder is None or not runs.is_finished(folder):
            raise FileNotFoundError(
                f"stuck: no finished run {config.digest()} under {', '.join(map(str, collection.folders))}; make it"
                f" with `{MAKE} {experiment}`"
            )
        collection.use(source, config, folder)
        result = runs.read_result(folder)
        about = name, config.task.name, config.task.k, seed, config.digest(), number(result["ratio"], 6)
        features: Iterable[tuple[str | int, tuple[int, float]]]
        if config.task.name.startswith("parity"):
            U, W = weights(folder / runs.WEIGHTS)
            features = patterns(U[: config.task.k], masses(U, W, config))
        else:
            features = enumerate(zip(result["neurons"], result["shares"], strict=True), 1)
        rows += [(*about, feature, count, number(share, 6)) for feature, (count, share) in features]
    head = ("recipe", "task", "k", "seed", "run", "ratio")
    return Table((*head, "feature", "neurons", "share"), rows)


def patterns(bits: Array, mass: Array) -> Iterable[tuple[str, tuple[int, float]]]:
    """Live neurons and shares of the mass by the signs of the weights of k bits, the first taken as +, bits (k, m).

    All 2^(k-1) of them, in order, "+" before "-".
    """
    signs = np.where(bits * np.sign(bits[0]) < 0, "-", "+")
    names = np.array(["".join(column) for column in signs.T])
    alive, total = live(mass), mass.sum()
    for tail in product("+-", repeat=len(bits) - 1):
        own = names == "+" + "".join(tail)
        yield "+" + "".join(tail), (int((own & alive).sum()), float(mass[own].sum() / total))
