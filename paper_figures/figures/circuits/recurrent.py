"""Figures 2 to 4 and Tables I and II of Rangamani: frequencies, ranks and singular vectors of recurrent networks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from numpy.typing import NDArray

from paper_figures import tables
from paper_figures.parts import bars
from paper_figures.picture import Picture
from paper_figures.style import GREY, PAGE, SERIES, VERMILION, page, panel, seeds_text, span, whole_numbers
from paper_figures.tables import Row

Array = NDArray[np.float64]
PRESET = "rangamani-rnn"  # 30% of the pairs, as in the paper's figures
NAMES = {
    "embedding": "$W_E$",
    "unembedding": "$W_{fc}$",
    "weight_ih": "$W_{ih}$",
    "weight_hh": "$W_{hh}$",
    "state1": "$h_1$",
    "state2": "$h_2$",
    "state3": "$h_3$",
}
RANKS = {"embedding": 12, "unembedding": 12, "weight_ih": 12, "weight_hh": 32}  # printed, for accuracy 100%
REMOVED = (100, 100, 87.3, 28.3, 6.2, 0.885)  # Table I: accuracy in per cent without the first 1 to 6 frequencies
SINGLE = (100, 99.9, 100, 99.4, 100, 99.8)  # without one alone
ERRORS = (7.42e-3, 4.65e-3, 6.82e-3, 3.32e-3, 1.69e-2, 1.39e-2)  # Table II
SHOWN_VALUES = 60  # singular values in a panel
VECTORS = 12  # as in Figure 4

PUBLISHED = VERMILION


@dataclass(frozen=True)
class About:
    """The finished runs that a figure shows, by seed: what `rangamani-runs` says of each."""

    runs: dict[int, Row]

    def text(self, seeds: Iterable[int] | None = None) -> str:
        """Training and result of these runs in words."""
        chosen = [self.runs[seed] for seed in (self.runs if seeds is None else sorted(set(seeds)))]
        steps = ", ".join(f"{int(row['step']):,}" for row in chosen)
        accuracies = ", ".join(f"{float(row['test_accuracy']):.4f}" for row in chosen)
        n, share = chosen[0]["n"], float(chosen[0]["train_share"])
        shown = seeds_text([int(row["seed"]) for row in chosen])
        return (
            f"Recurrent network, addition mod {n}, tanh, state 256, the last state not normalised, {share:.0%} of the"
            f" pairs, Adam 0.01, weight decay 5e-5, 20,000 full-batch steps; {shown}, each at its kept step of least"
            f" test loss ({steps}; test accuracy {accuracies})"
        )


def about() -> About:
    """Raises MissingTable, or ValueError where no run at 30% is finished."""
    rows = _own("rangamani-runs")
    return About({int(row["seed"]): row for row in rows})


def _own(table: str) -> list[Row]:
    """Rows of finished runs at 30%. Raises MissingTable, ValueError without any."""
    rows = [row for row in tables.read(table) if row["preset"] == PRESET and row["finished"] == "1"]
    if not rows:
        raise ValueError(f"{table} has no finished run of {PRESET}; make it with `{tables.EXPERIMENTS} recurrent`")
    return rows


@dataclass(frozen=True)
class Frequencies:
    """Shares of what varies, by place, (n//2,), and of the squared norm at pairs of frequencies, (n//2 + 1,) * 2."""

    about: About
    seed: int
    shares: dict[str, Array]
    planes: dict[str, Array]


def frequencies() -> Frequencies:
    """Of the least seed. Raises MissingTable."""
    runs = about()
    seed = min(runs.runs)
    half = int(runs.runs[seed]["n"]) // 2
    shares: dict[str, Array] = {name: np.zeros(half) for name in ("embedding", "unembedding", "state1")}
    for row in _own("rangamani-spectra"):
        if int(row["seed"]) == seed and row["place"] in shares and row["element"] == "0":
            shares[row["place"]][int(row["frequency"]) - 1] = float(row["share"])
    planes: dict[str, Array] = {name: np.zeros((half + 1, half + 1)) for name in ("state2", "state3")}
    for row in _own("rangamani-planes"):
        if int(row["seed"]) == seed:
            planes[row["place"]][int(row["first"]), int(row["second"])] = float(row["share"])
    return Frequencies(runs, seed, shares, planes)


def draw_frequencies(data: Frequencies) -> Figure:
    """Spectra of W_E, W_fc and h_1 as rows, and of h_2 and h_3 as images."""
    figure = page(2.5)
    axes = figure.subplots(1, 3, width_ratios=(1, 1.05, 1.05))
    rows = np.stack(list(data.shares.values()))
    bars(axes[0], rows / rows.max())
    axes[0].set_yticks(range(len(rows)), [NAMES[name] for name in data.shares])
    for row, values in enumerate(rows):
        most = f"most {values.max():.2f}"
        axes[0].annotate(
            most, (1, row), (1, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
            va="center", fontsize=6, color=GREY,
        )  # fmt: skip
    axes[0].tick_params(axis="y", length=0)
    axes[0].spines["left"].set_visible(False)
    axes[0].set_ylim(len(rows) - 0.4, -0.6)
    axes[0].set_xlim(0, rows.shape[1] + 1)
    axes[0].set_xlabel("frequency")
    whole_numbers(axes[0], 6)
    panel(axes[0], "a", "power by frequency")
    for place, (name, values), letter in zip(axes[1:], data.planes.items(), "bc", strict=True):
        image = place.imshow(
            values.T, cmap="Greys", norm=PowerNorm(0.35, 0, values.max()), origin="lower", interpolation="nearest"
        )
        bar = figure.colorbar(image, ax=place, shrink=0.8, pad=0.02, ticks=[0, 0.02, 0.1, 0.3])
        bar.ax.tick_params(labelsize=6)
        bar.ax.minorticks_off()
        place.set_xlabel("frequency of a")
        whole_numbers(place, 6)
        panel(place, letter, f"{NAMES[name]}: share of power")
    axes[1].set_ylabel("frequency of b")
    return figure


def frequencies_caption(data: Frequencies) -> str:
    """What is shown, and the key frequencies."""
    row = data.about.runs[data.seed]
    found = row["unembedding"].split()
    same = all(row[place] == row["unembedding"] for place in ("embedding", "state1", "state2", "state3"))
    others = "; ".join(
        f"seed {seed}: {len(other['unembedding'].split())}"
        for seed, other in data.about.runs.items()
        if seed != data.seed
    )
    counts = f" (of other seeds: {others})" if others else ""
    return (
        "As Figure 2 of Rangamani: (a) share of what varies at each frequency of W_E, W_fc and h_1, all dimensions"
        " together, bars scaled to the highest, the largest share at their right; (b, c) share of the squared norm of"
        " h_2 and h_3 at each pair of frequencies of the inputs a and b, all neurons together, the constant at (0, 0);"
        f" darker is more, on a power scale. Key frequencies of W_fc (2% or more of what varies): {' '.join(found)},"
        f" {len(found)} of them{counts}; W_E, h_1, h_2 and h_3 have {'the same' if same else 'others'}. The paper has"
        f" six. {data.about.text([data.seed])}."
    )


@dataclass(frozen=True)
class Ranks:
    """By matrix and seed: singular values over the largest, (r,); ranks and accuracies on all inputs with that rank."""

    about: About
    values: dict[str, dict[int, Array]]
    accuracies: dict[str, dict[int, tuple[Array, Array]]]

    def least(self, matrix: str) -> dict[int, int | None]:
        """The least rank of the table that keeps the accuracy of the whole network, by seed; None if none does."""
        result: dict[int, int | None] = {}
        for seed, (ranks, values) in self.accuracies[matrix].items():
            whole = float(self.about.runs[seed]["accuracy"]) - 1e-6  # tables have six digits
            reached = ranks[values >= whole]
            result[seed] = int(reached[0]) if len(reached) else None
        return result


def ranks() -> Ranks:
    """Raises MissingTable."""
    runs = about()
    values: dict[str, dict[int, list[float]]] = {name: {seed: [] for seed in runs.runs} for name in RANKS}
    for row in _own("rangamani-singular"):
        values[row["matrix"]][int(row["seed"])].append(float(row["value"]))
    pairs: dict[str, dict[int, list[tuple[float, float]]]] = {name: {seed: [] for seed in runs.runs} for name in RANKS}
    for row in _own("rangamani-ranks"):
        pairs[row["matrix"]][int(row["seed"])].append((float(row["rank"]), float(row["accuracy"])))
    return Ranks(
        runs,
        {
            name: {seed: np.array(found) / max(found) for seed, found in by_seed.items()}
            for name, by_seed in values.items()
        },
        {
            name: {seed: (np.array(found).T[0], np.array(found).T[1]) for seed, found in by_seed.items()}
            for name, by_seed in pairs.items()
        },
    )


def draw_ranks(data: Ranks) -> Figure:
    """A column for each matrix: singular values above, accuracy at each rank below, a line a seed."""
    figure = page(3.6, PAGE)
    axes = figure.subplots(2, len(RANKS), sharey="row", sharex="col")
    for i, (name, printed) in enumerate(RANKS.items()):
        for seed, colour in zip(data.about.runs, SERIES, strict=False):
            values = data.values[name][seed][:SHOWN_VALUES]
            axes[0, i].plot(np.arange(1, len(values) + 1), values, color=colour, linewidth=1, label=f"seed {seed}")
            x, y = data.accuracies[name][seed]
            axes[1, i].plot(x, y, color=colour, linewidth=1)
        for place in axes[:, i]:
            place.axvline(printed, color="black", linewidth=0.8, linestyle=":")
        axes[0, i].annotate(
            f"printed: {printed}",
            (printed, 0.98),
            (2, 0),
            textcoords="offset points",
            va="top",
            fontsize=6.5,
            xycoords=("data", "axes fraction"),
        )
        axes[0, i].set_ylim(0, 1.05)
        axes[1, i].set_ylim(-0.02, 1.05)
        axes[1, i].set_xlim(0, 41 if printed == 12 else SHOWN_VALUES)
        axes[1, i].set_xlabel("rank")
        whole_numbers(axes[1, i], 5)
        panel(axes[0, i], "abcd"[i], NAMES[name])
    axes[0, 0].set_ylabel("singular value / largest")
    axes[1, 0].set_ylabel("accuracy")
    handles, names = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=len(names))
    figure.align_ylabels(axes[:, 0])
    return figure


def ranks_caption(data: Ranks) -> str:
    """What is shown, and the rank that each matrix needs."""
    parts = []
    for name, printed in RANKS.items():
        found = ["more than was tried" if rank is None else str(rank) for rank in data.least(name).values()]
        parts.append(f"{re.sub('[${}]', '', NAMES[name])} {', '.join(found)} (printed {printed})")
    counts = ", ".join(str(2 * len(row["unembedding"].split())) for row in data.about.runs.values())
    return (
        "As Figure 3 of Rangamani: singular values over the largest (above), and the accuracy on all inputs with the"
        " matrix cut to each rank (below); dotted: the rank that the paper prints for accuracy 100%. The least rank"
        f" that keeps the accuracy of the whole network, by seed: {'; '.join(parts)}; twice the number of key"
        f" frequencies is {counts}. {data.about.text()}."
    )


@dataclass(frozen=True)
class Vectors:
    """Of the first left singular vectors of W_fc: spectra (vectors, n//2), the mean left out, frequencies, shares."""

    about: About
    seed: int
    spectra: Array
    frequencies: list[int]
    shares: Array


def vectors() -> Vectors:
    """Of the least seed. Raises MissingTable."""
    runs = about()
    seed = min(runs.runs)
    rows = [r for r in _own("rangamani-singular") if int(r["seed"]) == seed and r["matrix"] == "unembedding"][:VECTORS]
    spectra = np.array([tables.numbers(row["spectrum"])[1:] for row in rows])
    return Vectors(
        runs, seed, spectra, [int(row["frequency"]) for row in rows], np.array([float(row["share"]) for row in rows])
    )


def draw_vectors(data: Vectors) -> Figure:
    """Two columns of rows, a row a singular vector."""
    figure = page(3.2)
    axes = figure.subplots(1, 2, sharex=True)
    half = (len(data.spectra) + 1) // 2
    for i, place in enumerate(axes):
        chosen = slice(i * half, (i + 1) * half)
        spectra = data.spectra[chosen]
        bars(place, spectra)
        names = [f"$U^{{{i * half + j + 1}}}$" for j in range(len(spectra))]
        place.set_yticks(range(len(spectra)), names)
        for j, (frequency, share) in enumerate(zip(data.frequencies[chosen], data.shares[chosen], strict=True)):
            place.annotate(
                f"{frequency}: {share:.2f}",
                (1.0, j + 0.05),
                xycoords=("axes fraction", "data"),
                ha="left",
                va="center",
                fontsize=6.5,
                xytext=(2, 0),
                textcoords="offset points",
            )
        place.tick_params(axis="y", length=0)
        place.spines["left"].set_visible(False)
        place.set_ylim(half - 0.4, -0.6)
        place.set_xlim(0, data.spectra.shape[1] + 1)
        place.set_xlabel("frequency")
        whole_numbers(place, 6)
        panel(place, "ab"[i], f"singular vectors {i * half + 1} to {i * half + len(spectra)} of $W_{{fc}}$")
    return figure


def vectors_caption(data: Vectors) -> str:
    """What is shown, and how pure the vectors are."""
    counts = {z: data.frequencies.count(z) for z in dict.fromkeys(data.frequencies)}
    twice = sum(count == 2 for count in counts.values())
    return (
        f"As Figure 4 of Rangamani: share of the squared norm at each frequency of the first {len(data.spectra)} left"
        " singular vectors of W_fc (bars of full height: 1); beside each its main frequency and that one's share,"
        f" {span(data.shares.min(), data.shares.max(), 2)}. {len(counts)} main frequencies, {twice} of them with two"
        f" vectors; the paper has two for each of six. {data.about.text([data.seed])}."
    )


@dataclass(frozen=True)
class Printed:
    """By seed: accuracies without one frequency, and without 1, 2, ... of them; relative errors of the fits.

    `errors` are along the singular vectors of W_fc, `waves` along its cosine and its sine of each key frequency.
    """

    about: About
    single: dict[int, Array]
    several: dict[int, Array]
    errors: dict[int, Array]
    waves: dict[int, Array]


def printed() -> Printed:
    """Raises MissingTable."""
    runs = about()
    ablation, fits = _own("rangamani-ablation"), _own("rangamani-fits")

    def of(rows: list[Row], column: str) -> dict[int, Array]:
        return {seed: np.array([float(r[column]) for r in rows if int(r["seed"]) == seed]) for seed in runs.runs}

    vectors = [row for row in fits if row["along"] == "vector"]
    waves = [row for row in fits if row["along"] != "vector"]
    removed = of(ablation, "single"), of(ablation, "several")
    return Printed(runs, *removed, of(vectors, "error"), of(waves, "error"))


def draw_printed(data: Printed) -> Figure:
    """Accuracies with frequencies removed, and errors of fits, beside the printed ones."""
    figure = page(2.6, PAGE)
    first, second, third = figure.subplots(1, 3)
    _removed(first, data.single, SINGLE)
    first.set_xlabel("frequency removed, by power")
    panel(first, "a", "without one frequency")
    _removed(second, data.several, REMOVED)
    second.set_xlabel("frequencies removed")
    panel(second, "b", "without the first of them")
    first.set_ylabel("accuracy on all inputs")
    for seed, colour in zip(data.errors, SERIES, strict=False):
        for values, marker, face in ((data.errors[seed], "o", colour), (data.waves[seed], "s", "none")):
            x = np.arange(1, len(values) + 1)
            third.semilogy(x, values, marker, color=colour, markerfacecolor=face, markersize=2.5, alpha=0.8)
    third.semilogy(np.arange(1, len(ERRORS) + 1), ERRORS, "k_", markersize=7, label="printed")
    third.set_xlabel("direction of $W_{fc}$")
    third.set_ylabel("relative error of the fit")
    third.set_ylim(1e-3, 2)
    whole_numbers(third, 6)
    panel(third, "c", "last state along it")
    handles, names = second.get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=len(names))
    return figure


