"""A25: the max-min inequality for margins."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim

PARTS = 6
Margins = tuple[tuple[int, ...], ...]  # of each network the margins of two inputs


def best_least(networks: Margins) -> int:
    """max over networks of min over inputs: min over distributions is attained at an input."""
    return max(min(margins) for margins in networks)


def least_best(networks: Margins) -> Fraction:
    """min over distributions (q, 1-q) of max over networks: at 0, 1 or where two networks cross."""
    points = {Fraction(0), Fraction(1)}
    for (a, b), (c, d) in product(networks, repeat=2):
        if (a - b) != (c - d):
            points.add(Fraction(d - b, (a - b) - (c - d)))
    inside = [q for q in points if 0 <= q <= 1]
    return min(max(q * a + (1 - q) * b for a, b in networks) for q in inside)


@claim(
    id="A25",
    claim="max over theta of min over q of the q-expected margin is at most min over q of max over theta",
    source="Morwani et al., blog post, brief discussion of mathematical techniques",
    kind="theorem",
)
def check(effort: str) -> Finding:
    """Both sides for every family of two or three networks with two inputs and small whole margins."""
    values = range(3) if effort == "quick" else range(4)
    rows = list(product(values, repeat=2))
    families = [f for size in (2, 3) for f in product(rows, repeat=size)]
    best = {f: least_best(f) for f in families}
    every((best_least(f) <= value for f, value in best.items()), "the inequality")
    for q in (Fraction(i, PARTS) for i in range(PARTS + 1)):
        every((value <= max(q * a + (1 - q) * b for a, b in f) for f, value in best.items()), f"q = {q} has less")
    strict = [f for f, value in best.items() if best_least(f) < value]
    demand(((0, 1), (1, 0)) in strict and least_best(((0, 1), (1, 0))) == Fraction(1, 2), "two networks")
    demand(bool(strict) and len(strict) < len(families), f"{len(strict)} strict")
    return Finding(
        "holds",
        f"""{len(families)} families of networks, exactly; strict in {len(strict)}, the smallest: margins (0, 1) and (1,
        0), where it reads 0 < 1/2; no q in steps of 1/{PARTS} has less. Equality needs a certificate pair (A7)""",
        scope="all families: E_q of a network is at least its least margin, whatever q is",
        data={"families": len(families), "strict": len(strict)},
    )
