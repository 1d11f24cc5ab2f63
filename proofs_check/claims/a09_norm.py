"""A9, A9b: the L_{2,3} norm: additive over neurons, unchanged by splitting a neuron; and its printed formula."""

from __future__ import annotations

from fractions import Fraction

import sympy

from proofs_check.claims.claim import Finding, demand
from proofs_check.claims.registry import claim


def splitting_invariant(degree: int, outer: int) -> bool:
    """Whether sum ||neuron||^outer stays when a neuron is split into copies times t_i > 0 that leave f unchanged.

    f is homogeneous of `degree` in a neuron: sum t_i^degree = 1. Decided with three copies, t_3 eliminated.
    """
    s, t, size = sympy.symbols("s t norm", positive=True)
    third = (1 - s**degree - t**degree) ** sympy.Rational(1, degree)
    split = sum((x * size) ** outer for x in (s, t, third))
    return bool(sympy.simplify(split - size**outer) == 0)


def homogeneity(squared_norms: list[int], outer_root: bool) -> Fraction | None:
    """The exponent e with N(2 theta) = 2^e N(theta), N the printed sum (or its cube root); None if there is none."""
    value = sum(sympy.Integer(x) ** sympy.Rational(3, 2) for x in squared_norms)
    doubled = sum(sympy.Integer(4 * x) ** sympy.Rational(3, 2) for x in squared_norms)
    ratio = sympy.log(sympy.nsimplify(sympy.simplify(doubled / value)), 2) / (3 if outer_root else 1)
    return Fraction(int(ratio.p), int(ratio.q)) if ratio.is_Rational else None


@claim(
    id="A9",
    claim="L_{2,3} is to quadratic neurons what L_2 is to ReLU neurons: ||theta||^nu adds up over neurons and"
    " stays when a"
    " neuron is split into rescaled copies that leave the function unchanged",
    source="Morwani et al., blog post, footnote 2 (natural norm)",
    kind="statement",
)
def check(effort: str) -> Finding:
    most = 6 if effort == "quick" else 12
    for degree in range(2, most + 1):
        demand(splitting_invariant(degree, degree), f"degree {degree}: splitting changes the sum of powers")
        demand(not splitting_invariant(degree, degree + 1), f"degree {degree}: another power does as well")
    demand(not splitting_invariant(3, 2), "L_2 is natural for quadratic neurons too")
    return Finding(
        "holds",
        f"degree nu of the neuron = outer exponent (ReLU 2, x^2 3, x^k k+1; 2 <= nu <= {most}, sympy); with L_2,"
        " two equal"
        " halves of a quadratic neuron have 2^(1/3) times its squared norm",
        scope="all nu: sum (t_i ||neuron||)^nu = ||neuron||^nu sum t_i^nu. Copies with positive factors; a"
        " negative factor"
        " beside larger positive ones, 2^(1/3) and -1, only adds norm (3 for 1)",
    )


@claim(
    id="A9b",
    claim="the L_{2,3} norm of a network is sum_i (||u_i||^2 + ||v_i||^2 + ||w_i||^2)^(3/2)",
    source="Morwani et al., blog post, footnote 2",
    kind="identity",
    requires=("A9",),
)
def check_formula(effort: str) -> Finding:
    networks = [[3], [1, 1], [2, 5, 7]]
    demand(all(homogeneity(x, outer_root=False) == 3 for x in networks), "the printed sum is not of degree 3")
    demand(all(homogeneity(x, outer_root=True) == 1 for x in networks), "the cube root is not of degree 1")
    # one neuron theta of squared norm 1: N(theta + theta) = 8 > 2 = N(theta) + N(theta)
    single, double = sympy.Integer(1) ** 3, sympy.Integer(4) ** sympy.Rational(3, 2)
    demand(double > 2 * single, "the triangle inequality holds")
    return Finding(
        "holds with a correction",
        "the printed sum is homogeneous of degree 3, so no norm: it is ||theta||_{2,3}^3, which is what the max-margin"
        " definition (norm <= 1) and the regulariser use, so no result depends on the slip",
        counterexample=f"one neuron of norm 1, doubled: {double} > {single} + {single}, against the triangle"
        " inequality",
        correction="(sum_i (||u_i||^2 + ||v_i||^2 + ||w_i||^2)^(3/2))^(1/3)",
        scope="all networks: every term scales with the cube; the cube root is the l_3 norm of the neurons' l_2"
        " norms, a"
        " norm by Minkowski's inequality",
    )
