"""C20: which k -> exp(2 pi i m k/n) are representations of C_n."""

from __future__ import annotations

from fractions import Fraction

from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim


def is_representation(n: int, m: Fraction) -> bool:
    """Whether k -> exp(2 pi i m k/n) on 0..n-1 takes sums modulo n to products."""
    return all((m * ((k + j) % n - k - j) / n).denominator == 1 for k in range(n) for j in range(n))


def characters(n: int, only_divisors: bool) -> int:
    """How many different k -> exp(2 pi i m k/n) there are, m over the divisors of n or over everything."""
    chosen = [m for m in range(1, n + 1) if not only_divisors or n % m == 0]
    return len({m % n for m in chosen})


@claim(
    id="C20",
    claim="C_n has complex representations k -> exp(2 pi i m k/n) for any divisor m of n",
    source="modular addition at several scales, Section 3",
    kind="statement",
)
def check(effort: str) -> Finding:
    """The maps of the divisors of n are representations; how many they are, and all integers give."""
    most, most_sums = (100, 30) if effort == "quick" else (1000, 60)
    divisors = [(n, m) for n in range(1, most_sums + 1) for m in range(1, n + 1) if n % m == 0]
    every((is_representation(n, Fraction(m)) for n, m in divisors), "a divisor gives no representation")
    demand(not is_representation(2, Fraction(1, 2)), "m = 1/2 is a representation too")
    for n in range(2, most + 1):
        demand((characters(n, True) == n) == (n == 2), f"n = {n}: the divisors give {characters(n, True)}")
        demand(characters(n, False) == n, f"n = {n}: all integers give {characters(n, False)}")
    return Finding(
        "holds",
        f"""integers: all divisors of n <= {most_sums}. True, but incomplete: every integer m gives a representation,
        different ones for m = 0, ..., n-1; the divisors give all of them only for n = 2 (n <= {most}), for prime n two
        (n = 3: m = 2 is no divisor)""",
        scope="all n and all integers m: m n is a multiple of n. Incomplete for all n > 2: n - 1 does not divide n",
        data={"most": most},
    )
