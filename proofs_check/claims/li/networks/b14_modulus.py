"""B14: the theorem assumes p prime; what it needs is p odd."""

from __future__ import annotations

from margin.numbers.square_roots import Surd
from margin.tasks import ModularAddition
from proofs_check.claims.shared.checkers import kernel_says
from proofs_check.claims.shared.single_neuron import printed
from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim


def theorem_holds(n: int, k: int) -> bool:
    """Whether the kernel verifies the printed margin, with the published network of width 2^(2k-2) (n-1)."""
    return kernel_says(ModularAddition(n, k), printed(n, k), "paper", 2 ** (2 * k - 2) * (n - 1))


def even_value(n: int, k: int) -> Surd:
    """n c/(n - 2 + 2^(-(k-1)/2)), c = (n-1)/n times the printed value: the maximum margin for even n."""
    return printed(n, k) * (n - 1) / (n - 2 + 1 / Surd.half_power(2, k - 1))


@claim(
    id="B14",
    claim="the theorem is stated for a given prime p (assumed, not claimed to be needed)",
    source="Li et al., Section 3.1 and Theorem 4.1",
    kind="statement",
    requires=("B10", "B11", "B12", "B13"),
)
def check(effort: str) -> Finding:
    """The printed margin and width at odd composite n, the corrected value at even n, by the kernel."""
    most, most_k = (45, 6) if effort == "quick" else (101, 8)
    composite = [n for n in range(9, most + 1, 2) if any(n % d == 0 for d in range(3, n, 2))]
    for k in range(1, most_k + 1):
        every((theorem_holds(n, k) for n in composite), f"k = {k}: the kernel rejects the printed margin")
        for n in range(2, most, 2):
            task = ModularAddition(n, k)
            demand(kernel_says(task, even_value(n, k)), f"n = {n}, k = {k}: the value for even n")
            demand(kernel_says(task, printed(n, k)) == (k == 1), f"n = {n}, k = {k}: the printed value")
    return Finding(
        "holds with a correction",
        f"""margin and width as printed verified by the kernel for all {len(composite)} odd composite n <= {most}, k <=
        {most_k}; frequencies and spectrum likewise (B11, B12 for all n). What matters is that n is odd: for even n and
        k >= 2 the printed margin is too small""",
        counterexample=f"""p = 2 is prime, k = 2: gamma* = {even_value(2, 2)}, not {printed(2, 2)}. Not needed: n = 9,
        k = 2 has gamma* = {printed(9, 2)} at width {4 * (9 - 1)}, as printed""",
        correction="""for every odd n, prime or not; for even n gamma* = n c/(n - 2 + 2^(-(k-1)/2)) with c = k! n^-k
        (n/2)^((k-1)/2) (k+1)^(-(k+1)/2), larger for k >= 2, as the frequency n/2 is cheap""",
        scope=f"""all odd n: no step of B4 to B13 uses that n is prime; even n: the kernel's rules, n < {most}, k <=
        {most_k}""",
        data={"composite": len(composite), "k": most_k},
    )
