"""Figures 3, 4, 9 and 10 of Li et al., and margins of all circuits while training."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from margin.analysis.circuits.sums import plane_fit, plane_power
from paper_figures import tables
from paper_figures.picture import Picture
from paper_figures.style import (
    GREY,
    PAGE,
    PALE,
    SERIES,
    TRAINED,
    VERMILION,
    page,
    panel,
    seeds_text,
    span,
    whole_numbers,
)
from paper_figures.tables import Row

Array = NDArray[np.float64]
FIGURES = {3: ("9", 61), 4: ("3", 31), 5: ("10", 17)}  # of Li et al., with their modulus, by k
HEADS, DIMENSION = 160, 128  # theirs
GROKKING = "li-grokking"
TRANSFORMERS = "Addition of k inputs mod p, transformers of two layers (softmax, GELU), smaller than published"
PUBLISHED_MODULI = {2: 97, 3: 31, 4: 11, 5: 5}


@dataclass(frozen=True)
class Scores:
    """E^T W^KQ E of the strongest heads, (heads, n seen, n attending), less the mean over what is seen."""

    k: int
    p: int
    heads: int
    step: int
    numbers: list[int]
    tables: Array
    shares: Array  # of the best wave and its mirror, of all live heads


def scores(k: int) -> Scores:
    """Raises MissingTable, ValueError where there is none for this k."""
    rows = [row for row in tables.read("li-scores") if int(row["k"]) == k]
    if not rows:
        raise ValueError(f"no scores for k = {k}; make them with `{tables.EXPERIMENTS} attention`")
    numbers = list(dict.fromkeys(int(row["head"]) for row in rows))
    found = [np.array([tables.numbers(row["values"]) for row in rows if int(row["head"]) == i]) for i in numbers]
    alive = [
        float(row["product_share"])
        for row in tables.read("li-heads")
        if row["run"] == rows[0]["run"] and row["alive"] == "1"
    ]
    first = rows[0]
    size = int(first["p"]), int(first["heads"]), int(first["step"])
    return Scores(k, *size, numbers, np.stack(found), np.array(alive))


def draw_scores(data: Scores) -> Figure:
    """A column for each head: scores above, their power by pair of frequencies below."""
    count = len(data.tables)
    figure = page(3.5, PAGE)
    axes = figure.subplots(2, count)
    for i, table in enumerate(data.tables):
        most = np.abs(table).max()
        axes[0, i].imshow(table.T, cmap="RdBu", vmin=-most, vmax=most, origin="lower", interpolation="nearest")
        shares = plane_power(table)
        axes[1, i].imshow(shares.T, cmap="Greys", vmin=0, vmax=shares.max(), origin="lower", interpolation="nearest")
        panel(axes[0, i], "abcdefgh"[i], f"head {data.numbers[i]}, ±{most:.1f}")
        axes[1, i].set_title(f"most at one pair: {shares.max():.2f}", fontsize=7)
        axes[0, i].set_xlabel("element seen")
        axes[1, i].set_xlabel("frequency, seen")
        for place in axes[:, i]:
            whole_numbers(place, 5)
            place.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes[0, 0].set_ylabel("element attending")
    axes[1, 0].set_ylabel("frequency, attending")
    return figure


def scores_heading(data: Scores) -> str:
    """Task, activation and size, beside the published size."""
    return (
        f"Addition of {data.k} inputs mod {data.p}, one layer of attention (softmax), {data.heads} heads"
        f" (published: mod {FIGURES[data.k][1]}, {HEADS} heads);"
        " scores: blue above 0, red below"
    )


def scores_caption(data: Scores) -> str:
    """What is shown, and how near the heads are to one wave."""
    number, p = FIGURES[data.k]
    fits = [plane_fit(table) for table in data.tables]
    shown = ", ".join(f"{fit.product_share:.2f}" for fit in fits)
    printed = (data.p, data.heads) == (p, HEADS)
    size = "the published size" if printed else f"published: p = {p}, {HEADS} heads of dimension {DIMENSION}"
    return (
        f"{'As' if printed else 'Like'} Figure {number} of Li et al.: scores E^T W^KQ E of the {len(data.tables)}"
        " strongest heads (above; less the mean over what is seen, of which softmax takes no notice; blue is positive,"
        " white 0, the darkest of the size that the title says) and the share of their squared norm at each pair of"
        f" frequencies (below). A single wave of each element would have all of it at one pair; the best has {shown}"
        f" here, and over all {len(data.shares)} live heads median {np.median(data.shares):.2f},"
        f" {span(data.shares.min(), data.shares.max(), 2)}. One layer of attention, k = {data.k}, p = {data.p},"
        f" {data.heads} heads ({size}), AdamW 1e-3, half of the population, one seed (0), step {data.step:,}."
    )


@dataclass(frozen=True)
class Course:
    """Runs of one size while training: steps (records,), accuracies and margins by seed, (runs, records)."""

    preset: str
    k: int
    p: int
    dimension: int
    width: int
    seeds: list[int]
    steps: Array
    train: Array
    test: Array
    margins: Array  # least training margin over the norm of all parameters
    test_margins: Array

    @property
    def fitted(self) -> float:
        """The first record at which the training half is learned in all runs; NaN if it never is."""
        at = np.flatnonzero((self.train >= 1).all(0))
        return float(self.steps[at[0]]) if len(at) else float("nan")


def courses(preset: str) -> list[Course]:
    """Those of presets whose name begins like this, by preset, k, modulus, dimension and width. Raises MissingTable.

    Runs that have not come as far as the longest of their size are left out: they are measured at other steps.
    """
    by_size: dict[tuple[str, int, int, int, int], dict[str, list[Row]]] = {}
    for row in tables.read("circuit-margins"):
        if row["preset"].startswith(preset):
            size = row["preset"], int(row["k"]), int(row["p"]), int(row["dimension"]), int(row["width"])
            by_size.setdefault(size, {}).setdefault(row["run"], []).append(row)
    result = []
    for size, runs in by_size.items():
        measured = {run: tuple(int(row["step"]) for row in rows) for run, rows in runs.items()}
        steps = max(measured.values(), key=lambda steps: steps[-1])
        whole = [rows for run, rows in runs.items() if measured[run] == steps]
        columns = [
            np.array([[float(row[name]) for row in rows] for rows in whole])
            for name in ("train_accuracy", "test_accuracy", "train_margin_over_norm", "margin_over_norm")
        ]
        result.append(Course(*size, [int(rows[0]["seed"]) for rows in whole], np.array(steps, float), *columns))
    return sorted(result, key=lambda course: (course.k, course.p, course.dimension, course.width, course.preset))


def of_one_size(found: Sequence[Course]) -> list[Course]:
    """Those of the dimension and width that most numbers of inputs have; of the largest where several do."""
    numbers: dict[tuple[int, int], set[int]] = {}
    for course in found:
        numbers.setdefault((course.dimension, course.width), set()).add(course.k)
    size = max(numbers, key=lambda size: (len(numbers[size]), size))
    return [course for course in found if (course.dimension, course.width) == size]


def grokking() -> list[Course]:
    """A course for each k of the transformers of one size. Raises MissingTable, ValueError where there is none."""
    found = courses(GROKKING)
    if not found:
        raise ValueError(f"no transformers; make them with `{tables.EXPERIMENTS} grokking-small`")
    return of_one_size(found)


def draw_grokking(data: list[Course]) -> Figure:
    """A panel for each size: mean accuracies over seeds, and their range."""
    figure = page(2.2, PAGE)
    axes = np.atleast_1d(figure.subplots(1, len(data), sharey=True))
    for i, (place, course) in enumerate(zip(axes, data, strict=True)):
        for values, colour, name in ((course.train, VERMILION, "training half"), (course.test, TRAINED, "other half")):
            place.fill_between(course.steps, values.min(0), values.max(0), color=colour, alpha=0.25, linewidth=0)
            place.plot(course.steps, values.mean(0), color=colour, label=name)
        place.set_xscale("symlog", linthresh=200)
        place.set_xlim(0, course.steps[-1])
        place.set_xticks([0, 200, 1000, 5000], ["0", "200", "1000", "5000"])
        place.minorticks_off()
        place.set_ylim(0, 1.04)
        place.set_xlabel("steps")
        panel(place, "abcdefgh"[i], f"k = {course.k}, p = {course.p}")
    axes[0].set_ylabel("accuracy")
    handles, names = axes[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=2)
    return figure


def grokking_caption(data: list[Course]) -> str:
    """What is shown, at which size."""
    ends = "; ".join(
        f"k = {course.k}, p = {course.p}: {seeds_text(course.seeds)}, at the end"
        f" {span(course.train[:, -1].min(), course.train[:, -1].max(), 3)} and"
        f" {span(course.test[:, -1].min(), course.test[:, -1].max(), 3)}"
        for course in data
    )
    return (
        "Like Figure 4 of Li et al.: accuracy on the training half and on the other half against steps (logarithmic"
        " above 200), mean (line) and range (band) over seeds, of transformers of two layers. Accuracies on both"
        " halves:"
        f" {ends}. {sizes({(course.dimension, course.width) for course in data})}"
    )


def sizes(shown: Collection[tuple[int, int]]) -> str:
    """How far networks of these dimensions and widths are from the published ones."""
    rows = [row for row in tables.read(GROKKING) if row["preset"].startswith(GROKKING)]
    found = {tuple(int(row[name]) for name in ("heads", "dimension", "width")) for row in rows}
    described = "; ".join(
        f"{heads} heads, dimension {d}, {m} neurons a layer" for heads, d, m in sorted(found) if (d, m) in shown
    )
    moduli = ", ".join(f"{p} (k = {k})" for k, p in PUBLISHED_MODULI.items())
    return f"Here {described}; published: {HEADS} heads, dimension {DIMENSION}, p = {moduli}."


@dataclass(frozen=True)
class Margins:
    """One column for each kind of network."""

    columns: list[tuple[str, list[Course]]]


KINDS = {
    "recurrent network": "rangamani-rnn",
    "one layer of attention": "li-attention",
    "transformer": GROKKING,
}
SHORT = {"recurrent network": "recurrent", "one layer of attention": "attention", "transformer": "transformer"}
DASHED = (0, (3, 1))
COLOURS = dict(zip((2, 3, 4, 5), SERIES, strict=False))  # of numbers of inputs, the same in every panel


def margins() -> Margins:
    """Of the recurrent networks those at 30% of the pairs; of each kind those of one size.

    Raises MissingTable, ValueError without any course.
    """
    columns = []
    for name, preset in KINDS.items():
        found = [course for course in courses(preset) if preset != "rangamani-rnn" or course.preset == preset]
        if found:
            columns.append((name, of_one_size(found)))
    if not columns:
        raise ValueError(f"no course of any circuit; make them with `{tables.EXPERIMENTS} recurrent`")
    return Margins(columns)


def draw_margins(data: Margins) -> Figure:
    """A column for each kind: test accuracy above; below the least margins over the norm, training half and all."""
    figure = page(3.7, PAGE)
    axes = figure.subplots(2, len(data.columns), sharex="col", squeeze=False, height_ratios=(1, 1.3))
    for i, (name, found) in enumerate(data.columns):
        for course in found:
            colour = COLOURS[course.k]
            for accuracies, values, everything in zip(course.test, course.margins, course.test_margins, strict=True):
                axes[1, i].plot(course.steps, everything, color=colour, linewidth=0.7, alpha=0.6, linestyle=DASHED)
                axes[0, i].plot(course.steps, accuracies, color=colour, linewidth=0.9, alpha=0.8)
                axes[1, i].plot(course.steps, values, color=colour, linewidth=0.9, alpha=0.8)
            axes[1, i].axvline(course.fitted, color=colour, linewidth=0.9, linestyle=":")
        highest = max(float(course.margins.max()) for course in (*found,))
        axes[1, i].set_ylim(-0.25 * highest, 1.1 * highest)
        axes[1, i].axhline(0, color=PALE, linewidth=0.6)
        axes[1, i].set_xlim(0, max(course.steps[-1] for course in found))
        axes[0, i].set_ylim(0, 1.04)
        axes[1, i].set_xlabel("steps")
        whole_numbers(axes[1, i], 4)
        panel(axes[0, i], "abc"[i], f"{SHORT[name]}, p = {', '.join(str(course.p) for course in found)}")
    axes[0, 0].set_ylabel("test accuracy")
    axes[1, 0].set_ylabel("least margin / norm")
    figure.align_ylabels(axes[:, 0])
    numbers = sorted({course.k for _, found in data.columns for course in found})
    handles = [Line2D([], [], color=COLOURS[k], label=f"k = {k}") for k in numbers]
    handles += [
        Line2D([], [], color=GREY, label="training half"),
        Line2D([], [], color=GREY, linestyle=DASHED, label="all inputs"),
        Line2D([], [], color=GREY, linestyle=":", label="training half learned"),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), columnspacing=1.2, handlelength=1.8)
    return figure


def margins_caption(data: Margins) -> str:
    """What is shown, and whether the margin rises after the training half is learned."""
    parts = []
    for name, found in data.columns:
        for course in found:
            after = course.steps >= course.fitted
            if not after.any():
                parts.append(f"{name}, k = {course.k}, p = {course.p}: training accuracy 1 is not reached by all")
                continue
            then, most = course.margins[:, after][:, 0], course.margins[:, after].max(1)
            parts.append(
                f"{name}, k = {course.k}, p = {course.p}, {seeds_text(course.seeds)}: training accuracy 1 first at step"
                f" {course.fitted:,.0f}, the margin then {span(then.min(), then.max(), 3)}, later at most"
                f" {span(most.min(), most.max(), 3)}, at the end"
                f" {span(course.margins[:, -1].min(), course.margins[:, -1].max(), 3)}"
            )
    return (
        "Test accuracy (above) and the least logit margin over the training half (full lines) and over all inputs"
        " (dashed), both divided by the Euclidean norm of all parameters (below), of networks that are not"
        " homogeneous, so that no maximum margin is predicted for them; a line a run, colours by k, dotted where all"
        f" runs of that size first have training accuracy 1; moduli in the order of k; margins below the lower"
        f" edge are not shown. {'; '.join(parts)}."
    )


PICTURES = [
    *(
        Picture(
            f"li-attention-k{k}",
            f"like Figure {FIGURES[k][0]} of Li et al., but smaller: scores of attention heads, their spectra, k = {k}",
            ("li-scores", "li-heads"),
            partial(scores, k),
            scores_caption,
            draw_scores,
            heading=scores_heading,
        )
        for k in (4, 3, 5)
    ),
    Picture(
        "li-grokking",
        "like Figure 4 of Li et al., but smaller: accuracy on both halves by number of inputs, transformers",
        ("circuit-margins", GROKKING),
        grokking,
        grokking_caption,
        draw_grokking,
        heading=TRANSFORMERS,
    ),
    Picture(
        "circuit-margins",
        "margin over norm and test accuracy of recurrent networks, attention and transformers",
        ("circuit-margins",),
        margins,
        margins_caption,
        draw_margins,
        heading="Addition of k inputs mod p: tanh in (a), softmax in (b), softmax and GELU in (c)",
    ),
]
