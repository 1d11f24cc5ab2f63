"""E6: gamma* where the inputs are those of a subgroup alone, in closed form."""

from __future__ import annotations

from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim

CASES = ((3, 6), (3, 9), (5, 10))


def solved(h: int, labels: int, factor: float = 1.0, close: float = 1e-5) -> float:
    """What the solver finds, which knows no theory; refuted unless it is the closed form times `factor`."""
    import numpy as np

    from margin.networks.activations import Power
    from margin.parts.gaps import subgroup_margin
    from margin.solver import DataSet, solve
    from margin.solver.dataset import one_hot

    pairs = np.array([(a, b) for a in range(h) for b in range(h)])
    features, blocks = one_hot(pairs, (h, h))
    data = DataSet(features, pairs.sum(1) % h, labels, Power(2), f"pairs of a subgroup of order {h}", blocks)
    found = solve(data, tolerance=1e-6)
    wanted = factor * float(subgroup_margin(h, labels))
    demand(found.converged, f"h = {h}: the solver did not converge")
    demand(abs(found.value / wanted - 1) < close, f"h = {h}, {labels} labels: {found.value}, claimed {wanted}")
    return found.value


@claim(
    id="E6",
    claim="""k = 2, both inputs from a subgroup of odd order h, n > h labels possible: gamma* is
    h c sqrt(q/(1 + q (h-1)^2)) with q = 2n/(n-h) and c the value of a neuron on Z_h""",
    source="this project, docs/theory.md, 11.5",
    kind="theorem",
)
def check(effort: str) -> Finding:
    """The solver on small cases."""
    cases = CASES[: 2 if effort == "quick" else 3]
    values = [solved(*case) for case in cases]
    shown = "; ".join(f"h = {h}, n = {n}: {value:.8f}" for (h, n), value in zip(cases, values, strict=True))
    return Finding(
        "holds",
        f"the solver, which knows no theory, agrees to 1e-5: {shown}",
        scope="every odd h >= 3 and n > h: the proof is docs/theory.md, 11.5",
    )
