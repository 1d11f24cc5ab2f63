"""Does this network reach the claimed margin, and can no network exceed it? Exact checks, fast and slow."""

from __future__ import annotations

from fractions import Fraction
from math import inf
from time import perf_counter

from margin.addition.construction import construct
from margin.addition.maximum import AdditionMargin, neuron_value
from margin.answers.check import RELATIVE_TOLERANCE, SLOW_LIMIT, CheckResult, timed
from margin.networks.cosines import CosineNetwork
from margin.numbers.real import float_or_none
from margin.numbers.square_roots import Surd
from margin.tasks import ModularAddition, count

EXACT_LIMIT = 10**8  # integer additions of its exact part


def check(
    prediction: AdditionMargin, method: str = "fast", construction: str = "minimal", progress: bool = False
) -> CheckResult:
    """The fast or the slow check of a prediction and the construction's network; raises as they do."""
    network = construct(prediction.task, construction, prediction)
    return slow_check(network, prediction, progress) if method == "slow" else fast_check(network, prediction)


def fast_check(network: CosineNetwork, claim: AdditionMargin) -> CheckResult:
    """Exact, at a cost that does not depend on n: exponential sums, masses, ties, and the dual bound.

    Both sides are computed from their own ingredients (amplitudes and phases; class weights and single-neuron
    bounds) and compared with the claim; neither uses the closed form.
    """
    start = perf_counter()
    margins = network.margin_by_parity()
    statements = [
        *_other_task(network, claim),
        ("every phase set yields the wanted cosine and nothing else, equally at all frequencies", margins is not None),
        ("the neurons' masses add up to norm 1", network.mass == 1),
        (
            "the margin of every input against every wrong label is gamma*",
            margins is not None and all(value == claim.exact for value in margins.values()),
        ),
        *_dual_statements(claim),
    ]
    return timed("fast", True, start, statements)


def dual_bound(task: ModularAddition, class_weights: dict[str, Surd]) -> Surd:
    """The upper bound on gamma* that class weights prove: max over frequencies of c_z (1 - tau_hat(z)).

    Weights are per wrong label, for "odd" and "even" differences d != 0. Over those, the cosines of a rotation
    frequency sum to -1 in all (odd n) or to 0 and -1 (even n); the signs of n/2 sum to -n/2 and n/2 - 1.
    Raises ValueError for weights that differ by parity at odd n, where parity means nothing.
    """
    odd, even = class_weights["odd"], class_weights["even"]
    if task.n % 2 and odd != even:
        raise ValueError(f"dual_bound: weights {odd} and {even} differ by parity, but n = {task.n} is odd")
    bounds = []
    if count(task.rotation_frequencies):
        bounds.append(neuron_value(task, 2) * (1 + even))
    if count(task.sign_frequencies):
        half = Fraction(task.n, 2)
        bounds.append(neuron_value(task, 1) * (1 + half * odd - (half - 1) * even))
    return max(bounds)


def _dual_statements(claim: AdditionMargin) -> list[tuple[str, bool]]:
    weights = {w.where: w.each for w in claim.class_weights}
    odd = weights.get("odd", weights.get("all", Surd()))
    even = weights.get("even", weights.get("all", Surd()))
    total = sum((w.count * w.each for w in claim.class_weights), Surd())
    covered = sum(w.count for w in claim.class_weights)
    feasible = odd >= 0 and even >= 0 and total == 1 and covered == claim.task.n - 1
    feasible = feasible and (claim.task.n % 2 == 0 or odd == even)
    bounded = feasible and dual_bound(claim.task, {"odd": odd, "even": even}) == claim.exact
    return [
        ("the class weights are a probability distribution on the wrong labels", feasible),
        ("no unit neuron exceeds gamma* under them, so no network does", bounded),
    ]


def _other_task(network: CosineNetwork, claim: AdditionMargin) -> list[tuple[str, bool]]:
    if network.task == claim.task:
        return []
    return [(f"the prediction is for {claim.task}, the network for {network.task}", False)]


def slow_operations(network: CosineNetwork) -> int:
    """Floating-point operations of the slow check: one matrix product over the population, and the powers."""
    n, k = network.task.n, network.task.k
    return n**k * network.width * (2 * n + 2 * k)


def slow_check(network: CosineNetwork, claim: AdditionMargin, progress: bool = False) -> CheckResult:
    """Every logit of every input: in float64, and exactly too where that takes at most `EXACT_LIMIT` additions.

    Raises ValueError, with the estimate, above `SLOW_LIMIT` operations; MemoryError if the weights do not fit.
    """
    work = slow_operations(network)
    if work > SLOW_LIMIT:
        raise ValueError(
            f"every logit of {network.task.n}^{network.task.k} inputs takes about {Surd(work).decimal(2)} operations,"
            f" limit {SLOW_LIMIT:.0e}; use the fast check, which is exact, or a smaller n or k"
        )
    from margin.addition.every_logit import exact_margin, operations

    start = perf_counter()
    reached = network.numeric().normalised_margin(progress)
    expected = float_or_none(claim.exact)
    error = abs(reached / expected - 1) if expected else inf
    statements = [
        *_other_task(network, claim),
        (
            f"float64 margin over all {claim.task.population} inputs is gamma* (relative error {error:.0e})",
            error <= RELATIVE_TOLERANCE,
        ),
    ]
    exact = operations(network) <= EXACT_LIMIT
    if exact:
        try:
            reached_exactly = exact_margin(network) / network.mass == claim.exact
        except ValueError:  # a margin that is no rational multiple of its root cannot be the least of ties at gamma*
            reached_exactly = False
        statements.append(("exact margin over all inputs, every logit evaluated, is gamma*", reached_exactly))
    return timed("slow", exact, start, statements + _dual_statements(claim))
