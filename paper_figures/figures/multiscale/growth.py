"""How many clusters networks have, against n and against the width, with the three laws of growth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from margin.analysis.cyclic.growth import LAWS, Fit, fits
from paper_figures.figures.multiscale.cases import BATCH_STEPS, FULL_STEPS, PAPER, integers, rows
from paper_figures.picture import Picture
from paper_figures.style import BLUE, GREEN, ORANGE, PAGE, VERMILION, page, panel, span, whole_numbers

ENOUGH = 5  # networks of a point
LEAST = 3  # points of a fit
Points = Mapping[float, list[int]]


@dataclass(frozen=True)
class Growth:
    """Numbers of clusters by n (width 128) and by width (n = 91), in batches and full batch; fits through n."""

    moduli: dict[str, Points]
    widths: dict[str, Points]
    laws: Mapping[str, Fit] | None


def growth() -> Growth:
    """Raises MissingTable."""
    moduli: dict[str, dict[float, list[int]]] = {"batches": {}, "full batch": {}}
    widths: dict[str, dict[float, list[int]]] = {"batches": {}, "full batch": {}}
    wanted = {key: value for key, value in PAPER.items() if key != "width"}
    for row in rows("networks", **wanted):
        name = "full batch" if row["batch"] == "0" else "batches"
        if row["steps"] != (FULL_STEPS if row["batch"] == "0" else BATCH_STEPS) or row["batch"] not in ("0", row["n"]):
            continue
        count = len(integers(row["frequencies"]))
        if row["width"] == "128":
            moduli[name].setdefault(float(row["n"]), []).append(count)
        if row["n"] == "91":
            widths[name].setdefault(float(row["width"]), []).append(count)
    points = {n: counts for n, counts in moduli["batches"].items() if len(counts) >= ENOUGH}
    laws = fits(points, np.random.default_rng(0)) if len(points) >= LEAST else None
    return Growth({k: p for k, p in moduli.items() if p}, {k: p for k, p in widths.items() if p}, laws)


def points(axes: Axes, series: Mapping[str, Points]) -> None:
    """Means with the standard deviation of one network."""
    for (name, chosen), colour in zip(series.items(), (BLUE, VERMILION), strict=False):
        xs = sorted(chosen)
        means, spread = [np.mean(chosen[x]) for x in xs], [np.std(chosen[x]) for x in xs]
        axes.errorbar(xs, means, spread, fmt="o", color=colour, elinewidth=0.8, capsize=2, label=name)
    axes.set_ylim(0, None)


def draw(data: Growth) -> Figure:
    """Clusters against n with the fits, and against the width."""
    figure = page(2.6, PAGE)
    first, second = figure.subplots(1, 2)
    points(first, data.moduli)
    points(second, data.widths)
    every = sorted({x for series in data.moduli.values() for x in series})
    if data.laws is not None:
        x = np.linspace(every[0], every[-1], 200)
        for (law, fit), colour in zip(data.laws.items(), (GREEN, ORANGE, "black"), strict=True):
            axis_label = {"ln": "a + b ln n", "sqrt": r"a + b $\sqrt{n}$", "linear": "a + b n"}[law]
            first.plot(
                x, fit.a + fit.b * LAWS[law](x), color=colour, linewidth=0.9, label=f"{axis_label} ({fit.wins:.0%})"
            )
    first.plot(every, np.log(every), ":", color="#767676", linewidth=0.9, label="ln n")
    whole_numbers(first)
    second.set_xscale("log")
    second.set_xticks([128, 512, 2048], ["128", "512", "2048"])
    second.minorticks_off()
    second.set_xlim(90, 3000)
    for axes, letter, what, label in ((first, "a", "width 128", "n"), (second, "b", "n = 91", "width")):
        panel(axes, letter, what)
        axes.set_xlabel(label)
        if axes.get_legend_handles_labels()[0]:
            axes.legend(loc="lower right")
    first.set_ylabel("clusters of a network")
    return figure


def told(name: str, chosen: Points) -> str:
    counts = [len(found) for found in chosen.values()]
    xs = ", ".join(f"{x:.0f}" for x in sorted(chosen))
    return f"{name} = {xs}: {span(min(counts), max(counts), 0)} seeds of each"


def caption(data: Growth) -> str:
    parts = [told(f"{name}, width 128, n", chosen) for name, chosen in data.moduli.items()]
    parts += [told(f"{name}, n = 91, width", chosen) for name, chosen in data.widths.items()]
    laws = f"fewer than {LEAST} n with {ENOUGH} seeds, so no law is fitted"
    if data.laws is not None:
        wins = ", ".join(f"{law} {fit.wins:.0%}" for law, fit in data.laws.items())
        laws = f"share of the bootstrap in which a law has the least squared error: {wins}"
    return (
        "Clusters (frequencies of live neurons) of networks for addition mod n: means, and the standard deviation of"
        f" one network. {'; '.join(parts)}; {laws}. Dotted: ln n."
    )


PICTURES = [
    Picture(
        "multiscale-growth",
        "several scales, as Figures 29 and 30: clusters against n and against the width",
        ("multiscale-networks",),
        growth,
        caption,
        draw,
        heading="Addition of 2 inputs mod n, embeddings and ReLU neurons; networks trained anew",
    )
]
