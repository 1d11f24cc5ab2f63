"""Sparse parity: margin against steps, and the weights of the neurons that are left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from paper_figures import tables
from paper_figures.parts import lower, upper
from paper_figures.picture import Picture
from paper_figures.style import PAGE, TRAINED, VERMILION, line_of_theory, page, panel, seeds_text, whole_numbers
from paper_figures.trajectories import METHODS, Curves, curves

Array = NDArray[np.float64]
BITS, USED = 10, 4


@dataclass(frozen=True)
class Parity:
    """Trajectories, and the live neurons at the end, scaled to norm 1: |weights| of bits (neurons, bits)."""

    runs: list[Curves]
    weights: Array
    seeds: list[int]


def parity() -> Parity:
    """Raises MissingTable, or ValueError as `curves`."""
    rows = tables.read("parity")
    values = np.array(
        [[float(row[f"u{j}"]) for j in range(BITS)] + [float(row["w0"]), float(row["w1"])] for row in rows]
    )
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    return Parity(curves(("parity", "morwani-parity")), np.abs(values[:, :BITS]), [int(row["seed"]) for row in rows])


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
    weights = figure.add_subplot(axes[0, 2].get_gridspec()[:, 2])
    rng = np.linspace(-0.25, 0.25, len(data.weights))
    for bit in range(BITS):
        weights.plot(bit + 1 + rng, data.weights[:, bit], "o", color=TRAINED, markersize=1.6, alpha=0.5)
    line_of_theory(weights, 1 / np.sqrt(USED + 1), r"predicted on the four bits: $1/\sqrt{5}$")
    line_of_theory(weights, 0.0, "predicted elsewhere: 0")
    weights.axvspan(0.5, USED + 0.5, color=VERMILION, alpha=0.08, linewidth=0)
    weights.text(USED / 2 + 0.5, 0.535, "parity bits", ha="center", fontsize=7)
    weights.set_ylim(-0.02, 0.56)
    weights.set_xlim(0.5, BITS + 0.5)
    weights.set_xticks(range(1, BITS + 1))
    weights.set_xlabel("bit")
    weights.set_ylabel("|weight|, neurons scaled to norm 1")
    panel(weights, "c", "after Adam")
    figure.align_ylabels(axes[:, 0])
    return figure


def caption(data: Parity) -> str:
    """What is shown, with seeds and what every run reached."""
    parts = [
        f"({letter}) {METHODS[run.recipe]}, width {run.width}: {seeds_text(list(run.runs))}, ending at"
        f" {', '.join(f'{share:.5f}' for share in sorted(run.last))} of gamma*"
        for letter, run in zip("ab", data.runs, strict=True)
    ]
    return (
        "Parity of 4 of 10 bits, activation x^4. Normalised margin over all 1024 inputs against training steps, and"
        f" below it the share of gamma* that is missing. {'; '.join(parts)}. (c) Absolute weights of the"
        f" {len(data.weights)} neurons alive at the end of the runs of (a), {seeds_text(data.seeds)}, each scaled to"
        " norm 1 (u and w together)."
    )


PICTURES = [
    Picture(
        "parity",
        "sparse parity: margin against steps, final weights",
        ("curves", "final", "parity"),
        parity,
        caption,
        draw,
    )
]
