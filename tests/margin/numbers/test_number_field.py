"""Real number fields: arithmetic, signs and text against 80 digits; square roots; sums of roots over a field."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import pairwise
from math import gcd

import mpmath  # type: ignore[import-untyped]
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from margin.finite_groups.character_field import mixed_weights
from margin.numbers.mixed import Mixed
from margin.numbers.number_field import FieldElement, RealField, _independent_columns, _square_root
from margin.numbers.square_roots import Surd
from tests.helpers.group_oracles import cyclotomic


def cosine(e: int, j: int) -> list[int]:
    """2 cos(2 pi j / e) as a cyclotomic integer."""
    result = [0] * e
    result[j % e] += 1
    result[-j % e] += 1
    return result


def period(e: int, subgroup: set[int]) -> list[int]:
    """A Gaussian period."""
    return [int(j in subgroup) for j in range(e)]


FIELDS: dict[str, tuple[list[list[int]], int]] = {  # generators, degree
    "rational": ([[3]], 1),
    "rational, of the third roots of unity": ([[0, 1, 1]], 1),
    "sqrt 5": ([cosine(5, 1)], 2),
    "sqrt 2": ([cosine(8, 1)], 2),
    "sqrt 13, larger": ([[7 * c for c in period(13, {1, 3, 4, 9, 10, 12})]], 2),
    "cubic": ([cosine(7, 1)], 3),
    "cubic periods": ([period(13, {1, 5, 8, 12})], 3),
    "sqrt 2 and sqrt 3": ([cosine(24, 3), cosine(24, 2)], 4),
    "sextic": ([cosine(13, 1)], 6),
    "cubic and sqrt 5": ([cosine(35, 5), cosine(35, 7)], 6),
    "all cosines": ([cosine(36, j) for j in range(36)], 6),
}


@cache
def field(name: str) -> RealField:
    return RealField(FIELDS[name][0])


def exact(value: list[int], digits: int = 80) -> mpmath.mpf:
    """The value of a real cyclotomic integer."""
    with mpmath.workdps(digits):
        return mpmath.fsum(c * mpmath.cospi(mpmath.mpf(2 * j) / len(value)) for j, c in enumerate(value))


def number(x: FieldElement, digits: int = 80) -> mpmath.mpf:
    """The value of an element, from its coordinates."""
    basis = [exact(list(b), digits) for b in x.field.basis]
    with mpmath.workdps(digits):
        return mpmath.fsum(b * q.numerator / q.denominator for b, q in zip(basis, x.coordinates, strict=True))


def close(x: object, y: object) -> bool:
    with mpmath.workdps(80):
        return bool(abs(mpmath.mpf(x) - mpmath.mpf(y)) < mpmath.mpf("1e-60") * (1 + abs(mpmath.mpf(y))))


def degree_of(values: list[list[int]]) -> int:
    """Of the field that the values generate: the number of their tuples of conjugates."""
    e = len(values[0])
    units = [s for s in range(1, e + 1) if gcd(s, e) == 1]
    return len({tuple(cyclotomic([v[s * j % e] for j in range(e)], e) for v in values) for s in units})


@st.composite
def elements(draw: st.DrawFn, count: int) -> list[FieldElement]:
    """Elements of one field; often 0, rational, or equal."""
    where = field(draw(st.sampled_from(sorted(FIELDS))))
    entry = st.sampled_from([Fraction(0), Fraction(1)]) | st.fractions(-50, 50, max_denominator=30)
    rational = entry.map(where.rational)
    mixed = st.lists(entry, min_size=where.degree, max_size=where.degree).map(where.element)
    return draw(st.lists(rational | mixed, min_size=count, max_size=count))


@pytest.mark.parametrize("name", FIELDS)
def test_fields(name: str) -> None:
    values, degree = FIELDS[name]
    assert field(name).degree == degree
    for value in values:
        x = field(name)(value)
        assert close(number(x), exact(value))
        assert float(x) == pytest.approx(float(exact(value)), rel=1e-15)
        if x:
            assert field(name)([2 * c for c in value]) / x == 2


@pytest.mark.parametrize("name", FIELDS)
def test_what_is_in_a_field(name: str) -> None:
    values, degree = FIELDS[name]
    assert degree_of(values) == degree
    for j in range(field(name).e):
        value = cosine(field(name).e, j)
        if degree_of([*values, value]) == degree:
            assert close(number(field(name)(value)), exact(value))
        else:
            with pytest.raises(ValueError, match=f"expected a number of the field of degree {degree}"):
                field(name)(value)


@settings(max_examples=60)
@given(elements(3))
def test_arithmetic(xs: list[FieldElement]) -> None:
    x, y, z = xs
    a, b = number(x), number(y)
    with mpmath.workdps(80):
        assert close(number(x + y), a + b)
        assert close(number(x - y), a - b)
        assert close(number(x * y), a * b)
        assert close(number(-x), -a)
    assert (x + y) * z == x * z + y * z
    assert x * y == y * x
    assert 2 * x + Fraction(1, 3) == Fraction(1, 3) + x + x
    assert 1 - x == -(x - 1)
    assert x - x == 0
    if y:
        assert y * y.inverse() == 1
        assert x / y * y == x
        assert 3 / y == 3 * y.inverse()
        assert x / Fraction(2, 3) == x * 3 / 2


@given(elements(2))
def test_order(xs: list[FieldElement]) -> None:
    x, y = xs
    difference = number(x) - number(y) if x != y else 0
    assert (x - y).sign() == mpmath.sign(difference)
    assert (x < y, x <= y, x > y, x >= y) == (difference < 0, difference <= 0, difference > 0, difference >= 0)
    assert (x == y) == (x.coordinates == y.coordinates)
    assert hash(x + y) == hash(y + x)
    assert float(x) == pytest.approx(float(number(x)), rel=1e-15, abs=0)
    rational = x.coordinates[0]
    assert (x == rational) == (not any(x.coordinates[1:]))
    assert hash(x.field.rational(rational)) == hash(rational)
    assert (x < 5) == (number(x) < 5)


@settings(max_examples=30)
@given(elements(1))
def test_text_is_what_sympy_reads(xs: list[FieldElement]) -> None:
    (x,) = xs
    read = sympy.sympify(str(x))
    assert close(sympy.N(read, 70), number(x))
    assert not close(sympy.N(read, 70), number(x + Fraction(1, 10**50)))


@pytest.mark.parametrize("name", ["rational", "sqrt 5", "sqrt 2", "sqrt 13, larger", "sqrt 2 and sqrt 3"])
def test_surd(name: str) -> None:
    for coordinates in ((3, 0, 0, 0), (Fraction(-2, 3), 5, 1, 0), (0, Fraction(1, 7), 2, Fraction(-1, 2))):
        x = field(name).element(list[int | Fraction](coordinates[: field(name).degree]))
        assert close(sympy.N(sympy.sympify(str(x.surd())), 70), number(x))
        assert close(sympy.N(sympy.sympify(str(x)), 70), number(x))
        assert str(x) == str(x.surd()) or field(name).degree > 2
        with pytest.raises(ValueError, match="the field has degree 3"):
            field("cubic").element([*coordinates[:2], 1]).surd()


def test_surd_refuses_cubic_irrationals() -> None:
    x = field("cubic").element([Fraction(1, 2), 0, 1])
    with pytest.raises(ValueError, match="the field has degree 3, expected square roots alone"):
        x.surd()
    assert (x - x + Fraction(2, 3)).surd() == Fraction(2, 3)


@pytest.mark.parametrize("name", ["sqrt 5", "sqrt 2", "cubic", "cubic periods", "sextic", "cubic and sqrt 5"])
def test_signs_near_zero(name: str) -> None:
    """Powers near 0 whose coordinates are huge; continued fractions, from both sides."""
    theta = field(name).element([0, 1, *[0] * (field(name).degree - 2)])
    small = theta - round(float(theta))
    power = small
    for _ in range(9):
        power = power * power
    assert (power.sign(), (-power).sign()) == (1, -1)
    assert max(abs(c) for c in power.coordinates) > 10**20
    rest, terms = number(theta, 300), list[int]()
    with mpmath.workdps(300):
        value = number(small, 300) ** 512
        assert abs(value) < mpmath.mpf("1e-15")
        assert abs(mpmath.mpf(power.near().numerator) / power.near().denominator / value - 1) < mpmath.mpf(2) ** -60
        for _ in range(100):
            terms.append(int(mpmath.floor(rest)))
            rest = 1 / (rest - terms[-1])
    convergents = [(0, 1), (1, 0)]
    for a in terms:
        (p, q), (r, s) = convergents[-1], convergents[-2]
        convergents.append((a * p + r, a * q + s))
    signs = [(theta - Fraction(p, q)).sign() for p, q in convergents[2:]]
    assert signs == [1, -1] * 50
    assert all((x > y) != (y > x) for x, y in pairwise(theta - Fraction(p, q) for p, q in convergents[2:]))


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("bits", [1, 64, 1000])
def test_approximations_of_the_basis(name: str, bits: int) -> None:
    approximations = field(name).approximations(bits)
    with mpmath.workdps(500):
        for b, approximation in zip(field(name).basis, approximations, strict=True):
            assert abs(approximation - exact(list(b), 500) * 2**bits) < 1
    assert field(name).approximation(bits) == approximations
    assert len(approximations) == field(name).degree


def test_more_values_than_a_power_of_two_could_combine() -> None:
    """No single value generates the field, and the sum of all is 0."""
    roots = [_square_root(p, 120) for p in (2, 3, 5)]
    values = [[sign * q * c for c in root] for q in range(1, 11) for root in roots for sign in (1, -1)]
    built = RealField(values)
    assert built.degree == 8
    for value in values[:6]:
        assert close(number(built(value)), exact(value))
    assert close(number(built(roots[0]) * built(roots[2])), sympy.N(sympy.sqrt(10), 80))


# -- refusals ------------------------------------------------------------------------------


def test_refusals() -> None:
    cubic, golden = field("cubic"), field("sqrt 5")
    with pytest.raises(ValueError, match=r"got \[0, 1, 0\], expected a cyclotomic integer that is real"):
        RealField([[0, 1, 0]])
    with pytest.raises(ValueError, match="expected a number of the field of degree 3"):
        field("cubic periods")(cosine(13, 1))
    with pytest.raises(OverflowError, match="too large to be told apart"):
        RealField([[2**60 * c for c in cosine(5, 1)]])
    for zero in (cubic.rational(0), golden([0] * 5)):
        with pytest.raises(ZeroDivisionError, match="RealField: division by zero"):
            1 / zero
        with pytest.raises(ZeroDivisionError):
            zero / 0
    x, y = cubic(cosine(7, 1)), golden(cosine(5, 1))
    for operation in (lambda: x + y, lambda: x * y, lambda: x / y, lambda: x == y, lambda: x < y):
        with pytest.raises(ValueError, match="elements of two fields, of degrees 3 and 2; expected elements of one"):
            operation()
    for other in ("1", None, 0.5, Surd.sqrt(2)):
        assert x != other
        for operation in (lambda o=other: x + o, lambda o=other: x * o, lambda o=other: x / o, lambda o=other: x < o):
            with pytest.raises(TypeError):
                operation()


def test_dependent_rows_are_refused() -> None:
    """A basis is independent, so only a mistake could lead here."""
    assert _independent_columns(np.array([[1, 1, 0], [2, 2, 1]])) == [0, 2]
    with pytest.raises(ArithmeticError, match="dependent modulo four primes"):
        _independent_columns(np.array([[1, 1, 0], [2, 2, 0]]))


def test_numbers_of_a_smaller_field() -> None:
    small, large = field("cubic periods"), RealField([cosine(13, 1)])
    x = small(period(13, {1, 5, 8, 12})) / 3
    assert close(number(large.of(x)), number(x))
    assert large.of(x).field is large
    with pytest.raises(ValueError, match="expected a number of the field of degree 3"):
        small.of(large(cosine(13, 1)))


def test_too_few_periods_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Periods span the field, so only primes that all hide it could lead here."""
    monkeypatch.setattr("margin.numbers.number_field._PRIMES", ())
    with pytest.raises(ArithmeticError, match="fewer independent periods than the degree modulo four primes"):
        RealField([cosine(7, 1)])


