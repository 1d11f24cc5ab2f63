"""Exact surds: canonical form, field axioms, order, conversions, refusals."""

from __future__ import annotations

import math
import numbers
import operator
from collections.abc import Callable
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from margin.numbers.square_roots import Surd

RATIONALS = st.fractions(-50, 50, max_denominator=60)
RADICANDS = st.sampled_from([1, 2, 3, 5, 6, 7, 10, 15, 30, 77])


@st.composite
def surds(draw: st.DrawFn, most_terms: int = 3) -> Surd:
    terms = draw(st.lists(st.tuples(RATIONALS, RADICANDS), max_size=most_terms))
    return sum((q * Surd.sqrt(r) for q, r in terms), Surd())


def decimal(value: Surd, digits: int = 200) -> Decimal:
    """The value at that many digits, from `terms` alone."""
    with localcontext(prec=digits + 50):
        return sum(
            (Decimal(q.numerator) * Decimal(r).sqrt() / Decimal(q.denominator) for r, q in value.terms), Decimal(0)
        )


def symbolic(value: Surd) -> Any:
    return sum((sympy.Rational(q.numerator, q.denominator) * sympy.sqrt(r) for r, q in value.terms), sympy.Integer(0))


def pell(steps: int) -> tuple[int, int]:
    """Convergents p/q of sqrt 2, alternately below and above: p^2 - 2 q^2 = (-1)^steps."""
    p = q = 1
    for _ in range(steps - 1):
        p, q = p + 2 * q, p + q
    return p, q


def test_square_factors_are_pulled_out_and_zeros_dropped() -> None:
    assert Surd.sqrt(72).terms == ((2, Fraction(6)),)
    assert Surd.sqrt(Fraction(5, 18)).terms == ((10, Fraction(1, 6)),)
    assert (Surd.sqrt(8) - 2 * Surd.sqrt(2)).terms == ()
    assert (Surd.sqrt(3) + 1).terms == ((1, Fraction(1)), (3, Fraction(1)))
    assert Surd(0).terms == Surd.sqrt(0).terms == Surd().terms == ()


@given(surds(4), surds(4))
def test_terms_are_canonical(x: Surd, y: Surd) -> None:
    for value in (x + y, x * y, x - y):
        radicands = [r for r, _ in value.terms]
        assert radicands == sorted(set(radicands))
        assert all(q != 0 for _, q in value.terms)
        assert all(max(sympy.factorint(r).values(), default=1) == 1 for r in radicands)


@given(surds(), surds())
def test_equal_exactly_when_the_numbers_are(x: Surd, y: Surd) -> None:
    assert (x == y) == (abs(decimal(x) - decimal(y)) < Decimal("1e-150"))
    assert (x + y - y) == x
    assert hash(x + y - y) == hash(x)
    assert x != x + Fraction(1, 10**40)


def test_hashes_agree_with_equal_numbers_of_other_types() -> None:
    assert len({Surd(1), 1, Fraction(1)}) == 1
    assert hash(Surd(Fraction(1, 2))) == hash(0.5) == hash(Fraction(1, 2))
    assert len({Surd.sqrt(2), Surd.sqrt(8) / 2, Surd.sqrt(3)}) == 2


@given(surds(), surds(), surds())
def test_field_axioms(x: Surd, y: Surd, z: Surd) -> None:
    assert x + y == y + x
    assert x * y == y * x
    assert (x + y) + z == x + (y + z)
    assert (x * y) * z == x * (y * z)
    assert x * (y + z) == x * y + x * z
    assert x + 0 == x * 1 == x
    assert x - x == 0
    assert (x - y) + y == x
    assert -x == 0 - x


@given(surds(), surds())
def test_operations_agree_with_decimals(x: Surd, y: Surd) -> None:
    assert abs(decimal(x + y) - (decimal(x) + decimal(y))) < Decimal("1e-20")
    with localcontext(prec=250):
        assert abs(decimal(x * y) - decimal(x) * decimal(y)) < Decimal("1e-180")


@given(surds(4))
def test_inverse(x: Surd) -> None:
    assume(x != 0)
    assert x * x.inverse() == 1
    assert 1 / x == x.inverse() == x**-1
    assert x / x == 1


def test_inverse_of_values_with_many_conjugates() -> None:
    x = 1 + Surd.sqrt(2) + Surd.sqrt(3) + Surd.sqrt(5) + Surd.sqrt(7)
    assert x * x.inverse() == 1
    assert len(x.inverse().terms) > 8
    assert (1 + Surd.sqrt(2)).inverse() == Surd.sqrt(2) - 1 != Surd.sqrt(2) + 1


