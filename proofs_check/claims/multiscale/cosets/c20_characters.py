"""C20: which k -> exp(2 pi i m k/n) are representations of C_n."""

from __future__ import annotations

from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim


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
    """The representations that the divisors of n give, and that all integers give."""
    most = 100 if effort == "quick" else 1000
    complete = [n for n in range(2, most + 1) if characters(n, True) == n]
    demand(complete == [2] and all(characters(n, False) == n for n in range(2, most + 1)), f"complete for {complete}")
    return Finding(
        "holds with a correction",
        f"divisors give all n irreducible representations only for n = 2 (n <= {most}); for prime n two of them",
        counterexample="n = 3: m = 1 and 3 are divisors; m = 2 is a representation too",
        correction="for every integer m, different ones for m = 0, ..., n-1",
        scope="all n > 2: n - 1 does not divide n",
        data={"most": most},
    )
