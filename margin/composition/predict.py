"""`python -m margin.predict --group S5 --k 3`: the part of the command that answers for a finite group."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from margin.answers.check import CheckResult, no_check
from margin.finite_groups import names
from margin.io.command import EXACT_BITS, Refused, answer, refusing, require_places, write_files
from margin.numbers.square_roots import Surd

if TYPE_CHECKING:
    from margin.composition.maximum import GroupMargin, GroupProgram

MOST_K = 1000  # digits of exact numbers grow with k


@dataclass(frozen=True)
class GroupReport:
    """Everything that the command says about a group; `program` is None for a group known by structure alone."""

    margin: GroupMargin
    check: CheckResult
    program: GroupProgram | None
    widths: dict[str, int | None]


def predict(
    name: str, k: int, check: str = "fast", construction: str = "minimal", progress: bool = False
) -> GroupReport:
    """Margin, widths and check of k-input composition in a group given by name (`margin.finite_groups.names`).

    Raises ValueError for an unknown name, the trivial group, a group too large to enumerate, an unknown check or
    construction, and as `slow_check`.
    """
    if check not in ("fast", "slow", "none"):
        raise ValueError(f"predict: check {check!r}, expected fast, slow or none")
    structure = names.structure(name)
    if structure is not None and check != "slow":
        from margin.composition.closed_form import closed_form

        start = perf_counter()
        margin = closed_form(structure, k)
        result = _closed_form_check(margin, start) if check == "fast" else no_check()
        return GroupReport(margin, result, None, _widths(margin, construction))
    program = _program(name)
    margin = program.solve(k)
    return GroupReport(
        margin, _check(check, margin, program, construction, progress), program, _widths(margin, construction)
    )


def _program(name: str) -> GroupProgram:
    from margin.composition.maximum import GroupProgram

    return GroupProgram(names.group(name))


def _check(method: str, margin: GroupMargin, program: GroupProgram, construction: str, progress: bool) -> CheckResult:
    if method == "none":
        return no_check()
    from margin.composition.check import exact_check, slow_check

    if method == "fast":
        return exact_check(margin, program)
    from margin.composition.construction import construct_group

    return slow_check(margin, program, construct_group(margin, construction), progress)


def _widths(margin: GroupMargin, construction: str) -> dict[str, int | None]:
    """Neurons constructed and in the paper's construction; the proved minimum where every class of labels is tight.

    Only then must each representation's neurons compute its character and nothing else (and, for k >= 2, each neuron
    belong to one representation), so that the bounds for single representations add up.
    """
    if margin.cyclic:  # addition mod n, with its own constructions and bounds
        from margin.addition.width import widths
        from margin.tasks import ModularAddition

        found = widths(ModularAddition(margin.order, margin.k), construction)
        return {name: getattr(found, name) for name in ("constructed", "paper", "lower_bound", "minimal")}
    from margin.composition.construction import group_width, irrep_width

    constructed, bound = group_width(margin, construction), None
    if all(weight.each.sign() > 0 for weight in margin.class_weights):
        bounds = [
            (i.count, irrep_width(i.dimension, i.commutant, margin.k).lower_bound)
            for i in margin.irreps
            if i.used == "always"
        ]
        bound = sum(count * b for count, b in bounds if b is not None)
    minimal = constructed if bound == constructed else None
    paper = group_width(margin, "paper")
    return {"constructed": constructed, "paper": paper, "lower_bound": bound, "minimal": minimal}


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
    stated = gamma.element * gamma.numerator
    subgroup = high.size if high is not low else 0  # without the identity
    extra = high.each.numerator - low.each.numerator
    values = {1: scale + low.each.numerator - extra * subgroup, 2: scale + high.each.numerator}
    return all(i.neuron_value * values[i.dimension] * gamma.denominator == stated * scale for i in margin.irreps)


def _regular(margin: GroupMargin) -> bool:
    """lambda_rho c_rho n e = gamma* delta^2, and the delta^2 / e add up to n - 1."""
    total = sum(i.count * i.dimension**2 // i.commutant for i in margin.irreps)
    gamma = margin.value
    equal = (
        i.mass.element * i.mass.numerator * i.neuron_value * gamma.denominator * margin.order * i.commutant
        == gamma.element * gamma.numerator * i.mass.denominator * i.dimension**2
        for i in margin.irreps
    )
    return total == margin.order - 1 and all(equal)


def main(arguments: argparse.Namespace) -> int:
    """Answer for `--group`; returns the exit code."""
    if arguments.k > MOST_K:
        raise Refused(f"--k {arguments.k}: with --group expected at most {MOST_K}")
    name = arguments.group if len(arguments.group) <= 40 else arguments.group[:37] + "..."
    with refusing(f"--group {name}"):
        _require_size(arguments.group, arguments.k)
    require_places({"--save": arguments.save, "--certificate": arguments.certificate})
    if arguments.save is not None:
        from margin.networks.storage import require_name

        with refusing("--save"):
            require_name(arguments.save)
    with refusing(f"--group {name} --k {arguments.k}"):
        report = predict(arguments.group, arguments.k, arguments.check, arguments.construction, progress=True)
    written = []
    if report.check.passed is not False:
        written = write_files(
            {"--save": arguments.save, "--certificate": arguments.certificate},
            {
                "--save": lambda path: _save(path, arguments, report),
                "--certificate": lambda path: _certify(path, report),
            },
        )
    from margin.composition.report import as_json, as_text

    content = (report.margin, report.check, report.widths)
    answer(as_json(*content) if arguments.json else as_text(*content), written)
    return 1 if report.check.passed is False else 0


def _require_size(name: str, k: int) -> None:
    """Raise ValueError where the exact numbers of a group of any order would be too long, or for an unknown name."""
    structure = names.structure(name)
    bits = k * (k.bit_length() + structure.order.bit_length() + 2) if structure is not None else 0
    if bits > EXACT_BITS:
        raise ValueError(
            f"the exact margin with --k {k} would take about {bits} bits, limit {EXACT_BITS}; choose a smaller one"
        )


def _save(path: str, arguments: argparse.Namespace, report: GroupReport) -> None:
    from margin.composition.construction import construct_group
    from margin.networks.storage import save

    margin = report.margin if report.program else _program(arguments.group).solve(arguments.k)
    save(construct_group(margin, arguments.construction), path, arguments.construction)


def _certify(path: str, report: GroupReport) -> None:
    from margin.io.files import write_whole

    margin = report.margin
    if report.program is None and margin.cyclic:
        from margin.addition.certificate import certificate as modular_certificate
        from margin.addition.construction import construct
        from margin.addition.maximum import maximum_margin
        from margin.tasks import ModularAddition

        task = ModularAddition(margin.order, margin.k)
        write_whole(Path(path), modular_certificate(maximum_margin(task), construct(task)))
        return
    from margin.composition.certificate import certificate

    program = report.program or _program(margin.name)
    write_whole(Path(path), certificate(program.solve(margin.k)))