@given(surds(2), st.integers(-4, 6))
def test_powers_are_repeated_products(x: Surd, exponent: int) -> None:
    assume(x != 0)
    product = Surd(1)
    for _ in range(abs(exponent)):
        product = product * x if exponent > 0 else product / x
    assert x**exponent == product
    assert Surd(0) ** 0 == 1


@given(st.fractions(Fraction(1, 1000), 1000, max_denominator=1000), st.integers(-5, 5))
def test_square_root_and_half_powers_are_non_negative(q: Fraction, exponent: int) -> None:
    assert Surd.sqrt(q) ** 2 == Surd.sqrt(q * q) == q
    assert Surd.half_power(q, exponent) == Surd.sqrt(q) ** exponent > 0


@settings(max_examples=60)
@given(surds(), surds())
def test_order_agrees_with_decimals(x: Surd, y: Surd) -> None:
    a, b = (decimal(x), decimal(y)) if x != y else (Decimal(0), Decimal(0))
    assert (x < y, x <= y, x > y, x >= y) == (a < b, a <= b, a > b, a >= b)
    assert abs(x) == (x if x >= 0 else -x)
    assert (x.sign(), bool(x)) == ((x > 0) - (x < 0), x != 0)


@given(surds(), st.integers(1, 120), st.sampled_from([-1, 1]))
def test_sign_of_a_difference_from_a_close_rational(x: Surd, digits: int, side: int) -> None:
    close = Fraction(decimal(x, 150)) + Fraction(side, 10**digits)
    assert ((x - close).sign(), (close - x).sign()) == (-side, side)


@pytest.mark.parametrize("steps", [1, 2, 9, 10, 99, 100, 999, 1000])
def test_sign_of_pell_near_cancellations(steps: int) -> None:
    p, q = pell(steps)
    assert p**2 - 2 * q**2 == (-1) ** steps
    difference = p - q * Surd.sqrt(2)
    assert difference.sign() == (-1) ** steps
    assert difference * (p + q * Surd.sqrt(2)) == (-1) ** steps


def test_sign_of_a_near_cancellation_of_many_roots_agrees_with_sympy() -> None:
    roots = Surd.sqrt(2) + Surd.sqrt(3) + Surd.sqrt(5) - Surd.sqrt(7)
    for digits in (5, 30, 80):
        scaled = int(sympy.floor(symbolic(roots) * 10**digits))
        assert (roots - Fraction(scaled, 10**digits)).sign() == 1
        assert (roots - Fraction(scaled + 1, 10**digits)).sign() == -1


def test_nan_compares_with_nothing_and_infinities_lie_outside() -> None:
    x = Surd.sqrt(2)
    assert not any((x < math.nan, x <= math.nan, x > math.nan, x >= math.nan, x == math.nan))
    assert not any((math.nan < x, math.nan <= x, math.nan > x, math.nan >= x, math.nan == x))
    assert x != math.nan
    assert -math.inf < x < math.inf
    assert not any((x <= -math.inf, x >= math.inf, x == math.inf, x == -math.inf))
    assert math.inf > Surd(10) ** 400 > 1e308


def test_comparison_with_finite_floats_is_exact() -> None:
    root = math.sqrt(2)
    assert (Surd.sqrt(2) > root) == (Fraction(root) ** 2 < 2)
    assert Surd.sqrt(2) != root
    assert Surd(Fraction(root)) == root
    assert Surd(Fraction(1, 10)) != 0.1
    assert Surd(Fraction(1, 4)) == 0.25


def test_mixing_with_integers_and_fractions_stays_exact() -> None:
    x = Surd.sqrt(2)
    for value in (x + 1, 1 + x, Fraction(1, 3) * x, x - Fraction(1, 3), 2 / x, Fraction(1, 2) - x, True + x):
        assert isinstance(value, Surd)
    assert 2 / x == x
    assert 1 - x == -(x - 1) != x - 1
    assert sum([x, x]) == 0 + x + x == 2 * x
    assert Surd(x) == x
    assert isinstance(x, numbers.Real)


def test_equality_with_a_fraction_on_the_left() -> None:
    half = Fraction(1, 2)
    assert half == Surd(half)
    assert half != Surd.sqrt(half)


