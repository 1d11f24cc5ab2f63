"""A11, A12: maximum margin for finite groups; which representations are used, and by which neurons."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from math import prod

from margin.composition.certificate import certificate
from margin.composition.closed_form import closed_form
from margin.composition.construction import construct_group, group_width
from margin.composition.maximum import GroupMargin, GroupProgram
from margin.finite_groups.structure import AbelianStructure
from margin.numbers.ratio import Ratio
from margin.numbers.square_roots import Surd
from margin.surveys.groups import all_groups, surveyed_group
from proofs_check import check_groups
from proofs_check.claims.claim import Finding, demand
from proofs_check.claims.registry import claim

QUICK = 24  # greatest order of a quick check
LARGER = ("D4xC4", "A4xC3", "D4xS3", "A5", "S5")  # besides


def programs(most: int) -> dict[str, GroupProgram]:
    """The linear programs of the survey's groups up to an order (ascending), and of some larger ones."""
    orders = {name: int(name.split("(")[1].split(",")[0]) for name in all_groups() if name.startswith("Small")}
    names = [name for name, order in orders.items() if order <= most]
    return {name: GroupProgram(surveyed_group(name)) for name in (*names, *LARGER)}


def is_real(program: GroupProgram) -> bool:
    """Whether every irreducible representation over R is of real type: all complex ones can be written over R."""
    return all(irrep.type == "real" for irrep in program.irreps)


def condition_sums(program: GroupProgram, half_power: int = 3) -> list[Surd]:
    """sum over non-trivial R of d_R^(half_power/2) chi_R(C), one for each class C (with its inverse), exact."""
    factors = [Surd.half_power(program.irreps[o[0]].dimension, half_power) for o in program.irrep_orbits]
    return [
        sum((f * row[column] for f, row in zip(factors, program.orbit_sums, strict=True)), Surd())
        for column in range(len(program.class_orbits))
    ]


def has_condition(program: GroupProgram) -> bool:
    return all(value < 0 for value in condition_sums(program))


def formula(program: GroupProgram, numerator: int = 2) -> Ratio:
    """numerator / (3 sqrt(3 |G|)) / sum over non-trivial R of d_R^2.5."""
    total = sum((Surd.half_power(irrep.dimension, 5) for irrep in program.irreps), Surd())
    return Ratio(1, numerator / (3 * Surd.sqrt(3 * program.group.order)), total)


def same(x: Ratio, y: Ratio) -> bool:
    return bool(x.element * x.numerator * y.denominator == y.element * y.numerator * x.denominator)


def confirmed(program: GroupProgram, value: Ratio) -> bool:
    """Whether the exact program has this value and the checker verifies a certificate of it from the generators."""
    solved = program.solve(2)
    if not same(solved.value, value):
        return False
    return bool(check_groups.check_bytes(certificate(replace(solved, value=value))).status == "VERIFIED")


def published_width(solved: GroupMargin) -> bool:
    """Whether the published network has 2 sum d^3 neurons."""
    return group_width(solved, "paper") == 2 * sum(irrep.dimension**3 for irrep in solved.irreps)


@claim(
    id="A11",
    claim="finite group with real representations and sum_R d_R^1.5 chi_R(C) < 0 for every non-trivial class C: maximum"
    " L_{2,3} margin 2/(3 sqrt(3|G|)) / sum d_R^2.5, at width 2 sum d_R^3 (R non-trivial)",
    source="Morwani et al., Section 6, theorem on finite groups",
    kind="theorem",
    requires=("A7",),
)
def check(effort: str) -> Finding:
    known = programs(QUICK if effort == "quick" else 200)
    real = {name: program for name, program in known.items() if is_real(program)}
    satisfying = {name: program for name, program in real.items() if has_condition(program)}
    for name, program in satisfying.items():
        demand(confirmed(program, formula(program)), f"{name}: program or checker have another value")
        demand(published_width(program.solve(2)), f"{name}: the published network has another width")
    without = [name for name in real if name not in satisfying]
    for name in without:
        demand(not same(real[name].solve(2).value, formula(real[name])), f"{name}: the formula holds all the same")
    other = [name for name, p in known.items() if name not in real and same(p.solve(2).value, formula(p))]
    demand(not other, f"{other}: the formula holds although a representation is not of real type")
    first = next(name for name in known if name not in real)
    greatest = max(program.group.order for name, program in known.items() if name not in LARGER)
    for name in ("S3", "D4"):
        built = construct_group(GroupProgram(surveyed_group(name)).solve(2), "paper")
        value = built.normalised_margin() / float(formula(GroupProgram(surveyed_group(name))))
        demand(abs(value - 1) < 1e-12, f"{name}: the published network has margin {value} of the formula")
    return Finding(
        "holds",
        f"exact program and certificate checker agree with the formula for all {len(satisfying)} groups of real"
        " type with"
        f" the condition among {len(known)} groups (all of the survey up to order"
        f" {greatest};"
        f" {', '.join(LARGER)}). Both hypotheses are needed: the value differs at {', '.join(without)}"
        " (condition) and wherever some"
        f" representation is of complex or quaternionic type, first {first}",
        scope="all such groups: the class weights with equal c_R (1 - tau_hat(R)) are -|C|/|G| times the sums of the"
        " condition up to a positive factor, so they are feasible, and the value is n / sum (d_R^2/c_R); the"
        " bound of one"
        " neuron is the checker's, proved for every group",
        data={"groups": len(known), "satisfying": len(satisfying)},
    )