# -- square roots --------------------------------------------------------------------------


def is_squarefree(r: int) -> bool:
    return all(r % (d * d) for d in range(2, r + 1))


@pytest.mark.parametrize(
    "r", [r for r in range(1, 106) if is_squarefree(r) and max(sympy.primefactors(r), default=1) < 12]
)
def test_gauss_sums(r: int) -> None:
    """sqrt(r) over the least root of unity that has it, and over larger ones."""
    conductor = r if r % 4 == 1 else 4 * r
    for e in (conductor, 2 * conductor, 3 * conductor):
        root = _square_root(r, e)
        assert cyclotomic(root, e) == cyclotomic([root[-j % e] for j in range(e)], e)
        assert close(exact(root), sympy.N(sympy.sqrt(r), 80))


@pytest.mark.parametrize(
    ("values", "roots"),
    [
        ([cosine(5, 1)], {5}),
        ([cosine(10, 1)], {5}),
        ([cosine(7, 1)], set()),
        ([cosine(28, 4)], set()),
        ([cosine(8, 1)], {2}),
        ([cosine(12, 1)], {3}),
        ([cosine(13, 1)], {13}),
        ([period(13, {1, 5, 8, 12})], set()),
        ([cosine(24, 1)], {2, 3, 6}),
        ([cosine(24, 3)], {2}),
        ([cosine(21, 1)], {21}),
        ([cosine(60, 1)], {3, 5, 15}),
        ([cosine(56, 1)], {2, 7, 14}),
        ([cosine(28, 1)], {7}),
    ],
    ids=str,
)  # fmt: skip
def test_square_roots_of_a_field(values: list[list[int]], roots: set[int]) -> None:
    built = RealField(values)
    for r in filter(is_squarefree, range(1, 40)):
        root = built.square_root(r)
        assert (root is not None) == (r in roots | {1})
        if root is not None:
            assert root * root == r
            assert root > 0


