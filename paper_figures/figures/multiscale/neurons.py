"""Neurons of one network: simple and fine-tuning ones, clusters, and both after relabelling the elements."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from margin.analysis.cyclic.neurons import combined, fine_tuning, of_frequencies, remapped
from margin.analysis.fourier import power_without_mean
from margin.analysis.phases import phases
from margin.analysis.simple import frequencies, simple
from paper_figures.figures.multiscale.cases import Example, example, one_heading
from paper_figures.picture import Picture
from paper_figures.style import BLUE, GREY, PAGE, VERMILION, page, panel, whole_numbers

Array = NDArray[np.float64]
MOST = 6  # clusters that are shown
TERMS = 4  # waves that a neuron is made of, in the figure


@dataclass(frozen=True)
class Neuron:
    """Its number, what each input adds to it (2, n), its main frequency, all that it combines, the largest first."""

    number: int
    inputs: Array
    frequency: int
    combines: list[int]

    @property
    def shares(self) -> Array:
        """Of what varies, both inputs together, by frequency."""
        return power_without_mean(self.inputs, 1, 0)


@dataclass(frozen=True)
class Chosen:
    """A network with its heaviest simple neuron, and its heaviest fine-tuning one; how many there are of each."""

    example: Example
    simple: Neuron
    fine: Neuron
    counts: tuple[int, int, int]  # live, simple, fine-tuning


def neuron(network_inputs: Array, number: int) -> Neuron:
    inputs = network_inputs[..., number]
    shares = power_without_mean(inputs, 1, 0)
    found = combined(inputs[..., None])[0]
    return Neuron(
        number,
        inputs,
        int(frequencies(inputs[..., None])[0]),
        sorted(found, key=lambda f: -float(shares[f - 1])),
    )


def chosen() -> Chosen:
    """Raises MissingTable, and ValueError for a network without a fine-tuning neuron."""
    one = example()
    network = one.network
    live, mass = network.clusters.live, network.clusters.mass
    found = frequencies(network.inputs)
    coprime = np.array([gcd(int(f), network.n) == 1 for f in found])
    are_simple, are_fine = simple(network.vectors) & live, fine_tuning(network.inputs) & live
    if not are_fine.any() or not (are_simple & coprime).any():
        raise ValueError("the saved network has no simple or no fine-tuning neuron, expected both")
    picks = [int(np.where(kind, mass, -1).argmax()) for kind in (are_simple & coprime, are_fine)]
    first, second = (neuron(network.inputs, number) for number in picks)
    return Chosen(one, first, second, (int(live.sum()), int(are_simple.sum()), int(are_fine.sum())))


def waves(axes: Axes, inputs: Array) -> None:
    """What both inputs add to a neuron, by element."""
    for line, colour, name in zip(inputs, (BLUE, VERMILION), "ab", strict=True):
        axes.plot(line - line.mean(), color=colour, linewidth=0.9, marker=".", markersize=2, label=f"input {name}")
    axes.axhline(0, color=GREY, linewidth=0.4)
    axes.set_xlim(-1, inputs.shape[1])


def draw_two(data: Chosen) -> Figure:
    """A simple and a fine-tuning neuron, a row each: as they are, relabelled, and their power by frequency."""
    figure = page(3.5, PAGE)
    grid = figure.subplots(2, 3, width_ratios=[1.4, 1.4, 1])
    for i, (kind, one) in enumerate((("simple", data.simple), ("fine-tuning", data.fine))):
        plain, moved, power = grid[i]
        waves(plain, one.inputs)
        waves(moved, remapped(one.inputs, one.frequency))
        power.bar(np.arange(1, len(one.shares) + 1), one.shares, color=BLUE, width=0.9)
        panel(plain, "ad"[i], f"{kind} neuron")
        panel(moved, "be"[i], f"relabelled: {one.frequency} becomes {gcd(one.frequency, one.inputs.shape[1])}")
        panel(power, "cf"[i], "share of what varies")
        plain.set_ylabel("added to the neuron")
        whole_numbers(power)
    for axes, label in zip(grid[1], ("element", "relabelled element", "frequency"), strict=True):
        axes.set_xlabel(label)
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


def caption_two(data: Chosen) -> str:
    live, are_simple, are_fine = data.counts
    combines = ", ".join(map(str, data.fine.combines))
    return (
        "What each element of a (blue) and of b (vermilion) adds to a neuron, less its mean; the heaviest simple neuron"
        f" and the heaviest fine-tuning one of {data.example.told()}. The middle column has the elements relabelled by"
        " the automorphism that takes the neuron's main frequency f to gcd(f, n). The simple neuron has"
        f" {data.simple.shares.max():.1%} at {data.simple.frequency}; the fine-tuning one combines {combines}, with"
        f" {data.fine.shares.max():.1%} at most. Of {live} live neurons {are_simple} are simple, {are_fine} combine"
        " frequencies."
    )


def draw_spectra(data: Example) -> Figure:
    """The power of every neuron of the largest clusters by frequency, a panel each."""
    shown = data.frequencies[:MOST]
    figure = page(1.7 * -(-len(shown) // 2), PAGE)
    grid = figure.subplots(-(-len(shown) // 2), 2, squeeze=False, sharex=True, sharey=True)
    for i, (axes, f) in enumerate(zip(grid.flat, shown, strict=False)):
        members = data.network.members(f)
        shares = power_without_mean(data.network.inputs[..., members], 1, 0)
        places = np.arange(1, len(shares) + 1)
        for column in shares.T:
            axes.plot(places, column, color=BLUE, alpha=0.35, linewidth=0.8)
        panel(axes, "abcdef"[i], f"frequency {f}: {len(members)} neurons")
        whole_numbers(axes)
    for axes in grid.flat[len(shown) :]:
        axes.axis("off")
    for axes in grid[:, 0]:
        axes.set_ylabel("share of what varies")
    for axes in grid[-1]:
        axes.set_xlabel("frequency")
    return figure


def caption_spectra(data: Example) -> str:
    sizes = ", ".join(f"{f} ({len(data.network.members(f))} neurons)" for f in data.frequencies)
    return (
        f"Share of what varies at each frequency, both inputs together, a line for each live neuron, by cluster:"
        f" {data.told()}. Its frequencies are {sizes}; the {min(MOST, len(data.frequencies))} largest clusters are"
        " shown."
    )


def draw_fine(data: Chosen) -> Figure:
    """A fine-tuning neuron made of its waves, one more in each row."""
    order = (np.argsort(-data.fine.shares) + 1).tolist()
    figure = page(1.15 * TERMS, PAGE)
    grid = figure.subplots(TERMS, 3, sharex="col", width_ratios=[1.3, 1.3, 1])
    for i in range(TERMS):
        left, right, power = grid[i]
        for axes, j, colour in ((left, 0, BLUE), (right, 1, VERMILION)):
            whole = data.fine.inputs[j] - data.fine.inputs[j].mean()
            axes.plot(whole, ".", color=GREY, markersize=2)
            axes.plot(of_frequencies(data.fine.inputs[j], order[: i + 1]), color=colour, linewidth=1)
            axes.set_xlim(-1, len(whole))
        held = data.fine.shares[np.array(order[: i + 1]) - 1].sum()
        power.bar(np.arange(1, len(data.fine.shares) + 1), data.fine.shares, color="#D9D9D9", width=0.9)
        power.bar(order[: i + 1], data.fine.shares[np.array(order[: i + 1]) - 1], color=BLUE, width=0.9)
        panel(left, "abcd"[i], f"input a: {' + '.join(map(str, order[: i + 1]))}")
        right.set_title(f"input b: {held:.0%} of what varies")
        whole_numbers(power)
    for axes, label in zip(grid[-1], ("element", "element", "frequency"), strict=True):
        axes.set_xlabel(label)
    grid[0, 2].set_title("share of what varies")
    figure.supylabel("added to the neuron, less its mean", fontsize=8)
    return figure


def caption_fine(data: Chosen) -> str:
    return (
        "A fine-tuning neuron as a sum of waves: what the elements of a and of b add to it (grey dots), and the same"
        f" with its largest 1 to {TERMS} frequencies alone (lines); right, its power, the frequencies in the sum in"
        f" blue. Neuron {data.fine.number} of {data.example.told()}; {data.counts[2]} of its {data.counts[0]} live"
        " neurons combine frequencies."
    )


@dataclass(frozen=True)
class Cluster:
    """The inputs (2, n, m) of a cluster's neurons, their phases in turns (2, m)."""

    example: Example
    frequency: int
    inputs: Array
    turns: Array
    simple: int


