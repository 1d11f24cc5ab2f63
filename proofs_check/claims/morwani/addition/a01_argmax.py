"""A1: for z != 0 mod p, (a+b) mod p is the argmax over c of cos(2 pi z (a+b-c)/p). Needs gcd(z, p) = 1."""

from __future__ import annotations

from math import gcd

from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim


def maximisers(n: int, z: int, s: int) -> list[int]:
    """The c in 0..n-1 with the greatest cos(2 pi z (s-c)/n): least distance of z (s-c) from a multiple of n."""
    distance = [min(z * (s - c) % n, -z * (s - c) % n) for c in range(n)]
    return [c for c, d in enumerate(distance) if d == min(distance)]


def is_argmax(n: int, z: int, shift: int = 0) -> bool:
    """Whether, for every s = a+b, the only maximiser is s + shift mod n."""
    return all(maximisers(n, z, s) == [(s + shift) % n] for s in range(n))


@claim(
    id="A1",
    claim="for every a, b and every z != 0 in Z_p, (a+b) mod p is the argmax over c of cos(2 pi z (a+b-c)/p)",
    source="Morwani et al., blog post, clock algorithm; p not said to be prime, the story adds mod 12",
    kind="identity",
)
def check(effort: str) -> Finding:
    """Every pair n, z up to a limit: the argmax is unique exactly where gcd(z, n) = 1."""
    most = 40 if effort == "quick" else 70
    unique = {(n, z): is_argmax(n, z) for n in range(2, most + 1) for z in range(1, n)}
    for pair, single in unique.items():
        demand(single == (gcd(*pair) == 1), f"uniqueness is not what gcd(z, n) says at (n, z) = {pair}")
    n, z = next(pair for pair, single in unique.items() if not single)
    return Finding(
        "holds with a correction",
        f"""of {len(unique)} pairs (n, z), n <= {most}, exactly the {sum(unique.values())} with gcd(z, n) = 1 have the
        unique argmax a+b; for prime p these are all""",
        counterexample=f"p = {n}, z = {z}, a = b = 0: the maximum 1 is attained at c = {maximisers(n, z, 0)}",
        correction="for prime p; for any modulus n exactly when gcd(z, n) = 1, else on a coset of gcd(z, n) values",
        scope=f"""all n: cos(2 pi x/n) of an integer x is 1 exactly when n divides x, and n divides z d for some 0 < d <
        n exactly when gcd(z, n) > 1; n <= {most} by integer arithmetic""",
        data={"pairs": len(unique), "smallest": [n, z]},
    )
