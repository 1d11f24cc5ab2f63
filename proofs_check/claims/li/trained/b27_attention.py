"""B27 and B28: what is said of transformers' ability to learn the task. No transformer has been trained here."""

from __future__ import annotations

from proofs_check.register.claim import Finding
from proofs_check.register.registry import claim

MISSING = "no transformer has been trained in this project; no saved run to judge by"


@claim(
    id="B27",
    claim="""one-layer transformers learn modular addition of up to 5 inputs, so that ordinary attention captures
    correlations of more than two inputs, for which high-order attention was introduced""",
    source="Li et al., Section 6.3",
    kind="empirical",
)
def check_correlations(effort: str) -> Finding:
    """Nothing is computed: no transformer has been trained."""
    return Finding("not yet run", MISSING)


@claim(
    id="B28",
    claim="with more inputs k two-layer transformers need more steps to fit the training data and generalise better",
    source="Li et al., Section 5.3",
    kind="empirical",
)
def check_steps(effort: str) -> Finding:
    """Nothing is computed: no transformer has been trained."""
    return Finding("not yet run", MISSING)
