"""A20: the embedding and unembedding vectors of a trained neuron share their frequency; from saved runs."""

from __future__ import annotations

from pathlib import Path

from proofs_check.claims.shared.saved_runs import final, shortfall
from proofs_check.register.claim import Finding, Verdict
from proofs_check.register.registry import claim


@claim(
    id="A20",
    claim="in trained networks the embedding and unembedding vectors of a neuron have the same frequency",
    source="Morwani et al., blog post, embedding plots",
    kind="empirical",
    requires=("A4",),
)
def check(effort: str, folder: Path | None = None) -> Finding:
    """Mass outside the main frequency in saved runs and in a small run made anew."""
    runs = {p: final(p, "power_min", folder=folder) for p in ("mod23", "mod71")}
    least = {p: run["power_min"] for p, run in runs.items() if run is not None}
    parts = [f"{p}: {1 - x:.1e}" for p, x in least.items()]
    verdict: Verdict = "not yet run" if not least else "reproduced" if min(least.values()) > 2 / 3 else "not reproduced"
    return Finding(
        verdict,
        f"""share of a neuron's squared norm outside its one frequency, at most: {", ".join(parts) or "no saved runs"};
        inside, {shortfall("power_min")}""",
        scope="""u, v and w are taken together, with equal norms at the optimum: a share above 2/3 leaves no vector to
        another frequency. Saved runs of one seed each""",
        data={"least": least},
    )
