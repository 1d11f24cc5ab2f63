"""Exact quotients: text that sympy reads, signs, squares and floats of any size."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import given, settings

from margin.numbers.mixed import Mixed, independent_root
from margin.numbers.ratio import MOST_TERMS, Ratio
from margin.numbers.real import float_or_none, scientific
from margin.numbers.square_roots import Surd
from tests.helpers.exact_numbers import CUBIC, GOLDEN, LONG, denominators, elements, surds


def in_sympy(value: Any) -> sympy.Expr:
    """A value, built from its parts."""
    if isinstance(value, Ratio):
        return in_sympy(value.element) * in_sympy(value.numerator) / in_sympy(value.denominator)
    if isinstance(value, Mixed):
        return sympy.Add(*(in_sympy(f) * sympy.sqrt(r) for r, f in value.terms.items()))
    if isinstance(value, Surd):
        return sympy.Add(*(in_sympy(q) * sympy.sqrt(r) for r, q in value.terms))
    if isinstance(value, (int, Fraction)):
        return sympy.Rational(value.numerator, value.denominator)
    basis = [
        sympy.Add(*(c * sympy.cos(2 * sympy.pi * j / value.field.e) for j, c in enumerate(b)))
        for b in value.field.basis
    ]
    return sympy.Add(*(in_sympy(q) * b for q, b in zip(value.coordinates, basis, strict=True)))


def same(x: sympy.Expr, y: sympy.Expr) -> bool:
    return bool(abs(sympy.N(x, 60) - sympy.N(y, 60)) < sympy.Float("1e-50", 60) * (1 + abs(sympy.N(y, 60))))


@settings(max_examples=80)
@given(elements, surds, denominators)
def test_text_sign_and_float(element: Any, numerator: Surd, denominator: Surd) -> None:
    ratio = Ratio(element, numerator, denominator)
    value = in_sympy(ratio)
    assert same(sympy.sympify(str(ratio)), value)
    is_zero = not element or not numerator
    assert ratio.sign() == (0 if is_zero else sympy.sign(sympy.N(value, 60)))
    assert float(ratio) == pytest.approx(float(value), rel=1e-15, abs=0 if is_zero else 1e-300)
    if not isinstance(element, Mixed):
        assert same(in_sympy(ratio.squared()), value**2)
    assert same(in_sympy(Ratio.of(element, denominator)), in_sympy(element) / in_sympy(denominator))


def test_comparison_of_this_file_rejects() -> None:
    assert not same(in_sympy(Surd.sqrt(2)), in_sympy(Surd.sqrt(2) + Fraction(1, 10**40)))
    assert in_sympy(CUBIC.element([1, 0, 1])) != 0


def test_one_sum_of_square_roots_where_that_is_short() -> None:
    assert str(Ratio(1, Surd(2), 1 + Surd.sqrt(2))) == "2*sqrt(2) - 2"
    assert str(Ratio(Fraction(0), Surd(3), LONG)) in ("0", f"(0)*(3)/({LONG})")
    assert str(Ratio(1, Surd(1), LONG)) == f"(1)/({LONG})"
    assert str(Ratio(Fraction(1, 3), Surd(2), LONG)) == f"(1/3)*(2)/({LONG})"
    assert len(LONG.terms) == MOST_TERMS + 1
    assert Ratio(1, Surd(1), LONG).surd() is None
    assert Ratio(1, Surd(1), LONG - Surd.sqrt(2)).surd() is not None
    assert Ratio(GOLDEN.element([0, 1]), Surd(2), Surd(1)).surd() == Surd.sqrt(5) - 1
    assert Ratio(CUBIC.element([0, 1, 0]), Surd(2), Surd(1)).surd() is None
    assert Ratio(CUBIC.element([Fraction(1, 2), 0, 0]), Surd(2), Surd(1)).surd() == 1
    assert Ratio(Mixed({2: CUBIC.rational(3)}), Surd(2), Surd(1)).surd() == 6 * Surd.sqrt(2)
    assert Ratio(Mixed({2: CUBIC.element([0, 1, 0])}), Surd(2), Surd(1)).surd() is None


def test_square_of_a_sum_over_a_field_is_refused() -> None:
    with pytest.raises(TypeError):
        Ratio(Mixed({2: CUBIC.element([0, 1, 0])}), Surd(1), Surd(1)).squared()


@pytest.mark.parametrize("element", [1, CUBIC.element([0, 1, 0]), Mixed({2: CUBIC.element([0, 1, 0])})], ids=str)
@pytest.mark.parametrize("denominator", [Surd(1), LONG], ids=["short", "long"])
def test_floats_outside_the_range(element: Any, denominator: Surd) -> None:
    """Numerator and denominator may overflow together; a value that does has no float."""
    usual = Ratio(element, Surd(1), denominator)
    both = Ratio(element, Surd(10) ** 400, denominator * Surd(10) ** 400)
    assert float(both) == pytest.approx(float(usual), rel=1e-15)
    assert float_or_none(both) == float(both)
    for exponent in (400, -400):
        ratio = Ratio(element, Surd(10) ** exponent, denominator)
        assert float_or_none(ratio) is None
        mantissa, _, power = scientific(ratio, 8).partition("e")
        assert float(mantissa) * 10.0 ** (int(power) - exponent) == pytest.approx(float(usual), rel=1e-6)
    with pytest.raises(OverflowError):
        float(Ratio(element, Surd(10) ** 400, denominator))
    assert float_or_none(Ratio(0, Surd(1), denominator)) == 0.0


def test_order_where_square_roots_lie_in_the_field() -> None:
    """sqrt(5) times an element over Q(sqrt 5) is one; then over 10 and 2, whose quotient is a square there."""
    theta = GOLDEN.element([0, 1])  # (sqrt(5) - 1) / 2
    x, y = Ratio(theta, Surd.sqrt(5), Surd(1)), (5 - Surd.sqrt(5)) / 2
    assert (x == y, y == x, x <= y, x < y) == (True, True, True, False)
    for step in (Fraction(1, 10**40), Fraction(1, 3)):
        assert y - step < x < y + step
        assert x != y + step
    left, right = Ratio(theta, Surd.sqrt(10), LONG), Ratio(Mixed({2: theta * (2 * theta + 1)}), Surd(3), 3 * LONG)
    assert left == right
    assert left < Ratio(Mixed({2: theta * (2 * theta + 1)}), Surd(3), 3 * LONG - Fraction(1, 10**30))


def test_a_zero_compares_with_every_ratio() -> None:
    for zero in (Ratio(0, Surd(1), LONG), Ratio(CUBIC.rational(0), Surd(1), Surd(1)), Ratio(Mixed({}), Surd(1), LONG)):
        assert zero == 0
        assert zero == Ratio(GOLDEN.rational(0), Surd(1), Surd(1))
        assert zero < Ratio(1, Surd.sqrt(2), LONG)
        assert zero < Ratio(GOLDEN.element([0, 1]), Surd(1), LONG)
        assert zero > Ratio(-1, Surd.sqrt(2), LONG)


def test_independent_roots() -> None:
    """Each square root is a factor in the field times one of the basis."""
    basis: list[int] = []
    factors = [independent_root(r, GOLDEN, basis) for r in (10, 2, 3, 5, 15)]
    assert basis == [10, 3, 5]
    for r, (f, b) in zip((10, 2, 3, 5, 15), factors, strict=True):
        assert f > 0
        assert f * f * b == r
    basis = []
    assert [independent_root(r, CUBIC, basis)[1] for r in (10, 2, 3, 5, 15)] == basis == [10, 2, 3, 5, 15]
