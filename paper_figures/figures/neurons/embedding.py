"""Embedding weights of ten neurons becoming cosines of one frequency each, with their Fourier power and the margin."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from textwrap import wrap
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from margin import ModularAddition, maximum_margin
from margin.analysis.fourier import dominant, power_without_mean
from paper_figures import tables
from paper_figures.animation import Animation, frame
from paper_figures.parts import LOWEST, heights, key, power_rows, waves
from paper_figures.picture import Picture
from paper_figures.style import GREY, HEADING, PAGE, TRAINED, VERMILION, line_of_theory, page, panel, span

Array = NDArray[np.float64]
GIF_DOTS = 100


@dataclass(frozen=True)
class Embedding:
    """Weights of the first input: `weights` (steps, neurons, n), the steps, the neurons' numbers, and the run."""

    steps: list[int]
    neurons: list[int]
    weights: Array
    run: dict[str, Any]
    activation: str
    width: int
    margins: tuple[Array, Array]  # steps, normalised margins
    gamma: float | None  # of networks with this activation, where theory has it

    @property
    def n(self) -> int:
        """The modulus."""
        return self.weights.shape[-1]

    @property
    def frequencies(self) -> list[int]:
        """Of largest power at the last step, by neuron."""
        return [int(z) for z in dominant(self.weights[-1])]

    @property
    def names(self) -> list[str]:
        """Number and frequency of each neuron, for its row."""
        return [f"neuron {i}\nz = {z}" for i, z in zip(self.neurons, self.frequencies, strict=True)]

    @property
    def as_published(self) -> bool:
        """Whether the run has the published size and settings."""
        return not self.run["changed"]

    @property
    def powers(self) -> Array:
        """Share of the power at frequencies 1..n//2, (steps, neurons, n//2)."""
        return power_without_mean(self.weights)


def embedding(name: str) -> Embedding:
    """The table of a run's weights. Raises MissingTable."""
    table = f"embedding-{name}"
    rows = tables.read(table)
    steps = sorted({int(row["step"]) for row in rows})
    neurons = sorted({int(row["neuron"]) for row in rows})
    n = len(rows[0]) - 2
    values = {(int(r["step"]), int(r["neuron"])): [float(r[f"u{a}"]) for a in range(n)] for r in rows}
    weights = np.array([[values[step, neuron] for neuron in neurons] for step in steps])
    (run,) = tables.provenance(table)["runs"]
    ended = [row for row in tables.read("final") if row["run"] == run["run"]]
    if len(ended) != 1:
        raise ValueError(f"run {run['run']} of {table}.csv is {len(ended)} times in final.csv, expected once")
    recipe, power = ended[0]["recipe"], ended[0]["activation"] == "power"
    course = [row for row in tables.read("curves") if row["recipe"] == recipe and row["seed"] == ended[0]["seed"]]
    margins = tuple(np.array([float(row[column]) for row in course]) for column in ("step", "normalised_margin"))
    gamma = float(maximum_margin(ModularAddition(n, 2))) if power else None
    about = "x^2" if power else "ReLU", int(ended[0]["width"])
    return Embedding(steps, neurons, weights, run, *about, (margins[0], margins[1]), gamma)


def chosen_steps(data: Embedding) -> list[int]:
    """Numbers of three kept steps: the first, the last, and the one whose power is nearest half way in between."""
    share = data.powers.max(-1).mean(-1)
    half = (share[0] + share[-1]) / 2
    middle = int(np.abs(share - half)[1:-1].argmin()) + 1 if len(share) > 2 else 0
    return sorted({0, middle, len(share) - 1})


def draw(data: Embedding) -> Figure:
    """A pair of panels per step: ten rows of weights, ten rows of power."""
    places = chosen_steps(data)
    figure = page(6.2, PAGE)
    ratios = [2.2, 1] * len(places)
    axes = figure.subplots(1, 2 * len(places), width_ratios=ratios)
    for i, place in enumerate(places):
        left, right = axes[2 * i], axes[2 * i + 1]
        waves(left, data.weights[place], data.frequencies)
        heights(left, data.weights[place])
        power_rows(right, data.powers[place])
        panel(left, "abc"[i], f"step {data.steps[place]:,}")
        right.set_title("power", loc="center", fontsize=7)
        left.set_xlabel("z a mod n")
        right.set_xlabel("frequency")
        left.set_yticks([])
    axes[0].set_yticks(range(len(data.neurons)), data.names)
    key(figure, axes[0])
    return figure


