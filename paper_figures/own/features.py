"""What the neurons of one's own network have specialised in: frequencies, representations, or bits of the parity."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from margin.analysis.isotypic import isotypic_power
from margin.inspection.features import irreps
from margin.inspection.network import Inspection
from margin.tasks import GroupComposition, SparseParity
from margin.theory import maximum_margin
from paper_figures.own.drawing import Drawing, counted, heading
from paper_figures.own.neurons import shown
from paper_figures.parts import Array, bars
from paper_figures.style import BLACK, GREY, PAGE, SKY, TRAINED, line_of_theory, page, panel

_NAMED = 12  # representations whose names fit below a panel
_SEED = 0  # of the places of dots beside one another


def histogram(inspection: Inspection) -> Drawing:
    """Live neurons and mass of each frequency or representation."""
    neurons = inspection.neurons
    clusters, kind = neurons.clusters, neurons.kind
    noun, plural = ("frequency", "frequencies") if kind == "frequency" else ("representation", "representations")
    predicted = _predicted(inspection)
    places = np.arange(1, clusters.count + 1)

    def draw() -> Figure:
        figure = page(3.5, PAGE)
        upper, lower = figure.subplots(2, 1, sharex=True)
        upper.bar(places, clusters.sizes, color=SKY, width=0.8)
        upper.set_ylim(0, max(1, clusters.sizes.max(initial=0)) * 1.08)
        upper.yaxis.get_major_locator().set_params(integer=True)
        upper.set_ylabel("live neurons")
        panel(upper, "a", f"{int((clusters.sizes > 0).sum())} of {clusters.count} {plural} used")
        lower.bar(places, clusters.shares, color=TRAINED, width=0.8)
        if predicted is not None:
            for low, high in sorted(set(zip(*predicted, strict=True))):
                at = places[(predicted[0] == low) & (predicted[1] == high)]
                lower.hlines([low] * len(at), at - 0.5, at + 0.5, color=BLACK, linewidth=0.9)
                lower.hlines([high] * len(at), at - 0.5, at + 0.5, color=BLACK, linewidth=0.9)
        top = max(clusters.shares.max(initial=0), 0 if predicted is None else predicted[1].max())
        lower.set_ylim(0, 1.15 * top if top else 1)
        lower.set_ylabel("share of mass")
        lower.set_xlabel(noun)
        panel(lower, "b", "black: at largest margin" if predicted is not None else "")
        _name(lower, neurons.features.names if kind == "irrep" else None, clusters.count)
        figure.align_ylabels([upper, lower])
        return figure

    exact = "" if predicted is None else " Black lines: the least and the largest share in a network of largest margin."
    caption = (
        f"Live neurons by the {noun} that holds most of their weights (a), and the share of the mass, the sum of"
        f" norm^nu over neurons, that each holds (b): {clusters.covered} of {clusters.count} {plural} hold at least 2%"
        f" of an equal share.{exact}"
    )
    title = f"Neurons and mass by {noun}"
    return Drawing(
        "frequencies" if kind == "frequency" else "representations", title, heading(inspection), caption, draw
    )


def _name(axes: Axes, names: tuple[str, ...] | None, count: int) -> None:
    """Ticks of features 1..count: names where there are some and they fit, else numbers."""
    axes.set_xlim(0.4, count + 0.6)
    if names is not None and count <= _NAMED:
        axes.set_xticks(range(1, count + 1), [name.replace(":dim", "\ndim ") for name in names])
    else:
        axes.set_xticks(sorted({1, *range(0, count + 1, max(1, -(-count // 12)))} - {0}))


def _predicted(inspection: Inspection) -> tuple[Array, Array] | None:
    """The least and largest share of the mass of each feature in any network of largest margin, where that is known."""
    if inspection.normalised.maximum is None:
        return None
    blocks = maximum_margin(inspection.task).blocks
    ranges = [tuple(map(float, block.mass_range)) for block in blocks for _ in range(block.count)]
    single = all(block.irrep is not None and block.count == 1 for block in blocks)
    if not (single or inspection.neurons.kind == "frequency") or len(ranges) != inspection.neurons.clusters.count:
        return None
    low, high = np.array(ranges).T
    return low, high


def powers(inspection: Inspection) -> Drawing:
    """Power of single neurons by representation."""
    task, neurons, network = inspection.task, inspection.neurons, inspection.effective.network
    assert isinstance(task, GroupComposition)  # which alone has representations
    rows, live = shown(neurons), neurons.clusters.live
    vectors = np.concatenate([network.U, network.W.T[None]])
    shares = isotypic_power(vectors, task.products(), irreps(task), 1, pooled=0)
    count, names = len(shares), neurons.features.names
    ticks = sorted({1, *range(0, count + 1, max(1, -(-count // 8)))} - {0})

    def draw() -> Figure:
        figure = page(max(2.6, 1.05 + 0.3 * len(rows)), PAGE)
        left, right = figure.subplots(1, 2, width_ratios=(1, 1.4))
        bars(left, shares[:, rows].T)
        left.set_xlim(0.4, count + 0.6)
        left.set_ylim(len(rows) - 0.4, -0.6)
        left.tick_params(axis="y", length=0)
        left.spines["left"].set_visible(False)
        left.set_yticks(range(len(rows)), [f"neuron {i}" for i in rows])
        left.set_xticks(ticks)
        left.set_xlabel("representation")
        panel(left, "a", f"{counted(len(rows), 'neuron')}")
        beside = np.random.default_rng(_SEED).uniform(-0.3, 0.3, int(live.sum()))
        for i, values in enumerate(shares[:, live], 1):
            right.plot(i + beside, values, "o", color=TRAINED, markersize=2, alpha=0.4, markeredgewidth=0)
        right.set_ylim(-0.03, 1.03)
        right.set_ylabel("share of a neuron's squared norm")
        right.set_xlabel("representation")
        _name(right, names, count)
        panel(right, "b", f"{counted(int(live.sum()), 'live neuron')}")
        return figure

    caption = (
        "Share of a neuron's squared norm, all its vectors together, in each real irreducible representation but the"
        f" trivial one: (a) {counted(len(rows), 'neuron')}, the heaviest of as many representations as fit; (b) every"
        " live neuron, a dot each, spread out sideways by chance. A neuron of largest margin has one representation."
    )
    return Drawing("power", "Power by representation", heading(inspection), caption, draw)


def bits(inspection: Inspection) -> Drawing:
    """Weights of each live neuron by bit."""
    task, neurons, network = inspection.task, inspection.neurons, inspection.effective.network
    assert isinstance(task, SparseParity)  # which alone has bits
    live = neurons.live
    scaled = np.abs(network.U[:, live]) / neurons.norm[live]
    exact = inspection.normalised.maximum is not None

    def draw() -> Figure:
        figure = page(3.2, PAGE)
        axes = figure.subplots()
        beside = np.linspace(-0.3, 0.3, scaled.shape[1]) if scaled.shape[1] > 1 else np.zeros(1)
        for bit, values in enumerate(scaled, 1):
            axes.plot(bit + beside, values, "o", color=TRAINED, markersize=2.5, alpha=0.6, markeredgewidth=0)
        axes.axvspan(0.5, task.k + 0.5, color=SKY, alpha=0.15, linewidth=0)
        top = max(1.15 * scaled.max(initial=0), 1.3 / np.sqrt(task.k + 1))
        axes.text(task.k / 2 + 0.5, 0.98 * top, "bits of the parity", ha="center", va="top", fontsize=7)
        if exact:
            line_of_theory(axes, 1 / np.sqrt(task.k + 1), rf"predicted on these bits: $1/\sqrt{{{task.k + 1}}}$")
        axes.axhline(0, color=GREY, linewidth=0.5)
        axes.set_ylim(-0.04 * top, top)
        axes.set_xlim(0.5, task.n + 0.5)
        axes.set_xticks(sorted({1, *range(0, task.n + 1, max(1, -(-task.n // 20)))} - {0}))
        axes.set_xlabel("bit")
        axes.set_ylabel("|weight|, neurons scaled to norm 1")
        axes.set_title(counted(int(live.sum()), "live neuron"))
        return figure

    wanted = " Dashed: the weights of a network of largest margin, which are 0 on the other bits." if exact else ""
    caption = (
        f"Sizes of the weights from each bit, a dot for each of the {counted(int(live.sum()), 'live neuron')}, scaled"
        f" so that all weights of a neuron together have norm 1. The first {task.k} bits make the parity.{wanted}"
    )
    return Drawing("bits", "Weights by bit", heading(inspection), caption, draw)
