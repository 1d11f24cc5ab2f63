"""B24: the maximum margin of the data set for every number of inputs, first item of the main theorem."""

from __future__ import annotations

from margin.tasks import ModularAddition
from proofs_check.claims.shared.checkers import kernel_says
from proofs_check.claims.shared.exact import primes
from proofs_check.claims.shared.single_neuron import printed
from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim


def is_maximum(p: int, k: int, numerator: int = 2, spread: int = 2) -> bool:
    """Whether the kernel proves gamma* = numerator k!/((spread k + spread)^((k+1)/2) (p-1) p^((k-1)/2))."""
    return kernel_says(ModularAddition(p, k), printed(p, k, numerator, spread))


@claim(
    id="B24",
    claim="""for every prime p and every k the maximum L_{2,k+1} margin of the data set is 2 k!/((2k+2)^((k+1)/2) (p-1)
    p^((k-1)/2))""",
    source="Li et al., Theorems 4.1 and G.2, first item",
    kind="theorem",
    requires=("A7", "B5", "B13"),
)
def check(effort: str) -> Finding:
    """The printed value at every prime and k up to limits, and p = 2, by the kernel: a network and a dual bound."""
    most, most_k = (31, 10) if effort == "quick" else (101, 16)
    odd = primes(most)[1:]
    for k in range(1, most_k + 1):
        every((is_maximum(p, k) for p in odd), f"k = {k}: the kernel rejects the printed margin")
        demand(is_maximum(2, k) == (k == 1), f"p = 2, k = {k}")
    return Finding(
        "holds with a correction",
        f"""network and dual bound verified by the kernel for all {len(odd)} odd primes p <= {most}, k <= {most_k}; for
        p = 2 it verifies the printed value for k = 1 alone""",
        counterexample=f"p = 2, k = 2: gamma* = sqrt(6)/9, not {printed(2, 2)}",
        correction="for odd p, prime or not; for p = 2 gamma* is 2^((k-1)/2) times that (B14, B15)",
        scope="""all odd p and all k: B5 bounds every network by its neurons, B13 reaches the bound, and by A7 the two
        together are the maximum""",
        data={"primes": len(odd), "k": most_k},
    )
