"""C38 to C40: further figures of trained networks mod 91: phases, ablation, relations; from the saved tables."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd
from pathlib import Path

import numpy as np

from proofs_check.claims.shared.several_scales import Row, batches, interval, numbers, pending, seeds, too_few
from proofs_check.register.claim import Finding, Verdict, demand
from proofs_check.register.registry import claim

UNIT = 5
SOURCE = "modular addition at several scales,"
HALF = (0.35, 0.65)  # share of the clusters with evenly spread phases that counts as about half
CHANCE = 0.05  # p-value below which phases are not evenly spread
ENOUGH = 20  # networks, with about five clusters each
PARTS = ("0", "25", "50", "75", "100")  # percent of a cluster's neurons that are removed
NEARLY_ALL = 0.95
AGREE = 0.75  # share of pairs of clusters in the same order; 1/2 if there is none
ENOUGH_NEURONS = 100  # fine-tuning neurons with the frequency


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


def rises(row: Row) -> bool:
    """Whether the loss is larger the more of a cluster is removed."""
    losses = [float(row[f"loss_{part}"]) for part in PARTS]
    return all(losses[i] < losses[i + 1] for i in range(len(losses) - 1))


def agreement(rows: Sequence[Row]) -> list[list[float]]:
    """Of each network the pairs of clusters, and how many of them half and the whole put in the same order."""
    networks: dict[str, list[Row]] = {}
    for row in rows:
        networks.setdefault(row["seed"], []).append(row)
    found = []
    for clusters in networks.values():
        losses = [(float(row["loss_50"]), float(row["loss_100"])) for row in clusters]
        pairs = [(losses[i], losses[j]) for i in range(len(losses)) for j in range(i)]
        found.append([float(len(pairs)), float(sum((x[0] > y[0]) == (x[1] > y[1]) for x, y in pairs))])
    return found


def share_of(pairs: np.ndarray) -> float:
    """Of columns of pairs and those in the same order."""
    every, same = pairs.sum(0)
    return float(same / max(every, 1))


def ablation_verdict(rising: float, agreeing: float) -> Verdict:
    """Whether the loss rises with what is removed, NEARLY_ALL, and clusters keep their order; mixed if one does."""
    holds = [rising >= NEARLY_ALL, agreeing >= AGREE]
    return "reproduced" if all(holds) else "mixed" if any(holds) else "not reproduced"


@claim(
    id="C39",
    claim="removing random neurons of a cluster changes loss and accuracy by how much each cluster matters",
    source=f"{SOURCE} appendix B.4, Figure 27",
    kind="empirical",
)
def check_ablation(effort: str, folder: Path | None = None) -> Finding:
    """Losses without a quarter, a half, three quarters and all of each cluster, and the order of clusters by them."""
    rows = batches("ablation", 91, folder)
    lacking = too_few({"n = 91": seeds(rows)}, ENOUGH)
    if not rows:
        return Finding("not yet run", lacking)
    rising, pairs = float(np.mean([rises(row) for row in rows])), agreement(rows)
    low, high = interval(pairs, share_of)
    lost = [f"{part}%: {np.median(numbers(rows, f'loss_{part}')):.3g}" for part in PARTS]
    without = numbers(rows, "accuracy_100")
    evidence = (
        f"{len(rows)} clusters of {seeds(rows)} networks, n = 91; median loss without a part of a cluster"
        f" {', '.join(lost)}; it rises from part to part for {rising:.1%} of the clusters; half of the clusters and"
        f" the whole of them are in the same order for {share_of(np.array(pairs)):.1%} of the pairs (95%: {low:.1%} to"
        f" {high:.1%}); accuracy without a whole cluster {np.quantile(without, 0.05):.2f} to"
        f" {np.quantile(without, 0.95):.2f} in 90%"
    )
    return Finding(
        "not yet run" if lacking else ablation_verdict(rising, share_of(np.array(pairs))),
        pending(evidence, lacking) if lacking else evidence,
        scope=f"""batches of 91, width 128; loss without weight decay on all pairs, mean of three draws of the neurons.
        Reproduced means that the loss rises for {NEARLY_ALL:.0%} of the clusters and that {AGREE:.0%} of the pairs of
        clusters of a network are in one order by the loss without half and without all; mixed one of the two""",
        data={"rises": rising, "agreement": share_of(np.array(pairs))},
    )


def fine_neurons(rows: Sequence[Row]) -> list[list[set[int]]]:
    """The sets of frequencies of each network's fine-tuning neurons."""
    return [[set(map(int, part.split(","))) for part in row["combinations"].split()] for row in rows]


