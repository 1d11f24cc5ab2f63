"""D13 to D15: what Table I says of removed frequencies, and what theory is said to show."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from proofs_check.claims.shared.groups import not_always_used
from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim

SOURCE = "Rangamani, recurrent networks on addition mod 113,"
REMOVED = (47, 29, 54, 6, 15, 20)
SEVERAL = ("100", "100", "87.3", "28.3", "6.2", "0.885")  # accuracy in per cent without the first 1, 2, ... of them
INPUTS = 2
SINGLE = ("100", "99.9", "100", "99.4", "100", "99.8")  # without that one alone


def falls(accuracies: tuple[str, ...], strictly: bool = False) -> bool:
    """Whether the accuracies never rise (or fall at each step)."""
    steps = pairwise(map(Fraction, accuracies))
    return all(a > b if strictly else a >= b for a, b in steps)


def wrong(percent: str, size: int) -> int:
    """Wrong answers among `size` for that accuracy, to the nearest."""
    return round((100 - Fraction(percent)) * size / 100)


@claim(
    id="D13",
    claim="the accuracy drops monotonically to chance as 1, ..., 6 frequencies are removed",
    source=f"{SOURCE} Section III-C, Table I",
    kind="statement",
    requires=("D8",),
)
def check_monotone(effort: str) -> Finding:
    """The printed column: never rising, and its last entry against 1/113."""
    demand(sorted(REMOVED) == [6, 15, 20, 29, 47, 54], f"{REMOVED}")
    demand(len(SEVERAL) == len(REMOVED) and falls(SEVERAL), f"{SEVERAL}")
    demand(round(Fraction(100, 113), 3) == Fraction(SEVERAL[-1]), "chance")
    level = [i for i, (a, b) in enumerate(pairwise(SEVERAL), 1) if a == b]
    demand(not falls(SEVERAL, strictly=True) and level == [1], f"level at {level}")
    return Finding(
        "holds",
        """the printed column never rises, and ends at 1/113; it is level between the first and the second frequency
        removed (100%), and falls at each of the four steps after. Whether a trained network does so is D6""",
        scope="the paper's own table; nothing was measured here",
    )


@claim(
    id="D14",
    claim="if one frequency is removed the model computes the correct answer by the other frequencies",
    source=f"{SOURCE} Section III-C, Table I",
    kind="statement",
)
def check_single(effort: str) -> Finding:
    """The printed column of single frequencies, and the wrong answers that it means."""
    below = {f: a for f, a in zip(REMOVED, SINGLE, strict=True) if a != "100"}
    demand(below == {29: "99.9", 6: "99.4", 20: "99.8"}, f"{below}")
    count = {f: wrong(a, 113**2 * 7 // 10) for f, a in below.items()}
    demand(count == {29: 9, 6: 54, 20: 18}, f"{count}")
    return Finding(
        "holds with a correction",
        """three of the six keep 100% (47, 54, 15); without 29, 6 or 20 the table has 99.9, 99.4 and 99.8%, about 9, 54
        and 18 wrong answers among 8938""",
        counterexample="frequency 6 removed: 99.4% in Table I",
        correction="the correct answer for at least 99.4% of the inputs",
        scope="the paper's own table; nothing was measured here",
    )


@claim(
    id="D15",
    claim="theory ([9] Morwani et al.) only constructs a network that uses all frequencies and solves the task",
    source=f"{SOURCE} Section IV",
    kind="statement",
    requires=("A5", "B12"),
)
def check_theory(effort: str) -> Finding:
    """Every optimum of the linear programs at primes, for two inputs."""
    ps = (3, 5, 7, 11, 13) if effort == "quick" else (3, 5, 7, 11, 13, 17, 19, 23)
    for p in ps:
        demand(not_always_used(f"C{p}", INPUTS) == [], f"p = {p}: an optimum leaves a frequency out")
    demand(not_always_used("Dic3", 3) != [], "a group where one is left out is not seen")
    return Finding(
        "fails",
        f"""Morwani et al. prove that every network of maximum margin uses all frequencies (A5), not that one does:
        found again for p = {", ".join(map(str, ps))}, where no optimum of the linear program for {INPUTS} inputs
        leaves one out. Sparse trained networks do not contradict it: they have another norm or loss, or have not
        reached the maximum margin""",
        counterexample="p = 5, k = 2: each of the two frequencies has positive mass in every optimum",
        correction="theory shows that the maximum L_{2,3} margin needs all frequencies, and which networks have it",
        scope="all odd p: A5 and B12",
        data={"primes": list(ps)},
    )
