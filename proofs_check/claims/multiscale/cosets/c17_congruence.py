"""C17: a congruence modulo 91."""

from __future__ import annotations

from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim


def half_is(n: int, f: int, other: int) -> bool:
    """Whether the frequency `other` is f/2 or -f/2 modulo n."""
    return (2 * other - f) % n == 0 or (2 * other + f) % n == 0


@claim(
    id="C17",
    claim="2 * 43 = -7 mod 91, so that the frequency f/2 of f = 7 is 43",
    source="modular addition at several scales, caption of Figure 4b",
    kind="identity",
)
def check(effort: str) -> Finding:
    """The frequencies that are half of 7 modulo 91."""
    right = [f for f in range(1, 46) if half_is(91, 7, f)]
    demand(not half_is(91, 7, 43) and right == [42], f"frequencies {right}")
    return Finding(
        "fails",
        f"2 * 43 = 86 = {86 - 91} mod 91; of the frequencies 1..45 only {right[0]} is f/2 up to sign",
        counterexample="n = 91: 86 + 7 = 93 is no multiple of 91",
        correction="2 * 42 = 84 = -7 mod 91: the frequency is 42; whether the histogram shows it is not decided here",
        scope="integers",
    )
