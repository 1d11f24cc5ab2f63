"""A17: the frequencies of trained neurons are nearly uniform; from the saved runs of eight seeds."""

from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt
from pathlib import Path

from proofs_check.claims.shared.saved_runs import final_rows
from proofs_check.register.claim import Finding, Verdict, demand
from proofs_check.register.registry import claim

FREQUENCIES = {"mod23": 11, "mod71": 35}
SEEDS = 8
DISTANCE = 0.1  # total variation from uniform that still counts as close
DOUBT = 0.01  # that the true distance is above the bound
SPREAD = 1.25  # most and 1/least neurons at a frequency, over the mean


def distance(counts: Sequence[int]) -> float:
    """Total variation of the shares from equal shares."""
    mean = sum(counts) / len(counts)
    return sum(abs(x - mean) for x in counts) / (2 * sum(counts))


def distance_below(counts: Sequence[int], doubt: float = DOUBT) -> float:
    """A bound on the distance of the law that the neurons are drawn from, but for a chance of `doubt`.

    The empirical shares of N draws differ from those of their law by at most sqrt(frequencies/N)/2 on average, and by
    sqrt(ln(1/doubt)/(2 N)) more with that chance (McDiarmid).
    """
    draws = sum(counts)
    return distance(counts) + sqrt(len(counts) / draws) / 2 + sqrt(log(1 / doubt) / (2 * draws))


def pooled(runs: Sequence[Sequence[int]]) -> list[int]:
    """Neurons per frequency of all seeds together."""
    return [sum(column) for column in zip(*runs, strict=True)]


def uniform_verdict(counts: dict[str, list[list[int]]]) -> Verdict:
    """Close to uniform at every task, all seeds together: bound of the distance, least and greatest frequency."""
    if min(map(len, counts.values())) < SEEDS:
        return "not yet run"
    sums = [pooled(runs) for runs in counts.values()]
    near = sum(distance_below(x) <= DISTANCE for x in sums)
    even = sum(max(x) * len(x) <= SPREAD * sum(x) and min(x) * len(x) * SPREAD >= sum(x) for x in sums)
    return "reproduced" if near == even == len(counts) else "not reproduced"


def read(recipe: str, folder: Path | None = None) -> list[list[int]]:
    """Neurons per frequency of each seed. Raises Refuted where they are not the living ones of every frequency."""
    runs = []
    for row in final_rows(recipe, folder):
        neurons = [int(x) for x in row["neurons"].split()]
        whole = len(neurons) == FREQUENCIES[recipe] and sum(neurons) == int(row["live"]) <= int(row["width"])
        demand(whole, f"{recipe}, seed {row['seed']}: {neurons} are not the {row['live']} living neurons")
        runs.append(neurons)
    return runs


@claim(
    id="A17",
    claim="the frequencies of the trained neurons are close to uniformly distributed over 1..(p-1)/2",
    source="Morwani et al., blog post, frequency plots for mod 23 and mod 71",
    kind="empirical",
    requires=("A5",),
)
def check(effort: str, folder: Path | None = None) -> Finding:
    """Neurons per frequency of the saved runs, all seeds together, against equal shares from both sides."""
    counts = {recipe: read(recipe, folder) for recipe in FREQUENCIES}
    parts = []
    for recipe, runs in counts.items():
        if runs:
            total = pooled(runs)
            mean = sum(total) / len(total)
            parts.append(
                f"{recipe}, {len(runs)} seeds, {sum(total)} neurons: {min(total) / mean:.3f} to {max(total) / mean:.3f}"
                f" of an equal share, distance {distance(total):.3f}, of their law below {distance_below(total):.3f}"
            )
    return Finding(
        uniform_verdict(counts),
        "; ".join(parts) or "no saved runs",
        scope=f"""the project's recipes, {SEEDS} seeds each. Close means: the law of a neuron's frequency is within
        {DISTANCE} of uniform in total variation, but for a chance of {DOUBT} (McDiarmid, neurons taken as independent
        draws), and no frequency has more than {SPREAD} or less than 1/{SPREAD} of an equal share. The mass of each
        frequency, unlike the number of its neurons, must be equal in the limit (A5)""",
        data={"counts": counts},
    )
