"""D10: the frequencies above (p-1)/2."""

from __future__ import annotations

from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim


def same_wave(p: int, k: int, other: int, sign: int) -> bool:
    """Whether e^(2 pi i k x/p) is e^(2 pi i sign other x/p) for every whole x."""
    return all((k - sign * other) * x % p == 0 for x in range(p))


def aliases(p: int, k: int) -> list[int]:
    """Frequencies 1..(p-1)/2 whose cosine is that of k at every whole x."""
    return [f for f in range(1, (p - 1) // 2 + 1) if same_wave(p, k, f, 1) or same_wave(p, k, f, -1)]


def harmonics(p: int, k: int) -> set[int]:
    """Frequencies 1..(p-1)/2 of the multiples of k, up to sign."""
    return {min(k * i % p, -k * i % p) for i in range(p)} - {0}


@claim(
    id="D10",
    claim="k <= (p-1)/2 are the unique Fourier frequencies; larger values of k capture harmonics of these frequencies",
    source="Rangamani, recurrent networks on addition mod 113, Section III-A",
    kind="statement",
)
def check(effort: str) -> Finding:
    """Every k below p: the frequency with the same wave; the multiples of every frequency."""
    ps = (3, 5, 7, 11, 13, 59, 113)
    for p in ps:
        half = (p - 1) // 2
        every((aliases(p, k) == [k] for k in range(1, half + 1)), f"p = {p}: not unique")
        every((aliases(p, k) == [p - k] for k in range(half + 1, p)), f"p = {p}: no alias p - k")
        every((same_wave(p, k, p - k, -1) for k in range(1, p)), f"p = {p}: k is p - k with the sign changed")
        every((harmonics(p, k) == set(range(1, half + 1)) for k in range(1, p)), f"p = {p}: harmonics")
    demand(len([k for k in range(1, 57) if aliases(113, k) == [k]]) == 56 == (113 - 1) // 2, "p = 113: 56")
    return Finding(
        "holds with a correction",
        """primes 3 to 113: each k in (p+1)/2..p-1 has the cosine of p - k and minus its sine at every whole x, so it is
        an alias and captures nothing new. Harmonics (multiples) say nothing here: modulo p the multiples of any one
        frequency are all (p-1)/2""",
        counterexample="p = 3, k = 2: cos(4 pi x/3) = cos(2 pi x/3) for whole x: frequency 1 itself",
        correction="larger k < p are aliases: cos(2 pi k x/p) = cos(2 pi (p-k) x/p), and the sines differ in sign",
        scope="all odd p for the aliases; harmonics for primes",
        data={"primes": list(ps)},
    )
