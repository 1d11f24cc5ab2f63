"""C12: how many neurons are simple, and how many clusters consist of fine-tuning neurons; from the saved tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from proofs_check.claims.shared.several_scales import (
    MODULI,
    Row,
    batches,
    integers,
    interval,
    pending,
    too_few,
)
from proofs_check.register.claim import Finding, Verdict
from proofs_check.register.registry import claim

ODDS = 0.24  # most fine-tuning clusters over the others
ENOUGH = 20  # networks of each n: thousands of neurons, a hundred clusters


def fine_clusters(row: Row) -> tuple[int, int]:
    """Clusters of a network of whose neurons less than half are simple, and the others."""
    pairs = list(zip(integers(row["sizes"]), integers(row["simples"]), strict=True))
    fine = sum(2 * simple < size for size, simple in pairs)
    return fine, len(pairs) - fine


def odds(clusters: np.ndarray) -> float:
    """Of rows (fine-tuning, others)."""
    fine, others = clusters.sum(0)
    return float(fine / max(others, 1))


def majority(rows: Sequence[Row]) -> float:
    """The share of live neurons that are simple."""
    return sum(int(row["simple"]) for row in rows) / max(1, sum(int(row["live"]) for row in rows))


def neurons_verdict(shares: Sequence[float], highest: Sequence[float], networks: Sequence[int]) -> Verdict:
    """More than half simple, and the upper end of the odds at most ODDS, for every n; mixed if one of the two."""
    if any(count < ENOUGH for count in networks):
        return "not yet run"
    holds = [min(shares) > 0.5, max(highest) <= ODDS]
    return "reproduced" if all(holds) else "mixed" if any(holds) else "not reproduced"


@claim(
    id="C12",
    claim="simple neurons are the majority; fine-tuning clusters are at most about 0.24 of the others",
    source="modular addition at several scales, Section 4.1 and appendices A.1, B.3.1",
    kind="empirical",
)
def check(effort: str, folder: Path | None = None) -> Finding:
    """Shares of simple neurons, and clusters most of whose neurons are not."""
    groups = {n: [row for row in batches("networks", n, folder) if row["simples"]] for n in MODULI}
    parts, shares, highest = [], [], []
    for n, rows in groups.items():
        if not rows:
            continue
        clusters = [fine_clusters(row) for row in rows]
        low, high = interval(clusters, odds)
        each = [int(row["simple"]) / int(row["live"]) for row in rows]
        fine = sum(int(row["fine"]) for row in rows) / sum(int(row["live"]) for row in rows)
        shares.append(majority(rows))
        highest.append(high)
        parts.append(
            f"n = {n}, {len(rows)} networks: {shares[-1]:.1%} of the live neurons are simple ({min(each):.0%} to"
            f" {max(each):.0%} in a network), {fine:.1%} combine frequencies; fine-tuning clusters over the others"
            f" {odds(np.array(clusters)):.3f} (95%: {low:.3f} to {high:.3f})"
        )
    networks = {f"n = {n}": len(rows) for n, rows in groups.items()}
    lacking = too_few(networks, ENOUGH)
    evidence = "; ".join(parts)
    return Finding(
        neurons_verdict(shares, highest, list(networks.values())),
        pending(evidence, lacking) if lacking else evidence,
        scope=f"""batches of n, width 128; simple as in margin.analysis.simple, whose thresholds are this project's (the
        paper says negligible and about equal); a fine-tuning cluster has fewer than half of its neurons simple.
        Reproduced means more than half simple and odds of at most {ODDS}, upper end of the interval, for both n""",
        data={"simple": shares, "odds": highest},
    )
