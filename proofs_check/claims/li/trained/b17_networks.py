"""B17: trained x^k networks have neurons of one frequency and cover all frequencies; from saved runs alone."""

from __future__ import annotations

from typing import Any

from proofs_check.claims.shared.saved_runs import finals
from proofs_check.register.claim import Finding
from proofs_check.register.registry import claim

PRESETS = {3: "li-k3-p97", 4: "li-k4-p47", 5: "li-k5-p23"}
PURE = 0.95  # largest normalised Fourier power of a neuron that counts as one frequency
Runs = dict[int, list[dict[str, Any]]]


def supports(run: dict[str, Any], pure: float = PURE) -> bool:
    """Whether a final state has median maximum Fourier power >= `pure` and covers all frequencies."""
    return bool(run["power_median"] >= pure and run["covered"] >= run["frequencies"])


def by_inputs(runs: list[dict[str, Any]]) -> Runs:
    """Final states of the presets of Li et al. by k, those with spectra."""
    keys = ("power_median", "covered", "frequencies")
    return {
        k: described
        for k, name in PRESETS.items()
        if (described := [r for r in runs if r["preset"] == name and all(r.get(key) is not None for key in keys)])
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
        others = f". {seen}" if seen else ""
        return Finding("not yet run", f"no saved run at the paper's scale for {where}{others}")
    held = all(supports(run) for group in full.values() for run in group)
    return Finding("reproduced" if held else "not reproduced", f"{seen}; wanted: median power {PURE}, all frequencies")


@claim(
    id="B17",
    claim="""SGD-trained networks of width 2^(2k-2) (p-1) have single-frequency neurons and cover all frequencies, for k
    = 3, 4, 5""",
    source="Li et al., Section 5.1 and appendix H.2, Figures 1, 2, 5 to 8",
    kind="empirical",
)
def check(effort: str) -> Finding:
    """Power and coverage of the saved runs of Li et al.'s presets."""
    return judged(by_inputs(finals()))
