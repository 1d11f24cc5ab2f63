"""Exact numbers in sympy and in notebooks: the same number, not the float."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from margin import maximum_margin, parse
from margin.numbers.real import ExactReal
from margin.numbers.square_roots import Surd


@given(st.dictionaries(st.integers(1, 50), st.fractions(max_denominator=10**6), max_size=4))
def test_sums_of_square_roots_are_exact_in_sympy(terms: dict[int, Fraction]) -> None:
    value = sum((q * Surd.sqrt(r) for r, q in terms.items()), Surd())
    expected = sum((sympy.Rational(q.numerator, q.denominator) * sympy.sqrt(r) for r, q in terms.items()), sympy.S(0))
    assert sympy.expand(sympy.sympify(value) - expected) == 0
    assert sympy.expand(sympy.sympify(value + 1) - expected) != 0


@pytest.mark.parametrize("spec", ["mod:6", "group:S4", "group:Q8", "group:D5", "parity:10,4", "group:A5"])
def test_margins_and_masses_are_exact_in_sympy(spec: str) -> None:
    prediction = maximum_margin(parse(spec, None if spec.startswith("parity") else 3))
    for value in (prediction.exact, *(block.mass for block in prediction.blocks)):
        assert isinstance(value, ExactReal)
        number = sympy.sympify(value)
        assert not number.atoms(sympy.Float)
        assert number == sympy.sympify(str(value))
        assert abs(sympy.N(number, 30) - sympy.Rational(*value.near(100).as_integer_ratio())) < sympy.Float("1e-25", 30)
    if spec != "group:A5":
        assert prediction.exact._repr_latex_() == f"${sympy.latex(sympy.sympify(prediction.exact))}$"


def test_a_formula_for_notebooks() -> None:
    assert Surd.sqrt(2)._repr_latex_() == r"$\sqrt{2}$"
    assert (Surd.sqrt(2) / 3)._repr_latex_() == r"$\frac{\sqrt{2}}{3}$"
    assert Surd()._repr_latex_() == "$0$"
