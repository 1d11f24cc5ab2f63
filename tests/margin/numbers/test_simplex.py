"""Exact linear programs against scipy, and against all vertices of the optimal faces; programs that make cycles."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from margin.numbers.mixed import Mixed
from margin.numbers.number_field import FieldElement
from margin.numbers.simplex import RationalTableau, Tableau
from margin.numbers.square_roots import Surd
from tests.helpers.assertions import assert_optimal_pair, dot
from tests.helpers.exact_numbers import GOLDEN

Row = list[Fraction]
Program = tuple[list[Row], Row, Row]
Rational = Tableau[Fraction, Fraction]
KINDS = (Tableau, RationalTableau)


def fractions(matrix: Sequence[Sequence[object]]) -> list[Row]:
    return [[Fraction(str(entry)) for entry in row] for row in matrix]


@st.composite
def programs(draw: st.DrawFn, most: int = 6) -> Program:
    """Small numbers, many of them 0 or equal: degenerate vertices, several optima, infinite maxima."""
    rows, columns = draw(st.integers(1, most)), draw(st.integers(1, most))
    entry = st.sampled_from([0, 0, 1, 1, -1, 2, 3, -2]).map(Fraction)
    entry |= st.fractions(min_value=-2, max_value=3, max_denominator=4)
    matrix = [[draw(entry) for _ in range(columns)] for _ in range(rows)]
    bounds = [Fraction(draw(st.sampled_from([0, 0, 1, 1, 2, 3]))) for _ in range(rows)]
    costs = [Fraction(draw(st.sampled_from([0, 1, 1, 1, -1, 2]))) for _ in range(columns)]
    return matrix, bounds, costs


def solved(kind: type[Rational], program: Program) -> Rational | None:
    """The tableau at an optimum, None if the maximum is infinite."""
    tableau = kind(*program)
    try:
        tableau.maximise()
    except ArithmeticError:
        return None
    return tableau


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60)
@given(program=programs())
def test_optimum_agrees_with_scipy(kind: type[Rational], program: Program) -> None:
    matrix, bounds, costs = program
    tableau = solved(kind, program)
    # with presolve HiGHS calls some unbounded programs infeasible; with bounds >= 0 none is: y = 0 is feasible
    found = linprog(
        -np.array(costs, float),
        np.array(matrix, float),
        np.array(bounds, float),
        bounds=(0, None),
        options={"presolve": False},
    )
    assert (found.status == 3) == (tableau is None)
    if tableau is not None:
        assert_optimal_pair(*program, tableau.primal(), tableau.dual())
        assert float(dot(costs, tableau.primal())) == pytest.approx(-found.fun, abs=1e-7)


# -- the optimal faces ---------------------------------------------------------------------


def vertices(inequalities: list[tuple[Row, Fraction]]) -> list[tuple[Fraction, ...]]:
    """All vertices of {x : a.x >= b for (a, b)}, by solving every square subsystem."""
    size = len(inequalities[0][0])
    found = set()
    for chosen in combinations(inequalities, size):
        point = intersection(chosen)
        if point is not None and all(dot(row, point) >= b for row, b in inequalities):
            found.add(point)
    return sorted(found)


def intersection(equations: Sequence[tuple[Row, Fraction]]) -> tuple[Fraction, ...] | None:
    """The solution of as many equations as unknowns, None if it is not unique; by Gauss and Jordan."""
    rows = [[*row, b] for row, b in equations]
    for k in range(len(rows)):
        pivot = next((i for i in range(k, len(rows)) if rows[i][k]), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], [*rows[k]]
        head = [v / rows[k][k] for v in rows[k]]
        rows = [[v - row[k] * h for v, h in zip(row, head, strict=True)] for row in rows]
        rows[k] = head
    return tuple(row[-1] for row in rows)


def unit(size: int, position: int) -> Row:
    return [Fraction(int(i == position)) for i in range(size)]


def optimal_faces(program: Program, value: Fraction) -> tuple[list[tuple[Row, Fraction]], list[tuple[Row, Fraction]]]:
    """Inequalities of the optimal y, and of the optimal x."""
    matrix, bounds, costs = program
    y = [([-v for v in row], -bound) for row, bound in zip(matrix, bounds, strict=True)]
    y += [(unit(len(costs), c), Fraction(0)) for c in range(len(costs))] + [(costs, value)]
    x = [(list(column), cost) for column, cost in zip(zip(*matrix, strict=True), costs, strict=True)]
    x += [(unit(len(bounds), r), Fraction(0)) for r in range(len(bounds))] + [([-b for b in bounds], -value)]
    return y, x


def is_bounded(face: list[tuple[Row, Fraction]], position: int) -> bool:
    """Whether a coordinate is bounded above: no direction of the face raises it."""
    directions = -np.array([row for row, _ in face], float)
    objective = -np.array(unit(len(face[0][0]), position), float)
    found = linprog(objective, directions, np.zeros(len(face)), bounds=(-1, 1))
    return bool(found.fun > -1e-9)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60)
@given(program=programs(most=3), data=st.data())
def test_least_dual_is_the_least_vertex(kind: type[Rational], program: Program, data: st.DataObject) -> None:
    tableau = solved(kind, program)
    if tableau is None:
        return
    value = dot(program[2], tableau.primal())
    _, face = optimal_faces(program, value)
    rows = range(len(program[1]))
    free = [r for r in rows if not is_bounded(face, r)]
    signs = [1 if r in free else data.draw(st.sampled_from([1, -1])) for r in rows]
    order = data.draw(st.permutations(list(rows)))
    tableau.least_dual([(r, signs[r]) for r in order])
    assert_optimal_pair(*program, tableau.primal(), tableau.dual())
    least = min(vertices(face), key=lambda x: [signs[r] * x[r] for r in order])
    assert tuple(tableau.dual()) == least
    for r in free:
        with pytest.raises(ArithmeticError, match="the minimum is minus infinity"):
            tableau.least_dual([(r, -1)])


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60)
@given(program=programs(most=3))
def test_least_and_greatest_primal_are_vertices(kind: type[Rational], program: Program) -> None:
    tableau = solved(kind, program)
    if tableau is None:
        return
    value = dot(program[2], tableau.primal())
    face, _ = optimal_faces(program, value)
    corners = vertices(face)
    for column in range(len(program[2])):
        if is_bounded(face, column):
            tableau.greatest_primal(column)
            assert_optimal_pair(*program, tableau.primal(), tableau.dual())
            assert tableau.primal()[column] == max(y[column] for y in corners)
        else:
            with pytest.raises(ArithmeticError, match="the maximum is infinite"):
                tableau.greatest_primal(column)
    tableau.least_primal()
    assert_optimal_pair(*program, tableau.primal(), tableau.dual())
    assert tuple(tableau.primal()) == min(corners)


def test_several_optima() -> None:
    """An edge of optima on both sides: each search ends at its own corner."""
    program = fractions([[1, 1], [1, 1]]), [Fraction(1)] * 2, [Fraction(1)] * 2
    for kind in KINDS:
        tableau = kind(*program)
        tableau.maximise()
        ends = []
        for column in (0, 1):
            tableau.greatest_primal(column)
            ends.append(tableau.primal())
        assert ends == [[1, 0], [0, 1]]
        tableau.greatest_primal(0)
        tableau.least_primal()
        assert tableau.primal() == [0, 1]
        for r, sign, expected in ((0, 1, [0, 1]), (1, 1, [1, 0]), (1, -1, [0, 1]), (0, -1, [1, 0])):
            tableau.least_dual([(r, sign)])
            assert tableau.dual() == expected


# -- degenerate programs -------------------------------------------------------------------

CYCLING: dict[
    str, tuple[list[list[object]], list[object], list[object], int]
] = {  # the rule of the greatest cost runs in circles on these
    "Beale": (
        [["1/4", -60, "-1/25", 9], ["1/2", -90, "-1/50", 3], [0, 0, 1, 0]],
        [0, 0, 1],
        [75, -15000, 2, -600],
        5,
    ),
    "Chvatal": (
        [["1/2", "-11/2", "-5/2", 9], ["1/2", "-3/2", "-1/2", 1], [1, 0, 0, 0]],
        [0, 0, 1],
        [10, -57, -9, -24],
        1,
    ),
    "Kuhn": ([[-2, -9, 1, 9], ["1/3", 1, "-1/3", -2], [2, 3, -1, -12]], [0, 0, 2], [2, 3, -1, -12], 2),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", CYCLING)
def test_no_cycle(case: str, kind: type[Rational], monkeypatch: pytest.MonkeyPatch) -> None:
    matrix, bounds, costs, value = CYCLING[case]
    program = fractions(matrix), fractions([bounds])[0], fractions([costs])[0]
    pivot = kind.pivot

    def counted(self: Rational, i: int, j: int) -> None:
        assert self.pivots < 30
        pivot(self, i, j)

    monkeypatch.setattr(kind, "pivot", counted)
    tableau = kind(*program)
    tableau.maximise()
    assert_optimal_pair(*program, tableau.primal(), tableau.dual())
    assert dot(program[2], tableau.primal()) == Fraction(value)


def test_dantzig_alone_would_cycle() -> None:
    """Without Bland's rule a program comes back to where it was."""
    matrix, bounds, costs, _ = CYCLING["Chvatal"]
    tableau = Tableau(fractions(matrix), fractions([bounds])[0], fractions([costs])[0])
    seen = set[frozenset[int]]()
    while (state := frozenset(tableau.basic)) not in seen:
        seen.add(state)
        j = max(range(len(costs)), key=lambda j: tableau.costs[j])
        assert tableau.costs[j] > 0
        tableau.pivot(tableau._leaving(j), j)
    assert len(seen) == 6


