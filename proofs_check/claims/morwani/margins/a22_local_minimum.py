"""A22: small regularisation makes training tend to the max-margin solution (not in the list of other claims)."""

from __future__ import annotations

from fractions import Fraction

from mpmath import iv  # type: ignore[import-untyped]

from margin.addition.maximum import maximum_margin, neuron_value
from margin.numbers.square_roots import Surd
from margin.tasks import ModularAddition, count
from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim

NORMS = tuple(Fraction(1, 2**e) for e in range(20, 60))
PRIME = 3
EXPONENTS = (1, 2)
STRENGTHS = (Fraction(1, 100), Fraction(1, 10_000))


def critical(n: int) -> Surd:
    """lambda_c: the most that the mean of f[y] less the mean logit can be at norm 1 (k = 2), the greatest c_z."""
    task = ModularAddition(n, 2)
    kinds = ((2, task.rotation_frequencies), (1, task.sign_frequencies))
    return max(neuron_value(task, dimension) for dimension, zs in kinds if count(zs))


def shows_local_minimum(n: int, strength: Fraction, r: int) -> list[bool]:
    """Whether the proof's bound shows it for zero weights: lambda rho^r > lambda_c rho^3, exactly, for each rho tried.

    Cross-entropy is convex in the logits, so it is at least log n less the mean of f[y] - mean logit.
    """
    return [critical(n) * rho**3 < strength * rho**r for rho in NORMS]


def beats_zero(n: int, strength: Fraction) -> bool:
    """Whether the max-margin network of norm 1 has a smaller objective than log n, for every r, by intervals.

    For odd n, where the square of gamma* is rational.
    """
    squared = maximum_margin(ModularAddition(n, 2)).squared.as_fraction()
    iv.prec = 100
    gamma = iv.sqrt(iv.mpf(squared.numerator) / squared.denominator)
    objective = iv.log(1 + (n - 1) * iv.exp(-gamma)) + iv.mpf(strength.numerator) / strength.denominator
    return bool(objective.b < iv.log(n).a)


@claim(
    id="A22",
    claim="""a result of Wei et al. implies that standard training with sufficiently small regularisation tends towards
    the maximum margin solution""",
    source="Morwani et al., blog post, solving the mystery",
    kind="statement",
    requires=("A6",),
)
def check(effort: str) -> Finding:
    """Zero weights are a strict local minimum by the proof's bound; a network beats them, by intervals."""
    for n in range(2, 30):
        for strength in STRENGTHS:
            shown = [below for r in EXPONENTS for below in shows_local_minimum(n, strength, r)]
            every(shown, f"n = {n}, lambda = {strength}")
    every((beats_zero(PRIME, strength) for strength in STRENGTHS), "p = 3: zero is best")
    demand(beats_zero(PRIME, Fraction(1, 20)) and not beats_zero(PRIME, Fraction(1, 19)), "p = 3: the greatest lambda")
    every(
        (not below for below in shows_local_minimum(PRIME, critical(PRIME).near(), 3)),
        "r = 3 below lambda_c: a minimum",
    )
    every(shows_local_minimum(PRIME, 2 * critical(PRIME).near(), 3), "r = 3 above lambda_c: no minimum")
    return Finding(
        "holds with a correction",
        f"""p = {PRIME}, r = {" and ".join(map(str, EXPONENTS))}, lambda = {" and ".join(map(str, STRENGTHS))}: zero
        weights are a strict local minimum (lambda_c = {critical(PRIME)}) while the max-margin network of norm 1 has a
        smaller objective (intervals)""",
        counterexample="""p = 3, any lambda > 0, r = 1 or 2, R = (r lambda/(3 lambda_c))^(1/(3-r)): on the sphere of
        norm R the objective is at least log 3 + lambda R^r - lambda_c R^3 > log 3, so gradient flow that starts inside
        it below that value stays inside, while the global minimum lies outside once lambda is small""",
        correction="""it holds for the global minimiser (A6). With r = nu, zero weights are no local minimum for lambda
        < lambda_c; that training from random weights gets there is an observation (A15), no theorem""",
        scope="""all n: cross-entropy is convex in the logits, so at norm rho it is at least log n - lambda_c rho^3, and
        the objective exceeds log n by at least lambda rho^r - lambda_c rho^3 > 0 for small rho if r < 3""",
        data={"lambda_c": str(critical(PRIME))},
    )
