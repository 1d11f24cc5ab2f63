"""B19b: whether the data sets that are compared over k are of nearly equal size."""

from __future__ import annotations

from itertools import product

from proofs_check.claims.shared.exact import primes
from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim

MOST = 37  # prime for k = 3, 4, 5 that is tried
SIZES = {2: 97, 3: 31, 4: 11, 5: 5}


def spread(sizes: dict[int, int]) -> float:
    """Largest data set p^k over the smallest."""
    counts = [p**k for k, p in sizes.items()]
    return max(counts) / min(counts)


def best_sizes(first: int = 97) -> dict[int, int]:
    """Primes for k = 3, 4, 5 whose data sets, with p = `first` for k = 2, differ by the least factor."""
    choices = product(primes(MOST), repeat=3)
    return min(({2: first, 3: a, 4: b, 5: c} for a, b, c in choices), key=spread)


@claim(
    id="B19b",
    claim="p = 97, 31, 11, 5 for k = 2, 3, 4, 5 is chosen so that the data sets are roughly equal in size",
    source="Li et al., Section 5.3, Figure 4",
    kind="statement",
)
def check(effort: str) -> Finding:
    """The spread of the sizes, against that of the best primes."""
    best = best_sizes()
    demand(spread(SIZES) > 9 > 2 > spread(best), "the sizes are within a factor 2, or no primes are")
    counts = ", ".join(str(p**k) for k, p in SIZES.items())
    return Finding(
        "fails",
        f"sizes p^k = {counts}: a factor {spread(SIZES):.2f} apart, while the figure compares k",
        counterexample=f"31^3/5^5 = {31**3}/{5**5} = {spread(SIZES):.2f}",
        correction=f"""p = {", ".join(map(str, best.values()))} are within a factor {spread(best):.2f}, the least
        possible with p = 97 for k = 2""",
        scope=f"integers; all primes up to {MOST} for k = 3, 4, 5 were tried",
    )
