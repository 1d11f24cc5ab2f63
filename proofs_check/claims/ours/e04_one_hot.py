"""E4: what one-hot targets cost: the share of gamma* that squared loss reaches as lambda tends to 0."""

from __future__ import annotations

from math import sqrt

from margin.tasks import ModularAddition
from margin.theory import finite_lambda
from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim

MODULI = (3, 5, 7, 9, 23, 59)


def limit(n: int, factor: float = 2.0) -> float:
    """1 / sqrt(1 + 1 / (factor (n - 1)^2))."""
    return 1 / sqrt(1 + 1 / (factor * (n - 1) ** 2))


def reached(n: int, factor: float = 2.0, close: float = 1e-7) -> None:
    """The optimum at a small lambda has this share of gamma*."""
    task = ModularAddition(n, 2)
    strength = 1e-10 * finite_lambda(task, 1.0, "squared", "one_hot").critical
    ratio = finite_lambda(task, strength, "squared", "one_hot").ratio
    demand(abs(ratio - limit(n, factor)) < close, f"n = {n}: {ratio}, claimed {limit(n, factor)}")


@claim(
    id="E4",
    claim="""with one-hot targets and squared loss + lambda ||theta||^3, the normalised margin of the optimum for
    addition mod odd n, k = 2, tends to gamma* / sqrt(1 + 1/(2 (n-1)^2)) as lambda tends to 0""",
    source="this project, docs/theory.md, 7.9",
    kind="theorem",
    requires=("E3",),
)
def check(effort: str) -> Finding:
    """The optimum at a small lambda, for some odd n."""
    for n in MODULI:
        reached(n)
    return Finding(
        "holds",
        f"n = {', '.join(map(str, MODULI))}: within 1e-7 at 1e-10 lambda_c; for n = 23 the share is {limit(23):.7f}",
        scope="every odd n, k = 2: the proof is docs/theory.md, 7.9",
    )
