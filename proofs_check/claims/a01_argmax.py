"""A1: for prime p and z != 0, (a+b) mod p is the argmax over c of cos(2 pi z (a+b-c)/p)."""

from __future__ import annotations

from math import gcd

from proofs_check.claims.claim import Finding
from proofs_check.claims.registry import claim


def maximisers(n: int, z: int, s: int) -> list[int]:
    """The c in 0..n-1 with the greatest cos(2 pi z (s-c)/n): least distance of z (s-c) from a multiple of n."""
    distance = [min(z * (s - c) % n, -z * (s - c) % n) for c in range(n)]
    return [c for c, d in enumerate(distance) if d == min(distance)]


def refuted(n: int, z: int, shift: int = 0) -> tuple[int, list[int]] | None:
    """The least s = a+b whose maximisers are not exactly s + shift mod n, with them."""
    return next(((s, found) for s in range(n) if (found := maximisers(n, z, s)) != [(s + shift) % n]), None)


@claim(
    id="A1",
    claim="for every a, b and every z != 0 in Z_p, (a+b) mod p is the argmax over c of cos(2 pi z (a+b-c)/p)",
    source="Morwani et al., clock algorithm (blog post)",
    kind="identity",
)
def check(effort: str) -> Finding:
    most = 40 if effort == "quick" else 200
    pairs = [(n, z) for n in range(2, most + 1) for z in range(1, n)]
    unique = {(n, z): refuted(n, z) is None for n, z in pairs}
    wrong = [(n, z) for n, z in pairs if unique[n, z] != (gcd(z, n) == 1)]
    first = next((n, z) for n, z in pairs if not unique[n, z])
    s, found = refuted(*first) or (0, [])
    if wrong:
        return Finding(
            "fails", "the argmax is not what gcd(z, n) says", counterexample=f"n = {wrong[0][0]}, z = {wrong[0][1]}"
        )
    return Finding(
        "holds",
        f"for prime p the argmax is unique and right; for any modulus n <= {most} exactly when gcd(z, n) = 1"
        f" ({len(pairs)} pairs n, z). For composite n it fails first at n = {first[0]}, z = {first[1]}, a+b = {s}:"
        f" maximal at c = {', '.join(map(str, found))}",
        scope="all n: cos(2 pi x/n) of an integer x is 1 exactly when n divides x, and n divides z d with 0 < d < n"
        f" for some d exactly when gcd(z, n) > 1; n <= {most} by integer arithmetic",
        data={"pairs": len(pairs), "first_composite_failure": list(first)},
    )
