"""One look for every figure: sizes, type, colours that colour-blind readers can tell apart, deterministic files."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import ROUND_UP, Context
from textwrap import wrap
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure, SubFigure
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox

COLUMN, PAGE = 3.4, 7.0  # inches: one column, the whole width of a page
HEADING, LINES = 112, 2  # characters of a heading across a page, and its lines
DOTS = 200  # per inch of png files
PLACES = 6  # decimals of a figure's width and height to which panels are placed
FORMATS = ("svg", "pdf", "png")
CANVASES = {"svg": FigureCanvasSVG, "pdf": FigureCanvasPdf, "png": FigureCanvasAgg}

# Okabe and Ito's palette (https://jfly.uni-koeln.de/color/)
BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, VERMILION, PURPLE = (
    *("#000000", "#E69F00", "#56B4E9", "#009E73"),
    *("#F0E442", "#0072B2", "#D55E00", "#CC79A7"),
)
GREY, PALE = "#767676", "#D9D9D9"
THEORY, TRAINED = BLACK, BLUE  # theory is black lines, training is blue marks, in every figure
SERIES = (BLUE, VERMILION, GREEN, ORANGE, PURPLE, SKY)

_SETTINGS: Any = {
    "font.family": "DejaVu Sans",  # comes with matplotlib, so files are the same everywhere
    "mathtext.fontset": "dejavusans",
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.titlelocation": "left",
    "axes.labelsize": 8,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7,
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.7,
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "xtick.minor.width": 0.5,
    "ytick.minor.width": 0.5,
    "lines.linewidth": 1.2,
    "lines.markersize": 3.5,
    "figure.dpi": DOTS,
    "svg.hashsalt": "algebraic-margin",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,  # TrueType, which publishers ask for
    "path.simplify": True,
}
_METADATA: dict[str, dict[str, Any]] = {
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    "png": {"Software": None},
}
_CAPTION = {"svg": "Description", "pdf": "Subject", "png": "Description"}  # the name of a caption in metadata


@contextmanager
def styled() -> Iterator[None]:
    """Matplotlib's defaults with the settings above, whatever the user's own are."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_SETTINGS)
        yield


def page(height: float, width: float = PAGE) -> Figure:
    """An empty figure, inches; panels keep clear of one another."""
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    figure.get_layout_engine().set(w_pad=0.05, h_pad=0.05)  # type: ignore[union-attr, call-arg]
    return figure


def head(figure: Figure, text: str) -> None:
    """A heading above all panels, for which the figure grows: at most LINES lines, HEADING characters across a page.

    Raises ValueError for a longer one.
    """
    width, height = figure.get_size_inches()
    lines = wrap(text, int(HEADING * width / PAGE))
    if len(lines) > LINES:
        raise ValueError(f"heading of {len(lines)} lines, expected at most {LINES}: {text!r}")
    figure.set_size_inches(width, height + 0.1 + 0.13 * len(lines))
    figure.suptitle("\n".join(lines), x=0.01, ha="left", fontsize=8)


def settle(figure: Figure) -> None:
    """Lay the panels out once, so that every format has them at the same places and nothing is laid out again.

    The layout's solver goes by addresses in memory, so the last bits of what it finds are not the same in each process,
    and names of clip paths are hashes of them: places are rounded, to far less than a dot.
    """
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for part in _parts(figure):
        if isinstance(part, SubFigure):
            part.bbox_relative.set_points(part.bbox_relative.get_points().round(PLACES))
        for text in part.texts:
            x, y = text.get_position()
            text.set_position((round(x, PLACES), round(y, PLACES)))
    for axes in figure.axes:
        if axes.get_axes_locator() is None:
            axes.set_position(Bbox(axes.get_position(original=True).get_points().round(PLACES)))


def _parts(figure: Figure | SubFigure) -> Iterator[Figure | SubFigure]:
    """A figure and all figures in it."""
    yield figure
    for inner in figure.subfigs:
        yield from _parts(inner)


def content(figure: Figure, form: str, about: tuple[str, str] | None = None) -> bytes:
    """The figure as svg, pdf or png, without dates and versions: the same bytes each time.

    `about`, a title and a caption, go into the file's metadata. The canvas writes it at once: `savefig` would draw it
    twice, to lay it out again.
    """
    buffer = io.BytesIO()
    figure.dpi = DOTS
    canvas = CANVASES[form](figure)
    told = {} if about is None else dict(zip(("Title", _CAPTION[form]), about, strict=True))
    getattr(canvas, f"print_{form}")(buffer, metadata=_METADATA[form] | told)
    return buffer.getvalue()


def panel(axes: Axes, letter: str, text: str = "") -> None:
    """Letter of a panel with what it shows."""
    axes.set_title(f"({letter})  {text}" if text else f"({letter})")


def line_of_theory(axes: Axes, value: float, label: str, colour: str = THEORY) -> None:
    """A horizontal line at a predicted value with its name on it, at the right."""
    axes.axhline(value, color=colour, linewidth=0.9, linestyle=(0, (5, 2)), zorder=1)
    axes.annotate(
        label,
        (0.99, value),
        xycoords=axes.get_yaxis_transform(),
        xytext=(0, 2),
        textcoords="offset points",
        ha="right",
        va="bottom",
        fontsize=7,
        color=colour,
    )


def whole_numbers(axes: Axes, most: int = 6) -> None:
    """At most so many ticks on the horizontal axis, at integers."""
    axes.xaxis.set_major_locator(MaxNLocator(most, integer=True))


def seeds_text(seeds: Sequence[int]) -> str:
    """'8 seeds (0-7)', 'one seed (0)'."""
    chosen = sorted(set(seeds))
    if len(chosen) == 1:
        return f"one seed ({chosen[0]})"
    together = chosen == list(range(chosen[0], chosen[-1] + 1))
    return f"{len(chosen)} seeds ({f'{chosen[0]}-{chosen[-1]}' if together else ', '.join(map(str, chosen))})"


def at_most(value: float) -> str:
    """A bound in one digit, rounded up: no value that it is said of is larger, but for rounding in its 13th digit."""
    return f"{Context(prec=1, rounding=ROUND_UP).create_decimal(f'{value:.12e}'):.1g}"


def span(least: float, most: float, digits: int) -> str:
    """'0.9990 to 0.9995', or the one number if they print alike."""
    texts = f"{least:.{digits}f}", f"{most:.{digits}f}"
    return texts[0] if texts[0] == texts[1] else " to ".join(texts)
