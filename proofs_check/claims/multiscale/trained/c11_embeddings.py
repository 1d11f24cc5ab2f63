"""C11 and C16: the size of embedding weights, and their principal components; from the saved tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from proofs_check.claims.shared.several_scales import (
    MODULI,
    Row,
    batches,
    full,
    interval,
    numbers,
    pending,
    seeds,
    too_few,
)
from proofs_check.register.claim import Finding, Verdict
from proofs_check.register.registry import claim

BATCHES = (0.04, 0.06)  # about 5% of the weights above 1
FULL = 0.005
LONGER = ("40000", "80000")  # steps, in batches
ENOUGH = 50  # networks of each case
ENOUGH_PAIRS = 100  # pairs of components of each kind
NEARLY_ALL = 0.95


def sizes_verdict(small: Sequence[float], whole: Sequence[float]) -> Verdict:
    """Shares above 1 in networks trained in batches, about 5%, and with the full batch, fewer; mixed if one holds."""
    if len(small) < ENOUGH or len(whole) < ENOUGH:
        return "not yet run"
    holds = [BATCHES[0] <= np.mean(small) <= BATCHES[1], np.mean(whole) < FULL]
    return "reproduced" if all(holds) else "mixed" if any(holds) else "not reproduced"


def told(name: str, rows: Sequence[Row]) -> str:
    """The mean share above 1 with its interval, and at which steps."""
    values = numbers(rows, "over_one")
    low, high = interval([[x] for x in values], lambda drawn: float(drawn.mean()))
    steps = " and ".join(sorted({row["steps"] for row in rows}))
    return f"{name}, step {steps}: {np.mean(values):.2%} (95%: {low:.2%} to {high:.2%}), {len(values)} networks"


@claim(
    id="C11",
    claim="with batch size n about 5% of embedding weights exceed 1 in size, with full batch fewer than 0.5%",
    source="modular addition at several scales, Figure 3",
    kind="empirical",
)
def check_sizes(effort: str, folder: Path | None = None) -> Finding:
    """Shares of weights above 1, n = 91, as in the figure; n = 89 beside it."""
    small, whole = batches("networks", 91, folder), full("networks", 91, folder)
    groups = {f"n = {n}, {name}": of("networks", n, folder) for n in MODULI for name, of in KINDS.items()}
    for steps in LONGER:
        groups |= {f"n = 91, batches, {steps} steps": batches("networks", 91, folder, steps)}
    evidence = "; ".join(told(name, rows) for name, rows in groups.items() if rows)
    lacking = too_few({"n = 91, batches": len(small), "n = 91, full batch": len(whole)}, ENOUGH)
    return Finding(
        sizes_verdict(numbers(small, "over_one"), numbers(whole, "over_one")),
        pending(evidence, lacking) if lacking else evidence,
        scope=f"""at the step said: the share grows with the steps in batches, and the paper does not say how many it
        takes. Reproduced means {BATCHES[0]:.0%} to {BATCHES[1]:.0%} with batches and below {FULL:.1%} with the full
        batch, n = 91, {ENOUGH} networks or more of each""",
        data={name: float(np.mean(numbers(rows, "over_one"))) for name, rows in groups.items() if rows},
    )


KINDS = {"batches": batches, "full batch": full}


def count(rows: Sequence[Row], same: bool, circular: bool) -> int:
    """Pairs of components of that kind."""
    return sum(int(row["pairs"]) for row in rows if (row["same"], row["circular"]) == (str(+same), str(+circular)))


def pairs_verdict(rows: Sequence[Row]) -> Verdict:
    """Whether non-circular pairs differ in frequency and circular ones do not, NEARLY_ALL; mixed if one of the two."""
    other, same = count(rows, False, False), count(rows, True, False)
    round_other, round_same = count(rows, False, True), count(rows, True, True)
    if other + same < ENOUGH_PAIRS or round_other + round_same < ENOUGH_PAIRS / 2:
        return "not yet run"
    holds = [other >= NEARLY_ALL * (other + same), round_same >= NEARLY_ALL * (round_other + round_same)]
    return "reproduced" if all(holds) else "mixed" if any(holds) else "not reproduced"


@claim(
    id="C16",
    claim="non-circular (Lissajous) pairs of principal components are those whose components differ in frequency",
    source="modular addition at several scales, appendix B.1",
    kind="empirical",
)
def check_pairs(effort: str, folder: Path | None = None) -> Finding:
    """Neighbouring components among the first eight, by frequency and by the roundness of the curve they draw."""
    rows = [row for n in MODULI for row in batches("pairs", n, folder)]
    networks = sum(seeds(batches("clusters", n, folder)) for n in MODULI)
    other, same = count(rows, False, False), count(rows, True, False)
    round_other, round_same = count(rows, False, True), count(rows, True, True)
    pure = [row for row in rows if row["pure"] == "1"]
    kinds = f"{count(pure, True, False)} of {count(pure, True, False) + count(pure, False, False)}"
    evidence = (
        f"{networks} networks, n = 89 and 91: of {other + same} pairs that draw no circle {same} have the same dominant"
        f" frequency, of {round_other + round_same} that do {round_same}; where both components have 90% of their norm"
        f" at one frequency, {kinds} that draw no circle have the same"
        if rows
        else ""
    )
    verdict = pairs_verdict(rows)
    return Finding(
        verdict,
        pending(evidence, "too few pairs for a verdict") if verdict == "not yet run" else evidence,
        scope=f"""batches of n, width 128; components of both embeddings side by side; a circle: the squared radius,
        both components brought to norm 1, spreads by at most a quarter of its mean (a half for two waves of different
        frequencies). Reproduced means {NEARLY_ALL:.0%} both ways""",
        data={"other": other, "same": same, "round_other": round_other, "round_same": round_same},
    )
