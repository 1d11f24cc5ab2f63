"""Exact check of a closed form: abelian and dihedral groups of any order, nothing enumerated."""

from __future__ import annotations

from time import perf_counter

from margin.answers.check import CheckResult, timed
from margin.composition.program import GroupMargin
from margin.numbers.square_roots import Surd


def closed_form_check(margin: GroupMargin) -> CheckResult:
    """Both sides: the masses give every wrong label the margin gamma*, the class weights every neuron the value."""
    start = perf_counter()
    masses = [i.mass for i in margin.blocks]
    total = sum((m.element * m.numerator * i.count for m, i in zip(masses, margin.blocks, strict=True)), Surd())
    statements = (
        ("the masses add up to norm 1", total == masses[0].denominator),
        ("each mass is its representation's share of the regular character over its value", _regular(margin)),
        ("the class weights are positive and add up to 1", _weights_are_a_distribution(margin)),
        ("with these class weights no neuron of any representation does better", _equal_values(margin)),
    )
    return timed("fast", True, start, statements)


def _weights_are_a_distribution(margin: GroupMargin) -> bool:
    weights = [w.each.numerator for w in margin.class_weights]
    total = sum((w.each.numerator * w.count for w in margin.class_weights), Surd())
    return total == margin.class_weights[0].each.denominator and min(weights) > 0


def _equal_values(margin: GroupMargin) -> bool:
    """c (1 - tau_hat) = gamma* for dimensions 1 and 2: the weights are low, plus (high - low) on a subgroup.

    Characters of dimension 1 are 1 on the subgroup, the normalised others add up to 0 over it, and all over the group.
    """
    high, low = margin.class_weights[0], margin.class_weights[-1]
    scale, gamma = low.each.denominator, margin.exact
    stated = gamma.element * gamma.numerator
    subgroup = high.count if high is not low else 0  # without the identity
    extra = high.each.numerator - low.each.numerator
    values = {1: scale + low.each.numerator - extra * subgroup, 2: scale + high.each.numerator}
    return all(i.neuron_value * values[i.dimension] * gamma.denominator == stated * scale for i in margin.blocks)


def _regular(margin: GroupMargin) -> bool:
    """lambda_rho c_rho n e = gamma* delta^2, and the delta^2 / e add up to n - 1."""
    total = sum(i.count * i.dimension**2 // i.commutant for i in margin.blocks)
    gamma = margin.exact
    equal = (
        i.mass.element * i.mass.numerator * i.neuron_value * gamma.denominator * margin.task.n * i.commutant
        == gamma.element * gamma.numerator * i.mass.denominator * i.dimension**2
        for i in margin.blocks
    )
    return total == margin.task.n - 1 and all(equal)
