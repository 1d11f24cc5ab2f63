"""B12: a max-margin network uses every frequency, for every k."""

from __future__ import annotations

from proofs_check.claims.shared.groups import not_always_used
from proofs_check.claims.shared.waves import diagonal, logits, network, spectrum
from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim


@claim(
    id="B12",
    claim="every frequency is used by some neuron of a max-margin network, for every k",
    source="Li et al., Theorems 4.1 and G.2, third item",
    kind="theorem",
    requires=("B11",),
)
def check(effort: str) -> Finding:
    """Every optimum of the linear programs; the spectrum of a network that lacks one frequency."""
    most, most_k = (16, 5) if effort == "quick" else (60, 8)
    for n in range(2, most + 1):
        for k in range(1, most_k + 1):
            demand(not not_always_used(f"C{n}", k), f"n = {n}, k = {k}: some optimum leaves a frequency out")
    order, neurons = network(5, 2, "minimal", left_out=2)
    rest = spectrum(5, 2, order, logits(5, 2, order, neurons))
    demand(rest == diagonal(5, 2) - {(2, 2, 3), (3, 3, 2)}, "a network without frequency 2")
    return Finding(
        "holds",
        f"""in every optimum of the linear program every frequency has mass, decided exactly for n <= {most}, k <=
        {most_k}; a network without frequency 2 (n = 5) lacks exactly (2, 2, -2) and its negative""",
        scope="""all n >= 2, k >= 1, primes or not: a neuron whose w has no frequency z adds nothing at j_c = +-z, where
        by B11 the transform is not 0. 'By a neuron of this frequency only' needs k >= 2: see B21""",
        data={"most": most, "k": most_k},
    )
