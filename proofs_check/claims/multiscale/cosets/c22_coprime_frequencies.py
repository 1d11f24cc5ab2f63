"""C22: coprime frequencies whose product is n single out one label."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement
from math import gcd

from proofs_check.claims.shared.exact import splittings
from proofs_check.register.claim import Finding, every
from proofs_check.register.registry import claim


def maxima(n: int, frequencies: Sequence[int]) -> set[int]:
    """The d where sum_i cos(2 pi f_i d/n) is greatest: every term is 1, as at d = 0."""
    return {d for d in range(n) if all(f * d % n == 0 for f in frequencies)}


def unique(n: int, frequencies: Sequence[int]) -> bool:
    """Whether the sum is greatest at d = 0 alone."""
    return maxima(n, frequencies) == {0}


@claim(
    id="C22",
    claim="""if the frequencies f_1, ..., f_r are coprime and n = f_1...f_r, the sum of the neurons' outputs is greatest
    at one label only""",
    source="modular addition at several scales, Section 5.2",
    kind="theorem",
    requires=("C2",),
)
def check(effort: str) -> Finding:
    """Every factorisation into coprime factors, and triples of frequencies, against the gcd."""
    most, most_any = (120, 16) if effort == "quick" else (400, 30)
    several = [(n, fs) for n in range(6, most + 1) for fs in splittings(n) if len(fs) > 1]
    every((unique(n, fs) for n, fs in several), "coprime factors with several maxima")
    every((not unique(n, (n,)) for n in range(2, most + 1)), "one factor, f = n, is a constant")
    sets = [(n, fs) for n in range(2, most_any + 1) for fs in combinations_with_replacement(range(1, n), 3)]
    every((unique(n, fs) == (gcd(n, *fs) == 1) for n, fs in sets), "uniqueness is not gcd(n, f_1, ..., f_r) = 1")
    return Finding(
        "holds",
        f"""integers: all {len(several)} factorisations of n <= {most} into two or more coprime factors (for r = 1, f =
        n, the sum is constant). The product need not be n: the maximum is unique exactly when gcd(n, f_1, ..., f_r) = 1
        ({len(sets)} triples, n <= {most_any}); one frequency coprime to n is enough""",
        scope="all n: the common zeros of f_i d mod n are the subgroup of order gcd(n, f_1, ..., f_r)",
        data={"factorisations": len(several), "triples": len(sets)},
    )
