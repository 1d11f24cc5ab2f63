"""D11 and D12: the fit of one singular component, and what is called energy."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations_with_replacement
from pathlib import Path

from proofs_check.claims.shared.circuits import DEPARTS, Part, Row, finished, judged, not_yet, title
from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim

SOURCE = "Rangamani, recurrent networks on addition mod 113,"
PRINTED = {"47 sine": Fraction("0.65"), "47 cosine": Fraction("0.4"), "29 cosine": Fraction("0.5")}

TABLE = "rangamani-singular"
PURE = 0.9  # share from which a direction has one frequency alone
FEW = (0.6, 1.0)  # of the squared norm at the first two frequencies; 0.83 printed


def power(coefficients: Sequence[Fraction]) -> Fraction:
    """Sum of squares."""
    return sum((c**2 for c in coefficients), Fraction(0))


def mixed(row: Row, pure: float = PURE, few: tuple[float, float] = FEW) -> Part:
    """Whether a direction has several frequencies, and its first two have most of its squared norm (0 is the mean)."""
    shares = sorted(map(float, row["spectrum"].split()[1:]), reverse=True)
    text = f"{title(row)}: the first frequencies of U_E^1 have {', '.join(f'{x:.3f}' for x in shares[:4])} of it"
    return text, shares[0] <= pure and few[0] <= shares[0] + shares[1] <= few[1]


def share(values: Sequence[int], rank: int, exponent: int) -> Fraction:
    """Share of the greatest `rank` values in the sum of all, to a power: 1 as printed, 2 for the squared norm."""
    powers = sorted((v**exponent for v in values), reverse=True)
    return Fraction(sum(powers[:rank]), sum(powers))


@claim(
    id="D11",
    claim="the transform of U_E^1 V_E^1T is about 0.65 sin(2 pi 47 n/p) + 0.4 cos(2 pi 47 n/p) + 0.5 cos(2 pi 29 n/p)",
    source=f"{SOURCE} Section III-C",
    kind="empirical",
)
def check_fit(effort: str, folder: Path | None = None) -> Finding:
    """The printed coefficients as those of a unit vector, and the first singular vector of saved embeddings."""
    total = power(list(PRINTED.values()))
    demand(total == Fraction(333, 400) and total < 1, f"power {total}")
    scaled = total * Fraction(113, 2)
    demand(scaled == Fraction(37629, 800), f"norm {scaled}")
    both = PRINTED["47 sine"] ** 2 + PRINTED["47 cosine"] ** 2
    demand(both / total == Fraction(233, 333), f"share of 47: {both / total}")
    printed = f"""As printed a matrix (113 x 256, of coefficients) is set equal to a function of n. Read as the unit
        singular vector U_E^1 in the orthonormal Fourier basis the three coefficients have {float(total):.4f} of its
        squared norm, {float(both / total):.3f} of that at 47; with waves of amplitude 1 the squared norm were
        {float(scaled):.2f} and not 1"""
    rows = [row for row in finished(TABLE, folder) if (row["matrix"], row["number"]) == ("embedding", "0")]
    scope = f"""{DEPARTS}. Wanted: one frequency has at most {PURE} of the squared norm of U_E^1, and the first two have
        {FEW[0]} to {FEW[1]}. {printed}"""
    if not rows:
        return not_yet(TABLE, scope)
    return judged([mixed(row) for row in rows], scope, len(rows))


@claim(
    id="D12",
    claim="the energy in the first r components is their share sum_(i<=r) sigma_i/sum_j sigma_j of the singular values",
    source=f"{SOURCE} Section III-B, Figure 3",
    kind="statement",
)
def check_energy(effort: str) -> Finding:
    """Both shares for every list of small singular values: of the values, and of their squares."""
    most, longest = (6, 4) if effort == "quick" else (8, 5)
    cases = [v for size in range(2, longest + 1) for v in combinations_with_replacement(range(1, most + 1), size)]
    for values in cases:
        for rank in range(1, len(values)):
            first, second = share(values, rank, 1), share(values, rank, 2)
            demand(first <= second, f"singular values {values}, rank {rank}: {first} > {second}")
            demand((first == second) == (len(set(values)) == 1), f"singular values {values}, rank {rank}: equal")
    demand((share((2, 1), 1, 1), share((2, 1), 1, 2)) == (Fraction(2, 3), Fraction(4, 5)), "2 and 1")
    return Finding(
        "holds with a correction",
        f"""{len(cases)} lists of singular values up to {most}, every rank: the printed share is below that of the
        squares unless all are equal. So 85.4, 95.5, 91.4 and 89.4% are too small as shares of ||W||^2""",
        counterexample="singular values 2, 1, r = 1: 2/3 as printed, 4/5 of the squared norm",
        correction="the energy (squared Frobenius norm) has the larger share sum_(i<=r) sigma_i^2/sum_j sigma_j^2",
        scope="all falling sequences: the weights sigma_j^2 lean to the front against sigma_j (Chebyshev's inequality)",
        data={"cases": len(cases)},
    )
