"""A part of the pairs: how gamma* rises as pairs are taken away, and training's margin on the part and on all pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from paper_figures import tables
from paper_figures.picture import Picture
from paper_figures.style import BLACK, GREY, ORANGE, PAGE, THEORY, TRAINED, line_of_theory, page, panel, seeds_text

Array = NDArray[np.float64]
TRAINED_AT = 7  # n of the runs


@dataclass(frozen=True)
class Draws:
    """Of one n: shares of the pairs, and of each the gamma* of its draws over that of all pairs."""

    n: int
    shares: Array
    values: list[Array]
    fewest: Array  # shares, one of a random order of the pairs, below which gamma* is larger than that of all pairs


@dataclass(frozen=True)
class Split:
    """One run: modulus, share of the pairs, seed, steps, and margins in units of gamma* of all pairs.

    `largest`: by the largest weight over m d^(nu/2); `test`: accuracy on the other pairs; `best`: the part's maximum,
    NaN where it was not solved.
    """

    n: int
    share: float
    seed: int
    steps: Array
    train: Array
    everything: Array
    largest: Array
    test: Array
    best: float


def draws() -> list[Draws]:
    """Raises MissingTable."""
    rows, limits = tables.survey("draws"), tables.survey("thresholds")
    result = []
    for n in sorted({int(row["n"]) for row in rows}):
        own = [row for row in rows if int(row["n"]) == n]
        shares = sorted({float(row["share"]) for row in own})
        values = [np.array([float(r["of_population"]) for r in own if float(r["share"]) == share]) for share in shares]
        fewest = np.array([float(row["share"]) for row in limits if int(row["n"]) == n])
        result.append(Draws(n, np.array(shares), values, fewest))
    return result


def splits(n: int) -> list[Split]:
    """The runs of one n, by share. Raises MissingTable."""
    rows = [row for row in tables.read("splits") if int(row["n"]) == n]
    result = []
    for share in sorted({float(row["share"]) for row in rows}):
        own = [row for row in rows if float(row["share"]) == share]
        steps, train, everything, largest, test = (
            np.array([float(row[name]) for row in own])
            for name in ("step", "train_margin", "margin", "largest", "test_accuracy")
        )
        best = tables.value(own[0]["part"])
        result.append(Split(n, share, int(own[0]["seed"]), steps, train, everything, largest, test, best))
    return result


def draw(data: tuple[list[Draws], list[Split]]) -> Figure:
    """gamma* against the share of pairs, each draw a dot; and the two margins of each run against the step."""
    solved, trained = data
    figure = page(2.8, PAGE)
    first, *others = figure.subplots(1, 1 + len(trained), width_ratios=(1.4, *(1 for _ in trained)))
    for draws, colour in zip(solved, (TRAINED, ORANGE, GREY), strict=False):
        for share, values in zip(draws.shares, draws.values, strict=True):
            first.plot(np.full(len(values), share), values, "o", color=colour, markersize=2.5, alpha=0.6)
        means = [float(values.mean()) for values in draws.values]
        first.plot(draws.shares, means, color=colour, label=f"n = {draws.n}")
    first.plot(1, 1, "o", color=BLACK, markersize=3)
    first.axhline(1, color=THEORY, linewidth=0.8, linestyle=":")
    first.set_xlabel("share of the pairs")
    first.set_ylabel(r"$\gamma^*$ of the part $/\ \gamma^*$ of all")
    first.legend(loc="upper right")
    panel(first, "a", "fewer pairs, larger margin")
    for letter, axes, run in zip("bcdefg", others, trained, strict=False):
        axes.plot(run.steps, run.train, color=TRAINED, label="on the part")
        axes.plot(run.steps, run.everything, color=ORANGE, label="on all pairs")
        line_of_theory(axes, run.best, r"$\gamma^*$ of the part")
        line_of_theory(axes, 1, r"$\gamma^*$ of all pairs")
        axes.set_ylim(1.1 * min(-0.1, float(run.everything.min())), 1.3 * run.best)
        axes.set_xlabel("training steps")
        panel(axes, letter, f"{run.share:.0%} of the pairs")
    others[0].set_ylabel(r"normalised margin $/\ \gamma^*$ of all")
    others[0].legend(loc="center right")
    return figure


def caption(data: tuple[list[Draws], list[Split]]) -> str:
    """What is shown, the number of draws, and where the runs end."""
    solved, trained = data
    counts = "; ".join(
        f"n = {d.n}: {', '.join(_count(len(v), share) for share, v in zip(d.shares, d.values, strict=True))}"
        for d in solved
    )
    ends = ", ".join(
        f"{run.share:.0%}: {run.train[-1]:.4f} on the part, whose maximum is {run.best:.4f},"
        f" {run.everything[-1]:.4f} on all"
        for run in trained
    )
    return (
        "Addition mod n with two inputs on a random part of the pairs. (a) Maximum margin of the part over that of all"
        f" pairs, found by the solver to a relative gap of 1e-3 (its upper bound is heuristic); {counts}. (b)"
        f" Training mod 7 on a part by the soft minimum of its margins, {seeds_text([run.seed for run in trained])}, in"
        f" units of gamma* of all pairs; dashed: this and the part's maximum. They end at {ends}."
    )


def _count(draws: int, share: float) -> str:
    """'2 draws at 0.3', '1 draw at 0.5'."""
    return f"{draws} draw{'' if draws == 1 else 's'} at {share:g}"


PICTURES = [
    Picture(
        "missing",
        "margins on a part of the pairs: gamma* against the share, and training's margin on the part and on all",
        ("splits",),
        lambda: (draws(), splits(TRAINED_AT)),
        caption,
        draw,
        heading=lambda data: (
            f"Addition of 2 inputs mod {', mod '.join(str(draws.n) for draws in data[0])}; activation x^2"
        ),
    )
]
