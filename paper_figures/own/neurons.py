"""Neurons of one's own network on addition: weights on one clean cosine each, their spectrum, and their phases."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from margin.analysis.fourier import power_without_mean
from margin.inspection.network import Inspection
from margin.inspection.neurons import Neurons
from paper_figures.own.drawing import Drawing, counted, heading
from paper_figures.parts import heights, key, power_rows, waves
from paper_figures.style import PAGE, THEORY, TRAINED, page, panel

ROWS = 10  # neurons shown, at most
_BINS = 51  # of phase residuals
_ROW = 0.46  # inches


def shown(neurons: Neurons, most: int = ROWS) -> NDArray[np.int64]:
    """The heaviest live neuron of each feature, then the next ones, at most so many; in the order of their features."""
    order = [i for i in np.argsort(-neurons.mass, kind="stable").tolist() if neurons.clusters.live[i]]
    feature = neurons.features.dominant
    seen, rank = dict[int, int](), dict[int, int]()
    for i in order:
        rank[i] = seen[int(feature[i])] = seen.get(int(feature[i]), -1) + 1
    chosen = sorted(order, key=lambda i: rank[i])[:most]
    return np.array(sorted(chosen, key=lambda i: (feature[i], rank[i])), dtype=np.int64)


def weights(inspection: Inspection) -> Drawing:
    """Rows of weights against z a mod n, z the neuron's own frequency, beside their power."""
    rows = shown(inspection.neurons)
    network, neurons = inspection.effective.network, inspection.neurons
    vectors = np.concatenate([network.U, network.W.T[None]])[:, :, rows].transpose(0, 2, 1)
    frequencies = neurons.features.dominant[rows] + 1
    k = inspection.task.k
    columns = [*range(k), k] if k <= 2 else [0, k]
    names = [rf"$u_{{{j + 1}}}$" if j < k else "$w$" for j in columns]

    def draw() -> Figure:
        figure = page(1.05 + _ROW * len(rows), PAGE)
        panels = figure.subplots(1, len(columns) + 1, width_ratios=[1] * len(columns) + [0.8])
        for axes, column, name in zip(panels, columns, names, strict=False):
            waves(axes, vectors[column], frequencies.tolist())
            heights(axes, vectors[column])
            axes.set_yticks([])
            panel(axes, "abcd"[columns.index(column)], name)
            axes.set_xlabel("z c mod n" if column == k else "z a mod n")
        panels[0].set_yticks(range(len(rows)), [f"neuron {i}\nz = {z}" for i, z in zip(rows, frequencies, strict=True)])
        power_rows(panels[-1], power_without_mean(vectors, -1, pooled=0))
        panels[-1].set_xlabel("frequency")
        panel(panels[-1], "abcd"[len(columns)], "share of power")
        if len(rows):
            key(figure, panels[0])
        return figure

    caption = (
        f"Weights of {counted(len(rows), 'neuron')}, the heaviest of as many frequencies as fit, as dots against"
        " z a mod n, where z is the neuron's own frequency: a cosine of any frequency is one period. Lines: the"
        " least-squares cosine of that frequency with a constant. Each row of each panel is scaled to its own height,"
        " the number at its right. Last panel: the share of the neuron's power at each frequency, all its vectors"
        " together and their means left out; at its right the largest share."
    )
    return Drawing("weights", "Weights on their own frequency", heading(inspection), caption, draw)


def phases(inspection: Inspection) -> Drawing:
    """The phase of w against the sum of the phases of the inputs, and how far apart they are."""
    neurons, k = inspection.neurons, inspection.task.k
    assert neurons.phases is not None  # which addition has
    assert neurons.features.residuals is not None
    live = neurons.clusters.live
    total = neurons.phases[:-1, live].sum(axis=0) % 1
    residuals = neurons.features.residuals[live]
    mean, most = float(np.abs(residuals).mean()), float(np.abs(residuals).max())
    inputs = " + ".join(rf"\theta_{{u_{j}}}" for j in range(1, k + 1)) if k <= 3 else r"\sum_j \theta_{u_j}"

    def draw() -> Figure:
        figure = page(3.1, PAGE)
        left, right = figure.subplots(1, 2, width_ratios=(1, 1.25))
        left.plot([0, 1], [0, 1], color=THEORY, linewidth=0.9, linestyle=(0, (5, 2)), zorder=1)
        left.plot(total, total + residuals, "o", color=TRAINED, markersize=3, alpha=0.5, markeredgewidth=0)
        left.set_xlim(-0.02, 1.02)
        low, high = (total + residuals).min(initial=0), (total + residuals).max(initial=1)
        left.set_ylim(low - 0.02, high + 0.02)
        left.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "1/4", "1/2", "3/4", "1"])
        ticks = [i / 4 for i in range(-2, 7) if low - 0.02 <= i / 4 <= high + 0.02]
        left.set_yticks(ticks, [_QUARTERS[tick] for tick in ticks])
        left.set_xlabel(rf"${inputs}$ mod 1, turns")
        left.set_ylabel(r"$\theta_w$, the turn next to it")
        panel(left, "a", f"{counted(len(residuals), 'live neuron')}")
        edge = 0.5 if most > 0.05 else 0.05
        counts, edges = np.histogram(residuals, np.linspace(-edge, edge, _BINS + 1))
        right.bar((edges[:-1] + edges[1:]) / 2, counts, width=np.diff(edges), color=TRAINED)
        right.axvline(0, color=THEORY, linewidth=0.9, linestyle=(0, (5, 2)), zorder=1)
        right.set_xlim(-edge, edge)
        right.set_xlabel(rf"$\theta_w - ({inputs})$, turns" if k > 1 else rf"$\theta_w - {inputs}$, turns")
        right.set_ylabel("neurons")
        panel(right, "b", f"mean size {mean:.2g}, largest {most:.2g} turns")
        return figure

    caption = (
        f"Phases at each neuron's own frequency, in turns, of the {counted(len(residuals), 'live neuron')}: (a) the"
        f" phase of w against the sum of the phases of its {counted(k, 'input')}, the turn next to it;"
        " (b) their difference. Dashed: the relation that a network of largest margin satisfies, theta_w = sum of"
        f" theta_u. Mean size of the difference {mean:.3g}, largest {most:.3g} turns."
    )
    return Drawing("phases", "Phases of the neurons", heading(inspection), caption, draw)


_QUARTERS = {i / 4: text for i, text in enumerate(("-1/2", "-1/4", "0", "1/4", "1/2", "3/4", "1", "5/4", "3/2"), -2)}
