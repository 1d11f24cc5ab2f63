"""Embedding weights of ten neurons becoming cosines, with their band-limited interpolation and their Fourier power."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from margin.analysis.cosines import interpolated
from margin.analysis.fourier import power_without_mean
from paper_figures import tables
from paper_figures.picture import Picture
from paper_figures.style import BLUE, PAGE, SKY, VERMILION, page, panel, span

Array = NDArray[np.float64]
GIF_DOTS = 100
GIF_MILLISECONDS, GIF_LAST = 700, 2500  # a frame, the last frame
POINTS_PER_WEIGHT = 12


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


def chosen_steps(found: Embedding) -> list[int]:
    """Numbers of three kept steps: the first, the last, and the one whose power is nearest half way in between."""
    share = found.powers.max(-1).mean(-1)
    half = (share[0] + share[-1]) / 2
    middle = int(np.abs(share - half)[1:-1].argmin()) + 1 if len(share) > 2 else 0
    return sorted({0, middle, len(share) - 1})


def draw(found: Embedding) -> Figure:
    """A pair of panels per step: ten rows of weights, ten rows of power."""
    places = chosen_steps(found)
    figure = page(6.2, PAGE)
    ratios = [2.4, 1] * len(places)
    axes = figure.subplots(1, 2 * len(places), width_ratios=ratios)
    for i, place in enumerate(places):
        left, right = axes[2 * i], axes[2 * i + 1]
        _weights(left, found, place)
        _power(right, found, place)
        panel(left, "abc"[i], f"step {found.steps[place]:,}")
        left.set_xlabel("input a")
        right.set_xlabel("frequency")
        if i == 0:
            left.set_yticks(range(len(found.neurons)), [f"neuron {x}" for x in found.neurons])
        else:
            left.set_yticks([])
    return figure


def _rows(axes: Axes, found: Embedding) -> None:
    axes.set_ylim(len(found.neurons) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _weights(axes: Axes, found: Embedding, place: int) -> None:
    n = found.n
    x = np.linspace(0, n, POINTS_PER_WEIGHT * n + 1)
    smooth = interpolated(found.weights[place], x)
    scale = -0.42 / np.abs(smooth).max(-1, keepdims=True)
    rows = np.arange(len(smooth))[:, None]
    heights = rows + scale * smooth
    curves = np.stack([np.broadcast_to(x, heights.shape), heights], axis=-1)
    axes.add_collection(LineCollection(list(curves), colors=SKY, linewidths=0.8))
    dots = np.tile(np.arange(n), len(rows)), (rows + scale * found.weights[place]).ravel()
    axes.plot(*dots, ".", color=VERMILION, markersize=1.8 if n > 40 else 3)
    axes.set_xlim(-0.5, n)
    axes.set_xticks([0, n // 2, n - 1])
    _rows(axes, found)


def _power(axes: Axes, found: Embedding, place: int) -> None:
    bars(axes, found.powers[place])
    axes.set_xlim(0, found.n // 2 + 1)
    axes.set_xticks([1, found.n // 4, found.n // 2])
    axes.set_yticks([])
    _rows(axes, found)


def bars(axes: Axes, shares: Array) -> None:
    """Rows of bars, shares (rows, frequencies): row i stands on i + 0.4 and is 0.8 high; the axis points down."""
    rows, count = shares.shape
    left = np.arange(1, count + 1)[None] - 0.45
    foot = np.broadcast_to(np.arange(rows)[:, None] + 0.4, shares.shape)
    left = np.broadcast_to(left, shares.shape)
    top = foot - 0.8 * shares
    corners = [(left, foot), (left, top), (left + 0.9, top), (left + 0.9, foot)]
    boxes = np.stack([np.stack(corner, axis=-1) for corner in corners], axis=-2).reshape(-1, 4, 2)
    axes.add_collection(PolyCollection(list(boxes), facecolors=BLUE, edgecolors=BLUE, linewidths=0.3))
    axes.hlines(foot[:, 0], 0.5, count + 0.5, color=BLUE, linewidth=0.4)


def frames(found: Embedding) -> bytes:
    """The animation: every kept step is a frame; a gif that plays for ever."""
    figure = Figure(figsize=(6.4, 5.2), dpi=GIF_DOTS)
    canvas = FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2, width_ratios=(2.4, 1))
    figure.subplots_adjust(left=0.12, right=0.98, bottom=0.1, top=0.92, wspace=0.06)
    left.set_yticks(range(len(found.neurons)), [f"neuron {x}" for x in found.neurons])
    left.set_xlabel("input a")
    right.set_xlabel("frequency")
    right.set_title("Fourier power")
    _weights(left, found, 0)  # for the axes
    _power(right, found, 0)
    _clear(left, right)
    canvas.draw()  # type: ignore[no-untyped-call]
    empty = canvas.copy_from_bbox(figure.bbox)  # type: ignore[no-untyped-call]
    images = []
    for place, step in enumerate(found.steps):
        canvas.restore_region(empty)  # type: ignore[no-untyped-call]
        _weights(left, found, place)
        _power(right, found, place)
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


def _about(found: Embedding) -> str:
    run = found.run
    changed = ", ".join(f"{name} {value}" for name, value in sorted(run["changed"].items()) if name != "task")
    scale = f"with {changed}" if changed else "at the published scale"
    finished = "" if run["finished"] else "; the run was not finished, the last kept step is shown"
    share = found.powers[-1].max(-1)
    return (
        f"Addition mod {found.n}, k = 2, activation {found.activation}, full-batch gradient descent with the published"
        f" schedule of rates ({run['preset']} {scale}, run {run['run']}, one seed (0){finished}). Ten neurons: the"
        " first by number that are alive at the end. The frequency of largest power holds"
        f" {span(share.min(), share.max(), 4)} of the power at the last step."
    )


def caption(found: Embedding) -> str:
    steps = ", ".join(f"{found.steps[i]:,}" for i in chosen_steps(found))
    return (
        f"Embedding weights u_1(a) of ten neurons after {steps} steps (dots), the trigonometric polynomial of least"
        " degree through them (line), each row scaled to its own height, and beside it the share of their power at each"
        f" frequency, the mean left out. {_about(found)}"
    )


def animation_caption(found: Embedding) -> str:
    return (
        f"Embedding weights u_1(a) of ten neurons (dots), the trigonometric polynomial of least degree through them"
        f" (line), rows scaled to their own height, and the share of their power at each frequency, at steps"
        f" {', '.join(f'{step:,}' for step in found.steps)}. {_about(found)}"
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
