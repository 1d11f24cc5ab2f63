"""B29: the number of neurons as a measure of how complicated the tasks of Figure 4 are."""

from __future__ import annotations

from itertools import pairwise

from margin.addition.width import widths
from margin.tasks import ModularAddition
from proofs_check.claims.shared.checkers import suffices
from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim

FIGURE = {2: 97, 3: 31, 4: 11, 5: 5}  # p by k


def printed_width(p: int, k: int) -> int:
    """2^(2k-2) (p-1)."""
    return 2 ** (2 * k - 2) * (p - 1)


def enough(p: int, k: int) -> int | None:
    """(k+1) 2^(k-1) (p-1)/2 neurons, if the kernel verifies that they reach gamma*; else None."""
    per_frequency = (k + 1) * 2 ** (k - 1)
    return per_frequency * (p - 1) // 2 if suffices(p, k, per_frequency) else None


@claim(
    id="B29",
    claim="""in Figure 4 (p = 97, 31, 11, 5 for k = 2, 3, 4, 5) the task becomes more complicated with k, as more
    neurons may be needed for the maximum margin""",
    source="Li et al., Section 5.3",
    kind="statement",
    requires=("B10", "B26"),
)
def check(effort: str) -> Finding:
    """Printed widths, widths that suffice and the least width for k = 2, at the four tasks of the figure."""
    printed = {k: printed_width(p, k) for k, p in FIGURE.items()}
    demand(list(printed.values()) == [384, 480, 640, 1024], f"printed {printed}")
    known = {k: enough(p, k) for k, p in FIGURE.items()}
    demand(list(known.values()) == [288, 240, 200, 192], f"enough {known}")
    least = widths(ModularAddition(FIGURE[2], 2)).minimal
    demand(least == known[2] == 288, f"k = 2 needs {least}")
    every((a < b for a, b in pairwise(printed.values())), "printed widths")
    return Finding(
        "fails",
        """the printed widths grow: 384, 480, 640, 1024. Networks with 288, 240, 200, 192 neurons reach gamma*
        (kernel), and for k = 2 no fewer than 288 do, so each of the tasks with k = 3, 4, 5 needs fewer neurons than
        that with k = 2. That grokking weakens in the figure (B19) is not explained by the number of neurons""",
        counterexample="p = 97, k = 2 needs 288 neurons; p = 31, k = 3 has a network of 240",
        correction="at one p the number grows with k; at the figure's p the numbers that are known to suffice fall",
        scope="these four tasks: sufficiency by the kernel, the least width for k = 2 proved",
        data={"printed": list(printed.values()), "enough": list(known.values())},
    )
