"""Grokking as two margins: on the pairs trained on and on all pairs, step by step, at an n large enough for it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from margin import ModularAddition
from paper_figures.figures.missing import Array, Split, splits
from paper_figures.picture import Picture
from paper_figures.style import BLACK, GREEN, ORANGE, PAGE, THEORY, TRAINED, page, panel, seeds_text
from paper_figures.theory import heading

N = 23


def draw(data: Sequence[Split]) -> Figure:
    """A panel for each share: both margins and the accuracy on the other pairs."""
    figure = page(2.7, PAGE)
    grid = figure.subplots(1, len(data), sharey=True, squeeze=False)[0]
    for axes, run, letter in zip(grid, data, "abcdef", strict=False):
        axes.plot(run.steps, run.train, color=TRAINED, label="margin on the part")
        axes.plot(run.steps, run.everything, color=ORANGE, label="margin on all pairs")
        axes.plot(run.steps, run.test, color=GREEN, linewidth=0.9, linestyle=":", label="accuracy on the others")
        axes.axhline(1, color=THEORY, linewidth=0.9, linestyle=(0, (5, 2)), zorder=1, label=r"$\gamma^*$ of all pairs")
        axes.axhline(0, color=BLACK, linewidth=0.5)
        axes.set_xlabel("training steps")
        panel(axes, letter, f"{run.share:.0%} of the pairs")
    grid[0].set_ylabel(r"normalised margin $/\ \gamma^*$ of all")
    grid[-1].legend(loc="lower right")
    return figure


def caption(data: Sequence[Split]) -> str:
    """Where the two margins become positive, and where they end."""
    told = "; ".join(
        f"{run.share:.0%}: positive from step {_first(run, run.train)} on the part, from {_first(run, run.everything)}"
        f" on all; {run.train[-1]:.4f} and {run.everything[-1]:.4f} at step {run.steps[-1]:.0f}, where"
        f" {run.test[-1]:.0%} of the other pairs are right"
        for run in data
    )
    return (
        f"Training on a random part of the pairs mod {data[0].n} by the soft minimum of its margins,"
        f" {seeds_text([run.seed for run in data])}. Least normalised margin on the part and on all pairs, in units of"
        f" gamma* of all pairs, and accuracy on the pairs left out (dotted). {told}. The part's own gamma* is at least"
        " that of all pairs; its value was not computed."
    )


def _first(run: Split, values: Array) -> str:
    """The first step from which on the values stay positive; 'no step' where the last is not."""
    wrong = np.flatnonzero(~(values > 0))
    if not len(wrong):
        return f"{run.steps[0]:.0f}"
    return f"{run.steps[wrong[-1] + 1]:.0f}" if wrong[-1] + 1 < len(run.steps) else "no step"


PICTURES = [
    Picture(
        "grokking-margins",
        "grokking as two margins: on the pairs trained on and on all pairs, mod 23",
        ("splits",),
        lambda: splits(N),
        caption,
        draw,
        heading=lambda data: heading([ModularAddition(data[0].n, 2)]),
    )
]
