"""B22: the terms into which a neuron's power divides."""

from __future__ import annotations

from itertools import product
from math import comb

from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim


def terms(k: int) -> int:
    """Monomials of (u_1 + ... + u_k)^k, listed."""
    return sum(sum(m) == k for m in product(range(k + 1), repeat=k))


@claim(
    id="B22",
    claim="for k = 3 each neuron's (u_1 + u_2 + u_3)^3 w divides into ten terms",
    source="Li et al., proof of Lemma F.1",
    kind="statement",
)
def check(effort: str) -> Finding:
    """The terms listed, and their number for other k."""
    demand(terms(3) == 10, "not ten")
    every((terms(k) == comb(2 * k - 1, k) for k in range(1, 7)), "the count for general k")
    return Finding(
        "holds",
        "monomials listed: ten, of which only 6 u_1 u_2 u_3 w survives; for general k there are C(2k-1, k)",
        scope="all k: multisets of size k of k things",
    )
