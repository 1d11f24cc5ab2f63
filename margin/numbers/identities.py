"""Sum-to-product identities: how signed powers of sums make a product of k numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import factorial, prod
from typing import Any


def sign_patterns(k: int) -> Iterator[tuple[int, ...]]:
    """The 2^(k-1) patterns e in {1,-1}^k with e_1 = 1."""
    return ((1, *rest) for rest in product((1, -1), repeat=k - 1))


def signed_power_sum(values: Sequence[Any]) -> Any:
    """sum over e in {1,-1}^k with e_1 = 1 of (e_1 ... e_k) (e_1 a_1 + ... + e_k a_k)^k.

    Equals `product_side(values)` in every commutative ring (Li et al., Lemma E.1, half of the terms):
    a monomial that misses some a_j cancels against the pattern with e_j flipped (all of them with the full
    sum, which is twice this one because e and -e contribute alike). Raises ValueError for no values.
    """
    if not values:
        raise ValueError("signed_power_sum: got no values, expected k >= 1 of them")
    return sum(
        prod(e) * sum(s * a for s, a in zip(e, values, strict=True)) ** len(values) for e in sign_patterns(len(values))
    )


def product_side(values: Sequence[Any]) -> Any:
    """2^(k-1) k! a_1 ... a_k. Raises ValueError for no values."""
    if not values:
        raise ValueError("product_side: got no values, expected k >= 1 of them")
    return 2 ** (len(values) - 1) * factorial(len(values)) * prod(values)
