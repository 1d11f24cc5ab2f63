"""gamma* against n: even moduli lie above the published formula, and training finds that."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from margin import ModularAddition, maximum_margin
from paper_figures import tables
from paper_figures.picture import Picture
from paper_figures.style import BLACK, ORANGE, PAGE, TRAINED, VERMILION, page, panel, seeds_text, span, whole_numbers
from paper_figures.theory import published

Array = NDArray[np.float64]
K = 2


@dataclass(frozen=True)
class Moduli:
    """gamma* and the published formula for each n (moduli,), and trained networks: n, normalised margin (runs,)."""

    n: NDArray[np.int64]
    gamma: Array
    published: Array
    trained_n: NDArray[np.int64]
    trained: Array
    seeds: list[int]

    @property
    def ratios(self) -> Array:
        """Trained margins over gamma*, (runs,)."""
        return self.trained / np.interp(self.trained_n, self.n, self.gamma)


def moduli() -> Moduli:
    """Raises MissingTable."""
    rows = tables.read("moduli")
    n = np.array([int(row["n"]) for row in rows])
    every = np.arange(n.min(), n.max() + 1)
    return Moduli(
        every,
        np.array([float(maximum_margin(ModularAddition(int(x), K))) for x in every]),
        np.array([published(int(x), K) for x in every]),
        n,
        np.array([float(row["normalised_margin"]) for row in rows]),
        sorted({int(row["seed"]) for row in rows}),
    )


def draw(data: Moduli) -> Figure:
    """Margins against n on two logarithmic axes, and the same over the published formula."""
    figure = page(3.0, PAGE)
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.45))
    left.loglog(data.n, data.published, color=VERMILION, label="published formula")
    left.loglog(data.n, data.gamma, "+", color=BLACK, markersize=6, label=r"$\gamma^*$, exact")
    left.loglog(data.trained_n, data.trained, "o", color=TRAINED, markersize=2, label="trained")
    left.set_xticks([3, 5, 10, 20, 30], ["3", "5", "10", "20", "30"])
    left.set_yticks([0.002, 0.005, 0.01, 0.02, 0.05], ["0.002", "0.005", "0.01", "0.02", "0.05"])
    left.minorticks_off()
    left.set_xlabel("modulus n")
    left.set_ylabel("normalised margin")
    left.legend(loc="upper right")
    panel(left, "a", "margins fall as $n^{-3/2}$")
    base = np.interp(data.trained_n, data.n, data.published)
    even = data.n % 2 == 0
    right.axhline(1, color=VERMILION)
    right.text(
        data.n[-1] + 0.6,
        0.988,
        "line: published formula, for odd primes",
        color=VERMILION,
        ha="right",
        va="center",
        fontsize=7,
    )
    right.plot(data.n[even], (data.gamma / data.published)[even], color=ORANGE, linewidth=0.8, zorder=1)
    right.plot(data.n, data.gamma / data.published, "+", color=BLACK, markersize=8, label=r"$\gamma^*$, exact")
    right.plot(data.trained_n, data.trained / base, "o", color=TRAINED, markersize=2.4, label="trained")
    right.annotate("even n", (6, data.gamma[3] / data.published[3]), (8, 5), textcoords="offset points", fontsize=7)
    right.annotate("odd n", (5, 1), (0, 6), textcoords="offset points", fontsize=7, ha="center")
    right.set_ylim(0.98, None)
    right.set_xlim(data.n[0] - 0.7, data.n[-1] + 0.7)
    whole_numbers(right, 8)
    right.set_xlabel("modulus n")
    right.set_ylabel("margin / published formula")
    right.legend(loc="upper right")
    panel(right, "b", "even moduli reach more: the frequency n/2 is cheap")
    return figure


def caption(data: Moduli) -> str:
    """What is shown, over how many runs and seeds, and how near to gamma* they end."""
    return (
        f"Maximum normalised margin of addition mod n, k = 2 (crosses: gamma*, exact), networks trained from random"
        f" weights (dots: end of the run, float64; {len(data.trained)} runs, {seeds_text(data.seeds)} for each n,"
        f" {span(data.ratios.min(), data.ratios.max(), 5)} of gamma*), and the published formula for odd"
        " primes (red). (b) The same over the published formula: odd n, prime or not, lie on it, even n above it by"
        " (1 - 2^(-1/2))/(n - 2 + 2^(-1/2))."
    )


PICTURES = [
    Picture(
        "gamma-n",
        "gamma* against n, odd and even, with trained networks on it",
        ("moduli",),
        moduli,
        caption,
        draw,
        heading=f"Addition of {K} inputs mod n, activation x^{K}",
    )
]