# -- sums of square roots over a field -----------------------------------------------------


@st.composite
def sums(draw: st.DrawFn, count: int) -> list[Mixed]:
    """Over the cubic field of the seventh roots of unity, whose only square root of an integer is rational."""
    where = field("cubic")
    entry = st.sampled_from([Fraction(0), Fraction(1)]) | st.fractions(-20, 20, max_denominator=12)
    element = st.lists(entry, min_size=3, max_size=3).map(where.element)
    terms = st.dictionaries(st.sampled_from([1, 2, 5, 10]), element, max_size=3)
    return draw(st.lists(terms.map(Mixed), min_size=count, max_size=count))


def total(x: Mixed) -> mpmath.mpf:
    with mpmath.workdps(80):
        return mpmath.fsum(number(f) * mpmath.sqrt(r) for r, f in x.terms.items())


@settings(max_examples=50)
@given(sums(2))
def test_mixed_arithmetic_and_order(xs: list[Mixed]) -> None:
    x, y = xs
    a, b = total(x), total(y)
    theta = field("cubic").element([0, 1, 0])
    with mpmath.workdps(80):
        assert close(total(x + y), a + b)
        assert close(total(x - y), a - b)
        assert close(total(x * theta), a * number(theta))
        assert theta * x == x * theta
        assert close(total(x * Fraction(2, 3)), a * 2 / 3)
    difference = a - b if x != y else 0
    assert (x < y, x > y, x >= y) == (difference < 0, difference > 0, difference >= 0)
    assert (x > 0, x < 0) == ((a > 0, a < 0) if x else (False, False))
    assert x.sign() == (mpmath.sign(a) if x else 0)
    assert bool(x) == (x != 0)
    assert x - x == 0
    assert 0 + x == x
    assert 0 - x == -x
    assert hash(x + y) == hash(y + x)
    assert float(x) == pytest.approx(float(a), rel=1e-15, abs=0)
    assert close(sympy.N(sympy.sympify(str(x)), 70), a)