def _removed(axes: Axes, by_seed: dict[int, Array], published: tuple[float, ...]) -> None:
    for (seed, values), colour in zip(by_seed.items(), SERIES, strict=False):
        x = np.arange(1, len(values) + 1)
        axes.plot(x, values, "o-", color=colour, markersize=2.5, linewidth=0.9, label=f"seed {seed}")
    shares = np.array(published) / 100
    axes.plot(np.arange(1, len(shares) + 1), shares, "k_", markersize=7, label="printed")
    axes.set_ylim(0, 1.05)
    whole_numbers(axes, 6)


def printed_caption(data: Printed) -> str:
    """What is shown, and the numbers of both tables."""
    single = np.concatenate(list(data.single.values()))
    errors, waves = (np.concatenate(list(found.values())) for found in (data.errors, data.waves))
    last = ", ".join(f"{values[-1]:.3f}" for values in data.several.values())
    return (
        "As Tables I and II of Rangamani, printed values as black bars: accuracy on all inputs without the singular"
        f" directions of W_fc that belong to one frequency ({span(single.min(), single.max(), 3)}), and to the first 1,"
        f" 2, ... of them by power (with all removed: {last}); relative error of the last state, scaled to length 1,"
        " along each of the first 2 x frequencies right singular vectors of W_fc against the best wave of a + b of that"
        f" vector's frequency (filled: {span(errors.min(), errors.max(), 3)}, median {np.median(errors):.3f}; printed"
        " 0.003 to 0.017), and along what W_fc has of the cosine and of the sine of each key frequency (open:"
        f" {span(waves.min(), waves.max(), 3)}, median {np.median(waves):.3f}). {data.about.text()}."
    )


