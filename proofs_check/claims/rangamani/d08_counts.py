"""D8 and D9: the number of sequences, the accuracy of chance, and which data set can have it."""

from __future__ import annotations

from fractions import Fraction

from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim

SOURCE = "Rangamani, recurrent networks on addition mod 113,"
SEQUENCES = 113**2


def rounds_to(value: Fraction, percent: str) -> bool:
    """Whether the value in per cent, rounded to as many decimals, is printed like that."""
    decimals = len(percent.partition(".")[2])
    return round(value * 100, decimals) == Fraction(percent)


def constant_accuracy(p: int) -> Fraction:
    """Accuracy on all p^2 sequences of a network that always gives the label 0."""
    return Fraction(sum((a + b) % p == 0 for a in range(p) for b in range(p)), p**2)


def reachable(size: int, percent: str) -> list[int]:
    """Numbers of right answers among `size` whose share is printed like that."""
    decimals = len(percent.partition(".")[2])
    shares = [round(Fraction(100 * right, size), decimals) for right in range(size)]
    return [right for right, share in enumerate(shares) if share == Fraction(percent)]


@claim(
    id="D8",
    claim="there are 113^2 = 12769 sequences, and chance accuracy is 0.885%",
    source=f"{SOURCE} Sections II and III-B",
    kind="identity",
)
def check_counts(effort: str) -> Finding:
    """The square, and the accuracy of a constant answer by counting."""
    demand(SEQUENCES == 12769, f"113^2 = {SEQUENCES}")
    chance = constant_accuracy(113)
    demand(chance == Fraction(1, 113) and rounds_to(chance, "0.885"), f"chance {chance}")
    demand([p for p in (112, 113, 114) if rounds_to(Fraction(1, p), "0.885")] == [113], "1/p falls in p")
    return Finding(
        "holds",
        "113^2 = 12769; a constant answer is right on 113 of them: 1/113 = 0.88496%; no other modulus prints 0.885%",
        scope="integers",
    )


@claim(
    id="D9",
    claim="the accuracy of 0.885% is measured on the remaining 70% of the sequences",
    source=f"{SOURCE} Sections II and III-B, Table I",
    kind="statement",
    requires=("D8",),
)
def check_test_set(effort: str) -> Finding:
    """Which numbers of right answers print as 0.885%, for the 70% rounded either way and for all sequences."""
    rest = {SEQUENCES * 7 // 10, -(-SEQUENCES * 7 // 10)}
    demand(rest == {8938, 8939}, f"70% is {rest}")
    every((reachable(size, "0.885") == [] for size in rest), "0.885% on the test set")
    everywhere = reachable(SEQUENCES, "0.885")
    demand(everywhere == [113], f"of all sequences: {everywhere}")
    every((bool(reachable(size, percent)) for size in rest for percent in ("87.3", "28.3", "6.2")), "other entries")
    return Finding(
        "holds with a correction",
        """no number of right answers among 8938 or 8939 sequences is 0.885% (79 are 0.884%, 80 are 0.895%); of all
        12769 exactly 113 are. So the entry is chance itself, 1/113, or was measured on all sequences""",
        counterexample="79 of 8938 right: 0.884%; 80: 0.895%",
        correction="about chance: 79 right answers of 8938 (0.884%) on the test set, or 113 of 12769 on all sequences",
        scope="integers; the other entries of Table I, with one decimal, can be measured on 8938 or 8939 sequences",
    )
