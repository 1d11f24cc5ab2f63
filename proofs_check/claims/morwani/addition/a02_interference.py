"""A2: averaging clock logits over frequencies interferes destructively at c != a+b and enlarges the margin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from math import cos, pi

from proofs_check.claims.shared.exact import cosine_sign, primes
from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim


def gap_excess(n: int, zs: Sequence[int], d: int, other: int) -> int:
    """Sign of mean over z in zs of (1 - cos(2 pi z d/n)) less 1 - cos(2 pi other/n): margins at equal norm."""
    coefficients = [0] * n
    coefficients[other % n] += len(zs)
    for z in zs:
        coefficients[z * d % n] -= 1
    return cosine_sign(coefficients)


def enlarged(p: int, zs: Sequence[int]) -> bool:
    """Whether the least margin of the average over zs exceeds that of one frequency, 1 - cos(2 pi/p) for prime p."""
    return all(gap_excess(p, zs, d, 1) > 0 for d in range(1, p))


def nearer(p: int, zs: Sequence[int]) -> list[int]:
    """The differences d = c - (a+b) at which averaging over zs makes the margin of frequency 1 smaller."""
    return [d for d in range(p // 2 + 1) if gap_excess(p, zs, d, d) < 0]


def subsets(p: int) -> Iterable[tuple[int, ...]]:
    """All sets of two or more frequencies."""
    frequencies = range(1, (p + 1) // 2)
    return (zs for size in range(2, len(frequencies) + 1) for zs in combinations(frequencies, size))


@claim(
    id="A2",
    claim="""averaging the clock's logits over frequencies interferes destructively at every c != a+b, accentuating the
    right answer (a larger margin than that of one frequency at equal norm)""",
    source="Morwani et al., blog post, clock algorithm",
    kind="statement",
    requires=("A1",),
)
def check(effort: str) -> Finding:
    """Signs of margins: every set of frequencies of small primes, all frequencies of larger ones, each label."""
    most, most_subsets = (43, 13) if effort == "quick" else (71, 13)
    odd = primes(most)[1:]
    complete = {p: list(range(1, (p + 1) // 2)) for p in odd}
    checked = [zs for p in primes(most_subsets) for zs in subsets(p)]
    for p in primes(most_subsets)[2:]:
        every((enlarged(p, zs) for zs in subsets(p)), f"p = {p}: the least margin does not grow for some set")
    for p in odd:
        demand(enlarged(p, complete[p]) == (p > 3), f"p = {p}: least margin of all frequencies against one")
    every((bool(nearer(p, complete[p])) for p in odd if p > 3), "averaging separates every wrong label better")
    p = next(p for p in odd if nearer(p, complete[p]))
    d = nearer(p, complete[p])[0]
    return Finding(
        "holds with a correction",
        f"""the least margin grows for every set of two or more frequencies (all {len(checked)} sets, primes p <=
        {most_subsets}; all frequencies together, p <= {most})""",
        counterexample=f"""p = {p}, c = a+b+{d}: frequency 1 alone gives the logit cos({2 * d} pi/{p}) =
        {cos(2 * pi * d / p):.3f}, the average -1/{p - 1}, so that wrong label comes nearer""",
        correction="""the least margin over wrong labels grows, strictly with two frequencies or more (p >= 5); at wrong
        labels far from a+b one frequency separates better""",
        scope="""all primes: z runs through all residues, so every frequency has the same least margin, each at its own
        d = +-1/z; a minimum of averages with different places exceeds the average of minima. At z d = (p-1)/2 the
        single logit is -cos(pi/p) < -1/(p-1), the average, for every p >= 5""",
        data={"sets": len(checked), "most": most},
    )
