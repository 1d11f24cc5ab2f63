"""What several figures show: rows of bars, weights on their cosines, and the two panels of a margin against steps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from numpy.typing import NDArray

from margin.analysis.cosines import cosine_fit
from paper_figures.style import BLUE, GREY, SKY, TRAINED, VERMILION, line_of_theory
from paper_figures.theory import PUBLISHED
from paper_figures.trajectories import Curves

Array = NDArray[np.float64]
POINTS_PER_WEIGHT = 12  # of a smooth line through weights
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


def cosine_fits(axes: Axes, vectors: Array) -> None:
    """Rows of weights, vectors (rows, p), as dots on their least-squares cosines; each row scaled to its height."""
    p = vectors.shape[1]
    x = np.linspace(0, p, POINTS_PER_WEIGHT * p + 1)
    curves = []
    for row, vector in enumerate(vectors):
        wave = cosine_fit(vector).at(x)
        scale = 0.42 / max(np.abs(wave).max(), np.abs(vector).max())
        curves.append(np.stack([x, row - scale * wave], axis=-1))
        axes.plot(np.arange(p), row - scale * vector, ".", color=VERMILION, markersize=1.8 if p > 40 else 3)
    axes.add_collection(LineCollection(curves, colors=SKY, linewidths=0.6))
    axes.set_xlim(-0.5, p)
    axes.set_xticks([0, p // 2, p - 1])


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
