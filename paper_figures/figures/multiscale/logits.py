"""What each cluster of one network adds to the logits, and how that moves along with the inputs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from margin.analysis.cyclic.logits import contribution, ranks
from paper_figures.figures.multiscale.cases import Example, example, one_heading
from paper_figures.picture import Picture
from paper_figures.style import BLUE, GREEN, GREY, PAGE, page, panel, whole_numbers

Array = NDArray[np.float64]
MOST = 6  # clusters that are shown
PAIR, SHIFT = (20, 30), 2


@dataclass(frozen=True)
class Contributions:
    """Logits (labels,) from each cluster and from all, at (a, b) and at (a + SHIFT, b + SHIFT)."""

    example: Example
    frequencies: list[int]
    parts: Array  # (clusters, 2, labels), less their mean
    logits: Array  # (2, labels)
    places: tuple[int, int]  # right labels
    ranks: Array  # (clusters, 2) of the right label by a cluster alone


def contributions() -> Contributions:
    """Raises MissingTable."""
    one = example()
    network, n = one.network, one.network.n
    pairs = [tuple((x + s) % n for x in PAIR) for s in (0, SHIFT)]
    rows = [a * n + b for a, b in pairs]
    parts = np.stack([contribution(network, f)[rows] for f in one.frequencies[:MOST]])
    labels = network.labels[rows]
    alone = np.stack([ranks(part, labels) for part in parts])
    return Contributions(
        one,
        one.frequencies[:MOST],
        parts - parts.mean(2, keepdims=True),
        network.logits[rows],
        (int(labels[0]), int(labels[1])),
        alone.astype(float),
    )


def draw(data: Contributions) -> Figure:
    """A row for each cluster, the last for the logits; left (a, b), right both moved."""
    count = len(data.frequencies)
    figure = page(0.85 * (count + 1) + 0.4, PAGE)
    grid = figure.subplots(count + 1, 2, sharex=True, sharey="row")
    for row in range(count + 1):
        for column in range(2):
            axes, place = grid[row, column], data.places[column]
            values = data.logits[column] if row == count else data.parts[row, column]
            axes.bar(np.arange(len(values)), values, color=GREY if row == count else BLUE, width=0.9)
            axes.plot(place, values[place], "*", color=GREEN, markersize=8, linestyle="none", label="right label")
            axes.axhline(0, color=GREY, linewidth=0.4)
            if row < count:
                axes.set_title(f"frequency {data.frequencies[row]}, rank {data.ranks[row, column]:.0f}", fontsize=7)
    for column in range(2):
        a, b = ((x + SHIFT * column) % data.logits.shape[1] for x in PAIR)
        panel(
            grid[0, column],
            "ab"[column],
            f"{a} + {b}; frequency {data.frequencies[0]}, rank {data.ranks[0, column]:.0f}",
        )
        grid[-1, column].set_title("all clusters and the offset: the logits", fontsize=7)
        grid[-1, column].set_xlabel("label")
        whole_numbers(grid[-1, column])
    grid[count // 2, 0].set_ylabel("added to the logits")
    grid[-1, 0].set_ylabel("logits")
    figure.align_ylabels(grid[:, 0])
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside lower center")
    return figure


def caption(data: Contributions) -> str:
    (first, second), n = data.places, data.logits.shape[1]
    a, b = PAIR
    return (
        f"Contributions of the clusters to the logits, less their mean: {data.example.told()}. (a) the inputs {a} and"
        f" {b}, right label {first}; (b) both moved by {SHIFT}, right label {second} (stars; rank 0: the largest by"
        f" that cluster alone). The last row has the {n} logits of the whole network, the {len(data.frequencies)}"
        " clusters shown and all others."
    )


PICTURES = [
    Picture(
        "multiscale-logits",
        "several scales, as Figures 6 and 31: what clusters add to the logits, and how it moves",
        ("multiscale-example",),
        contributions,
        caption,
        draw,
        heading=one_heading,
    )
]
