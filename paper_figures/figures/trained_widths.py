"""Representable is not learnable: share of gamma* reached by training against width, and the widest networks pruned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from margin import ModularAddition
from paper_figures import tables
from paper_figures.picture import Picture
from paper_figures.style import BLACK, ORANGE, PAGE, TRAINED, page, panel, seeds_text
from paper_figures.theory import heading

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Task:
    """Runs of one task: width, seed and share of gamma* of each (runs,); of pruned networks neurons and share."""

    n: int
    k: int
    fewest: int
    width: NDArray[np.int64]
    seed: NDArray[np.int64]
    ratio: Array
    pruned_width: NDArray[np.int64]
    pruned_ratio: Array

    @property
    def widths(self) -> list[int]:
        return sorted({int(width) for width in self.width})

    def at(self, width: int) -> Array:
        return self.ratio[self.width == width]


def trained_widths() -> list[Task]:
    """Raises MissingTable."""
    rows = tables.read("widths")
    result = []
    for task, k, fewest in dict.fromkeys((row["task"], row["k"], row["fewest"]) for row in rows):
        chosen = [row for row in rows if (row["task"], row["k"]) == (task, k)]
        pruned = [row for row in chosen if row["pruned_width"]]
        result.append(
            Task(
                int(task.partition(":")[2]),
                int(k),
                int(fewest),
                np.array([int(row["width"]) for row in chosen]),
                np.array([int(row["seed"]) for row in chosen]),
                np.array([float(row["ratio"]) for row in chosen]),
                np.array([int(row["pruned_width"]) for row in pruned]),
                np.array([float(row["pruned_ratio"]) for row in pruned]),
            )
        )
    return result


def draw(data: list[Task]) -> Figure:
    """Share of gamma* against width, one panel for each task."""
    figure = page(3.0, PAGE)
    for axes, task, letter in zip(figure.subplots(1, len(data), squeeze=False)[0], data, "abcd", strict=False):
        widths = task.widths
        axes.axhline(1, color=BLACK, linewidth=0.6)
        axes.semilogx(task.width, task.ratio, "o", color=TRAINED, markersize=2.4, label="trained, one seed each")
        medians = [float(np.median(task.at(width))) for width in widths]
        axes.plot(widths, medians, "-", color=TRAINED, linewidth=0.9, label="median")
        axes.plot(
            task.pruned_width,
            task.pruned_ratio,
            "*",
            color=ORANGE,
            markersize=9,
            zorder=3,
            label=f"the {len(task.pruned_width)} of width {widths[-1]}, pruned",
        )
        axes.set_xticks(widths, [str(width) for width in widths])
        axes.minorticks_off()
        axes.set_xlabel("neurons")
        axes.set_ylabel(r"share of $\gamma^*$ reached")
        axes.legend(loc="lower right")
        panel(axes, letter, f"n = {task.n}, k = {task.k}: {task.fewest} neurons are the fewest")
    return figure


def caption(data: list[Task]) -> str:
    """What is shown, with medians at the least width and the neurons left by pruning."""
    parts = []
    for task in data:
        least, last = task.widths[0], task.widths[-1]
        values = f"{np.median(task.at(least)):.3f} at {least} neurons, {np.median(task.at(last)):.6f} at {last}"
        worst = task.pruned_ratio.min()
        share = "1 to nine digits" if worst == 1 else f"{worst:.9f} or more"
        pruned = f"mean {task.pruned_width.mean():.2f} neurons, share {share}"
        name = f"n = {task.n}, k = {task.k}, {seeds_text(sorted(set(task.seed.tolist())))}"
        parts.append(f"{name}: median {values}; pruned: {pruned}")
    return (
        "Share of gamma* that networks for addition mod n reach from random weights against their width, from the"
        " proved minimum to eight times it (dots, line: median). Stars: the widest networks after `prune`."
        f" {'. '.join(parts)}."
    )


PICTURES = [
    Picture(
        "trained-widths",
        "share of gamma* reached against width, and wide networks pruned",
        ("widths",),
        trained_widths,
        caption,
        draw,
        heading=lambda data: heading(ModularAddition(task.n, task.k) for task in data),
    )
]
