"""B7: the expansion of cos(z(a_1 + ... + a_k - c)) into products, and the neurons that make them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import product
from math import factorial

from margin.addition.construction import rotation_phases
from proofs_check.claims.shared.exact import is_product
from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim

ORDERS = range(3, 40)  # of frequencies
Sign = Callable[[int], int]


def printed_sign(sines: int) -> int:
    """Minus for 2 mod 4 sines, sines of a_1, ..., a_k and -c counted."""
    return -1 if sines % 4 == 2 else 1


def products(k: int, parity: int = 0) -> list[tuple[bool, ...]]:
    """Which of the k+1 factors are sines, for every product with that parity of sines."""
    return [s for s in product((False, True), repeat=k + 1) if sum(s) % 2 == parity]


def expands(k: int, sign: Sign = printed_sign, parity: int = 0) -> bool:
    """Whether the signed products add up to cos(x_1 + ... + x_(k+1)), by coefficients of e^(i e.x), e of +-1.

    2^(k+1) times a product of cosines and s sines is sum over e of (prod of e_j at sines) i^-s e^(i e.x); sums of
    i^-s are kept as integers: s even gives (-1)^(s/2), s odd is left out of the reals and refuses.
    """
    total: Counter[tuple[int, ...]] = Counter()
    for sines in products(k, parity):
        count = sum(sines)
        if count % 2:
            return False  # an odd function of x, but the cosine is even
        for e in product((1, -1), repeat=k + 1):
            odd = sum(s and x < 0 for s, x in zip(sines, e, strict=True))
            total[e] += sign(count) * (-1) ** (count // 2 + odd)
    wanted = {(1,) * (k + 1): 2**k, (-1,) * (k + 1): 2**k}
    return {e: value for e, value in total.items() if value} == wanted


def makes_one_product(k: int, neurons: int) -> bool:
    """Whether that many k-th powers, the half of the sign patterns, make a product of k factors times a constant."""
    return neurons == 2 ** (k - 1) and is_product(k, neurons * factorial(k), half=True)


def per_frequency(k: int, orders: range) -> int | None:
    """Size of the published phase set, if it computes the wanted cosine and nothing else at these orders."""
    phases = rotation_phases(k, "paper")
    return phases.size if all(phases.wanted_term_only(order) for order in orders) else None


@claim(
    id="B7",
    claim="""cos(z(a_1+...+a_k - c)) expands into 2^k signed products of cosines and sines, an even number of sines in
    each; each product is made by 2^(k-1) neurons, 2^(2k-1) in total per frequency""",
    source="Li et al., Lemma E.3, equation 29",
    kind="theorem",
    requires=("B3",),
)
def check(effort: str) -> Finding:
    """The expansion by coefficients, the neurons of a product, the published phases at many orders."""
    most = 6 if effort == "quick" else 9
    for k in range(1, most + 1):
        demand(len(products(k)) == 2**k and expands(k), f"k = {k}: the expansion")
        if k <= 6:
            demand(makes_one_product(k, 2 ** (k - 1)), f"k = {k}: neurons for a product")
        demand(per_frequency(k, ORDERS) == 2 ** (2 * k - 1), f"k = {k}: the published phase set")
        demand(per_frequency(k, range(2, 3)) is None, f"k = {k}: the published phase set does it at order 2 too")
    return Finding(
        "holds",
        f"""expansion by integer coefficients for k <= {most}, 2^k products, minus for 2 mod 4 sines (of a_1, ..., a_k
        and -c); the network of 2^(2k-1) neurons has no other term at orders {ORDERS[0]} to {ORDERS[-1]}, decided for
        all phases at once""",
        scope="""all k: cos(x + y) = cos x cos y - sin x sin y splits off one angle and keeps the parity of the sines;
        half of the 2^(k+1) choices are even. A product of k factors by B3. Not the fewest neurons: see B10""",
        data={"most": most},
    )
