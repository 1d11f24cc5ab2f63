"""Normalised margin against steps, with gamma* as a labelled line: from random weights to the maximum margin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from paper_figures import tables
from paper_figures.picture import Picture
from paper_figures.style import (
    GREY,
    PAGE,
    TRAINED,
    VERMILION,
    line_of_theory,
    page,
    panel,
    seeds_text,
    span,
    whole_numbers,
)
from paper_figures.theory import RECIPES

Array = NDArray[np.float64]
# what is trained, for panels' titles
METHODS = {
    **dict.fromkeys(("mod23", "mod71", "k3-n13", "k3-n23"), "Adam, cross-entropy"),
    **dict.fromkeys(("even30", "even32", "s3", "s4", "dic3-k3"), "Adam, soft minimum of margins"),
    "parity": "Adam, cross-entropy",
    **dict.fromkeys(
        ("morwani-mod71", "morwani-mod71:23", "morwani-s3", "morwani-parity"), "gradient descent, published schedule"
    ),
}
LOWEST = -0.25  # share of gamma* at the lower edge of the upper panels


@dataclass(frozen=True)
class Curves:
    """Trajectories of one recipe: for each seed steps and the share of gamma* reached, both (records,)."""

    recipe: str
    gamma: float
    published: float | None
    width: int
    runs: dict[int, tuple[Array, Array]]

    @property
    def last(self) -> Array:
        """Share of gamma* at the end of each run."""
        return np.array([share[-1] for _, share in self.runs.values()])


def curves(names: tuple[str, ...], optional: tuple[str, ...] = ()) -> list[Curves]:
    """Trajectories of recipes; `optional` ones are left out where the table has none.

    Raises MissingTable, or ValueError for a recipe without runs.
    """
    rows = tables.read("curves")
    sizes = {row["recipe"]: int(row["width"]) for row in tables.read("final")}
    found = []
    for name in names:
        seeds: dict[int, list[tuple[float, float]]] = {}
        for row in rows:
            if row["recipe"] == name:
                seeds.setdefault(int(row["seed"]), []).append((float(row["step"]), float(row["ratio"])))
        if seeds:
            runs = {seed: (np.array(points)[:, 0], np.array(points)[:, 1]) for seed, points in seeds.items()}
            found.append(Curves(name, RECIPES[name].gamma, RECIPES[name].published, sizes[name], runs))
        elif name not in optional:
            raise ValueError(
                f"no runs of {name} in curves.csv; make them with `python -m training experiments curves` and"
                " `python -m training tables curves --runs DIR --date DATE`"
            )
    return found


def draw(columns: list[Curves]) -> Figure:
    """One column per recipe: the normalised margin above, what is missing to gamma* below."""
    figure = page(3.9, PAGE)
    axes = figure.subplots(2, len(columns), squeeze=False, sharex="col", height_ratios=(1.25, 1))
    for i, found in enumerate(columns):
        upper(axes[0, i], found)
        lower(axes[1, i], found)
        panel(axes[0, i], "abcd"[i], RECIPES[found.recipe].label)
        axes[0, i].text(0.98, 0.08, METHODS[found.recipe], transform=axes[0, i].transAxes, ha="right", fontsize=7)
        axes[1, i].set_xlabel("training steps")
        whole_numbers(axes[1, i], 5)
    axes[0, 0].set_ylabel("normalised margin")
    axes[1, 0].set_ylabel(r"missing share of $\gamma^*$")
    figure.align_ylabels(axes[:, 0])
    return figure


def upper(axes: Axes, found: Curves) -> None:
    for steps, share in found.runs.values():
        axes.plot(steps, share * found.gamma, color=TRAINED, alpha=0.65, linewidth=0.9)
    axes.set_ylim(LOWEST * found.gamma, 1.25 * found.gamma)
    axes.axhline(0, color=GREY, linewidth=0.5)
    axes.set_xlim(left=0)
    line_of_theory(axes, found.gamma, rf"$\gamma^*$ = {found.gamma:.4g}")
    axes.ticklabel_format(axis="y", scilimits=(-2, 2), useMathText=True)
    axes.yaxis.get_offset_text().set_fontsize(7)


def lower(axes: Axes, found: Curves) -> None:
    least = 1.0
    for steps, share in found.runs.values():
        missing = np.maximum(1 - share, 1e-7)
        least = min(least, float(missing.min()))
        axes.semilogy(steps, missing, color=TRAINED, alpha=0.65, linewidth=0.9)
        axes.plot(steps[-1], missing[-1], "o", color=TRAINED, markersize=2.5)
    axes.set_ylim(least / 2.5, 2)
    powers = range(int(np.floor(np.log10(least / 2.5))) + 1, 1)
    axes.set_yticks([10.0**power for power in powers], [f"{10.0**power:g}" for power in powers])
    axes.minorticks_off()
    if found.published is not None:
        what = "published formula" if RECIPES[found.recipe].kind == "mod" else "regular shares"
        missing_there = 1 - found.published / found.gamma
        line_of_theory(axes, missing_there, what, VERMILION)


def caption(columns: list[Curves]) -> str:
    parts = []
    for found in columns:
        name = RECIPES[found.recipe].label
        method = METHODS[found.recipe]
        parts.append(
            f"{name} ({method}, width {found.width}): {seeds_text(list(found.runs))}, ending at"
            f" {span(found.last.min(), found.last.max(), 5)} of gamma*"
        )
    text = (
        "Normalised margin against training steps (upper row; one line per seed; margin of the whole population in"
        " float64 over ||theta||^(k+1) in the L_{2,k+1} norm) and the share of gamma* that is missing (lower row,"
        " logarithmic; dots: ends of runs, with Adam where the target is reached, with gradient descent after a fixed"
        " number of steps). Dashed black: gamma*, computed"
        " exactly. Margins below the lower edge are not shown. " + "; ".join(parts) + "."
    )
    if any(found.published is not None for found in columns):
        text += " Dashed in the lower row: where the published formula would stop, below the true maximum."
    return text


def _picture(name: str, summary: str, recipes: tuple[str, ...], optional: tuple[str, ...] = ()) -> Picture:
    return Picture(name, summary, ("curves", "final"), lambda: curves(recipes, optional), caption, draw)


PICTURES = [
    _picture("margin-mod23", "normalised margin against steps, mod 23", ("mod23", "morwani-mod71:23")),
    _picture("margin-mod71", "normalised margin against steps, mod 71", ("mod71", "morwani-mod71"), ("morwani-mod71",)),
    _picture("margin-k3", "normalised margin against steps, k = 3", ("k3-n13", "k3-n23")),
    _picture("margin-even", "normalised margin against steps, even moduli", ("even30", "even32")),
    _picture("margin-groups", "normalised margin against steps, S3, S4 and Dic3", ("s3", "s4", "dic3-k3")),
]