def test_mixed_refuses_what_it_cannot_do() -> None:
    x = Mixed({2: field("cubic").element([0, 1, 0])})
    for operation in (lambda: x * x, lambda: x + 1, lambda: x < 1, lambda: x * 0.5):
        with pytest.raises(TypeError):
            operation()
    with pytest.raises(ValueError, match="the field has degree 3"):
        x.surd()
    assert x != 1
    assert x + 0 is x
    assert Mixed({2: field("sqrt 5")(cosine(5, 1))}).surd() == Surd.sqrt(2) * (Surd.sqrt(5) - 1) / 2


def test_mixed_near_zero() -> None:
    """A small number times sqrt(2), and its differences from rationals nearest to it."""
    cubic = field("cubic")
    power = cubic(cosine(7, 2))
    for _ in range(9):
        power = power * power
    x = Mixed({2: power})
    with mpmath.workdps(400):
        value = exact(cosine(7, 2), 400) ** 512 * mpmath.sqrt(2)
        for bits in (100, 500, 900):
            whole = int(mpmath.nint(mpmath.ldexp(value, bits)))
            near = Mixed({1: cubic.rational(Fraction(whole, 2**bits))})
            assert (x - near).sign() == -(near - x).sign() == mpmath.sign(mpmath.ldexp(value, bits) - whole) != 0
    assert x.sign() == 1


@pytest.mark.parametrize(
    ("name", "radicands", "kept"),
    [
        ("cubic", [1, 2, 3, 6, 2], [1, 2, 3, 6, 2]),
        ("sqrt 5", [1, 2, 10, 5, 15, 3], [1, 2, 2, 1, 15, 15]),
        ("sqrt 2 and sqrt 3", [2, 3, 6, 1, 5, 30], [2, 2, 2, 2, 5, 5]),
    ],
)
def test_dependent_square_roots_are_merged(name: str, radicands: list[int], kept: list[int]) -> None:
    """Radicands whose quotient is a square in the field become one, with the same value."""
    weights = [Fraction(i + 2, 3) * Surd.sqrt(r) for i, r in enumerate(radicands)]
    found = mixed_weights(weights, field(name))
    assert [list(x.terms) for x in found] == [[r] for r in kept]
    for x, weight in zip(found, weights, strict=True):
        assert close(total(x), sympy.N(sympy.sympify(str(weight)), 80))
