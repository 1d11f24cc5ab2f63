"""Neurons per frequency: the paper's construction, the smaller one, and the proved lower bound, against k."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.figure import Figure

from margin.addition.construction import rotation_phases
from margin.addition.width import widths
from margin.tasks import ModularAddition
from paper_figures.picture import Picture
from paper_figures.style import BLACK, BLUE, COLUMN, VERMILION, page

INPUTS = range(1, 9)
LARGE = 997  # a prime so large that no two exponents coincide, for every k shown


@dataclass(frozen=True)
class Widths:
    """Neurons per frequency for each k; `bound` is None where nothing is certified."""

    k: list[int]
    paper: list[int]
    minimal: list[int]
    bound: list[int | None]


def per_frequency() -> Widths:
    """From the constructions and the certified bound for n = 997, divided by its 498 frequencies."""
    frequencies = (LARGE - 1) // 2
    bounds = [widths(ModularAddition(LARGE, k)).lower_bound for k in INPUTS]
    return Widths(
        list(INPUTS),
        [rotation_phases(k, "paper").size for k in INPUTS],
        [rotation_phases(k, "minimal").size for k in INPUTS],
        [None if bound is None else bound // frequencies for bound in bounds],
    )


def draw(data: Widths) -> Figure:
    """Neurons per frequency against k, logarithmic."""
    figure = page(2.9, COLUMN)
    axes = figure.subplots()
    axes.semilogy(data.k, data.paper, "s--", color=VERMILION)
    axes.semilogy(data.k, data.minimal, "o-", color=BLUE)
    known = [(k, bound) for k, bound in zip(data.k, data.bound, strict=True) if bound is not None]
    axes.semilogy(*zip(*known, strict=True), "_", color=BLACK, markersize=13, markeredgewidth=1.6)
    axes.text(5.2, data.paper[5] * 1.5, r"published: $2^{2k-1}$", color=VERMILION, ha="right", fontsize=7)
    axes.text(3.4, 7, r"built here: $(k+1)\,2^{k-1}$", color=BLUE, va="top", fontsize=7)
    k, bound = known[5]
    axes.annotate(
        "proved lower bound",
        (k + 0.1, bound),
        (k + 0.1, bound / 3),
        ha="left",
        va="top",
        fontsize=7,
        arrowprops={"arrowstyle": "-", "linewidth": 0.5, "shrinkB": 3, "relpos": (0, 1)},
    )
    for k, paper, minimal in zip(data.k[:5], data.paper, data.minimal, strict=False):
        if k > 1:
            for number, away in ((paper, (-4, 4)), (minimal, (4, -9))):
                axes.annotate(
                    str(number), (k, number), away, textcoords="offset points", ha="right" if away[0] < 0 else "left",
                    fontsize=6.5,
                )  # fmt: skip
    axes.set_xticks(data.k)
    axes.set_xlim(0.6, 8.6)
    axes.set_xlabel("number of inputs k")
    axes.set_ylabel("neurons per frequency")
    return figure


def caption(data: Widths) -> str:
    """What is shown, and which bounds are proved."""
    known = ", ".join(f"{b} for k = {k}" for k, b in zip(data.k, data.bound, strict=True) if b is not None)
    return (
        "Neurons per rotation frequency of networks of maximum margin for addition of k inputs: the published"
        " construction, the smaller one of this project, and the proved lower bound"
        f" ({known}), so that it is minimal where they meet. No training."
        " Orders so small that exponents coincide are left out."
    )


PICTURES = [
    Picture(
        "widths",
        "neurons per frequency against k: constructions and bound",
        (),
        per_frequency,
        caption,
        draw,
        heading="Addition of k inputs mod n, activation x^k",
    )
]
