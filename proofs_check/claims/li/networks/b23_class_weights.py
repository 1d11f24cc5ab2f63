"""B23: the class-weighted margin is at least the margin."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim


def proxy_exceeds(gaps: tuple[int, ...], weights: tuple[Fraction, ...], strictly: bool = False) -> bool:
    """Whether the class-weighted margin is at least (more than) the margin; gaps f[y] - f[c] over wrong labels."""
    proxy = sum((t * g for t, g in zip(weights, gaps, strict=True)), Fraction(0))
    return proxy > min(gaps) if strictly else proxy >= min(gaps)


@claim(
    id="B23",
    claim="the class-weighted margin uses a weighted sum in place of the max, so it is at least the margin",
    source="Li et al., Definition 3.6",
    kind="statement",
)
def check(effort: str) -> Finding:
    """Every case on a grid, with equality exactly at ties."""
    parts = [tuple(Fraction(x, 4) for x in w) for w in product(range(5), repeat=3) if sum(w) == 4]
    pairs = [(gaps, w) for gaps in product(range(-2, 3), repeat=3) for w in parts]
    every((sum(w) == 1 for w in parts), "class weights that do not add up to 1")
    every((proxy_exceeds(*pair) for pair in pairs), "a weighted mean below the least")
    for gaps, weights in pairs:
        tie = all(g == min(gaps) for g, t in zip(gaps, weights, strict=True) if t)
        demand(proxy_exceeds(gaps, weights, strictly=True) != tie, "equality without ties")
    return Finding(
        "holds",
        f"""{len(pairs)} cases with three wrong labels, equality exactly where every label of positive weight has the
        least gap""",
        scope="everything: a weighted mean is at least the least of its terms",
        data={"cases": len(pairs)},
    )
