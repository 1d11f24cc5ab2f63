"""Seconds from random weights to gamma*, per task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from paper_figures import tables
from paper_figures.picture import Picture
from paper_figures.style import BLACK, COLUMN, TRAINED, page

Array = NDArray[np.float64]
TARGET = 0.9999  # share of gamma* at which most recipes stop; the others are marked
CORES = "one thread of two x86-64 cores, another process on the other"  # training/data/README.md


@dataclass(frozen=True)
class Seconds:
    """Processor seconds and shares of gamma* reached by recipe, each (seeds,).

    `targets`: the share at which a recipe stops; `titles` of its task, and that task as `margin.tasks` spells it.
    """

    seconds: dict[str, Array]
    ratios: dict[str, Array]
    targets: dict[str, float]
    titles: dict[str, str]
    tasks: dict[str, str]
    machine: str  # in words

    @property
    def order(self) -> list[str]:
        """Recipes, fastest first."""
        return sorted(self.seconds, key=lambda name: float(np.median(self.seconds[name])))


def seconds() -> Seconds:
    """Raises MissingTable, or ValueError for a recipe that is not among the presets."""
    rows, presets = tables.read("seconds"), {row["recipe"]: row for row in tables.read("presets")}
    names = list(dict.fromkeys(row["preset"] for row in rows))
    if unknown := [name for name in names if name not in presets]:
        raise ValueError(f"no {', '.join(unknown)} in presets.csv; make it with `{tables.MAKE} presets --date DATE`")
    return Seconds(
        {x: np.array([float(row["processor_seconds"]) for row in rows if row["preset"] == x]) for x in names},
        {x: np.array([float(row["ratio"]) for row in rows if row["preset"] == x]) for x in names},
        {x: tables.value(presets[x]["stop_ratio"]) for x in names},
        {x: presets[x]["label"] for x in names},
        {x: presets[x]["task"] for x in names},
        _machine(tables.provenance("seconds")),
    )


def _machine(origin: dict[str, Any]) -> str:
    """When and on what, as training/data/README.md says of the table."""
    return f"on {origin['date']} on {CORES}, torch {origin['versions']['torch']}"


def draw(data: Seconds) -> Figure:
    """A row a task, fastest first: seconds of each seed and their median."""
    figure = page(2.9, COLUMN)
    axes = figure.subplots()
    for row, name in enumerate(data.order):
        values = data.seconds[name]
        axes.plot(values, np.full(len(values), row), "o", color=TRAINED, markersize=3.5, alpha=0.55, markeredgewidth=0)
        axes.plot(np.median(values), row, "|", color=BLACK, markersize=10, markeredgewidth=1.2)
        if data.targets[name] != TARGET:
            axes.annotate(
                rf"to {data.targets[name]:g} $\gamma^*$", (values.max(), row), (6, 0), textcoords="offset points",
                va="center", fontsize=6.5,
            )  # fmt: skip
    axes.set_xscale("log")
    axes.set_xticks([0.5, 1, 2, 5, 10, 20, 50], ["0.5", "1", "2", "5", "10", "20", "50"])
    axes.minorticks_off()
    axes.set_yticks(range(len(data.order)), [data.titles[name] for name in data.order])
    axes.set_ylim(len(data.order) - 0.5, -0.5)
    axes.grid(axis="x", color="#E5E5E5", linewidth=0.5)
    axes.set_axisbelow(True)
    axes.set_xlabel(r"processor seconds to 0.9999 $\gamma^*$")
    return figure


def caption(data: Seconds) -> str:
    """What is shown, up to which share of gamma*, over how many seeds, and whether all reached it."""
    count = {len(values) for values in data.seconds.values()}
    least = min(float((data.ratios[name] - data.targets[name]).min()) for name in data.ratios)
    verdict = "every run reached it" if least >= 0 else "not every run reached it"
    marked = "; ".join(
        f"{', '.join(data.tasks[name].partition(':')[2] for name, share in data.targets.items() if share == target)}:"
        f" {target:g}"
        for target in dict.fromkeys(data.targets.values())
        if target != TARGET
    )
    return (
        f"Processor seconds (one thread, training and measuring) from random weights to {TARGET:g} of gamma*"
        f" ({marked}), {', '.join(map(str, sorted(count)))} seeds per task (dots), medians as bars;"
        f" {verdict}. Measured {data.machine}."
    )


_HEADING = "Activation x^k, k the number of inputs; one thread of two x86-64 cores"
PICTURES = [
    Picture(
        "seconds",
        "seconds to 0.9999 gamma* per task",
        ("seconds", "presets"),
        seconds,
        caption,
        draw,
        heading=_HEADING,
    )
]
