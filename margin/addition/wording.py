"""How a prediction for addition mod n is worded."""

from __future__ import annotations

from margin.addition.maximum import AdditionMargin
from margin.answers.record import Answer, Block
from margin.answers.report import Wording, plural
from margin.numbers.square_roots import Surd


class AdditionWording(Wording):
    """Frequencies with their masses, class weights by the parity of differences."""

    def task(self, answer: Answer) -> str:
        return str(answer.prediction.task)

    def decimal(self, value: Surd) -> str:
        return value.decimal(15)

    def margin(self, answer: Answer) -> list[str]:
        prediction: AdditionMargin = answer.prediction
        return [] if prediction.exact.is_rational else [f"gamma*^2 = {prediction.squared}"]

    def network(self, answer: Answer) -> list[str]:
        return [
            f"{_construction(answer)} construction, norm 1, {plural(answer.widths.constructed, 'neuron')}",
            *(_block_line(block, neurons) for block, neurons in answer.counted_blocks),
        ]

    def width(self, answer: Answer) -> str:
        widths = answer.widths
        line = f"{widths.constructed} constructed; {widths.paper} in the paper's construction; "
        if widths.minimal is not None:
            return line + f"minimum {widths.minimal}, proved"
        bound = widths.lower_bound
        return line + (f"at least {bound}, proved" if bound is not None else "no lower bound certified")

    def dual(self, answer: Answer) -> list[str]:
        prediction: AdditionMargin = answer.prediction
        return [
            f"inputs uniform; class weight {w.each} on each of {w.count} wrong label{'s' if w.count > 1 else ''}"
            + (f" at {w.where} difference" if w.where != "all" else "")
            for w in prediction.class_weights
        ]


def _construction(answer: Answer) -> str:
    """The name of the construction; `minimal` only where that many neurons are proved necessary, else `small`."""
    unproved = answer.construction == "minimal" and answer.widths.minimal is None
    return "small" if unproved else answer.construction


def _block_line(block: Block[Surd], neurons: int) -> str:
    first, last = block.frequencies.start, block.frequencies.stop - 1
    which = f"frequency {first}" if first == last else f"frequencies {first}..{last}"
    kind = " (sign)" if block.kind == "sign" else ""
    each = " each" if first != last else ""
    return f"{which}{kind}: mass {block.mass}{each}, {plural(neurons, 'neuron')}{each}"


WORDING = AdditionWording()
