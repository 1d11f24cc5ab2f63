"""What noise on a cluster's weights does, and what removing its neurons does."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from paper_figures.figures.multiscale.cases import MODULI, batches, heading
from paper_figures.picture import Picture
from paper_figures.style import BLUE, GREY, PAGE, SERIES, VERMILION, page, panel, span
from paper_figures.tables import Row

Array = NDArray[np.float64]
SIGMAS = ("0.1", "0.225", "0.5")
PARTS = ("0", "25", "50", "75", "100")
PRINTED = 0.225  # up to which the paper finds that the loss barely changes


def seeds(rows: list[Row]) -> int:
    """How many networks the rows are of."""
    return len({(row["n"], row["seed"]) for row in rows})


@dataclass(frozen=True)
class Noise:
    """Loss with noise over that without, and accuracy, of each cluster: (clusters, 1 + sigmas), by n."""

    ratios: dict[int, Array]
    accuracies: dict[int, Array]
    seeds: dict[int, int]


def noise() -> Noise:
    """Raises MissingTable."""
    ratios, accuracies, counts = {}, {}, {}
    for n in MODULI:
        rows = batches("clusters", n)
        losses = np.array([[float(row[f"loss{end}"]) for end in ("", *(f"_{s}" for s in SIGMAS))] for row in rows])
        ratios[n] = losses / losses[:, :1]
        ends = ("", *(f"_{s}" for s in SIGMAS))
        accuracies[n] = np.array([[float(row[f"accuracy{end}"]) for end in ends] for row in rows])
        counts[n] = seeds(rows)
    return Noise(ratios, accuracies, counts)


def draw_noise(data: Noise) -> Figure:
    """Ratio of losses and accuracy against the noise: median, and where 90% of the clusters are."""
    figure = page(2.4, PAGE)
    first, second = figure.subplots(1, 2)
    places = np.array([0.0, *map(float, SIGMAS)])
    for axes, values in ((first, data.ratios), (second, data.accuracies)):
        for (n, clusters), colour in zip(values.items(), (BLUE, VERMILION), strict=True):
            low, middle, high = np.quantile(clusters, (0.05, 0.5, 0.95), axis=0)
            axes.plot(places, middle, "o-", color=colour, label=f"n = {n}")
            axes.fill_between(places, low, high, color=colour, alpha=0.2, linewidth=0)
        axes.axvline(PRINTED, color=GREY, linewidth=0.8, linestyle=":")
        axes.set_xlabel(r"$\sigma$ of the factors $\exp(N(0, \sigma^2))$")
    first.set_yscale("log")
    first.set_yticks([1, 2, 5, 10, 20, 50], ["1", "2", "5", "10", "20", "50"])
    first.minorticks_off()
    first.annotate("published", (PRINTED, 0.97), (3, 0), xycoords=("data", "axes fraction"), textcoords="offset points",
                   va="top", fontsize=7, color=GREY)  # fmt: skip
    first.legend(loc="upper left")
    panel(first, "a", "loss with noise over loss without")
    panel(second, "b", "accuracy with noise")
    return figure


def caption_noise(data: Noise) -> str:
    at = SIGMAS.index(f"{PRINTED}") + 1
    parts = [
        f"n = {n}: {len(values)} clusters of {data.seeds[n]} seeds with, at {PRINTED}, {np.median(values[:, at]):.2f}"
        f" times the loss in the median, accuracy {data.accuracies[n][:, at].mean():.4f}"
        for n, values in data.ratios.items()
    ]
    return (
        "Every weight of one cluster's neurons times its own random factor: median over clusters (line) and where 90%"
        f" of them are (shaded), loss and accuracy on all pairs, means of three draws; dotted: the paper's"
        f" {PRINTED}. {'; '.join(parts)}."
    )


@dataclass(frozen=True)
class Ablation:
    """Losses and accuracies (clusters, parts) mod 91, those of the clusters of the first network, their labels."""

    losses: Array
    accuracies: Array
    first: list[int]  # rows
    frequencies: list[str]
    seed: int
    seeds: int


def ablation() -> Ablation:
    """Raises MissingTable."""
    rows = batches("ablation", 91)
    first = [i for i, row in enumerate(rows) if row["seed"] == rows[0]["seed"]]
    values = [
        np.array([[float(row[f"{what}_{part}"]) for part in PARTS] for row in rows]) for what in ("loss", "accuracy")
    ]
    labels = [f"{rows[i]['frequency']} ({rows[i]['neurons']} neurons)" for i in first]
    return Ablation(values[0], values[1], first, labels, int(rows[0]["seed"]), seeds(rows))


def draw_ablation(data: Ablation) -> Figure:
    """Loss and accuracy against the share removed: clusters of one network, and the range over all."""
    figure = page(2.9, PAGE)
    grid = figure.subplots(1, 2)
    for axes, values, letter, what in zip(
        grid, (data.losses, data.accuracies), "ab", ("loss", "accuracy"), strict=True
    ):
        low, high = np.quantile(values, (0.05, 0.95), axis=0)
        places = np.array([float(part) for part in PARTS])
        axes.fill_between(places, low, high, color="#D9D9D9", linewidth=0)
        for i, row in enumerate(data.first):
            axes.plot(places, values[row], "o-", color=SERIES[i % len(SERIES)], label=data.frequencies[i])
        axes.set_xlabel("percent of the cluster's neurons removed")
        panel(axes, letter, what)
    grid[0].set_yscale("log")
    grid[0].set_yticks([0.03, 0.05, 0.1, 0.2], ["0.03", "0.05", "0.1", "0.2"])
    grid[0].minorticks_off()
    handles, names = grid[1].get_legend_handles_labels()
    title = f"clusters of seed {data.seed}; grey: 90% of all"
    figure.legend(handles, names, loc="outside lower center", ncols=len(names), title=title, columnspacing=1)
    return figure


def caption_ablation(data: Ablation) -> str:
    without = data.accuracies[:, -1]
    return (
        "Loss and accuracy on all pairs without random neurons of one cluster, means of three draws: lines for the"
        f" clusters of seed {data.seed}, shaded where 90% of the {len(data.losses)} clusters of {data.seeds} seeds"
        f" are; n = 91, batches. Without a whole cluster the accuracy is {np.median(without):.4f} in the median,"
        f" {span(without.min(), without.max(), 4)}."
    )


PICTURES = [
    Picture(
        "multiscale-noise",
        "several scales, as Figure 26: noise on the weights of a cluster",
        ("multiscale-clusters",),
        noise,
        caption_noise,
        draw_noise,
        heading=partial(heading, "clusters"),
    ),
    Picture(
        "multiscale-ablation",
        "several scales, as Figure 27: neurons of a cluster removed at random",
        ("multiscale-ablation",),
        ablation,
        caption_ablation,
        draw_ablation,
        heading=partial(heading, "ablation"),
    ),
]
