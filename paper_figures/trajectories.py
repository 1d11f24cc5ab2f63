"""Trajectories of trained networks: what the figures of margins against steps are made from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from margin import maximum_margin
from margin.tasks import Task
from paper_figures import tables
from paper_figures.theory import published_margin, recipes

Array = NDArray[np.float64]
# what is trained, for panels' titles
METHODS = {
    **dict.fromkeys(("mod23", "mod71", "k3-n13", "k3-n23"), "Adam, cross-entropy"),
    **dict.fromkeys(("even30", "even32", "s3", "s4", "dic3-k3"), "Adam, soft minimum of margins"),
    "parity": "Adam, cross-entropy",
    **dict.fromkeys(
        ("morwani-mod71", "morwani-mod71:23", "morwani-s3", "morwani-parity"), "gradient descent, published schedule"
    ),
}


@dataclass(frozen=True)
class Curves:
    """Trajectories of one recipe: for each seed steps and the share of gamma* reached, both (records,)."""

    recipe: str
    task: Task
    gamma: float
    published: float | None
    width: int
    runs: dict[int, tuple[Array, Array]]

    @property
    def last(self) -> Array:
        """Share of gamma* at the end of each run."""
        return np.array([share[-1] for _, share in self.runs.values()])


def curves(names: tuple[str, ...], optional: tuple[str, ...] = ()) -> list[Curves]:
    """Trajectories of recipes; `optional` ones are left out where the table has none.

    Raises MissingTable, or ValueError for a recipe without runs.
    """
    rows = tables.read("curves")
    sizes = {row["recipe"]: int(row["width"]) for row in tables.read("final")}
    tasks = recipes()
    columns = []
    for name in names:
        seeds: dict[int, list[tuple[float, float]]] = {}
        for row in rows:
            if row["recipe"] == name:
                seeds.setdefault(int(row["seed"]), []).append((float(row["step"]), float(row["ratio"])))
        if seeds:
            runs = {seed: (np.array(points)[:, 0], np.array(points)[:, 1]) for seed, points in seeds.items()}
            task = tasks[name]
            columns.append(Curves(name, task, float(maximum_margin(task)), published_margin(task), sizes[name], runs))
        elif name not in optional:
            raise ValueError(
                f"no runs of {name} in curves.csv; make them with `python -m training experiments curves` and"
                " `python -m training tables curves --runs DIR --date DATE`"
            )
    return columns
