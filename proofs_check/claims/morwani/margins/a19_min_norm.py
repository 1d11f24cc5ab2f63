"""A19: maximum margin at norm 1 is minimum norm at margin 1 (not in the list of claims that the others come from)."""

from __future__ import annotations

from dataclasses import replace

import sympy

from margin.addition.construction import construct
from margin.addition.maximum import maximum_margin
from margin.networks.cosines import CosineNetwork
from margin.numbers.square_roots import Surd
from margin.tasks import ModularAddition
from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim


def scaled(network: CosineNetwork, factor: Surd) -> CosineNetwork:
    """The network with every mass, that is theta by factor^(1/nu)."""
    return replace(network, blocks=tuple(replace(b, mass_each=b.mass_each * factor) for b in network.blocks))


def least_norm_at_margin_one(n: int, k: int, power: int = 1) -> bool:
    """Whether the max-margin network scaled to mass 1/gamma*^power has margin exactly 1."""
    task = ModularAddition(n, k)
    gamma = maximum_margin(task).exact
    network = scaled(construct(task), 1 / gamma**power)
    return network.margin() == 1 and network.mass == 1 / gamma**power


@claim(
    id="A19",
    claim="""a maximum margin solution is a setting of the weights that minimises the total norm, subject to classifying
    every data point correctly with a given confidence""",
    source="Morwani et al., blog post, solving the mystery",
    kind="statement",
)
def check(effort: str) -> Finding:
    """Networks scaled to margin 1, and the scaling that any homogeneous network needs."""
    inputs = (1, 2, 3)
    most = 20 if effort == "quick" else 100
    for n in range(2, most + 1):
        for k in inputs:
            demand(least_norm_at_margin_one(n, k), f"n = {n}, k = {k}")
    size, degree, gamma = sympy.symbols("rho nu gamma", positive=True)
    needed = sympy.solve(sympy.Eq(size**degree * gamma, 1), size)
    demand(sympy.simplify(needed[0] - gamma ** (-1 / degree)) == 0, "the norm that gives margin 1")
    return Finding(
        "holds",
        f"networks of norm gamma*^(-1/nu) with margin exactly 1 for n <= {most}, k = {', '.join(map(str, inputs))}",
        scope="""every network positively homogeneous of degree nu with gamma* > 0: theta -> t theta multiplies margins
        by t^nu, so a margin of at least 1 needs norm rho with rho^nu gamma* >= 1, and max-margin directions reach it.
        Where gamma* <= 0 (some input cannot be classified) the second problem has no solution""",
    )
