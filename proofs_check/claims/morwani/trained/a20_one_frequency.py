"""A20: the embedding and unembedding vectors of a trained neuron share their frequency; from saved runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from proofs_check.claims.shared.saved_runs import final_rows, made_anew, require_shares, shortfall
from proofs_check.register.claim import Finding, Verdict
from proofs_check.register.registry import claim

RECIPES = ("mod23", "mod71", "morwani-mod71")
ONE = 2 / 3  # a greater share of u, v, w together leaves none of the three to another frequency


def one_frequency_verdict(least: Mapping[str, Sequence[float]], live: Sequence[float] = ()) -> Verdict:
    """Whether the least share at one frequency is above ONE in every run. Raises Refuted where one is above 1."""
    values = [*(x for powers in least.values() for x in powers), *live]
    require_shares(values, "share at one frequency")
    if not all(least.values()):
        return "not yet run"
    count = sum(map(len, least.values())) + len(live)
    return "reproduced" if sum(x > ONE for x in values) == count else "not reproduced"


@claim(
    id="A20",
    claim="in trained networks the embedding and unembedding vectors of a neuron have the same frequency",
    source="Morwani et al., blog post, embedding plots",
    kind="empirical",
    requires=("A4",),
)
def check(effort: str, folder: Path | None = None) -> Finding:
    """Least share at one frequency in saved runs and in a small run made anew."""
    least = {recipe: [float(row["least_power"]) for row in final_rows(recipe, folder)] for recipe in RECIPES}
    live = made_anew("power_min")
    parts = [f"{recipe}: {1 - min(x):.1e} (seeds: {len(x)})" for recipe, x in least.items() if x]
    return Finding(
        one_frequency_verdict(least, live),
        f"""share of a neuron's squared norm outside its one frequency, at most: {", ".join(parts) or "no saved runs"};
        inside, {shortfall(live)}""",
        scope=f"""u, v and w are taken together, with equal norms at the optimum: a share above {ONE:.3f} leaves no
        vector to another frequency. Reproduced means such a share, and none above 1, in every neuron of every run""",
        data={"least": least},
    )
