"""A14: with uniform class weights only the sign representation of S_n would maximise the single-neuron objective."""

from __future__ import annotations

from fractions import Fraction

from margin.composition.program import GroupProgram
from margin.finite_groups.names import group
from margin.numbers.square_roots import Surd
from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim


def neuron_values(name: str, k: int = 2) -> list[tuple[int, Surd]]:
    """(dimension, best value of a unit neuron) of every non-trivial real representation, equal weight on wrong labels.

    c_R (1 - tau_hat(R)), tau_hat(R) = sum_C tau(C) chi_R(C)/dim R, from the exact characters; values up to the factor
    that all share.
    """
    program = GroupProgram(group(name))
    n = program.group.order
    values = []
    for orbit, row in zip(program.irrep_orbits, program.orbit_sums, strict=True):
        dimension = program.irreps[orbit[0]].dimension
        totals = (sum(program.sizes[c] for c in members) for members in program.class_orbits)
        hat = Fraction(sum(s * t for s, t in zip(row, totals, strict=True)), (n - 1) * dimension * len(orbit))
        values += [(dimension, (1 - hat) / Surd.half_power(dimension, k - 1))] * len(orbit)
    return values


def maximisers(name: str, k: int = 2) -> list[int]:
    """Dimensions of the representations of greatest value."""
    values = neuron_values(name, k)
    best = max(value for _, value in values)
    return [dimension for dimension, value in values if value == best]


@claim(
    id="A14",
    claim="""with equal class weights on the wrong labels only the sign representation of S_n would maximise the
    single-neuron objective""",
    source="Morwani et al., Section 6",
    kind="statement",
    requires=("A11",),
)
def check(effort: str) -> Finding:
    """The maximal representations of S_n, of D4, and for k = 1."""
    names = [f"S{n}" for n in range(2, 7 if effort == "quick" else 8)]
    for name in names:
        order = GroupProgram(group(name)).group.order
        scaled = [value * Surd.half_power(dimension, 1) for dimension, value in neuron_values(name)]
        every((value == Fraction(order, order - 1) for value in scaled), f"{name}: tau_hat is not -1/(|G|-1)")
        demand(maximisers(name) == [1], f"{name}: maximal at dimensions {maximisers(name)}")
    demand(maximisers("S4", 1) == [1, 2, 3, 3], "S4, k = 1: not all representations tie")
    other = maximisers("D4")
    demand(other == [1, 1, 1], f"D4: maximal at dimensions {other}")
    return Finding(
        "holds",
        f"""exact for {names[0]} to {names[-1]}: tau_hat is -1/(|G|-1) for every R, so the value is proportional to
        dim^(-1/2). For groups with more characters of degree 1 they all tie (D4: 3); for k = 1 all representations tie
        (S4)""",
        scope="""all n: characters of non-trivial R sum to 0 over the group, so tau_hat(R) = -1/(|G|-1); the greatest
        dim^(-(k-1)/2), k >= 2, is that of degree 1, and S_n has one non-trivial character of degree 1""",
        data={"groups": names},
    )
