"""Sum-to-product identities (Li et al., Lemma E.1) over several rings."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import factorial, isclose, prod

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from margin.numbers.identities import product_side, sign_patterns, signed_power_sum
from margin.numbers.square_roots import Surd

INTEGERS = st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=8)
FRACTIONS = st.lists(st.fractions(-100, 100, max_denominator=1000), min_size=1, max_size=8)
FLOATS = st.lists(st.floats(-100, 100, allow_subnormal=False), min_size=1, max_size=8)


@given(INTEGERS)
def test_holds_over_the_integers(values: list[int]) -> None:
    assert signed_power_sum(values) == 2 ** (len(values) - 1) * factorial(len(values)) * prod(values)
    assert signed_power_sum(values) == product_side(values)


@given(FRACTIONS)
def test_holds_over_the_rationals(values: list[Fraction]) -> None:
    assert signed_power_sum(values) == product_side(values)


@given(FLOATS)
def test_holds_in_floats_to_rounding_of_the_largest_term(values: list[float]) -> None:
    k = len(values)
    largest = sum(abs(a) for a in values) ** k
    assert isclose(signed_power_sum(values), product_side(values), rel_tol=0, abs_tol=2**k * k * 1e-15 * largest)


def test_holds_for_surds() -> None:
    values = [Surd.sqrt(2), 1 + Surd.sqrt(3), Surd.sqrt(5) - 2]
    assert signed_power_sum(values) == product_side(values) != 0


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_holds_symbolically(k: int) -> None:
    values = sympy.symbols(f"a1:{k + 1}")
    assert sympy.expand(signed_power_sum(values) - product_side(values)) == 0


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_fails_symbolically_one_power_too_high(k: int) -> None:
    values = sympy.symbols(f"a1:{k + 1}")
    terms = [prod(e) * sum(s * a for s, a in zip(e, values, strict=True)) ** (k + 1) for e in sign_patterns(k)]
    assert sympy.expand(sum(terms) - product_side(values)) != 0


@pytest.mark.parametrize("k", range(1, 9))
def test_half_of_the_printed_sum_over_all_signs(k: int) -> None:
    values = [3 * j + 2 for j in range(k)]
    printed = sum(
        (-1) ** ((k - sum(e)) // 2) * sum(s * a for s, a in zip(e, values, strict=True)) ** k
        for e in product((1, -1), repeat=k)
    )
    assert printed == 2**k * factorial(k) * prod(values) == 2 * signed_power_sum(values)


@pytest.mark.parametrize("k", range(2, 9))
def test_every_term_and_every_sign_is_needed(k: int) -> None:
    values = list(range(2, k + 2))
    terms = [prod(e) * sum(s * a for s, a in zip(e, values, strict=True)) ** k for e in sign_patterns(k)]
    assert sum(terms) == product_side(values)
    for i, term in enumerate(terms):
        if term:
            assert sum(terms[:i] + terms[i + 1 :]) != product_side(values)
            assert sum(terms) - 2 * term != product_side(values)
    assert sum(bool(term) for term in terms) >= len(terms) - len(terms) // 4


@pytest.mark.parametrize("k", range(1, 9))
def test_sign_patterns_are_distinct_and_one_of_each_pair(k: int) -> None:
    patterns = list(sign_patterns(k))
    assert len(set(patterns)) == len(patterns) == 2 ** (k - 1)
    assert all(e[0] == 1 and set(e) <= {1, -1} and len(e) == k for e in patterns)


@pytest.mark.parametrize("side", [signed_power_sum, product_side])
def test_no_values_are_refused(side: object) -> None:
    assert callable(side)
    with pytest.raises(ValueError, match="expected k >= 1"):
        side([])
