"""A group's maximum margin as JSON for programs and as text for people."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from margin.addition.report import SCHEMA, check_json, check_lines, table
from margin.answers.check import CheckResult
from margin.composition.maximum import GroupClassWeight, GroupMargin, IrrepMass
from margin.numbers.ratio import Ratio
from margin.numbers.square_roots import float_or_none, scientific

MOST_ROWS = 40  # of class weights printed as text


def as_json(margin: GroupMargin, check: CheckResult, widths: dict[str, int | None] | None = None) -> dict[str, Any]:
    """The JSON object of schema 1; exact numbers are strings that sympy parses to the same value."""
    return {
        "schema": SCHEMA,
        "task": {"kind": "group_composition", "group": margin.name, "order": margin.order, "k": margin.k},
        "norm": {"inner": 2, "outer": margin.k + 1},
        "margin": {
            "exact": str(margin.value),
            "squared_exact": str(margin.value.squared()),
            "float": float_or_none(margin.value),
            "all_irreps": str(margin.all_irreps),
            "all_irreps_float": float_or_none(margin.all_irreps),
        },
        "width": widths,
        "irreps": [_irrep_json(irrep) for irrep in margin.irreps],
        "dual": {"class_weights": [_class_json(weight) for weight in margin.class_weights]},
        "check": check_json(check),
    }


def _irrep_json(irrep: IrrepMass) -> dict[str, Any]:
    low, high = irrep.mass_range
    return {
        "dimension": irrep.dimension,
        "type": irrep.type,
        "count": irrep.count,
        "mass": str(irrep.mass),
        "mass_float": float_or_none(irrep.mass),
        "mass_range": [str(low), str(high)],
        "mass_range_float": [float_or_none(low), float_or_none(high)],
        "used": irrep.used,
    }


def _class_json(weight: GroupClassWeight) -> dict[str, Any]:
    return {
        "class": weight.representative,
        "element_order": weight.element_order,
        "count": weight.size,
        "each": str(weight.each),
        "each_float": float_or_none(weight.each),
    }


def as_text(margin: GroupMargin, check: CheckResult, widths: dict[str, int | None] | None = None) -> str:
    """The readable answer: task, margin, norm, representations with their masses, dual, check."""
    k, nu = margin.k, margin.k + 1
    inputs = f"{k} input{'s' if k > 1 else ''}"
    lines = [
        ("task", f"composition of {inputs} in {margin.name}, order {margin.order}; one hidden layer, activation x^{k}"),
        ("norm", f"L_{{2,{nu}}} = (sum over neurons of ||neuron||_2^{nu})^(1/{nu})"),
        ("maximum margin", f"gamma* = {margin.value}"),
        ("", f"       = {_decimal(margin.value, '.14e')}"),
        ("", f"with the regular share of every representation: {_ratio(margin.all_irreps, margin.value)}"),
        *_named("network", _irrep_lines(margin)),
        *_named("width", _width_lines(widths)),
        *_named("dual", _dual_lines(margin)),
        *_named("check", check_lines(check)),
    ]
    return table(lines)


def _named(name: str, lines: list[str]) -> list[tuple[str, str]]:
    return [(name if not i else "", line) for i, line in enumerate(lines)]


def _ratio(value: Ratio, best: Ratio) -> str:
    return f"{_decimal(value, '.10g')}, {float(value.near() / best.near()):.6f} of gamma*"


def _decimal(value: Ratio, form: str) -> str:
    number = float_or_none(value)
    return scientific(value, 15) if number is None else format(number, form)


def _irrep_lines(margin: GroupMargin) -> list[str]:
    """Equal representations in one line; a range where the optimal mass is not unique."""
    lines = []
    for (dimension, kind, used, masses), same in groupby(margin.irreps, _shown):
        count = sum(irrep.count for irrep in same)
        which = f"{count} representations" if count > 1 else "1 representation"
        each = " each" if count > 1 and used != "never" else ""
        lines.append(f"{used:<8} {which} of dimension {dimension}, {kind} type: {masses}{each}")
    return lines


def _shown(irrep: IrrepMass) -> tuple[int, str, str, str]:
    low, high = (str(end) for end in irrep.mass_range)
    if irrep.used == "never":
        masses = "mass 0"
    elif low == high:
        masses = f"mass {irrep.mass}"
    else:
        masses = (
            f"mass {_brief(irrep.mass)}, in any optimum {_brief(irrep.mass_range[0])} to {_brief(irrep.mass_range[1])}"
        )
    return irrep.dimension, irrep.type, irrep.used, masses


def _brief(value: Ratio) -> str:
    exact = str(value)
    return exact if len(exact) <= 24 else f"{float(value):.6g}"


def _width_lines(widths: dict[str, int | None] | None) -> list[str]:
    if widths is None:
        return []
    bound = widths["lower_bound"]
    proved = f"at least {bound}, proved" if bound is not None else "no lower bound certified"
    return [f"{widths['constructed']} constructed; {widths['paper']} in the paper's construction; {proved}"]


def _dual_lines(margin: GroupMargin) -> list[str]:
    lines = []
    for weight in margin.class_weights:
        order = f", element order {weight.element_order}" if weight.element_order else ""
        labels = f"{weight.size} wrong label{'s' if weight.size > 1 else ''}"
        lines.append(f"{weight.each} on each of {labels} at {weight.representative}{order}")
    hidden = len(lines) - MOST_ROWS
    shown = lines[:MOST_ROWS] + ([f"and {hidden} more classes (all in --json)"] if hidden > 0 else [])
    return ["inputs uniform; class weights:", *(f"  {line}" for line in shown)]
