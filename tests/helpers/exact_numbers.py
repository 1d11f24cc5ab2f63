"""Exact numbers of each kind to draw from, and their values to many digits, computed from their parts alone."""

from __future__ import annotations

from fractions import Fraction

import mpmath  # type: ignore[import-untyped]
from hypothesis import strategies as st

from margin.numbers.mixed import Mixed
from margin.numbers.number_field import FieldElement, RealField
from margin.numbers.ratio import Ratio
from margin.numbers.real import ExactReal
from margin.numbers.square_roots import Surd

CUBIC = RealField([[0, 1, 0, 0, 0, 0, 1]])  # of 2 cos(2 pi / 7)
GOLDEN = RealField([[0, 1, 0, 0, 1]])  # of 2 cos(2 pi / 5)
LONG = sum((Surd.sqrt(p) for p in (2, 3, 5, 7, 11)), Surd())

small = st.fractions(-20, 20, max_denominator=12)
surds = st.lists(st.tuples(small, st.sampled_from([1, 2, 3, 6])), max_size=3).map(
    lambda terms: sum((q * Surd.sqrt(r) for q, r in terms), Surd())
)
cubic = st.lists(small, min_size=3, max_size=3).map(CUBIC.element)
golden = st.lists(small, min_size=2, max_size=2).map(GOLDEN.element)
mixed = st.dictionaries(st.sampled_from([1, 2, 3]), cubic, max_size=2).map(Mixed)
elements = st.integers(-3, 3) | small | surds | cubic | golden | mixed
denominators = st.sampled_from([Surd(1), Surd(7) / 3, 1 + Surd.sqrt(2), LONG, LONG - 5])
ratios = st.builds(Ratio, st.integers(-3, 3) | small | surds | cubic | mixed, surds, denominators)

DIGITS = 250


def value(x: ExactReal | Fraction | int) -> mpmath.mpf:
    """The number to `DIGITS` digits."""
    with mpmath.workdps(DIGITS):
        if isinstance(x, (int, Fraction)):
            return mpmath.mpf(x.numerator) / x.denominator
        if isinstance(x, Surd):
            return mpmath.fsum(value(q) * mpmath.sqrt(r) for r, q in x.terms)
        if isinstance(x, FieldElement):
            turn = mpmath.mpf(2) / x.field.e
            return mpmath.fsum(
                value(q) * mpmath.fsum(c * mpmath.cospi(turn * j) for j, c in enumerate(b) if c)
                for q, b in zip(x.coordinates, x.field.basis, strict=True)
            )
        if isinstance(x, Mixed):
            return mpmath.fsum(value(f) * mpmath.sqrt(r) for r, f in x.terms.items())
        assert isinstance(x, Ratio)
        return value(x.element) * value(x.numerator) / value(x.denominator)
