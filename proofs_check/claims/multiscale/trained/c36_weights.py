"""C36: the range of the embedding weights, said in two ways."""

from __future__ import annotations

from fractions import Fraction

from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim

RANGE = (-2, 2)  # 'numbers can be found in the range', small batches
SOME_ABOVE = 2  # 'including some weights larger than'


def consistent(upper: int, above: int) -> bool:
    """Whether a number below `upper` can exceed `above`."""
    return above < upper


def share_in_bin(count: int, n: int, dimension: int, seeds: int) -> Fraction:
    """Share of the entries of two n x dimension embeddings of all seeds."""
    return Fraction(count, 2 * n * dimension * seeds)


@claim(
    id="C36",
    claim="with batch size n embedding weights lie in (-2, 2)",
    source="modular addition at several scales, Section 4.1 (the same paragraph: 'some weights larger than 2')",
    kind="statement",
)
def check(effort: str) -> Finding:
    """The two sentences against each other; the share of the bin that was left out of Figure 3."""
    demand(not consistent(RANGE[1], SOME_ABOVE), "both sentences can hold")
    demand(RANGE == (-SOME_ABOVE, SOME_ABOVE), f"the limits {RANGE} and {SOME_ABOVE}")
    demand(consistent(SOME_ABOVE + 1, SOME_ABOVE), "a wider range is refused too")
    share = share_in_bin(2_400_000, 91, 32, 10_000)
    demand(share == Fraction(75, 1820), f"share {share}")
    return Finding(
        "fails",
        f"""two sentences later it is said that some of these weights are larger than 2, and Section 5.3 says that
        amplitudes exceed 2 (Figure 2). The 2.4 million weights in (-0.025, 0.025) are {float(share):.2%} of the 58.24
        million of 10,000 seeds. How large trained weights are is C11""",
        counterexample="any of the paper's weights larger than 2",
        correction="most of the weights lie in (-2, 2); some are larger",
        scope="the paper's own words; nothing was measured here",
    )
