"""C38 to C40: what further figures show of trained networks mod 91; the phases from the saved table of clusters."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd
from pathlib import Path

import numpy as np

from proofs_check.claims.shared.several_scales import batches, interval, numbers, pending, seeds, too_few
from proofs_check.register.claim import Finding, Verdict, demand
from proofs_check.register.registry import claim

UNIT = 5
SOURCE = "modular addition at several scales,"
MISSING = "such networks are trained (C8 to C16), but there is no saved table of this"
HALF = (0.35, 0.65)  # share of the clusters with evenly spread phases that counts as about half
CHANCE = 0.05  # p-value below which phases are not evenly spread
ENOUGH = 20  # networks, with about five clusters each


def multiples(n: int, f: int) -> set[int]:
    """Frequencies 1..n/2 that are multiples of f modulo n, up to sign."""
    return {min(f * i % n, -f * i % n) for i in range(n)} - {0}


def phases_verdict(spreads: Sequence[float]) -> Verdict:
    """Whether about half of the clusters have phases that are not unevenly spread."""
    return "reproduced" if HALF[0] <= np.mean(np.array(spreads) >= CHANCE) <= HALF[1] else "not reproduced"


@claim(
    id="C38",
    claim="the phases (phase-a, phase-b) of a cluster spread uniformly over the plane only about half the time",
    source=f"{SOURCE} appendix B.3, Figure 24b",
    kind="empirical",
)
def check_phases(effort: str, folder: Path | None = None) -> Finding:
    """The p-values of a test of evenness, one for each cluster."""
    rows = batches("clusters", 91, folder)
    spreads = numbers(rows, "spread")
    lacking = too_few({"n = 91": seeds(rows)}, ENOUGH)
    evidence = ""
    if rows:
        share = float(np.mean(np.array(spreads) >= CHANCE))
        low, high = interval([[x >= CHANCE] for x in spreads], lambda drawn: float(drawn.mean()))
        evidence = (
            f"{len(rows)} clusters of {seeds(rows)} networks, n = 91: evenly spread in {share:.1%}"
            f" (95%: {low:.1%} to {high:.1%}); p-values {np.quantile(spreads, 0.05):.2f} to"
            f" {np.quantile(spreads, 0.95):.2f} in 90% (of phases drawn at random: 0.05 to 0.95)"
        )
    return Finding(
        "not yet run" if lacking else phases_verdict(spreads),
        pending(evidence, lacking) if lacking else evidence,
        scope=f"""batches of 91, width 128; evenly spread: Rayleigh's test over the four lowest waves of both phases has
        p >= {CHANCE}, which sees no finer pattern. About half: {HALF[0]:.0%} to {HALF[1]:.0%} of the clusters; the
        paper judges by eye""",
    )


@claim(
    id="C39",
    claim="removing random neurons of a cluster changes loss and accuracy by how much each cluster matters",
    source=f"{SOURCE} appendix B.4, Figure 27",
    kind="empirical",
)
def check_ablation(effort: str) -> Finding:
    """Nothing is computed: no such network has been trained."""
    return Finding("not yet run", MISSING)


@claim(
    id="C40",
    claim="""if a fine-tuning neuron has frequency 15, all multiples of 5 are more likely in it; likewise for 7 and its
    multiples (n = 91)""",
    source=f"{SOURCE} appendix B.5, Figure 28",
    kind="empirical",
    requires=("C28",),
)
def check_multiples(effort: str) -> Finding:
    """Which frequencies are multiples of 5 and of 7 modulo 91; the likelihoods need trained networks."""
    demand(gcd(UNIT, 91) == 1 and multiples(91, UNIT) == set(range(1, 46)), f"multiples of {UNIT}")
    whole = {f for f in range(1, 46) if f % UNIT == 0}
    relabelled = {min(2 * f % 91, -2 * f % 91) for f in whole}
    demand(len(whole) == 9 and relabelled == {1, 10, 11, 20, 21, 30, 31, 40, 41}, f"2 x keeps {sorted(whole)}")
    demand(multiples(91, 7) == set(range(7, 43, 7)), "multiples of 7")
    return Finding(
        "not yet run",
        f"""{MISSING}. Modulo 91 every frequency is a multiple of {UNIT}, since {UNIT} is a unit, so 'multiples of
        {UNIT}' means {UNIT}, {2 * UNIT}, ..., 45 as whole numbers, which no relabelling keeps (C28); the multiples
        of 7 are six frequencies""",
    )
