"""How well the learned sets of frequencies separate the labels, beside random sets of the same sizes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import exp, gamma, pi
from typing import Any

import numpy as np

from margin.analysis.axes import Array
from margin.analysis.cyclic.sets import percentile, random_separations, separation
from training.tables.collection import Collection, Table, number
from training.tables.multiscale.shards import CASE, cases, use

DRAWS = 20_000
DELTA = pi / exp(3)  # of the paper: ln n frequencies, a chance of one half


def separations(collection: Collection) -> Table:
    """A line for each case and number of frequencies: networks, and their sets' separations over their number.

    `learned` and `random`: means. `place`: the mean share of random sets (of different frequencies) that separate
    less, 1/2 if the learned ones are like random ones; `error`: its standard error. `above`, `random_above`: shares
    that separate by more than pi/e^3; `printed`: the chance that the paper's formula gives for that.
    Sets of earlier networks are those of the earlier table `multiscale-networks`.
    Source: the paper on several scales, Section 5.4.
    """
    rows: list[Sequence[Any]] = []
    for case in cases(collection, "multiscale-networks"):
        use(collection, case, case.finished)
        had = [[int(part) for part in row["frequencies"].split()] for row in case.before.rows]
        sets: dict[int, list[list[int]]] = {}
        for chosen in [*had, *(line["frequencies"] for line in case.finished)]:
            if chosen:
                sets.setdefault(len(chosen), []).append(chosen)
        for size, alike in sorted(sets.items()):
            values = compared(case.n, size, np.array(sorted(separation(case.n, s) for s in alike)))
            rows.append((*case.key, size, len(alike), *(number(x, 4) for x in values)))
    head = ("frequencies", "networks", "learned", "random", "place", "error", "above", "random_above", "printed")
    return Table((*CASE, *head), rows)


def compared(n: int, size: int, learned: Array) -> list[float]:
    """The numbers of a line, from the separations of the learned sets of that size."""
    random = drawn(n, size)
    places = np.array([percentile(x, random) for x in learned])
    error = float(places.std(ddof=1) / len(places) ** 0.5) if len(places) > 1 else float(np.sqrt(1 / 12))
    means = float(learned.mean()), float(random.mean()), float(places.mean()), error
    return [*means, float((learned > DELTA).mean()), float((random > DELTA).mean()), printed(n, size)]


@cache
def drawn(n: int, size: int) -> Array:
    """Separations of random sets, the same in every table."""
    return random_separations(n, size, np.random.default_rng([n, size]), DRAWS)


def printed(n: int, m: int, delta: float = DELTA) -> float:
    """1 - n/(2 Gamma(m/2 + 1)) (delta m/(2 pi))^(m/2), which is no bound (claim C6 is checked elsewhere)."""
    return 1 - n / (2 * gamma(m / 2 + 1)) * (delta * m / (2 * pi)) ** (m / 2)