def test_mixing_with_floats_gives_floats() -> None:
    x = Surd.sqrt(2)
    for value, expected in ((x + 0.5, 2**0.5 + 0.5), (0.5 - x, 0.5 - 2**0.5), (x * 2.0, 8**0.5), (1.0 / x, 0.5**0.5)):
        assert isinstance(value, float)
        assert math.isclose(value, expected, rel_tol=1e-15)
    assert math.isnan(x * math.nan)


@pytest.mark.parametrize("other", ["1", None, 1j, Decimal(1), [1]])
def test_mixing_with_anything_else_is_a_type_error(other: Any) -> None:
    x = Surd.sqrt(2)
    assert x != other
    for operation in (operator.add, operator.sub, operator.mul, operator.truediv, operator.lt, operator.ge):
        for pair in ((x, other), (other, x)):
            with pytest.raises(TypeError):
                operation(*pair)


@pytest.mark.parametrize("value", [0.5, "1/2", None, 1j])
def test_construction_from_anything_inexact_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="expected an int, a Fraction or a Surd"):
        Surd(value)


def test_refusals() -> None:
    with pytest.raises(ValueError, match="expected a rational >= 0"):
        Surd.sqrt(Fraction(-1, 4))
    with pytest.raises(ValueError, match="is irrational"):
        Surd.sqrt(2).as_fraction()
    divisions: list[Callable[[], object]]
    divisions = [lambda: Surd(0).inverse(), lambda: 1 / Surd(0), lambda: Surd(0) ** -1, lambda: Surd(1) / 0]
    for operation in divisions:
        with pytest.raises(ZeroDivisionError):
            operation()
    exponent: Any = 0.5
    with pytest.raises(TypeError):
        Surd(2) ** exponent


def test_as_fraction_of_rationals() -> None:
    assert (Surd.sqrt(2) ** 2 / 3).as_fraction() == Fraction(2, 3)
    assert Surd().as_fraction() == 0
    assert Surd(3).is_rational
    assert not (Surd.sqrt(2) + 3).is_rational


@given(surds(4))
def test_text_is_parsed_by_sympy_to_the_same_number(x: Surd) -> None:
    assert sympy.expand(sympy.sympify(str(x)) - symbolic(x)) == 0
    assert sympy.expand(sympy.sympify(str(x + 1)) - symbolic(x)) == 1


def test_text() -> None:
    assert str((16 - 2 * Surd.sqrt(2)) / 31) == "(16 - 2*sqrt(2))/31"
    assert str(-Surd.sqrt(Fraction(1, 2))) == "-sqrt(2)/2"
    assert (str(Surd()), repr(Surd(-3))) == ("0", "Surd(-3)")
    assert f"{Surd.sqrt(2):.3f} {Surd(2):>3} {Surd.sqrt(3)}" == "1.414   2 sqrt(3)"
    assert len(str(Surd(10) ** 5000)) == 5001


@given(surds(4))
def test_float_is_within_one_unit_in_the_last_place(x: Surd) -> None:
    number = float(x)
    assert abs(Fraction(number) - Fraction(decimal(x))) <= Fraction(math.ulp(number))


@pytest.mark.parametrize("steps", range(1, 120, 2))
def test_float_survives_cancellation(steps: int) -> None:
    p, q = pell(steps)
    assert math.isclose(float(p - q * Surd.sqrt(2)), -1 / (p + q * math.sqrt(2)), rel_tol=1e-15)


def test_float_beyond_the_range() -> None:
    assert (float(Surd(10) ** -400), float(Surd(10) ** -320), float(Surd(10) ** 308)) == (0.0, 1e-320, 1e308)
    with pytest.raises(OverflowError):
        float(Surd(10) ** 400)


@given(surds(4), st.integers(1, 60))
def test_decimal_rounds_to_the_wanted_digits(x: Surd, digits: int) -> None:
    assume(x != 0)
    text = x.decimal(digits)
    with localcontext(prec=300):
        error = abs(Decimal(text) / decimal(x) - 1)
    assert error <= Decimal(5).scaleb(-digits) * (1 + Decimal("1e-8"))
    assert len(text.split("e")[0].lstrip("-").replace(".", "")) == digits


def test_decimal_has_no_limit_on_the_exponent() -> None:
    for exponent in (5000, -5000):
        assert (Surd.sqrt(2) * Surd(10) ** exponent).decimal(5) == f"1.4142e{exponent:+}"
    assert Surd().decimal(5) == "0"