def cluster() -> Cluster:
    """The cluster with most simple neurons whose frequency is coprime to n. Raises MissingTable."""
    one = example()
    network = one.network
    are_simple = simple(network.vectors)
    coprime = [f for f in one.frequencies if gcd(f, network.n) == 1]
    best = max(coprime, key=lambda f: int(are_simple[network.members(f)].sum()))
    members = network.members(best)
    inputs = network.inputs[..., members]
    turns = np.stack([phases(part, best, 0) for part in inputs]) % 1
    return Cluster(one, best, inputs, turns, int(are_simple[members].sum()))


def draw_cluster(data: Cluster) -> Figure:
    """All neurons of a cluster as they are and relabelled; their phases as a histogram and in the plane."""
    figure = page(4.8, PAGE)
    above, below = np.asarray(figure.subfigures(2, 1, height_ratios=[1.2, 1])).tolist()
    grid = above.subplots(2, 2, sharey=True)
    for i, name in enumerate("ab"):
        for axes, lines, letter, what in (
            (grid[i, 0], data.inputs[i], "ac"[i], f"added by {name}"),
            (grid[i, 1], remapped(data.inputs[i].T, data.frequency).T, "bd"[i], f"added by {name}, relabelled"),
        ):
            for line in lines.T:
                axes.plot(line - line.mean(), color=(BLUE, VERMILION)[i], alpha=0.6, linewidth=0.7)
            panel(axes, letter, what)
            axes.set_xlabel("element" if axes is grid[i, 0] else "relabelled element")
            axes.set_xlim(0, len(lines) - 1)
        grid[i, 0].set_ylabel("added to a neuron")
    histogram, plane = below.subplots(1, 2)
    histogram.hist(data.turns.T, bins=np.linspace(0, 1, 13).tolist(), color=[BLUE, VERMILION], label=["a", "b"])
    histogram.legend(ncols=2)
    plane.plot(*data.turns, "o", color="black", markersize=3)
    for axes, letter, what in ((histogram, "e", "neurons by phase"), (plane, "f", "phases of a and b")):
        panel(axes, letter, what)
        axes.set_xlim(0, 1)
        axes.set_xlabel("phase of a, in turns" if axes is plane else "phase, in turns")
    plane.set_ylim(0, 1)
    plane.set_ylabel("phase of b, in turns")
    histogram.set_ylabel("neurons")
    return figure