def relation(networks: Sequence[Sequence[set[int]]], given: int, others: set[int]) -> list[list[float]]:
    """Of each network: neurons with `given`, frequencies in `others` that they have, all others that they have."""
    found = []
    for neurons in networks:
        chosen = [f for f in neurons if given in f]
        there, besides = sum(len(f & others) for f in chosen), sum(len(f - others - {given}) for f in chosen)
        found.append([float(len(chosen)), float(there), float(besides)])
    return found


def preference(counts: np.ndarray, within: int, outside: int) -> float:
    """How often a neuron has one of the related frequencies over how often one of the others; 1 if alike."""
    _, there, besides = counts.sum(0)
    return float((there / within) / max(besides / outside, 1e-12))


def related() -> dict[int, set[int]]:
    """For 15 the multiples of 5 as whole numbers, for 7 its multiples; without themselves."""
    return {15: {f for f in range(1, 46) if f % UNIT == 0} - {15}, 7: multiples(91, 7) - {7}}


def multiples_verdict(lows: Sequence[float]) -> Verdict:
    """Whether the lower ends are above 1 for 15 and for 7; mixed if for one of them."""
    above = [low > 1 for low in lows]
    return "reproduced" if all(above) else "mixed" if any(above) else "not reproduced"


@claim(
    id="C40",
    claim="""if a fine-tuning neuron has frequency 15, all multiples of 5 are more likely in it; likewise for 7 and its
    multiples (n = 91)""",
    source=f"{SOURCE} appendix B.5, Figure 28",
    kind="empirical",
    requires=("C28",),
)
def check_multiples(effort: str, folder: Path | None = None) -> Finding:
    """Which frequencies are multiples of 5 and of 7 modulo 91; how often fine-tuning neurons with 15 or 7 have them."""
    demand(gcd(UNIT, 91) == 1 and multiples(91, UNIT) == set(range(1, 46)), f"multiples of {UNIT}")
    whole = {f for f in range(1, 46) if f % UNIT == 0}
    relabelled = {min(2 * f % 91, -2 * f % 91) for f in whole}
    demand(len(whole) == 9 and relabelled == {1, 10, 11, 20, 21, 30, 31, 40, 41}, f"2 x keeps {sorted(whole)}")
    demand(multiples(91, 7) == set(range(7, 43, 7)), "multiples of 7")
    remark = f"""Modulo 91 every frequency is a multiple of {UNIT}, since {UNIT} is a unit, so 'multiples of
        {UNIT}' means {UNIT}, {2 * UNIT}, ..., 45 as whole numbers, which no relabelling keeps (C28); the multiples
        of 7 are six frequencies"""
    networks = fine_neurons(batches("fine", 91, folder))
    lows, parts, few = [], [], {}
    for given, others in related().items():
        counts = relation(networks, given, others)
        few[f"with {given}"] = int(sum(count[0] for count in counts))
        if not few[f"with {given}"]:
            continue
        outside = 44 - len(others)

        def value(drawn: np.ndarray, within: int = len(others), outside: int = outside) -> float:
            return preference(drawn, within, outside)

        low, high = interval(counts, value)
        lows.append(low)
        parts.append(
            f"{few[f'with {given}']} neurons with {given}: one of its relations {value(np.array(counts)):.2f} times as"
            f" often as another frequency (95%: {low:.2f} to {high:.2f})"
        )
    short = [f"{name}: {count}" for name, count in few.items() if count < ENOUGH_NEURONS]
    lacking = f"too few fine-tuning neurons for a verdict ({ENOUGH_NEURONS} each): {', '.join(short)}" if short else ""
    evidence = f"{'; '.join([f'fine-tuning neurons of {len(networks)} networks', *parts])}. {remark}"
    return Finding(
        "not yet run" if lacking else multiples_verdict(lows),
        pending(evidence, lacking) if lacking else evidence,
        scope="""batches of 91, width 128; frequencies with 5% or more of what varies in a neuron that has less than 90%
        at one (margin.analysis.cyclic.neurons). Reproduced means a 95% interval (bootstrap over networks) above 1 for
        15 and for 7; that each single multiple is more likely is not tested""",
        data={"neurons": few},
    )
