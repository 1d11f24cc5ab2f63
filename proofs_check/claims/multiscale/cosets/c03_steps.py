"""C3: steps by an inverse of f keep the activation, and remapping turns f into gcd(f, n)."""

from __future__ import annotations

from math import gcd

from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim


def inverse(x: int, n: int) -> int | None:
    """x^-1 mod n, if there is one."""
    return pow(x, -1, n) if gcd(x, n) == 1 else None


def steps_keep_activation(n: int, f: int, modulus_is_n: bool = False) -> bool:
    """Whether an inverse d of f/g modulo n/g (or n) exists, and m steps of d have activation cos(2 pi m g/n)."""
    g = gcd(f, n)
    d = inverse(f // g, n if modulus_is_n else n // g)
    return d is not None and [f * d * m % n for m in range(n)] == [g * m % n for m in range(n)]


def remapped(n: int, f: int, factor: int) -> bool:
    """Whether x -> factor x is a bijection of Z_n that turns cos(2 pi f x/n) into cos(2 pi g x'/n), x' = factor x."""
    g = gcd(f, n)
    return gcd(factor, n) == 1 and [f * x % n for x in range(n)] == [g * factor * x % n for x in range(n)]


def unit_above(n: int, f: int) -> int:
    """A unit modulo n that is f/g modulo n/g; there is one, as units modulo n cover those modulo every divisor."""
    g = gcd(f, n)
    return next(u for u in range(f // g, f // g + n, n // g) if gcd(u, n) == 1)


def substituted(n: int, f: int) -> int:
    """The frequency up to sign of cos(2 pi f x'/n) as a function of x, x' = f x."""
    return min(f * f % n, -f * f % n)


@claim(
    id="C3",
    claim="""with d the inverse of f/gcd(f, n) mod n, few steps of size d from s_A, s_B keep the activation high;
    remapping x -> f/gcd(f, n) x mod n turns any neuron into frequency gcd(f, n), 1 for most f""",
    source="modular addition at several scales, Section 4.1 and 5.2",
    kind="theorem",
    requires=("C2",),
)
def check(effort: str) -> Finding:
    """Steps and remapping of every n, f, as corrected; the smallest failures as printed."""
    most = 40 if effort == "quick" else 150
    for n in range(2, most + 1):
        for f in range(1, n):
            demand(steps_keep_activation(n, f), f"n = {n}, f = {f}: steps of the inverse modulo n/g")
            demand(remapped(n, f, unit_above(n, f)), f"n = {n}, f = {f}: remapping by a unit")
            if gcd(f, n) == 1:
                demand(steps_keep_activation(n, f, True) and remapped(n, f, f), f"n = {n}, f = {f}: gcd 1")
    pairs = [(n, f) for n in range(2, most + 1) for f in range(1, n // 2 + 1)]
    no_inverse = [(n, f) for n, f in pairs if not steps_keep_activation(n, f, True)]
    no_map = [(n, f) for n, f in pairs if not remapped(n, f, f // gcd(f, n))]
    demand(no_inverse == no_map and no_map[0] == (10, 4), f"failures {no_inverse}, {no_map}")
    demand(not steps_keep_activation(6, 4, True) and inverse(15, 59) == 4, "n = 6, f = 4, or p = 59, f = 15")
    demand(substituted(7, 2) == 3, "n = 7, f = 2: substituting f x for x")
    return Finding(
        "holds with a correction",
        f"""integers, all f, n <= {most}: m steps have activation cos(2 pi m g/n), falling in |m| up to n/(2g); as
        printed for gcd(f, n) = 1, so for all f where n is prime. p = 59, f = 15 has d = 4, as in appendix B.1.1. Of
        {len(pairs)} pairs with f <= n/2 {len(no_map)} have neither the inverse nor the map as printed""",
        counterexample="""n = 10, f = 4: g = 2, f/g = 2 has no inverse mod 10, and x -> 2x is no bijection of Z_10 (with
        f up to n-1: n = 6, f = 4). Substituting f x for x gives frequency f^2 (n = 7, f = 2: 4 = -3): it is the new
        coordinate that is f x""",
        correction="""d the inverse of f/g modulo n/g; the new coordinate is x' = u x with u a unit mod n and u = f/g
        mod n/g (u = f for g = 1)""",
        scope="all n, f: f d = g mod n when (f/g) d = 1 mod n/g; f x = g u x mod n; units mod n map onto units mod n/g",
        data={"most": most},
    )
