"""Vertices proved from bases: every basis of small programs is tried, and none is accepted that has another optimum."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest

from margin.composition.optima import RATIONALS, GroupOptima, _float_supports
from margin.finite_groups.character_field import mixed_weights
from margin.numbers.mixed import Mixed
from margin.numbers.vertices import (
    Bounds,
    Face,
    GapMatrix,
    NotOptimal,
    extreme_x,
    least_x,
    least_y,
    optimal_pair,
    require_face,
)
from tests.helpers.program_oracles import program

CASES = [("SmallGroup(20,1) C5 : C4", 3), ("Dic3", 3), ("S5", 3), ("SL(2,5)", 2)]


def bases(matrix: GapMatrix, least: int) -> Iterator[tuple[list[int], list[int]]]:
    for size in range(least, min(matrix.rows, matrix.columns) + 1):
        for rows in combinations(range(matrix.rows), size):
            for columns in combinations(range(matrix.columns), size):
                yield list(rows), list(columns)


def setting(name: str, k: int) -> tuple[GroupOptima, GapMatrix, Face, Bounds]:
    linear = program(name)
    weights, field = linear._weights(k), linear._characters.field
    used, tight = linear._orbit_face(weights)
    face = Face(
        frozenset(r for i in used for r in linear.irrep_orbits[i]),
        frozenset(c for i in tight for c in linear.class_orbits[i]),
    )
    scaled = [
        w * (field.denominator * int(d)) for w, d in zip(mixed_weights(weights, field), linear._dimensions, strict=True)
    ]
    return linear, linear._all_gaps, face, Bounds(field, scaled)


@pytest.mark.parametrize(("name", "k", "size"), [("SmallGroup(20,1) C5 : C4", 3, 3), ("Dic3", 3, 1)])
def test_every_basis_that_is_accepted_has_the_least_optima(name: str, k: int, size: int) -> None:
    linear, matrix, face, bounds = setting(name, k)
    xs, ranges, ys = linear._pivoted_optima(linear._weights(k), face.used)
    scales = [matrix.field.denominator * int(d) for d in linear._dimensions]
    found = {"x": 0, "y": 0, "low": 0, "high": 0}
    tried = 0
    row = next(r for r, (low, high) in enumerate(ranges) if float(high) - float(low) > 1e-3)
    for rows, columns in bases(matrix, size):
        tried += 1
        try:
            least = least_x(matrix, face, rows, columns)
            values = {r: float(least.element(i)) * scales[r] for i, r in enumerate(rows)}
            assert [values.get(r, 0) for r in range(len(xs))] == pytest.approx(list(map(float, xs)), abs=1e-12)
            found["x"] += 1
        except NotOptimal:
            pass
        try:
            y = dict(zip(columns, map(float, least_y(matrix, face, rows, columns, bounds)), strict=True))
            assert [y.get(c, 0) for c in range(len(ys))] == pytest.approx(list(map(float, ys)), abs=1e-12)
            found["y"] += 1
        except NotOptimal:
            pass
        for sign, end, which in ((1, ranges[row][0], "low"), (-1, ranges[row][1], "high")):
            try:
                x = extreme_x(matrix, face, rows, columns, row, sign)
                value = float(x.element(rows.index(row))) * scales[row] if row in rows else 0.0
                assert value == pytest.approx(float(end), abs=1e-12)
                found[which] += 1
            except NotOptimal:
                pass
    assert all(0 < count < tried / 2 for count in found.values()), (found, tried)


@pytest.mark.parametrize(("name", "k"), CASES)
def test_a_face_that_is_not_that_of_all_optima_is_refused(name: str, k: int) -> None:
    linear = program(name)
    weights = linear._weights(k)
    matrix, bounds = linear._orbit_gaps, linear._orbit_bounds(weights)
    used, tight, x, y = _float_supports(linear._float_tableau(weights))
    degrees = [linear.irreps[o[0]].dimension for o in linear.irrep_orbits]
    xs = [Fraction(round(v * 2**30), 2**30 * d) for v, d in zip(x, degrees, strict=True)]
    ys = [Fraction(round(v * 2**30), 2**30) for v in y]
    require_face(matrix, Face(frozenset(used), frozenset(tight)), bounds, xs, ys)
    for r in range(matrix.rows):
        with pytest.raises(NotOptimal):
            require_face(matrix, Face(frozenset(used ^ {r}), frozenset(tight)), bounds, xs, ys)
    for c in range(matrix.columns):
        if tight ^ {c}:
            with pytest.raises(NotOptimal):
                require_face(matrix, Face(frozenset(used), frozenset(tight ^ {c})), bounds, xs, ys)


def test_a_pair_that_is_not_optimal_is_refused() -> None:
    """maximise y + z with y <= 1, z <= sqrt(2): both bounds are tight."""
    matrix = GapMatrix(RATIONALS, np.array([[[1], [0]], [[0], [1]]]))
    bounds = Bounds(RATIONALS, [Mixed({1: RATIONALS.rational(1)}), Mixed({2: RATIONALS.rational(1)})])
    x, y = optimal_pair(matrix, [0, 1], [0, 1], bounds)
    assert [v.surd() for v in x] == [1, 1]
    assert y == bounds.values
    for rows, columns in (([0], [0]), ([1], [1]), ([0], [1]), ([0, 1], [0]), ([], [])):
        with pytest.raises(NotOptimal):
            optimal_pair(matrix, rows, columns, bounds)


def test_faces_are_those_of_rational_programs() -> None:
    _, matrix, face, bounds = setting(*CASES[0])
    with pytest.raises(ValueError, match="over a field of degree 2, expected a rational one"):
        require_face(matrix, face, bounds, [], [])
