"""Exact check of a group's maximum margin: both sides of the program recomputed from the characters."""

from __future__ import annotations

from fractions import Fraction
from time import perf_counter

from margin.answers.check import RELATIVE_TOLERANCE, SLOW_LIMIT, CheckResult, Statement, timed
from margin.composition.closed_form_check import closed_form_check
from margin.composition.construction import construct
from margin.composition.program import GroupMargin, GroupProgram, neuron_scale, program
from margin.networks.network import Network
from margin.numbers.number_field import FieldElement
from margin.numbers.square_roots import Surd


def check(
    prediction: GroupMargin, method: str = "fast", construction: str = "minimal", progress: bool = False
) -> CheckResult:
    """The fast or the slow check; the fast one in closed form where the prediction is. Raises as `slow_check`."""
    task = prediction.task
    if method == "fast" and task.structure is not None:
        return closed_form_check(prediction)
    if method == "fast":
        return exact_check(prediction, program(task))
    return slow_check(prediction, program(task), construct(task, construction, prediction), progress)


def exact_check(margin: GroupMargin, linear: GroupProgram) -> CheckResult:
    """Feasibility and value of both sides, in exact arithmetic on Galois orbits of representations and of classes.

    The masses and class weights looked at are those of `GroupProgram.averaged`, of which the margin must be the value;
    the characters themselves were verified when their table was made.
    """
    start = perf_counter()
    statements = _statements(margin, linear)
    return timed("fast", True, start, statements)


def slow_check(margin: GroupMargin, linear: GroupProgram, network: Network, progress: bool = False) -> CheckResult:
    """The exact check, and the network's margin by brute force over all n^k inputs in float64.

    Raises ValueError where that takes more than 10^12 multiplications, and as `Network.margin`.
    """
    start = perf_counter()
    n, k = margin.task.n, margin.task.k
    operations = n ** (k + 1) * network.width
    if operations > SLOW_LIMIT:
        raise ValueError(
            f"{network.width} neurons on {n}^{k} inputs take {operations:.1e} multiplications,"
            f" limit {SLOW_LIMIT:.0e}; use the fast check"
        )
    gamma = float(margin.exact)
    reached = network.margin(progress) / float(network.masses().sum())
    statements = [
        *_statements(margin, linear),
        (
            f"the network's normalised margin is {reached:.15g}, gamma* to 10^-9",
            abs(reached / gamma - 1) <= RELATIVE_TOLERANCE,
        ),
    ]
    return timed("slow", False, start, statements)


def _statements(margin: GroupMargin, linear: GroupProgram) -> list[Statement]:
    n, k = margin.task.n, margin.task.k
    x, y = linear.averaged(k)
    weights = [Surd.half_power(linear.irreps[orbit[0]].dimension, k - 1) for orbit in linear.irrep_orbits]
    sizes = [len(orbit) for orbit in linear.irrep_orbits]
    dimensions = [linear.irreps[orbit[0]].dimension for orbit in linear.irrep_orbits]
    entries = [  # sum over the orbit of 1 - chi(C)/delta
        [m - Fraction(s, d) for s in row] for m, d, row in zip(sizes, dimensions, linear.orbit_sums, strict=True)
    ]
    reached = [sum(v * row[c] for v, row in zip(x, entries, strict=True)) for c in range(len(y))]
    allowed = [sum((v * e for v, e in zip(y, row, strict=True)), Surd()) for row in entries]
    primal = sum((v * m * w for v, m, w in zip(x, sizes, weights, strict=True)), Surd())
    dual = sum(y, Surd())
    gamma = margin.exact
    statements = [
        ("masses and class weights are not negative", min(x) >= 0 and min(y) >= 0),
        ("with these masses every wrong label is at least the margin away", min(reached) >= 1),
        (
            "with these class weights no single neuron does better, in any representation",
            all(a <= m * w for a, m, w in zip(allowed, sizes, weights, strict=True)),
        ),
        (
            "both sides have the stated value",
            primal == dual and gamma.element * gamma.numerator * dual == neuron_scale(n, k) * gamma.denominator,
        ),
    ]
    masses = [i.mass for i in margin.blocks]
    if not any(isinstance(mass.element, FieldElement) for mass in masses):
        total = sum((mass.element * mass.numerator for mass in masses), Surd())
        statements.append(("the masses add up to norm 1", total == gamma.denominator))
    return statements
