"""A11: the maximum margin for finite groups whose representations are real and meet the character condition."""

from __future__ import annotations

import json
from fractions import Fraction

from margin.composition.certificate import certificate
from margin.composition.construction import construct_group
from margin.composition.program import GroupMargin, GroupProgram
from margin.composition.width import group_width
from margin.numbers.ratio import Ratio
from margin.numbers.square_roots import Surd
from margin.surveys.groups import surveyed_group
from proofs_check.claims.shared.checkers import verified
from proofs_check.claims.shared.groups import LARGER, has_condition, is_real, programs
from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim

QUICK = 24  # greatest order of a quick check
WITHIN = 1e-12  # of the formula, in float64


def formula(program: GroupProgram, numerator: int = 2) -> Ratio:
    """numerator / (3 sqrt(3 |G|)) / sum over non-trivial R of d_R^2.5."""
    total = sum((Surd.half_power(irrep.dimension, 5) for irrep in program.irreps), Surd())
    return Ratio(1, numerator / (3 * Surd.sqrt(3 * program.group.order)), total)


def same(x: Ratio, y: Ratio) -> bool:
    """Whether two ratios are equal, exactly."""
    return bool(x.element * x.numerator * y.denominator == y.element * y.numerator * x.denominator)


def value_of(program: GroupProgram) -> Ratio:
    """The maximum margin for two inputs, by the exact program."""
    return program.solve(2).exact


def confirmed(program: GroupProgram, value: Ratio) -> bool:
    """Whether the exact program has this value and the checker verifies a certificate of it from the generators.

    A certificate states the value of its own masses and class weights: that is what is compared.
    """
    content = certificate(program.solve(2))
    return same(value_of(program), value) and states(content, value) and verified(content)


def states(content: bytes, value: Ratio) -> bool:
    """Whether a certificate claims that gamma* equals this value, exactly."""
    claim = json.loads(content)["claim"]
    top, bottom = (
        sum((Fraction(p, q) * Surd.sqrt(r) for r, p, q in claim["value"][part]), Surd())
        for part in ("numerator", "denominator")
    )
    equal = bool(top * value.denominator == value.element * value.numerator * bottom)
    return claim["sense"] == "equal" and bottom != 0 and equal


def published_width(solved: GroupMargin) -> bool:
    """Whether the published network has 2 sum d^3 neurons."""
    return group_width(solved, "paper") == 2 * sum(irrep.dimension**3 for irrep in solved.blocks)


@claim(
    id="A11",
    claim="""finite group with real representations and sum_R d_R^1.5 chi_R(C) < 0 for every non-trivial class C:
    maximum L_{2,3} margin 2/(3 sqrt(3|G|)) / sum d_R^2.5, at width 2 sum d_R^3 (R non-trivial)""",
    source="Morwani et al., Section 6, theorem on finite groups",
    kind="theorem",
    requires=("A7",),
)
def check(effort: str) -> Finding:
    """Program, checker and published network of every group with the condition; all others have another value."""
    known = programs(QUICK if effort == "quick" else 200)
    real = {name: program for name, program in known.items() if is_real(program)}
    satisfying = {name: program for name, program in real.items() if has_condition(program)}
    for name, program in satisfying.items():
        demand(confirmed(program, formula(program)), f"{name}: program or checker have another value")
        demand(published_width(program.solve(2)), f"{name}: the published network has another width")
    without = [name for name in real if name not in satisfying]
    for name in without:
        demand(not same(value_of(real[name]), formula(real[name])), f"{name}: the formula holds all the same")
    other = (not same(value_of(p), formula(p)) for name, p in known.items() if name not in real)
    every(other, "the formula holds although a representation is not of real type")
    first = next(name for name in known if name not in real)
    greatest = max(program.group.order for name, program in known.items() if name not in LARGER)
    for name in ("S3", "D4"):
        built = construct_group(GroupProgram(surveyed_group(name)).solve(2), "paper")
        ratio = built.normalised_margin() / float(formula(GroupProgram(surveyed_group(name))))
        demand(1 - WITHIN < ratio < 1 + WITHIN, f"{name}: the published network has {ratio} of the formula")
    return Finding(
        "holds",
        f"""exact program and certificate checker agree with the formula for all {len(satisfying)} groups of real type
        with the condition among {len(known)} groups (all of the survey up to order {greatest}; {", ".join(LARGER)}).
        The published networks of S3 and D4 reach it within {WITHIN:g} of it. Both hypotheses are needed: the value
        differs at {", ".join(without)} (condition) and wherever some representation is of complex or quaternionic type,
        first {first}""",
        scope="""all such groups: the class weights with equal c_R (1 - tau_hat(R)) are -|C|/|G| times the sums of the
        condition up to a positive factor, so they are feasible, and the value is n / sum (d_R^2/c_R); the bound of one
        neuron is the checker's, proved for every group""",
        data={"groups": len(known), "satisfying": len(satisfying)},
    )
