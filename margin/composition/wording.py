"""How a prediction for composition in a finite group is worded."""

from __future__ import annotations

from itertools import groupby

from margin.answers.record import Answer, Block
from margin.answers.report import Wording
from margin.composition.program import GroupMargin
from margin.numbers.ratio import Ratio
from margin.numbers.real import float_or_none, scientific

MOST_ROWS = 40  # of class weights printed as text


class CompositionWording(Wording):
    """Representations with their masses and ranges, class weights by conjugacy class."""

    def task(self, answer: Answer) -> str:
        task = answer.prediction.task
        inputs = f"{task.k} input{'s' if task.k > 1 else ''}"
        return f"composition of {inputs} in {task.name}, order {task.n}"

    def decimal(self, value: Ratio) -> str:
        return _decimal(value, ".14e")

    def margin(self, answer: Answer) -> list[str]:
        prediction: GroupMargin = answer.prediction
        return [f"with the regular share of every representation: {_ratio(prediction.all_irreps, prediction.exact)}"]

    def network(self, answer: Answer) -> list[str]:
        return _irrep_lines(answer.prediction)

    def width(self, answer: Answer) -> str:
        widths = answer.widths
        bound = widths.lower_bound
        if widths.minimal is not None:
            return (
                f"{widths.constructed} constructed; {widths.paper} in the paper's construction;"
                f" minimum {widths.minimal}, proved"
            )
        proved = f"at least {bound}, proved" if bound is not None else "no lower bound certified"
        return f"{widths.constructed} constructed; {widths.paper} in the paper's construction; {proved}"

    def dual(self, answer: Answer) -> list[str]:
        return _dual_lines(answer.prediction)


def _ratio(value: Ratio, best: Ratio) -> str:
    return f"{_decimal(value, '.10g')}, {float(value.near() / best.near()):.6f} of gamma*"


def _decimal(value: Ratio, form: str) -> str:
    number = float_or_none(value)
    return scientific(value, 15) if number is None else format(number, form)


def _irrep_lines(margin: GroupMargin) -> list[str]:
    """Equal representations in one line; a range where the optimal mass is not unique."""
    lines = []
    for (dimension, kind, used, masses), same in groupby(margin.blocks, _shown):
        count = sum(block.count for block in same)
        which = f"{count} representations" if count > 1 else "1 representation"
        each = " each" if count > 1 and used != "never" else ""
        lines.append(f"{used:<8} {which} of dimension {dimension}, {kind} type: {masses}{each}")
    return lines


def _shown(block: Block[Ratio]) -> tuple[int, str, str, str]:
    low, high = (str(end) for end in block.mass_range)
    if block.used == "never":
        masses = "mass 0"
    elif low == high:
        masses = f"mass {block.mass}"
    else:
        masses = (
            f"mass {_brief(block.mass)}, in any optimum {_brief(block.mass_range[0])} to {_brief(block.mass_range[1])}"
        )
    return block.dimension, block.type, block.used, masses


def _brief(value: Ratio) -> str:
    exact = str(value)
    return exact if len(exact) <= 24 else f"{float(value):.6g}"


def _dual_lines(margin: GroupMargin) -> list[str]:
    lines = []
    for weight in margin.class_weights:
        order = f", element order {weight.element_order}" if weight.element_order else ""
        labels = f"{weight.count} wrong label{'s' if weight.count > 1 else ''}"
        lines.append(f"{weight.each} on each of {labels} at {weight.where}{order}")
    hidden = len(lines) - MOST_ROWS
    shown = lines[:MOST_ROWS] + ([f"and {hidden} more classes (all in --json)"] if hidden > 0 else [])
    return ["inputs uniform; class weights:", *(f"  {line}" for line in shown)]


WORDING = CompositionWording()
