"""Gromov's quadratic network, cosines with random phases: its normalised margin by width, each entry computed.

Neuron i = 1..m has the frequency i mod n and weights cos(2 pi i a/n + theta_u), cos(2 pi i b/n + theta_v) and
cos(2 pi i c/n + theta_u + theta_v), phases drawn uniformly; terms that do not depend on a + b - c die out with the
width. Source: Gromov, Grokking modular arithmetic, arXiv:2301.02679.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

COLUMNS = ("n", "width", "networks", "correct", "mean_accuracy", "mean_share", "least_share", "largest_share")
MODULI = (23, 59)
WIDTHS = (128, 512, 2048, 8192)
SEEDS = 8
Row = dict[str, Any]


def weights(n: int, width: int, seed: int) -> tuple[Array, Array]:
    """U (2, n, width) and W (width, n) of one draw of phases."""
    import numpy as np

    theta = np.random.default_rng(seed).uniform(size=(2, width))
    turns = np.arange(1, width + 1) % n * np.arange(n)[:, None] % n / n
    U = np.stack([np.cos(2 * np.pi * (turns + phase)) for phase in theta])
    return U, np.cos(2 * np.pi * (turns + theta.sum(axis=0))).T


def rows(moduli: Iterable[int] = MODULI, widths: Iterable[int] = WIDTHS, seeds: int = SEEDS) -> Iterator[Row]:
    """One row for each modulus and width, over `seeds` draws of the phases.

    `correct`: draws whose accuracy is 1; shares of gamma* (negative where an input is classified wrongly).
    """
    import numpy as np

    from margin.inspection.network import inspect_network
    from margin.tasks import ModularAddition

    chosen = tuple(widths)
    for n in moduli:
        for width in chosen:
            drawn = [inspect_network(ModularAddition(n, 2), *weights(n, width, seed)) for seed in range(seeds)]
            shares = [result.normalised.share for result in drawn]
            accuracies = [result.margins.accuracy for result in drawn]
            known = np.array([share for share in shares if share is not None])
            yield {
                "n": n,
                "width": width,
                "networks": seeds,
                "correct": sum(accuracy == 1 for accuracy in accuracies),
                "mean_accuracy": f"{np.mean(accuracies):.4f}",
                "mean_share": f"{known.mean():.4f}",
                "least_share": f"{known.min():.4f}",
                "largest_share": f"{known.max():.4f}",
            }


def as_markdown(table: Iterable[Row]) -> str:
    """The page: what the network is, and its rows."""
    lines = [
        "# A network with random phases, by width",
        "",
        "The quadratic network of Gromov (arXiv 2301.02679) for a + b mod n is written down and not trained: every",
        "neuron is a cosine of one frequency, and its phases are drawn uniformly. A network that is right need not be",
        "near gamma*: with m neurons the terms that should cancel leave an error of order 1/sqrt(m), and neurons of",
        "frequency 0 mod n compute nothing at any width. Written by `python -m margin.survey quadratic`; saved in",
        "`margin/data/surveys/quadratic.csv`.",
        "",
        "| n | neurons | draws that are right | mean accuracy | mean share of gamma* | least | largest |",
        "|--:|--:|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {row['n']} | {row['width']} | {row['correct']} of {row['networks']} | {row['mean_accuracy']} |"
        f" {row['mean_share']} | {row['least_share']} | {row['largest_share']} |"
        for row in table
    ]
    return "\n".join(lines) + "\n"
