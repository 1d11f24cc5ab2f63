"""C13, C14 and C15: noise on clusters, shifts of their contributions, and ranks by one; from the saved tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from proofs_check.claims.shared.several_scales import MODULI, Row, batches, numbers, pending, seeds, too_few
from proofs_check.register.claim import Finding, Verdict
from proofs_check.register.registry import claim

SOURCE = "modular addition at several scales,"
ENOUGH = 20  # networks of each n, with about five clusters each
BARELY = 1.1  # most ratio of the loss with noise to that without, in the median
ACCURATE = 0.99
ALONG, TURNS = 0.5, 0.05  # most relative error of a contribution that moves along, and turns of its wave from it
RARELY, ALWAYS = 0.25, 0.999  # shares of pairs that one cluster, and all together, rank first
NEARLY_ALL = 0.95


def clusters(folder: Path | None = None) -> list[Row]:
    """Clusters of the networks mod 89 and 91."""
    return [row for n in MODULI for row in batches("clusters", n, folder)]


def lacks(folder: Path | None = None) -> str:
    """Which n have too few networks."""
    return too_few({f"n = {n}": seeds(batches("clusters", n, folder)) for n in MODULI}, ENOUGH)


def studied(rows: Sequence[Row]) -> str:
    """How much there is."""
    return f"{len(rows)} clusters of {seeds(rows)} networks, n = 89 and 91"


def noise_verdict(ratios: Sequence[float], accuracies: Sequence[float]) -> Verdict:
    """Reproduced if the median ratio of losses is at most BARELY; mixed if the accuracy alone stays, NEARLY_ALL."""
    if np.median(ratios) <= BARELY:
        return "reproduced"
    return "mixed" if np.mean(np.array(accuracies) >= ACCURATE) >= NEARLY_ALL else "not reproduced"


@claim(
    id="C13",
    claim="multiplying a cluster's weights by exp(N(0, sigma)) barely changes the loss up to sigma 0.225",
    source=f"{SOURCE} Figure 26",
    kind="empirical",
)
def check_noise(effort: str, folder: Path | None = None) -> Finding:
    """Losses with noise on one cluster over those without, of every cluster."""
    rows, lacking = clusters(folder), lacks(folder)
    if not rows:
        return Finding("not yet run", lacking)
    before = np.array(numbers(rows, "loss"))
    parts = []
    for sigma in ("0.1", "0.225", "0.5"):
        ratios = np.array(numbers(rows, f"loss_{sigma}")) / before
        low, middle, high = np.quantile(ratios, (0.05, 0.5, 0.95))
        accuracies = numbers(rows, f"accuracy_{sigma}")
        parts.append(
            f"sigma {sigma}: {middle:.2f} times the loss ({low:.2f} to {high:.2f} in 90% of the clusters), accuracy"
            f" {np.mean(accuracies):.4f}"
        )
    added = np.median(np.array(numbers(rows, "loss_0.225")) - before)
    evidence = (
        f"{studied(rows)}, loss {np.median(before):.3f} without noise; {'; '.join(parts)}. At 0.225 the loss grows by"
        f" {added:.3f} in the median"
    )
    at = (np.array(numbers(rows, "loss_0.225")) / before).tolist()
    return Finding(
        "not yet run" if lacking else noise_verdict(at, numbers(rows, "accuracy_0.225")),
        pending(evidence, lacking) if lacking else evidence,
        scope=f"""batches of n, width 128; loss without weight decay and accuracy on all n^2 pairs, mean of three draws,
        every weight with its own factor. Reproduced means a median ratio of at most {BARELY} at 0.225; mixed that the
        accuracy stays {ACCURATE} or more for {NEARLY_ALL:.0%} of the clusters""",
        data={"ratio": float(np.median(at))},
    )


def shift_verdict(errors: Sequence[float], turns: Sequence[float]) -> Verdict:
    """Reproduced if NEARLY_ALL clusters move along, mixed if more than half do."""
    moved = np.mean((np.array(errors) <= ALONG) & (np.array(turns) <= TURNS))
    return "reproduced" if moved >= NEARLY_ALL else "mixed" if moved > 0.5 else "not reproduced"


@claim(
    id="C14",
    claim="shifting a and b by 2 shifts every cluster's contribution to the logits by 4",
    source=f"{SOURCE} Figure 31",
    kind="empirical",
)
def check_shift(effort: str, folder: Path | None = None) -> Finding:
    """The relative error of the shift, and how far the best move is from 4, of every cluster."""
    rows, lacking = clusters(folder), lacks(folder)
    if not rows:
        return Finding("not yet run", lacking)
    errors, turns = numbers(rows, "shift_error"), numbers(rows, "turns")
    fails = [row for row, e, t in zip(rows, errors, turns, strict=True) if e > ALONG or t > TURNS]
    small = f", of {np.median(numbers(fails, 'neurons')):.0f} neurons in the median" if fails else ""
    others = np.median(numbers([row for row in rows if row not in fails], "neurons"))
    evidence = (
        f"{studied(rows)}: relative error {np.median(errors):.2f} in the median ({np.quantile(errors, 0.05):.2f} to"
        f" {np.quantile(errors, 0.95):.2f} in 90%; 1.41 for random ones); {len(fails)} clusters do not move along"
        f"{small} (the others {others:.0f})"
    )
    return Finding(
        "not yet run" if lacking else shift_verdict(errors, turns),
        pending(evidence, lacking) if lacking else evidence,
        scope=f"""batches of n, width 128; contributions less their mean over the labels. A cluster moves along if the
        relative error is at most {ALONG} and the move of the labels that fits best is within {TURNS} turns of its wave
        from 4. Reproduced means {NEARLY_ALL:.0%} of the clusters, mixed more than half""",
        data={"fails": len(fails), "clusters": len(rows)},
    )


def rank_verdict(alone: float, together: float) -> Verdict:
    """Whether one cluster ranks the right label first in at most RARELY of the cases, and all in ALWAYS."""
    holds = [alone <= RARELY, together >= ALWAYS]
    return "reproduced" if all(holds) else "mixed" if any(holds) else "not reproduced"


@claim(
    id="C15",
    claim="one cluster alone rarely ranks the right logit first; all together always do",
    source=f"{SOURCE} Figure 5a",
    kind="empirical",
)
def check_ranks(effort: str, folder: Path | None = None) -> Finding:
    """Histograms of the right label's rank, over all pairs, clusters and networks."""
    rows, lacking = clusters(folder), lacks(folder)
    ranks = [row for n in MODULI for row in batches("ranks", n, folder)]
    if not rows or not ranks:
        return Finding("not yet run", lacking or "no saved table of ranks")
    totals = {what: sum(int(row[what]) for row in ranks) for what in ("alone", "together")}
    first = {what: sum(int(row[what]) for row in ranks if row["rank"] == "0") for what in totals}
    alone, together = (first[what] / totals[what] for what in ("alone", "together"))
    best = max(numbers(rows, "first"))
    wrong = {tuple(row[c] for c in ("n", "seed")) for row in rows if float(row["accuracy"]) < 1}
    evidence = (
        f"{studied(rows)}: the right label is first in {alone:.1%} of the cases by one cluster (at most {best:.1%} by"
        f" any), in {together:.4%} by all; {len(wrong)} networks are wrong for some pair"
    )
    return Finding(
        "not yet run" if lacking else rank_verdict(alone, together),
        pending(evidence, lacking) if lacking else evidence,
        scope=f"""batches of n, width 128, all n^2 pairs; a tie is not first. Rarely: at most {RARELY:.0%}; always:
        {ALWAYS:.1%} or more, as a network that is trained on a part of the pairs may miss one""",
        data={"alone": alone, "together": together},
    )
