"""C41: how many frequencies are required."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations_with_replacement
from math import gcd

from mpmath import iv  # type: ignore[import-untyped]

from proofs_check.claims.shared.exact import rounds_to
from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim


def is_unique(n: int, f: int) -> bool:
    """Whether cos(2 pi f d/n) = 1 at d = 0 alone, so that this frequency alone tells the right label."""
    return all(f * d % n for d in range(1, n))


def near(n: int, frequencies: tuple[int, ...], parts: int) -> int | None:
    """A d in 1..n-1 at which every f d/n is closer than 1/parts to a whole number; None without one."""
    reach = Fraction(n, parts)
    return next((d for d in range(1, n) if all(min(f * d % n, -f * d % n) < reach for f in frequencies)), None)


def share_left(parts: int) -> object:
    """1 - cos(2 pi/parts), an interval: what a d as in `near` leaves of the separation, as a share of m."""
    iv.prec = 60
    return 1 - iv.cos(2 * iv.pi / parts)


@claim(
    id="C41",
    claim="""the best models in the literature need O(n) frequencies for modular addition, and O(log n) are required by
    this one""",
    source="modular addition at several scales, abstract and Section 1",
    kind="statement",
    requires=("A1", "C7"),
)
def check(effort: str) -> Finding:
    """One frequency for every n; every choice of up to three frequencies for n above parts^m."""
    most = 60 if effort == "quick" else 200
    alone = {(n, f): is_unique(n, f) for n in range(2, most + 1) for f in range(1, n)}
    every((unique == (gcd(*pair) == 1) for pair, unique in alone.items()), "one frequency")
    cases = 0
    for parts, m in ((4, 1), (5, 1), (11, 1), (4, 2), (5, 2), (3, 3)):
        ns = range(parts**m + 1, parts**m + (6 if effort == "quick" else 12))
        for n in ns:
            choices = list(combinations_with_replacement(range(1, n // 2 + 1), m))
            every((near(n, chosen, parts) is not None for chosen in choices), f"n = {n}, {parts} parts")
            cases += len(choices)
    demand(near(5, (1,), 5) is None and near(11, (1,), 11) is None, "n = parts, one frequency")
    iv.prec = 60
    demand(rounds_to(share_left(11), "0.159") and rounds_to(1 / iv.log(11), "0.417"), "11 parts")
    return Finding(
        "holds with a correction",
        f"""right labels alone need one frequency coprime to n, for every n (n <= {most}, A1). A separation of a fixed
        share does need order ln n: of {cases} choices of m frequencies with n > Q^m all have a label where every f d/n
        is within 1/Q of a whole number. So separation 0.159 m needs m >= ln n/ln 11 = 0.417 ln n, and ln n/0.954
        random ones have 0.156 m with probability 1/2 (C7)""",
        counterexample="n = 3: frequency 1 alone, cos(2 pi d/3) is 1 at d = 0 and -1/2 elsewhere",
        correction="""order ln n is required, and enough, for a separation of a fixed share of m; for the right label
        to be greatest one frequency is enough""",
        scope="""all n, m, Q: of the n points d v two lie in the same of Q^m boxes, and their difference is such a d;
        sufficiency for primes by C7""",
        data={"cases": cases},
    )
