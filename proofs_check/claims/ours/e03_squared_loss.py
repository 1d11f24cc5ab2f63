"""E3: the optimum of squared loss with centred targets, and the network that it tends to."""

from __future__ import annotations

from margin.tasks import Task, parse
from margin.theory import finite_lambda, maximum_margin, wing
from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim

TASKS = (("mod:7", 2), ("mod:12", 2), ("group:S4", 2), ("group:Dic3", 3), ("parity:5", 3))
CLOSE = 1e-10


def loss(task: Task, strength: float, masses: list[float]) -> float:
    """The loss of a network with these masses, from its gaps: mean square over the labels, plus strength times mass."""
    program = wing(task, "finite_lambda", "E3").margin_program(task)
    labels = 1 + float(program.counts.sum())
    gaps = [sum(m * row[g] for m, row in zip(masses, program.gaps, strict=True)) for g in range(len(program.counts))]
    right = sum(count * gap for count, gap in zip(program.counts, gaps, strict=True)) / labels
    squares = (right - 1 + 1 / labels) ** 2
    squares += sum(count * (right - gap + 1 / labels) ** 2 for count, gap in zip(program.counts, gaps, strict=True))
    return float(squares) / labels + strength * sum(masses)


def least(task: Task, share: float, scale: float = 1.0) -> None:
    """At a share of lambda_c the stated masses, times `scale`, are a minimum: no change of one mass lowers the loss.

    The loss is a convex quadratic function of the masses, so this is a proof up to rounding.
    """
    strength = share * finite_lambda(task, 1.0, "squared").critical
    masses = [scale * mass for mass in finite_lambda(task, strength, "squared").masses]
    size = sum(masses)
    for i, mass in enumerate(masses):
        for step in (1e-3 * size, -1e-3 * size):
            other = [*masses]
            other[i] = max(0.0, mass + step)
            if other[i] != mass:
                change = loss(task, strength, other) - loss(task, strength, masses)
                demand(change > 0, f"{task}: another mass at {share} lambda_c has a loss lower by {-change:.3g}")


def regular(task: Task, claimed: float | None = None) -> None:
    """For small lambda the normalised margin is that of the regular share of every representation, or a claimed one."""
    limit = finite_lambda(task, 1e-11 * finite_lambda(task, 1.0, "squared").critical, "squared").normalised_margin
    wanted = float(maximum_margin(task).all_irreps) if claimed is None else claimed
    demand(abs(limit / wanted - 1) < CLOSE, f"{task}: {limit} for small lambda, expected {wanted}")


@claim(
    id="E3",
    claim="""training with squared loss, targets of mean 0, + lambda ||theta||^(k+1) puts the mass
    r/(N c) (1 - lambda N/(2 c))_+ on each representation; as lambda tends to 0 its normalised margin tends to
    n / sum (r/c), which for some groups is below gamma*""",
    source="this project, docs/theory.md, 7.8",
    kind="theorem",
)
def check(effort: str) -> Finding:
    """The stated masses are the minimum of the loss at two lambdas, and the limit is the one stated."""
    for text, k in TASKS:
        task = parse(text, k)
        for share in (0.05, 0.6):
            least(task, share)
        if not text.startswith("parity"):
            regular(task)
    dic3 = parse("group:Dic3", 3)
    ratio = float(maximum_margin(dic3).all_irreps) / float(maximum_margin(dic3))
    demand(ratio < 0.97, f"Dic3, k = 3: {ratio}, expected less than gamma*")
    return Finding(
        "holds",
        f"""{len(TASKS)} tasks, two lambdas each: no change of one mass lowers the loss, computed from its outputs;
        limits to {CLOSE:g}; Dic3 at k = 3 has {ratio:.6f} of gamma*""",
        scope="every finite group, every k, and parity: the proof is docs/theory.md, 7.8",
    )
