"""C2: a neuron of frequency f has its maxima on a coset of order gcd(f, n)."""

from __future__ import annotations

from math import gcd

from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim


def distance(x: int, n: int) -> int:
    """How far x is from a multiple of n: cos(2 pi x/n) falls strictly in it."""
    return min(x % n, -x % n)


def maxima(n: int, f: int, s: int) -> set[int]:
    """Where cos(2 pi f (c - s)/n) is 1."""
    return {c for c in range(n) if f * (c - s) % n == 0}


def on_coset(n: int, f: int, s: int, order: int) -> bool:
    """Whether the maxima are a coset of the subgroup of that order, the one containing s."""
    greatest = maxima(n, f, s)
    return n % order == 0 and greatest == {(s + i * (n // order)) % n for i in range(order)}


@claim(
    id="C2",
    claim="a neuron of frequency f with g = gcd(f, n) > 1 has its maxima on the coset of order g containing s_A + s_B",
    source="modular addition at several scales, Section 5.2",
    kind="theorem",
)
def check(effort: str) -> Finding:
    """The order of the coset for every n, f and several shifts; n = 91."""
    most = 40 if effort == "quick" else 120
    cases = [(n, f, s) for n in range(2, most + 1) for f in range(1, n) for s in range(0, n, max(1, n // 6))]
    for n, f, s in cases:
        demand(on_coset(n, f, s, gcd(f, n)), f"n = {n}, f = {f}, s = {s}")
        demand(gcd(f, n) == n // gcd(f, n) or not on_coset(n, f, s, n // gcd(f, n)), f"n = {n}, f = {f}: also n/g")
    demand(on_coset(91, 35, 0, 7) and on_coset(91, 42, 0, 7), "n = 91, f = 35, 42: 13 cosets of 7 points")
    return Finding(
        "holds",
        f"""integers, {len(cases)} cases n <= {most}, every f; also for g = 1 (one maximum). n = 91, f = 35 and 42: 13
        cosets of 7 points, as in Figures 8 and 31""",
        scope="""all n, f, s: n divides f (c-s) exactly when n/g divides c-s, as f/g and n/g are coprime; the inputs'
        cosines are 1 at a = s_A, b = s_B mod n/g in the same way""",
        data={"cases": len(cases)},
    )
