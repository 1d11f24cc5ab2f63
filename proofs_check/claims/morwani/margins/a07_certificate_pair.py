"""A7: a pair (theta*, q*), each optimal against the other, certifies that theta* has the maximum margin."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim

Gaps = tuple[tuple[int, ...], ...]  # f[y] - f[c] of one network: a row per input, a column per wrong label
LABELS = 2  # wrong ones
VALUES = 3  # of a gap: 0, 1, 2
GRID = (Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(1))


def margin(gaps: Gaps, q: tuple[Fraction, ...]) -> Fraction:
    """q-expected margin: the least gap of each input, weighted by q."""
    return sum((p * min(row) for p, row in zip(q, gaps, strict=True)), Fraction(0))


def proxy(gaps: Gaps, q: tuple[Fraction, ...], tau: tuple[Fraction, ...]) -> Fraction:
    """q-expected gap, averaged over wrong labels with class weights tau."""
    pairs = zip(q, gaps, strict=True)
    return sum((p * sum(t * g for t, g in zip(tau, row, strict=True)) for p, row in pairs), Fraction(0))


def tied(gaps: Gaps, q: tuple[Fraction, ...], tau: tuple[Fraction, ...]) -> bool:
    """Condition C.1: wrong labels of positive weight attain the least gap, on inputs of positive probability."""
    used = (row for p, row in zip(q, gaps, strict=True) if p)
    return all(g == min(row) for row in used for t, g in zip(tau, row, strict=True) if t)


def families(inputs: int, labels: int, values: int) -> Iterator[tuple[Gaps, Gaps]]:
    """All pairs of networks with gaps in 0..values-1; the first is the candidate theta*."""
    rows = list(product(range(values), repeat=labels))
    networks = list(product(rows, repeat=inputs))
    return ((a, b) for a in networks for b in networks)


def counterexample(use_proxy: bool, condition: bool, inputs: int = 2, any_q: bool = False) -> tuple[Gaps, Gaps] | None:
    """Networks with a pair (theta*, q*) as claimed, though the other network has the greater least margin; or None.

    theta* maximises the q*-expected margin (or the proxy, with or without the condition) over both networks; q* on the
    grid minimises the expected margin of theta* over all distributions: it sits on inputs of least margin. With `any_q`
    that is left out of the theorem.
    """
    weights = [(t, 1 - t) for t in GRID]
    for ours, other in families(inputs, LABELS, VALUES):
        if min(map(min, other)) <= min(map(min, ours)):
            continue
        least = min(map(min, ours))
        for q in ((p, 1 - p) for p in GRID) if inputs == 2 else [(Fraction(1),)]:
            if margin(ours, q) != least and not any_q:
                continue
            if not use_proxy and margin(ours, q) >= margin(other, q):
                return ours, other
            for tau in weights if use_proxy else []:
                if (tied(ours, q, tau) or not condition) and proxy(ours, q, tau) >= proxy(other, q, tau):
                    return ours, other
    return None


@claim(
    id="A7",
    claim="""if theta* maximises the q*-expected margin and q* minimises the expected margin at theta*, theta* has the
    maximum margin, and max-min = min-max; also with the class-weighted proxy under condition C.1""",
    source="Morwani et al., Section 3: certificate pair, condition C.1",
    kind="theorem",
)
def check(effort: str) -> Finding:
    """All pairs of small networks: no counterexample, and one where condition C.1 is dropped."""
    demand(counterexample(use_proxy=False, condition=True) is None, "the pair does not certify the margin")
    demand(counterexample(use_proxy=True, condition=True) is None, "the pair with the proxy does not certify")
    demand(counterexample(use_proxy=False, condition=True, any_q=True) is not None, "q* need not minimise")
    without = counterexample(use_proxy=True, condition=False, inputs=1)
    demand(without is not None, "condition C.1 is not needed")
    return Finding(
        "holds",
        f"""no counterexample among all {sum(1 for _ in families(2, LABELS, VALUES))} pairs of networks with two inputs,
        two wrong labels and gaps 0, 1, 2, for distributions and class weights with shares
        {", ".join(map(str, GRID))}. C.1 is needed: without it, one input, gaps {without}: the first maximises the
        proxy, the second the margin""",
        scope="""all finite data and every set of networks: for any theta, min_q E_q margin(theta) <= E_q* margin(theta)
        <= E_q* margin(theta*) = min_q E_q margin(theta*), and a minimum over q is the least margin. The proxy is at
        least the expected margin, and equals it at theta* under C.1, so the same chain holds""",
    )
