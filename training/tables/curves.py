"""How normalised margins rise: against steps, thinned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from training import runs
from training.experiments import EXPERIMENTS, Source
from training.tables.collection import Collection, Table, named, number

RECORDS = 100  # of a trajectory, evenly, both ends kept


def curves(collection: Collection) -> Table:
    """Normalised margin and share of gamma* against steps."""
    rows: list[Sequence[Any]] = []
    for source in trajectories(collection):
        for config, folder in collection.finished(source):
            records = [record for record in runs.read_trajectory(folder) if record["step"]]
            for record in runs.thinned(records, RECORDS):
                values = number(record["normalised_margin"]), number(record["ratio"])
                rows.append((named(source), config.seed, record["step"], *values))
    return Table(("recipe", "seed", "step", "normalised_margin", "ratio"), rows)


def trajectories(collection: Collection) -> list[Source]:
    """Recipes, gradient descent, and what has finished of the paper-scale runs."""
    paper = [source for source in EXPERIMENTS["paper-scale"] if source.preset.startswith("morwani")]
    done = [source for source in paper if all(map(collection.is_finished, source.configs()))]
    return [*EXPERIMENTS["curves"], *EXPERIMENTS["gradient-descent"], *done]
