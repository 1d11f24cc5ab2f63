"""One embedding for all inputs: its gamma* beside that of separate ones, and neurons that are no pure cosines."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from margin.shared.maximum import maximum_margin
from margin.shared.report import powers
from margin.tasks import SharedEmbedding
from paper_figures import tables
from paper_figures.parts import power_rows
from paper_figures.picture import Picture
from paper_figures.style import BLUE, PAGE, THEORY, VERMILION, at_most, page, panel, whole_numbers

Array = NDArray[np.float64]
COLOURS = {2: BLUE, 3: VERMILION}
NEURON = (13, 17, 19, 23)  # n of the neurons shown, k = 2


@dataclass(frozen=True)
class Shared:
    """By k: moduli and enclosed gamma* over what separate embeddings would give, low and high; powers of neurons.

    `u`, `w` (len(NEURON), n//2 + 1 of the largest n), by frequency from 0 in units of the main one, padded with 0.
    """

    n: dict[int, NDArray[np.int64]]
    low: dict[int, Array]
    high: dict[int, Array]
    u: Array
    w: Array
    shares: list[float]


def shared() -> Shared:
    """Of the enclosures that margin ships. Raises MissingTable."""
    cases = tables.shared()
    n: dict[int, list[int]] = {k: [] for k in COLOURS}
    ends: dict[int, list[tuple[float, float]]] = {k: [] for k in COLOURS}
    for case in cases:
        task = SharedEmbedding(case["n"], case["k"])
        separate = maximum_margin(task).unshared
        n[task.k].append(task.n)
        ends[task.k].append((float(Fraction(case["low"])) / separate, float(Fraction(case["high"])) / separate))
    heaviest = [powers(maximum_margin(SharedEmbedding(p, 2)))[0] for p in NEURON]
    size = max(NEURON) // 2 + 1
    u, w = (np.array([_padded(row[name], size) for row in heaviest]) for name in ("u", "w"))
    return Shared(
        {k: np.array(values) for k, values in n.items()},
        {k: np.array([low for low, _ in pairs]) for k, pairs in ends.items()},
        {k: np.array([high for _, high in pairs]) for k, pairs in ends.items()},
        u,
        w,
        [float(row["share"]) for row in heaviest],
    )


def _padded(values: list[float], size: int) -> list[float]:
    return [*values, *[0.0] * (size - len(values))]


def draw(data: Shared) -> Figure:
    """Ratios against n; powers of u and of w of the heaviest neuron for some n."""
    figure = page(2.7, PAGE)
    first, second, third = figure.subplots(1, 3, width_ratios=(1.7, 1, 1))
    for k, colour in COLOURS.items():
        first.plot(data.n[k], (data.low[k] + data.high[k]) / 2, "o", color=colour, markersize=3, label=f"k = {k}")
    first.axhline(1, color=THEORY, linewidth=0.9, linestyle=(0, (5, 2)))
    first.text(0.99, 1.005, "separate embeddings, each counted 1/k", fontsize=7, ha="right", va="bottom",
               transform=first.get_yaxis_transform())  # fmt: skip
    first.set_xlabel("modulus n")
    first.set_ylabel(r"$\gamma^*$ / $k^{k/2}\gamma^*$ of separate ones")
    first.set_ylim(None, 1.08)
    first.legend(loc="lower right")
    whole_numbers(first, 8)
    panel(first, "a", "one embedding reaches less")
    for place, values, letter, name in ((second, data.u, "b", "$u$"), (third, data.w, "c", "$w$")):
        power_rows(place, values[:, 1:])
        place.set_xlabel("frequency / main one")
        panel(place, letter, f"power of {name}, k = 2")
    second.text(-0.02, -0.02, "", transform=second.transAxes)
    for row, p in enumerate(NEURON):
        second.annotate(f"n = {p}", (0, row), (-2, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
                        ha="right", va="center", fontsize=7)  # fmt: skip
    return figure


def caption(data: Shared) -> str:
    """What is shown, and how wide the enclosures are."""
    width = max(float(((data.high[k] - data.low[k]) / data.low[k]).max()) for k in COLOURS)
    ranges = "; ".join(f"k = {k}: {len(x)} moduli from {x.min()} to {x.max()}" for k, x in data.n.items())
    means = ", ".join(f"{row[0]:.3f}" for row in data.u)
    shares = ", ".join(f"{share:.3f}" for share in data.shares)
    return (
        f"One embedding for all k inputs, counted once in the norm ({ranges}). (a) gamma*, enclosed by integers on both"
        f" sides to {at_most(width)} of its size, over k^(k/2) gamma* of separate embeddings, which it would be if each"
        " of them counted 1/k. (b, c) Power by frequency of u and of w in the heaviest kind of neuron at n ="
        f" {', '.join(map(str, NEURON))}, k = 2, which has {shares} of the norm; frequencies in units of the main one"
        f" of u, the constant left out (it has {means} of the power of u); grey lines: all of the power, numbers: what"
        " the largest frequency has: no pure cosines. No training."
    )


PICTURES = [
    Picture(
        "shared",
        "one shared embedding: gamma* beside that of separate ones, and the power of its neurons",
        (),
        shared,
        caption,
        draw,
        heading="Addition of k inputs mod n with one shared embedding, activation x^k",
    )
]
