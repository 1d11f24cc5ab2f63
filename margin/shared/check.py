"""Is the enclosure of a shared embedding proved? The network in integers, and a sum of squares if one was made now.

The upper end of a saved enclosure is not proved by the fast check, as its sum of squares is not saved.
"""

from __future__ import annotations

from fractions import Fraction
from time import perf_counter

from margin.answers.check import CheckResult, Statement, timed
from margin.shared.lower import SharedNetwork
from margin.shared.maximum import SharedMargin, decimals, rounded

RELATIVE_WIDTH = Fraction(1, 10**6)  # of an enclosure


def check(
    prediction: SharedMargin, method: str = "fast", construction: str = "minimal", progress: bool = False
) -> CheckResult:
    """Exact. Fast: every gap of the network, and the sum of squares of an enclosure that was made now; slow: a new one.

    What neither proves, the upper end of a saved enclosure, stands in `unchecked`. Raises ArithmeticError as `enclose`.
    """
    start = perf_counter()
    statements = [*lower_statements(prediction.network, prediction), *_width(prediction)]
    bounds = _own(prediction)
    if bounds:
        words = "the sum of squares in integers, made in this call, bounds every network by the upper end"
        statements.append((words, bounds[0] <= prediction.high))
    if method == "slow":
        high, made = _new(prediction)
        statements.append(made)
        bounds.append(high)
    proved = min(bounds, default=None)
    left = [] if proved is not None and proved <= prediction.high else [_left(prediction, proved)]
    return timed(method, True, start, statements, left)


def lower_statements(network: SharedNetwork, prediction: SharedMargin) -> list[Statement]:
    """Whether a network reaches the lower end, every class of inputs and wrong labels gone through in integers."""
    return [("the network in integers has at least the margin of the lower end", network.margin() >= prediction.low)]


def _own(prediction: SharedMargin) -> list[Fraction]:
    """What the sum of squares of an enclosure made now proves to be >= gamma*, where it has one of its task."""
    from margin.shared.upper import margin_bound

    task, proof = prediction.task, prediction.proof
    if proof is None or not proof.constant or (proof.n, proof.k) != (task.n, task.k):
        return []
    return [rounded(margin_bound(task.n, task.k, proof.bound()), True)]


def _new(prediction: SharedMargin) -> tuple[Fraction, Statement]:
    """What a sum of squares in integers, made anew, proves to be >= gamma*, and whether that is near the lower end."""
    from margin.shared.upper import margin_bound, sum_of_squares

    task = prediction.task
    high = rounded(margin_bound(task.n, task.k, sum_of_squares(task.n, task.k).bound()), True)
    near = prediction.low <= high <= prediction.low * (1 + RELATIVE_WIDTH)
    words = "a new sum of squares in integers bounds every network within 10^-6 of the lower end: gamma* <= "
    return high, (words + decimals(high), near)


def _left(prediction: SharedMargin, proved: Fraction | None) -> str:
    """In words, that the upper end was not proved in this call, where it comes from and what proves it."""
    made = prediction.source.get("date")
    end = f"the upper end, saved on {made}" if made else "the upper end"
    if proved is not None:
        return f"{end}, as the sum of squares made in this call proves the larger {decimals(proved)} alone"
    return f"{end}; --check slow proves one anew, --certificate FILE.json writes one with its proof"


def _width(prediction: SharedMargin) -> list[Statement]:
    exact = prediction.exact
    statements = [
        ("the enclosure has a relative width of at most 10^-6", 0 <= prediction.relative_width <= RELATIVE_WIDTH)
    ]
    if exact is not None:
        statements.append(("gamma* in closed form lies in the enclosure", prediction.low <= exact <= prediction.high))
    return statements
