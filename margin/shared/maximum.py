"""The maximum margin of addition with one shared embedding: an enclosure, saved or computed (docs/theory.md, 10).

The network is sum_i (sum_j u_i(a_j))^k w_i, u_i counted once in the norm
(sum_i (||u_i||^2 + ||w_i||^2)^((k+1)/2))^(1/(k+1)).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files
from math import comb
from typing import TYPE_CHECKING, Any

from margin.numbers.square_roots import Surd
from margin.tasks import ModularAddition, SharedEmbedding

if TYPE_CHECKING:
    from margin.shared.lower import SharedNetwork
    from margin.shared.upper import SumOfSquares

DIGITS = 15  # of the bounds that are kept
_NOTHING = Fraction(1, 10**8)  # what the rounding of a bound of 0 comes to, at most
MOST_COMPUTED = {4: 5, 5: 4}  # the largest n by k; larger k are not coded (margin.shared.squares)
MOST_COEFFICIENTS = 9000  # of the sum of squares, about; the program takes minutes and 3 GB


@dataclass(frozen=True)
class SharedMargin:
    """low <= gamma* <= high, decimals of 15 digits as exact fractions, with what proves them.

    `class_weights` are integers for the classes of `margin.shared.classes.wrong_labels`, in order; `network` reaches
    low; `exact` is there where gamma* is known in closed form; `source` says how a saved enclosure was made. `proof`,
    of which high is the bound, is there where the enclosure was made now: it is not saved.
    """

    task: SharedEmbedding
    low: Fraction
    high: Fraction
    class_weights: tuple[int, ...]
    network: SharedNetwork
    exact: Surd | None
    source: dict[str, Any]
    proof: SumOfSquares | None = field(default=None, repr=False, compare=False)

    @property
    def relative_width(self) -> Fraction:
        """(high - low) / high."""
        return (self.high - self.low) / self.high

    @property
    def unshared(self) -> float:
        """k^(k/2) gamma* of separate embeddings: what the theory of those would say if each counted for 1/k."""
        from margin.addition.maximum import maximum_margin as separate

        k = self.task.k
        return k ** (k / 2) * float(separate(ModularAddition(self.task.n, k)))

    def __float__(self) -> float:
        return float(self.low + self.high) / 2 if self.exact is None else float(self.exact)


def closed_form(task: SharedEmbedding) -> Surd | None:
    """gamma* where it is known exactly: n = 2 and n = 3 with k = 2 (docs/theory.md, 10.6), and k = 1.

    One input has one embedding, shared or not.

    >>> print(closed_form(SharedEmbedding(3, 2)), closed_form(SharedEmbedding(5, 1)))
    32*sqrt(2)/297 1/8
    """
    if task.k == 1:
        from margin.addition.maximum import maximum_margin as separate

        return separate(ModularAddition(task.n, 1)).exact
    known = {(2, 2): 4 * Surd.sqrt(6) / 27, (3, 2): 32 * Surd.sqrt(2) / 297}
    return known.get((task.n, task.k))


def require_size(task: SharedEmbedding) -> None:
    """Raise ValueError where the enclosure is not saved and the semidefinite program would be too large."""
    if (task.n, task.k) in _saved():
        return
    from margin.shared.classes import units

    n, k = task.n, task.k
    if k > max(MOST_COMPUTED) or n > MOST_COMPUTED.get(k, n):
        limits = ", ".join(f"n <= {most} for k = {inputs}" for inputs, most in MOST_COMPUTED.items())
        raise ValueError(
            f"n = {n}, k = {k} with a shared embedding: no enclosure is saved, and beyond {limits} none is computed:"
            " it takes too long, or float64 does not suffice; expected a smaller n or k"
        )
    degrees = ((n, 2 * k + 2), (n, k + 2), (n, 2))  # of c, beside none, one or two v
    heads = (1, n - 1, n * (n - 1) // 2)
    products = sum(head * comb(m + d - 1, d) for head, (m, d) in zip(heads, degrees, strict=True))
    if n > 1000 or products // (n * len(units(n))) > MOST_COEFFICIENTS:
        known = ", ".join(
            f"n <= {max(m for m, j in _saved() if j == i)} for k = {i}" for i in sorted({j for _, j in _saved()})
        )
        raise ValueError(
            f"n = {n}, k = {k} with a shared embedding: no enclosure is saved ({known}), and the"
            f" semidefinite program has more than {MOST_COEFFICIENTS} equations; expected a smaller n or k"
        )


def maximum_margin(task: SharedEmbedding) -> SharedMargin:
    """The saved enclosure, else a new one. Raises ValueError as `require_size`, ArithmeticError as `enclose`."""
    require_size(task)
    saved = _saved().get((task.n, task.k))
    return enclose(task) if saved is None else read(saved, _provenance())


def enclose(task: SharedEmbedding, constant: bool = True) -> SharedMargin:
    """Both sides computed anew; without `constant` among networks whose u all have the mean 0.

    Needs scipy. Raises ArithmeticError where the semidefinite program is not solved, ValueError as
    `margin.shared.squares.require_codes`.
    """
    import numpy as np

    from margin.shared.lower import network, without_margin
    from margin.shared.upper import margin_bound, sum_of_squares

    proof = sum_of_squares(task.n, task.k, constant)
    high = margin_bound(task.n, task.k, proof.bound())
    if constant or high > _NOTHING:
        reached = network(task.n, task.k, np.array(proof.sigma, dtype=float), constant=constant)
    else:  # no neuron has a gap to play with
        reached = without_margin(task.n, task.k)
    low, exact = max(reached.margin(), Fraction(0)), closed_form(task) if constant else None  # w = 0 has margin 0
    ends = rounded(low, False), rounded(high, True)
    return SharedMargin(task, *ends, proof.sigma, reached, exact, {}, proof if constant else None)


def rounded(value: Fraction, up: bool) -> Fraction:
    """A positive number to 15 digits, up or down."""
    context = Context(prec=DIGITS, rounding=ROUND_CEILING if up else ROUND_FLOOR)
    return Fraction(context.divide(Decimal(value.numerator), Decimal(value.denominator)))


def decimals(value: Fraction) -> str:
    """A number of 15 digits as a decimal."""
    return str(Context(prec=DIGITS).divide(Decimal(value.numerator), Decimal(value.denominator)))


def record(margin: SharedMargin) -> dict[str, Any]:
    """An enclosure for the file of saved ones (JSON)."""
    network = margin.network
    return {
        "n": margin.task.n,
        "k": margin.task.k,
        "low": decimals(margin.low),
        "high": decimals(margin.high),
        "class_weights": list(margin.class_weights),
        "masses": list(network.masses),
        "neurons": [[list(u), list(w)] for u, w in network.neurons],
    }


def read(saved: dict[str, Any], source: dict[str, Any]) -> SharedMargin:
    """The enclosure of a record."""
    from margin.shared.lower import SharedNetwork

    task = SharedEmbedding(saved["n"], saved["k"])
    neurons = tuple((tuple(u), tuple(w)) for u, w in saved["neurons"])
    network = SharedNetwork(task.n, task.k, neurons, tuple(saved["masses"]))
    low, high = Fraction(saved["low"]), Fraction(saved["high"])
    return SharedMargin(task, low, high, tuple(saved["class_weights"]), network, closed_form(task), source)


@lru_cache(maxsize=1)
def _document() -> dict[str, Any]:
    text = files("margin").joinpath("data", "surveys", "shared.json").read_text("utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def _provenance() -> dict[str, Any]:
    source: dict[str, Any] = _document()["provenance"]
    return source


@lru_cache(maxsize=1)
def _saved() -> dict[tuple[int, int], dict[str, Any]]:
    return {(case["n"], case["k"]): case for case in _document()["cases"]}
