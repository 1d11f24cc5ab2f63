"""Representations that every, some or no network of maximum margin uses, by group and number of inputs."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.figure import Figure
from matplotlib.patches import Patch

from paper_figures import tables
from paper_figures.picture import Picture
from paper_figures.style import BLUE, ORANGE, PAGE, VERMILION, page

USED = ("always", "optional", "never")
COLOURS = (BLUE, ORANGE, VERMILION)


@dataclass(frozen=True)
class Representations:
    """Groups in which some representation is not always used, with counts (always, optional, never) by group and k."""

    groups: list[tuple[str, int]]
    inputs: list[int]
    counts: dict[tuple[str, int], tuple[int, int, int]]
    surveyed: int
    partly: int

    @property
    def programs(self) -> int:
        """Linear programs of the survey."""
        return self.surveyed * len(self.inputs)


def representations() -> Representations:
    """Counted in the survey of groups, which has a row for each group, k and representation. Raises MissingTable."""
    rows = tables.survey("groups")
    used: dict[tuple[str, int], list[str]] = {}
    for row in rows:
        used.setdefault((row["group"], int(row["k"])), []).append(row["used"])
    counts = {
        key: (words.count("always"), words.count("optional"), words.count("never")) for key, words in used.items()
    }
    orders = {row["group"]: int(row["order"]) for row in rows}
    inputs = sorted({k for _, k in counts})
    partly = {key for key, (_, optional, never) in counts.items() if optional or never}
    groups = [(name, orders[name]) for name in orders if any((name, k) in partly for k in inputs)]
    groups.sort(key=lambda group: group[1])
    return Representations(groups, inputs, counts, len(orders), len(partly))


def shown(name: str) -> str:
    """A group's name without its number among the small groups."""
    return name.split(" ", 1)[1] if name.startswith("SmallGroup") else name


def draw(data: Representations) -> Figure:
    """A column for each k, a row for each group: shares used always, optionally, never."""
    figure = page(0.9 + 0.19 * len(data.groups), PAGE)
    axes = figure.subplots(1, len(data.inputs), sharey=True)
    for place, k in zip(axes, data.inputs, strict=True):
        for row, (name, _) in enumerate(data.groups):
            cell = data.counts[name, k]
            left = 0.0
            for count, colour in zip(cell, COLOURS, strict=True):
                share = count / sum(cell)
                if count:
                    place.barh(row, share, 0.8, left, color=colour)
                    if share > 0.07:
                        text = {"color": "white" if colour != ORANGE else "black"}
                        place.text(left + share / 2, row, str(count), ha="center", va="center", fontsize=5.5, **text)
                left += share
        place.set_title(f"k = {k}", loc="center")
        place.set_xlim(0, 1)
        place.set_xticks([])
        for side in place.spines.values():
            side.set_visible(False)
        place.tick_params(length=0)
    axes[0].set_yticks(
        range(len(data.groups)), [f"{shown(name)}, order {order}" for name, order in data.groups], fontsize=6.5
    )
    axes[0].set_ylim(len(data.groups) - 0.5, -0.5)
    handles = [Patch(color=colour) for colour in COLOURS]
    names = ["used by every", "by some", "by no network of maximum margin"]
    figure.legend(handles, names, loc="outside lower center", ncols=3)
    return figure


def caption(data: Representations) -> str:
    """What is shown, over how many groups and linear programs."""
    return (
        "Non-trivial real irreducible representations used by every, some or no network of maximum margin, by group and"
        f" number of inputs k; numbers count representations. Exact linear programs over {data.surveyed} groups:"
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
    )
]
