"""A23: the embedding of the clock procedure."""

from __future__ import annotations

from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim


def labels_of_greatest_logit(p: int, k: int, s: int, divided: bool) -> list[int]:
    """The c with the greatest real part of e^(2 pi i k s) e^(-2 pi i k c), the exponents divided by p or not."""
    turns = {c: k * (s - c) * (1 if divided else p) % p for c in range(p)}  # in p-th turns
    away = {c: min(t, p - t) for c, t in turns.items()}
    return [c for c, distance in away.items() if distance == min(away.values())]


def computes_sums(p: int, k: int, divided: bool) -> bool:
    """Whether the greatest logit is at the sum alone, for every sum."""
    return [labels_of_greatest_logit(p, k, s, divided) for s in range(p)] == [[s] for s in range(p)]


@claim(
    id="A23",
    claim="""the clock embeds a -> e^(2 pi i k a), b -> e^(2 pi i k b), multiplies to e^(2 pi i k (a+b)), and takes the
    real part of the product with e^(-2 pi i k c) as the logit of c""",
    source="Morwani et al., blog post, clock visualization algorithm, steps 1 to 3",
    kind="statement",
    requires=("A1",),
)
def check(effort: str) -> Finding:
    """The labels of greatest logit for every p, k and sum, with the exponents as printed and divided by p."""
    ps = [p for p in range(2, 24 if effort == "quick" else 60) if all(p % d for d in range(2, p))]
    pairs = [(p, k) for p in ps for k in range(1, p)]
    every((computes_sums(p, k, True) for p, k in pairs), "divided by p")
    for p, k in pairs:
        tied = [labels_of_greatest_logit(p, k, s, False) for s in range(p)]
        demand(tied == [list(range(p))] * p, f"p = {p}, k = {k}, as printed: {tied}")
    return Finding(
        "holds with a correction",
        f"""with k a/p in place of k a the sum has the greatest logit alone, all {len(pairs)} pairs of a prime p <=
        {ps[-1]} and k; as printed k a is whole, every embedding is 1 and all logits are equal. The identity below the
        steps in the post has the p""",
        counterexample="p = 2, k = 1: both numbers are embedded as 1, and the labels 0 and 1 tie",
        correction="a -> e^(2 pi i k a/p), and so for b and c",
        scope="all primes p and k not divisible by p: A1",
        data={"pairs": len(pairs)},
    )
