"""Which representations every, some or no network of maximum margin uses, by group and number of inputs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from paper_figures import tables
from paper_figures.picture import Picture
from paper_figures.style import BLUE, GREY, PAGE, page

USED = ("always", "optional", "never")
COLOURS = (BLUE, "#8FC7EA", "white")  # which differ in grey as well
SUFFIX = {"real": "", "complex": "c", "quaternionic": "q"}


@dataclass(frozen=True)
class Representations:
    """Groups in which some representation is not always used, with what is used and counts (always, optional,"
    " never)."""

    groups: list[tuple[str, int]]
    inputs: list[int]
    counts: dict[tuple[str, int], tuple[int, int, int]]
    names: dict[str, list[str]]  # dimension and type of each representation, by dimension
    used: dict[tuple[str, int], list[str]]  # in the order of `names`
    surveyed: int
    partly: int

    @property
    def programs(self) -> int:
        """Linear programs of the survey."""
        return self.surveyed * len(self.inputs)


def representations() -> Representations:
    """Counted in the survey of groups, which has a row for each group, k and representation. Raises MissingTable."""
    rows = sorted(tables.survey("groups"), key=lambda row: (int(row["dimension"]), int(row["irrep"])))
    names: dict[str, dict[str, str]] = {}
    used: dict[tuple[str, int], list[str]] = {}
    for row in rows:
        used.setdefault((row["group"], int(row["k"])), []).append(row["used"])
        names.setdefault(row["group"], {})[row["irrep"]] = f"{row['dimension']}{SUFFIX[row['type']]}"
    counts = {
        key: (words.count("always"), words.count("optional"), words.count("never")) for key, words in used.items()
    }
    orders = {row["group"]: int(row["order"]) for row in rows}
    inputs = sorted({k for _, k in counts})
    partly = {key for key, (_, optional, never) in counts.items() if optional or never}
    groups = [(name, orders[name]) for name in orders if any((name, k) in partly for k in inputs)]
    first = {row["group"]: i for i, row in enumerate(tables.survey("groups"))}
    groups.sort(key=lambda group: (group[1], first[group[0]]))
    listed = {name: list(found.values()) for name, found in names.items()}
    return Representations(groups, inputs, counts, listed, used, len(orders), len(partly))


def shown(name: str) -> str:
    """A group's name without its number among the small groups."""
    return name.split(" ", 1)[1] if name.startswith("SmallGroup") else name


def draw(data: Representations) -> Figure:
    """A column for each k, a row for each group, a cell for each representation, in the order printed at the right."""
    figure = page(0.9 + 0.19 * len(data.groups), PAGE)
    axes = figure.subplots(1, len(data.inputs), sharey=True)
    for place, k in zip(axes, data.inputs, strict=True):
        for row, (name, _) in enumerate(data.groups):
            words = data.used[name, k]
            colours = [COLOURS[USED.index(word)] for word in words]
            left = np.arange(len(words)) / len(words)
            rows, cell = [row] * len(words), 1 / len(words)
            place.barh(rows, cell, 0.8, left, color=colours, edgecolor=GREY, linewidth=0.5)
        place.set_title(f"k = {k}", loc="center")
        place.set_xlim(-0.01, 1.01)
        place.set_xticks([])
        for side in place.spines.values():
            side.set_visible(False)
        place.tick_params(length=0)
    for row, (name, _) in enumerate(data.groups):
        axes[-1].annotate(
            " ".join(data.names[name]), (1, row), (4, 0), xycoords=("axes fraction", "data"),
            textcoords="offset points", va="center", fontsize=5.5,
        )  # fmt: skip
    axes[0].set_yticks(
        range(len(data.groups)), [f"{shown(name)}, order {order}" for name, order in data.groups], fontsize=6.5
    )
    axes[0].set_ylim(len(data.groups) - 0.5, -0.5)
    handles = [Patch(facecolor=colour, edgecolor=GREY, linewidth=0.5) for colour in COLOURS]
    names = ["used by every", "by some", "by no network of maximum margin"]
    figure.legend(handles, names, loc="outside lower center", ncols=3)
    return figure


def caption(data: Representations) -> str:
    """What is shown, over how many groups and linear programs."""
    return (
        "Non-trivial real irreducible representations used by every, some or no network of maximum margin, by group and"
        f" number of inputs k: a cell for each representation, in the order of dimensions printed at the right (c: of"
        f" complex, q: of quaternionic type). Exact linear programs over {data.surveyed} groups:"
        f" in {data.partly} of {data.programs} programs some representation is not always used. Shown are the"
        f" {len(data.groups)} groups where that happens; in the other {data.surveyed - len(data.groups)} every"
        " representation is always used. Names as in the library of small groups (D8 has order 8). No training."
    )


PICTURES = [
    Picture(
        "representations",
        "representations always, optionally, never used, by group and k",
        (),
        representations,
        caption,
        draw,
        heading="Composition of k elements of a group, activation x^k",
    )
]
