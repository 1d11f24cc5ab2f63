"""B20: the exponent r = 1 of the regulariser lambda ||theta||^r: the same limit? Theory, and a small live replay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mpmath import iv  # type: ignore[import-untyped]

from margin.addition.maximum import maximum_margin
from margin.tasks import ModularAddition
from proofs_check.claims.shared.saved_runs import MOST, NO_TORCH, final, require_shares, trained_anew
from proofs_check.register.claim import Finding, Verdict, demand
from proofs_check.register.registry import claim

N, K, WIDTH, RATE, STEPS = 7, 2, 64, 0.03, 1000
REACHED = 0.999  # of gamma*
SUITABLE, SMALL, LARGE = 0.05, 0.003, 0.1  # lambda
LONGER, FAST = 4, 0.1  # times STEPS, at this rate
NORM = 7.0  # of a max-margin network that beats the zero network at LARGE


def objective_below_collapse(n: int, k: int, strength: float, norm: float, exponent: int = 1) -> bool:
    """Whether the max-margin network of that norm has a lower objective than the zero network, by intervals."""
    squared = maximum_margin(ModularAddition(n, k)).squared
    gamma = iv.sqrt(iv.mpf(squared.as_fraction().numerator) / squared.as_fraction().denominator)  # odd n: rational
    margin = gamma * iv.mpf(norm) ** (k + 1)
    value = iv.log(1 + (n - 1) * iv.exp(-margin)) + iv.mpf(strength) * iv.mpf(norm) ** exponent
    return bool(value.b < iv.log(iv.mpf(n)).a)


def trained(exponent: float | None, strength: float, seed: int, **changes: Any) -> float | None:
    """Normalised margin over gamma* at the end of a run of this claim's size; None without torch."""
    settings: dict[str, Any] = {"task": f"mod:{N}", "k": K, "width": WIDTH, "steps": STEPS, "lr": RATE} | changes
    run = trained_anew(**settings, strength=strength, strength_unit="one", exponent=exponent, seed=seed)
    return None if run is None else float(run["ratio"])


def exponent_verdict(settings: Mapping[str, Sequence[float]], least: float = REACHED) -> Verdict:
    """Reproduced if every run of every setting is at `least` of gamma* or above (NaN is not), mixed if of some.

    Raises Refuted where one exceeds gamma*.
    """
    for name, ratios in settings.items():
        require_shares(ratios, f"{name}: normalised margin over gamma*")
    good = [bool(ratios) and all(ratio >= least for ratio in ratios) for ratios in settings.values()]
    return "reproduced" if good and all(good) else "mixed" if any(good) else "not reproduced"


def _said(ratio: float) -> str:
    """Of a collapsed network the margin is noise below 0."""
    return f"{ratio:.4f}" if ratio > 0 else "below 0"


@claim(
    id="B20",
    claim="""with r = 1 in the regulariser lambda ||theta||^r (Definition 3.1 as read by us) training reaches the same
    limit as with r = nu""",
    source="Li et al., Definitions 3.1 and B.3",
    kind="empirical",
    requires=("A6",),
)
def check(effort: str) -> Finding:
    """The zero network is beaten at a large lambda; small networks are trained with r = 1 and r = nu."""
    demand(objective_below_collapse(N, K, LARGE, NORM), f"lambda = {LARGE}: the zero network is not beaten")
    seeds = range(3) if effort == "quick" else range(8)
    first = [trained(1.0, SUITABLE, seed) for seed in seeds]
    ones = [ratio for ratio in first if ratio is not None]
    if len(ones) < len(first):
        return Finding("not yet run", NO_TORCH)
    nu = [trained(None, SMALL, 0) or 0.0]
    demand(REACHED <= nu[0] <= MOST, f"r = nu ends at {nu[0]} of gamma*: nothing to compare with")
    settings = {
        f"lambda = {SUITABLE}": ones,
        f"lambda = {SMALL}": [trained(1.0, SMALL, 0) or 0.0],
        f"lambda = {SMALL}, {LONGER} times the steps at rate {FAST}": [
            trained(1.0, SMALL, 0, steps=LONGER * STEPS, lr=FAST) or 0.0
        ],
        f"lambda = {LARGE}": [trained(1.0, LARGE, 0) or 0.0],
    }
    published = final("li-k3-p97", "ratio", scale="paper")
    if published is not None:
        settings["the published recipe, p = 97, k = 3"] = [published["ratio"]]
    shown = "; ".join(f"{name}: {', '.join(map(_said, ratios))}" for name, ratios in settings.items())
    return Finding(
        exponent_verdict(settings),
        f"""share of gamma* at the end with r = 1 (wanted {REACHED} to 1), mod {N}, k = {K}, width {WIDTH}, Adam {RATE},
        {STEPS} steps, float32, seeds from 0: {shown}. With r = nu = {K + 1}, lambda = {SMALL}: {nu[0]:.4f}. At lambda =
        {LARGE} the max-margin network of norm {NORM:g} has a lower objective than the zero network (intervals), but
        training does not find it""",
        scope="""reached at strengths chosen to fit, or with more steps, not at the others and not by the published
        recipe. Stationary points of the two objectives with theta != 0 are the same for lambda' = lambda
        ||theta||^(1-nu)/nu, and the global minimiser tends to gamma* for every r > 0 (A6). With r = 1 < nu the zero
        network is a local minimum at every lambda, and lambda' shrinks as the norm grows: slower""",
        data={"settings": settings, "nu": nu},
    )
