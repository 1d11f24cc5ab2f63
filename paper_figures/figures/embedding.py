"""Embedding weights of ten neurons becoming cosines, with their band-limited interpolation and their Fourier power."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from margin.analysis.cosines import interpolated
from margin.analysis.fourier import power_without_mean
from paper_figures import tables
from paper_figures.parts import POINTS_PER_WEIGHT, bars
from paper_figures.picture import Picture
from paper_figures.style import PAGE, SKY, VERMILION, page, panel, span

Array = NDArray[np.float64]
GIF_DOTS = 100
GIF_MILLISECONDS, GIF_LAST = 700, 2500  # a frame, the last frame


@dataclass(frozen=True)
class Embedding:
    """Weights of the first input: `weights` (steps, neurons, n), the steps, the neurons' numbers, and the run."""

    steps: list[int]
    neurons: list[int]
    weights: Array
    run: dict[str, Any]
    activation: str

    @property
    def n(self) -> int:
        """The modulus."""
        return self.weights.shape[-1]

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
    return Embedding(steps, neurons, weights, run, "ReLU" if "relu" in name else "x^2")


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
    ratios = [2.4, 1] * len(places)
    axes = figure.subplots(1, 2 * len(places), width_ratios=ratios)
    for i, place in enumerate(places):
        left, right = axes[2 * i], axes[2 * i + 1]
        _weights(left, data, place)
        _power(right, data, place)
        panel(left, "abc"[i], f"step {data.steps[place]:,}")
        left.set_xlabel("input a")
        right.set_xlabel("frequency")
        if i == 0:
            left.set_yticks(range(len(data.neurons)), [f"neuron {x}" for x in data.neurons])
        else:
            left.set_yticks([])
    return figure


def _rows(axes: Axes, data: Embedding) -> None:
    axes.set_ylim(len(data.neurons) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _weights(axes: Axes, data: Embedding, place: int) -> None:
    n = data.n
    x = np.linspace(0, n, POINTS_PER_WEIGHT * n + 1)
    smooth = interpolated(data.weights[place], x)
    scale = -0.42 / np.abs(smooth).max(-1, keepdims=True)
    rows = np.arange(len(smooth))[:, None]
    heights = rows + scale * smooth
    curves = np.stack([np.broadcast_to(x, heights.shape), heights], axis=-1)
    axes.add_collection(LineCollection(list(curves), colors=SKY, linewidths=0.8))
    dots = np.tile(np.arange(n), len(rows)), (rows + scale * data.weights[place]).ravel()
    axes.plot(*dots, ".", color=VERMILION, markersize=1.8 if n > 40 else 3)
    axes.set_xlim(-0.5, n)
    axes.set_xticks([0, n // 2, n - 1])
    _rows(axes, data)


def _power(axes: Axes, data: Embedding, place: int) -> None:
    bars(axes, data.powers[place])
    axes.set_xlim(0, data.n // 2 + 1)
    axes.set_xticks([1, data.n // 4, data.n // 2])
    axes.set_yticks([])
    _rows(axes, data)


def frames(data: Embedding) -> bytes:
    """The animation: every kept step is a frame; a gif that plays for ever."""
    figure = Figure(figsize=(6.4, 5.2), dpi=GIF_DOTS)
    canvas = FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2, width_ratios=(2.4, 1))
    figure.subplots_adjust(left=0.12, right=0.98, bottom=0.1, top=0.92, wspace=0.06)
    left.set_yticks(range(len(data.neurons)), [f"neuron {x}" for x in data.neurons])
    left.set_xlabel("input a")
    right.set_xlabel("frequency")
    right.set_title("Fourier power")
    _weights(left, data, 0)  # for the axes
    _power(right, data, 0)
    _clear(left, right)
    canvas.draw()  # type: ignore[no-untyped-call]
    empty = canvas.copy_from_bbox(figure.bbox)  # type: ignore[no-untyped-call]
    images = []
    for place, step in enumerate(data.steps):
        canvas.restore_region(empty)  # type: ignore[no-untyped-call]
        _weights(left, data, place)
        _power(right, data, place)
        title = left.set_title(f"weights of the first input, step {step:,}")
        for artist in (title, *left.collections, *left.lines, *right.collections):
            (left if artist.axes is left else right).draw_artist(artist)
        images.append(Image.fromarray(np.asarray(canvas.renderer.buffer_rgba())).convert("RGB"))
        _clear(left, right)
    palette = images[-1].quantize(64)
    quantised = [image.quantize(palette=palette, dither=Image.Dither.NONE) for image in images]
    buffer = io.BytesIO()
    durations = [GIF_MILLISECONDS] * (len(images) - 1) + [GIF_LAST]
    quantised[0].save(buffer, "GIF", save_all=True, append_images=quantised[1:], duration=durations, loop=0)
    return buffer.getvalue()


def _clear(*axes: Axes) -> None:
    for place in axes:
        for artist in (*place.lines, *place.collections):
            artist.remove()


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


def caption(data: Embedding) -> str:
    """What the figure shows, and of which run."""
    steps = ", ".join(f"{data.steps[i]:,}" for i in chosen_steps(data))
    return (
        f"Embedding weights u_1(a) of ten neurons after {steps} steps (dots), the trigonometric polynomial of least"
        " degree through them (line), each row scaled to its own height, and beside it the share of their power at each"
        f" frequency, the mean left out. {_about(data)}"
    )


def animation_caption(data: Embedding) -> str:
    """What the animation shows, and of which run."""
    return (
        f"Embedding weights u_1(a) of ten neurons (dots), the trigonometric polynomial of least degree through them"
        f" (line), rows scaled to their own height, and the share of their power at each frequency, at steps"
        f" {', '.join(f'{step:,}' for step in data.steps)}. {_about(data)}"
    )


_SHOWN = {"mod23": "mod 23, x^2", "mod23-relu": "mod 23, ReLU", "mod71": "mod 71, x^2", "mod71-relu": "mod 71, ReLU"}


def _pictures(name: str, shown: str) -> list[Picture]:
    table = (f"embedding-{name}",)

    def data() -> Embedding:
        return embedding(name)

    return [
        Picture(f"embedding-{name}", f"weights and Fourier power of ten neurons, {shown}", table, data, caption, draw),
        Picture(
            f"animation-{name}",
            f"the same at every kept step, {shown} (gif)",
            table,
            data,
            animation_caption,
            None,
            frames,
        ),
    ]


PICTURES = [picture for name, shown in _SHOWN.items() for picture in _pictures(name, shown)]
