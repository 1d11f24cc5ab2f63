"""B15: p = 2 is parity, whose least width is not the printed one."""

from __future__ import annotations

from margin.addition.maximum import maximum_margin
from margin.addition.width import widths
from margin.numbers.square_roots import Surd
from margin.tasks import ModularAddition
from proofs_check.claims.shared.checkers import kernel_says
from proofs_check.claims.shared.single_neuron import printed
from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim


@claim(
    id="B15",
    claim="for p = 2 the task is parity, and Theorem 4.1 says that 2^(2k-2) neurons are needed for the maximum margin",
    source="Li et al., Section 6.4",
    kind="statement",
    requires=("B10",),
)
def check(effort: str) -> Finding:
    """Widths, certificates, and the ratio to the printed margin, for p = 2."""
    most = 8 if effort == "quick" else 14
    for k in range(1, most + 1):
        task = ModularAddition(2, k)
        counts, gamma = widths(task), maximum_margin(task).exact
        demand(counts.minimal == counts.constructed == max(1, 2 ** (k - 1)), f"k = {k}: widths {counts}")
        demand(kernel_says(task, gamma, "minimal", 2 ** (k - 1)), f"k = {k}: the kernel on 2^(k-1) neurons")
        demand(gamma == printed(2, k) * Surd.half_power(2, k - 1), f"k = {k}: ratio to the printed margin")
    two = maximum_margin(ModularAddition(2, 2)).exact
    return Finding(
        "fails",
        f"""2^(k-1) neurons reach the maximum margin (kernel, k <= {most}) and no fewer do, by the proof in the scope,
        so that 2^(2k-2) is needed only for k = 1. The theorem is no statement on p = 2 (its proof takes p odd), and its
        margin is too small there by the factor 2^((k-1)/2)""",
        counterexample=f"p = 2, k = 2: 2 neurons, not 4, reach gamma* = {two}; printed: {printed(2, 2)}",
        correction="for p = 2 the least width is 2^(k-1), and gamma* = k! 2^((1-k)/2) (k+1)^(-(k+1)/2)",
        scope=f"""all k: the even characters separate the sign patterns modulo +-, so a max-margin network has all
        2^(k-1) of them with equal shares; values by the kernel for k <= {most}""",
        data={"most": most},
    )
