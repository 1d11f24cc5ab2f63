"""Weights of the first neurons of runs of gradient descent, step by step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from margin.analysis.clusters import live
from training import runs
from training.experiments import EXPERIMENTS
from training.tables.collection import EXPERIMENTS as MAKE
from training.tables.collection import Collection, Table, number
from training.tables.weights import masses, weights

NEURONS = 10  # shown in a figure
EMBEDDINGS = {  # name: table of runs, preset
    "mod71": ("paper-scale", "morwani-mod71"),
    "mod71-relu": ("paper-scale", "morwani-mod71-relu"),
    "mod23": ("gradient-descent", "morwani-mod71"),
    "mod23-relu": ("gradient-descent", "morwani-mod71-relu"),
}


def embedding(name: str) -> Callable[[Collection], Table]:
    """First input's weights of the first ten neurons alive at the end, at every kept step."""
    table, preset_name = EMBEDDINGS[name]

    def collect(collection: Collection) -> Table:
        (source,) = [s for s in EXPERIMENTS[table] if s.preset == preset_name]
        (config,) = source.configs()
        folder = collection.find(config)
        kept = {} if folder is None else {s: folder / runs.snapshot(s) for s in range(config.steps + 1)}
        kept = {step: path for step, path in kept.items() if path.is_file()}
        if folder is None or not kept:
            raise FileNotFoundError(
                f"embedding-{name}: no weights of run {config.digest()} under"
                f" {', '.join(map(str, collection.folders))}; make them with `{MAKE} {table}`"
            )
        collection.use(source, config, folder)
        chosen = np.flatnonzero(live(masses(*weights(kept[max(kept)]), config)))[:NEURONS]
        rows: list[Sequence[Any]] = []
        for step, path in kept.items():
            U, _ = weights(path)
            rows += [(step, int(i), *(number(x, 4) for x in U[0, :, i])) for i in chosen]
        return Table(("step", "neuron", *(f"u{a}" for a in range(U.shape[1]))), rows)

    return collect
