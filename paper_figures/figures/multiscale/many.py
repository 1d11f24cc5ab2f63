"""Statistics of many networks: embedding weights, learned frequencies, ranks, clusters, and what goes together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import gcd

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from margin.analysis.cyclic.sets import conditional, folded, histogram
from paper_figures.figures.multiscale.cases import MODULI, batches, full, heading, integers, networks
from paper_figures.picture import Picture
from paper_figures.style import BLUE, GREY, PAGE, PALE, VERMILION, page, panel, whole_numbers

Array = NDArray[np.float64]
Sets = list[list[int]]
GIVEN = (7, 2)  # frequencies that the paper conditions on, n = 91
COLOURS = dict(zip(MODULI, (BLUE, VERMILION), strict=True))
RELATED = {15: 5, 7: 7}  # the same for fine-tuning neurons, and whose multiples are meant


@dataclass(frozen=True)
class Weights:
    """Left edges of bins and counts by name of the networks, with how many networks and their share above 1."""

    edges: Array
    counts: dict[str, Array]
    networks: dict[str, int]
    above: dict[str, float]


def weights() -> Weights:
    """Raises MissingTable."""
    counts, number, above, edges = {}, {}, {}, np.zeros(0)
    for n in MODULI:
        for name, of in (("batches", batches), ("full batch", full)):
            bins, each = of("weights", n), of("networks", n)
            if bins:
                edges = np.array([float(row["from"]) for row in bins])
                label = f"n = {n}, {name}"
                counts[label] = np.array([float(row["weights"]) for row in bins])
                number[label] = len(each)
                above[label] = float(np.mean([float(row["over_one"]) for row in each]))
    return Weights(edges, counts, number, above)


def draw_weights(data: Weights) -> Figure:
    """A histogram for each kind of networks, logarithmic: the tails are what is asked."""
    figure = page(2.6, PAGE)
    grid = figure.subplots(1, len(data.counts), squeeze=False, sharey=True)
    step = float(data.edges[1] - data.edges[0])
    for i, (axes, (name, counts)) in enumerate(zip(grid[0], data.counts.items(), strict=True)):
        axes.bar(data.edges, np.where(counts, counts, np.nan) / counts.sum(), step, align="edge", color=BLUE, log=True)
        for x in (-1, 1):
            axes.axvline(x, color=VERMILION, linewidth=0.8, linestyle=":")
        panel(axes, "abcd"[i], name)
        axes.set_xlabel("embedding weight")
        axes.set_xlim(-2.2, 2.2)
    grid[0, 0].set_ylabel("share of the weights in a bin")
    return figure


def caption_weights(data: Weights) -> str:
    parts = [f"{name}: {data.networks[name]} seeds with {data.above[name]:.2%} above 1 in size" for name in data.counts]
    return (
        "Histograms of the embedding weights of networks for addition mod n at the end of training (20,000 steps in"
        f" batches of n, 4,000 of the full batch), dotted lines at -1 and 1. {'; '.join(parts)}."
    )


@dataclass(frozen=True)
class Learned:
    """The learned sets of frequencies of each n, and how often f' goes with f by f'/f, n prime."""

    sets: dict[int, Sets]
    ratios: Array  # (n//2,): of pairs with f'/f = +-g or 1/that, over those of random sets
    n: int


def learned() -> Learned:
    """Raises MissingTable."""
    sets = {n: [integers(row["frequencies"]) for row in batches("networks", n)] for n in MODULI}
    n = MODULI[0]
    counts, expected = np.zeros(n // 2), 0.0
    for chosen in sets[n]:
        expected += len(chosen) * (len(chosen) - 1) / (n // 2 - 1)
        for f in chosen:
            for other in chosen:
                if other != f:
                    counts[folded(n, other * pow(f, -1, n)) - 1] += 1
    counts[0] = np.nan  # f'/f = 1 is no pair
    return Learned(sets, counts / max(expected, 1e-12), n)


def bars(axes: Axes, counts: Array, marked: Sequence[int] = (), colour: str = BLUE) -> None:
    """By frequency 1..; the marked ones in another colour."""
    places = np.arange(1, len(counts) + 1)
    colours = [VERMILION if f in marked else colour for f in places]
    axes.bar(places, counts, color=colours, width=0.9)
    whole_numbers(axes)
    axes.set_xlim(0.2, len(counts) + 0.8)
    if not np.nansum(counts):
        axes.set_ylim(0, 1)


def draw_learned(data: Learned) -> Figure:
    """Histograms of the frequencies of both n; those that go with 7 and with 2; by quotient."""
    figure = page(5.0, PAGE)
    grid = figure.subplots(3, 2)
    for axes, letter, (n, sets) in zip(grid[0], "ab", data.sets.items(), strict=True):
        sharing = [f for f in range(1, n // 2 + 1) if gcd(f, n) > 1]
        bars(axes, histogram(n, sets) / max(1, len(sets)), sharing)
        panel(axes, letter, f"n = {n}: networks with a frequency")
    for axes, letter, f in zip(grid[1], "cd", GIVEN, strict=True):
        counts = conditional(91, data.sets[91], f).astype(float)
        given = counts[f - 1]
        counts[f - 1] = 0
        double, half = folded(91, 2 * f), folded(91, f * pow(2, -1, 91))
        bars(axes, counts / max(given, 1), (double, half))
        panel(axes, letter, f"n = 91, the {given:.0f} networks with {f}: {double} and {half} marked")
    for axes in grid[:2].flat:
        axes.set_xlabel("frequency")
        axes.set_ylabel("share of networks")
    whole = figure.add_subplot(grid[2, 0].get_subplotspec().get_gridspec()[2, :])
    for axes in grid[2]:
        axes.remove()
    bars(whole, data.ratios, (2, folded(data.n, pow(2, -1, data.n))), PALE)
    whole.axhline(1, color=GREY, linewidth=0.8, linestyle="--")
    panel(
        whole,
        "e",
        f"n = {data.n}: pairs of frequencies with that quotient, over those of random sets; 2 and 1/2 marked",
    )
    whole.set_xlabel("quotient of two frequencies")
    whole.set_ylabel("pairs over random")
    return figure


def caption_learned(data: Learned) -> str:
    double = float(data.ratios[1])
    counts = networks([len(sets) for sets in data.sets.values()])
    return (
        f"Frequencies of live neurons of networks trained in batches of n, {counts}. (a, b) marked: frequencies that"
        " share a factor with n. (c, d) the other frequencies of the networks that have the one said, with its double"
        f" and its half marked. (e) all pairs of frequencies of a network by their quotient modulo {data.n}, up to"
        f" sign, which relabelling leaves alone: pairs f, 2f are {double:.2f} times as many as in random sets of the"
        " same sizes."
    )


@dataclass(frozen=True)
class Ranks:
    """Shares of the right label's rank by one cluster and by all, (n,) each, and of how many networks these are.

    `clusters`: the number of clusters of each network, of more of them.
    """

    alone: dict[int, Array]
    together: dict[int, Array]
    ranked: dict[int, int]
    clusters: dict[int, list[int]]


def ranks() -> Ranks:
    """Raises MissingTable."""
    alone: dict[int, Array] = {}
    together: dict[int, Array] = {}
    clusters: dict[int, list[int]] = {}
    ranked: dict[int, int] = {}
    for n in MODULI:
        read = batches("ranks", n)
        ranked[n] = sum(int(row["together"]) for row in read) // n**2  # every pair of every network has one rank
        for counts, column in ((alone, "alone"), (together, "together")):
            values = np.array([float(row[column]) for row in read])
            counts[n] = values / values.sum()
        clusters[n] = [len(integers(row["frequencies"])) for row in batches("networks", n)]
    return Ranks(alone, together, ranked, clusters)


def draw_ranks(data: Ranks) -> Figure:
    """The right label's rank by one cluster and by all; how many clusters networks have."""
    figure = page(2.5, PAGE)
    grid = figure.subplots(1, 3, width_ratios=[1, 1, 0.9])
    for axes, letter, n in zip(grid, "ab", MODULI, strict=False):
        axes.bar(np.arange(n), data.alone[n], color=COLOURS[n], width=1)
        axes.set_yscale("log")
        panel(axes, letter, f"n = {n}: rank by one cluster")
        axes.set_xlabel("rank of the right label")
    most = max(max(counts) for counts in data.clusters.values())
    for i, (n, counts) in enumerate(data.clusters.items()):
        shares = np.bincount(counts, minlength=most + 1) / len(counts)
        grid[2].bar(np.arange(most + 1) + 0.4 * i - 0.2, shares, width=0.38, color=COLOURS[n], label=f"n = {n}")
    panel(grid[2], "c", "clusters of a network")
    grid[2].legend()
    grid[2].set_xlabel("clusters")
    grid[2].set_xlim(left=0.5)
    whole_numbers(grid[2], 9)
    grid[0].set_ylabel("share of pairs and clusters")
    grid[2].set_ylabel("share of networks")
    return figure


