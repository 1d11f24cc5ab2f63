"""The saved tables of networks trained for addition mod n at several scales (training/data/multiscale-*.csv)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from margin.io.tables import read_csv
from proofs_check.claims.shared.saved_runs import table

PAPER = {"width": "128", "dimension": "32", "norm": "parameters", "strength": "0.0001", "exponent": "2"}
BATCH_STEPS, FULL_STEPS = "20000", "4000"  # after which the number of frequencies no longer changes
MODULI = (89, 91)
CASE = ("n", "batch", "width", "dimension", "steps", "norm", "strength", "exponent")
DRAWS = 1000  # of the bootstrap
Row = dict[str, str]


def rows(name: str, folder: Path | None = None, **wanted: str) -> list[Row]:
    """Rows of multiscale-NAME.csv whose columns have the wanted values; empty where there is no such table."""
    path = table(f"multiscale-{name}.csv", folder)
    every = [] if path is None else read_csv(path.read_bytes().decode())
    return [row for row in every if all(row[column] == value for column, value in wanted.items())]


def batches(name: str, n: int, folder: Path | None = None, steps: str = BATCH_STEPS) -> list[Row]:
    """Rows of the paper's networks mod n, trained in batches of n for so many steps."""
    return rows(name, folder, n=str(n), batch=str(n), steps=steps, **PAPER)


def full(name: str, n: int, folder: Path | None = None) -> list[Row]:
    """Rows of the paper's networks mod n, trained on the whole training set in every step."""
    return rows(name, folder, n=str(n), batch="0", steps=FULL_STEPS, **PAPER)


def integers(text: str) -> list[int]:
    """The numbers of a list in a table."""
    return [int(x) for x in text.split()]


def numbers(chosen: Sequence[Row], column: str) -> list[float]:
    """A column."""
    return [float(row[column]) for row in chosen]


def seeds(chosen: Sequence[Row]) -> int:
    """How many networks the rows are of."""
    return len({tuple(row[column] for column in (*CASE, "seed")) for row in chosen})


def interval(
    groups: Sequence[Sequence[float]], statistic: Callable[[np.ndarray], float], doubt: float = 0.05
) -> tuple[float, float]:
    """Bootstrap interval of a statistic of the groups (networks): drawn anew DRAWS times, `doubt` left out in all."""
    generator = np.random.default_rng(0)
    array = np.array(groups, float)
    drawn = [statistic(array[generator.integers(len(array), size=len(array))]) for _ in range(DRAWS)]
    low, high = np.quantile(drawn, (doubt / 2, 1 - doubt / 2))
    return float(low), float(high)


def too_few(counts: dict[str, int], least: int) -> str:
    """In words, which of the named groups have fewer networks than `least`; empty if none."""
    short = [f"{name}: {count}" for name, count in counts.items() if count < least]
    return f"too few networks for a verdict ({least} each): {', '.join(short)}" if short else ""


def pending(evidence: str, lacking: str) -> str:
    """Evidence of a claim without a verdict: what is lacking, then what there is."""
    return f"{lacking}. So far: {evidence}" if evidence else lacking
