"""Squared loss: what trained networks reach of gamma*, beside the optimum predicted for their lambda."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from margin import finite_lambda, parse
from paper_figures import tables
from paper_figures.picture import Picture
from paper_figures.style import PAGE, THEORY, TRAINED, at_most, page, panel, seeds_text
from paper_figures.theory import heading

Array = NDArray[np.float64]
RECIPES = {"cogs-mod23": "CoGS", "doshi-mod23": "Doshi et al.", "he-mod23": "He et al."}
CURVES = (("mod:23", 2), ("mod:12", 2), ("group:S3", 2), ("group:Dic3", 3))


@dataclass(frozen=True)
class Squared:
    """Ratios of runs (runs,), those predicted (NaN where none is), labels, seeds; predicted curves by task."""

    labels: list[str]
    seeds: list[int]
    ratios: Array
    predicted: Array
    shares: Array  # lambda / lambda_c of the curves
    curves: dict[str, Array]


def squared() -> Squared:
    """Raises MissingTable."""
    rows = tables.read("squared")
    labels = []
    for row in rows:
        recipe = f",\n{RECIPES[row['preset']]}" if row["preset"] in RECIPES else ""
        labels.append(
            f"{row['task'].replace('mod:', 'mod ').removeprefix('group:')}, {_targets(row['targets'])}{recipe}"
        )
    shares = np.geomspace(1e-4, 0.999, 60)
    curves = {}
    for text, k in CURVES:
        task = parse(text, k)
        critical = finite_lambda(task, 1.0, "squared").critical
        name = f"{text.replace('mod:', 'mod ').removeprefix('group:')}, k = {k}"
        curves[name] = np.array([finite_lambda(task, float(x) * critical, "squared").ratio for x in shares])
    return Squared(
        labels,
        [int(row["seed"]) for row in rows],
        np.array([float(row["ratio"]) for row in rows]),
        np.array([tables.value(row["predicted_ratio"]) for row in rows]),
        shares,
        curves,
    )


def _targets(text: str) -> str:
    return text.replace("_", "-") or "cross-entropy"


def draw(data: Squared) -> Figure:
    """Predicted share of gamma* against lambda; runs as bars with the prediction as a line."""
    figure = page(2.6, PAGE)
    left, right = figure.subplots(1, 2)
    for (name, curve), style in zip(data.curves.items(), ("-", "--", "-.", ":"), strict=True):
        left.semilogx(data.shares, curve, color=THEORY, linestyle=style, label=name)
    left.set_xlabel(r"$\lambda\,/\,\lambda_c$")
    left.set_ylabel(r"normalised margin $/\ \gamma^*$")
    left.legend(loc="lower left")
    left.set_ylim(0.5, 1.03)
    panel(left, "a", "the optimum, centred targets")
    places = np.arange(len(data.labels))[::-1]
    right.barh(places, data.ratios, color=TRAINED, height=0.6)
    for place, value in zip(places, data.predicted, strict=True):
        if np.isfinite(value):
            right.plot([value, value], [place - 0.4, place + 0.4], color=THEORY, linewidth=2)
    right.set_yticks(places, data.labels)
    right.set_xlim(0, 1.05)
    right.set_xlabel(r"normalised margin $/\ \gamma^*$")
    panel(right, "b", "trained (bars), predicted (lines)")
    return figure


def caption(data: Squared) -> str:
    """What is shown, and how far runs are from what is predicted."""
    known = np.isfinite(data.predicted)
    gap = float(np.abs(data.ratios - data.predicted)[known].max())
    return (
        "Squared loss on the whole population. (a) Share of gamma* of the optimum of the loss + lambda ||theta||^(k+1)"
        " against lambda: 1 for odd n, and for small lambda that of the regular share of every representation, which"
        f" for Dic3 at k = 3 is below 1. (b) Trained networks, {seeds_text(data.seeds)} each;"
        f" {int(known.sum())} have a predicted optimum and are within {at_most(gap)} of it; for published recipes, with"
        f" weight decay or nothing in place of lambda, none is: {', '.join(f'{x:.4f}' for x in data.ratios[~known])}."
    )


PICTURES = [
    Picture(
        "squared",
        "squared loss: predicted and trained share of gamma*",
        ("squared",),
        squared,
        caption,
        draw,
        heading=lambda data: heading(parse(text, k) for text, k in CURVES),
    )
]
