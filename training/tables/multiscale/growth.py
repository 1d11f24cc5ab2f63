"""How the number of clusters grows with n and with the width: the three laws, their coefficients, and which wins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from margin.analysis.cyclic.growth import fits
from training.presets.multiscale import BATCH_STEPS, FULL_STEPS
from training.tables.collection import Collection, Table, number
from training.tables.multiscale.shards import CASE, Case, cases, use

LEAST = 3  # points of a fit
ENOUGH = 5  # networks of a point
PAPER = {"dimension": "32", "norm": "parameters", "strength": "0.0001", "exponent": "2"}
Points = dict[float, list[int]]


def growth(collection: Collection) -> Table:
    """A line for each series and law a + b g(x), x = n or the width; points with fewer than ENOUGH networks left out.

    `error`, `wins`, `lead` as in `margin.analysis.cyclic.growth`, with 5% and 95% of the bootstrap. `of`: batch (of n,
    width 128) or full for series in n; n and one of these for series in the width. Counts of earlier networks are those
    of the earlier table `multiscale-networks`.
    """
    rows: list[Sequence[Any]] = []
    for (against, of), points in sorted(series(collection).items()):
        points = {x: counts for x, counts in points.items() if len(counts) >= ENOUGH}
        if len(points) < LEAST:
            continue
        sizes = [len(counts) for counts in points.values()]
        for law, fit in fits(points, np.random.default_rng(0)).items():
            values = (fit.a, *fit.a_range, fit.b, *fit.b_range, fit.error, fit.wins, fit.lead, *fit.lead_range)
            rows.append((against, of, law, len(points), min(sizes), sum(sizes), *(number(x, 4) for x in values)))
    head = [f"{name}{end}" for name in ("a", "b") for end in ("", "_low", "_high")]
    head += ["error", "wins", "lead", "lead_low", "lead_high"]
    return Table(("against", "of", "law", "points", "fewest", "networks", *head), rows)


def series(collection: Collection) -> dict[tuple[str, str], Points]:
    """The numbers of clusters of the paper's networks, by what varies and what does not, and by n or width."""
    result: dict[tuple[str, str], Points] = {}
    for case in cases(collection, "multiscale-networks"):
        key = dict(zip(CASE, case.key, strict=True))
        batch = "full" if key["batch"] == "0" else "batch"
        steps = FULL_STEPS if batch == "full" else BATCH_STEPS
        if key["steps"] != str(steps) or PAPER.items() - key.items() or key["batch"] not in ("0", key["n"]):
            continue
        use(collection, case, case.finished)
        if key["width"] == "128":
            result.setdefault(("n", batch), {})[float(key["n"])] = counts(case)
        result.setdefault(("width", f"{key['n']} {batch}"), {})[float(key["width"])] = counts(case)
    return result


def counts(case: Case) -> list[int]:
    """How many frequencies each network of a case has."""
    had = [len(row["frequencies"].split()) for row in case.before.rows]
    return [*had, *(len(line["frequencies"]) for line in case.finished)]