@given(program=programs(most=5))
def test_integer_pivots_take_the_same_path(program: Program) -> None:
    plain, whole = solved(Tableau, program), solved(RationalTableau, program)
    assert (plain is None) == (whole is None)
    if plain is None or whole is None:
        return
    assert (plain.pivots, plain.basic, plain.free) == (whole.pivots, whole.basic, whole.free)
    assert (plain.primal(), plain.dual()) == (whole.primal(), whole.dual())


# -- bounds in square roots ----------------------------------------------------------------


@given(program=programs(most=4), roots=st.lists(st.sampled_from([1, 2, 3, 6]), min_size=4, max_size=4))
def test_bounds_may_be_square_roots(program: Program, roots: list[int]) -> None:
    matrix, rational, costs = program
    bounds = [b * Surd.sqrt(r) for b, r in zip(rational, roots, strict=False)]
    found = linprog(-np.array(costs, float), np.array(matrix, float), [float(b) for b in bounds], bounds=(0, None))
    tableau = RationalTableau(matrix, bounds, costs)
    if found.status == 3:
        with pytest.raises(ArithmeticError, match="the maximum is infinite"):
            tableau.maximise()
        return
    tableau.maximise()
    y, x = tableau.primal(), tableau.dual()
    value = sum((c * v for c, v in zip(costs, y, strict=True)), Surd())
    assert value == sum((b * v for b, v in zip(bounds, x, strict=True)), Surd())
    assert all(
        sum((m * v for m, v in zip(row, y, strict=True)), Surd()) <= b for row, b in zip(matrix, bounds, strict=True)
    )
    assert float(value) == pytest.approx(-found.fun, abs=1e-7)


