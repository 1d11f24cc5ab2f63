"""B1 to B3: signed sums of k-th powers of +-a_1 +- ... +- a_k make a product of k numbers (polarisation)."""

from __future__ import annotations

from itertools import product
from math import factorial

from proofs_check.claims.shared.exact import is_product
from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim

SOURCE = "Li et al., Lemma E.1"


def surviving(k: int) -> list[tuple[int, ...]]:
    """Exponents m, sum k, whose monomial survives: its coefficient has the factors 1 + (-1)^(m_j + 1)."""
    return [m for m in product(range(k + 1), repeat=k) if sum(m) == k and all(1 + (-1) ** (x + 1) for x in m)]


@claim(
    id="B1",
    claim="(a+b)^2 - (a-b)^2 - (-a+b)^2 + (-a-b)^2 = 8ab",
    source=f"{SOURCE}, part 1",
    kind="identity",
)
def check_two(effort: str) -> Finding:
    """Both sides as polynomials."""
    demand(is_product(2, 8), "the difference of the two sides is not the zero polynomial")
    return Finding(
        "holds", "sympy: the difference of the two sides is the zero polynomial", scope="every commutative ring"
    )


@claim(
    id="B2",
    claim="the signed sum of the 8 cubes (+-a +- b +- c)^3 equals 48 abc",
    source=f"{SOURCE}, part 2",
    kind="identity",
)
def check_three(effort: str) -> Finding:
    """Both sides as polynomials."""
    demand(is_product(3, 48), "the difference of the two sides is not the zero polynomial")
    return Finding(
        "holds", "sympy: the difference of the two sides is the zero polynomial", scope="every commutative ring"
    )


@claim(
    id="B3",
    claim="""2^k k! a_1...a_k = sum over c in {1,-1}^k of (-1)^((k - sum c)/2) (sum_j c_j a_j)^k, for every k; half of
    the terms suffice""",
    source=f"{SOURCE}, part 3, and Lemma E.3",
    kind="identity",
    requires=("B1", "B2"),
)
def check(effort: str) -> Finding:
    """The identity and its half as polynomials, and the monomials that survive."""
    most = 6 if effort == "quick" else 7
    for k in range(1, most + 1):
        demand(is_product(k, 2**k * factorial(k)), f"k = {k}: the identity")
        demand(is_product(k, 2 ** (k - 1) * factorial(k), half=True), f"k = {k}: half of the terms")
        demand(surviving(k) == [(1,) * k], f"k = {k}: surviving monomials {surviving(k)}")
    return Finding(
        "holds",
        f"sympy: zero polynomial for k = 1..{most}; the half with c_1 = 1 sums to 2^(k-1) k! a_1...a_k",
        scope="""all k: the sign is c_1...c_k, so the monomial a^m, sum m = k, has coefficient k!/(m_1!...m_k!) prod_j
        (1 + (-1)^(m_j + 1)), which is 0 unless every m_j is odd, that is 1; then it is 2^k k!. The terms of c and -c
        are equal ((-1)^k from the sign, (-1)^k from the power), so either half gives half""",
        data={"most": most},
    )
