"""What every exact real number does: enclosures, signs, order, rounding; refusals; a kind of number made here."""

from __future__ import annotations

import math
import operator
import subprocess
import sys
from fractions import Fraction
from typing import Any

import mpmath  # type: ignore[import-untyped]
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from margin.numbers.mixed import Mixed
from margin.numbers.number_field import FieldElement
from margin.numbers.ratio import Ratio
from margin.numbers.real import ExactReal, float_or_none, scientific
from margin.numbers.square_roots import Surd
from tests.helpers.exact_numbers import CUBIC, DIGITS, GOLDEN, LONG, cubic, golden, mixed, ratios, small, surds, value

ORDERS = (operator.lt, operator.le, operator.gt, operator.ge)
KINDS = {"surd": surds, "cubic": cubic, "golden": golden, "mixed": mixed, "ratio": ratios}
THETA = CUBIC.element([0, 1, 0])  # 2 cos(2 pi / 7)
ELEMENT = Fraction(-2, 3) + Fraction(5, 7) * THETA + Fraction(1, 9) * THETA * THETA
SMALL = (THETA - 1) * (THETA - 1)
for _ in range(5):
    SMALL = SMALL * SMALL  # (2 cos(2 pi / 7) - 1)^64


def root(r: int) -> Surd:
    return Surd.sqrt(r)


class FromPi(ExactReal):
    """pi - q: a kind of its own, with nothing but what a kind must have."""

    def __init__(self, q: Fraction) -> None:
        self.q = q

    def enclosure(self, bits: int) -> tuple[int, int, int]:
        with mpmath.workprec(2 * bits + 64):
            low = int(mpmath.floor((mpmath.pi - mpmath.mpf(self.q.numerator) / self.q.denominator) * 2**bits))
        return low - 1, low + 2, 1 << bits

    def __bool__(self) -> bool:
        return True

    def difference(self, other: object) -> ExactReal | None:
        if isinstance(other, FromPi):
            return Surd(other.q - self.q)
        return FromPi(self.q + other) if isinstance(other, (int, Fraction)) else None

    def __str__(self) -> str:
        return f"pi - {self.q}"


def width(x: ExactReal) -> Fraction:
    """A bound for how wide an enclosure is, in units of 2^-bits, from the parts of the number."""
    if isinstance(x, Surd):
        return Fraction(2 * len(x.terms))  # each root within 1
    if isinstance(x, FieldElement):
        return 2 * sum((abs(q) for q in x.coordinates), Fraction(0))  # each power of theta within 1
    if isinstance(x, Mixed):  # both, in a product, and the size of a coefficient is at most 4 |coordinates|
        return sum((2 * width(f) * math.isqrt(r) + 8 * width(f) for r, f in x.terms.items()), Fraction(0))
    return 9 * abs(x.near())


def is_enclosed(number: mpmath.mpf, enclosure: tuple[int, int, int]) -> bool:
    low, high, scale = enclosure
    with mpmath.workdps(DIGITS):
        slack = (1 + abs(number)) * scale / mpmath.mpf(10) ** (DIGITS - 50)  # what `value` may have lost
        return bool(low - slack <= number * scale <= high + slack)


# -- enclosures ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40)
@given(data=st.data(), bits=st.sampled_from([8, 64, 100, 512]))
def test_enclosures_hold_the_number_and_are_narrow(kind: str, data: st.DataObject, bits: int) -> None:
    x = data.draw(KINDS[kind])
    low, high, scale = x.enclosure(bits)
    assert all(isinstance(part, int) for part in (low, high, scale))
    assert scale > 0
    assert is_enclosed(value(x), (low, high, scale))
    assert Fraction(high - low, scale) * 2**bits <= width(x)
    beyond = mpmath.mpf(high - low + 1) / scale
    with mpmath.workdps(DIGITS):
        assert not is_enclosed(value(x) + beyond, (low, high, scale))
        assert not is_enclosed(value(x) - beyond, (low, high, scale))


def test_enclosures_of_rationals_in_square_roots_are_points() -> None:
    assert Surd(Fraction(-1, 3)).enclosure(8) == (-1, -1, 3)
    assert Surd().enclosure(8) == (0, 0, 1)
    low, high, _ = root(2).enclosure(8)
    assert low < high


