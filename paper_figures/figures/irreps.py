"""Which representations trained networks use, beside what the linear program allows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from margin import maximum_margin
from margin.tasks import GroupComposition, Task
from paper_figures import tables
from paper_figures.picture import Picture
from paper_figures.style import BLACK, PAGE, PALE, TRAINED, VERMILION, page, panel, seeds_text
from paper_figures.theory import heading, recipes

Array = NDArray[np.float64]
RUNS = ("s3", "s4", "dic3-k3")


@dataclass(frozen=True)
class Irreps:
    """Shares of mass by representation, (seeds, irreps), beside the least and greatest share of any optimum, (irreps,).

    `regular` is the share of each representation under the published choice, mass proportional to delta^2/(e c).
    """

    task: Task
    names: list[str]
    used: list[str]
    low: Array
    high: Array
    regular: Array
    shares: Array
    seeds: list[int]
    ratios: list[float]


def irreps(recipe: str) -> Irreps:
    """A group recipe's runs and the program of its task. Raises MissingTable."""
    rows = [row for row in tables.read("final") if row["recipe"] == recipe]
    task = recipes()[recipe]
    if not isinstance(task, GroupComposition):
        raise ValueError(f"recipe {recipe}: {task}, expected the composition of a group's elements")
    solved = maximum_margin(task)
    regular = np.array([r.dimension**2 / r.commutant / float(r.neuron_value) for r in solved.blocks])
    names = [f"dim {r.dimension}\n{r.type}" for r in solved.blocks]
    return Irreps(
        task,
        names,
        [r.used for r in solved.blocks],
        np.array([float(r.mass_range[0]) for r in solved.blocks]),
        np.array([float(r.mass_range[1]) for r in solved.blocks]),
        regular / regular.sum(),
        np.array([tables.numbers(row["shares"]) for row in rows]),
        [int(row["seed"]) for row in rows],
        [float(row["ratio"]) for row in rows],
    )


def draw(columns: list[Irreps]) -> Figure:
    """A panel a group: masses of each representation beside the range over all optima."""
    figure = page(2.9, PAGE)
    axes = figure.subplots(1, len(columns), sharey=True, width_ratios=[len(c.names) + 0.5 for c in columns])
    for i, column in enumerate(columns):
        panel(axes[i], "abc"[i], column.task.title)
        for x, (low, high, regular) in enumerate(zip(column.low, column.high, column.regular, strict=True)):
            axes[i].bar(x, max(high - low, 0.006), bottom=low - (0.003 if high == low else 0), width=0.7, color=PALE)
            axes[i].plot([x - 0.35, x + 0.35], [low, low], color=BLACK, linewidth=0.9)
            axes[i].plot([x - 0.35, x + 0.35], [high, high], color=BLACK, linewidth=0.9)
            axes[i].plot(x, regular, marker="_", color=VERMILION, markersize=10, markeredgewidth=1.4, zorder=2)
            count = len(column.shares)
            spread = x + 0.2 * (np.arange(count) - (count - 1) / 2) / max(1, count - 1) * 2
            axes[i].plot(spread, column.shares[:, x], "o", color=TRAINED, markersize=2.6, zorder=3)
        labels = [f"{name}\n{used}" for name, used in zip(column.names, column.used, strict=True)]
        axes[i].set_xticks(range(len(column.names)), labels, fontsize=6.5)
        axes[i].set_xlim(-0.6, len(column.names) - 0.4)
        axes[i].tick_params(axis="x", length=0)
    axes[0].set_ylim(-0.02, 1)
    axes[0].set_ylabel(r"share of mass $\|\theta\|^{k+1}$")
    handles = [
        Line2D([], [], marker="o", color=TRAINED, linestyle="none", markersize=3),
        (Patch(facecolor=PALE, edgecolor=BLACK, linewidth=0.9)),
        Line2D([], [], marker="_", color=VERMILION, linestyle="none", markersize=10, markeredgewidth=1.4),
    ]
    names = ["trained, one dot per seed", "range over all optima of the linear program", "published: regular share"]
    figure.legend(handles, names, loc="outside lower center", ncols=3)
    return figure


def caption(columns: list[Irreps]) -> str:
    """What is shown, with seeds and the least end of each group."""
    parts = [
        f"{column.task.title}: {seeds_text(column.seeds)}, least end {min(column.ratios):.5f} gamma*"
        for column in columns
    ]
    return (
        "Share of ||theta||^(k+1) held by the neurons of each non-trivial real irreducible representation (dots: end of"
        " training, one per seed), between the least and greatest share in any network of maximum margin (grey, by the"
        " linear program); red: every representation with its regular share, as published. Below the axis: whether"
        f" every, some or no network of maximum margin uses it. {'; '.join(parts)}."
    )


PICTURES = [
    Picture(
        "irreps",
        "mass per representation, S3, S4 and Dic3, trained and predicted",
        ("final",),
        lambda: [irreps(name) for name in RUNS],
        caption,
        draw,
        heading=lambda columns: heading(column.task for column in columns),
    )
]
