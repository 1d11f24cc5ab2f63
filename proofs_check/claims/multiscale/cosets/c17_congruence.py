"""C17: a congruence modulo 91."""

from __future__ import annotations

from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim


def half_is(n: int, f: int, other: int) -> bool:
    """Whether the frequency `other` is f/2 or -f/2 modulo n."""
    return (2 * other - f) % n == 0 or (2 * other + f) % n == 0


N, F, SAID = 91, 7, 43


@claim(
    id="C17",
    claim="2 * 43 = -7 mod 91, so that the frequency f/2 of f = 7 is 43",
    source="modular addition at several scales, caption of Figure 4b",
    kind="identity",
)
def check(effort: str) -> Finding:
    """The frequencies that are half of 7 modulo 91, up to sign."""
    demand(half_is(5, 3, 4) and half_is(5, 3, 1), "3/2 mod 5 is 4 up to sign")
    halves = [f for f in range(1, N // 2 + 1) if half_is(N, F, f)]
    demand(len(halves) == 1 and SAID not in halves, f"frequencies {halves}")
    (half,) = halves
    return Finding(
        "fails",
        f"""2 * {SAID} = {2 * SAID} = {2 * SAID - N} mod {N}; of the frequencies 1..{N // 2} only {half} is f/2 up to
        sign""",
        counterexample=f"n = {N}: {2 * SAID} + {F} = {2 * SAID + F} is no multiple of {N}",
        correction=f"""2 * {half} = {2 * half} = -{N - 2 * half} mod {N}: the frequency is {half}; whether the histogram
        shows it is not decided here""",
        scope="integers",
    )