def caption_ranks(data: Ranks) -> str:
    counts = networks([len(found) for found in data.clusters.values()])
    parts = [
        f"n = {n}: first by one cluster {data.alone[n][0]:.1%}, by all together {data.together[n][0]:.3%};"
        f" {np.mean(data.clusters[n]):.2f} clusters ({min(data.clusters[n])} to {max(data.clusters[n])})"
        for n in data.clusters
    ]
    return (
        "How many labels have at least the right label's logit, by one cluster alone, over all pairs and clusters of"
        f" {networks(list(data.ranked.values()))}; and how many clusters (frequencies of live neurons) networks have,"
        f" {counts}. Trained in batches of n."
        f" {'; '.join(parts)}."
    )


@dataclass(frozen=True)
class Relations:
    """The combinations of the fine-tuning neurons mod 91, one set each, and how many networks there are."""

    combinations: Sets
    networks: int


def relations() -> Relations:
    """Raises MissingTable."""
    read = batches("fine", 91)
    sets = [list(map(int, part.split(","))) for row in read for part in row["combinations"].split()]
    return Relations(sets, len(read))


def draw_relations(data: Relations) -> Figure:
    """Neurons by frequency; then those with 15 and with 7 by their other frequencies."""
    figure = page(3.6, PAGE)
    grid = figure.subplots(3, 1)
    factors = [f for f in range(1, 46) if gcd(f, 91) > 1]
    bars(grid[0], histogram(91, data.combinations).astype(float), factors)
    panel(grid[0], "a", "fine-tuning neurons with a frequency, n = 91; those that share a factor with 91 marked")
    for axes, letter, (f, step) in zip(grid[1:], "bc", RELATED.items(), strict=True):
        counts = conditional(91, data.combinations, f)
        given = int(counts[f - 1])
        counts[f - 1] = 0
        bars(axes, counts.astype(float), [x for x in range(step, 46, step) if x != f])
        panel(axes, letter, f"the {given} of them with {f}, by their other frequencies; multiples of {step} marked")
        if not given:
            panel(axes, letter, f"the same with {f}")
            axes.set_yticks([])
            axes.text(0.5, 0.5, f"no fine-tuning neuron has {f}", transform=axes.transAxes, ha="center", va="center")
    for axes in grid:
        axes.set_ylabel("neurons")
    grid[-1].set_xlabel("frequency")
    figure.align_ylabels(grid)
    return figure


