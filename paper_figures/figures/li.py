"""Figures 1, 2 and 5 to 8 of Li et al.: neurons of the x^k network are cosines, and cover every frequency."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from margin.analysis.fourier import power_without_mean
from paper_figures import tables
from paper_figures.parts import bars, cosine_fits
from paper_figures.picture import Picture
from paper_figures.style import PAGE, PALE, SKY, THEORY, TRAINED, page, panel, span, whole_numbers

Array = NDArray[np.float64]
PRINTED = {4: (47, 2944, "1", "2"), 3: (97, 1536, "5", "6"), 5: (23, 5632, "7", "8")}  # p, width, figures
MOST = 0.99  # of the mass


@dataclass(frozen=True)
class Run:
    """Size of a run and what it reached."""

    k: int
    p: int
    width: int
    steps: int
    ratio: float
    train_accuracy: float
    test_accuracy: float

    measured_at: int

    def text(self) -> str:
        """Size, training and result of the run in words, beside the published size."""
        printed_p, printed_width, *_ = PRINTED[self.k]
        if (self.p, self.width) == (printed_p, printed_width):
            size = "the published size"
        else:
            size = f"published: p = {printed_p}, width {printed_width}"
        text = (
            f"x^{self.k} network, k = {self.k}, p = {self.p}, width {self.width} ({size}), {self.steps:,} AdamW steps"
            " in batches of 1024 on half of the population, regulariser 0.005 ||theta||, one seed (0)"
        )
        if isnan(self.ratio):
            return text
        return (
            f"{text}; at step {self.measured_at:,} accuracy {self.train_accuracy:.4f} on the training half and"
            f" {self.test_accuracy:.4f} on the other, normalised margin of the population {self.ratio:.3f} of gamma*"
        )


@dataclass(frozen=True)
class Neurons:
    """u_1 and w of some neurons, each (neurons, p)."""

    run: Run
    numbers: list[int]
    first: Array
    output: Array


def neurons(k: int) -> Neurons:
    """Raises MissingTable."""
    rows = tables.read(f"li-neurons-k{k}")
    by_name = {
        name: np.array([tables.numbers(row["values"]) for row in rows if row["vector"] == name]) for name in ("u1", "w")
    }
    numbers = [int(row["neuron"]) for row in rows if row["vector"] == "w"]
    return Neurons(_run(rows[0]), numbers, by_name["u1"], by_name["w"])


def _run(row: tables.Row) -> Run:
    k, p, width, steps = (int(row[name]) for name in ("k", "p", "width", "steps"))
    train, test, ratio = (tables.value(row[name]) for name in ("train_accuracy", "test_accuracy", "ratio"))
    return Run(k, p, width, steps, ratio, train, test, int(row["measured_at"] or 0))


def draw_neurons(data: Neurons) -> Figure:
    """Rows of weights on their cosines and of power, for u_1 and for w."""
    figure = page(5.4, PAGE)
    axes = figure.subplots(1, 4, width_ratios=(2.4, 1, 2.4, 1))
    for i, (name, vectors) in enumerate((("weights $u_1$ and cosine", data.first), ("weights $w$", data.output))):
        left, right = axes[2 * i], axes[2 * i + 1]
        cosine_fits(left, vectors)
        bars(right, power_without_mean(vectors))
        right.set_xlim(0, data.run.p // 2 + 1)
        whole_numbers(right, 4)
        panel(left, "ac"[i], name)
        panel(right, "bd"[i], "power")
        left.set_xlabel("input $a_1$" if i == 0 else "label c")
        right.set_xlabel("frequency")
        for place in (left, right):
            place.set_ylim(len(vectors) - 0.4, -0.6)
            place.tick_params(axis="y", length=0)
            place.set_yticks([])
            place.spines["left"].set_visible(False)
    axes[0].set_yticks(range(len(data.numbers)), [f"neuron {x}" for x in data.numbers])
    return figure


def neurons_caption(data: Neurons) -> str:
    """What is shown, which neurons, and which run."""
    shares = power_without_mean(data.first).max(-1)
    figure = PRINTED[data.run.k][2]
    return (
        f"As Figure {figure} of Li et al.: weights of ten neurons (dots; the first by number among those that"
        " hold 0.99 of ||theta||^(k+1)), the cosine"
        " of the frequency of largest power (line; least squares), rows scaled to their own height, and the share of"
        f" power at each frequency, the mean left out. That frequency holds {span(shares.min(), shares.max(), 4)} of"
        f" the power of u_1. {data.run.text()}."
    )


@dataclass(frozen=True)
class Spectra:
    """Of each neuron's u_1: frequency of largest power, its share of the power after and before training.

    `heavy` (neurons,) marks the fewest neurons that together hold 0.99 of the mass ||theta||^(k+1).
    """

    run: Run
    heavy: NDArray[np.bool_]
    frequencies: NDArray[np.int64]
    shares: Array
    before: Array

    @property
    def counts(self) -> NDArray[np.int64]:
        """Heavy neurons of each frequency 1..p//2."""
        return np.bincount(self.frequencies[self.heavy], minlength=self.run.p // 2 + 1)[1:]


def spectra(k: int) -> Spectra:
    """Raises MissingTable."""
    rows = tables.read(f"li-spectra-k{k}")
    masses = np.array([float(row["mass"]) for row in rows])
    order = np.argsort(-masses, kind="stable")
    heavy = np.zeros(len(rows), bool)
    heavy[order[: int(np.searchsorted(np.cumsum(masses[order]) / masses.sum(), MOST)) + 1]] = True
    return Spectra(
        neurons(k).run,
        heavy,
        np.array([int(row["frequency"]) for row in rows]),
        np.array([float(row["share"]) for row in rows]),
        np.array([float(row["share_before"]) for row in rows]),
    )


def draw_spectra(data: Spectra) -> Figure:
    """Neurons by frequency, and histograms of their greatest power before and after training."""
    figure = page(2.6, PAGE)
    axes = figure.subplots(1, 3, width_ratios=(1.5, 1, 1))
    places = np.arange(1, len(data.counts) + 1)
    axes[0].bar(places, data.counts, color=SKY, width=0.85)
    mean = float(data.counts.mean())
    axes[0].axhline(mean, color=THEORY, linewidth=0.9, linestyle=(0, (5, 2)), label=f"equal shares: {mean:.1f}")
    axes[0].legend(loc="upper right")
    axes[0].set_ylim(0, 1.25 * max(data.counts.max(), mean))
    axes[0].set_xlim(0.3, len(places) + 0.7)
    axes[0].set_xlabel("frequency of largest power")
    axes[0].set_ylabel("neurons with 0.99 of the mass")
    whole_numbers(axes[0], 8)
    covered = int((data.counts > 0).sum())
    panel(axes[0], "a", f"{covered} of {len(places)} frequencies covered")
    edges = np.linspace(0, 1, 41)
    for place, shares, letter, name in zip(
        axes[1:], (data.before, data.shares), "bc", ("before training", "after training"), strict=True
    ):
        groups = [shares[data.heavy], shares[~data.heavy]]
        names = [f"{len(groups[0])} neurons: 0.99 of the mass", f"the other {len(groups[1])}"]
        place.hist(groups, edges, stacked=True, color=[TRAINED, PALE], label=names)
        place.set_xlim(0, 1)
        place.set_xlabel("maximum normalised power")
        place.margins(y=0.05)
        panel(place, letter, name)
    handles, names = axes[2].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower right", ncols=2)
    return figure


def spectra_caption(data: Spectra) -> str:
    """What is shown, how many frequencies are covered, and which run."""
    figure = PRINTED[data.run.k][3]
    covered = int((data.counts > 0).sum())
    shares, before = data.shares[data.heavy], data.before[data.heavy]
    return (
        f"As Figure {figure} of Li et al.: (a) neurons by the frequency of largest power of u_1, {covered} of"
        f" {len(data.counts)} frequencies, for the {len(shares)} of {data.run.width} neurons that hold 0.99 of"
        " ||theta||^(k+1); (b, c) histograms of that frequency's share of the power, over these neurons (blue) and the"
        f" others (grey), with the initial weights and after training (these: median {np.median(before):.3f} and"
        f" {np.median(shares):.4f}, least after training {shares.min():.4f}). {data.run.text()}."
    )


def _pictures(k: int) -> list[Picture]:
    first, second = PRINTED[k][2:]
    return [
        Picture(
            f"li-neurons-k{k}",
            f"Li et al., Figure {first}: cosine fit and power of ten neurons, k = {k}",
            (f"li-neurons-k{k}",),
            lambda: neurons(k),
            neurons_caption,
            draw_neurons,
        ),
        Picture(
            f"li-spectra-k{k}",
            f"Li et al., Figure {second}: frequencies covered and maximum normalised power, k = {k}",
            (f"li-spectra-k{k}", f"li-neurons-k{k}"),
            lambda: spectra(k),
            spectra_caption,
            draw_spectra,
        ),
    ]


PICTURES = [picture for k in PRINTED for picture in _pictures(k)]
