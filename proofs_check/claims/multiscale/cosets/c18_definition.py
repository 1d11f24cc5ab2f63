"""C18: the definition of an approximate coset."""

from __future__ import annotations

from itertools import combinations

from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim


def approximate_coset(n: int, points: frozenset[int], d: int) -> bool:
    """Whether, for some b, every point is c d + b modulo n for some c."""
    return any(points <= {(c * d + b) % n for c in range(n)} for b in range(n))


def is_coset(n: int, points: frozenset[int]) -> bool:
    """Whether the points are a coset of a subgroup of Z_n."""
    size = len(points)
    first = min(points)
    return n % size == 0 and points == {(first + i * (n // size)) % n for i in range(size)}


def subsets(n: int) -> list[frozenset[int]]:
    """All subsets of Z_n that are not empty."""
    return [frozenset(c) for size in range(1, n + 1) for c in combinations(range(n), size)]


@claim(
    id="C18",
    claim="""K in C_n is an approximate coset if for some d, b every a in K is c d + b; if d e = n and K has e elements,
    it is a coset""",
    source="modular addition at several scales, Section 3",
    kind="statement",
)
def check(effort: str) -> Finding:
    """Every subset of small C_n, by both sentences of the definition."""
    most = 10 if effort == "quick" else 14
    for n in range(2, most + 1):
        sets = subsets(n)
        every((approximate_coset(n, points, 1) for points in sets), f"n = {n}: d = 1")
        for d in (d for d in range(1, n + 1) if n % d == 0):
            fitting = [p for p in sets if len(p) == n // d and approximate_coset(n, p, d)]
            every((is_coset(n, p) for p in fitting), f"n = {n}, d = {d}: no coset")
    demand(not is_coset(4, frozenset({0, 1})), "{0, 1} is a coset in C_4")
    return Finding(
        "holds with a correction",
        f"all subsets, n <= {most}: the second sentence holds; but by the first every subset is an approximate coset",
        counterexample="n = 4, K = {0, 1}, d = 1, b = 0: approximate coset by the definition, as is any set",
        correction="""c must be bounded: c in a short interval, as in Section 5.2 (steps of size d), for the word to say
        something""",
        scope="""all n: with d = 1 (or any unit) c d + b runs over everything; with d e = n it takes exactly e values, a
        coset""",
        data={"most": most},
    )