def caption_relations(data: Relations) -> str:
    parts = []
    for f, step in RELATED.items():
        counts = conditional(91, data.combinations, f)
        inside = [x for x in range(step, 46, step) if x != f]
        there = int(sum(counts[x - 1] for x in inside))
        parts.append(f"{there} of the {int(counts.sum() - counts[f - 1])} that go with {f} are multiples of {step}")
    return (
        f"Frequencies of the {len(data.combinations)} live fine-tuning neurons of {data.networks} seeds of n = 91,"
        " trained in batches: those with 5% or more of what varies in a neuron that has less than 90% at one. (b, c)"
        f" the other frequencies of neurons with 15 and with 7: {'; '.join(parts)}."
    )


PICTURES = [
    Picture(
        "multiscale-weights",
        "several scales, as Figure 3: histograms of the embedding weights",
        ("multiscale-weights", "multiscale-networks"),
        weights,
        caption_weights,
        draw_weights,
        heading=partial(heading, "weights"),
    ),
    Picture(
        "multiscale-frequencies",
        "several scales, as Figure 4: learned frequencies, and which go together",
        ("multiscale-networks",),
        learned,
        caption_learned,
        draw_learned,
        heading=partial(heading, "networks"),
    ),
    Picture(
        "multiscale-ranks",
        "several scales, as Figure 5: rank of the right label by one cluster, and numbers of clusters",
        ("multiscale-ranks", "multiscale-networks"),
        ranks,
        caption_ranks,
        draw_ranks,
        heading=partial(heading, "ranks"),
    ),
    Picture(
        "multiscale-relations",
        "several scales, as Figures 25 and 28: frequencies of fine-tuning neurons, and their relations",
        ("multiscale-fine",),
        relations,
        caption_relations,
        draw_relations,
        heading=partial(heading, "fine"),
    ),
]
