"""Neurons per frequency and their shares of the mass: every frequency is used, with equal mass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from margin import ModularAddition, maximum_margin
from paper_figures import tables
from paper_figures.picture import Picture
from paper_figures.style import PAGE, SKY, TRAINED, line_of_theory, page, panel, seeds_text, span

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Frequencies:
    """Live neurons and shares of mass by frequency 1..n//2, (seeds, frequencies), and the predicted share."""

    n: int
    width: int
    seeds: list[int]
    neurons: Array
    shares: Array
    predicted: float
    ratios: list[float]


def frequencies(recipe: str) -> Frequencies:
    """Where the runs of a recipe ended. Raises MissingTable."""
    rows = [row for row in tables.read("final") if row["recipe"] == recipe]
    n = int(rows[0]["task"].partition(":")[2])
    (kind,) = maximum_margin(ModularAddition(n, int(rows[0]["k"]))).blocks
    return Frequencies(
        n,
        int(rows[0]["width"]),
        [int(row["seed"]) for row in rows],
        np.array([tables.numbers(row["neurons"]) for row in rows]),
        np.array([tables.numbers(row["shares"]) for row in rows]),
        float(kind.mass),
        [float(row["ratio"]) for row in rows],
    )


def draw(columns: list[Frequencies]) -> Figure:
    """A column a modulus: neurons above, shares of mass below, by frequency."""
    figure = page(3.6, PAGE)
    axes = figure.subplots(2, len(columns), sharex="col", width_ratios=[1, 1.6])
    for i, column in enumerate(columns):
        upper, lower = axes[:, i]
        places = np.arange(1, column.neurons.shape[1] + 1)
        middle = np.median(column.neurons, axis=0)
        ends = np.abs(np.array([column.neurons.min(0), column.neurons.max(0)]) - middle)
        upper.bar(places, middle, color=SKY, width=0.85)
        upper.errorbar(places, middle, ends, fmt="none", ecolor=TRAINED, elinewidth=0.8)
        upper.set_ylim(0, column.neurons.max() * 1.05)
        for seed in column.shares:
            lower.plot(places, seed, "o", color=TRAINED, markersize=2, alpha=0.6, markeredgewidth=0)
        line_of_theory(lower, column.predicted, f"predicted: 1/{round(1 / column.predicted)} of the mass each")
        lower.set_ylim(0, 1.35 * max(column.shares.max(), column.predicted))
        panel(upper, "ab"[i], f"n = {column.n}, width {column.width}")
        lower.set_xlabel("frequency")
        lower.set_xlim(0.3, places[-1] + 0.7)
    axes[0, 0].set_ylabel("neurons")
    axes[1, 0].set_ylabel(r"share of mass $\|\theta\|^3$")
    axes[0, 0].set_xticks([1, 3, 5, 7, 9, 11])
    axes[0, 1].set_xticks([1, 5, 10, 15, 20, 25, 30, 35])
    figure.align_ylabels(axes[:, 0])
    return figure


def caption(columns: list[Frequencies]) -> str:
    """What is shown, with seeds and the range of the shares."""
    parts = [
        f"n = {column.n}: {seeds_text(column.seeds)}, least end {min(column.ratios):.5f} gamma*; shares of mass"
        f" {span(column.shares.min(), column.shares.max(), 5)}, predicted {column.predicted:.5f}"
        for column in columns
    ]
    return (
        "Live neurons by the frequency of their largest power (upper row: median over seeds, lines from least to most)"
        " and the share of ||theta||^3 that each frequency holds (lower row: one dot per seed). Addition mod n, k = 2,"
        f" the project's recipes. {'; '.join(parts)}. Numbers of neurons are left to chance; masses are not."
    )


PICTURES = [
    Picture(
        "frequencies",
        "neurons and mass per frequency, mod 23 and mod 71",
        ("final",),
        lambda: [frequencies("mod23"), frequencies("mod71")],
        caption,
        draw,
    )
]
