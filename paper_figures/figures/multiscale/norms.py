"""Networks with embeddings under weight decay and under the norm neuron by neuron: frequencies, and margins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from paper_figures.figures.multiscale.cases import rows
from paper_figures.picture import Picture
from paper_figures.style import BLUE, PAGE, VERMILION, line_of_theory, page, panel, span

Array = NDArray[np.float64]
NAMES = {"parameters": "weight decay", "neurons": "neuron by neuron"}
LEAST = 3  # strengths of each norm that a row of the figure needs


@dataclass(frozen=True)
class Norms:
    """Of addition mod n, by norm and strength: numbers of frequencies, and normalised margins (networks,)."""

    n: int
    dimension: int
    frequencies: dict[str, dict[float, Array]]
    margins: dict[str, dict[float, Array]]

    @property
    def seeds(self) -> list[int]:
        """How many of each point."""
        return [len(values) for points in self.margins.values() for values in points.values()]


def norms() -> list[Norms]:
    """Every n and dimension with enough strengths of both norms. Raises MissingTable, ValueError without any."""
    read = rows("margins", exponent="2")
    result = []
    for n, dimension in sorted({(int(row["n"]), int(row["dimension"])) for row in read}):
        frequencies: dict[str, dict[float, list[float]]] = {name: {} for name in NAMES}
        margins: dict[str, dict[float, list[float]]] = {name: {} for name in NAMES}
        for row in read:
            if (int(row["n"]), int(row["dimension"])) == (n, dimension):
                strength = float(row["strength"])
                frequencies[row["norm"]].setdefault(strength, []).append(float(row["frequencies"]))
                value = float(row["margin"]) / float(row["mass"]) if float(row["mass"]) else 0.0
                margins[row["norm"]].setdefault(strength, []).append(value)
        if all(len(points) >= LEAST for points in margins.values()):
            result.append(Norms(n, dimension, arrays(frequencies), arrays(margins)))
    if not result:
        raise ValueError(f"no n with {LEAST} strengths of both norms, expected those of multiscale-norms-11.toml")
    return result


def arrays(values: dict[str, dict[float, list[float]]]) -> dict[str, dict[float, Array]]:
    return {name: {x: np.array(points[x]) for x in sorted(points)} for name, points in values.items()}


def draw(data: list[Norms]) -> Figure:
    """A row for each n: frequencies and normalised margin against strength."""
    figure = page(2.3 * len(data), PAGE)
    grid = figure.subplots(len(data), 2, squeeze=False)
    for i, one in enumerate(data):
        for axes, values in zip(grid[i], (one.frequencies, one.margins), strict=True):
            for (name, points), colour in zip(values.items(), (BLUE, VERMILION), strict=True):
                xs = list(points)
                low, high = np.array([np.quantile(points[x], (0.05, 0.95)) for x in xs]).T
                axes.plot(xs, [points[x].mean() for x in xs], "o-", color=colour, label=NAMES[name])
                axes.fill_between(xs, low, high, color=colour, alpha=0.2, linewidth=0)
            axes.set_xscale("log")
            axes.set_xlabel(r"strength $\lambda$")
        line_of_theory(grid[i, 0], one.n // 2, f"all {one.n // 2}")
        grid[i, 0].set_ylim(0, 1.15 * (one.n // 2))
        grid[i, 1].set_ylim(0, None)
        panel(grid[i, 0], "acegi"[i], f"n = {one.n}: frequencies of a network")
        panel(grid[i, 1], "bdfhj"[i], f"n = {one.n}: normalised margin")
        grid[i, 1].legend(loc="lower left")
    return figure


def caption(data: list[Norms]) -> str:
    parts = []
    for one in data:
        least, most = min(one.seeds), max(one.seeds)
        for name, points in one.frequencies.items():
            best = max(one.margins[name], key=lambda x: float(one.margins[name][x].mean()))
            means = [float(values.mean()) for values in points.values()]
            parts.append(
                f"n = {one.n}, dimension {one.dimension}, {NAMES[name]}: {span(min(means), max(means), 1)} of"
                f" {one.n // 2} frequencies, largest mean margin {one.margins[name][best].mean():.4g} at {best:g}"
                f" ({least if least == most else f'{least} to {most}'} seeds each)"
            )
    return (
        "Networks with embeddings for addition mod n under lambda ||theta||^2 and under lambda sum_i ||neuron_i||^2:"
        " how many frequencies live neurons have, and the least margin over the sum of squares of the neurons'"
        " weights, each neuron's layers balanced; means (lines) and where 90% of the networks are (shaded)."
        f" {'; '.join(parts)}."
    )


def _heading(data: list[Norms]) -> str:
    moduli = " and mod ".join(str(n) for n in sorted({part.n for part in data}))
    return f"Addition of 2 inputs mod {moduli}, embeddings and ReLU neurons, all pairs in every step"


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
