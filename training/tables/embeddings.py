"""Neurons of runs of gradient descent: weights of the first ones step by step, and phases of all before and after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from margin.analysis.clusters import live
from margin.analysis.fourier import dominant
from margin.analysis.phases import phase_residuals
from margin.analysis.phases import phases as angles
from training import runs
from training.config import Config
from training.experiments import EXPERIMENTS
from training.tables.collection import EXPERIMENTS as MAKE
from training.tables.collection import Collection, Table, number
from training.tables.weights import Array, masses, weights

NEURONS = 10  # shown in a figure
EMBEDDINGS = {  # name: table of runs, preset
    "mod71": ("paper-scale", "morwani-mod71"),
    "mod71-relu": ("paper-scale", "morwani-mod71-relu"),
    "mod23": ("gradient-descent", "morwani-mod71"),
    "mod23-relu": ("gradient-descent", "morwani-mod71-relu"),
}
PHASES = ("mod23", "mod23-relu")  # of these runs


def embedding(name: str) -> Callable[[Collection], Table]:
    """First input's weights of the first ten neurons alive at the end, at every kept step."""

    def collect(collection: Collection) -> Table:
        config, kept = _kept(collection, name, f"embedding-{name}")
        chosen = np.flatnonzero(live(masses(*weights(kept[max(kept)]), config)))[:NEURONS]
        rows: list[Sequence[Any]] = []
        for step, path in kept.items():
            U, _ = weights(path)
            rows += [(step, int(i), *(number(x, 4) for x in U[0, :, i])) for i in chosen]
        return Table(("step", "neuron", *(f"u{a}" for a in range(U.shape[1]))), rows)

    return collect


def phases(collection: Collection) -> Table:
    """Phases in turns of u_1, u_2 and w of each neuron alive at the end, at its own frequency: first and last step.

    `residual` is theta_w - theta_u - theta_v in turns. The frequency is that of largest power at the last step, of all
    three vectors together.
    """
    rows: list[Sequence[Any]] = []
    for name in PHASES:
        config, kept = _kept(collection, name, "phases")
        arrays = {step: _vectors(*weights(kept[step])) for step in (min(kept), max(kept))}
        last = arrays[max(kept)]
        mass = masses(*weights(kept[max(kept)]), config)
        frequencies = dominant(last, 1, pooled=0)
        for step, vectors in arrays.items():
            turns, apart = angles(vectors, frequencies[None], 1), phase_residuals(vectors, frequencies)
            for i in np.flatnonzero(live(mass) & (frequencies > 0)):
                about = name, config.digest(), step, int(i), int(frequencies[i]), number(mass[i] / mass.sum(), 6)
                rows.append((*about, *(number(x, 6) for x in turns[:, i]), number(apart[i], 4)))
    return Table(("name", "run", "step", "neuron", "frequency", "share", "u1", "u2", "w", "residual"), rows)


def _vectors(U: Array, W: Array) -> Array:
    """u_1, u_2 and w, (3, n, m)."""
    return np.concatenate([U, W.T[None]])


def _kept(collection: Collection, name: str, table: str) -> tuple[Config, dict[int, Path]]:
    """The run of EMBEDDINGS and the files of its weights by step. Raises FileNotFoundError without any."""
    experiment, preset_name = EMBEDDINGS[name]
    (source,) = [s for s in EXPERIMENTS[experiment] if s.preset == preset_name]
    (config,) = source.configs()
    folder = collection.find(config)
    kept = {} if folder is None else {s: folder / runs.snapshot(s) for s in range(config.steps + 1)}
    kept = {step: path for step, path in kept.items() if path.is_file()}
    if folder is None or not kept:
        raise FileNotFoundError(
            f"{table}: no weights of run {config.digest()} under"
            f" {', '.join(map(str, collection.folders))}; make them with `{MAKE} {experiment}`"
        )
    collection.use(source, config, folder)
    return config, kept
