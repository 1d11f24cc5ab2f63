"""C10: how many clusters there are, against n, width and batches; from the saved table of networks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from margin.analysis.cyclic.growth import LAWS, Fit, fits
from proofs_check.claims.shared.several_scales import (
    BATCH_STEPS,
    FULL_STEPS,
    MODULI,
    PAPER,
    Row,
    integers,
    interval,
    pending,
    rows,
)
from proofs_check.register.claim import Finding, Verdict
from proofs_check.register.registry import claim

ABOUT = (3.5, 5.5)  # mean number of clusters that counts as about 4 to 5
WIDTHS = (128, 512, 2048)
ENOUGH = 50  # networks of a case
LEAST_MODULI = 8  # for a law of growth
SURE = 0.95  # share of the bootstrap that the winning law has to win
WANTED = [(n, batch, width) for n in MODULI for batch in (n, 0) for width in WIDTHS]
Counts = dict[tuple[int, int, int], list[int]]  # n, batch (0: whole training set), width


def counts(folder: Path | None = None) -> Counts:
    """The number of clusters of each network of a case."""
    result: Counts = {}
    for row in rows("networks", folder, **{name: value for name, value in PAPER.items() if name != "width"}):
        if row["steps"] != (FULL_STEPS if row["batch"] == "0" else BATCH_STEPS):
            continue
        result.setdefault(case(row), []).append(len(integers(row["frequencies"])))
    return result


def case(row: Row) -> tuple[int, int, int]:
    """n, batch and width."""
    return int(row["n"]), int(row["batch"]), int(row["width"])


def about(values: Sequence[int], limits: tuple[float, float] = ABOUT) -> bool:
    """Whether the mean lies within the limits."""
    return limits[0] <= sum(values) / len(values) <= limits[1]


def growth(every: Counts) -> dict[str, Fit] | None:
    """Fits of the laws through all n with ENOUGH networks (batches of n, width 128); None for too few n."""
    values = {float(n): c for (n, batch, width), c in every.items() if batch == n and width == 128}
    values = {n: c for n, c in values.items() if len(c) >= ENOUGH}
    return fits(values, np.random.default_rng(0)) if len(values) >= LEAST_MODULI else None


def missing(every: Counts) -> str:
    """In words, how many cases that the claim speaks of have fewer than ENOUGH networks, and moduli; empty if none."""
    short = [key for key in WANTED if len(every.get(key, ())) < ENOUGH]
    cases = f"fewer than {ENOUGH} networks in {len(short)} of {len(WANTED)} cases" if short else ""
    moduli = "" if growth(every) else f"fewer than {LEAST_MODULI} moduli with {ENOUGH} networks"
    return ", ".join(filter(None, (cases, moduli)))


def clusters_verdict(every: Counts, laws: Mapping[str, Fit] | None) -> Verdict:
    """Reproduced if all means are about 4 to 5 and ln n wins surely; mixed if one of the two."""
    if missing(every) or laws is None:
        return "not yet run"
    same, logarithm = all(about(every[key]) for key in WANTED), laws["ln"].wins >= SURE
    return "reproduced" if same and logarithm else "mixed" if same or logarithm else "not reproduced"


def told(key: tuple[int, int, int], values: Sequence[int]) -> str:
    """A case in words: mean, 95% interval of the mean, spread, networks."""
    n, batch, width = key
    low, high = interval([[x] for x in values], lambda drawn: float(drawn.mean()))
    spread = f"{np.mean(values):.2f} (95%: {low:.2f} to {high:.2f}; {min(values)} to {max(values)})"
    return f"n = {n}, {'batches' if batch else 'full batch'}, width {width}: {spread}, {len(values)} networks"


@claim(
    id="C10",
    claim="""the number of clusters is O(log n), about 4 to 5 for n = 89, 91, whatever the width (128 to 8196, as
    printed) and batch size; it scales as log n""",
    source="modular addition at several scales, Figures 5b, 29, 30",
    kind="empirical",
)
def check(effort: str, folder: Path | None = None) -> Finding:
    """Means of every case of n = 89 and 91, and which law of growth wins over all n."""
    every = counts(folder)
    laws = growth(every)
    parts = [told(key, every[key]) for key in sorted(every) if key[0] in MODULI]
    if laws is not None:
        wins = ", ".join(f"{law} {laws[law].wins:.0%} (b = {laws[law].b:.3g})" for law in LAWS)
        best = max(laws, key=lambda law: laws[law].lead)
        lead, (least, most) = laws[best].lead, laws[best].lead_range
        parts.append(
            f"the best fit of a + b g(n) over all n is most often with g = {wins}; {best} has a squared error of"
            f" {laws[best].error:.3g}, {lead:.2g} below the next (90%: {least:.2g} to {most:.2g})"
        )
    lacking = missing(every)
    evidence = "; ".join(parts)
    return Finding(
        clusters_verdict(every, laws),
        pending(evidence, lacking) if lacking else evidence,
        scope=f"""frequencies that at least one live neuron has. About 4 to 5: a mean in {ABOUT[0]} to {ABOUT[1]} for
        both n, batches and full batch, widths {", ".join(map(str, WIDTHS))} (8196 not run); as log n: ln n has the
        least squared error in {SURE:.0%} of the bootstrap against n and sqrt n""",
        data={"means": {" ".join(map(str, key)): float(np.mean(values)) for key, values in sorted(every.items())}},
    )
