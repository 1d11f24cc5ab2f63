"""C38 to C40: what further figures show of trained ReLU networks mod 91. No such networks have been trained here."""

from __future__ import annotations

from math import gcd

from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim

UNIT = 5
SOURCE = "modular addition at several scales,"
MISSING = "no ReLU network with biases and embeddings has been trained in this project; no saved run"


def multiples(n: int, f: int) -> set[int]:
    """Frequencies 1..n/2 that are multiples of f modulo n, up to sign."""
    return {min(f * i % n, -f * i % n) for i in range(n)} - {0}


@claim(
    id="C38",
    claim="the phases (phase-a, phase-b) of a cluster spread uniformly over the plane only about half the time",
    source=f"{SOURCE} appendix B.3, Figure 24b",
    kind="empirical",
)
def check_phases(effort: str) -> Finding:
    """Nothing is computed: no such network has been trained."""
    return Finding("not yet run", MISSING)


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
