"""A4: max-margin networks have only pure cosines with theta_u + theta_v = theta_w and one amplitude; conversely."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import sympy

from margin.addition.certificate import certificate
from margin.addition.construction import construct
from margin.addition.maximum import maximum_margin
from margin.networks.cosine_blocks import Block
from margin.networks.cosines import CosineNetwork
from margin.networks.phases import PhaseList
from margin.numbers.square_roots import Surd
from margin.tasks import ModularAddition
from proofs_check.claims.shared.checkers import verified
from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim

Vector = Sequence[Any]  # of fractions or surds
COS3 = (Fraction(1), Fraction(-1, 2), Fraction(-1, 2))  # cos(2 pi a/3)


def objective(u: Vector, v: Vector, w: Vector) -> Surd:
    """E over uniform (a, b) of (u_a + v_b)^2 (w_y - mean of w over the other labels), y = a + b; term by term."""
    n, total = len(w), sum(w, Surd())
    centred = [(n * x - total) * Fraction(1, n - 1) for x in w]
    pairs = [(a, b) for a in range(n) for b in range(n)]
    return sum((Fraction(1, n**2) * (u[a] + v[b]) ** 2 * centred[(a + b) % n] for a, b in pairs), Surd())


def reaches_maximum(u: Vector, v: Vector, w: Vector) -> bool:
    """Whether the objective is gamma* ||neuron||^3, both sides exact; one sign and squares are compared."""
    value = objective(u, v, w)
    squared_norm = sum((x * x for x in (*u, *v, *w)), Surd())
    gamma = maximum_margin(ModularAddition(len(w), 2)).exact
    return value.sign() > 0 and value**2 == gamma**2 * squared_norm**3


def cross_term_only(n: int, factor: int = 2) -> bool:
    """Whether the objective is factor * E[u_a v_b w~_y]: squares of u or v drop out. By coefficients u_i^2 w_c."""
    inside = [Fraction(1) if c == 0 else Fraction(-1, n - 1) for c in range(n)]  # of w_c in w~ at y = 0
    squares = [sorted(inside[(d - b) % n] for b in range(n)) for d in range(n)]  # whose sums u_i^2 w_c has, d = c - i
    unit = [[Fraction(int(a == b)) for a in range(n)] for b in range(n)]
    cross = objective(unit[0], unit[0], unit[0]) * n**2  # squares drop out
    return squares == [sorted(inside)] * n and sum(inside) == 0 and cross == factor * inside[0]


def am_gm_identity(constant: int = 27) -> bool:
    """Whether (x+y+z)^3 - constant xyz is a weighted sum of squares of differences: >= 0, and 0 only at x = y = z."""
    x, y, z = sympy.symbols("x y z")
    cyclic = [(x, y, z), (y, z, x), (z, x, y)]
    squares = sum((x + y + z) / 2 * (b - c) ** 2 + 3 * a * (b - c) ** 2 for a, b, c in cyclic)
    return bool(sympy.expand((x + y + z) ** 3 - constant * x * y * z - squares) == 0)


def product_to_sum() -> bool:
    """cos A cos B cos C as cosines of A+B-C and three angles that average to 0 for frequencies z, 2z != 0 mod n."""
    a, b, c = sympy.symbols("a b c", real=True)
    angles = (a + b - c, a + b + c, a - b + c, a - b - c)
    difference = sympy.cos(a) * sympy.cos(b) * sympy.cos(c) - sum(sympy.cos(x) for x in angles) / 4
    return bool(sympy.expand(sympy.expand_trig(difference)) == 0)


def two_amplitudes(p: int, sizes: int) -> bool:
    """Whether a network of norm 1 with amplitudes of two sizes at each frequency reaches gamma*, by the kernel."""
    task, best = ModularAddition(p, 2), maximum_margin(ModularAddition(p, 2))
    minimal, paper = (construct(task, name).blocks[0].phase_set for name in ("minimal", "paper"))
    neurons, shares = [], []
    for phases, share in ((minimal, Fraction(1, 2)), (paper, Fraction(1, 2))):
        for alpha, omega in phases.points():
            turn = 12 // phases.denominator
            neurons.append((*(turn * x for x in alpha), turn * omega))
            shares.append(share / phases.size)
    merged: dict[tuple[int, ...], Fraction] = {}
    for neuron, share in zip(neurons, shares, strict=True):
        merged[neuron] = merged.get(neuron, Fraction(0)) + share
    phase_list = PhaseList(2, 12, tuple(merged), tuple(merged.values()))
    blocks = tuple(Block(c.frequencies, c.mass, phase_list) for c in best.blocks)
    return len(set(merged.values())) == sizes and verified(certificate(best, CosineNetwork(task, blocks)))


@claim(
    id="A4",
    claim="""a max-margin network of width >= 4(p-1) has only neurons u, v, w = lambda cos(theta + 2 pi k a/p) of one
    frequency, theta_u + theta_v = theta_w, lambda in R constant; such a neuron maximises the single-neuron
    objective""",
    source="Morwani et al., Theorem 7, as in the blog post",
    kind="theorem",
    requires=("A3", "A7"),
)
def check(effort: str) -> Finding:
    """The steps of the upper bound with their equality cases; lambda of both signs at p = 3, 5; two amplitudes."""
    most = 13 if effort == "quick" else 40
    for n in range(2, most + 1):
        demand(cross_term_only(n), f"n = {n}: squares do not drop out")
    demand(am_gm_identity() and product_to_sum(), "AM-GM as sum of squares, or the product of cosines")
    cos5 = [Surd(1), *((Surd.sqrt(5) * s - 1) / 4 for s in (1, -1, -1, 1))]
    for cosine in (COS3, cos5):
        minus = [-x for x in cosine]
        demand(reaches_maximum(cosine, cosine, cosine), "lambda > 0 does not reach gamma*")
        demand(objective(minus, minus, minus) < 0, "lambda < 0 has a positive objective")
    demand(two_amplitudes(3, 3) and two_amplitudes(7, 3), "amplitudes that differ between neurons do not reach gamma*")
    value = objective(*[[-x for x in COS3]] * 3)
    return Finding(
        "holds with a correction",
        f"""three steps of the upper bound checked with their cases of equality: squares drop out (n <= {most}), AM-GM
        as a sum of squares (sympy), product of cosines (sympy); p = 3 and 5 by adding up every term""",
        counterexample=f"""p = 3, k = 1, lambda = -1, all phases 0, so theta_u + theta_v = theta_w: the objective is
        {value}, the least of its norm, not the greatest. In one max-margin network (kernel, p = 3) neurons differ in
        amplitude""",
        correction="""every non-zero neuron has a lambda > 0 of its own (for lambda < 0: theta_u + theta_v = theta_w +
        pi) and theta_u + theta_v = theta_w mod 2 pi; conversely such neurons with lambda > 0 are exactly the maximisers
        of their norm. Holds from width 3(p-1) on, where gamma* is reached already""",
        scope="""all odd n, primes or not: with x_z the squared norm at frequency z, the objective is at most a constant
        times sum_z (x_z)^(3/2) (AM-GM, equality iff the three norms are equal and the phases add up) <= (sum
        x_z)^(3/2), equality iff one x_z alone is not 0; a max-margin network has only neurons that reach the bound
        (A7)""",
        data={"most": most},
    )
