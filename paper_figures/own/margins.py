"""Logits of one's own network by the difference between labels, and the norms of its neurons."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from margin.inspection.network import Inspection
from margin.tasks import ModularAddition
from paper_figures.own.drawing import Drawing, counted, heading
from paper_figures.style import GREY, PAGE, SKY, TRAINED, VERMILION, page


def differences(inspection: Inspection) -> Drawing:
    """Mean and spread over the population of the label's logit less another, by the difference between the two."""
    seen = inspection.margins
    by = seen.by_difference
    assert by is not None  # which all but the parity have
    addition = isinstance(inspection.task, ModularAddition)
    numbers = np.arange(1, len(by.mean))

    def draw() -> Figure:
        figure = page(2.9, PAGE)
        axes = figure.subplots()
        axes.vlines(numbers, by.least[1:], by.largest[1:], color=SKY, linewidth=1.2 if len(numbers) > 60 else 2.5)
        axes.plot(numbers, by.mean[1:], "o", color=TRAINED, markersize=2 if len(numbers) > 60 else 3)
        axes.axhline(seen.least, color=VERMILION, linewidth=0.9, linestyle=(0, (5, 2)), zorder=1)
        axes.annotate(  # below the line, where nothing else is
            f"least logit margin, {seen.least:.4g}",
            (0.99, seen.least),
            xycoords=axes.get_yaxis_transform(),
            xytext=(0, -3),
            textcoords="offset points",
            ha="right",
            va="top",
            fontsize=7,
            color=VERMILION,
        )
        axes.axhline(0, color=GREY, linewidth=0.5)
        axes.set_xlim(0.3, numbers[-1] + 0.7)
        axes.set_ylim(*_limits(float(min(0, by.least[1:].min())), float(max(0, by.largest[1:].max()))))
        axes.xaxis.set_major_locator(MaxNLocator(10, integer=True, min_n_ticks=1))
        axes.ticklabel_format(axis="y", scilimits=(-3, 4), useMathText=True)
        axes.set_xlabel("difference c - y mod n" if addition else "number of the element g, where c = y g")
        axes.set_ylabel("logit of y less logit of c")
        axes.set_title(f"accuracy {seen.accuracy:.6g} on {seen.population} inputs")
        return figure

    which = "c - y mod n" if addition else "g with c = y g"
    caption = (
        f"Logit of the right label y less the logit of another label c, by the difference {which}: mean over the"
        f" {seen.population} inputs of the population (dots), from the least to the largest (lines). Dashed: the least"
        f" logit margin, {seen.least:.6g}. Below 0 an input is wrong; accuracy {seen.accuracy:.6g}."
    )
    return Drawing("differences", "Logits by difference", heading(inspection), caption, draw)


def _limits(low: float, high: float) -> tuple[float, float]:
    room = 0.12 * (high - low) or 1.0
    return low - (1.5 * room if low < 0 else 0.3 * room), high + 0.5 * room


def norms(inspection: Inspection) -> Drawing:
    """Norms of all neurons, the largest first."""
    neurons = inspection.neurons
    order = np.argsort(-neurons.norm, kind="stable")
    norm, live = neurons.norm[order], neurons.live[order]
    rank = np.arange(1, len(order) + 1)
    dead = int((~live).sum())

    def draw() -> Figure:
        figure = page(2.6, PAGE)
        axes = figure.subplots()
        size = 3 if len(rank) <= 150 else 2
        for mask, colour, name in ((live, TRAINED, "live"), (~live, GREY, "dead")):
            if mask.any():
                (dots,) = axes.plot(rank[mask], norm[mask], "o", color=colour, markersize=size, label=name)
                dots.set(markeredgewidth=0, clip_on=False)
        if dead:
            axes.legend(loc="upper right")
        axes.set_ylim(0, 1.08 * norm.max() if norm.max() > 0 else 1)
        axes.set_xlim(1 - 0.01 * len(rank) - 0.2, len(rank) * 1.01 + 0.2)
        axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
        axes.ticklabel_format(axis="y", scilimits=(-3, 4), useMathText=True)
        axes.set_xlabel("neurons, the largest first")
        axes.set_ylabel("norm")
        axes.set_title(f"{int(live.sum())} live, {dead} dead")
        return figure

    caption = (
        f"2-norm of each neuron's weights, from all inputs and to all labels together, of"
        f" {counted(len(rank), 'neuron')}, the largest first. Dead: at most 1e-4 of the largest mass,"
        f" norm^nu; {dead} of them."
    )
    return Drawing("norms", "Norms of the neurons", heading(inspection), caption, draw)
