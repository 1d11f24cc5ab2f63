"""A15, A16, A17, A20: what trained networks look like, from saved runs with seeds, and a small one made anew."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from mpmath import gammainc  # type: ignore[import-untyped]

from proofs_check.claims.claim import Finding, Verdict
from proofs_check.claims.registry import claim
from proofs_check.claims.saved_runs import FOLDER, NO_TORCH, final, recipe_ratios, replay

RELU = "morwani-mod71-relu"
LEVEL = 0.01  # below this p-value frequencies are called not uniform


def _live(effort: str) -> dict[str, Any] | None:
    return replay("mod23", 0) if effort in ("quick", "full") else None


def _replayed(run: dict[str, Any] | None, key: str) -> str:
    if run is None:
        return NO_TORCH
    return f"mod 23 trained anew, seed 0: 1 - {1 - run[key]:.0e}"


def ratio_verdict(ratios: dict[str, dict[int, float]], least: float = 0.999) -> Verdict:
    """Whether the runs of every preset all reach `least` of gamma*."""
    if not all(ratios.values()):
        return "not yet run"
    return "reproduced" if all(x >= least for runs in ratios.values() for x in runs.values()) else "not reproduced"


@claim(
    id="A15",
    claim="trained on addition mod 23 and mod 71 (x^2, L_{2,3}) the normalised margin asymptotically reaches gamma*",
    source="Morwani et al., blog post, margin plots",
    kind="empirical",
    requires=("A3",),
)
def check_margin(effort: str, folder: Path = FOLDER) -> Finding:
    ratios = {preset: recipe_ratios(preset, folder) for preset in ("mod23", "mod71")}
    if effort == "full":
        anew = {preset: {s: replay(preset, s) for s in range(8)} for preset in ratios}
        found = {p: {s: r["ratio"] for s, r in runs.items() if r is not None} for p, runs in anew.items()}
        ratios = {preset: found[preset] or ratios[preset] for preset in ratios}
    verdict = ratio_verdict(ratios)
    parts = [
        f"{preset}: {min(runs.values()):.5f} to {max(runs.values()):.5f}, {len(runs)} seeds"
        for preset, runs in ratios.items()
        if runs
    ]
    paper = final("morwani-mod71", "ratio", scale="paper", folder=folder)
    if paper is not None:
        parts.append(f"the paper's recipe for mod 71, 1 seed: {paper['ratio']:.5f}")
        verdict = verdict if paper["ratio"] >= 0.99 else "not reproduced"
    return Finding(
        verdict,
        f"normalised margin over gamma* at the end, {'; '.join(parts) or 'no saved runs'};"
        f" {_replayed(_live(effort), 'ratio')}",
        scope="the project's recipes (regulariser lambda ||theta||^3); reproduced means 0.999 in every run, and"
        " 0.99 with"
        " the paper's gradient descent where that run exists",
        data={"ratios": {preset: list(runs.values()) for preset, runs in ratios.items()}},
    )


def power_verdict(quadratic: float | None, relu: float | None, expected: float = 0.9) -> Verdict:
    """x^2 above 0.99 and ReLU within 0.05 of the expected; each the mean over neurons of the greatest Fourier power."""
    if quadratic is None or relu is None:
        return "not yet run"
    return "reproduced" if quadratic >= 0.99 and abs(relu - expected) <= 0.05 else "not reproduced"


@claim(
    id="A16",
    claim="the greatest normalised Fourier power of a neuron is almost exactly 1 in trained x^2 networks, and"
    " about 0.9 in"
    " ReLU networks with L_2",
    source="Morwani et al., blog post, embedding plots, and figures of Section 4",
    kind="empirical",
)
def check_power(effort: str, folder: Path = FOLDER) -> Finding:
    quadratic = {p: final(p, "power_min", folder=folder) for p in ("mod23", "mod71", "morwani-mod71")}
    squared = {p: run for p, run in quadratic.items() if run is not None}
    relu = final(RELU, "power_median", folder=folder)
    least = min((run["power_min"] for run in squared.values()), default=None)
    parts = [f"{p}: least 1 - {1 - run['power_min']:.0e} of {run['live']} neurons" for p, run in squared.items()]
    if relu is not None:
        mean = relu.get("power_mean", relu["power_median"])
        parts.append(
            f"ReLU, mod 71, scale {relu['scale']}: mean {mean:.4f}, median {relu['power_median']:.4f},"
            f" least {relu.get('power_min', float('nan')):.4f}"
        )
    else:
        parts.append("ReLU, mod 71: no saved run")
    return Finding(
        power_verdict(least, None if relu is None else relu.get("power_mean", relu["power_median"])),
        f"greatest share of a neuron's squared norm at one frequency; {'; '.join(parts)};"
        f" {_replayed(_live(effort), 'power_min')}",
        scope="power over u, v and w together; one run each; reproduced means x^2 above 0.99 and ReLU within"
        " 0.05 of 0.9",
        data={"quadratic": least, "relu": None if relu is None else relu["power_median"]},
    )


def uniform_p_value(counts: Sequence[int]) -> float:
    """p-value of Pearson's chi-square test that neurons choose frequencies uniformly and independently."""
    mean = sum(counts) / len(counts)
    statistic = sum((x - mean) ** 2 for x in counts) / mean
    freedom = len(counts) - 1
    return float(gammainc(freedom / 2, statistic / 2, regularized=True))


def uniform_verdict(counts: dict[str, list[int]], level: float = LEVEL) -> Verdict:
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
def check_uniform(effort: str, folder: Path = FOLDER) -> Finding:
    found = {p: final(p, "neurons", folder=folder) for p in ("mod23", "mod71", "morwani-mod71")}
    counts = {p: run["neurons"] for p, run in found.items() if run is not None}
    live = _live(effort)
    shown = dict(counts) | ({"mod 23 anew": live["neurons"]} if live else {})
    parts = [
        f"{p}: {min(x)} to {max(x)} neurons per frequency, median {median(x):g}, p = {uniform_p_value(x):.2f}"
        for p, x in shown.items()
    ]
    return Finding(
        uniform_verdict(counts),
        "; ".join(parts) or "no saved runs with spectra, or pyarrow is not installed (pip install '.[train]')",
        scope=f"Pearson's chi-square test against equal shares at the level {LEVEL}, saved runs of one seed each."
        " The mass"
        " of each frequency, unlike the number of its neurons, must be equal in the limit (A5)",
        data={"counts": counts},
    )


@claim(
    id="A20",
    claim="in trained networks the embedding and unembedding vectors of a neuron have the same frequency",
    source="Morwani et al., blog post, embedding plots",
    kind="empirical",
    requires=("A4",),
)
def check_same_frequency(effort: str, folder: Path = FOLDER) -> Finding:
    found = {p: final(p, "power_min", folder=folder) for p in ("mod23", "mod71")}
    least = {p: run["power_min"] for p, run in found.items() if run is not None}
    live = _live(effort)
    parts = [f"{p}: {1 - x:.1e}" for p, x in least.items()]
    verdict: Verdict = "not yet run" if not least else "reproduced" if min(least.values()) > 2 / 3 else "not reproduced"
    return Finding(
        verdict,
        "share of a neuron's squared norm outside its one frequency, at most:"
        f" {', '.join(parts) or 'no saved runs'}; inside, {_replayed(live, 'power_min')}",
        scope="u, v and w are taken together, with equal norms at the optimum: a share above 2/3 leaves no"
        " vector to another"
        " frequency. Saved runs of one seed each",
        data={"least": least},
    )
