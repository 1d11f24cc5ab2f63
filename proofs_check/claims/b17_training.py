"""B17 to B19: what trained networks and transformers learn for k = 3, 4, 5; from saved runs alone."""

from __future__ import annotations

from itertools import product
from typing import Any

from proofs_check.claims.claim import Finding, demand
from proofs_check.claims.exact import primes
from proofs_check.claims.registry import claim
from proofs_check.claims.saved_runs import finals

PRESETS = {3: "li-k3-p97", 4: "li-k4-p47", 5: "li-k5-p23"}
SIZES = {2: 97, 3: 31, 4: 11, 5: 5}
PURE = 0.95  # largest normalised Fourier power of a neuron that counts as one frequency


Runs = dict[int, list[dict[str, Any]]]


def supports(run: dict[str, Any], pure: float = PURE) -> bool:
    """Whether a final state has median maximum Fourier power >= `pure` and covers all frequencies."""
    return bool(run["power_median"] >= pure and run["covered"] >= run["frequencies"])


def by_inputs(runs: list[dict[str, Any]]) -> Runs:
    """Final states of the presets of Li et al. by k, those with spectra."""
    keys = ("power_median", "covered", "frequencies")
    return {
        k: found
        for k, name in PRESETS.items()
        if (found := [r for r in runs if r["preset"] == name and all(r.get(key) is not None for key in keys)])
    }


def judged(runs: Runs) -> Finding:
    """Reproduced if all runs at the paper's scale support the claim; not yet run where some k has none of them."""
    full = {k: [r for r in group if r["scale"] == "paper"] for k, group in runs.items()}
    missing = [k for k in PRESETS if not full.get(k)]
    seen = "; ".join(
        f"k = {k}, {r['scale']} scale: median Fourier power {r['power_median']:.3f}, frequencies covered"
        f" {r['covered']} of {r['frequencies']}"
        for k, group in sorted(runs.items())
        for r in group
    )
    if missing:
        where = ", ".join(f"k = {k}" for k in missing)
        return Finding("not yet run", f"no saved run at the paper's scale for {where}" + (f". {seen}" if seen else ""))
    held = all(supports(run) for group in full.values() for run in group)
    return Finding("reproduced" if held else "not reproduced", f"{seen}; wanted: median power {PURE}, all frequencies")


@claim(
    id="B17",
    claim="SGD-trained networks of width 2^(2k-2) (p-1) have single-frequency neurons and cover all frequencies, for"
    " k = 3, 4, 5",
    source="Li et al., Section 5.1 and appendix H.2, Figures 1, 2, 5 to 8",
    kind="empirical",
)
def check_networks(effort: str) -> Finding:
    return judged(by_inputs(finals()))


@claim(
    id="B18",
    claim="rows of the attention matrix W^KQ of a trained one-layer transformer are 2-dimensional cosines, k = 3, 4, 5",
    source="Li et al., Section 5.2 and appendix H.3, Figures 3, 9, 10",
    kind="empirical",
)
def check_transformer(effort: str) -> Finding:
    return Finding("not yet run", "no transformer has been trained in this project; no saved run to judge by")


@claim(
    id="B19",
    claim="grokking weakens as k grows, two-layer transformers on half of the data",
    source="Li et al., Section 5.3, Figure 4",
    kind="empirical",
)
def check_grokking(effort: str) -> Finding:
    return Finding("not yet run", "no transformer has been trained in this project; no saved run to judge by")


def spread(sizes: dict[int, int]) -> float:
    """Largest data set p^k over the smallest."""
    counts = [p**k for k, p in sizes.items()]
    return max(counts) / min(counts)


def best_sizes(first: int = 97) -> dict[int, int]:
    """Primes for k = 3, 4, 5 whose data sets, with p = `first` for k = 2, differ by the least factor."""
    choices = product(primes(37), repeat=3)
    return min(({2: first, 3: a, 4: b, 5: c} for a, b, c in choices), key=spread)


@claim(
    id="B19b",
    claim="p = 97, 31, 11, 5 for k = 2, 3, 4, 5 is chosen so that the data sets are roughly equal in size",
    source="Li et al., Section 5.3, Figure 4",
    kind="statement",
)
def check_sizes(effort: str) -> Finding:
    best = best_sizes()
    demand(spread(SIZES) > 9 > 2 > spread(best), "the sizes are within a factor 2, or no primes are")
    counts = ", ".join(str(p**k) for k, p in SIZES.items())
    return Finding(
        "fails",
        f"sizes p^k = {counts}: a factor {spread(SIZES):.2f} apart, while the figure compares k",
        counterexample=f"31^3/5^5 = {31**3}/{5**5} = {spread(SIZES):.2f}",
        correction=f"p = {', '.join(map(str, best.values()))} are within a factor {spread(best):.2f}, the least"
        " possible with p = 97 for k = 2",
        scope="integers; all primes up to 37 for k = 3, 4, 5 were tried",
    )
