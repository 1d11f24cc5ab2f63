"""Networks with embeddings under weight decay and under the norm neuron by neuron: frequencies, and margins."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from paper_figures.figures.multiscale.cases import rows
from paper_figures.picture import Picture
from paper_figures.style import BLUE, GREEN, GREY, ORANGE, PAGE, VERMILION, line_of_theory, page, panel, span
from paper_figures.tables import Row

Array = NDArray[np.float64]
Series = tuple[str, int]  # norm and dimension of the embeddings
NAMES = {"parameters": "weight decay", "neurons": "neuron by neuron"}
COLOURS = {"parameters": (BLUE, GREEN), "neurons": (VERMILION, ORANGE)}  # by dimension, the least first
LEAST = 3  # strengths of the norm neuron by neuron that a row of the figure needs
ACCURATE = 0.9  # least mean accuracy of the networks of a point: below it they have not learned the task


@dataclass(frozen=True)
class Norms:
    """Of addition mod n in batches or on all pairs (0), by series and strength: one number a network.

    `untaught`: mean accuracies of the points that are left out, as their networks have not learned the task.
    """

    n: int
    batch: int
    frequencies: dict[Series, dict[float, Array]]
    margins: dict[Series, dict[float, Array]]
    untaught: dict[Series, dict[float, float]]


def norms() -> list[Norms]:
    """Every n with both norms and enough strengths neuron by neuron. Raises MissingTable, ValueError without any."""
    points: dict[tuple[int, int], dict[Series, dict[float, list[Row]]]] = {}
    for row in rows("margins", exponent="2"):
        series = points.setdefault((int(row["n"]), int(row["batch"])), {})
        strengths = series.setdefault((row["norm"], int(row["dimension"])), {})
        strengths.setdefault(float(row["strength"]), []).append(row)
    result = []
    for (n, batch), series in sorted(points.items()):
        taught, untaught = {}, {}
        for key in sorted(series, key=lambda key: (list(NAMES).index(key[0]), key[1])):
            accuracies = {x: float(np.mean([float(row["accuracy"]) for row in series[key][x]])) for x in series[key]}
            untaught[key] = {x: value for x, value in sorted(accuracies.items()) if value < ACCURATE}
            taught[key] = {x: series[key][x] for x in sorted(accuracies) if x not in untaught[key]}
        most = {name: max((len(taught[key]) for key in taught if key[0] == name), default=0) for name in NAMES}
        if most["neurons"] >= LEAST and most["parameters"]:
            counts = {key: {x: of(taught[key][x], frequencies) for x in taught[key]} for key in taught}
            margins = {key: {x: of(taught[key][x], margin) for x in taught[key]} for key in taught}
            result.append(Norms(n, batch, counts, margins, untaught))
    if not result:
        raise ValueError(f"no n with both norms, neuron by neuron in {LEAST} strengths; see multiscale-norms-11.toml")
    return result


def of(networks: list[Row], value: Callable[[Row], float]) -> Array:
    return np.array([value(row) for row in networks])


def frequencies(row: Row) -> float:
    return float(row["frequencies"])


def margin(row: Row) -> float:
    """The normalised margin; 0 without weights."""
    return float(row["margin"]) / float(row["mass"]) if float(row["mass"]) else 0.0


def called(key: Series, every: Iterable[Series]) -> str:
    """A series in words; with its dimension where there are several."""
    name, dimension = key
    return NAMES[name] + (f", dimension {dimension}" if len({other for _, other in every}) > 1 else "")


def draw(data: list[Norms]) -> Figure:
    """A row for each n: frequencies and normalised margin against strength."""
    figure = page(2.3 * len(data), PAGE)
    grid = figure.subplots(len(data), 2, squeeze=False)
    for i, one in enumerate(data):
        for axes, values in zip(grid[i], (one.frequencies, one.margins), strict=True):
            for key, points in values.items():
                colour = COLOURS[key[0]][sorted(d for name, d in values if name == key[0]).index(key[1])]
                xs = list(points)
                low, high = np.array([np.quantile(points[x], (0.05, 0.95)) for x in xs]).T
                axes.plot(xs, [points[x].mean() for x in xs], "o-", color=colour, label=called(key, values))
                axes.fill_between(xs, low, high, color=colour, alpha=0.2, linewidth=0)
                if len(xs) == 1:
                    axes.vlines(xs, low, high, color=colour, alpha=0.6, linewidth=3)
            axes.set_xscale("log")
            axes.set_xlabel(r"strength $\lambda$")
        line_of_theory(grid[i, 0], one.n // 2, f"all {one.n // 2}")
        grid[i, 0].set_ylim(0, 1.15 * (one.n // 2))
        if grid[i, 1].get_ylim()[0] > 0:
            grid[i, 1].set_ylim(0, None)
        else:  # some networks are wrong for some pair
            grid[i, 1].axhline(0, color=GREY, linewidth=0.8)
        panel(grid[i, 0], "acegi"[i], f"n = {one.n}: frequencies of a network")
        panel(grid[i, 1], "bdfhj"[i], f"n = {one.n}: normalised margin")
        grid[i, 1].legend(loc="lower left")
    return figure


def caption(data: list[Norms]) -> str:
    parts = []
    for one in data:
        said = []
        for key, points in one.frequencies.items():
            best = max(one.margins[key], key=lambda x: float(one.margins[key][x].mean()))
            means, seeds = [float(values.mean()) for values in points.values()], [len(x) for x in points.values()]
            told = (
                f"{NAMES[key[0]]}, dimension {key[1]}, {span(min(means), max(means), 1)} of {one.n // 2} frequencies,"
                f" largest mean margin {one.margins[key][best].mean():.4g} at {best:g}"
                f" ({span(min(seeds), max(seeds), 0)} seeds each"
            )
            out = ", ".join(f"{x:g}, where accuracy is {value:.2g}" for x, value in one.untaught[key].items())
            said.append(f"{told}; left out {out})" if out else f"{told})")
        how = f"batches of {one.batch}" if one.batch else "all pairs in every step"
        parts.append(f"n = {one.n}, {how}: {'; '.join(said)}")
    return (
        "Networks with embeddings for addition mod n under lambda ||theta||^2 and under lambda sum_i ||neuron_i||^2:"
        " how many frequencies live neurons have, and the least margin over the sum of squares of the neurons'"
        " weights, each neuron's layers balanced; means (lines) and where 90% of the networks are (shaded); below 0"
        f" a network is wrong for some pair. {'. '.join(parts)}."
    )


def _heading(data: list[Norms]) -> str:
    moduli = " and mod ".join(str(n) for n in sorted({part.n for part in data}))
    return f"Addition of 2 inputs mod {moduli}, embeddings and ReLU neurons"


PICTURES = [
    Picture(
        "multiscale-norms",
        "several scales, beyond the paper: frequencies and margin under weight decay and neuron by neuron",
        ("multiscale-margins",),
        norms,
        caption,
        draw,
        heading=_heading,
    )
]
