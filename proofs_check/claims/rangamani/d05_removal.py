"""D5 and D6: singular vectors and frequencies, and what is left when frequencies are removed; from saved tables."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

from proofs_check.claims.shared import circuits
from proofs_check.claims.shared.circuits import CHANCE, DEPARTS, Part, Row, by_run, finished, judged, not_yet, title
from proofs_check.register.claim import Finding
from proofs_check.register.registry import claim

SOURCE = "Rangamani, recurrent networks on addition mod 113, Section III-C"
SINGULAR, ABLATION = "rangamani-singular", "rangamani-ablation"
PURE = 0.5  # share from which one frequency dominates a direction
MIXED = ("embedding", "weight_ih", "weight_hh")
SINGLE = 0.994  # least accuracy of the printed table without one frequency
HALF = 0.9  # without half of the frequencies: 87.3% printed
NOISE = 0.01  # that the accuracy may rise by when one more is removed


def is_paired(rows: list[Row], count: int, pure: float = PURE) -> bool:
    """Whether the first 2 x count directions have two for each of count frequencies, each dominated by its own."""
    first = rows[: 2 * count]
    counts = Counter(row["frequency"] for row in first)
    dominated = all(float(row["share"]) >= pure for row in first)
    return len(counts) == count > 0 and set(counts.values()) == {2} and dominated


def pairing(about: Row, rows: list[Row]) -> list[Part]:
    """Whether the unembedding's directions pair up, and those of the other matrices do not."""
    count = len(about["unembedding"].split())
    parts = []
    for matrix in ("unembedding", *MIXED):
        own = sorted((row for row in rows if row["matrix"] == matrix), key=lambda row: int(row["number"]))
        paired = is_paired(own, count)
        shares = sorted(float(row["share"]) for row in own[: 2 * count])
        numbers = Counter(Counter(row["frequency"] for row in own[: 2 * count]).values())
        text = f"""{title(about)}: the first {2 * count} of {matrix} have shares {shares[0]:.2f} to {shares[-1]:.2f},
            {numbers[2]} frequencies twice and {sum(numbers.values()) - numbers[2]} not"""
        parts.append((text, paired == (matrix == "unembedding")))
    return parts


def removal(rows: list[Row], single: float = SINGLE, half: float = HALF, chance: float = 3 * CHANCE) -> list[Part]:
    """Whether one frequency is not missed, half of them are, and accuracy falls to chance with all."""
    alone, several = ([float(row[column]) for row in rows] for column in ("single", "several"))
    middle = several[(len(several) + 1) // 2 - 1]
    falls = all(after <= before + NOISE for before, after in pairwise(several)) and CHANCE / 3 <= several[-1] <= chance
    name = title(rows[0])
    return [
        (f"{name}: without any one frequency {min(alone):.4f} to {max(alone):.4f}", min(alone) >= single),
        (f"{name}: without half of them {middle:.4f}", chance < middle <= half),
        (f"{name}: without 1, 2, ... of them {', '.join(f'{x:.4f}' for x in several)}", falls),
    ]


@claim(
    id="D5",
    claim="singular vectors of W_fc pair up two per frequency; in W_E, W_ih, W_hh there is no such map",
    source=f"{SOURCE}, Figure 4",
    kind="empirical",
)
def check_pairing(effort: str, folder: Path | None = None) -> Finding:
    """The dominant frequency of each of the first singular directions, 2 x frequencies of them."""
    rows = by_run(finished(SINGULAR, folder))
    runs = [about for about in finished("rangamani-runs", folder) if about["run"] in rows]
    scope = f"""{DEPARTS}. Wanted: two directions of W_fc for each frequency, that has {PURE} or more of each, and not
        so for the others; right vectors of W_ih along e(a), of W_hh along h_1(a)"""
    if not runs:
        return not_yet(SINGULAR, scope)
    more = circuits.at_other_steps(
        lambda row: row["pairs"] == row["frequencies"], "each frequency has two of the first directions of W_fc", folder
    )
    return judged([part for about in runs for part in pairing(about, rows[about["run"]])], scope, len(runs), more=more)


@claim(
    id="D6",
    claim="removing one frequency keeps >= 99.4%; removing 1 to 6 leaves 100, 100, 87.3, 28.3, 6.2, 0.885%",
    source=f"{SOURCE}, Table I",
    kind="empirical",
    requires=("D13",),
)
def check_removal(effort: str, folder: Path | None = None) -> Finding:
    """The accuracy on all inputs without the singular directions of one, and of more and more frequencies."""
    runs = list(by_run(finished(ABLATION, folder)).values())
    scope = f"""{DEPARTS}. Wanted: {SINGLE} or more without any one, {HALF} or less without half of them, at no step a
        rise above {NOISE}, and within a factor three of 1/113 without all"""
    if not runs:
        return not_yet(ABLATION, scope)
    more = circuits.at_other_steps(
        lambda row: float(row["single"]) >= SINGLE, f"{SINGLE} or more is left without any one", folder
    )
    return judged([part for rows in runs for part in removal(rows)], scope, len(runs), more=more)
