"""A9b: the printed formula of the L_{2,3} norm lacks the cube root."""

from __future__ import annotations

from fractions import Fraction

import sympy

from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim


def homogeneity(squared_norms: list[int], outer_root: bool) -> Fraction | None:
    """The exponent e with N(2 theta) = 2^e N(theta), N the printed sum (or its cube root); None if there is none."""
    value = sum(sympy.Integer(x) ** sympy.Rational(3, 2) for x in squared_norms)
    doubled = sum(sympy.Integer(4 * x) ** sympy.Rational(3, 2) for x in squared_norms)
    ratio = sympy.log(sympy.nsimplify(sympy.simplify(doubled / value)), 2) / (3 if outer_root else 1)
    return Fraction(int(ratio.p), int(ratio.q)) if ratio.is_Rational else None


@claim(
    id="A9b",
    claim="the L_{2,3} norm of a network is sum_i (||u_i||^2 + ||v_i||^2 + ||w_i||^2)^(3/2)",
    source="Morwani et al., blog post, footnote 2",
    kind="identity",
    requires=("A9",),
)
def check(effort: str) -> Finding:
    """Homogeneity of the printed sum and of its cube root; the triangle inequality of the printed one."""
    networks = [[3], [1, 1], [2, 5, 7]]
    every((homogeneity(x, outer_root=False) == 3 for x in networks), "the printed sum is not of degree 3")
    every((homogeneity(x, outer_root=True) == 1 for x in networks), "the cube root is not of degree 1")
    # one neuron theta of squared norm 1: N(theta + theta) = 8 > 2 = N(theta) + N(theta)
    single, double = (sympy.Integer(x) ** sympy.Rational(3, 2) for x in (1, 4))
    demand(double == 8 and double > single + single, "the triangle inequality holds")
    return Finding(
        "holds with a correction",
        f"""the printed sum is homogeneous of degree 3 (neurons of squared norms {networks}), so no norm: it is
        ||theta||_{{2,3}}^3, which is what the max-margin definition (norm <= 1) and the regulariser use, so no result
        depends on the slip""",
        counterexample=f"""one neuron of norm 1, doubled: {double} > {single} + {single}, against the triangle
        inequality""",
        correction="(sum_i (||u_i||^2 + ||v_i||^2 + ||w_i||^2)^(3/2))^(1/3)",
        scope="""all networks: every term scales with the cube; the cube root is the l_3 norm of the neurons' l_2 norms,
        a norm by Minkowski's inequality""",
    )
