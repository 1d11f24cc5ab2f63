"""B27: whether one layer of attention learns sums of up to 5 inputs; from saved tables."""

from __future__ import annotations

from pathlib import Path

from proofs_check.claims.shared.circuits import Part, Row, finished, judged, not_yet
from proofs_check.register.claim import Finding, Verdict
from proofs_check.register.registry import claim

TABLE = "li-grokking"
PRESET = "li-attention"
LEARNED = 0.99  # test accuracy
MODULI = {3: 61, 4: 31, 5: 17}
HEADS = 160


def learns(row: Row, least: float = LEARNED) -> Part:
    """Whether a run has learned, by the accuracy on the half that it has not seen."""
    about = f"k = {row['k']}, p = {row['p']}, {row['heads']} heads, seed {row['seed']}"
    return f"{about}: test accuracy {row['test_accuracy']}", least <= float(row["test_accuracy"])


def most(rows: list[Row]) -> Verdict:
    """The best verdict that these networks allow: mixed where for some k there is none of the paper's size."""
    printed = {int(row["k"]) for row in rows if (MODULI[int(row["k"])], HEADS) == (int(row["p"]), int(row["heads"]))}
    return "reproduced" if printed == set(MODULI) else "mixed"


@claim(
    id="B27",
    claim="""one-layer transformers learn modular addition of up to 5 inputs, so that ordinary attention captures
    correlations of more than two inputs, for which high-order attention was introduced""",
    source="Li et al., Section 6.3",
    kind="empirical",
)
def check(effort: str, folder: Path | None = None) -> Finding:
    """The test accuracy of each run of one layer of attention."""
    rows = [row for row in finished(TABLE, folder) if row["preset"].startswith(PRESET)]
    scope = f"""Wanted: test accuracy {LEARNED} or more for k = 3, 4, 5. Networks smaller than the paper's count against
        the claim and never for it: then mixed"""
    if not rows:
        return not_yet(TABLE, scope)
    return judged([learns(row) for row in rows], scope, len(rows), most(rows))
