"""How strongly transformers grok: steps between learning the training half and the other half, by k and by width."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import isnan, nan
from statistics import median

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from paper_figures import tables
from paper_figures.figures.circuits.transformers import GROKKING, TRANSFORMERS, sizes
from paper_figures.picture import Picture
from paper_figures.style import PAGE, PALE, TRAINED, VERMILION, page, panel, seeds_text
from paper_figures.tables import Row


@dataclass(frozen=True)
class Run:
    """A finished transformer: steps to accuracy 0.99 on the training half and on the other one, NaN where never."""

    k: int
    p: int
    dimension: int
    width: int
    seed: int
    train: float
    test: float
    end: int

    @property
    def gap(self) -> float:
        """The grokking strength; where the other half is never learned the steps that were left, a lower bound."""
        return (self.end if isnan(self.test) else self.test) - self.train

    @property
    def is_bound(self) -> bool:
        return isnan(self.test) and not isnan(self.train)


@dataclass(frozen=True)
class Group:
    """All runs of one size, which differ by seed alone."""

    runs: tuple[Run, ...]

    @property
    def first(self) -> Run:
        return self.runs[0]

    def __str__(self) -> str:
        """The size, the strength of each run, and how many never learn which half."""
        texts = [f"{run.gap:.0f}" for run in self.runs if not isnan(run.gap) and not run.is_bound]
        texts += [f"more than {run.gap:.0f}" for run in self.runs if run.is_bound]
        never = sum(isnan(run.test) for run in self.runs)
        unfitted = sum(isnan(run.train) for run in self.runs)
        left = f"; {never} of {len(self.runs)} never learn the other half" if never else ""
        left += f"; {unfitted} of {len(self.runs)} not even the training half" if unfitted else ""
        values = [run.gap for run in self.runs]
        middle = f" (median {median(values):.0f})" if len(values) > 1 and not never and not unfitted else ""
        run = self.first
        size = f"k = {run.k}, p = {run.p}, {run.p**run.k} inputs, dimension {run.dimension}, {run.width} neurons"
        return f"{size}: {', '.join(texts) or 'unknown'}{middle}{left}"


@dataclass(frozen=True)
class Strength:
    """Groups of runs: all, those that differ in k alone (at nearly equal data), those that differ in width alone."""

    groups: list[Group]
    by_k: list[Group]
    by_width: list[Group]


def strength() -> Strength:
    """Of finished transformers. Raises MissingTable, ValueError where there is none."""
    rows = [r for r in tables.read(GROKKING) if r["preset"].startswith(GROKKING) and r["finished"] == "1"]
    if not rows:
        raise ValueError(f"{GROKKING} has no finished transformer; make one with `{tables.EXPERIMENTS} grokking-small`")
    runs = [_run(row) for row in rows]
    groups: dict[tuple[int, ...], list[Run]] = {}
    for run in sorted(runs, key=lambda run: (run.k, run.p, run.dimension, run.width, run.seed)):
        groups.setdefault((run.k, run.p, run.dimension, run.width), []).append(run)
    every = [Group(tuple(own)) for own in groups.values()]
    by_k = _most(every, lambda run: (run.dimension, run.width))
    return Strength(every, by_k, _most(every, lambda run: (run.k, run.p, run.dimension)))


def _run(row: Row) -> Run:
    k, p, dimension, width, seed, end = (int(row[name]) for name in ("k", "p", "dimension", "width", "seed", "end"))
    train, test = (tables.value(row[name]) for name in ("train_step", "test_step"))
    return Run(k, p, dimension, width, seed, train, test, end)


def _most(groups: Sequence[Group], shared: Callable[[Run], tuple[int, ...]]) -> list[Group]:
    """The groups that share this with most others; the last such where there are several."""
    together: dict[tuple[int, ...], list[Group]] = {}
    for group in groups:
        together.setdefault(shared(group.first), []).append(group)
    return max(together.items(), key=lambda item: (len(item[1]), item[0]))[1]


def draw(data: Strength) -> Figure:
    """Steps until each half is learned, for all sizes; the steps between, by k and by width."""
    figure = page(3.0, PAGE)
    first, second, third = figure.subplots(1, 3, width_ratios=(max(2, len(data.groups)), 3, 2))
    for i, group in enumerate(data.groups):
        for shift, colour, name, half in (
            (-0.18, VERMILION, "training half", "train"),
            (0.18, TRAINED, "other half", "test"),
        ):
            values = [getattr(run, half) for run in group.runs]
            bounds = [run.end if isnan(value) else nan for run, value in zip(group.runs, values, strict=True)]
            spread = i + shift + _spread(len(values))
            first.plot(spread, values, "o", color=colour, label=name if i == 0 else None, alpha=0.8)
            first.plot(spread, bounds, "^", color=colour, markerfacecolor="none", alpha=0.8)
    _named(first, data.groups, lambda run: f"{run.k}\n{run.p}\n{run.width}", "k, p and neurons a layer")
    first.set_yscale("log")
    first.set_yticks([500, 1000, 2000, 5000], ["500", "1000", "2000", "5000"])
    first.minorticks_off()
    first.set_ylim(top=1.3 * max(run.end for group in data.groups for run in group.runs))
    first.set_ylabel("steps to accuracy 0.99")
    first.plot([], [], "k^", markerfacecolor="none", label="never: end of the run, or a lower bound")
    for place, groups in ((second, data.by_k), (third, data.by_width)):
        _strengths(place, groups)
    _named(second, data.by_k, lambda run: f"{run.k}\n{run.p**run.k}", "k and number of inputs")
    _named(third, data.by_width, lambda run: str(run.width), "neurons a layer")
    second.set_ylabel("steps between the two")
    panel(first, "a", "when each half is learned")
    panel(second, "b", f"{data.by_k[0].first.width} neurons a layer")
    panel(third, "c", f"k = {data.by_width[0].first.k}")
    figure.legend(loc="outside lower center", ncols=3)
    return figure


def _spread(count: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.linspace(-0.12, 0.12, count) if count > 1 else np.zeros(1)


def _named(axes: Axes, groups: Sequence[Group], name: Callable[[Run], str], what: str) -> None:
    axes.set_xticks(range(len(groups)), [name(group.first) for group in groups])
    axes.set_xlim(-0.5, len(groups) - 0.5)
    axes.set_xlabel(what)


def _strengths(axes: Axes, groups: Iterable[Group]) -> None:
    """A dot a run, a triangle where it is a lower bound; range of what is known, and median where all is."""
    for i, group in enumerate(groups):
        if all(isnan(run.gap) for run in group.runs):
            axes.annotate("unknown", (i, 0.5), xycoords=("data", "axes fraction"), ha="center", fontsize=6)
            continue
        known = [run.gap for run in group.runs if not run.is_bound and not isnan(run.gap)]
        if len(known) > 1:
            axes.plot([i, i], [min(known), max(known)], color=PALE, linewidth=4, solid_capstyle="round", zorder=1)
        for run, x in zip(group.runs, i + _spread(len(group.runs)), strict=True):
            shape, face = ("^", "none") if run.is_bound else ("o", TRAINED)
            axes.plot(x, run.gap, shape, color=TRAINED, markerfacecolor=face, alpha=0.8)
        if len(known) == len(group.runs):
            axes.plot(i, median(known), "k_", markersize=10)
    axes.set_ylim(bottom=0)


def caption(data: Strength) -> str:
    """What is shown, with the numbers."""
    last = max(run.end for group in data.groups for run in group.runs)
    seeds = seeds_text([run.seed for group in data.groups for run in group.runs])
    shown = {(group.first.dimension, group.first.width) for group in data.groups}
    return (
        "Transformers of two layers on half of the population: (a) steps until accuracy 0.99 on each half, a dot a run;"
        f" a triangle stands at the end, step {last:,}, of a run that never reaches it. The steps between the two, with"
        " range (grey) and median (black, where all are known): (b) by k, (c) by width,"
        f" k = {data.by_width[0].first.k};"
        " a triangle is a lower bound, of a run that never learns the other half. Steps between:"
        f" {'; '.join(map(str, data.groups))}. {seeds[:1].upper()}{seeds[1:]}. {sizes(shown)}"
    )


PICTURES = [
    Picture(
        "grokking-strength",
        "steps between learning the training half and the other half, by number of inputs and width",
        (GROKKING,),
        strength,
        caption,
        draw,
        heading=TRANSFORMERS,
    ),
]
