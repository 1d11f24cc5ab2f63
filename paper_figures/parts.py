"""What several figures show: rows of bars, weights on their cosines, and the two panels of a margin against steps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from margin.analysis.cosines import cosine_fit
from paper_figures.style import BLUE, GREY, PALE, THEORY, TRAINED, VERMILION, line_of_theory
from paper_figures.theory import PUBLISHED
from paper_figures.trajectories import Curves

Array = NDArray[np.float64]
MANY = 40  # weights in a row, from which on their dots touch
_HALF = 0.38  # of a row's height that its largest weight takes; a cosine through a step is higher
LOWEST = -0.25  # share of gamma* at the lower edge of the upper panels


def bars(axes: Axes, shares: Array) -> None:
    """Rows of bars, shares (rows, frequencies): row i stands on i + 0.4 and is 0.8 high; the axis points down."""
    rows, count = shares.shape
    left = np.arange(1, count + 1)[None] - 0.45
    foot = np.broadcast_to(np.arange(rows)[:, None] + 0.4, shares.shape)
    left = np.broadcast_to(left, shares.shape)
    top = foot - 0.8 * shares
    corners = [(left, foot), (left, top), (left + 0.9, top), (left + 0.9, foot)]
    boxes = np.stack([np.stack(corner, axis=-1) for corner in corners], axis=-2).reshape(-1, 4, 2)
    axes.add_collection(PolyCollection(list(boxes), facecolors=BLUE, edgecolors=BLUE, linewidths=0.3))
    axes.hlines(foot[:, 0], 0.5, count + 0.5, color=BLUE, linewidth=0.4)


def power_rows(axes: Axes, shares: Array) -> None:
    """Rows of bars with their scale: a line at the whole of the power, and the largest share of each row at its right.

    Shares (rows, n//2), as `bars`.
    """
    rows, count = shares.shape
    bars(axes, shares)
    axes.hlines(np.arange(rows) - 0.4, 0.5, count + 0.5, color=PALE, linewidth=0.5, zorder=0)
    set_rows(axes, rows)
    axes.set_xlim(0.3, count + 0.7)
    axes.set_xticks(sorted({1, (count + 1) // 2, count}))
    axes.set_yticks(range(rows), [f"{share:.2f}" for share in shares.max(-1)], fontsize=6.5)
    axes.yaxis.tick_right()


def set_rows(axes: Axes, rows: int) -> None:
    """Room for so many rows, each of height 1, the first on top."""
    axes.set_ylim(rows - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def waves(axes: Axes, vectors: Array, frequencies: Iterable[int]) -> None:
    """Rows of weights, vectors (rows, n), against z a mod n, on their least-squares cosines of frequency z.

    A cosine of any frequency is one period. Each row is scaled to its own height, which `heights` prints. Where a
    frequency shares a divisor with n, several weights share a place.
    """
    n = vectors.shape[1]
    x = np.linspace(0, n, 101)
    curves = []
    size = 1.3 if n > 2 * MANY else 1.8 if n > MANY else 3
    for row, (vector, z) in enumerate(zip(vectors, frequencies, strict=True)):
        fit = cosine_fit(vector, int(z))
        wave = fit.amplitude * np.cos(2 * np.pi * (x / n + fit.phase)) + fit.mean
        largest = np.abs(vector).max()
        scale = _HALF / largest if largest > 0 else 0.0
        curves.append(np.stack([x, row - scale * wave], axis=-1))
        axes.plot(int(z) * np.arange(n) % n, row - scale * vector, ".", color=TRAINED, markersize=size)
    height = 3 if n > MANY else 1  # where dots would hide a line behind them
    axes.add_collection(LineCollection(curves, colors=THEORY, linewidths=0.5 if n > MANY else 0.7, zorder=height))
    set_rows(axes, len(vectors))
    axes.set_xlim(-0.03 * n, n)
    axes.set_xticks(sorted({0, n // 2, n - 1}))


def heights(axes: Axes, vectors: Array) -> None:
    """The largest absolute weight of each row, at its right: the scale of `waves`."""
    for row, largest in enumerate(np.abs(vectors).max(-1)):
        axes.annotate(
            f"{largest:.2g}", (1, row), (1, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
            va="center", fontsize=5.5, color=GREY,
        )  # fmt: skip


def key(figure: Figure, axes: Axes) -> None:
    """What the dots, the lines and both numbers of rows of weights and power are, below all panels.

    `axes` has `waves`, whose first row of dots is the sample.
    """
    nothing = Line2D([], [], linestyle="none")
    handles = [
        Line2D([], [], linestyle="none", marker=".", markersize=5, color=axes.lines[0].get_color()),
        Line2D([], [], color=THEORY, linewidth=0.7),
        nothing,
        nothing,
    ]
    texts = ["weights", "cosine of frequency z", "grey: largest weight of the row", "black: largest share of its power"]
    figure.legend(handles, texts, loc="outside lower center", ncols=4, columnspacing=0.8, handletextpad=0.5)


def upper(axes: Axes, curves: Curves) -> None:
    """Normalised margins against steps, a line a seed, and gamma*."""
    reached(axes, list(curves.runs.values()), curves.gamma, rf"$\gamma^*$ = {curves.gamma:.4g}")
    axes.ticklabel_format(axis="y", scilimits=(-2, 2), useMathText=True)
    axes.yaxis.get_offset_text().set_fontsize(7)


def reached(axes: Axes, runs: Sequence[tuple[Array, Array]], gamma: float, label: str) -> None:
    """Steps and shares of gamma* as margins, a line a run, and gamma* with its label."""
    for steps, share in runs:
        axes.plot(steps, share * gamma, color=TRAINED, alpha=0.65, linewidth=0.9)
    axes.set_ylim(LOWEST * gamma, 1.25 * gamma)
    axes.axhline(0, color=GREY, linewidth=0.5)
    axes.set_xlim(left=0)
    line_of_theory(axes, gamma, label)


def lower(axes: Axes, curves: Curves) -> None:
    """The share of gamma* that is missing against steps, and what the published formula would miss."""
    missing(axes, list(curves.runs.values()))
    if curves.published is not None:
        missing_there = 1 - curves.published / curves.gamma
        line_of_theory(axes, missing_there, PUBLISHED[curves.task.kind], VERMILION)


def missing(axes: Axes, runs: Sequence[tuple[Array, Array]]) -> None:
    """One less the share of gamma* against steps, logarithmic, a line a run with a dot at its end."""
    least = 1.0
    for steps, share in runs:
        gap = np.maximum(1 - share, 1e-7)
        least = min(least, float(gap.min()))
        axes.semilogy(steps, gap, color=TRAINED, alpha=0.65, linewidth=0.9)
        axes.plot(steps[-1], gap[-1], "o", color=TRAINED, markersize=2.5)
    axes.set_ylim(least / 2.5, 2)
    powers = range(int(np.floor(np.log10(least / 2.5))) + 1, 1)
    axes.set_yticks([10.0**power for power in powers], [f"{10.0**power:g}" for power in powers])
    axes.minorticks_off()
