"""A5: every frequency 1..(p-1)/2 is used by some neuron of a max-margin network."""

from __future__ import annotations

from margin.numbers.square_roots import Surd
from proofs_check.claims.shared.exact import cosine_sign
from proofs_check.claims.shared.groups import not_always_used
from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim

INPUTS = 2


def equal_masses_tie(n: int, left_out: int = 0) -> bool:
    """Whether sum_z (1 - cos(2 pi z d/n)) is the same for all d, over the frequencies z < n/2 but `left_out`.

    Raises Refuted where no frequency is left: nothing would be added up.
    """
    zs = [z for z in range(1, (n + 1) // 2) if z != left_out]
    demand(bool(zs), f"n = {n}: no frequency is left")
    for d in range(2, n):
        coefficients = [0] * n
        for z in zs:
            coefficients[z * d % n] -= 1
            coefficients[z] += 1
        if cosine_sign(coefficients):
            return False
    return True


@claim(
    id="A5",
    claim="in a max-margin network for addition mod p every frequency 1..(p-1)/2 is used by some neuron",
    source="Morwani et al., Theorem 7, as in the blog post",
    kind="theorem",
    requires=("A4",),
)
def check(effort: str) -> Finding:
    """Every optimum of the linear programs; equal masses tie, and do not without frequency 1."""
    most = 31 if effort == "quick" else 61
    for n in range(2, most + 1):
        missing = not_always_used(f"C{n}", INPUTS)
        demand(not missing, f"n = {n}: representations {missing} are left out by some optimum")
    for n in range(3, most + 1, 2):
        demand(equal_masses_tie(n), f"n = {n}: equal masses do not tie")
    for n in range(5, 18, 2):
        demand(not equal_masses_tie(n, left_out=1), f"n = {n}: the others tie without frequency 1")
    alone = 1 - Surd.sqrt(5) / 5  # over gamma*: c (1 - cos(2 pi/5)), c = 4/5, as all add up to 5 c/4
    return Finding(
        "holds",
        f"""every optimum of the exact linear program of C_n for {INPUTS} inputs is positive at every frequency, for
        all n <= {most}, prime or not; with frequency 1 alone p = 5 reaches {float(alone):.4f} gamma*""",
        scope="""all n: the dual class weights are positive, so every wrong label ties (complementary slackness), and
        sum_z m_z (1 - cos(2 pi z d/n)) constant over d != 0 determines all m_z up to scale by Fourier inversion; none
        is 0""",
        data={"most": most},
    )
