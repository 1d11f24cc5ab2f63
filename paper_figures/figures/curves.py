"""Normalised margin against steps, with gamma* as a labelled line: from random weights to the maximum margin."""

from __future__ import annotations

from functools import partial

from matplotlib.figure import Figure

from paper_figures.parts import lower, upper
from paper_figures.picture import Picture
from paper_figures.style import (
    PAGE,
    page,
    panel,
    seeds_text,
    span,
    whole_numbers,
)
from paper_figures.theory import heading
from paper_figures.trajectories import METHODS, Curves, curves


def draw(columns: list[Curves]) -> Figure:
    """One column per recipe: the normalised margin above, what is missing to gamma* below."""
    figure = page(3.9, PAGE)
    axes = figure.subplots(2, len(columns), squeeze=False, sharex="col", height_ratios=(1.25, 1))
    same = len({column.task for column in columns}) < len(columns)
    for i, column in enumerate(columns):
        upper(axes[0, i], column)
        lower(axes[1, i], column)
        panel(axes[0, i], "abcd"[i], f"{column.task.title}, {column.width} neurons")
        if same:
            method = METHODS[column.recipe].removesuffix(", published schedule")
            panel(axes[0, i], "abcd"[i], f"{method}, {column.width} neurons")
        else:
            axes[0, i].text(0.98, 0.08, METHODS[column.recipe], transform=axes[0, i].transAxes, ha="right", fontsize=7)
        axes[1, i].set_xlabel("training steps")
        whole_numbers(axes[1, i], 5)
    axes[0, 0].set_ylabel("normalised margin")
    axes[1, 0].set_ylabel(r"missing share of $\gamma^*$")
    figure.align_ylabels(axes[:, 0])
    return figure


def caption(columns: list[Curves]) -> str:
    """What is shown, with method, width, seeds and ends of each recipe."""
    parts = []
    for column in columns:
        name = column.task.title
        method = METHODS[column.recipe]
        parts.append(
            f"{name} ({method}, width {column.width}): {seeds_text(list(column.runs))}, ending at"
            f" {span(column.last.min(), column.last.max(), 5)} of gamma*"
        )
    text = (
        "Normalised margin against training steps (upper row; one line per seed; margin of the whole population in"
        " float64 over ||theta||^(k+1) in the L_{2,k+1} norm) and the share of gamma* that is missing (lower row,"
        " logarithmic; dots: ends of runs, with Adam where the target is reached, with gradient descent after a fixed"
        " number of steps). Dashed black: gamma*, computed"
        " exactly. Margins below the lower edge are not shown. " + "; ".join(parts) + "."
    )
    if any(column.published is not None for column in columns):
        text += " Dashed in the lower row: where the published formula would stop, below the true maximum."
    return text


def _picture(name: str, summary: str, recipes: tuple[str, ...], optional: tuple[str, ...] = ()) -> Picture:
    data = partial(curves, recipes, optional)
    return Picture(name, summary, ("curves", "final"), data, caption, draw, heading=_heading)


def _heading(columns: list[Curves]) -> str:
    return heading(column.task for column in columns)


PICTURES = [
    _picture("margin-mod23", "normalised margin against steps, mod 23", ("mod23", "morwani-mod71:23")),
    _picture("margin-mod71", "normalised margin against steps, mod 71", ("mod71", "morwani-mod71"), ("morwani-mod71",)),
    _picture("margin-k3", "normalised margin against steps, k = 3", ("k3-n13", "k3-n23")),
    _picture("margin-even", "normalised margin against steps, even moduli", ("even30", "even32")),
    _picture("margin-groups", "normalised margin against steps, S3, S4 and Dic3", ("s3", "s4", "dic3-k3")),
]
