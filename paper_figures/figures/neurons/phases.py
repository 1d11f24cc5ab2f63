"""The phases of each neuron before and after training: theta_w becomes theta_u + theta_v."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from paper_figures import tables
from paper_figures.picture import Picture
from paper_figures.style import BLACK, PAGE, PALE, THEORY, TRAINED, page, panel

Array = NDArray[np.float64]
SHOWN = {"mod23": "x^2", "mod23-relu": "ReLU"}  # runs of the table, with their activation
COLUMNS = ("u1", "u2", "w", "residual")
TURNS = [0, 0.25, 0.5, 0.75, 1]


@dataclass(frozen=True)
class Phases:
    """Of one run: phases in turns of u, v and w (3, neurons) at each neuron's frequency, before and after training."""

    activation: str
    n: int
    width: int
    steps: tuple[int, int]
    before: Array
    after: Array
    residuals: tuple[Array, Array]  # theta_w - theta_u - theta_v in turns, in [-1/2, 1/2), before and after
    run: str


def phases() -> list[Phases]:
    """Raises MissingTable, or ValueError for a table that lacks a run."""
    rows, ended = tables.read("phases"), {row["run"]: row for row in tables.read("final")}
    result = []
    for name, activation in SHOWN.items():
        own = [row for row in rows if row["name"] == name]
        if not own or own[0]["run"] not in ended:
            raise ValueError(f"no phases of {name}; make them with `{tables.MAKE} phases final --runs DIR --date DATE`")
        steps = sorted({int(row["step"]) for row in own})
        first, last = (
            np.array([[float(row[x]) for row in own if int(row["step"]) == step] for x in COLUMNS])
            for step in (steps[0], steps[-1])
        )
        final = ended[own[0]["run"]]
        n = int(final["task"].partition(":")[2])
        about = activation, n, int(final["width"]), (steps[0], steps[-1])
        result.append(Phases(*about, first[:3], last[:3], (first[3], last[3]), own[0]["run"]))
    return result


def draw(data: list[Phases]) -> Figure:
    """A row a run: phases before and after training beside the line theta_w = theta_u + theta_v, and their distance."""
    figure = page(2.35 * len(data), PAGE)
    axes = figure.subplots(len(data), 3, squeeze=False, width_ratios=(1, 1, 1.25))
    for i, (row, one) in enumerate(zip(axes, data, strict=True)):
        for j, turns in enumerate((one.before, one.after)):
            _scatter(row[j], turns)
            panel(row[j], "abcdef"[3 * i + j], f"{one.activation}, step {one.steps[j]:,}")
        _distances(row[2], one)
        panel(row[2], "abcdef"[3 * i + 2], f"{one.activation}, distance from the line")
        row[0].set_ylabel(r"$\theta_w$, turns")
    for place in axes[-1, :2]:
        place.set_xlabel(r"$\theta_u + \theta_v$ mod 1, turns")
    axes[-1, 2].set_xlabel(r"$|\theta_w - \theta_u - \theta_v|$, turns")
    return figure


def _scatter(axes: Axes, turns: Array) -> None:
    """theta_w against theta_u + theta_v on the torus: the predicted line is the diagonal."""
    axes.plot([0, 1], [0, 1], color=THEORY, linewidth=0.9, linestyle=(0, (5, 2)), zorder=1)
    axes.plot((turns[0] + turns[1]) % 1, turns[2], "o", color=TRAINED, markersize=2.5, alpha=0.6, markeredgewidth=0)
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.02)
    axes.set_xticks(TURNS, ["0", "1/4", "1/2", "3/4", "1"])
    axes.set_yticks(TURNS, ["0", "1/4", "1/2", "3/4", "1"])
    axes.set_aspect("equal")


def _distances(axes: Axes, one: Phases) -> None:
    edges = np.geomspace(1e-9, 0.5, 45)
    before, after = (np.clip(np.abs(x), edges[0], edges[-1]) for x in one.residuals)
    axes.hist(before, edges.tolist(), color=PALE, label=f"step {one.steps[0]:,}")
    axes.hist(after, edges.tolist(), color=TRAINED, label=f"step {one.steps[1]:,}")
    axes.axvline(float(np.median(after)), color=BLACK, linewidth=0.8, linestyle=":")
    axes.set_xscale("log")
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylabel("neurons")
    axes.legend(loc="upper left")


def caption(data: list[Phases]) -> str:
    """What is shown, of which runs, and how far the phases are from the relation."""
    parts = []
    for one in data:
        before, after = (np.abs(x) for x in one.residuals)
        parts.append(
            f"{one.activation} (run {one.run}, {len(after)} of {one.width} neurons alive): median distance"
            f" {np.median(before):.2g} turns at step {one.steps[0]:,}, {np.median(after):.2g} at step"
            f" {one.steps[1]:,}, the largest there {after.max():.2g}"
        )
    return (
        "Phases of each neuron's three vectors, u, v and w, at its own frequency, in turns: theta_w against the sum of"
        " the phases of both inputs before and after training, and the distance from theta_w = theta_u + theta_v"
        " (dashed), which every neuron of a network of largest margin satisfies (dotted: median after training; below"
        " 1e-9 in the first bar). The frequency is that of largest power at the end, in both columns."
        f" {'; '.join(parts)}; gradient descent with the published schedule, one seed (0)."
    )


def heading(data: list[Phases]) -> str:
    """Task, activations and widths."""
    activations = " and ".join(f"{one.activation} ({one.width} neurons)" for one in data)
    return f"Addition of 2 inputs mod {data[0].n}, activation {activations}, gradient descent"


PICTURES = [
    Picture(
        "phases",
        "theta_u + theta_v = theta_w: phases of all neurons before and after training, x^2 and ReLU",
        ("phases", "final"),
        phases,
        caption,
        draw,
        heading=heading,
    )
]
