"""B9: what the block of one cosine per frequency adds up to."""

from __future__ import annotations

from fractions import Fraction

from margin.networks.phases import is_zero_sum
from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim


def cosine_sum(n: int, d: int) -> Fraction | None:
    """sum over 0 < z < n/2 of cos(2 pi z d/n), decided in the cyclotomic field; None if it is no half-integer."""
    frequencies = range(1, (n + 1) // 2)
    for doubled in (2 * len(frequencies), -1, 0, -2):
        counts = [0] * n
        for z in frequencies:
            counts[z * d % n] += 1
            counts[-z * d % n] += 1
        counts[0] -= doubled
        if is_zero_sum(counts):
            return Fraction(doubled, 2)
    return None


def is_sum(n: int, elsewhere: Fraction, right: Fraction | None = None) -> bool:
    """Whether the sum is (n-1)/2 (or `right`) at c = y and `elsewhere` at all other c."""
    first = Fraction(n - 1, 2) if right is None else right
    return cosine_sum(n, 0) == first and all(cosine_sum(n, d) == elsewhere for d in range(1, n))


@claim(
    id="B9",
    claim="summed over all frequencies the block is (p-1)/2 at c = y and 0 at every other c",
    source="Li et al., end of the proofs of Lemmas E.2 and E.3",
    kind="identity",
)
def check(effort: str) -> Finding:
    """The sum at every difference, decided in the cyclotomic field."""
    most = 61 if effort == "quick" else 201
    for n in range(3, most + 1, 2):
        demand(is_sum(n, Fraction(-1, 2)) and not is_sum(n, Fraction(0)), f"n = {n}")
    for n in range(4, most + 1, 2):
        every((cosine_sum(n, d) == (-1 if d % 2 == 0 else 0) for d in range(1, n)), f"n = {n}")
    return Finding(
        "holds with a correction",
        f"""decided in the cyclotomic field for all n <= {most}: (n-1)/2 at c = y, -1/2 elsewhere for odd n (0 at odd,
        -1 at even differences for even n, over 0 < z < n/2)""",
        counterexample="p = 3, c = y + 1: one frequency, cos(2 pi/3) = -1/2",
        correction="(p-1)/2 at c = y and -1/2 at every other c; all wrong labels still tie, the gap is p/2",
        scope="all odd n: twice the sum and 1 is the sum of all n-th roots of unity to the power d, 0 for 0 < d < n",
        data={"most": most},
    )
