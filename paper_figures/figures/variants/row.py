"""A row of the pairs missing: how much gamma* rises, beside the bound that is proved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from margin import ModularAddition, maximum_margin
from paper_figures import tables
from paper_figures.picture import Picture
from paper_figures.style import BLUE, PAGE, THEORY, at_most, page, panel, span

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Rows:
    """By n: gamma* of the pairs without a row over that of all pairs, as solved, its gap, and the bound."""

    n: NDArray[np.int64]
    ratio: Array
    gap: Array
    bound: Array


def rows() -> Rows:
    """Raises MissingTable."""
    table = tables.solver("row")
    n = np.array([int(row["classes"]) for row in table])
    gamma = np.array([float(maximum_margin(ModularAddition(int(m), 2))) for m in n])
    found = np.array([float(row["lower_bound"]) for row in table])
    gaps = np.array([float(row["gap"]) for row in table])
    return Rows(n, found / gamma, gaps, bound(n))


def bound(n: NDArray[np.int64]) -> Array:
    """1 + s of docs/theory.md, 11.3, for odd n."""
    return 1 + (n - 2) - np.sqrt((n - 2.0) ** 2 - 1)


def draw(data: Rows) -> Figure:
    """By how much gamma* rises, against n, with the bound; and the share of the bound that is reached."""
    figure = page(2.6, PAGE)
    first, second = figure.subplots(1, 2, width_ratios=(1.5, 1))
    first.plot(data.n, data.bound - 1, "-", color=THEORY, label="at most (proved)", zorder=1)
    first.plot(data.n, data.ratio - 1, "o", color=BLUE, label="solved")
    first.set_yscale("log")
    first.set_ylabel(r"$\gamma^*$ of the part $/\ \gamma^*$ of all $-\ 1$")
    first.legend(loc="upper right")
    panel(first, "a", "a row missing raises the margin")
    second.plot(data.n, (data.ratio - 1) / (data.bound - 1), "o", color=BLUE)
    second.axhline(1, color=THEORY, linewidth=0.9, linestyle=(0, (5, 2)))
    second.set_ylim(0.65, 1.03)
    second.set_ylabel("of the bound")
    panel(second, "b", "the bound is not reached")
    for axes in (first, second):
        axes.set_xlabel("modulus n")
        axes.set_xticks(data.n)
    return figure


def caption(data: Rows) -> str:
    """What is shown, and how sure it is."""
    values = ", ".join(f"{value:.6f}" for value in data.ratio)
    reached = (data.ratio - 1) / (data.bound - 1)
    return (
        f"Addition mod n = {', '.join(map(str, data.n))} with two inputs, without the n pairs whose first input is 0."
        f" (a) gamma* over that of all pairs, less 1, found by the solver to gaps below {at_most(data.gap.max())} (its"
        f" upper ends are heuristic); the ratios are {values}. The line is the bound that is proved. (b) The rise over"
        f" that of the bound: {span(reached.min(), reached.max(), 3)}. No training."
    )


PICTURES = [
    Picture(
        "missing-row",
        "a row of the pairs missing: gamma* beside the bound that is proved",
        (),
        rows,
        caption,
        draw,
        heading="Addition of 2 inputs mod n without the pairs of one first input, activation x^2",
    )
]
