"""A prediction with its network and check, as JSON for programs and as text for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from margin.addition.maximum import MaximumMargin
from margin.addition.width import Widths
from margin.answers.check import CheckResult
from margin.networks.cosines import Block, CosineNetwork
from margin.numbers.square_roots import float_or_none
from margin.tasks import count

SCHEMA = 1


@dataclass(frozen=True)
class Report:
    """Everything that `python -m margin.predict` says."""

    prediction: MaximumMargin
    network: CosineNetwork
    construction: str
    widths: Widths
    check: CheckResult


def block_kind(block: Block, n: int) -> str:
    return "sign" if 2 * block.frequencies.start == n else "rotation"


def as_json(report: Report) -> dict[str, Any]:
    """The JSON object of schema 1; exact numbers are strings that sympy parses to the same value."""
    prediction, widths, check = report.prediction, report.widths, report.check
    task = prediction.task
    return {
        "schema": SCHEMA,
        "task": {"kind": "modular_addition", "n": task.n, "k": task.k},
        "norm": {"inner": 2, "outer": task.degree},
        "margin": {
            "exact": str(prediction.exact),
            "squared_exact": str(prediction.squared),
            "float": float_or_none(prediction.exact),
        },
        "width": {
            "constructed": widths.constructed,
            "paper": widths.paper,
            "lower_bound": widths.lower_bound,
            "minimal": widths.minimal,
        },
        "blocks": [
            {
                "kind": block_kind(block, task.n),
                "count": count(block.frequencies),
                "mass_each": str(block.mass_each),
                "neurons_each": block.phase_set.size,
            }
            for block in report.network.blocks
        ],
        "dual": {
            "class_weights": [
                {"differences": w.differences, "count": w.count, "each": str(w.each)} for w in prediction.class_weights
            ]
        },
        "check": check_json(check),
    }


def check_json(check: CheckResult) -> dict[str, Any]:
    return {
        "method": check.method,
        "exact": check.exact,
        "passed": check.passed,
        "seconds": round(check.seconds, 6),
    }


def as_text(report: Report) -> str:
    """The readable answer: task, margin, norm, masses, widths, dual, check."""
    prediction = report.prediction
    task, exact = prediction.task, prediction.exact
    lines = [
        ("task", f"{task}; one hidden layer, activation x^{task.k}"),
        ("norm", f"L_{{2,{task.degree}}} = (sum over neurons of ||neuron||_2^{task.degree})^(1/{task.degree})"),
        ("maximum margin", f"gamma* = {exact}"),
        ("", f"       = {exact.decimal(15)}"),
        *(("", f"gamma*^2 = {prediction.squared}") for _ in range(not exact.is_rational)),
        ("network", f"{report.construction} construction, norm 1, {_neurons(report.widths.constructed)}"),
        *(("", _block_line(block, task.n)) for block in report.network.blocks),
        ("width", _width_line(report.widths)),
        *(("dual" if not i else "", line) for i, line in enumerate(_dual_lines(prediction))),
        *(("check" if not i else "", line) for i, line in enumerate(check_lines(report.check))),
    ]
    return table(lines)


def table(lines: list[tuple[str, str]]) -> str:
    """Names in a first column, texts in a second."""
    return "\n".join(f"{name:<16}{text}" for name, text in lines)


def _neurons(number: int) -> str:
    return f"{number} neuron{'s' if number != 1 else ''}"


def _block_line(block: Block, n: int) -> str:
    first, last = block.frequencies.start, block.frequencies.stop - 1
    which = f"frequency {first}" if first == last else f"frequencies {first}..{last}"
    kind = " (sign)" if block_kind(block, n) == "sign" else ""
    each = " each" if first != last else ""
    return f"{which}{kind}: mass {block.mass_each}{each}, {_neurons(block.phase_set.size)}{each}"


def _width_line(widths: Widths) -> str:
    line = f"{widths.constructed} constructed; {widths.paper} in the paper's construction; "
    if widths.minimal is not None:
        return line + f"minimum {widths.minimal}, proved"
    bound = widths.lower_bound
    return line + (f"at least {bound}, proved" if bound is not None else "no lower bound certified")


def _dual_lines(prediction: MaximumMargin) -> list[str]:
    return [
        f"inputs uniform; class weight {w.each} on each of {w.count} wrong label{'s' if w.count > 1 else ''}"
        + (f" at {w.differences} difference" if w.differences != "all" else "")
        for w in prediction.class_weights
    ]


def check_lines(check: CheckResult) -> list[str]:
    if check.passed is None:
        return ["none asked for"]
    arithmetic = "exact arithmetic" if check.exact else "float64 for the network, exact for the bound"
    verdict = "passed" if check.passed else "FAILED"
    lines = [f"{check.method}, {arithmetic}: {verdict} in {check.seconds:.2g} s"]
    return lines + [f"{'yes' if outcome else 'NO '} {statement}" for statement, outcome in check.statements]