def frames(data: Embedding, heading: str) -> Animation:
    """Every kept step is a frame: weights and power above, the margin against steps below, with a mark at the step."""
    figure = Figure(figsize=(8.6, 7.4), dpi=GIF_DOTS)
    canvas = FigureCanvasAgg(figure)
    grid = figure.add_gridspec(2, 2, width_ratios=(2.2, 1), height_ratios=(4.2, 1))
    left, right, below = (figure.add_subplot(grid[place]) for place in ((0, 0), (0, 1), (1, slice(None))))
    figure.subplots_adjust(left=0.11, right=0.94, bottom=0.075, top=0.89, wspace=0.16, hspace=0.24)
    figure.text(0.012, 0.985, "\n".join(wrap(heading, HEADING)), va="top", fontsize=9)
    _margin(below, data)
    left.set_xlabel("z a mod n")
    right.set_xlabel("frequency")
    right.set_title("share of power")
    waves(left, data.weights[0], data.frequencies)  # for the axes
    power_rows(right, data.powers[0])
    left.set_yticks(range(len(data.neurons)), data.names)
    right.set_yticks([])
    _clear(left, right)
    canvas.draw()  # type: ignore[no-untyped-call]
    empty = canvas.copy_from_bbox(figure.bbox)  # type: ignore[no-untyped-call]
    images = []
    for place, step in enumerate(data.steps):
        canvas.restore_region(empty)  # type: ignore[no-untyped-call]
        waves(left, data.weights[place], data.frequencies)
        heights(left, data.weights[place])
        power_rows(right, data.powers[place])
        for line in left.lines:
            line.set_markersize(max(4.0, 1.8 * line.get_markersize()))
        title = left.set_title(f"weights of the first input, step {step:,} of {data.steps[-1]:,}", fontsize=9)
        mark = below.axvline(step, color=VERMILION, linewidth=1.5)
        labels = [*left.texts, *right.get_yticklabels()]
        for artist in (title, mark, *left.lines, *left.collections, *right.collections, *labels):
            figure.draw_artist(artist)
        images.append(frame(canvas))
        mark.remove()
        _clear(left, right)
    return Animation(images)


def _margin(axes: Axes, data: Embedding) -> None:
    """Normalised margin against steps, gamma* where it is known, and a stroke at each step that is a frame."""
    axes.plot(*data.margins, color=TRAINED)
    last = data.margins[1].max() if data.gamma is None else data.gamma
    axes.set_ylim(LOWEST * last, 1.35 * last)
    axes.axhline(0, color=GREY, linewidth=0.5)
    if data.gamma is not None:
        line_of_theory(axes, data.gamma, rf"$\gamma^*$ = {data.gamma:.4g}")
    axes.plot(data.steps, np.full(len(data.steps), LOWEST * last), "|", color=GREY, markersize=9, clip_on=False)
    axes.set_xlim(0, data.steps[-1])
    axes.set_xlabel("training steps; strokes: the steps shown")
    axes.set_ylabel("normalised margin")
    axes.ticklabel_format(axis="y", scilimits=(-2, 2), useMathText=True)


def _clear(*axes: Axes) -> None:
    for place in axes:
        for artist in (*place.lines, *place.collections, *place.texts):
            artist.remove()


def heading(data: Embedding) -> str:
    """Task, activation, width and training, beside the published size where it is another."""
    published = "as published" if data.as_published else "published: mod 71, 500 neurons"
    return (
        f"Addition of 2 inputs mod {data.n}, activation {data.activation}, {data.width} neurons ({published}),"
        f" gradient descent, {data.steps[-1]:,} steps"
    )


def _about(data: Embedding) -> str:
    run = data.run
    changed = ", ".join(f"{name} {value}" for name, value in sorted(run["changed"].items()) if name != "task")
    scale = f"with {changed}" if changed else "at the published scale"
    finished = "" if run["finished"] else "; the run was not finished, the last kept step is shown"
    share = data.powers[-1].max(-1)
    return (
        f"Addition mod {data.n}, k = 2, activation {data.activation}, full-batch gradient descent with the published"
        f" schedule of rates ({run['preset']} {scale}, run {run['run']}, one seed (0){finished}). Ten neurons: the"
        " first by number that are alive at the end. The frequency of largest power holds"
        f" {span(share.min(), share.max(), 4)} of the power at the last step."
    )


def _rows_are() -> str:
    return (
        "against z a mod n, where z is the neuron's frequency of largest power at the last step, so that a cosine of"
        " any frequency is one period; lines: the least-squares cosine of that frequency with a constant; each row"
        " scaled to its largest absolute weight, printed at its right. Beside them the share of the power at each"
        " frequency, the mean left out (the grey line is 1), and the largest share"
    )


def caption(data: Embedding) -> str:
    """What the figure shows, and of which run."""
    steps = ", ".join(f"{data.steps[i]:,}" for i in chosen_steps(data))
    return f"Embedding weights u_1(a) of ten neurons after {steps} steps (dots) {_rows_are()}. {_about(data)}"


def animation_caption(data: Embedding) -> str:
    """What the animation shows, and of which run."""
    margin = (
        "the normalised margin of the whole population against steps, with gamma* dashed"
        if data.gamma is not None
        else "the normalised margin of the whole population against steps; theory predicts no maximum for ReLU"
    )
    return (
        f"Embedding weights u_1(a) of ten neurons (dots) {_rows_are()}. Below: {margin}. A frame for each of the steps"
        f" {', '.join(f'{step:,}' for step in data.steps)}, which are not evenly spaced. {_about(data)}"
    )


_SHOWN = {"mod23": "mod 23, x^2", "mod23-relu": "mod 23, ReLU", "mod71": "mod 71, x^2", "mod71-relu": "mod 71, ReLU"}


def _pictures(name: str, shown: str) -> list[Picture]:
    read = (f"embedding-{name}", "final", "curves")
    data = partial(embedding, name)
    still = f"embedding-{name}", f"weights and Fourier power of ten neurons, {shown}"
    moving = f"animation-{name}", f"the same at every kept step, with the margin, {shown} (gif)"
    return [
        Picture(*still, read, data, caption, draw, heading=heading),
        Picture(*moving, read, data, animation_caption, None, frames, heading),
    ]


PICTURES = [picture for name, shown in _SHOWN.items() for picture in _pictures(name, shown)]
