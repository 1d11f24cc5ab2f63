"""The margin by the largest weight, which bounds the normalised margin from below: of constructions and of a run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from margin import ModularAddition, maximum_margin
from margin.theory import construct
from paper_figures.figures.missing import Split, splits
from paper_figures.picture import Picture
from paper_figures.style import BLUE, ORANGE, PAGE, THEORY, TRAINED, VERMILION, line_of_theory, page, panel, span

Array = NDArray[np.float64]
COLOURS = {2: BLUE, 3: VERMILION}
MODULI = {2: range(2, 36), 3: range(2, 12)}
TRAINED_AT = 23


@dataclass(frozen=True)
class Largest:
    """By k: moduli and the margin by the largest weight over m d^(nu/2) gamma* of constructions; a run."""

    n: dict[int, NDArray[np.int64]]
    share: dict[int, Array]
    run: Split


def largest() -> Largest:
    """Raises MissingTable."""
    shares = {k: np.array([of_construction(n, k) for n in moduli]) for k, moduli in MODULI.items()}
    return Largest({k: np.array(moduli) for k, moduli in MODULI.items()}, shares, splits(TRAINED_AT)[-1])


def of_construction(n: int, k: int) -> float:
    """Of the network of maximum margin that is built: at most 1 (docs/theory.md, 12)."""
    task = ModularAddition(n, k)
    network = construct(task).numeric()
    even = network.width * ((k + 1) * n) ** (network.degree / 2)
    return network.infinity_margin() / (even * float(maximum_margin(task)))


def draw(data: Largest) -> Figure:
    """Constructions against n with the limit; the run's two margins against the step."""
    figure = page(2.7, PAGE)
    first, second = figure.subplots(1, 2, width_ratios=(1.3, 1))
    for k, colour in COLOURS.items():
        first.plot(data.n[k], data.share[k], "o", color=colour, label=f"k = {k}")
        line_of_theory(first, 2 ** (-(k + 1) / 2), rf"$2^{{-\nu/2}}$, k = {k}")
    first.set_ylim(0, 1.05)
    first.set_xlabel("modulus n")
    first.set_ylabel(r"$h\ /\ (m\, d^{\nu/2}\, \gamma^*)$")
    first.legend(loc="upper right")
    panel(first, "a", "networks of maximum margin")
    run = data.run
    second.plot(run.steps, run.everything, color=ORANGE, label="normalised")
    second.plot(run.steps, run.largest, color=TRAINED, label="by the largest weight")
    line_of_theory(second, 1, r"$\gamma^*$")
    second.axhline(0, color=THEORY, linewidth=0.5)
    second.set_xlabel("training steps")
    second.set_ylabel(r"margin on all pairs $/\ \gamma^*$")
    second.legend(loc="lower right")
    panel(second, "b", f"training mod {run.n}")
    return figure


def caption(data: Largest) -> str:
    """What is shown, and the values at the ends."""
    ends = "; ".join(
        f"k = {k}: {span(x.min(), x.max(), 4)}, {x[-1]:.4f} at n = {data.n[k][-1]}" for k, x in data.share.items()
    )
    run = data.run
    return (
        "The margin by the largest weight, h = (least margin)/(largest |weight|)^nu, over m d^(nu/2) for m neurons of d"
        " weights, in units of gamma*: at most the normalised margin, and equal to it where all |weights| agree. (a)"
        f" The networks of maximum margin that are built for addition of k inputs mod n ({ends}); dashed: where pure"
        f" cosines tend to. (b) Training mod {run.n} on {run.share:.0%} of the pairs, one seed ({run.seed}), on all"
        f" pairs: at the end {run.everything[-1]:.4f} normalised and {run.largest[-1]:.4f} by the largest weight."
    )


PICTURES = [
    Picture(
        "largest-weight",
        "the margin by the largest weight: networks of maximum margin, and a run",
        ("splits",),
        largest,
        caption,
        draw,
        heading="Addition of k inputs mod n, activation x^k: margin by the largest weight beside the normalised margin",
    )
]
