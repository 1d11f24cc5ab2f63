"""A18: the logits chi_R(a b c^-1) are greatest precisely at c = ab, for all irreducible representations R."""

from __future__ import annotations

from margin.composition.program import GroupProgram
from margin.surveys.groups import surveyed_group
from proofs_check.claims.shared.groups import programs
from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim


def maximal_sets(program: GroupProgram) -> list[tuple[int, int]]:
    """(dimension, number of c at which chi_R(a b c^-1) is greatest) for each non-trivial real representation R.

    chi_R(g) = dim R exactly where all eigenvalues of R(g) are 1, and is less elsewhere; eigenvalues are known exactly.
    """
    sizes = program.group.class_sizes.tolist()
    maximal = []
    for irrep in program.irreps:
        kernel = [size for m, size in zip(irrep.multiplicities, sizes, strict=True) if m[0] == irrep.dimension]
        maximal.append((irrep.dimension, sum(kernel)))
    return maximal


def kernels_meet_in_identity(program: GroupProgram) -> bool:
    """Whether the identity alone lies in every kernel: all R together determine c."""
    classes = range(len(program.group.class_sizes))
    return [c for c in classes if all(r.multiplicities[c][0] == r.dimension for r in program.irreps)] == [0]


@claim(
    id="A18",
    claim="""the logits chi_R(a b c^-1) = tr(R(a) R(b) R(c^-1)) are maximised precisely when c = ab, for all irreducible
    representations R""",
    source="Chughtai et al., as told in Morwani et al., blog post",
    kind="statement",
)
def check(effort: str) -> Finding:
    """Maximal sets of every representation of the survey's groups: cosets of kernels, which meet in the identity."""
    known = programs(24 if effort == "quick" else 200)
    for name, program in known.items():
        order = program.group.order
        every((order % size == 0 for _, size in maximal_sets(program)), f"{name}: a maximal set is no coset")
        demand(kernels_meet_in_identity(program), f"{name}: the kernels have more than the identity in common")
    failing = {name: bad for name, p in known.items() if (bad := [x for x in maximal_sets(p) if x[1] > 1])}
    symmetric = maximal_sets(GroupProgram(surveyed_group("S5")))
    demand((1, 60) in symmetric, f"S5: {symmetric}")
    first = next(iter(failing))
    return Finding(
        "fails",
        f"""exact eigenvalues in {len(known)} groups: c = ab always attains the maximum, but not alone in {len(failing)}
        of them. In S_5 the sign representation is as great at all 60 c of the parity of ab; the trivial one at all
        c""",
        counterexample=f"""trivial R, any group with 2 elements or more: all logits are equal. Non-trivial R: {first}, a
        representation of dimension {failing[first][0][0]}, greatest at {failing[first][0][1]} of
        {known[first].group.order} c""",
        correction="""c = ab attains the maximum chi_R(e) = dim R for every R, and exactly the c in ab ker R do: ab
        alone if and only if R is faithful. All representations together determine c""",
        scope="""all finite groups: |chi_R(g)| <= dim R as a sum of roots of unity, with value dim R only if all are 1,
        that is R(g) = 1. Orders 2 and 3 have only faithful non-trivial representations, so order 4 is the least""",
        data={"groups": len(known), "failing": len(failing)},
    )
