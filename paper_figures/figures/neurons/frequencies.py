"""Neurons per frequency and their shares of the mass: every frequency is used, with equal mass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from margin import ModularAddition, maximum_margin
from paper_figures import tables
from paper_figures.picture import Picture
from paper_figures.style import BLACK, GREY, PAGE, THEORY, TRAINED, page, panel, seeds_text
from paper_figures.theory import heading

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

    @property
    def extra(self) -> Array:
        """Neurons over the mean of their run, less 1, (seeds, frequencies)."""
        return self.neurons / self.neurons.mean(1, keepdims=True) - 1

    @property
    def deviations(self) -> Array:
        """Shares over the predicted one, less 1, (seeds, frequencies)."""
        return self.shares / self.predicted - 1


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
    """A column a modulus: how far neurons (above) and shares of mass (below) are from equal, by frequency."""
    figure = page(3.6, PAGE)
    axes = figure.subplots(2, len(columns), sharex="col", width_ratios=[1, 1.6])
    for i, column in enumerate(columns):
        upper, lower = axes[:, i]
        places = np.arange(1, column.neurons.shape[1] + 1)
        for place, values in ((upper, 100 * column.extra), (lower, 100 * column.deviations)):
            for seed, jitter in zip(values, np.linspace(-0.28, 0.28, len(values)), strict=True):
                place.plot(places + jitter, seed, "o", color=TRAINED, markersize=1.8, alpha=0.6, markeredgewidth=0)
            most = 1.25 * np.abs(values).max()
            place.set_ylim(-most, most)
        upper.axhline(0, color=GREY, linewidth=0.7)
        upper.plot(places, 100 * np.median(column.extra, axis=0), "_", color=BLACK, markersize=6)
        lower.axhline(0, color=THEORY, linewidth=0.9, linestyle=(0, (5, 2)), zorder=1)
        told = f"dashed: predicted, 1/{round(1 / column.predicted)} of the mass each"
        lower.text(0.99, 0.03, told, transform=lower.transAxes, ha="right", fontsize=7)
        panel(upper, "ab"[i], f"n = {column.n}, {column.width} neurons")
        lower.set_xlabel("frequency")
        lower.set_xlim(0.3, places[-1] + 0.7)
        ticks = [1, *range(5, int(places[-1]) + 1, 5)] if places[-1] > 20 else list(range(1, int(places[-1]) + 1, 2))
        lower.set_xticks(ticks)
    axes[0, 0].set_ylabel("neurons: deviation\nfrom equal numbers, %")
    axes[1, 0].set_ylabel("share of mass: deviation\nfrom the prediction, %")
    figure.align_ylabels(axes[:, 0])
    return figure


def caption(columns: list[Frequencies]) -> str:
    """What is shown, with seeds and the range of the shares."""
    parts = [
        f"n = {column.n}: {seeds_text(column.seeds)}, least end {min(column.ratios):.5f} gamma*,"
        f" {column.neurons.min():.0f} to {column.neurons.max():.0f} neurons a frequency, at most"
        f" {100 * np.abs(column.extra).max():.0f}% from equal; shares of mass at most"
        f" {100 * np.abs(column.deviations).max():.2g}% from the predicted {column.predicted:.5f}"
        for column in columns
    ]
    return (
        "How far the numbers of live neurons by the frequency of their largest power are from the mean of their run"
        " (upper row: one dot per seed, bars: medians), and how far the share of ||theta||^3 that each frequency holds"
        " is from the predicted one (lower row: one dot per seed). Addition mod n, k = 2, the project's recipes."
        f" {'; '.join(parts)}. Numbers of neurons are left to chance; masses are not."
    )


PICTURES = [
    Picture(
        "frequencies",
        "neurons and mass per frequency, as deviations from equal, mod 23 and mod 71",
        ("final",),
        lambda: [frequencies("mod23"), frequencies("mod71")],
        caption,
        draw,
        heading=lambda columns: heading(ModularAddition(column.n, 2) for column in columns),
    )
]