@pytest.mark.parametrize(
    ("costs", "room", "primal", "dual"), [((2, 1), 1, "y = room", (0, 2)), ((1, -1), 4, "y = 1 / theta", (1, 0))]
)
def test_bounds_may_be_square_roots_over_the_field_of_the_matrix(
    costs: tuple[int, int], room: int, primal: str, dual: tuple[int, int]
) -> None:
    """theta y <= sqrt(2) and y + z <= sqrt(2) room, with theta = 0.618: the tighter bound of y decides."""
    theta, one = GOLDEN.element([0, 1]), GOLDEN.rational(1)
    largest = {"y = room": room * one, "y = 1 / theta": 1 / theta}
    matrix, bounds = [[theta, 0 * one], [one, one]], [Mixed({2: one}), Mixed({2: room * one})]
    tableau = Tableau[FieldElement, Mixed](matrix, bounds, [cost * one for cost in costs])
    tableau.maximise()
    assert tableau.primal() == [Mixed({2: largest[primal]}), 0]
    assert tableau.dual() == [dual[0] / theta, dual[1]]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bad", [Fraction(-1), Surd(1) - Surd.sqrt(2), float("nan")])
def test_negative_bounds_are_refused(kind: type[Rational], bad: Any) -> None:
    with pytest.raises(ValueError, match="Tableau: got a negative bound, expected bounds >= 0"):
        kind([[Fraction(1)], [Fraction(1)]], [Fraction(1), bad], [Fraction(1)])
    assert kind([[Fraction(1)], [Fraction(1)]], [Fraction(1), Fraction(0)], [Fraction(1)]).pivots == 0


def test_costs_of_integer_pivots_are_integers() -> None:
    program = fractions([[1]]), [Fraction(1)], [Fraction(1, 2)]
    with pytest.raises(ValueError, match="RationalTableau: got costs 1/2, expected integers"):
        RationalTableau(*program)
    tableau = solved(Tableau, program)
    assert tableau is not None
    assert tableau.primal() == [1]
