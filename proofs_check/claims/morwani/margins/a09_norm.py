"""A9: the L_{2,3} norm adds up over neurons and is unchanged by splitting one."""

from __future__ import annotations

import sympy

from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim


def splitting_invariant(degree: int, outer: int) -> bool:
    """Whether sum ||neuron||^outer stays when a neuron is split into copies times t_i > 0 that leave f unchanged.

    f is homogeneous of `degree` in a neuron: sum t_i^degree = 1. Decided with three copies, t_3 eliminated.
    """
    s, t, size = sympy.symbols("s t norm", positive=True)
    third = (1 - s**degree - t**degree) ** sympy.Rational(1, degree)
    split = sum((x * size) ** outer for x in (s, t, third))
    return bool(sympy.simplify(split - size**outer) == 0)


@claim(
    id="A9",
    claim="""L_{2,3} is to quadratic neurons what L_2 is to ReLU neurons: ||theta||^nu adds up over neurons and stays
    when a neuron is split into rescaled copies that leave the function unchanged""",
    source="Morwani et al., blog post, footnote 2 (natural norm)",
    kind="statement",
)
def check(effort: str) -> Finding:
    """Splitting a neuron at every degree, with the right outer exponent and with others."""
    most = 6 if effort == "quick" else 12
    for degree in range(2, most + 1):
        demand(splitting_invariant(degree, degree), f"degree {degree}: splitting changes the sum of powers")
        demand(not splitting_invariant(degree, degree + 1), f"degree {degree}: another power does as well")
    demand(not splitting_invariant(3, 2), "L_2 is natural for quadratic neurons too")
    return Finding(
        "holds",
        f"""degree nu of the neuron = outer exponent (ReLU 2, x^2 3, x^k k+1; 2 <= nu <= {most}, sympy); with L_2, two
        equal halves of a quadratic neuron have 2^(1/3) times its squared norm""",
        scope="""all nu: sum (t_i ||neuron||)^nu = ||neuron||^nu sum t_i^nu. Copies with positive factors; a negative
        factor beside larger positive ones, 2^(1/3) and -1, only adds norm (3 for 1)""",
    )
