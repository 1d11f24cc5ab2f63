"""Is the enclosure of a shared embedding proved? The network in integers (fast), a new sum of squares (slow)."""

from __future__ import annotations

from fractions import Fraction
from time import perf_counter

from margin.answers.check import CheckResult, Statement, timed
from margin.shared.lower import SharedNetwork
from margin.shared.maximum import SharedMargin

RELATIVE_WIDTH = Fraction(1, 10**6)  # of an enclosure


def check(
    prediction: SharedMargin, method: str = "fast", construction: str = "minimal", progress: bool = False
) -> CheckResult:
    """Exact. Fast: every gap of the network; slow: also a new sum of squares. Raises ArithmeticError as `enclose`."""
    start = perf_counter()
    statements = [*lower_statements(prediction.network, prediction), *_width(prediction)]
    if method == "slow":
        statements += upper_statements(prediction)
    return timed(method, True, start, statements)


def lower_statements(network: SharedNetwork, prediction: SharedMargin) -> list[Statement]:
    """Whether a network reaches the lower end, every class of inputs and wrong labels gone through in integers."""
    return [("the network in integers has at least the margin of the lower end", network.margin() >= prediction.low)]


def upper_statements(prediction: SharedMargin) -> list[Statement]:
    """Whether a sum of squares in integers, made anew, bounds every neuron within 10^-6 of the lower end."""
    from margin.shared.upper import margin_bound, sum_of_squares

    task = prediction.task
    high = margin_bound(task.n, task.k, sum_of_squares(task.n, task.k).bound())
    near = prediction.low <= high <= prediction.low * (1 + RELATIVE_WIDTH)
    return [("a new sum of squares in integers bounds every network within 10^-6 of the lower end", near)]


def _width(prediction: SharedMargin) -> list[Statement]:
    narrow = 0 <= prediction.relative_width <= RELATIVE_WIDTH
    inside = prediction.exact is None or prediction.low <= prediction.exact <= prediction.high
    return [("the enclosure has a relative width of at most 10^-6", narrow and inside)]
