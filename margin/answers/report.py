"""An answer as JSON for programs and as text for people, whatever the task."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from margin.answers.check import CheckResult
from margin.answers.record import Answer, Block, ClassWeight
from margin.io.output import shown
from margin.numbers.real import float_or_none

SCHEMA = 2
Json = dict[str, Any]


class Wording(ABC):
    """What a kind of task says in its own words; each method returns lines of text."""

    @abstractmethod
    def task(self, answer: Answer) -> str:
        """The task in words."""

    @abstractmethod
    def decimal(self, value: Any) -> str:
        """An exact number with 15 digits."""

    @abstractmethod
    def margin(self, answer: Answer) -> list[str]:
        """What follows gamma* and its decimals."""

    @abstractmethod
    def network(self, answer: Answer) -> list[str]:
        """The network and the masses of its blocks."""

    @abstractmethod
    def width(self, answer: Answer) -> str:
        """Widths and what is proved of them."""

    @abstractmethod
    def dual(self, answer: Answer) -> list[str]:
        """Distribution of the inputs and class weights."""


def as_json(answer: Answer) -> Json:
    """The JSON object of schema 2 (docs/predict.md); exact numbers are strings that sympy parses to the same value."""
    prediction, widths = answer.prediction, answer.widths
    task = prediction.task
    return {
        "schema": SCHEMA,
        "task": {"spec": task.spec, **task.description()},
        "activation": f"x^{task.k}",
        "norm": {"inner": 2, "outer": task.degree},
        "margin": {
            "exact": str(prediction.exact),
            "squared_exact": str(prediction.squared),
            "float": float_or_none(prediction.exact),
            "all_irreps": str(prediction.all_irreps),
            "all_irreps_float": float_or_none(prediction.all_irreps),
        },
        "construction": answer.construction,
        "width": {
            "constructed": widths.constructed,
            "paper": widths.paper,
            "lower_bound": widths.lower_bound,
            "minimal": widths.minimal,
        },
        "blocks": [_block_json(block, neurons) for block, neurons in answer.counted_blocks],
        "dual": {"inputs": "uniform", "class_weights": [_class_json(weight) for weight in prediction.class_weights]},
        "check": {
            **check_json(answer.check),
            "statements": [{"statement": words, "holds": holds} for words, holds in answer.check.statements],
        },
    }


def _block_json(block: Block[Any], neurons: int) -> Json:
    low, high = block.mass_range
    zs = block.frequencies
    return {
        "kind": block.kind,
        "dimension": block.dimension,
        "type": block.type,
        "count": block.count,
        "frequencies": [zs.start, zs.stop - 1] if zs.stop else None,
        "mass_each": str(block.mass),
        "mass_each_float": float_or_none(block.mass),
        "mass_range": [str(low), str(high)],
        "mass_range_float": [float_or_none(low), float_or_none(high)],
        "used": block.used,
        "neurons_each": neurons,
    }


def _class_json(weight: ClassWeight[Any]) -> Json:
    return {
        "where": weight.where,
        "element_order": weight.element_order,
        "count": weight.count,
        "each": str(weight.each),
        "each_float": float_or_none(weight.each),
    }


def check_json(check: CheckResult) -> Json:
    """Method, outcome and seconds of a check."""
    return {
        "method": check.method,
        "exact": check.exact,
        "passed": check.passed,
        "seconds": round(check.seconds, 6),
    }


def as_text(answer: Answer, words: Wording) -> str:
    """The readable answer: task, norm, margin, masses, widths, dual, check."""
    prediction = answer.prediction
    task, exact = prediction.task, prediction.exact
    nu = task.degree
    lines = [
        ("task", [f"{words.task(answer)}; one hidden layer, activation x^{task.k}"]),
        ("norm", [f"L_{{2,{nu}}} = (sum over neurons of ||neuron||_2^{nu})^(1/{nu})"]),
        ("maximum margin", [f"gamma* = {exact}", f"       = {words.decimal(exact)}", *words.margin(answer)]),
        ("network", words.network(answer)),
        ("width", [words.width(answer)]),
        ("dual", words.dual(answer)),
        ("check", check_lines(answer.check)),
    ]
    return table([(name if not i else "", text) for name, texts in lines for i, text in enumerate(texts)])


def table(lines: list[tuple[str, str]]) -> str:
    """Names in a first column, texts in a second, one line each whatever a name of a group or file has in it."""
    return "\n".join(f"{name:<16}{shown(text)}" for name, text in lines)


def plural(number: int, name: str) -> str:
    """'1 neuron', '2 neurons'."""
    return f"{number} {name}{'s' if number != 1 else ''}"


def check_lines(check: CheckResult) -> list[str]:
    """The outcome of a check and of each of its statements, and what it left unchecked."""
    if check.passed is None:
        return ["none asked for"]
    arithmetic = "exact arithmetic" if check.exact else "float64 for the network, exact for the bound"
    verdict = "passed" if check.passed else "FAILED"
    part = ", but not everything was checked" if check.unchecked else ""
    lines = [f"{check.method}, {arithmetic}: {verdict} in {check.seconds:.2g} s{part}"]
    lines += [f"{'yes' if outcome else 'NO '} {statement}" for statement, outcome in check.statements]
    return lines + [f"--  not checked: {words}" for words in check.unchecked]
