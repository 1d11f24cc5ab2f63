"""Other activations: maximum margins that the solver finds, beside networks that know each pair by heart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from margin import ModularAddition, maximum_margin
from margin.networks.memorising import memorising_margin
from paper_figures import tables
from paper_figures.picture import Picture
from paper_figures.style import (
    BLUE,
    GREEN,
    ORANGE,
    PAGE,
    PURPLE,
    THEORY,
    VERMILION,
    at_most,
    page,
    panel,
    span,
    whole_numbers,
)

Array = NDArray[np.float64]
COLOURS = {"|x|": BLUE, "ReLU": ORANGE, "x^3": VERMILION, "x^4": PURPLE, "x^2": GREEN}
DEGREES = {"x^2": 2, "x^3": 3, "x^4": 4}


@dataclass(frozen=True)
class Solved:
    """By activation: moduli, margins that networks reach, and the solver's relative gaps; gamma* itself for x^2."""

    n: dict[str, NDArray[np.int64]]
    margin: dict[str, Array]
    gap: float

    def of_memory(self, name: str) -> Array:
        """The margin over that of networks that know each pair by heart."""
        known = np.array([memorising_margin(int(n), DEGREES[name]) for n in self.n[name]])
        return self.margin[name] / known


def solved() -> Solved:
    """Raises MissingTable."""
    rows = [*tables.solver("activations"), *tables.solver("relu")]
    n: dict[str, NDArray[np.int64]] = {}
    margin: dict[str, Array] = {}
    for name in dict.fromkeys(row["activation"] for row in rows):
        own = [row for row in rows if row["activation"] == name]
        n[name] = np.array([int(row["classes"]) for row in own])
        margin[name] = np.array([float(row["lower_bound"]) for row in own])
    first = next(iter(n))
    n["x^2"] = n[first]
    margin["x^2"] = np.array([float(maximum_margin(ModularAddition(int(m), 2))) for m in n["x^2"]])
    return Solved(n, margin, max(float(row["gap"]) for row in rows))


def draw(data: Solved) -> Figure:
    """Margins against n; and those of powers over the margin of networks that know by heart."""
    figure = page(2.8, PAGE)
    first, second = figure.subplots(1, 2, width_ratios=(1.3, 1))
    for name, values in data.margin.items():
        style = {"color": THEORY, "linestyle": "-"} if name == "x^2" else {"color": COLOURS[name], "marker": "o"}
        first.plot(data.n[name], values, label=_label(name), linewidth=0.9, **style)
    first.set_yscale("log")
    first.set_ylabel("maximum margin, each in its own norm")
    first.legend(loc="upper right", ncols=2)
    panel(first, "a", "maximum margins")
    for name in (name for name in DEGREES if name in data.margin):
        style = {"color": THEORY, "linestyle": "-"} if name == "x^2" else {"color": COLOURS[name], "marker": "o"}
        second.plot(data.n[name], data.of_memory(name), label=_label(name), linewidth=0.9, **style)
    second.axhline(1, color=THEORY, linewidth=0.8, linestyle=":")
    second.set_ylim(0.9, None)
    second.set_ylabel("over that of one neuron for each pair")
    second.legend(loc="upper left")
    panel(second, "b", "waves or memory")
    for axes in (first, second):
        axes.set_xlabel("modulus n")
        whole_numbers(axes, 7)
    return figure


def _label(name: str) -> str:
    return f"${name}$" if name.startswith("x") else name


def caption(data: Solved) -> str:
    """What is shown, and what the panels say."""
    ranges = ", ".join(f"{name} n = {x.min()} to {x.max()}" for name, x in data.n.items())
    off = max(float(abs(data.of_memory(name) - 1).max()) for name in data.margin if name in ("x^3", "x^4"))
    waves = data.of_memory("x^2")
    common = {int(m): value for m, value in zip(data.n["ReLU"], data.margin["ReLU"], strict=True)}
    twice = [value / common[int(m)] for m, value in zip(data.n["|x|"], data.margin["|x|"], strict=True)]
    return (
        f"Addition of two inputs mod n with other activations ({ranges}). (a) Maximum margin in the norm L_2 for |x|"
        " and ReLU and L_{2,d+1} for x^d, found by the solver with the symmetries of the data to gaps below"
        f" {at_most(data.gap)} (its upper ends are heuristic); for x^2 gamma* of the theory. |x| has"
        f" {span(min(twice), max(twice), 6)} times the margin of ReLU. (b) Over the margin of the network of n^2"
        f" neurons that know one pair each by heart: with x^3 and x^4 the two agree within {at_most(off)}; with x^2"
        f" waves have {span(waves.min(), waves.max(), 3)} times as much. No training."
    )


PICTURES = [
    Picture(
        "activations",
        "other activations: maximum margins, and networks that know each pair by heart",
        (),
        solved,
        caption,
        draw,
        heading="Addition of 2 inputs mod n; activations |x|, ReLU, x^3, x^4 beside x^2",
    )
]
