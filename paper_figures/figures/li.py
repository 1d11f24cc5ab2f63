"""Figures 1, 2 and 5 to 8 of Li et al.: neurons of the x^k network are cosines, and cover every frequency."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from margin.analysis.fourier import dominant, power_without_mean
from paper_figures import tables
from paper_figures.parts import heights, key, power_rows, waves
from paper_figures.picture import Picture
from paper_figures.style import PAGE, PALE, THEORY, TRAINED, page, panel, span, whole_numbers

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

    @property
    def as_printed(self) -> bool:
        """Whether it has the published size."""
        return (self.p, self.width) == PRINTED[self.k][:2]

    def heading(self) -> str:
        """Task, activation and size, beside the published size where it is another, and what it reached."""
        printed_p, printed_width, *_ = PRINTED[self.k]
        size = "as published" if self.as_printed else f"published: mod {printed_p}, {printed_width:,} neurons"
        reached = "" if isnan(self.test_accuracy) else f"; accuracy on the other half {self.test_accuracy:.4f}"
        return (
            f"Addition of {self.k} inputs mod {self.p}, activation x^{self.k}, {self.width:,} neurons ({size}), trained"
            f" on half of the population{reached}"
        )

    def text(self) -> str:
        """Size, training and result of the run in words, beside the published size."""
        printed_p, printed_width, *_ = PRINTED[self.k]
        size = "the published size" if self.as_printed else f"published: p = {printed_p}, width {printed_width}"
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

    @property
    def frequencies(self) -> list[int]:
        """Of largest power of u_1, by neuron."""
        return [int(z) for z in dominant(self.first)]


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


def _as(run: Run, figure: str) -> str:
    return f"{'As' if run.as_printed else 'Like'} Figure {figure} of Li et al.{'' if run.as_printed else ', smaller'}"


def draw_neurons(data: Neurons) -> Figure:
    """Rows of weights on their cosines and of power, for u_1 and for w."""
    figure = page(5.4, PAGE)
    axes = figure.subplots(1, 4, width_ratios=(2.2, 1, 2.2, 1))
    for i, (name, vectors) in enumerate((("weights $u_1$ and cosine", data.first), ("weights $w$", data.output))):
        left, right = axes[2 * i], axes[2 * i + 1]
        waves(left, vectors, data.frequencies)
        heights(left, vectors)
        power_rows(right, power_without_mean(vectors))
        panel(left, "ac"[i], name)
        panel(right, "bd"[i], "share of power")
        left.set_xlabel(r"$z\,a_1$ mod p" if i == 0 else r"$z\,c$ mod p")
        right.set_xlabel("frequency")
        left.set_yticks([])
    names = [f"neuron {i}\nz = {z}" for i, z in zip(data.numbers, data.frequencies, strict=True)]
    axes[0].set_yticks(range(len(names)), names)
    key(figure, axes[0])
    return figure


def neurons_caption(data: Neurons) -> str:
    """What is shown, which neurons, and which run."""
    shares = power_without_mean(data.first).max(-1)
    figure = PRINTED[data.run.k][2]
    return (
        f"{_as(data.run, figure)}: weights of ten neurons (dots; the first by number among those that"
        " hold 0.99 of ||theta||^(k+1)) against z a mod p and z c mod p, where z is the frequency of largest power of"
        " u_1, so that a cosine of any frequency is one period; the cosine of that frequency (line; least squares);"
        " rows scaled to their largest absolute weight, printed at their right; and the share of power at each"
        f" frequency, the mean left out, with the largest share. That frequency holds"
        f" {span(shares.min(), shares.max(), 4)} of the power of u_1. {data.run.text()}."
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
    axes[0].bar(places, data.counts, color=TRAINED, width=0.85)
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
        place.set_ylabel("neurons")
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
        f"{_as(data.run, figure)}: (a) neurons by the frequency of largest power of u_1, {covered} of"
        f" {len(data.counts)} frequencies, for the {len(shares)} of {data.run.width} neurons that hold 0.99 of"
        " ||theta||^(k+1); (b, c) histograms of that frequency's share of the power, over these neurons (blue) and the"
        f" others (grey), with the initial weights and after training (these: median {np.median(before):.3f} and"
        f" {np.median(shares):.4f}, least after training {shares.min():.4f}). {data.run.text()}."
    )


SMALLER = {4: 13, 5: 11}  # p of the runs whose tables are saved, where it is not the published one


def summary(k: int, figure: str, shown: str) -> str:
    """In the list: a figure of the paper is named as such only where the run has its size."""
    if k in SMALLER:
        return f"like Figure {figure} of Li et al., but p = {SMALLER[k]}, not {PRINTED[k][0]}: {shown}, k = {k}"
    return f"Li et al., Figure {figure}: {shown}, k = {k}"


def _pictures(k: int) -> list[Picture]:
    first, second = PRINTED[k][2:]
    return [
        Picture(
            f"li-neurons-k{k}",
            summary(k, first, "cosine fit and power of ten neurons"),
            (f"li-neurons-k{k}",),
            lambda: neurons(k),
            neurons_caption,
            draw_neurons,
            heading=lambda data: data.run.heading(),
        ),
        Picture(
            f"li-spectra-k{k}",
            summary(k, second, "frequencies covered and maximum normalised power"),
            (f"li-spectra-k{k}", f"li-neurons-k{k}"),
            lambda: spectra(k),
            spectra_caption,
            draw_spectra,
            heading=lambda data: data.run.heading(),
        ),
    ]


PICTURES = [picture for k in PRINTED for picture in _pictures(k)]
