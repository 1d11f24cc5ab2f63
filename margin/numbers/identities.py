"""Sum-to-product identities: how signed powers of sums make a product of k numbers."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import product
from math import factorial, prod
from typing import Protocol, Self, TypeVar


class RingElement(Protocol):
    """An element of a commutative ring: int, Fraction, `Surd`, a polynomial."""

    def __add__(self, other: Self, /) -> Self: ...
    def __mul__(self, other: Self, /) -> Self: ...
    def __rmul__(self, other: int, /) -> Self: ...
    def __pow__(self, exponent: int, /) -> Self: ...


R = TypeVar("R", bound=RingElement)


def sign_patterns(k: int) -> Iterator[tuple[int, ...]]:
    """The 2^(k-1) patterns e in {1,-1}^k with e_1 = 1."""
    return ((1, *rest) for rest in product((1, -1), repeat=k - 1))


def signed_power_sum(values: Sequence[R]) -> R:
    """sum over e in {1,-1}^k with e_1 = 1 of (e_1 ... e_k) (e_1 a_1 + ... + e_k a_k)^k.

    Equals `product_side(values)` in every commutative ring (Li et al., Lemma E.1, half of the terms):
    a monomial that misses some a_j cancels against the pattern with e_j flipped (all of them with the full
    sum, which is twice this one because e and -e contribute alike). Raises ValueError for no values.
    """
    if not values:
        raise ValueError("signed_power_sum: got no values, expected k >= 1 of them")
    k = len(values)
    sums = ((prod(e), reduce(operator.add, (s * a for s, a in zip(e, values, strict=True)))) for e in sign_patterns(k))
    return reduce(operator.add, (sign * total**k for sign, total in sums))


def product_side(values: Sequence[R]) -> R:
    """2^(k-1) k! a_1 ... a_k. Raises ValueError for no values."""
    if not values:
        raise ValueError("product_side: got no values, expected k >= 1 of them")
    k = len(values)
    return 2 ** (k - 1) * factorial(k) * reduce(operator.mul, values)
