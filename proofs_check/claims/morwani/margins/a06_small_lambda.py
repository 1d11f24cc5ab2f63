"""A6: as lambda -> 0 the global minimiser of cross-entropy + lambda ||theta||^r has normalised margin -> gamma*."""

from __future__ import annotations

from fractions import Fraction
from math import log

import sympy

from margin.addition.finite_lambda import margin_program
from margin.addition.maximum import maximum_margin
from margin.tasks import ModularAddition
from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim

STRENGTHS = tuple(Fraction(1, 10**e) for e in range(3, 10))


def ratios(n: int, strengths: tuple[Fraction, ...] = STRENGTHS) -> list[float]:
    """Normalised margin over gamma* of the optimum at each strength (r = nu = 3), from the convex program in masses."""
    task = ModularAddition(n, 2)
    gamma = float(maximum_margin(task))
    return [margin_program(task).optimum(float(s) * gamma, gamma).ratio for s in strengths]


def within_rate(n: int, strengths: tuple[Fraction, ...] = STRENGTHS, labels: float | None = None) -> bool:
    """Whether gamma* - gamma_lambda <= ln(M/ln 2) / ||theta||^3 at each strength, M = n^2 (n-1) or `labels`."""
    task = ModularAddition(n, 2)
    gamma = float(maximum_margin(task))
    optima = [margin_program(task).optimum(float(s) * gamma, gamma) for s in strengths]
    slack = log((n**2 * (n - 1) if labels is None else labels) / log(2))
    return all(gamma - o.normalised_margin <= slack / o.mass for o in optima)


def one_orbit_margin() -> bool:
    """For odd n the loss in the mass M is log(1 + (n-1) e^(-gamma M)) + lambda M: its stationary point, by sympy."""
    n, gamma, strength = sympy.symbols("n gamma lambda", positive=True)
    mass = sympy.symbols("M", positive=True)
    slope = sympy.diff(sympy.log(1 + (n - 1) * sympy.exp(-gamma * mass)) + strength * mass, mass)
    stationary = sympy.log((n - 1) * (gamma / strength - 1)) / gamma
    return bool(sympy.simplify(slope.subs(mass, stationary)) == 0)


@claim(
    id="A6",
    claim="""the normalised margin of the global minimiser of cross-entropy + lambda ||theta||^r, r > 0, tends to gamma*
    as lambda -> 0, under mild assumptions on f""",
    source="Wei et al., as in Morwani et al., blog post, footnote 3",
    kind="theorem",
)
def check(effort: str) -> Finding:
    """Ratios, and the proof's rate, in the convex program at falling lambda; the stationary point for odd n."""
    even = ratios(30)
    demand(even == sorted(even) and even[-1] > 0.985, f"n = 30: ratios {even}")
    every((abs(r - 1) < 1e-9 for r in ratios(23)), f"n = 23: ratios {ratios(23)}")
    demand(one_orbit_margin(), "the stationary point for odd n")
    for n in (2, 3, 6, 23, 30, 32):
        demand(within_rate(n), f"n = {n}: further from gamma* than the proof allows")
    return Finding(
        "holds",
        f"""proof in the scope; in the convex program (r = nu, float64) n = 30 has ratio {even[0]:.4f} at lambda = 1e-3
        gamma* and {even[-1]:.4f} at 1e-9 gamma*; odd n, where by symmetry all frequencies have one mass, has ratio 1 at
        every lambda < gamma* (n-1)/n, margin ln((n-1)(gamma*/lambda - 1)) (sympy)""",
        scope="""every continuous f, positively homogeneous of degree nu with gamma* > 0, every r > 0. Let theta
        minimise at lambda, rho its norm, theta' the max-margin direction at norm rho. Then loss(theta) <= loss(theta'),
        so log(1 + exp(-gamma rho^nu))/N <= log(1 + (n-1) exp(-gamma* rho^nu)) with gamma the normalised margin of
        theta: gamma* - gamma <= ln(N (n-1)/ln 2)/rho^nu once gamma >= 0. And rho -> infinity, as the minimum of the
        objective tends to 0 while the loss is above a positive number on every ball""",
        data={"ratios_30": even},
    )
