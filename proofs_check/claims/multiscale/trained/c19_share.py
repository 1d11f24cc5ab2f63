"""C19: a share of clusters that is a ratio to the other clusters."""

from __future__ import annotations

from fractions import Fraction

from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim


def share(fine: int, total: int) -> Fraction:
    """Of all clusters."""
    return Fraction(fine, total)


def odds(fine: int, total: int) -> Fraction:
    """Over the others."""
    return Fraction(fine, total - fine)


@claim(
    id="C19",
    claim="""with 94600 fine-tuning clusters of 494500 'the empirical probability of observing a cluster of fine-tuning
    neurons' is at most 0.23656""",
    source="modular addition at several scales, appendix B.3.1",
    kind="identity",
)
def check(effort: str) -> Finding:
    """The printed number as a share and as odds."""
    per_frequency, all_clusters, frequencies = 2200, 11500, 43
    fine, total = frequencies * per_frequency, frequencies * all_clusters
    demand(
        (fine, total) == (94600, 494500) and round(float(odds(fine, total)), 5) == 0.23656,
        f"{fine} of {total}: {odds(fine, total)}",
    )
    probability = share(fine, total)
    demand(probability < odds(fine, total), "share")
    return Finding(
        "holds with a correction",
        """arithmetic right, but 94600/(494500 - 94600) is the ratio to the other clusters. n = 91 has 45 frequencies,
        not 43, which cancels""",
        counterexample=f"94600 of 494500 is {float(probability):.4f}",
        correction=f"""at most {float(probability):.4f} of the clusters, by the same counts;
        {float(odds(fine, total)):.4f} of the others""",
        scope="the counts are the paper's, read off its histograms; not measured here",
    )
