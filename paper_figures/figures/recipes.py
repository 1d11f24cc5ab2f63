"""Where every recipe ends: the share of gamma* that is missing, the project's recipes beside the published ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from margin.tasks import parse
from paper_figures import tables
from paper_figures.picture import Picture
from paper_figures.style import BLACK, ORANGE, PAGE, TRAINED, page, seeds_text, span

Array = NDArray[np.float64]
AUTHORS = {"morwani": "Morwani et al.", "li": "Li et al."}
EDGE = 2.0  # a missing share above it is drawn there


@dataclass(frozen=True)
class Ended:
    """Runs of one recipe: its task in words, whose it is (None: the project's), width, seeds, shares of gamma*."""

    title: str
    k: int
    author: str | None
    width: int
    seeds: list[int]
    ratios: Array


def recipes() -> list[Ended]:
    """Those with activation x^k whose margin is known, best median first. Raises MissingTable."""
    found: dict[str, list[tables.Row]] = {}
    for row in tables.read("final"):
        if row["ratio"]:
            found.setdefault(row["recipe"], []).append(row)
    for k in (3, 4, 5):
        row = tables.read(f"li-neurons-k{k}")[0]
        if row["ratio"]:
            task = {"task": f"mod:{row['p']}", "seed": "0"}
            found[f"li-k{k}"] = [{**row, **task}]
    ended = [_ended(name, rows) for name, rows in found.items()]
    return sorted(ended, key=lambda one: -float(np.median(one.ratios)))


def _ended(name: str, rows: list[tables.Row]) -> Ended:
    first = rows[0]
    task = parse(first["task"], int(first["k"]))
    author = next((full for start, full in AUTHORS.items() if name.startswith(f"{start}-")), None)
    ratios = np.array([float(row["ratio"]) for row in rows])
    seeds = [int(row["seed"]) for row in rows]
    return Ended(task.title, task.k, author, int(first["width"]), seeds, ratios)


def draw(data: list[Ended]) -> Figure:
    """A row a recipe: the missing share of each seed, logarithmic, and the median."""
    figure = page(0.7 + 0.22 * len(data), PAGE)
    axes = figure.subplots()
    for row, one in enumerate(data):
        missing = np.minimum(1 - one.ratios, EDGE)
        colour = TRAINED if one.author is None else ORANGE
        axes.plot(missing, np.full(len(missing), row), "o", color=colour, markersize=3.5, alpha=0.6, markeredgewidth=0)
        axes.plot(np.median(missing), row, "|", color=BLACK, markersize=9, markeredgewidth=1.1)
        axes.annotate(
            f"{np.median(one.ratios):.5f}", (1, row), (3, 0), xycoords=("axes fraction", "data"),
            textcoords="offset points", va="center", fontsize=7,
        )  # fmt: skip
    names = [f"{one.title}, {one.width:,} neurons ({f'as {one.author}' if one.author else 'own'})" for one in data]
    axes.set_yticks(range(len(data)), names)
    axes.set_ylim(len(data) - 0.5, -0.5)
    axes.set_xscale("log")
    axes.set_xlim(None, 1.15 * EDGE)
    axes.axvline(1, color=BLACK, linewidth=0.7, linestyle=":")
    axes.annotate(
        "margin 0", (1, 1), (-3, -2), xycoords=("data", "axes fraction"), textcoords="offset points", ha="right",
        va="top", fontsize=7,
    )  # fmt: skip
    axes.set_xlabel(r"missing share of $\gamma^*$ at the end; at the right the median share reached")
    axes.grid(axis="x", color="#E5E5E5", linewidth=0.5)
    axes.set_axisbelow(True)
    return figure


def caption(data: list[Ended]) -> str:
    """What is shown, with what each recipe reaches."""
    parts = [
        f"{one.title} ({one.author or 'own'}, {seeds_text(one.seeds)}) {span(one.ratios.min(), one.ratios.max(), 5)}"
        for one in data
    ]
    return (
        "Share of gamma*, the exact maximum, that is missing at the end of each run (dots, one a seed; bars: medians),"
        " of this project's recipes (blue), which stop at their aim, and with the settings of others as far as they"
        " state them (orange), some at a smaller size (n = 23 in place of 71, 13 in place of 47 at k = 4, 11 in place"
        " of 23 at k = 5, which was ended early); margin of the whole population in the L_{2,k+1} norm. Right of the"
        f" dotted line some input is wrong. Shares reached: {'; '.join(parts)}."
    )


PICTURES = [
    Picture(
        "recipes",
        "share of gamma* that every recipe, own and published, has reached at its end",
        ("final", *(f"li-neurons-k{k}" for k in (3, 4, 5))),
        recipes,
        caption,
        draw,
        heading="Activation x^k, k the number of inputs; tasks and widths at the left",
    )
]
