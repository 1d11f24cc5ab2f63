"""Neurons of a network with one embedding for both inputs, pizzas: by element, by frequency, and relabelled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from margin.analysis.cyclic.neurons import coset, remapped
from margin.analysis.fourier import power_without_mean
from paper_figures import tables
from paper_figures.picture import Picture
from paper_figures.style import BLUE, GREY, PAGE, VERMILION, page, panel, whole_numbers

Array = NDArray[np.float64]
SHOWN = 3  # neurons, as in the paper


@dataclass(frozen=True)
class Pizza:
    """The heaviest neuron of a frequency: its embedding u and output weights w (n,), how many neurons it is one of."""

    n: int
    width: int
    seed: int
    frequency: int
    cluster: int
    u: Array
    w: Array

    @property
    def step(self) -> int:
        """The d up to n/2 with f d = 1 or -1 modulo n: the neuron is about as active at a and at a + d, a - d."""
        inverse = pow(self.frequency, -1, self.n)
        return min(inverse, self.n - inverse)

    @property
    def activation(self) -> Array:
        """relu(u(a) + u(b)) for all pairs in the coordinate that gives the neuron frequency 1, (n, n)."""
        moved = remapped(self.u, self.frequency)
        return np.maximum(moved[:, None] + moved, 0)


def pizzas() -> list[Pizza]:
    """Of the SHOWN frequencies with the heaviest neurons. Raises MissingTable, ValueError for fewer."""
    rows = tables.read("pizza")
    found = []
    for u, w in zip(rows[::2], rows[1::2], strict=True):
        n, width, seed, f, cluster = (int(u[name]) for name in ("n", "width", "seed", "frequency", "cluster"))
        vectors = [np.array(tables.numbers(row["values"])) for row in (u, w)]
        found.append((float(u["mass"]), Pizza(n, width, seed, f, cluster, *vectors)))
    if len(found) < SHOWN:
        raise ValueError(f"{len(found)} frequencies in the table pizza, expected {SHOWN} or more")
    found.sort(key=lambda pair: -pair[0])
    return [one for _, one in found[:SHOWN]]


def draw(data: list[Pizza]) -> Figure:
    """A row for each neuron: its vectors as they are, shares by frequency, relabelled, and its activation on pairs."""
    figure = page(1.5 * len(data) + 0.3, PAGE)
    grid = figure.subplots(len(data), 4, sharex="col", width_ratios=[1.4, 1, 1.4, 0.9])
    for i, one in enumerate(data):
        plain, power, moved, pairs = grid[i]
        for axes, u, w in (
            (plain, one.u, one.w),
            (moved, remapped(one.u, one.frequency), remapped(one.w, one.frequency)),
        ):
            axes.plot(u - u.mean(), color=BLUE, linewidth=0.9, marker=".", markersize=2, label="embedding")
            axes.plot(w - w.mean(), color=VERMILION, linewidth=0.9, marker=".", markersize=2, label="output weights")
            axes.axhline(0, color=GREY, linewidth=0.4)
            axes.set_xlim(-1, one.n)
        shares = power_without_mean(one.u, 0)
        power.bar(np.arange(1, len(shares) + 1), shares, color=BLUE, width=0.9)
        pairs.imshow(one.activation.T, cmap="Greys", origin="lower", interpolation="nearest")
        panel(plain, "aei"[i], f"frequency {one.frequency}")
        panel(power, "bfj"[i], "share of what varies")
        plain.set_ylabel("weight less the mean")
        panel(moved, "cgk"[i], f"relabelled: {one.frequency} becomes 1")
        panel(pairs, "dhl"[i], "activation")
        whole_numbers(power)
        whole_numbers(pairs)
        pairs.set_ylabel("b, relabelled")
    for axes, label in zip(grid[-1], ("element", "frequency", "relabelled element", "a, relabelled"), strict=True):
        axes.set_xlabel(label)
    handles, names = grid[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=2)
    return figure


def caption(data: list[Pizza]) -> str:
    one = data[0]
    parts = []
    for pizza in data:
        near = coset(pizza.n, pizza.frequency, 0.0, 1.5 / pizza.n).tolist()
        parts.append(
            f"frequency {pizza.frequency} ({pizza.cluster} neurons, {power_without_mean(pizza.u, 0).max():.1%} of what"
            f" varies of the embedding at it): an approximate coset is an arithmetic progression of difference"
            f" {pizza.step}, such as {', '.join(map(str, near))}"
        )
    return (
        f"Like Figures 17 and 18 of the paper, which take a network of Zhong et al. (the clock and the pizza, mod 59);"
        f" this one is trained here, another way: one embedding for both inputs, {one.width} ReLU on its sum, no"
        f" biases, the soft minimum of all margins, one seed ({one.seed}). The heaviest neurons of {len(data)}"
        " frequencies: embedding (blue) and output weights (vermilion), less their means, by element and label; the"
        " share of what varies of the embedding at each frequency; the same vectors in the coordinate in which their"
        " frequency is 1; and the activation relu(u(a) + u(b)) of all pairs in that coordinate, darker is more:"
        " it depends on a - b as well as on a + b, which is what makes it a pizza. F"
        f"{'; '.join(parts)[1:]}."
    )


def _heading(data: list[Pizza]) -> str:
    one = data[0]
    return f"Addition of 2 inputs mod {one.n}, one embedding for both, {one.width} ReLU neurons, trained here"


PICTURES = [
    Picture(
        "multiscale-pizza",
        "several scales, like Figures 17 and 18: three neurons of a network with one embedding, relabelled",
        ("pizza",),
        pizzas,
        caption,
        draw,
        heading=_heading,
    )
]
