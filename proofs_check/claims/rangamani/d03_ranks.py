"""D3 and D4: the rank that a matrix needs, and what is left without it; from saved tables."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from proofs_check.claims.shared import circuits
from proofs_check.claims.shared.circuits import CHANCE, DEPARTS, Part, Row, by_run, finished, judged, not_yet, title
from proofs_check.register.claim import Finding
from proofs_check.register.registry import claim

SOURCE = "Rangamani, recurrent networks on addition mod 113, Section III-B, Figure 3"
TABLE = "rangamani-ranks"
PAIRED = ("embedding", "unembedding", "weight_ih")  # of rank 2 x frequencies
STATES = "weight_hh"
PRINTED = 32  # rank of W_hh
HIDDEN = (24, 40)  # within a quarter of it
SLACK = 2  # singular directions, either way
NEAR_CHANCE = (CHANCE / 3, 3 * CHANCE)


def as_in_tables(accuracy: float) -> float:
    """An accuracy with the six digits that tables have of those at each rank; one input of 12769 is 8e-5."""
    return float(f"{accuracy:.6g}")


def least_rank(rows: list[Row], matrix: str, goal: float) -> int | None:
    """The least rank of the table whose accuracy is the goal or more; None if none is."""
    ranks = [
        int(row["rank"]) for row in rows if row["matrix"] == matrix and float(row["accuracy"]) >= as_in_tables(goal)
    ]
    return min(ranks, default=None)


def ranks(about: Row, rows: list[Row], slack: int = SLACK, hidden: tuple[int, int] = HIDDEN) -> list[Part]:
    """Whether each matrix needs the rank that is claimed, for the accuracy of the whole network."""
    wanted = 2 * len(about["unembedding"].split())
    parts = []
    for matrix in (*PAIRED, STATES):
        least, most = hidden if matrix == STATES else (wanted - slack, wanted + slack)
        rank = least_rank(rows, matrix, float(about["accuracy"]))
        needs = "more than was tried" if rank is None else f"rank {rank}"
        text = f"{title(about)}: {matrix} needs {needs} (claimed {least} to {most})"
        parts.append((text, rank is not None and least <= rank <= most))
    return parts


def keeps(row: Row, matrices: tuple[str, ...]) -> bool:
    """Whether the network's accuracy survives at a kept step, with each of these cut to 2 x frequencies (W_hh: 32)."""
    return all(float(row[f"rank_{matrix}"]) >= as_in_tables(float(row["accuracy"])) for matrix in matrices)


def complements(about: Row, rows: list[Row], near: tuple[float, float] = NEAR_CHANCE) -> list[Part]:
    """Whether a matrix without its first directions, 2 x frequencies or 32, leaves the accuracy of chance."""
    wanted = 2 * len(about["unembedding"].split())
    parts = []
    for matrix in (*PAIRED, STATES):
        tried = {int(row["rank"]): float(row["complement"]) for row in rows if row["matrix"] == matrix}
        rank = min(PRINTED if matrix == STATES else wanted, max(tried))
        value = tried[rank]
        parts.append((f"{title(about)}: {matrix} without rank {rank} {value:.4f}", near[0] <= value <= near[1]))
    return parts


def _runs(folder: Path | None) -> list[tuple[Row, list[Row]]]:
    rows = by_run(finished(TABLE, folder))
    return [(about, rows[about["run"]]) for about in finished("rangamani-runs", folder) if about["run"] in rows]


@claim(
    id="D3",
    claim="100% accuracy survives truncation to rank 12 of W_E, W_fc, W_ih and rank 32 of W_hh; rank = 2 x frequencies",
    source=SOURCE,
    kind="empirical",
    requires=("D12",),
)
def check_ranks(effort: str, folder: Path | None = None) -> Finding:
    """The least rank of each matrix that keeps the accuracy on all inputs."""
    runs = _runs(folder)
    scope = f"""{DEPARTS}. Wanted: rank 2 x frequencies within {SLACK}, {HIDDEN[0]} to {HIDDEN[1]} for W_hh, at the
        accuracy of the whole network on all 12769 inputs"""
    if not runs:
        return not_yet(TABLE, scope)
    said = [
        circuits.at_other_steps(
            partial(keeps, matrices=names), f"{' and '.join(names)} can be cut to these ranks", folder
        )
        for names in (("unembedding",), ("embedding", "weight_ih"), (STATES,))
    ]
    more = ". ".join(text for text in said if text)
    return judged([part for run in runs for part in ranks(*run)], scope, len(runs), more=more)


@claim(
    id="D4",
    claim="keeping only the complementary singular directions drops accuracy to chance (0.885%)",
    source=SOURCE,
    kind="empirical",
)
def check_complements(effort: str, folder: Path | None = None) -> Finding:
    """The accuracy on all inputs without the first singular directions of each matrix."""
    runs = _runs(folder)
    near = f"{NEAR_CHANCE[0]:.4f} to {NEAR_CHANCE[1]:.4f}"
    scope = f"""{DEPARTS}. Wanted: accuracy on all inputs {near}, without the first 2 x frequencies directions,
        {PRINTED} of W_hh"""
    if not runs:
        return not_yet(TABLE, scope)
    return judged([part for run in runs for part in complements(*run)], scope, len(runs))
