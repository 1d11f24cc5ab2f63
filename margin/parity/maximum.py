"""Sparse parity: the exact maximum margin, the network that reaches it, checks (Morwani et al., sparse parity).

The network is f(x) = sum_i (sum_j u_ij x_j)^k w_i with w_i in R^2, over all n bits; the label is 0 where the product
of the first k bits is 1, else 1. With y = +-1 that product and d = (1, -1), the margin of an input is y <f(x), d>.

- Dual. For uniform inputs a unit neuron scores E[y (u.x)^k] <w, d>. Of the monomials of (u.x)^k only those survive
  whose parities are those of y; of degree k this is x_1...x_k alone, with coefficient k! (EXPAND). So the score is
  k! (u_1...u_k) <w, d> <= k! sqrt(2) |u_1|...|u_k| ||w||, at most k! sqrt(2) (k+1)^(-(k+1)/2) as the k+1 squared
  norms sum to at most 1 (AM-GM). Equality: u is 0 off the k bits, |u_j| = ||w|| on them, w = +-||w|| d / sqrt(2), and
  (u_1...u_k) <w, d> >= 0.
- Network. u_j = e_j / sqrt(k+1), w = (prod e_j) d / sqrt(2(k+1)) for every e in {1,-1}^k modulo sign, equal masses:
  sum_e (prod e_j) (sum_j e_j x_j)^k = 2^k k! x_1...x_k.
- Width. 2^(k-1) is the minimum. A maximum-margin network has all margins equal (their mean is at most gamma*) and
  neurons as in the case of equality: a sign pattern e modulo sign each, with total masses s(e) on the patterns.
  Dividing by y and expanding, sum_e s(e) (prod e_j) (e.x)^k / (x_1...x_k) is constant in x. The coefficient of
  prod_{j in T} x_j in (e.x)^k is positive times prod_{j in T} e_j for each T with |T| <= k, |T| = k mod 2, so sum_e
  s(e) prod_{j in T'} e_j = 0 for every non-empty T' of even size. These are all non-trivial characters of {1,-1}^k
  modulo sign: s is uniform.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import comb, factorial, inf
from time import perf_counter
from typing import TYPE_CHECKING, Any

from margin.addition.check import RELATIVE_TOLERANCE, SLOW_LIMIT
from margin.answers.check import CheckResult, no_check
from margin.numbers.square_roots import Surd, float_or_none
from margin.tasks import SparseParity

if TYPE_CHECKING:
    from margin.networks.network import Network

MOST_BITS = 4000  # k of a fast check; about a second


@dataclass(frozen=True)
class ParityPrediction:
    """gamma* of sparse parity and the network that reaches it, in exact form.

    The network has one neuron per sign pattern e modulo sign, `width` in all, of mass `mass_each`; a unit neuron has
    u_j = e_j `amplitude` on the k bits, and w = (prod e_j) (1, -1) `amplitude` / sqrt(2).
    """

    task: SparseParity
    exact: Surd
    width: int
    mass_each: Fraction
    amplitude: Surd

    @property
    def squared(self) -> Surd:
        """gamma*^2, rational."""
        return self.exact**2

    def __float__(self) -> float:
        return float(self.exact)

    def numeric(self) -> Network:
        """The network as float64 arrays, norm 1."""
        from margin.parity.construction import construct_parity

        return construct_parity(self.task)


def parity_prediction(task: SparseParity) -> ParityPrediction:
    """gamma* = k! sqrt(2 (k+1)^(-(k+1))), at width 2^(k-1) (Morwani et al., sparse parity), which is the least.

    Raises TypeError for anything but a SparseParity.

    >>> from margin.tasks import SparseParity
    >>> print(parity_prediction(SparseParity(10, 4)).exact)
    24*sqrt(10)/125
    """
    if not isinstance(task, SparseParity):
        raise TypeError(f"parity_prediction: got {task!r}, expected a task such as SparseParity(10, 4)")
    k = task.k
    gamma = factorial(k) * Surd.sqrt(2) / Surd.half_power(k + 1, k + 1)
    width = 1 << (k - 1)
    return ParityPrediction(task, gamma, width, Fraction(1, width), Surd.sqrt(Fraction(1, k + 1)))


def surviving_monomials(task: SparseParity, size: int | None = None) -> int:
    """How many monomials of degree k in n bits have odd exponents exactly on `size` given bits (default k).

    Such exponents are 1 on these bits plus twice any exponents of degree (k - size)/2.
    """
    rest = task.k - (task.k if size is None else size)
    return 0 if rest < 0 or rest % 2 else comb(rest // 2 + task.n - 1, task.n - 1)


def parity_dual_bound(task: SparseParity) -> Surd:
    """What no unit neuron exceeds on average over uniform inputs, so no network of norm 1 in its least margin.

    EXPAND, then AM-GM: k + 1 squares of sum 1 have a product of at most (k+1)^(-(k+1)); ||(1,-1)|| = sqrt(2).
    """
    coefficient = surviving_monomials(task) * factorial(task.k)  # the multinomial coefficient of k ones
    return coefficient * Surd.sqrt(2) * Surd.half_power(Fraction(1, task.k + 1), task.k + 1)


def network_margin(prediction: ParityPrediction) -> Surd:
    """The margin of the network on every input, exactly, from its patterns.

    On input x, substituting e_j x_j for e_j, sum_e (prod e_j)(e.x)^k is x_1...x_k times the sum over patterns with j
    signs -1 of (-1)^j (k - 2j)^k; patterns modulo sign are half of all.
    """
    k = prediction.task.k
    signed = sum((-1) ** j * comb(k, j) * (k - 2 * j) ** k for j in range(k + 1))
    along = Surd.sqrt(2) * prediction.amplitude  # <w, (1,-1)> of a unit neuron
    return prediction.mass_each * Fraction(signed, 2) * prediction.amplitude**k * along


def parity_fast_check(prediction: ParityPrediction) -> CheckResult:
    """Exact, both sides from their own ingredients: sign patterns and masses; monomials and AM-GM."""
    task = prediction.task
    if task.k > MOST_BITS:
        raise ValueError(f"the exact check of a parity of {task.k} bits: expected at most {MOST_BITS}")
    start = perf_counter()
    statements = (
        ("the neurons' masses add up to norm 1", _norm_is_one(prediction)),
        ("the margin of every input is gamma*", network_margin(prediction) == prediction.exact),
        *_dual_statements(prediction),
    )
    return _result("fast", True, statements, start)


def parity_slow_check(prediction: ParityPrediction, progress: bool = False) -> CheckResult:
    """Every logit of all 2^n inputs in float64; the bound exactly. Raises ValueError above 10^12 operations."""
    task = prediction.task
    work = prediction.width * (task.n + task.k + 2) << task.n
    if work > SLOW_LIMIT:
        raise ValueError(
            f"every logit of 2^{task.n} inputs takes about {Surd(work).decimal(2)} operations, limit {SLOW_LIMIT:.0e};"
            f" use the fast check, which is exact, or smaller n and k"
        )
    start = perf_counter()
    reached, expected = prediction.numeric().normalised_margin(progress), float_or_none(prediction.exact)
    error = abs(reached / expected - 1) if expected else inf
    statement = f"float64 margin over all {task.population} inputs is gamma* (relative error {error:.0e})"
    statements = ((statement, error <= RELATIVE_TOLERANCE), *_dual_statements(prediction))
    return _result("slow", False, statements, start)


def _norm_is_one(prediction: ParityPrediction) -> bool:
    squared = prediction.amplitude**2
    return prediction.width * prediction.mass_each == 1 and prediction.task.k * squared + squared == 1


def _dual_statements(prediction: ParityPrediction) -> tuple[tuple[str, bool], ...]:
    bound = parity_dual_bound(prediction.task)
    return (("no unit neuron exceeds gamma* on uniform inputs, so no network does", bound == prediction.exact),)


def _result(method: str, exact: bool, statements: tuple[tuple[str, bool], ...], start: float) -> CheckResult:
    return CheckResult(method, exact, all(outcome for _, outcome in statements), perf_counter() - start, statements)


def parity_report(task: SparseParity, check: str = "fast", progress: bool = False) -> tuple[dict[str, Any], str]:
    """The prediction as JSON (schema 1) and as text.

    Raises ValueError for a check other than fast, slow, none, and as the checks.
    """
    prediction = parity_prediction(task)
    if check == "fast":
        result = parity_fast_check(prediction)
    elif check == "slow":
        result = parity_slow_check(prediction, progress)
    elif check == "none":
        result = no_check()
    else:
        raise ValueError(f"parity_report: check {check!r}, expected fast, slow or none")
    return _as_json(prediction, result), _as_text(prediction, result)


def _as_json(prediction: ParityPrediction, check: CheckResult) -> dict[str, Any]:
    from margin.addition.report import SCHEMA, check_json

    task, width = prediction.task, prediction.width
    return {
        "schema": SCHEMA,
        "task": {"kind": "sparse_parity", "n": task.n, "k": task.k},
        "norm": {"inner": 2, "outer": task.degree},
        "margin": {
            "exact": str(prediction.exact),
            "squared_exact": str(prediction.squared),
            "float": float_or_none(prediction.exact),
        },
        "width": {"constructed": width, "paper": width, "lower_bound": width, "minimal": width},
        "blocks": [{"kind": "parity", "count": 1, "mass_each": "1", "neurons_each": width}],
        "dual": {"class_weights": [{"differences": "all", "count": 1, "each": "1"}]},
        "check": check_json(check),
    }


def _as_text(prediction: ParityPrediction, check: CheckResult) -> str:
    from margin.addition.report import check_lines, table

    task, exact, width = prediction.task, prediction.exact, prediction.width
    others = f", 0 on the other {task.n - task.k}" if task.n > task.k else ""
    lines = [
        ("task", f"{task}; one hidden layer, activation x^{task.k}"),
        ("norm", f"L_{{2,{task.degree}}} = (sum over neurons of ||neuron||_2^{task.degree})^(1/{task.degree})"),
        ("maximum margin", f"gamma* = {exact}"),
        ("", f"       = {exact.decimal(15)}"),
        *(("", f"gamma*^2 = {prediction.squared}") for _ in range(not exact.is_rational)),
        ("network", f"norm 1, {width} neuron{'s' * (width > 1)}, one for each sign pattern of the bits modulo sign"),
        ("", f"weights of a unit neuron: +-{prediction.amplitude} on the bits{others}; w along (1, -1)"),
        ("width", f"{width} constructed and in the paper's construction; minimum {width}, proved"),
        ("dual", "inputs uniform; class weight 1 on the wrong label"),
        *(("check" if not i else "", line) for i, line in enumerate(check_lines(check))),
    ]
    return table(lines)
