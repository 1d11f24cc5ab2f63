"""The three levels of one network, from its weights: one neuron, one cluster, and all clusters together."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from margin.analysis.cyclic.logits import contribution
from margin.analysis.cyclic.neurons import activation_coset, remapped
from margin.analysis.simple import simple
from paper_figures.figures.multiscale.cases import Example, example, one_heading
from paper_figures.figures.multiscale.logits import PAIR
from paper_figures.picture import Picture
from paper_figures.style import BLACK, GREY, PAGE, SERIES, page, panel, whole_numbers

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Levels:
    """A neuron's activation (n, n) in coordinates that give it frequency gcd(f, n); what clusters add to the logits.

    `parts` (clusters, labels), less their mean, by `frequencies`, at the inputs PAIR; `shown`: the cluster whose
    frequency shares a factor with n, as its place; `coset`: labels at which it is largest.
    """

    example: Example
    neuron: int
    activation: Array
    frequencies: list[int]
    parts: Array
    logits: Array
    shown: int
    coset: list[int]
    label: int


def levels() -> Levels:
    """Raises MissingTable, ValueError for a network without a simple neuron of a frequency that shares a factor."""
    one = example()
    network, n = one.network, one.network.n
    candidates = [f for f in one.frequencies if gcd(f, n) > 1]
    are_simple = simple(network.vectors)
    found = [(f, m) for f in candidates if len(m := network.members(f)[are_simple[network.members(f)]])]
    if not found:
        raise ValueError("the saved network has no simple neuron of a frequency that shares a factor with n")
    f, members = found[0]
    neuron = int(members[network.clusters.mass[members].argmax()])
    u, v = (remapped(part, f) for part in network.inputs[..., neuron])
    row = PAIR[0] * n + PAIR[1]
    parts = np.stack([contribution(network, z)[row] for z in one.frequencies])
    parts -= parts.mean(1, keepdims=True)
    shown = one.frequencies.index(f)
    return Levels(
        one,
        neuron,
        np.maximum(u[:, None] + v + network.bias[neuron], 0),
        one.frequencies,
        parts,
        network.logits[row] - network.logits[row].mean(),
        shown,
        activation_coset(parts[shown]).tolist(),
        int(network.labels[row]),
    )


def draw(data: Levels) -> Figure:
    """The neuron as a map of both inputs; its cluster by label, with a coset; all clusters and their sum by label."""
    figure = page(2.8, PAGE)
    first, second, third = figure.subplots(1, 3, width_ratios=[0.9, 1, 1.2])
    f, labels = data.frequencies[data.shown], np.arange(len(data.logits))
    colour = SERIES[data.shown % len(SERIES)]
    first.imshow(data.activation.T, cmap="Greys", origin="lower", interpolation="nearest")
    first.set_xlabel("a, relabelled")
    first.set_ylabel("b, relabelled")
    second.bar(labels, data.parts[data.shown], color=colour, width=0.9)
    second.plot(data.coset, data.parts[data.shown][data.coset], "o", color=BLACK, markersize=3)
    for i, part in enumerate(data.parts):
        third.plot(labels, part, color=SERIES[i % len(SERIES)], linewidth=0.8, label=f"cluster {data.frequencies[i]}")
    third.plot(labels, data.logits, color=BLACK, linewidth=1, label="logits")
    third.plot(data.label, data.logits[data.label], "*", color=BLACK, markersize=9, label="right label")
    figure.legend(loc="outside lower center", ncols=len(data.parts) + 2, fontsize=6, columnspacing=1, handlelength=1.5)
    for axes in (second, third):
        axes.axhline(0, color=GREY, linewidth=0.4)
        axes.set_xlabel("label")
        whole_numbers(axes)
    second.set_ylabel("added to the logits")
    third.set_ylabel("added to the logits; logits")
    panel(first, "a", f"one neuron, frequency {f}")
    panel(second, "b", f"its cluster at {PAIR[0]} + {PAIR[1]}; dots: a coset")
    panel(third, "c", "all clusters, and the logits")
    return figure


def caption(data: Levels) -> str:
    f, n = data.frequencies[data.shown], len(data.logits)
    members = len(data.example.network.members(f))
    others = sum(int(value > data.logits[data.label]) for value in data.logits)
    return (
        f"Three levels of {data.example.told()}. (a) activation of neuron {data.neuron}, the heaviest simple one of"
        f" frequency {f}, for all pairs, elements relabelled so that {f} becomes {gcd(f, n)}; darker is more. (b) what"
        f" the {members} neurons of that frequency together add to the logits at the inputs {PAIR[0]} and {PAIR[1]},"
        f" less the mean; dots: the coset of {len(data.coset)} labels, those equal to {data.coset[0]} modulo"
        f" {n // len(data.coset)}, where its wave is largest; the right label is {data.label}. (c) the same of all"
        f" {len(data.parts)} clusters, by frequency, and the logits (black): the right label, with a star, has"
        f" {'the largest' if not others else f'{others} above it'}."
    )


PICTURES = [
    Picture(
        "multiscale-levels",
        "several scales, as Figure 1: one neuron, one cluster and its coset, all clusters together",
        ("multiscale-example",),
        levels,
        caption,
        draw,
        heading=one_heading,
    )
]
