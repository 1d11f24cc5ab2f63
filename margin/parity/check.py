"""Does the network of sign patterns reach the claimed margin, and can no network exceed it? Fast and slow checks."""

from __future__ import annotations

from math import inf
from time import perf_counter

from margin.answers.check import RELATIVE_TOLERANCE, SLOW_LIMIT, CheckResult, Statement, timed
from margin.numbers.real import float_or_none
from margin.numbers.square_roots import Surd
from margin.parity.construction import SignPatterns, construct
from margin.parity.maximum import ParityMargin, parity_dual_bound

MOST_BITS = 4000  # k of a fast check; about a second


def check(
    prediction: ParityMargin, method: str = "fast", construction: str = "minimal", progress: bool = False
) -> CheckResult:
    """The fast or the slow check of a prediction and the construction's network; raises as they do."""
    network = construct(prediction.task, construction)
    return slow_check(prediction, network, progress) if method == "slow" else fast_check(prediction, network)


def fast_check(prediction: ParityMargin, network: SignPatterns) -> CheckResult:
    """Exact, both sides from their own ingredients: sign patterns and masses; monomials and AM-GM.

    Raises ValueError above 4000 bits.
    """
    task = prediction.task
    if task.k > MOST_BITS:
        raise ValueError(f"the exact check of a parity of {task.k} bits: expected at most {MOST_BITS}")
    start = perf_counter()
    statements = (
        ("the neurons' masses add up to norm 1", _norm_is_one(network)),
        ("the margin of every input is gamma*", network.margin() == prediction.exact),
        *_dual_statements(prediction),
    )
    return timed("fast", True, start, statements)


def slow_check(prediction: ParityMargin, network: SignPatterns, progress: bool = False) -> CheckResult:
    """Every logit of all 2^n inputs in float64; the bound exactly. Raises ValueError above 10^12 operations."""
    task = prediction.task
    work = network.width * (task.n + task.k + 2) << task.n
    if work > SLOW_LIMIT:
        raise ValueError(
            f"every logit of 2^{task.n} inputs takes about {Surd(work).decimal(2)} operations, limit {SLOW_LIMIT:.0e};"
            f" use the fast check, which is exact, or smaller n and k"
        )
    start = perf_counter()
    reached, expected = network.numeric().normalised_margin(progress), float_or_none(prediction.exact)
    error = abs(reached / expected - 1) if expected else inf
    statement = f"float64 margin over all {task.population} inputs is gamma* (relative error {error:.0e})"
    return timed("slow", False, start, ((statement, error <= RELATIVE_TOLERANCE), *_dual_statements(prediction)))


def _norm_is_one(network: SignPatterns) -> bool:
    squared = network.amplitude**2
    return network.mass == 1 and network.task.k * squared + squared == 1


def _dual_statements(prediction: ParityMargin) -> tuple[Statement, ...]:
    bound = parity_dual_bound(prediction.task)
    return (("no unit neuron exceeds gamma* on uniform inputs, so no network does", bound == prediction.exact),)
