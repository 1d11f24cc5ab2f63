"""Training at finite lambda: what is reached against lambda, beside the predicted optimum and lambda_c."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from margin import ModularAddition, maximum_margin
from margin.addition.finite_lambda import margin_program
from margin.theory import widths as fewest
from paper_figures import tables
from paper_figures.picture import Picture
from paper_figures.style import GREY, PAGE, THEORY, TRAINED, page, panel, seeds_text
from paper_figures.theory import heading

Array = NDArray[np.float64]
CLOSE = 0.001  # difference of ratios that the caption counts as agreement
COLLAPSED = 0.1  # a norm below this share of what it would be at the smallest lambda counts as zero


@dataclass(frozen=True)
class Few:
    """A run below its optimum: its share of gamma*, lambda / lambda_c, and frequencies with too few neurons.

    `neurons` of these frequencies; `needed`: the fewest of a frequency in a network of largest margin.
    """

    ratio: float
    place: float
    seed: int
    neurons: dict[int, int]
    needed: int

    def told(self) -> str:
        """For the caption."""
        frequencies, counts = (" and ".join(map(str, values)) for values in (self.neurons, self.neurons.values()))
        return (
            f"the one at {self.ratio:.2f} (seed {self.seed}, {self.place:.2f} lambda_c) has {counts} neurons at the"
            f" frequencies {frequencies}, which need {self.needed}"
        )


@dataclass(frozen=True)
class Strengths:
    """Trained (runs,): lambda / lambda_c, margin, ratio (0 where the weights collapsed); predicted curves alike."""

    n: int
    critical: float
    trained: Array
    margins: Array
    ratios: Array
    collapsed: NDArray[np.bool_]
    curve: Array
    predicted_margins: Array
    predicted_ratios: Array
    expected: Array  # ratio predicted at each run's lambda
    seeds: list[int]
    few: Few | None  # what keeps a run below, of n = 23


def strengths(n: int) -> Strengths:
    """Raises MissingTable."""
    rows = [row for row in tables.read("strengths") if int(row["n"]) == n]
    task = ModularAddition(n, int(rows[0]["k"]))
    values, gamma = margin_program(task), float(maximum_margin(task))
    critical = float(values.rates.max())
    trained = np.array([float(row["strength"]) for row in rows]) / critical
    norms = np.array([float(row["norm"]) for row in rows])
    collapsed = norms < COLLAPSED * norms.max()
    ratios = np.array([tables.value(row["ratio"]) for row in rows])
    margins = np.array([float(row["margin"]) for row in rows])
    lowest = float(trained.min())
    below = np.geomspace(lowest * 0.8, 1 - 1e-9, 160) if n % 2 == 0 else np.linspace(lowest * 0.8, 1 - 1e-9, 160)
    optima = [values.optimum(float(x) * critical, gamma) for x in below]
    return Strengths(
        n,
        critical,
        trained,
        margins,
        np.where(collapsed, 0.0, ratios),
        collapsed,
        below,
        np.array([optimum.margin for optimum in optima]),
        np.array([optimum.ratio for optimum in optima]),
        np.array([values.optimum(float(x) * critical, gamma).ratio for x in trained]),
        sorted({int(row["seed"]) for row in rows}),
        _few(n, rows, critical),
    )


def _few(n: int, rows: list[tables.Row], critical: float) -> Few | None:
    stuck = [row for row in tables.read("stuck") if row["task"] == f"mod:{n}"]
    if not stuck:
        return None
    (run,) = [row for row in rows if row["run"] == stuck[0]["run"]]
    least = fewest(ModularAddition(n, 2)).lower_bound
    assert least is not None  # certified for k = 2
    needed = least // (n // 2)
    neurons = {int(row["feature"]): int(row["neurons"]) for row in stuck if int(row["neurons"]) < needed}
    return Few(float(run["ratio"]), float(run["strength"]) / critical, int(run["seed"]), neurons, needed)


def _critical(axes: Axes, text: bool = False) -> None:
    axes.axvline(1, color=GREY, linewidth=0.8, linestyle=":")
    if text:
        axes.annotate(
            r"$\lambda_c$", (1, 1), (3, -2), xycoords=axes.get_xaxis_transform(), textcoords="offset points", va="top"
        )


def draw(columns: list[Strengths]) -> Figure:
    """Trained margins and ratios against lambda / lambda_c on the predicted curves, odd n and even n."""
    odd, even = columns
    figure = page(2.7, PAGE)
    first, second, third = figure.subplots(1, 3)
    for axes, runs, values, curve in (
        (first, odd, odd.margins, odd.predicted_margins),
        (second, odd, odd.ratios, odd.predicted_ratios),
        (third, even, even.ratios, even.predicted_ratios),
    ):
        axes.plot(np.append(runs.curve, 1), np.append(curve, 0 if axes is first else curve[-1]), color=THEORY)
        above = max(1.25, float(runs.trained.max()) * 1.05)
        axes.plot([1, above], [0, 0], color=THEORY)
        axes.plot(runs.trained, np.where(runs.collapsed, 0, values), "o", color=TRAINED, markersize=3, alpha=0.75)
        axes.set_xlabel(r"$\lambda\,/\,\lambda_c$")
        _critical(axes, True)
    first.set_xlim(0, 1.27)
    second.set_xlim(0, 1.27)
    first.set_ylabel(r"margin $h(\theta)$, in logits")
    second.set_ylabel(r"normalised margin $/\ \gamma^*$")
    third.set_ylabel(r"normalised margin $/\ \gamma^*$")
    third.set_xscale("log")
    panel(first, "a", f"n = {odd.n}: the predicted margin")
    panel(second, "b", f"n = {odd.n}: exactly " r"$\gamma^*$, or nothing")
    panel(third, "c", f"n = {even.n}: " r"$\gamma^*$ only as $\lambda \to 0$")
    second.set_ylim(-0.06, 1.15)
    if odd.few is not None:
        second.annotate(
            f"{len(odd.few.neurons)} frequencies\nhave too few\nneurons", (odd.few.place, odd.few.ratio), (-12, -2),
            textcoords="offset points", ha="right", va="top", fontsize=7,
            arrowprops={"arrowstyle": "-", "linewidth": 0.5, "shrinkB": 3},
        )  # fmt: skip
    third.set_ylim(-0.06, 1.15)
    third.axhline(1, color=THEORY, linewidth=0.9, linestyle=(0, (5, 2)))
    third.annotate(
        r"$\gamma^*$", (0.03, 1), (0, 2), xycoords=third.get_yaxis_transform(), textcoords="offset points", va="bottom"
    )
    alone = float(even.curve[np.flatnonzero(even.predicted_ratios > 0.05)[-1]])
    third.annotate(
        "here only the\nfrequency n/2",
        ((1 + alone) / 2, 0),
        (-24, 26),
        textcoords="offset points",
        ha="right",
        fontsize=7,
        arrowprops={"arrowstyle": "-", "linewidth": 0.5, "shrinkB": 3},
    )
    return figure


def caption(columns: list[Strengths]) -> str:
    """What is shown, and how many runs are near the prediction."""
    parts = []
    for letters, runs in zip(("a, b", "c"), columns, strict=True):
        gaps = np.abs(runs.ratios - runs.expected)[~runs.collapsed]
        text = (
            f"({letters}) n = {runs.n}, lambda_c = {runs.critical:.5g}: {len(runs.trained)} runs,"
            f" {seeds_text(runs.seeds)} for each lambda; {int((gaps < CLOSE).sum())} of {len(gaps)} that did not"
            f" collapse are within {CLOSE:g} of the predicted ratio, the furthest {gaps.max():.2g} away"
        )
        if runs.few is not None:
            text += f": {runs.few.told()}"
        if runs.collapsed.any():
            least = float(runs.trained[runs.collapsed].min())
            text += f"; {int(runs.collapsed.sum())} ended at zero weights, all at lambda >= {least:.2f} lambda_c"
        parts.append(text)
    return (
        "Minimisers of cross-entropy + lambda ||theta||^3 on the whole population, addition mod n, k = 2, trained with"
        " Adam (dots) against the predicted global optimum over networks of any width (lines). For odd n the"
        " normalised margin is gamma* at every lambda below lambda_c, and above it all weights are zero; for even n it"
        f" tends to gamma* as lambda falls, and just below lambda_c only the frequency n/2 is left. {'; '.join(parts)}."
    )


PICTURES = [
    Picture(
        "lambda",
        "trained margin against lambda, with the finite-lambda prediction and lambda_c",
        ("strengths", "stuck"),
        lambda: [strengths(23), strengths(30)],
        caption,
        draw,
        heading=lambda columns: heading(ModularAddition(column.n, 2) for column in columns),
    )
]
