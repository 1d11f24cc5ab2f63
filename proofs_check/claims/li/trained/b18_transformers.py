"""B18 and B19: what trained transformers learn for k = 2 to 5. No transformer has been trained here."""

from __future__ import annotations

from proofs_check.register.claim import Finding
from proofs_check.register.registry import claim


@claim(
    id="B18",
    claim="rows of the attention matrix W^KQ of a trained one-layer transformer are 2-dimensional cosines, k = 3, 4, 5",
    source="Li et al., Section 5.2 and appendix H.3, Figures 3, 9, 10",
    kind="empirical",
)
def check_attention(effort: str) -> Finding:
    """Nothing is computed: no transformer has been trained."""
    return Finding("not yet run", "no transformer has been trained in this project; no saved run to judge by")


@claim(
    id="B19",
    claim="grokking weakens as k grows, two-layer transformers on half of the data",
    source="Li et al., Section 5.3, Figure 4",
    kind="empirical",
)
def check_grokking(effort: str) -> Finding:
    """Nothing is computed: no transformer has been trained."""
    return Finding("not yet run", "no transformer has been trained in this project; no saved run to judge by")
