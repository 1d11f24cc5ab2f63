"""D1 and D2: when the recurrent networks have learned, and which frequencies carry each place; from saved tables."""

from __future__ import annotations

from pathlib import Path

from proofs_check.claims.shared.circuits import DEPARTS, Part, Row, at_other_steps, finished, judged, not_yet, title
from proofs_check.register.claim import Finding
from proofs_check.register.registry import claim

SOURCE = "Rangamani, recurrent networks on addition mod 113 (tanh, state 256, 30% of the data)"
TABLE = "rangamani-runs"
STEPS = (2000, 8000)  # "around 4000", within a factor of two
FREQUENCIES = (6, 8)
PLACES = ("embedding", "unembedding", "state1", "state2", "state3")


def learned(row: Row, steps: tuple[int, int] = STEPS) -> Part:
    """Whether the test loss vanishes (0.01 or less) at a step in these bounds."""
    at, right = row["zero_step"], row["test_step"] or "never"
    losses = f"test loss {row['test_loss_4000']} at step 4000, least {row['least_test_loss']}"
    text = f"{title(row)}: test loss 0.01 at step {at or 'never'}, test accuracy 0.99 at {right}; {losses}"
    return text, bool(at) and steps[0] <= int(at) <= steps[1]


def sparse(row: Row, counts: tuple[int, int] = FREQUENCIES) -> list[Part]:
    """Whether all places have the same key frequencies, and whether the unembedding has so many."""
    sets = {place: set(map(int, row[place].split())) for place in PLACES}
    first = sets["unembedding"]
    differing = [place for place in PLACES if sets[place] != first]
    shown = " ".join(map(str, sorted(first)))
    return [
        (f"{title(row)}: frequencies {shown}; other ones in {', '.join(differing) or 'no place'}", not differing),
        (f"{title(row)}: {len(first)} frequencies", counts[0] <= len(first) <= counts[1]),
    ]


@claim(
    id="D1",
    claim="zero test loss after about 4000 full-batch epochs (Adam 0.01, weight decay 5e-5, 20000 epochs)",
    source=SOURCE,
    kind="empirical",
)
def check_learning(effort: str, folder: Path | None = None) -> Finding:
    """The step at which the test loss vanishes, at 30% of the data."""
    rows = [row for row in finished(TABLE, folder) if row["train_share"] == "0.3"]
    scope = f"{DEPARTS}. Wanted: test loss 0.01 or less at a step in {STEPS[0]} to {STEPS[1]}"
    if not rows:
        return not_yet(TABLE, scope)
    return judged([learned(row) for row in rows], scope, len(rows))


@claim(
    id="D2",
    claim="the same 6 frequencies (6 to 8 over runs and data fractions 30% to 70%) carry W_E, W_fc, h1, h2 and h3",
    source=SOURCE,
    kind="empirical",
)
def check_frequencies(effort: str, folder: Path | None = None) -> Finding:
    """The key frequencies of each place: whether they are the same, and how many."""
    rows = finished(TABLE, folder)
    scope = f"""{DEPARTS}. Wanted: the same set at all places, {FREQUENCIES[0]} to {FREQUENCIES[1]} of them. A frequency
        counts with 2% or more of what varies along an element"""
    if not rows:
        return not_yet(TABLE, scope)
    least, most = FREQUENCIES
    counts = at_other_steps(lambda row: least <= int(row["frequencies"]) <= most, f"{least} to {most} of them", folder)
    same = at_other_steps(lambda row: row["same"] == "1", "all places have the same", folder)
    more = ". ".join(text for text in (counts, same) if text)
    return judged([part for row in rows for part in sparse(row)], scope, len(rows), more=more)
