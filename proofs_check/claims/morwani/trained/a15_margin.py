"""A15: the normalised margin of trained networks reaches gamma*; from saved runs, and a small one made anew."""

from __future__ import annotations

from pathlib import Path

from proofs_check.claims.shared.saved_runs import (
    final,
    made_anew,
    recipe_ratios,
    replay,
    require_shares,
    shortfall,
)
from proofs_check.register.claim import Finding, Verdict
from proofs_check.register.registry import claim

LEAST = 0.999  # of gamma*, in every run of the project's recipes
LEAST_PAPER = 0.99  # with the paper's gradient descent


def ratio_verdict(ratios: dict[str, dict[int, float]], least: float = LEAST) -> Verdict:
    """Whether the runs of every preset all reach `least` of gamma*. Raises Refuted where one exceeds gamma*."""
    values = [x for runs in ratios.values() for x in runs.values()]
    require_shares(values, "normalised margin over gamma*")
    if not all(ratios.values()):
        return "not yet run"
    return "reproduced" if sum(x >= least for x in values) == sum(map(len, ratios.values())) else "not reproduced"


@claim(
    id="A15",
    claim="trained on addition mod 23 and mod 71 (x^2, L_{2,3}) the normalised margin asymptotically reaches gamma*",
    source="Morwani et al., blog post, margin plots",
    kind="empirical",
    requires=("A3",),
)
def check(effort: str, folder: Path | None = None) -> Finding:
    """Ratios of the saved runs (trained anew with full effort), of the paper's recipe, and of a small run made anew."""
    ratios = {preset: recipe_ratios(preset, folder) for preset in ("mod23", "mod71")}
    if effort == "full":
        anew = {preset: {s: replay(preset, s) for s in range(8)} for preset in ratios}
        reached = {p: {s: r["ratio"] for s, r in runs.items() if r is not None} for p, runs in anew.items()}
        ratios = {preset: reached[preset] or ratios[preset] for preset in ratios}
    small_ratio = made_anew("ratio")
    live = {"mod23 anew": dict(enumerate(small_ratio))} if small_ratio else {}
    verdict = ratio_verdict(ratios | live)
    parts = [
        f"{preset}: {min(runs.values()):.5f} to {max(runs.values()):.5f}, {len(runs)} seeds"
        for preset, runs in ratios.items()
        if runs
    ]
    paper = final("morwani-mod71", "ratio", scale="paper", folder=folder)
    if paper is not None:
        parts.append(f"the paper's recipe for mod 71, 1 seed: {paper['ratio']:.5f}")
        require_shares([paper["ratio"]], "the paper's recipe")
        verdict = verdict if paper["ratio"] >= LEAST_PAPER else "not reproduced"
    return Finding(
        verdict,
        f"normalised margin over gamma* at the end, {'; '.join(parts) or 'no saved runs'}; {shortfall(small_ratio)}",
        scope=f"""the project's recipes (regulariser lambda ||theta||^3); reproduced means {LEAST} to 1 in every run,
        also the one made anew, and {LEAST_PAPER} to 1 with the paper's gradient descent where that run exists. A
        ratio above 1 would refute gamma*""",
        data={"ratios": {preset: list(runs.values()) for preset, runs in ratios.items()}},
    )
