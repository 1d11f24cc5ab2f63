"""C25: d and n - d are equally far from whole points."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations_with_replacement

from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim


def square_distance(n: int, frequencies: tuple[int, ...], d: int) -> Fraction:
    """Squared distance of d (f_1, ..., f_m)/n from the whole points."""
    return sum((Fraction(min(f * d % n, -f * d % n), n) ** 2 for f in frequencies), Fraction(0))


def from_lattice(n: int, frequencies: tuple[int, ...], d: int) -> Fraction:
    """Squared distance of (f_1, ..., f_m)/n from (1/d) Z^m, found by trying every numerator."""
    return sum((min((Fraction(f, n) - Fraction(i, d)) ** 2 for i in range(d + 1)) for f in frequencies), Fraction(0))


def is_mirrored(n: int, frequencies: tuple[int, ...], total: int) -> bool:
    """Whether total - d is as far as d for every 0 < d < n."""
    distance = [square_distance(n, frequencies, d) for d in range(total)]
    return [distance[d] for d in range(1, n)] == [distance[total - d] for d in range(1, n)]


@claim(
    id="C25",
    claim="""n v is a whole point, v = (f_1, ..., f_m)/n, so (n-d) v is as far from a whole point as d v; thus it
    suffices that v is at least 1/d times that distance away from (1/d) Z^m for d = 1, ..., floor(n/2)""",
    source="modular addition at several scales, Section 5.4",
    kind="identity",
)
def check(effort: str) -> Finding:
    """Squared distances as fractions, every d, up to two frequencies."""
    most = 16 if effort == "quick" else 30
    cases = [
        (n, frequencies)
        for n in range(3, most + 1)
        for m in (1, 2)
        for frequencies in combinations_with_replacement(range(1, n), m)
    ]
    for n, frequencies in cases:
        demand(is_mirrored(n, frequencies, n), f"n = {n}, {frequencies}: d and n - d")
        for d in range(1, n // 2 + 1):
            scaled = d**2 * from_lattice(n, frequencies, d)
            demand(scaled == square_distance(n, frequencies, d), f"n = {n}, {frequencies}, d = {d}: lattice")
    for n in range(3, most + 1):
        halves = {min(d, n - d) for d in range(1, n)}
        demand(halves == set(range(1, n // 2 + 1)), f"n = {n}: floor(n/2) is not enough")
    return Finding(
        "holds",
        f"{len(cases)} choices of one or two frequencies, n <= {most}, every d: equal as fractions",
        scope="all n, m: (n-d) v = -d v + n v with n v whole; |d v - x| = d |v - x/d| for whole x",
        data={"cases": len(cases)},
    )
