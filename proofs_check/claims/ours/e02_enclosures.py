"""E2: gamma* of one shared embedding, enclosed and proved on both sides in integers; below that of separate ones."""

from __future__ import annotations

from fractions import Fraction

from margin.shared.maximum import SharedMargin, maximum_margin
from margin.shared.upper import margin_bound, sum_of_squares
from margin.tasks import SharedEmbedding
from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim

QUICK: tuple[tuple[int, int], ...] = ((3, 2), (4, 2), (5, 2), (7, 2), (3, 3))
DIGITS = 6  # of the enclosures


def lower(answer: SharedMargin, least: Fraction) -> None:
    """The network in integers has a margin of at least `least`."""
    margin = answer.network.margin()
    demand(margin >= least, f"{answer.task}: the network has the margin {float(margin)}, claimed {float(least)}")


def upper(answer: SharedMargin, most: Fraction) -> None:
    """A sum of squares in integers, made anew, proves that no network has more than `most`."""
    task = answer.task
    bound = margin_bound(task.n, task.k, sum_of_squares(task.n, task.k).bound())
    demand(bound <= most, f"{task}: the sum of squares proves {float(bound)}, claimed {float(most)}")


def less_than_separate(answer: SharedMargin, separate: float) -> None:
    """gamma* is less than k^(k/2) times that of separate embeddings, and more than half of it."""
    inside = separate / 2 < answer.low <= answer.high < separate
    demand(inside, f"{answer.task}: {float(answer)} against {separate} of separate embeddings")


@claim(
    id="E2",
    claim="""with one embedding shared by all inputs and counted once in the norm, gamma* lies within 10^-6 of the saved
    values, more than half and less than k^(k/2) times that of separate embeddings""",
    source="this project, docs/theory.md, 10, and docs/shared.md",
    kind="theorem",
    requires=("E1",),
)
def check(effort: str) -> Finding:
    """Both ends for some (n, k): every gap of the network, and a sum of squares made anew and added up in integers."""
    cases = QUICK
    if effort == "full":
        cases = (*QUICK, *((n, 2) for n in (6, 8, 9, 10, 11, 13)), (4, 3), (5, 3), (6, 3), (7, 3))
    within = Fraction(f"1e-{DIGITS}")
    for n, k in cases:
        answer = maximum_margin(SharedEmbedding(n, k))
        lower(answer, answer.low)
        upper(answer, answer.low * (1 + within))
        less_than_separate(answer, answer.unshared)
    listed = ", ".join(f"{n}, {k}" for n, k in cases)
    shown = maximum_margin(SharedEmbedding(7, 2))
    return Finding(
        "holds",
        f"""integers: networks and sums of squares enclose gamma* within 10^-{DIGITS} for n, k = {listed}; for
        n = {shown.task.n} and k = {shown.task.k} it is {float(shown):.7f}, {float(shown) / shown.unshared:.5f} of twice
        the separate one""",
        scope="the n and k listed; every saved network is checked by the tests",
        data={"cases": [list(case) for case in cases]},
    )
