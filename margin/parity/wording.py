"""How a prediction for sparse parity is worded."""

from __future__ import annotations

from margin.answers.record import Answer
from margin.answers.report import Wording, plural
from margin.numbers.square_roots import Surd
from margin.parity.construction import construct
from margin.parity.maximum import ParityMargin


class ParityWording(Wording):
    """Sign patterns and the weights of a unit neuron."""

    def task(self, answer: Answer) -> str:
        return str(answer.prediction.task)

    def decimal(self, value: Surd) -> str:
        return value.decimal(15)

    def margin(self, answer: Answer) -> list[str]:
        prediction: ParityMargin = answer.prediction
        return [] if prediction.exact.is_rational else [f"gamma*^2 = {prediction.squared}"]

    def network(self, answer: Answer) -> list[str]:
        prediction: ParityMargin = answer.prediction
        task, network = prediction.task, construct(prediction.task)
        others = f", 0 on the other {task.n - task.k}" if task.n > task.k else ""
        return [
            f"norm 1, {plural(network.width, 'neuron')}, one for each sign pattern of the bits modulo sign",
            f"weights of a unit neuron: +-{network.amplitude} on the bits{others}; w along (1, -1)",
        ]

    def width(self, answer: Answer) -> str:
        width = answer.widths.constructed
        return f"{width} constructed and in the paper's construction; minimum {width}, proved"

    def dual(self, answer: Answer) -> list[str]:
        return ["inputs uniform; class weight 1 on the wrong label"]


WORDING = ParityWording()
