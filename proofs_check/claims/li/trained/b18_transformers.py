"""B18, B19 and B28: what trained transformers learn for k = 2 to 5, and when; from saved tables."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import inf
from pathlib import Path
from statistics import median

import numpy as np

from margin.analysis.circuits.sums import plane_fit
from proofs_check.claims.shared.circuits import Part, Row, by_run, finished, judged, not_yet
from proofs_check.register.claim import Finding, Verdict
from proofs_check.register.registry import claim

HEADS, GROKKING = "li-heads", "li-grokking"
WAVES = 0.9  # least median share of the best wave and its mirror in a head's scores
PRINTED = {"li-attention": {3: 61, 4: 31, 5: 17}, "li-grokking": {2: 97, 3: 31, 4: 11, 5: 5}}  # moduli by k
PRINTED_HEADS = "160"
OWN = {2: 97, 3: 23, 4: 11, 5: 7}  # populations within a factor 1.8, where the printed ones are 9.5 apart (B19b)
SMALL = {2: 47, 3: 13, 4: 7, 5: 5}  # of smaller networks: populations within a factor 1.5
PRINTED_DIMENSION = "128"
SMALL_WIDTH = "128"  # neurons a layer of the smaller networks that are compared over k
KS = (3, 4, 5)
SEEDS = 3  # of every k: then an order that the runs leave open has not been seen
RANDOM = 100  # tables of normal numbers, for what shares mean nothing


def cosine(rows: list[Row], least: float = WAVES) -> Part:
    """Whether the scores of a run's live heads are waves of two elements: the median share of the best."""
    alive = [row for row in rows if row["alive"] == "1"]
    shares = [float(row["product_share"]) for row in alive]
    first, chance = rows[0], of_random(int(rows[0]["p"]))
    text = f"""k = {first["k"]}, p = {first["p"]}, seed {first["seed"]}: {len(alive)} of {len(rows)} heads alive, median
        share {median(shares):.3f}, {min(shares):.3f} to {max(shares):.3f} (of random tables {chance:.2f})"""
    return text, median(shares) >= least


def of_random(p: int, count: int = RANDOM) -> float:
    """The median share of the best wave and its mirror in tables (p, p) of normal numbers, columns less their means."""
    tables = np.random.default_rng(p).normal(size=(count, p, p))
    return median(plane_fit(table).product_share for table in tables - tables.mean(axis=1, keepdims=True))


def grokking_rows(folder: Path | None, preset: str = "li-grokking") -> list[Row]:
    """Transformers that may be compared over k: not the smaller ones of another width, which not every k has."""
    rows = [row for row in finished(GROKKING, folder) if row["preset"].startswith(preset)]
    return [row for row in rows if wide(row) or row.get("width", SMALL_WIDTH) == SMALL_WIDTH]


def wide(row: Row) -> bool:
    return row.get("dimension", PRINTED_DIMENSION) == PRINTED_DIMENSION


def populations(rows: Sequence[Row]) -> list[tuple[list[Row], dict[int, int]]]:
    """What is compared over k: networks of the printed dimension at the printed moduli and at ours, and small ones."""
    large = [row for row in rows if wide(row)]
    small = [row for row in rows if not wide(row)]
    return [(large, PRINTED["li-grokking"]), (large, OWN), (small, SMALL)]


def printed_size(row: Row) -> bool:
    """Whether modulus and heads are those of the paper."""
    moduli = next(sizes for name, sizes in PRINTED.items() if row["preset"].startswith(name))
    size = row.get("heads", PRINTED_HEADS), row.get("dimension", PRINTED_DIMENSION)
    return moduli.get(int(row["k"])) == int(row["p"]) and size == (PRINTED_HEADS, PRINTED_DIMENSION)


def most(rows: Sequence[Row], size: Sequence[int] = KS) -> Verdict:
    """The best verdict that these networks allow: mixed where for some k there is none of the paper's size."""
    return "reproduced" if {int(row["k"]) for row in rows if printed_size(row)} >= set(size) else "mixed"


def by_k(rows: Sequence[Row], moduli: dict[int, int], column: str) -> dict[int, float]:
    """The median over seeds of a column, for each k whose rows at that modulus have a value in all seeds."""
    values = {k: [row[column] for row in rows if (int(row["k"]), int(row["p"])) == (k, p)] for k, p in moduli.items()}
    return {k: median(map(float, own)) for k, own in values.items() if own and all(own)}


def ordered(rows: Sequence[Row], moduli: dict[int, int], column: str, what: str) -> Part | None:
    """Whether the medians of a column rise with k; None where fewer than two are known."""
    values = by_k(rows, moduli, column)
    if len(values) < 2:
        return None
    shown = ", ".join(f"{value:g} (k = {k})" for k, value in values.items())
    agrees = all(a < b for a, b in pairwise(values.values()))
    return f"{_compared(rows, [moduli[k] for k in values])}: {what} {shown}", agrees


