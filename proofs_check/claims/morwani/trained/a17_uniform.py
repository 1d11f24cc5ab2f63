"""A17: the frequencies of trained neurons are nearly uniform; from saved runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median

from mpmath import gammainc  # type: ignore[import-untyped]

from proofs_check.claims.shared.saved_runs import final, small_run
from proofs_check.register.claim import Finding, Verdict
from proofs_check.register.registry import claim

LEVEL = 0.01  # below this p-value frequencies are called not uniform


def uniform_p_value(counts: Sequence[int]) -> float:
    """p-value of Pearson's chi-square test that neurons choose frequencies uniformly and independently."""
    mean = sum(counts) / len(counts)
    statistic = sum((x - mean) ** 2 for x in counts) / mean
    freedom = len(counts) - 1
    return float(gammainc(freedom / 2, statistic / 2, regularized=True))


def uniform_verdict(counts: dict[str, list[int]], level: float = LEVEL) -> Verdict:
    """Whether no run's counts are called not uniform at that level."""
    if not counts:
        return "not yet run"
    return "reproduced" if all(uniform_p_value(x) >= level for x in counts.values()) else "not reproduced"


@claim(
    id="A17",
    claim="the frequencies of the trained neurons are close to uniformly distributed over 1..(p-1)/2",
    source="Morwani et al., blog post, frequency plots for mod 23 and mod 71",
    kind="empirical",
    requires=("A5",),
)
def check(effort: str, folder: Path | None = None) -> Finding:
    """Neurons per frequency of saved runs and of a small run made anew, tested against equal shares."""
    runs = {p: final(p, "neurons", folder=folder) for p in ("mod23", "mod71", "morwani-mod71")}
    counts = {p: run["neurons"] for p, run in runs.items() if run is not None}
    live = small_run()
    shown = dict(counts) | ({"mod 23 anew": live["neurons"]} if live else {})
    parts = [
        f"{p}: {min(x)} to {max(x)} neurons per frequency, median {median(x):g}, p = {uniform_p_value(x):.2f}"
        for p, x in shown.items()
    ]
    return Finding(
        uniform_verdict(counts),
        "; ".join(parts) or "no saved runs with spectra, or pyarrow is not installed (pip install '.[train]')",
        scope=f"""Pearson's chi-square test against equal shares at the level {LEVEL}, saved runs of one seed each. The
        mass of each frequency, unlike the number of its neurons, must be equal in the limit (A5)""",
        data={"counts": counts},
    )