def partly_used(program: GroupProgram, k: int = 2) -> list[str]:
    """Representations that some optimum leaves out, as `dimension (always|optional|never)`."""
    return [f"{irrep.dimension} ({irrep.used})" for irrep in program.solve(k).irreps if irrep.used != "always"]


def _summed(representations: list[str]) -> str:
    """`7 of dimension 1 (never)`, ..."""
    return ", ".join(f"{many} of dimension {what}" for what, many in Counter(representations).items())


def abelian_groups(most: int) -> list[tuple[int, ...]]:
    """Invariant factors d_1 | d_2 | ... of every abelian group of order 2 to most."""
    chains: list[tuple[int, ...]] = [(d,) for d in range(2, most + 1)]
    for chain in chains:  # grows while it is read
        chains += [(*chain, d) for d in range(chain[-1], most // prod(chain) + 1, chain[-1])]
    return chains


def abelian_uses_all(invariants: tuple[int, ...], k: int = 2) -> bool:
    return all(irrep.used == "always" for irrep in closed_form(AbelianStructure(invariants), k).irreps)


def verified(solved: GroupMargin) -> bool:
    """Whether the checker verifies the value, from masses and class weights."""
    return bool(check_groups.check_bytes(certificate(solved)).status == "VERIFIED")


def mixing_loses(k: int) -> bool:
    """Whether splitting a neuron's squared norm s, 1-s over two equally good representations loses.

    s^((k+1)/2) + (1-s)^((k+1)/2) < 1: as x^e < x for 0 < x < 1 < e, it loses for every s if k >= 2.
    """
    shares = (Fraction(1, 2), Fraction(1, 3), Fraction(1, 100))
    return all(Surd.half_power(s, k + 1) + Surd.half_power(1 - s, k + 1) < 1 for s in shares)


@claim(
    id="A12",
    claim="in the max-margin network for a group all representations are used, instead of all frequencies, and every"
    " neuron uses a single representation",
    source="Morwani et al., blog post, other algebraic tasks (Section 6)",
    kind="statement",
    requires=("A11",),
)
def check_used(effort: str) -> Finding:
    known = programs(30 if effort == "quick" else 200)
    failing = {name: missing for name, program in known.items() if (missing := partly_used(program))}
    for name, program in known.items():
        if is_real(program) and has_condition(program):
            demand(name not in failing, f"{name}: the condition holds, but {failing.get(name)} are not always used")
    demand(bool(failing), "every representation is always used")
    demand(all(map(mixing_loses, range(2, 9))) and not mixing_loses(1), "mixing representations in a neuron")
    abelian = abelian_groups(31)
    demand(all(map(abelian_uses_all, abelian)), "an abelian group leaves representations out")
    first = next(iter(failing))
    real = next(name for name in failing if is_real(known[name]))
    shown = {name: known[name].solve(2) for name in (first, real)}
    demand(all(map(verified, shown.values())), f"{first} or {real}: the checker rejects the value")
    share = {name: float(solved.all_irreps) / float(solved.value) for name, solved in shown.items()}
    return Finding(
        "fails",
        f"of {len(known)} groups every representation is always used in {len(known) - len(failing)}, not in"
        f" {', '.join(failing)} (exact linear programs). {real} has representations of real type only. That a"
        " neuron uses"
        " a single representation holds",
        counterexample=f"{first} (order {shown[first].order}), two inputs: no max-margin network uses the real"
        f" representations {_summed(failing[first])}; with the regular share of every"
        " representation the"
        f" margin is {share[first]:.4f} of the maximum. Of real type: {real} (order {shown[real].order}),"
        f" {_summed(failing[real])}, {share[real]:.4f}",
        correction="all non-trivial real representations are used if the condition of A11 holds (then the"
        " optimum is unique"
        " and positive); otherwise an exact linear program says which are used always, optionally or never. Each"
        " neuron uses a single representation for k >= 2",
        scope="order 32 is the least: the survey contains every non-abelian group of order <= 30, 31 is prime, and for"
        f" abelian groups (all {len(abelian)} of order <= 31 by their closed form; any order) the class weights n"
        " y(g) ="
        " 1 + (sqrt(2) - 1) (sum of the real characters at g) >= 1 are positive. The one of real type is the smallest"
        " found, not all of orders 32 to 47 were searched. Single representation: a neuron with squared norm x_R in R"
        " scores at most sum_R v_R x_R^((k+1)/2) < max v_R if two x_R > 0, for k >= 2, in every group",
        data={"groups": len(known), "failing": list(failing), "share": share},
    )
