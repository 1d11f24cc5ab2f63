"""B20: the exponent r = 1 of the regulariser lambda ||theta||^r: the same limit? Theory, and a small live replay."""

from __future__ import annotations

from typing import Any

from mpmath import iv  # type: ignore[import-untyped]

from margin.addition.maximum import maximum_margin
from margin.tasks import ModularAddition
from proofs_check.claims.shared.saved_runs import NO_TORCH, final
from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim

N, K, WIDTH, RATE, STEPS = 7, 2, 64, 0.03, 1000
REACHED = 0.999  # of gamma*
SUITABLE, SMALL, LARGE = 0.05, 0.003, 0.1  # lambda


def objective_below_collapse(n: int, k: int, strength: float, norm: float, exponent: int = 1) -> bool:
    """Whether the max-margin network of that norm has a lower objective than the zero network, by intervals."""
    squared = maximum_margin(ModularAddition(n, k)).squared
    gamma = iv.sqrt(iv.mpf(squared.as_fraction().numerator) / squared.as_fraction().denominator)  # odd n: rational
    margin = gamma * iv.mpf(norm) ** (k + 1)
    value = iv.log(1 + (n - 1) * iv.exp(-margin)) + iv.mpf(strength) * iv.mpf(norm) ** exponent
    return bool(value.b < iv.log(iv.mpf(n)).a)


def trained(exponent: float | None, strength: float, seed: int, **changes: Any) -> float | None:
    """Normalised margin over gamma* at the end of a run of this claim's size; None without torch."""
    try:
        from training.config import Config
        from training.loop import Training
    except ImportError:
        return None
    settings: dict[str, Any] = {"task": f"mod:{N}", "k": K, "width": WIDTH, "steps": STEPS, "lr": RATE} | changes
    config = Config.of(**settings, strength=strength, strength_unit="one", exponent=exponent, seed=seed)
    run, loss = Training.begin(config), 0.0
    while run.step < config.steps:
        loss = float(run.advance())
    return float(run.measure(loss)["ratio"])


def reached(ratios: list[float], least: float = REACHED) -> bool:
    """Whether every run is at `least` of gamma* or above; NaN is not."""
    return bool(ratios) and all(ratio >= least for ratio in ratios)


def _published() -> str:
    """What a saved run of the published recipe (r = 1) ended at, if there is one."""
    run = final("li-k3-p97", "ratio", scale="paper")
    return f". The published recipe with r = 1, p = 97, k = 3, ends at {run['ratio']:.3f}" if run else ""


@claim(
    id="B20",
    claim="""with r = 1 in the regulariser lambda ||theta||^r (Definition 3.1 as read by us) training reaches the same
    limit as with r = nu""",
    source="Li et al., Definitions 3.1 and B.3",
    kind="empirical",
    requires=("A6",),
)
def check(effort: str) -> Finding:
    """The zero network is beaten at lambda = 0.1; small networks are trained with r = 1 and r = nu."""
    demand(objective_below_collapse(N, K, LARGE, 7.0), f"lambda = {LARGE}: the zero network is not beaten")
    seeds = range(3) if effort == "quick" else range(8)
    first = [trained(1.0, SUITABLE, seed) for seed in seeds]
    ones = [ratio for ratio in first if ratio is not None]
    if len(ones) < len(first):
        return Finding("not yet run", NO_TORCH)
    nu = [trained(None, SMALL, seed) or 0.0 for seed in seeds[:1]]
    small = [trained(1.0, SMALL, seed) or 0.0 for seed in seeds[:1]]
    longer = [trained(1.0, SMALL, seed, steps=4 * STEPS, lr=0.1) or 0.0 for seed in seeds[:1]]
    large = [trained(1.0, LARGE, seed) or 0.0 for seed in seeds[:1]]
    return Finding(
        "reproduced" if reached([*ones, *longer]) else "not reproduced",
        f"""mod {N}, k = {K}, width {WIDTH}, Adam {RATE}, {STEPS} steps, float32, seeds 0..{len(ones) - 1}: r = 1,
        lambda = {SUITABLE}: {min(ones):.5f} to {max(ones):.5f} of gamma* (wanted {REACHED}). Seed 0: at lambda =
        {SMALL} {small[0]:.3f} (r = nu = {K + 1}: {nu[0]:.4f}), {longer[0]:.4f} after {4 * STEPS} steps of rate 0.1. At
        {LARGE} it ends at {large[0]:.3f}, though the max-margin network of norm 7 has a lower objective (interval
        arithmetic){_published()}""",
        scope="""stationary points of the two objectives with theta != 0 are the same for lambda' = lambda
        ||theta||^(1-nu)/nu, and the global minimiser tends to gamma* for every r > 0 (A6). With r = 1 < nu the zero
        network is a local minimum at every lambda, and lambda' shrinks as the norm grows: slower""",
        data={"ratios": ones, "nu": nu, "small": small, "longer": longer, "large": large},
    )
