"""A21: the clock algorithm can be expressed with quadratic activations (footnote; not in the list of claims)."""

from __future__ import annotations

from fractions import Fraction

from margin.addition.construction import rotation_phases
from margin.networks.phases import PhaseList
from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim


def phase_list(construction: str, shift: int = 0) -> PhaseList:
    """The phases of one frequency for k = 2, neuron by neuron; output phases moved by shift / denominator turns."""
    group = rotation_phases(2, construction)
    turn = group.denominator
    neurons = tuple((*alpha, (omega + shift) % turn) for alpha, omega in group.points())
    return PhaseList(2, turn, neurons, (Fraction(1, len(neurons)),) * len(neurons))


def is_clock(phases: PhaseList, order: int) -> bool:
    """Whether these neurons compute a multiple of cos(2 pi z (a+b-c)/n) and nothing else, for z of that order."""
    return phases.wanted_term_only(order)


@claim(
    id="A21",
    claim="the clock algorithm, logits cos(2 pi k (a+b-c)/p), can be expressed with quadratic activations",
    source="Morwani et al., blog post, footnote 1",
    kind="statement",
    requires=("A1",),
)
def check(effort: str) -> Finding:
    """Both constructions at every order: the wanted cosine and nothing else."""
    most = 40 if effort == "quick" else 200
    sizes = {}
    for name in ("paper", "minimal"):
        phases = phase_list(name)
        sizes[name] = phases.size
        for order in range(3, most + 1):
            demand(is_clock(phases, order), f"{name} construction, order {order}: other terms are left")
    return Finding(
        "holds",
        f"""{sizes["paper"]} neurons (u+v)^2 w per frequency as published, {sizes["minimal"]} suffice; every unwanted
        term of the expansion vanishes exactly, frequencies of orders 3 to {most}""",
        scope="""all n >= 3: the exponents h of unwanted terms are finitely many and free of n, and their sums over the
        phases vanish in the field of the phases; for orders above 4 no two exponents coincide. At order 2 (n even, z =
        n/2) two neurons with signs do it""",
        data=sizes,
    )