def caption_cluster(data: Cluster) -> str:
    return (
        f"The {data.inputs.shape[2]} neurons of the cluster of frequency {data.frequency}, {data.simple} of them"
        " simple: what each element of a (blue) and of b (vermilion) adds to them, less its mean, a line a neuron;"
        f" relabelled so that {data.frequency} becomes 1; and"
        f" the phases of their waves. The network is {data.example.told()}."
    )


PICTURES = [
    Picture(
        "multiscale-neurons",
        "several scales, as Figure 2: a simple and a fine-tuning neuron, relabelled",
        ("multiscale-example",),
        chosen,
        caption_two,
        draw_two,
        heading=one_heading,
    ),
    Picture(
        "multiscale-spectra",
        "several scales, as Figure 7: power of the neurons of each cluster",
        ("multiscale-example",),
        example,
        caption_spectra,
        draw_spectra,
        heading=one_heading,
    ),
    Picture(
        "multiscale-fine",
        "several scales, as Figures 19 to 21: a fine-tuning neuron made of waves",
        ("multiscale-example",),
        chosen,
        caption_fine,
        draw_fine,
        heading=one_heading,
    ),
    Picture(
        "multiscale-cluster",
        "several scales, as Figures 22 to 24: a cluster of simple neurons, relabelled, and its phases",
        ("multiscale-example",),
        cluster,
        caption_cluster,
        draw_cluster,
        heading=one_heading,
    ),
]