_RUNS = "rangamani-runs"


def _heading(data: Frequencies | Ranks | Vectors | Printed) -> str:
    first = next(iter(data.about.runs.values()))
    return f"Addition of 2 inputs mod {first['n']}, recurrent network, tanh, state 256"


PICTURES = [
    Picture(
        "rangamani-frequencies",
        "Rangamani, Figure 2: power by frequency of weights and states",
        (_RUNS, "rangamani-spectra", "rangamani-planes"),
        frequencies,
        frequencies_caption,
        draw_frequencies,
        heading=_heading,
    ),
    Picture(
        "rangamani-ranks",
        "Rangamani, Figure 3: singular values, and accuracy by rank",
        (_RUNS, "rangamani-singular", "rangamani-ranks"),
        ranks,
        ranks_caption,
        draw_ranks,
        heading=_heading,
    ),
    Picture(
        "rangamani-vectors",
        "Rangamani, Figure 4: spectra of the singular vectors of W_fc",
        (_RUNS, "rangamani-singular"),
        vectors,
        vectors_caption,
        draw_vectors,
        heading=_heading,
    ),
    Picture(
        "rangamani-tables",
        "Rangamani, Tables I and II: frequencies removed, and fits of the last state",
        (_RUNS, "rangamani-ablation", "rangamani-fits"),
        printed,
        printed_caption,
        draw_printed,
        heading=_heading,
    ),
]
