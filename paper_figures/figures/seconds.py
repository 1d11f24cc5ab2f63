"""Seconds from random weights to gamma*: per task, and how they grow with n and k."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from paper_figures import tables
from paper_figures.picture import Picture
from paper_figures.style import BLACK, COLUMN, GREY, PAGE, SERIES, TRAINED, page, panel, seeds_text

Array = NDArray[np.float64]
TARGET = 0.9999  # share of gamma* at which most recipes stop; the others are marked
CORES = "one thread of two x86-64 cores, another process on the other"  # training/data/README.md


@dataclass(frozen=True)
class Seconds:
    """Processor seconds and shares of gamma* reached by recipe, each (seeds,).

    `targets`: the share at which a recipe stops; `titles` of its task, and that task as `margin.tasks` spells it.
    """

    seconds: dict[str, Array]
    ratios: dict[str, Array]
    targets: dict[str, float]
    titles: dict[str, str]
    tasks: dict[str, str]
    machine: str  # in words

    @property
    def order(self) -> list[str]:
        """Recipes, fastest first."""
        return sorted(self.seconds, key=lambda name: float(np.median(self.seconds[name])))


def seconds() -> Seconds:
    """Raises MissingTable, or ValueError for a recipe that is not among the presets."""
    rows, presets = tables.read("seconds"), {row["recipe"]: row for row in tables.read("presets")}
    names = list(dict.fromkeys(row["preset"] for row in rows))
    if unknown := [name for name in names if name not in presets]:
        raise ValueError(f"no {', '.join(unknown)} in presets.csv; make it with `{tables.MAKE} presets --date DATE`")
    return Seconds(
        {x: np.array([float(row["processor_seconds"]) for row in rows if row["preset"] == x]) for x in names},
        {x: np.array([float(row["ratio"]) for row in rows if row["preset"] == x]) for x in names},
        {x: tables.value(presets[x]["stop_ratio"]) for x in names},
        {x: presets[x]["label"] for x in names},
        {x: presets[x]["task"] for x in names},
        _machine(tables.provenance("seconds")),
    )


def _machine(origin: dict[str, Any]) -> str:
    """When and on what, as training/data/README.md says of the table."""
    return f"on {origin['date']} on {CORES}, torch {origin['versions']['torch']}"


def draw(data: Seconds) -> Figure:
    """A row a task, fastest first: seconds of each seed and their median."""
    figure = page(2.9, COLUMN)
    axes = figure.subplots()
    for row, name in enumerate(data.order):
        values = data.seconds[name]
        axes.plot(values, np.full(len(values), row), "o", color=TRAINED, markersize=3.5, alpha=0.55, markeredgewidth=0)
        axes.plot(np.median(values), row, "|", color=BLACK, markersize=10, markeredgewidth=1.2)
        if data.targets[name] != TARGET:
            axes.annotate(
                rf"to {data.targets[name]:g} $\gamma^*$", (values.max(), row), (6, 0), textcoords="offset points",
                va="center", fontsize=6.5,
            )  # fmt: skip
    axes.set_xscale("log")
    axes.set_xticks([0.5, 1, 2, 5, 10, 20, 50], ["0.5", "1", "2", "5", "10", "20", "50"])
    axes.minorticks_off()
    axes.set_yticks(range(len(data.order)), [data.titles[name] for name in data.order])
    axes.set_ylim(len(data.order) - 0.5, -0.5)
    axes.grid(axis="x", color="#E5E5E5", linewidth=0.5)
    axes.set_axisbelow(True)
    axes.set_xlabel(r"processor seconds to 0.9999 $\gamma^*$")
    return figure


def caption(data: Seconds) -> str:
    """What is shown, up to which share of gamma*, over how many seeds, and whether all reached it."""
    count = {len(values) for values in data.seconds.values()}
    least = min(float((data.ratios[name] - data.targets[name]).min()) for name in data.ratios)
    verdict = "every run reached it" if least >= 0 else "not every run reached it"
    marked = "; ".join(
        f"{', '.join(data.tasks[name].partition(':')[2] for name, share in data.targets.items() if share == target)}:"
        f" {target:g}"
        for target in dict.fromkeys(data.targets.values())
        if target != TARGET
    )
    return (
        f"Processor seconds (one thread, training and measuring) from random weights to {TARGET:g} of gamma*"
        f" ({marked}), {', '.join(map(str, sorted(count)))} seeds per task (dots), medians as bars;"
        f" {verdict}. Measured {data.machine}."
    )


MINUTES, FITTED = 30, 2  # what is asked of a size; the largest n of each k through which lines go


@dataclass(frozen=True)
class Cost:
    """Runs to a share of gamma*: n, k, processor seconds, multiplications of the products and share of each (runs,)."""

    n: NDArray[np.int64]
    k: NDArray[np.int64]
    seconds: Array
    multiplications: Array
    ratios: Array
    seeds: list[int]
    machine: str  # in words

    @property
    def ks(self) -> list[int]:
        return sorted({int(k) for k in self.k})

    def line(self, k: int) -> tuple[float, float]:
        """Exponent and constant of seconds = constant n^exponent, through the largest n that were run."""
        chosen = np.flatnonzero(self.k == k)[-FITTED:]
        exponent, constant = np.polyfit(np.log(self.n[chosen]), np.log(self.seconds[chosen]), 1)
        return float(exponent), float(np.exp(constant))

    def within(self, k: int, seconds: float = 60 * MINUTES) -> float:
        """The n at which the line of k has these seconds: no run."""
        exponent, constant = self.line(k)
        return float((seconds / constant) ** (1 / exponent))

    @property
    def rate(self) -> Array:
        """Multiplications a processor second of the largest run of each k."""
        return np.array([(self.multiplications / self.seconds)[self.k == k][-1] for k in self.ks])


def cost() -> Cost:
    """Raises MissingTable."""
    rows = sorted(tables.read("cost"), key=lambda row: (int(row["k"]), int(row["n"])))
    origin = tables.provenance("cost")
    return Cost(
        np.array([int(row["n"]) for row in rows]),
        np.array([int(row["k"]) for row in rows]),
        np.array([float(row["processor_seconds"]) for row in rows]),
        np.array([float(row["multiplications"]) for row in rows]),
        np.array([float(row["ratio"]) for row in rows]),
        sorted({int(row["seed"]) for row in rows}),
        f"on {origin['date']} on one thread of two x86-64 cores under load, torch {origin['versions']['torch']}",
    )


def draw_cost(data: Cost) -> Figure:
    """Seconds against n with a line for each k, and against multiplications."""
    figure = page(2.9, PAGE)
    left, right = figure.subplots(1, 2)
    for k, colour in zip(data.ks, SERIES, strict=False):
        chosen = data.k == k
        exponent, constant = data.line(k)
        n = np.geomspace(data.n[chosen][-FITTED:].min(), data.within(k), 50)
        left.plot(n, constant * n**exponent, "--", color=colour, linewidth=0.8)
        left.plot(data.n[chosen], data.seconds[chosen], "o", color=colour, label=f"k = {k}: $n^{{{exponent:.1f}}}$")
        right.plot(data.multiplications[chosen], data.seconds[chosen], "o", color=colour, label=f"k = {k}")
    left.axhline(60 * MINUTES, color=GREY, linewidth=0.8)
    left.text(data.n.min(), 50 * MINUTES, f"{MINUTES} minutes", color=GREY, va="top", fontsize=7)
    ends = np.array([data.multiplications.min(), data.multiplications.max()])
    label = f"{data.rate.max() / 1e9:.0f} billion a second"
    right.plot(ends, ends / data.rate.max(), color=BLACK, linewidth=0.8, label=label)
    for axes in (left, right):
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_ylabel(r"processor seconds to 0.999 $\gamma^*$")
        axes.legend(loc="lower right")
    ticks = [n for n in (7, 13, 23, 47, 71, 113, 251, 503) if n <= max(data.n.max(), *map(data.within, data.ks))]
    left.set_xticks(ticks, list(map(str, ticks)))
    left.minorticks_off()
    left.set_xlabel("modulus n")
    right.set_xlabel("multiplications of the matrix products")
    panel(left, "a", f"by n; lines through the largest {FITTED}")
    panel(right, "b", "by multiplications")
    return figure


def cost_caption(data: Cost) -> str:
    """What is shown, how it grows, the largest that was run, and what the lines say of 30 minutes."""
    grows = "; ".join(
        f"k = {k}: n^{data.line(k)[0]:.2f}, largest run n = {data.n[data.k == k].max()} in"
        f" {data.seconds[data.k == k][-1]:.0f} s, {MINUTES} minutes at n = {data.within(k):.0f} by the line, not run"
        for k in data.ks
    )
    return (
        "Processor seconds (one thread, training and measuring) from random weights to 0.999 of gamma* of addition mod"
        f" n, {seeds_text(data.seeds)} ({data.ratios.min():.4f} at least), against n and against the multiplications of"
        f" all steps, three matrix products each: 3 n^(k+1) m times the steps. {grows}. The line in (b) has the rate of"
        f" the fastest of the largest runs. Measured {data.machine}."
    )


_HEADING = "Activation x^k, k the number of inputs; one thread of two x86-64 cores"
PICTURES = [
    Picture(
        "seconds",
        "seconds to 0.9999 gamma* per task",
        ("seconds", "presets"),
        seconds,
        caption,
        draw,
        heading=_HEADING,
    ),
    Picture(
        "cost",
        "seconds to 0.999 gamma* against n and k, and against multiplications",
        ("cost",),
        cost,
        cost_caption,
        draw_cost,
        heading=_HEADING,
    ),
]
