"""B18, B19 and B28: what trained transformers learn for k = 2 to 5, and when; from saved tables."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median

from proofs_check.claims.shared.circuits import Part, Row, by_run, finished, judged, not_yet
from proofs_check.register.claim import Finding, Verdict
from proofs_check.register.registry import claim

HEADS, GROKKING = "li-heads", "li-grokking"
WAVES = 0.9  # least median share of the best wave and its mirror in a head's scores
PRINTED = {"li-attention": {3: 61, 4: 31, 5: 17}, "li-grokking": {2: 97, 3: 31, 4: 11, 5: 5}}  # moduli by k
PRINTED_HEADS = "160"
OWN = {2: 97, 3: 23, 4: 11, 5: 7}  # populations within a factor 1.8, where the printed ones are 9.5 apart (B19b)
KS = (3, 4, 5)


def cosine(rows: list[Row], least: float = WAVES) -> Part:
    """Whether the scores of a run's live heads are waves of two elements: the median share of the best."""
    alive = [row for row in rows if row["alive"] == "1"]
    shares = [float(row["product_share"]) for row in alive]
    first = rows[0]
    text = f"""k = {first["k"]}, p = {first["p"]}, seed {first["seed"]}: {len(alive)} of {len(rows)} heads alive, median
        share {median(shares):.3f}, {min(shares):.3f} to {max(shares):.3f}"""
    return text, median(shares) >= least


def grokking_rows(folder: Path | None, preset: str = "li-grokking") -> list[Row]:
    return [row for row in finished(GROKKING, folder) if row["preset"].startswith(preset)]


def printed_size(row: Row) -> bool:
    """Whether modulus and heads are those of the paper."""
    moduli = next(sizes for name, sizes in PRINTED.items() if row["preset"].startswith(name))
    return moduli.get(int(row["k"])) == int(row["p"]) and row.get("heads", PRINTED_HEADS) == PRINTED_HEADS


def most(rows: Sequence[Row], size: Sequence[int] = KS) -> Verdict:
    """The best verdict that these networks allow: mixed where for some k there is none of the paper's size."""
    return "reproduced" if {int(row["k"]) for row in rows if printed_size(row)} >= set(size) else "mixed"


def by_k(rows: Sequence[Row], moduli: dict[int, int], column: str) -> dict[int, float]:
    """The median over seeds of a column, for each k whose rows at that modulus have a value in all seeds."""
    values = {k: [row[column] for row in rows if (int(row["k"]), int(row["p"])) == (k, p)] for k, p in moduli.items()}
    return {k: median(map(float, own)) for k, own in values.items() if own and all(own)}


def ordered(rows: Sequence[Row], moduli: dict[int, int], column: str, rising: bool, what: str) -> Part | None:
    """Whether the medians of a column rise (or fall) with k; None where fewer than two are known."""
    values = by_k(rows, moduli, column)
    if len(values) < 2:
        return None
    shown = ", ".join(f"{value:g} (k = {k})" for k, value in values.items())
    steps = pairwise(values.values())
    agrees = all(a < b if rising else a > b for a, b in steps)
    sizes = ", ".join(f"{moduli[k]}" for k in values)
    return f"p = {sizes}: {what} {shown}", agrees


@claim(
    id="B18",
    claim="rows of the attention matrix W^KQ of a trained one-layer transformer are 2-dimensional cosines, k = 3, 4, 5",
    source="Li et al., Section 5.2 and appendix H.3, Figures 3, 9, 10",
    kind="empirical",
)
def check_attention(effort: str, folder: Path | None = None) -> Finding:
    """How much of each head's scores the best wave of two elements has."""
    runs = list(by_run(finished(HEADS, folder)).values())
    scope = f"""Wanted: median share {WAVES} to 1 of what varies of E^T W^KQ E with what is seen, by cos(u a + phase)
        cos(v b + phase). Networks smaller than the paper's count against the claim and never for it: then mixed"""
    if not runs:
        return not_yet(HEADS, scope)
    allowed = most([rows[0] | {"heads": str(len(rows))} for rows in runs])
    return judged([cosine(rows) for rows in runs], scope, len(runs), allowed)


@claim(
    id="B19",
    claim="grokking weakens as k grows, two-layer transformers on half of the data",
    source="Li et al., Section 5.3, Figure 4",
    kind="empirical",
    requires=("B19b",),
)
def check_grokking(effort: str, folder: Path | None = None) -> Finding:
    """The steps between training and test accuracy 0.99, by k: at the printed moduli, and at nearly equal data."""
    rows = grokking_rows(folder)
    found = (ordered(rows, p, "gap", False, "steps between") for p in (PRINTED["li-grokking"], OWN))
    parts = [part for part in found if part is not None]
    scope = (
        "Wanted: median steps between training and test accuracy 0.99 fall with each k; a k counts if all seeds learn"
    )
    if not parts:
        return not_yet(GROKKING, scope)
    return judged(parts, scope, len(rows), most([row for row in rows if row["gap"]], tuple(OWN)))


@claim(
    id="B28",
    claim="with more inputs k two-layer transformers need more steps to fit the training data and generalise better",
    source="Li et al., Section 5.3",
    kind="empirical",
)
def check_steps(effort: str, folder: Path | None = None) -> Finding:
    """The steps to training accuracy 0.99, and the last test accuracy, by k."""
    rows = grokking_rows(folder)
    columns = (("train_step", "steps to fit"), ("test_accuracy", "last test accuracy"))
    found = (ordered(rows, p, column, True, what) for p in (PRINTED["li-grokking"], OWN) for column, what in columns)
    parts = [part for part in found if part is not None]
    scope = "Wanted: medians over seeds rise with each k, at the printed moduli and at nearly equal data"
    if not parts:
        return not_yet(GROKKING, scope)
    return judged(parts, scope, len(rows), most(rows, tuple(OWN)))
