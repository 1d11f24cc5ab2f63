"""A12: which representations the max-margin network for a group uses, and by which neurons."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import prod

from margin.composition.certificate import certificate
from margin.composition.closed_form import closed_form
from margin.composition.program import GroupProgram
from margin.finite_groups.structure import AbelianStructure
from margin.numbers.square_roots import Surd
from proofs_check.claims.shared.checkers import verified
from proofs_check.claims.shared.groups import has_condition, is_real, programs
from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim

INPUTS = 2
PARTS = 12  # of the squared norm that is split


def partly_used(program: GroupProgram, k: int = INPUTS) -> list[str]:
    """Representations that some optimum leaves out, as `dimension (always|optional|never)`."""
    return [f"{irrep.dimension} ({irrep.used})" for irrep in program.solve(k).blocks if irrep.used != "always"]


def _summed(representations: list[str]) -> str:
    """`7 of dimension 1 (never)`, ..."""
    return ", ".join(f"{many} of dimension {what}" for what, many in Counter(representations).items())


def abelian_groups(most: int) -> list[tuple[int, ...]]:
    """Invariant factors d_1 | d_2 | ... of every abelian group of order 2 to most."""
    chains: list[tuple[int, ...]] = [(d,) for d in range(2, most + 1)]
    for chain in chains:  # grows while it is read
        chains += [(*chain, d) for d in range(chain[-1], most // prod(chain) + 1, chain[-1])]
    return chains


def abelian_uses_all(invariants: tuple[int, ...], k: int = INPUTS) -> bool:
    """Whether every optimum uses every representation of the abelian group, by the closed form."""
    return {irrep.used for irrep in closed_form(AbelianStructure(invariants), k).blocks} == {"always"}


def mixing_loses(k: int, share: Fraction) -> bool:
    """Whether splitting a neuron's squared norm s, 1-s over two equally good representations loses.

    s^((k+1)/2) + (1-s)^((k+1)/2) < 1: as x^e < x for 0 < x < 1 < e, it loses for every s if k >= 2.
    """
    return Surd.half_power(share, k + 1) + Surd.half_power(1 - share, k + 1) < 1


@claim(
    id="A12",
    claim="""in the max-margin network for a group all representations are used, instead of all frequencies, and every
    neuron uses a single representation""",
    source="Morwani et al., blog post, other algebraic tasks (Section 6)",
    kind="statement",
    requires=("A11",),
)
def check(effort: str) -> Finding:
    """Every optimum of the survey's linear programs; abelian groups by their closed form; mixing in a neuron."""
    known = programs(30 if effort == "quick" else 200)
    failing = {name: missing for name, program in known.items() if (missing := partly_used(program))}
    for name, program in known.items():
        if is_real(program) and has_condition(program):
            demand(name not in failing, f"{name}: the condition holds, but {failing.get(name)} are not always used")
    demand(bool(failing), "every representation is always used")
    shares = [Fraction(i, PARTS) for i in range(1, PARTS)]
    every((mixing_loses(k, s) for k in range(2, 9) for s in shares), "mixing representations in a neuron")
    every((not mixing_loses(1, s) for s in shares), "mixing representations in a neuron, k = 1")
    abelian = abelian_groups(31)
    every(map(abelian_uses_all, abelian), "an abelian group leaves representations out")
    first = next(iter(failing))
    real = next(name for name in failing if is_real(known[name]))
    shown = {name: known[name].solve(INPUTS) for name in (first, real)}
    for name, solved in shown.items():
        demand(verified(certificate(solved)), f"{name}: the checker rejects the value")
    share = {name: float(solved.all_irreps) / float(solved.exact) for name, solved in shown.items()}
    return Finding(
        "fails",
        f"""of {len(known)} groups every representation is always used in {len(known) - len(failing)}, not in
        {", ".join(failing)} (exact linear programs). {real} has representations of real type only. That a neuron uses a
        single representation holds""",
        counterexample=f"""{first} (order {shown[first].task.n}), k = {INPUTS}: no max-margin network uses the real
        representations {_summed(failing[first])}; with the regular share of every representation the margin is
        {share[first]:.4f} of the maximum. Of real type: {real} (order {shown[real].task.n}), {_summed(failing[real])},
        {share[real]:.4f}""",
        correction="""all non-trivial real representations are used if the condition of A11 holds (then the optimum is
        unique and positive); otherwise an exact linear program says which are used always, optionally or never. Each
        neuron uses a single representation for k >= 2""",
        scope=f"""order 32 is the least: the survey contains every non-abelian group of order <= 30, 31 is prime, and
        for abelian groups (all {len(abelian)} of order <= 31 by their closed form; any order) the class weights n y(g)
        = 1 + (sqrt(2) - 1) (sum of the real characters at g) >= 1 are positive. The one of real type is the smallest
        found, not all of orders 32 to 47 were searched. Single representation: a neuron with squared norm x_R in R
        scores at most sum_R v_R x_R^((k+1)/2) < max v_R if two x_R > 0, for k >= 2, in every group""",
        data={"groups": len(known), "failing": list(failing), "share": share},
    )