# -- sign, near, order ---------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40)
@given(data=st.data(), precision=st.sampled_from([5, 60, 200]))
def test_sign_and_near(kind: str, data: st.DataObject, precision: int) -> None:
    x = data.draw(KINDS[kind])
    size = value(x)
    assert bool(x) == (abs(size) > mpmath.mpf(10) ** -(DIGITS // 2))
    if not x:
        assert x.sign() == x.near() == x.near(precision) == float(x) == 0
        assert x.decimal(9) == "0"
        return
    assert x.sign() == mpmath.sign(size)
    with mpmath.workdps(DIGITS):
        assert abs(value(x.near(precision)) / size - 1) <= mpmath.mpf(2) ** -precision
        assert abs(value(x.near()) / size - 1) <= mpmath.mpf(2) ** (-57 if isinstance(x, Ratio) else -60)
        assert abs(value(Fraction(float(x))) / size - 1) < mpmath.mpf(2) ** -52


def test_near_is_as_near_as_asked_and_no_nearer() -> None:
    for x in (root(2), ELEMENT, Mixed({2: ELEMENT}), Ratio(1, root(3), LONG), FromPi(Fraction(0))):
        number = mpmath.pi if isinstance(x, FromPi) else value(x)
        with mpmath.workdps(DIGITS):
            errors = [abs(value(x.near(bits)) / number - 1) for bits in (10, 300)]
        assert errors[0] > mpmath.mpf(2) ** -300 > errors[1]


class AtTheEnd(ExactReal):
    """1, which lies at the lower end of its enclosures, so that their middle is as wrong as may be."""

    def enclosure(self, bits: int) -> tuple[int, int, int]:
        return 1 << bits, (1 << bits) + 2, 1 << bits

    def __bool__(self) -> bool:
        return True

    def difference(self, other: object) -> ExactReal | None:
        raise NotImplementedError

    def surd(self) -> Surd:
        raise ValueError


def test_near_trusts_no_more_of_an_enclosure_than_it_says() -> None:
    element: Any = AtTheEnd()
    for precision in range(50, 150):
        for x in (AtTheEnd(), Ratio(element, Surd(1), Surd(1))):
            assert 0 < x.near(precision) - 1 <= Fraction(1, 2**precision)
    assert AtTheEnd().near(64) - 1 == Fraction(1, 2**64)
    assert AtTheEnd().near(65) - 1 == Fraction(1, 2**128)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40)
@given(data=st.data())
def test_order_is_that_of_the_values(kind: str, data: st.DataObject) -> None:
    numbers = data.draw(st.lists(KINDS[kind], min_size=2, max_size=4))
    x, y = numbers[:2]
    gap = value(x) - value(y)
    gap = 0 if abs(gap) < mpmath.mpf(10) ** -(DIGITS // 2) else gap
    assert [order(x, y) for order in ORDERS] == [gap < 0, gap <= 0, gap > 0, gap >= 0]
    assert (x == y, x != y) == (gap == 0, gap != 0)
    assert [float(number) for number in sorted(numbers)] == sorted(float(number) for number in numbers)
    assert x <= x


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"mixed"}))
@settings(max_examples=30)
@given(data=st.data(), other=st.integers(-3, 3) | small, digits=st.integers(1, 100))
def test_order_among_rationals(kind: str, data: st.DataObject, other: int | Fraction, digits: int) -> None:
    x = data.draw(KINDS[kind])
    gap = value(x) - value(other)
    gap = 0 if abs(gap) < mpmath.mpf(10) ** -(DIGITS // 2) else gap
    expected = [gap < 0, gap <= 0, gap > 0, gap >= 0]
    assert [order(x, other) for order in ORDERS] == expected
    assert [order(other, x) for order in (operator.gt, operator.ge, operator.lt, operator.le)] == expected
    assert (x == other, other == x) == (gap == 0, gap == 0)
    with mpmath.workdps(DIGITS):
        close = Fraction(int(mpmath.nint(value(x) * 10**digits)), 10**digits) + Fraction(1, 10**digits)
    assert x < close
    assert not x >= close
    assert x > close - Fraction(2, 10**digits)


@settings(max_examples=40)
@given(small, small)
def test_order_of_a_kind_that_inherits_all(p: Fraction, q: Fraction) -> None:
    x, y = FromPi(p), FromPi(q)
    assert [order(x, y) for order in ORDERS] == [order(q, p) for order in ORDERS]
    assert (x == y) == (p == q)
    assert x.sign() == (1 if math.pi > p else -1)
    assert (x < 1) == (math.pi - 1 < p)
    assert float(x) == pytest.approx(math.pi - float(p), rel=1e-12)


def test_pi_to_many_digits() -> None:
    with mpmath.workdps(60):
        convergent = Fraction(int(mpmath.floor(mpmath.pi * 10**40)), 10**40)
    assert FromPi(convergent).sign() == 1
    assert FromPi(convergent + Fraction(1, 10**40)).sign() == -1
    assert FromPi(convergent).decimal(10) == "6.939937511e-41"
    assert FromPi(Fraction(0)).decimal(30) == "3.14159265358979323846264338328e+0"
    assert f"{FromPi(Fraction(3)):.3f} {FromPi(Fraction(3)):>8}" == "0.142   pi - 3"
    assert scientific(FromPi(Fraction(0)), 15) == "3.14159265358979e+0"


@pytest.mark.parametrize("name", ["enclosure", "difference", "__bool__"])
def test_a_kind_must_say_where_its_numbers_lie(name: str) -> None:
    partial: Any = type("Partial", (FromPi,), {name: getattr(ExactReal, name)})
    with pytest.raises(TypeError, match=f"abstract.*{name}"):
        partial(Fraction(1))


# -- comparisons that are refused ----------------------------------------------------------


@pytest.mark.parametrize("other", [0.5, 0.0, math.nan, math.inf, "1", "", None, 1j])
@pytest.mark.parametrize("x", [ELEMENT, Mixed({2: ELEMENT}), Mixed({}), Ratio(1, root(2), LONG), FromPi(Fraction(1))])
def test_floats_and_what_is_no_number_have_no_place_in_the_order(x: Any, other: Any) -> None:
    assert (x == other, x != other) == (False, True)
    for order in ORDERS:
        for pair in ((x, other), (other, x)):
            with pytest.raises(TypeError):
                order(*pair)
    assert x <= x


def test_surds_alone_compare_with_floats() -> None:
    """By the exact value of the float; with NaN no comparison holds."""
    assert [order(root(2), 1.5) for order in ORDERS] == [True, True, False, False]
    assert [order(root(2), math.nan) for order in ORDERS] == [False] * 4
    assert [order(root(2), math.inf) for order in ORDERS] == [True, True, False, False]


def test_numbers_without_a_common_field_are_refused() -> None:
    with pytest.raises(ValueError, match="elements of two fields"):
        operator.lt(ELEMENT, GOLDEN.element([0, 1]))
    with pytest.raises(ValueError, match="elements of two fields"):
        operator.lt(Ratio(ELEMENT, Surd(1), Surd(1)), Ratio(GOLDEN.element([0, 1]), Surd(1), Surd(1)))
    for x, y in ((ELEMENT, root(2)), (Mixed({2: ELEMENT}), ELEMENT), (Mixed({2: ELEMENT}), 1), (root(2), ELEMENT)):
        assert x != y
        with pytest.raises(TypeError):
            operator.lt(x, y)
    assert Mixed({2: ELEMENT}) != GOLDEN.element([0, 0])
    assert Mixed({2: ELEMENT}) > GOLDEN.element([0, 0])  # 0 is in every field


def test_equal_numbers_have_equal_hashes_or_none() -> None:
    assert hash(root(2) * root(2)) == hash(2) == hash(GOLDEN.rational(2))
    assert Ratio(1, Surd(2), Surd(2)) == Ratio(1, LONG, LONG) == 1
    with pytest.raises(TypeError, match="unhashable"):
        hash(Ratio(1, Surd(2), Surd(2)))


# -- recorded before the kinds had anything in common --------------------------------------

RECORDED = [
    ((16 - 2 * root(2)) / 31, "(16 - 2*sqrt(2))/31", 0.42488944758883257, "4.24889447588833e-1"),
    (
        root(2) + root(3) - Fraction(22, 7),
        "(7*sqrt(2) + 7*sqrt(3) - 22)/7",
        0.003407227084829485,
        "3.40722708482949e-3",
    ),
    (Surd(10) ** -320 / 3, None, None, "3.33333333333333e-321"),
    (root(6) * Surd(10) ** 400, None, None, "2.44948974278318e+400"),
    (Surd(Fraction(-1, 3)), "-1/3", -0.3333333333333333, "-3.33333333333333e-1"),
    (275807 - 195025 * root(2), "275807 - 195025*sqrt(2)", -1.8128618925493435e-06, "-1.81286189254934e-6"),
    (GOLDEN.element([Fraction(1, 2), 3]), "(3*sqrt(5) - 2)/2", 2.3541019662496847, "2.35410196624968e+0"),
    (
        ELEMENT,
        "(-73/63) + (-38/63)*cos(4*pi/7) + (-5/7)*cos(6*pi/7) + (-5/7)*cos(8*pi/7) + (-38/63)*cos(10*pi/7)",
        0.3968061760618669,
        "3.96806176061867e-1",
    ),
    (SMALL, None, 1.3499252643249924e-39, "1.34992526432499e-39"),
    (Mixed({2: ELEMENT, 5: -ELEMENT * ELEMENT}), None, 0.2090882763304184, "2.09088276330418e-1"),
    (Mixed({10: SMALL}), None, 4.268838506271818e-39, "4.26883850627182e-39"),
    (
        Ratio(Fraction(2, 7), root(3), LONG),
        "(2/7)*(sqrt(3))/(sqrt(2) + sqrt(3) + sqrt(5) + sqrt(7) + sqrt(11))",
        0.04362136422774667,
        "4.36213642277467e-2",
    ),
    (Ratio(ELEMENT, root(3) - 1, LONG), None, 0.025605090068537877, "2.56050900685379e-2"),
    (Ratio(ELEMENT, Surd(10) ** 400, 1 + root(2)), None, None, "1.64362499758231e+399"),
    (Ratio(Mixed({2: ELEMENT}), Surd(10) ** -400, LONG), None, None, "4.94652355633169e-402"),
    (Ratio(1, Surd(2), 1 + root(2)), "2*sqrt(2) - 2", 0.8284271247461901, "8.28427124746190e-1"),
]


@pytest.mark.parametrize(("x", "text", "number", "digits"), RECORDED, ids=range(len(RECORDED)))
def test_recorded(x: ExactReal, text: str | None, number: float | None, digits: str) -> None:
    assert text is None or str(x) == text
    assert float_or_none(x) == number
    assert scientific(x, 15) == x.decimal(15) == digits
    assert x.sign() == (-1 if digits.startswith("-") else 1)
    if number is not None:
        assert f"{x:.3e}" == f"{number:.3e}"


# -- rounding ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=30)
@given(data=st.data(), digits=st.integers(1, 50))
def test_decimals(kind: str, data: st.DataObject, digits: int) -> None:
    x = data.draw(KINDS[kind])
    assume(x)
    text = x.decimal(digits)
    assert len(text.split("e")[0].lstrip("-").replace(".", "")) == digits
    with mpmath.workdps(DIGITS):
        assert abs(mpmath.mpf(text) / value(x) - 1) <= mpmath.mpf(5) * mpmath.mpf(10) ** -digits * (
            1 + mpmath.mpf("1e-6")
        )


def test_decimals_of_every_size() -> None:
    for exponent in (5000, -5000):
        for x in (root(2) * Surd(10) ** exponent, Ratio(root(2), Surd(10) ** exponent, Surd(1))):
            assert x.decimal(5) == scientific(x, 5) == f"1.4142e{exponent:+}"
            assert float_or_none(x) is None


LIMITED = """
import decimal
unlimited, decimal.MIN_EMIN, decimal.MAX_EMAX = decimal.Context, -425_000_000, 425_000_000
def limited(prec, Emin, Emax):
    if Emin < decimal.MIN_EMIN or Emax > decimal.MAX_EMAX:
        raise ValueError("valid range for Emin is [-425000000, 0]")
    return unlimited(prec=prec, Emin=Emin, Emax=Emax)
decimal.Context = limited
from margin.numbers.real import scientific
from margin.numbers.square_roots import Surd
print(Surd.sqrt(2).decimal(30), scientific(Surd.sqrt(2) * Surd(10) ** 5000, 5))
try:
    limited(10, -(10**9), 10**9)
except ValueError as error:
    print(error)
"""


def output(code: str) -> list[str]:
    """What another Python prints."""
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.splitlines()


def test_exponents_keep_to_the_limits_of_the_decimal_module() -> None:
    """Those of a Python whose C long has 32 bits: Windows, WebAssembly."""
    assert output(LIMITED) == [
        "1.41421356237309504880168872421e+0 1.4142e+5000",
        "valid range for Emin is [-425000000, 0]",
    ]


def test_square_roots_and_ratios_need_no_numpy() -> None:
    names = ("integers", "real", "square_roots", "ratio")
    load = "; ".join(f"import margin.numbers.{name}" for name in names)
    assert output(f"import sys; {load}; print('numpy' in sys.modules)") == ["False"]
    assert output(f"import sys; {load}; import margin.numbers.mixed; print('numpy' in sys.modules)") == ["True"]
