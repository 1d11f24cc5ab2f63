"""`python -m margin.predict --group S5 --k 3`: the part of the command that answers for a finite group."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from margin.checks import CheckResult, no_check
from margin.command import Refused, refusing
from margin.groups import names
from margin.surds import Surd

if TYPE_CHECKING:
    from margin.groups.program import GroupMargin, GroupProgram

MOST_K = 1000  # digits of exact numbers grow with k


@dataclass(frozen=True)
class GroupReport:
    """Everything that the command says about a group; `program` is None for a group known by structure alone."""

    margin: GroupMargin
    check: CheckResult
    program: GroupProgram | None
    widths: dict[str, int | None] | None = None


def predict(name: str, k: int, check: str = "fast") -> GroupReport:
    """Margin and check of k-input composition in a group given by name (`margin.groups.names`).

    Raises ValueError for an unknown name, the trivial group, a group too large to enumerate, and an unknown check.
    """
    if check not in ("fast", "slow", "none"):
        raise ValueError(f"predict: check {check!r}, expected fast, slow or none")
    structure = names.structure(name)
    if structure is not None:
        from margin.groups.closed_form import closed_form

        start = perf_counter()
        margin = closed_form(structure, k)
        if check == "slow":
            return _slow(margin, _program(name))
        return GroupReport(margin, _closed_form_check(margin, start) if check == "fast" else no_check(), None)
    program = _program(name)
    margin = program.solve(k)
    if check == "slow":
        return _slow(margin, program)
    from margin.groups.checks import exact_check

    return GroupReport(margin, exact_check(margin, program) if check == "fast" else no_check(), program)


def _program(name: str) -> GroupProgram:
    from margin.groups.program import GroupProgram

    return GroupProgram(names.group(name))


def _slow(margin: GroupMargin, program: GroupProgram) -> GroupReport:
    from margin.groups.checks import slow_check

    return GroupReport(margin, slow_check(margin, program), program)


def _closed_form_check(margin: GroupMargin, start: float) -> CheckResult:
    """Both sides: the masses give every wrong label the margin gamma*, the class weights every neuron the value."""
    masses = [i.mass for i in margin.irreps]
    total = sum((m.element * m.numerator * i.count for m, i in zip(masses, margin.irreps, strict=True)), Surd())
    statements = (
        ("the masses add up to norm 1", total == masses[0].denominator),
        ("each mass is its representation's share of the regular character over its value", _regular(margin)),
        ("the class weights are positive and add up to 1", _weights_are_a_distribution(margin)),
        ("with these class weights no neuron of any representation does better", _equal_values(margin)),
    )
    return CheckResult("fast", True, all(held for _, held in statements), perf_counter() - start, statements)


def _weights_are_a_distribution(margin: GroupMargin) -> bool:
    weights = [w.each.numerator for w in margin.class_weights]
    total = sum((w.each.numerator * w.size for w in margin.class_weights), Surd())
    return total == margin.class_weights[0].each.denominator and min(weights) > 0


def _equal_values(margin: GroupMargin) -> bool:
    """c (1 - tau_hat) = gamma* for dimensions 1 and 2: the weights are low, plus (high - low) on a subgroup.

    Characters of dimension 1 are 1 on the subgroup, the normalised others add up to 0 over it, and all over the group.
    """
    high, low = margin.class_weights[0], margin.class_weights[-1]
    scale, gamma = low.each.denominator, margin.value
    subgroup = high.size if high is not low else 0  # without the identity
    extra = high.each.numerator - low.each.numerator
    values = {1: scale + low.each.numerator - extra * subgroup, 2: scale + high.each.numerator}
    return all(
        i.neuron_value * values[i.dimension] * gamma.denominator == gamma.numerator * scale for i in margin.irreps
    )


def _regular(margin: GroupMargin) -> bool:
    """lambda_rho c_rho n e = gamma* delta^2, and the delta^2 / e add up to n - 1."""
    total = sum(i.count * i.dimension**2 // i.commutant for i in margin.irreps)
    gamma = margin.value
    equal = (
        i.mass.element * i.mass.numerator * i.neuron_value * gamma.denominator * margin.order * i.commutant
        == gamma.numerator * i.mass.denominator * i.dimension**2
        for i in margin.irreps
    )
    return total == margin.order - 1 and all(equal)


def main(arguments: argparse.Namespace) -> int:
    """Answer for `--group`; returns the exit code."""
    if arguments.k > MOST_K:
        raise Refused(f"--k {arguments.k}: with --group expected at most {MOST_K}")
    places = {"--save": arguments.save, "--certificate": arguments.certificate}
    for option, path in places.items():
        if path is not None:
            from margin.storage import require_place

            with refusing(option):
                require_place(Path(path))
    with refusing(f"--group {arguments.group}"):
        report = predict(arguments.group, arguments.k, arguments.check)
    written = _write(arguments, report) if report.check.passed is not False else []
    from margin.groups.report import as_json, as_text

    if arguments.json:
        import json

        print(json.dumps(as_json(report.margin, report.check, report.widths), indent=2))
    else:
        print(as_text(report.margin, report.check, report.widths))
        print(*(f"{'written':<16}{path}" for path in written), sep="\n", end="\n" * bool(written))
    return 1 if report.check.passed is False else 0


def _write(arguments: argparse.Namespace, report: GroupReport) -> list[str]:
    """Write the files asked for; returns their paths."""
    return []