def _compared(rows: Sequence[Row], moduli: Sequence[int]) -> str:
    """Moduli, number of seeds, and size of the networks that are compared."""
    count = len({row["seed"] for row in rows})
    heads = " and ".join(sorted({row["heads"] for row in rows if row.get("heads")}, key=int))
    dimensions = " and ".join(sorted({row["dimension"] for row in rows if row.get("dimension")}, key=int))
    size = f", dimension {dimensions}" if dimensions else ""
    return f"p = {', '.join(map(str, moduli))}, {count} {'seed' if count == 1 else 'seeds'}, {heads} heads{size}"


def gaps(rows: Sequence[Row], moduli: dict[int, int]) -> dict[int, tuple[float, bool]]:
    """By k the median over seeds of the steps between, and whether that is a lower bound.

    A run that has fitted the training half and not learned the other counts with the steps to its end, a lower bound,
    which leaves a smaller median as it is. A k counts where all its runs have fitted.
    """
    result = {}
    for k, p in moduli.items():
        own = _of(rows, k, p)
        fitted = [row for row in own if row["gap"] or (row["train_step"] and row.get("end"))]
        if own and len(fitted) == len(own):
            steps = [float(row["gap"] or int(row["end"]) - int(row["train_step"])) for row in own]
            most_steps = [step if row["gap"] else inf for row, step in zip(own, steps, strict=True)]
            result[k] = median(steps), median(steps) < median(most_steps)
    return result


def weakens(rows: Sequence[Row], moduli: dict[int, int]) -> Part | None:
    """Whether the steps between fall with k, where that is known.

    Where it is not known for any two k: None, or that it is not seen, if every k has SEEDS runs that have fitted.
    """
    found = gaps(rows, moduli)
    decided, unknown = [], []
    for (k, (before, open_before)), (other, (after, open_after)) in pairwise(found.items()):
        if not open_after and (before > after or not open_before):
            decided.append(before > after)
        elif open_after and not open_before and before <= after:
            decided.append(False)
        else:
            unknown.append(f"{k} and {other}")
    if not decided and not all(k in found and len(_of(rows, k, p)) >= SEEDS for k, p in moduli.items()):
        return None
    shown = ", ".join(f"{'more than ' if bound else ''}{value:g} (k = {k})" for k, (value, bound) in found.items())
    left = f"; not known between k = {', '.join(unknown)}" if unknown else ""
    left += _never({k: _of(rows, k, moduli[k]) for k in found})
    text = f"{_compared(rows, [moduli[k] for k in found])}: steps between {shown}{left}"
    return text, bool(decided) and all(decided)


def _of(rows: Sequence[Row], k: int, p: int) -> list[Row]:
    return [row for row in rows if (int(row["k"]), int(row["p"])) == (k, p)]


def _never(by_k: dict[int, list[Row]]) -> str:
    """In words, how many runs never learn the other half, and the steps between of those that do, of such k."""
    texts = []
    for k, own in by_k.items():
        known = [row["gap"] for row in own if row["gap"]]
        if len(known) < len(own):
            others = f", the others after {', '.join(known)}" if known else ""
            texts.append(f"{len(own) - len(known)} of {len(own)} (k = {k}{others})")
    return f"; runs that never learn the other half: {', '.join(texts)}" if texts else ""


def undecided(rows: Sequence[Row], scope: str) -> Finding:
    """Finished networks, none, or too few to compare over k."""
    if not rows:
        return not_yet(GROKKING, scope)
    runs = (
        f"k = {row['k']}, p = {row['p']}, seed {row['seed']}, last test accuracy {row['test_accuracy']}" for row in rows
    )
    return Finding("not yet run", f"finished, but not enough to compare: {'; '.join(runs)}. To be judged by: {scope}")


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
    parts = [part for own, moduli in populations(rows) if (part := weakens(own, moduli)) is not None]
    scope = f"""Wanted: median steps between training and test accuracy 0.99 fall with each k; a run that never learns
        the other half counts with the steps to its end, as a lower bound; not seen where that leaves every order open
        with {SEEDS} runs of every k"""
    if not parts:
        return undecided(rows, scope)
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
    compared = populations(rows)
    found = (ordered(own, moduli, column, what) for own, moduli in compared for column, what in columns)
    parts = [part for part in found if part is not None]
    scope = "Wanted: medians over seeds rise with each k, at the printed moduli and at nearly equal data"
    if not parts:
        return undecided(rows, scope)
    return judged(parts, scope, len(rows), most(rows, tuple(OWN)))
