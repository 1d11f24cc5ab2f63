"""A16: the greatest Fourier power of a trained neuron, x^2 and ReLU; from saved weights and runs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from statistics import mean

from proofs_check.claims.shared.saved_runs import (
    embedding_power,
    final,
    final_rows,
    made_anew,
    require_shares,
    shortfall,
)
from proofs_check.register.claim import Finding, Verdict
from proofs_check.register.registry import claim

PURE = 0.999  # least power of a neuron with activation x^2
RELU, NEAR = 0.9, 0.05  # mean power with ReLU, and how far from it still counts as about that
QUADRATIC = ("morwani-mod71", "mod71", "mod23")
RUN = "morwani-mod71-relu"


def power_verdict(
    quadratic: Sequence[float], embeddings: Sequence[float], together: float | None, expected: float = RELU
) -> Verdict:
    """x^2: every power at least PURE. ReLU: mean of the embeddings, and of u, v, w together, both about `expected`.

    Mixed where one of the two is. Raises Refuted where a power is above 1.
    """
    require_shares([*quadratic, *embeddings, *([] if together is None else [together])], "Fourier power")
    if not quadratic or not embeddings or together is None:
        return "not yet run"
    if not min(quadratic) >= PURE:
        return "not reproduced"
    about = [abs(x - expected) <= NEAR for x in (mean(embeddings), together)]
    return "reproduced" if all(about) else "mixed" if any(about) else "not reproduced"


@claim(
    id="A16",
    claim="""the greatest normalised Fourier power of a neuron is almost exactly 1 in trained x^2 networks, and about
    0.9 in ReLU networks with L_2""",
    source="Morwani et al., blog post, embedding plots, and figures of Section 4",
    kind="empirical",
)
def check(effort: str, folder: Path | None = None) -> Finding:
    """x^2: the least power in every saved run and in one made anew. ReLU: embeddings kept, and all vectors together."""
    least = {r: [float(row["least_power"]) for row in final_rows(r, folder)] for r in QUADRATIC}
    live = made_anew("power_min")
    kept = {name: embedding_power(name, folder) for name in ("mod71-relu", "mod23-relu")}
    run = final(RUN, "power_mean", "live", folder=folder)
    together = None if run is None else float(run["power_mean"])
    quadratic = [*chain.from_iterable(least.values()), *embedding_power("mod71", folder), *live]
    embeddings = [x for powers in kept.values() for x in powers]
    runs = ", ".join(f"{r} {min(x):.9f} (seeds: {len(x)})" for r, x in least.items() if x)
    means = ", ".join(f"{name} {min(x):.3f} to {max(x):.3f}, mean {mean(x):.3f}" for name, x in kept.items() if x)
    pooled = "no saved run" if run is None else f"{together:.4f} ({run['live']} neurons)"
    return Finding(
        power_verdict(quadratic, embeddings, together),
        f"""x^2, least power of a neuron, u, v and w together: {runs or "no saved runs"}; {shortfall(live)}. ReLU, share
        of an embedding vector's squared norm at one frequency, ten neurons of a run each: {means or "no saved runs"};
        u, v and w together, mean over all neurons, mod 71: {pooled}""",
        scope=f"""x^2: {PURE} to 1 in every neuron of every run. ReLU, one seed each: within {NEAR} of {RELU}, set
        before the run for u, v and w together; where the embeddings, which the paper plots, are within and that
        mean is not, the verdict is mixed""",
        data={"quadratic": quadratic, "relu": embeddings, "together": together},
    )
