"""One shared embedding: the power of trained neurons at the multiples of their frequency, beside the predicted one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from paper_figures import tables
from paper_figures.picture import Picture
from paper_figures.style import BLACK, ORANGE, PAGE, THEORY, TRAINED, at_most, page, panel, seeds_text, span

Array = NDArray[np.float64]
LEAST = 1e-5  # power at the bottom of the scale
HALF = -1  # stands for f/2
KEPT = {"u": (0, 1, 2, 3), "w": (0, 1, 2, HALF)}  # multiples shown


@dataclass(frozen=True)
class Task:
    """Powers (seeds, n//2 + 1) of u and w by activation, the predicted ones (n//2 + 1,), and shares of gamma*."""

    n: int
    k: int
    trained: dict[tuple[str, str], Array] = field(default_factory=dict)  # by activation and side
    predicted: dict[str, Array] = field(default_factory=dict)
    ratios: list[float] = field(default_factory=list)
    seeds: list[int] = field(default_factory=list)

    def half(self) -> int:
        """The multiple, up to sign, that twice is the frequency."""
        return min((self.n + 1) // 2, self.n // 2)


def shared() -> list[Task]:
    """Raises MissingTable."""
    rows = tables.read("shared")
    found = []
    for n, k in dict.fromkeys((row["n"], row["k"]) for row in rows):
        task = Task(int(n), int(k))
        mine = [row for row in rows if (row["n"], row["k"]) == (n, k)]
        for activation in dict.fromkeys(row["activation"] for row in mine):
            for side in KEPT:
                chosen = [row for row in mine if (row["activation"], row["side"]) == (activation, side)]
                seeds = list(dict.fromkeys(row["seed"] for row in chosen))
                values = [[float(row["power"]) for row in chosen if row["seed"] == seed] for seed in seeds]
                task.trained[activation, side] = np.array(values)
                if chosen[0]["predicted"]:
                    one = [row for row in chosen if row["seed"] == seeds[0]]
                    task.predicted[side] = np.array([float(row["predicted"]) for row in one])
                    task.seeds[:] = [int(seed) for seed in seeds]
        task.ratios[:] = {row["run"]: float(row["ratio"]) for row in mine if row["ratio"]}.values()
        found.append(task)
    return found


def shown(task: Task, side: str) -> tuple[list[int], list[str]]:
    """Multiples and their labels; 3f is f/2 mod 7."""
    places = [task.half() if at == HALF else at for at in KEPT[side]]
    names = {0: "0", 1: "f", 2: "2f", 3: "3f"} | {task.half(): "f/2"}
    return places, [names[at] for at in places]


def _draw(axes: Axes, task: Task, side: str) -> None:
    places, labels = shown(task, side)
    at = np.arange(len(places))
    for place, value in zip(at, np.maximum(task.predicted[side][places], LEAST), strict=True):
        axes.plot([place - 0.35, place + 0.35], [value, value], color=THEORY, linewidth=1.2)
    marks = [("relu", ORANGE, "^", 0.18), ("power", TRAINED, "o", -0.18)]
    for activation, colour, mark, offset in marks:
        values = task.trained.get((activation, side))
        if values is not None:
            for row in values:
                axes.plot(at + offset, np.maximum(row[places], LEAST), mark, color=colour, markersize=2.5, alpha=0.6)
    axes.set_yscale("log")
    axes.set_ylim(LEAST / 1.5, 2)
    axes.set_xticks(at, labels)


def draw(data: Sequence[Task]) -> Figure:
    """A column for each task, u above and w below."""
    figure = page(4.2, PAGE)
    grid = figure.subplots(2, len(data), sharey=True, squeeze=False)
    letters = iter("abcdefgh")
    for row, side in zip(grid, KEPT, strict=True):
        for axes, task in zip(row, data, strict=True):
            _draw(axes, task, side)
            panel(axes, next(letters), f"mod {task.n}, k = {task.k}: {side}")
        row[0].set_ylabel(f"power of {side}")
    for axes in grid[-1]:
        axes.set_xlabel("frequency, f the neuron's")
    handles = [
        figure.axes[0].plot([], [], color=colour, marker=mark, linestyle=line, markersize=3)[0]
        for colour, mark, line in ((BLACK, "", "-"), (TRAINED, "o", ""), (ORANGE, "^", ""))
    ]
    names = [r"neurons that reach $\gamma^*$", r"trained, $x^k$", "trained, ReLU (not predicted)"]
    figure.legend(handles, names, loc="outside lower center", ncols=3)
    return figure


def caption(data: Sequence[Task]) -> str:
    """How near trained powers are to the predicted ones, and how near the margins to gamma*."""
    gap = max(float(abs(task.trained["power", side] - task.predicted[side]).max()) for task in data for side in KEPT)
    ratios = [ratio for task in data for ratio in task.ratios]
    relu = [float(x) for task in data if ("relu", "u") in task.trained for x in task.trained["relu", "u"][:, 1]]
    tasks = ", ".join(f"mod {task.n} (k = {task.k})" for task in data)
    return (
        f"One embedding u for all inputs, counted once in the norm: {tasks}, {seeds_text(data[0].seeds)} each, trained"
        " from random weights with the soft minimum. Power of u and of w at 0, f, 2f, 3f and f/2, f the frequency of"
        " the neuron, averaged over neurons by their share of the norm; below 0.00001 drawn there. Lines: neurons of a"
        f" network within 1e-6 of gamma*. Trained x^k reach {span(min(ratios), max(ratios), 5)} of gamma*, and no power"
        f" is more than {at_most(gap)} from the predicted one. ReLU, for which nothing is predicted, has"
        f" {span(min(relu), max(relu), 3)} of the power of u at f."
    )


PICTURES = [
    Picture(
        "shared-powers",
        "one shared embedding: power of trained neurons beside the predicted",
        ("shared",),
        shared,
        caption,
        draw,
        heading="Addition of k inputs mod n with one shared embedding, trained: activation x^k and ReLU",
    )
]
