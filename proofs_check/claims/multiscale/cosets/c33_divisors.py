"""C33 and C34: cosets and periods of frequencies that do not divide n."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

from proofs_check.claims.shared.exact import primes
from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim

SOURCE = "modular addition at several scales,"


def is_exact_coset(n: int, f: int) -> bool:
    """Whether cos(2 pi f x/n) is 1 at more than one residue x, which then form a subgroup."""
    return sum(f * x % n == 0 for x in range(n)) > 1


def is_function_of_residues(n: int, f: int | Fraction) -> bool:
    """Whether sin(2 pi f x/n) takes one value at each residue: f (x + n) = f x mod n."""
    return all((f * (x + n) - f * x) % n == 0 for x in range(n))


def has_shorter_period(n: int, f: int) -> bool:
    """Whether sin(2 pi f x/n) has a period d < n in Z_n."""
    return any(f * d % n == 0 for d in range(1, n))


def first(told: dict[tuple[int, int], bool]) -> tuple[int, int] | None:
    """First (n, f) with an exact coset and not `told`."""
    return next((pair for pair in told if is_exact_coset(*pair) and not told[pair]), None)


@claim(
    id="C33",
    claim="""for composite n coset structure means frequencies that exactly divide n; a neuron learns a coset if its
    frequency is a prime factor of n""",
    source=f"{SOURCE} Sections 4.1 and 6",
    kind="statement",
    requires=("C2",),
)
def check_cosets(effort: str) -> Finding:
    """Exact cosets for every n and f, against divisors, prime factors and gcd(f, n) > 1."""
    most = 60 if effort == "quick" else 200
    pairs = [(n, f) for n in range(2, most + 1) for f in range(1, n // 2 + 1)]
    prime = set(primes(most))
    divides = {(n, f): f > 1 and n % f == 0 for n, f in pairs}
    factor = {(n, f): f in prime and n % f == 0 for n, f in pairs}
    every((is_exact_coset(n, f) == (gcd(f, n) > 1) for n, f in pairs), "gcd(f, n) > 1")
    every((is_exact_coset(*pair) for pair in pairs if divides[pair]), "a divisor without a coset")
    every((is_exact_coset(*pair) for pair in pairs if factor[pair]), "a prime factor without a coset")
    demand((first(factor), first(divides)) == ((8, 4), (10, 4)), "first others")
    frequencies = range(1, 91 // 2 + 1)
    exact = [f for f in frequencies if gcd(f, 91) > 1]
    demand(
        len(frequencies) == 45 and len(exact) == 9 and [f for f in exact if 91 % f == 0] == [7, 13], f"n = 91: {exact}"
    )
    return Finding(
        "holds with a correction",
        f"""integers, n <= {most}, all f <= n/2: the maxima are a coset of more than one residue exactly if gcd(f,
        n) > 1. For n = 91 these are 9 of {len(frequencies)} frequencies, of which 7 and 13 divide 91; the paper's
        own examples 35 and 42 do not""",
        counterexample="n = 10, f = 4: no divisor, yet a coset of 2; n = 8, f = 4: a divisor and no prime factor",
        correction="exactly the frequencies with gcd(f, n) > 1; dividing n, or being a prime factor, is sufficient",
        scope="all n, f: n divides f x exactly when n/gcd(f, n) divides x",
        data={"pairs": len(pairs)},
    )


@claim(
    id="C34",
    claim="x -> sin(2 pi f x/n) does not define a periodic function on C_n where f does not divide n",
    source=f"{SOURCE} Section 3",
    kind="statement",
)
def check_period(effort: str) -> Finding:
    """Well defined for every whole f; a shorter period exactly where f and n have a common factor."""
    most = 40 if effort == "quick" else 100
    pairs = [(n, f) for n in range(2, most + 1) for f in range(1, n)]
    every((is_function_of_residues(n, f) for n, f in pairs), "not a function of residues")
    every((has_shorter_period(n, f) == (gcd(f, n) > 1) for n, f in pairs), "gcd(f, n) > 1")
    every((not is_function_of_residues(n, Fraction(1, 2)) for n in range(2, most + 1)), "f = 1/2")
    others = [(n, f) for n, f in pairs if n % f and has_shorter_period(n, f)]
    demand(others[:2] == [(6, 4), (8, 6)], f"first others {others[:2]}")
    return Finding(
        "fails",
        f"""all n <= {most}, 0 < f < n: a function on C_n for every whole f, of period n as a function of whole x; with
        a period below n exactly if gcd(f, n) > 1, which {len(others)} pairs have where f does not divide n""",
        counterexample="n = 6, f = 4: 4 does not divide 6, and sin(4 pi x/3) has period 3",
        correction="for every whole f it is a function on C_n; its least period is n/gcd(f, n)",
        scope="all n, f: f (x + d) = f x mod n exactly when n/gcd(f, n) divides d",
        data={"others": len(others)},
    )
