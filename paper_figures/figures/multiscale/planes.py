"""Principal components of the embeddings of one network, pair by pair, with their frequencies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from margin.analysis.cyclic.planes import Components, components, roundness
from margin.analysis.fourier import power_without_mean
from paper_figures.figures.multiscale.cases import Example, example, one_heading
from paper_figures.picture import Picture
from paper_figures.style import BLUE, PAGE, page, panel, whole_numbers

Array = NDArray[np.float64]
PAIRS = ((0, 1), (0, 2), (0, 3), (1, 2), (2, 3), (2, 4), (2, 5), (3, 4), (4, 5))  # those that the paper shows
COUNT = 6


@dataclass(frozen=True)
class Planes:
    """The first components of both embeddings side by side, and the spread of the radius of each pair."""

    example: Example
    components: Components
    roundness: list[float]


def planes() -> Planes:
    """Raises MissingTable."""
    one = example()
    found = components(np.concatenate(list(one.embeddings), axis=1), COUNT)
    return Planes(one, found, [roundness(found.directions[:, i], found.directions[:, j]) for i, j in PAIRS])


def draw(data: Planes) -> Figure:
    """Nine pairs of components, each element a dot, in the order of the elements; below, the components' power."""
    figure = page(8.6, PAGE)
    above, below = np.asarray(figure.subfigures(2, 1, height_ratios=[3.2, 1])).tolist()
    found = data.components
    for axes, letter, (i, j) in zip(above.subplots(3, 3).flat, "abcdefghi", PAIRS, strict=True):
        x, y = found.directions[:, i], found.directions[:, j]
        axes.scatter(x, y, c=np.arange(len(x)), cmap="viridis", s=7, linewidths=0)
        axes.plot(x, y, color="#D9D9D9", linewidth=0.3, zorder=0)
        axes.set_aspect("equal", adjustable="datalim")
        axes.set_xticks([])
        axes.set_yticks([])
        panel(axes, letter, f"frequencies {found.frequencies[i]} and {found.frequencies[j]}")
        axes.set_xlabel(f"component {i + 1}", labelpad=2)
        axes.set_ylabel(f"component {j + 1}", labelpad=2)
    for axes, k in zip(below.subplots(1, COUNT, sharey=True), range(COUNT), strict=True):
        power = power_without_mean(found.directions[:, k])
        axes.bar(np.arange(1, len(power) + 1), power, color=BLUE, width=0.9)
        axes.set_title(f"component {k + 1}")
        axes.set_xlabel("frequency")
        whole_numbers(axes, 3)
        if k == 0:
            axes.set_ylabel("share of what varies")
    return figure


def caption(data: Planes) -> str:
    found = data.components
    parts = [
        f"{i + 1} and {j + 1} {value:.2f}"
        f" ({'the same' if found.frequencies[i] == found.frequencies[j] else 'different'}"
        " frequency)"
        for (i, j), value in zip(PAIRS, data.roundness, strict=True)
    ]
    return (
        "Pairs of principal components of both embeddings side by side, a dot for each element (colour: its number,"
        " dark to light, grey lines in their order), and the share of each component at each frequency;"
        f" {data.example.told()}. The spread"
        " of the squared radius over its mean, 0 for a circle and 0.5 for waves of different frequencies:"
        f" {', '.join(parts)}."
    )


PICTURES = [
    Picture(
        "multiscale-planes",
        "several scales, as Figures 8 to 16: pairs of principal components, and their frequencies",
        ("multiscale-example",),
        planes,
        caption,
        draw,
        heading=one_heading,
    )
]
