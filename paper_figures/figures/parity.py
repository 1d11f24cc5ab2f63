"""Sparse parity: margin against steps, and the weights of the neurons that are left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from paper_figures import tables
from paper_figures.parts import lower, upper
from paper_figures.picture import Picture
from paper_figures.style import PAGE, THEORY, TRAINED, VERMILION, at_most, page, panel, seeds_text, whole_numbers
from paper_figures.theory import heading
from paper_figures.trajectories import METHODS, Curves, curves

Array = NDArray[np.float64]
BITS, USED = 10, 4
LEAST = 1e-10  # deviations below this are drawn here


@dataclass(frozen=True)
class Parity:
    """Trajectories, and the live neurons at the end, scaled to norm 1: |weights| of bits (neurons, bits)."""

    runs: list[Curves]
    weights: Array
    seeds: list[int]
    stuck: dict[str, float]  # share of mass by signs of the bits, in the run of gradient descent that ends below
    stuck_seed: int

    @property
    def deviations(self) -> Array:
        """Of |weights| from the predicted ones, (neurons, bits)."""
        return np.abs(self.weights - np.where(np.arange(BITS) < USED, 1 / np.sqrt(USED + 1), 0))

    @property
    def lacking(self) -> str:
        """The pattern of least mass in the stuck run."""
        return min(self.stuck, key=lambda name: self.stuck[name])


def parity() -> Parity:
    """Raises MissingTable, or ValueError as `curves`."""
    rows = tables.read("parity")
    values = np.array(
        [[float(row[f"u{j}"]) for j in range(BITS)] + [float(row["w0"]), float(row["w1"])] for row in rows]
    )
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    stuck = [row for row in tables.read("stuck") if row["recipe"] == "morwani-parity"]
    return Parity(
        curves(("parity", "morwani-parity")),
        np.abs(values[:, :BITS]),
        [int(row["seed"]) for row in rows],
        {row["feature"]: float(row["share"]) for row in stuck},
        int(stuck[0]["seed"]),
    )


def draw(data: Parity) -> Figure:
    """Margins against steps with Adam and with gradient descent, and the neurons that are left."""
    figure = page(3.9, PAGE)
    axes = figure.subplots(2, 3, sharex="col", height_ratios=(1.25, 1), gridspec_kw={"width_ratios": (1, 1, 1.1)})
    for i, run in enumerate(data.runs):
        upper(axes[0, i], run)
        lower(axes[1, i], run)
        panel(axes[0, i], "ab"[i], METHODS[run.recipe].removesuffix(", published schedule"))
        axes[1, i].set_xlabel("training steps")
        whole_numbers(axes[1, i], 4)
    axes[0, 0].set_ylabel("normalised margin")
    axes[1, 0].set_ylabel(r"missing share of $\gamma^*$")
    for place in axes[:, 2]:
        place.remove()
    weights = figure.add_subplot(axes[0, 2].get_gridspec()[0, 2])
    _deviations(weights, data)
    patterns = figure.add_subplot(axes[1, 2].get_gridspec()[1, 2])
    _patterns(patterns, data)
    figure.align_ylabels(axes[:, 0])
    return figure


def _deviations(axes: Axes, data: Parity) -> None:
    """How far each weight is from the predicted one, a column a bit."""
    spread = np.linspace(-0.33, 0.33, len(data.weights))
    for bit, column in enumerate(np.maximum(data.deviations, LEAST).T):
        axes.semilogy(bit + 1 + spread, column, "o", color=TRAINED, markersize=1.2, alpha=0.5, markeredgewidth=0)
    axes.axvspan(0.5, USED + 0.5, color=VERMILION, alpha=0.08, linewidth=0)
    axes.set_ylim(LEAST / 2, 1)
    axes.axhline(1 / np.sqrt(USED + 1), color=THEORY, linewidth=0.9, linestyle=(0, (5, 2)))
    axes.text(0.6, 0.3, r"$1/\sqrt{5}$", fontsize=7, va="top")
    axes.text(USED / 2 + 0.5, 1e-2, "parity bits", ha="center", fontsize=7)
    axes.set_xlim(0.5, BITS + 0.5)
    axes.set_xticks(range(1, BITS + 1))
    axes.set_ylabel("|weight - predicted|")
    panel(axes, "c", "bits 1 to 10, after Adam")


def _patterns(axes: Axes, data: Parity) -> None:
    """Shares of mass by signs of the bits' weights, in the run of (b) that is stuck."""
    names, shares = zip(*data.stuck.items(), strict=True)
    axes.bar(range(len(names)), shares, color=TRAINED, width=0.7)
    axes.axhline(1 / len(names), color=THEORY, linewidth=0.9, linestyle=(0, (5, 2)), zorder=3)
    axes.text(0.98, 0.9, f"predicted: 1/{len(names)}", transform=axes.transAxes, ha="right", fontsize=7)
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=6, family="monospace")
    axes.set_ylim(0, 1.2 * max(shares))
    axes.set_xlabel("signs of the four bits")
    axes.set_ylabel("share of mass")
    panel(axes, "d", f"seed {data.stuck_seed} of (b) is stuck")


def caption(data: Parity) -> str:
    """What is shown, with seeds and what every run reached."""
    parts = [
        f"({letter}) {METHODS[run.recipe]}, width {run.width}: {seeds_text(list(run.runs))}, ending at"
        f" {', '.join(f'{share:.5f}' for share in sorted(run.last))} of gamma*"
        for letter, run in zip("ab", data.runs, strict=True)
    ]
    return (
        "Parity of 4 of 10 bits, activation x^4. Normalised margin over all 1024 inputs against training steps, and"
        f" below it the share of gamma* that is missing. {'; '.join(parts)}. (c) How far the absolute weights of the"
        f" {len(data.weights)} neurons alive at the end of the runs of (a), {seeds_text(data.seeds)}, each scaled to"
        " norm 1 (u and w together), are from the predicted ones, 1/sqrt(5) (dashed) on the four bits and 0 elsewhere:"
        f" at most {at_most(data.deviations.max())}. (d) What seed {data.stuck_seed} of (b) lacks: the predicted"
        " network has each of the 8 sign patterns of the bits, modulo sign, with 1/8 of the mass; there"
        f" {data.lacking} has {data.stuck[data.lacking]:.4f}."
    )


PICTURES = [
    Picture(
        "parity",
        "sparse parity: margin against steps, final weights",
        ("curves", "final", "parity", "stuck"),
        parity,
        caption,
        draw,
        heading=lambda data: heading(run.task for run in data.runs),
    )
]
