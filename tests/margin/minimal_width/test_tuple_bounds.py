"""Bounds on the neurons of real representations: conditions by brute force, sums by quadrature, optima, rounding."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import eval_gegenbauer, roots_gegenbauer

from margin.composition.tuple_designs import design, design_sizes
from margin.finite_groups.find_characters import character_table
from margin.finite_groups.matrices import representations
from margin.finite_groups.names import group
from margin.finite_groups.real_irreps import real_irreps
from margin.minimal_width.certificate import real_polynomials
from margin.minimal_width.harmonics import products, zonal, zonal_product
from margin.minimal_width.shipped import shipped_dihedral, shipped_real, shipped_real_bound
from margin.minimal_width.tuple_bounds import (
    TupleBound,
    TuplePolynomials,
    evaluate_tuples,
    prove_tuples,
    rounded_tuples,
)
from margin.minimal_width.tuple_conditions import canonical, vanishing
from margin.minimal_width.tuple_program import TupleOptimum, solve_tuples

Array = np.ndarray
Exponent = tuple[int, ...]


# -- which harmonics vanish ----------------------------------------------------------------------


def deviations(order: int, k: int, angles: Array) -> Array:
    """Functions of neurons at these angles (m, k+1) on all inputs and labels of a dihedral group, minus the wanted one.

    Shape (m, (2 order)^(k+1)). The shares of a maximum-margin block average them to 0.
    """
    turns = 2 * np.pi * np.arange(order) / order
    turn = np.array([[[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]] for t in turns])
    rho = np.concatenate([turn, turn @ np.diag([1, -1])])
    x = np.stack([np.cos(angles), np.sin(angles)], axis=2)
    u = [np.einsum("ma,gab,mb->mg", x[:, j], rho, x[:, j + 1]) for j in range(k)]
    w = np.einsum("ma,gab,mb->mg", x[:, 0], rho, x[:, k])
    hidden, whole = u[0], rho
    for part in u[1:]:
        hidden = (hidden[:, :, None] + part[:, None]).reshape(len(angles), -1)
        whole = np.einsum("gab,hbc->ghac", whole, rho).reshape(-1, 2, 2)
    wanted = np.einsum("gab,hab->gh", whole, rho) * prod(range(1, k + 1)) / 2 ** (k + 1)
    return ((hidden**k)[:, :, None] * w[:, None] - wanted).reshape(len(angles), -1)


@pytest.mark.parametrize(("order", "k"), [(3, 2), (4, 2), (5, 2), (6, 2), (7, 2), (3, 3), (4, 3)])
def test_exactly_these_cosines_of_angles_are_made_of_what_vanishes(order: int, k: int) -> None:
    """cos(h . a) averages to 0 for every block if it is a combination of the deviations; so for every choice of signs.

    Where no exponents coincide this is also necessary: no other cosine is one.
    """
    angles = np.random.default_rng(0).uniform(0, 2 * np.pi, (600, k + 1))
    basis, values, _ = np.linalg.svd(deviations(order, k, angles), full_matrices=False)
    basis = basis[:, values > 1e-9 * values[0]]
    assert basis.shape[1] < 400  # of 600 points, so that a combination is no accident
    known = vanishing(k, 2, order)
    large = order > (2 * k if order % 2 == 0 else k)
    for degrees in product(range(k + 2), repeat=k + 1):
        vanishes = canonical(degrees) in known
        if not vanishes and not large:
            continue
        for signs in product((1, -1), repeat=k) if vanishes else [(1,) * k]:
            turns = angles @ (np.array(degrees) * (1, *signs))
            waves = np.stack([np.cos(turns), np.sin(turns)])
            left = np.abs(waves - waves @ basis @ basis.T).max()
            assert left < 1e-7 if vanishes else left > 1e-3, degrees


@pytest.mark.parametrize("k", [2, 3])
def test_larger_dimensions_have_the_same_vanishing_degrees(k: int) -> None:
    assert vanishing(k, 2) == vanishing(k, 3) == vanishing(k, 7)
    assert (0,) * (k + 1) not in vanishing(k, 2)
    assert {canonical(d) for d in product((0, 2), repeat=k + 1)} - {(0,) * (k + 1)} <= vanishing(k, 2)


def test_at_four_inputs_a_harmonic_between_vanishes_too() -> None:
    """Degrees 2 and 2 meet in 0, 2 and 4, on a circle in 0 and 4 alone."""
    assert vanishing(4, 2) < vanishing(4, 3)
    assert all(2 in degrees for degrees in vanishing(4, 3) - vanishing(4, 2))


@pytest.mark.parametrize(("order", "fewer"), [(3, True), (4, True), (5, False), (6, True), (7, False), (8, False)])
def test_small_orders_have_fewer(order: int, fewer: bool) -> None:
    assert vanishing(3, 2, order) <= vanishing(3, 2)
    assert (vanishing(3, 2, order) != vanishing(3, 2)) == fewer


@pytest.mark.parametrize("wrong", [(1, 2, 0), (2, 1, 0), (2, 2, 2), (2, 2, -3), (2, 3, 5)])
def test_other_conditions_are_refused(wrong: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="expected k >= 2, a dimension >= 2, and an order of 0 or"):
        vanishing(*wrong)


def harmonic_means(dimension: int, k: int, name: str, degrees: Exponent) -> float:
    """The mean over pairs of a design's tuples of the product of zonal harmonics: 0 if and only if they vanish."""
    x = design(dimension, 1, k, name)
    cosines = np.einsum("sja,tja->jst", x, x)
    return float(np.mean(prod(zonal_value(h, dimension, t) for h, t in zip(degrees, cosines, strict=True))))


def zonal_value(degree: int, dimension: int, t: Array) -> Array:
    if dimension == 2:
        return np.asarray(np.cos(degree * np.arccos(np.clip(t, -1, 1))))
    alpha = dimension / 2 - 1
    return np.asarray(eval_gegenbauer(degree, alpha, t) / eval_gegenbauer(degree, alpha, 1.0))


@pytest.mark.parametrize(("dimension", "k"), [(2, 2), (2, 3), (3, 2), (3, 3), (4, 2)])
def test_they_vanish_on_every_design(dimension: int, k: int) -> None:
    for name in design_sizes(dimension, 1, k):
        for degrees in vanishing(k, dimension):
            assert abs(harmonic_means(dimension, k, name, degrees)) < 1e-9, (name, degrees)
    name = min(design_sizes(dimension, 1, k).items(), key=lambda item: item[1])[0]
    others = [d for d in product(range(5), repeat=k + 1) if canonical(d) not in vanishing(k, dimension) and any(d)]
    assert max(abs(harmonic_means(dimension, k, name, d)) for d in others) > 0.1


# -- the sums ------------------------------------------------------------------------------------


def test_cosines_in_zonal_harmonics() -> None:
    t = np.linspace(-1, 1, 9)
    for dimension, degree in product((2, 3, 4, 6), range(7)):
        value = sum(float(c) * zonal_value(h, dimension, t) for h, c in zonal(degree, dimension))
        assert np.allclose(value, zonal_value(degree, 2, t))
    assert zonal_product((1, 2), 2) == (((1, 2), Fraction(1)),)


def wave(sines: Exponent, m: Exponent, angles: Array) -> Array:
    """A column at these angles (places, ...)."""
    factors = [(np.sin if sine else np.cos)(h * a) for sine, h, a in zip(sines, m, angles, strict=True)]
    return np.asarray(np.prod(factors, axis=0))


def test_products_of_columns() -> None:
    a = np.random.default_rng(0).uniform(0, 7, 3)
    for sines in product((0, 1), repeat=3):
        x, y = (3, 1, 2), (1, 2, 2)
        waves = [wave(sines, z, a) for z in (x, y)]
        expected = sum(c * np.prod(np.cos(np.array(h) * a)) for h, c in products(x, y, sines))
        assert 8 * waves[0] * waves[1] == pytest.approx(expected)


@st.composite
def polynomials(draw: st.DrawFn) -> tuple[TuplePolynomials, ...]:
    """Any polynomials of three places (k = 2)."""
    listed = []
    for sines in draw(st.lists(st.sampled_from(list(product((0, 1), repeat=3))), min_size=1, max_size=3, unique=True)):
        place = st.tuples(*(st.integers(sine, 3) for sine in sines))
        columns = draw(st.lists(place, min_size=1, max_size=3, unique=True))
        row = st.lists(st.integers(-4, 4), min_size=1, max_size=len(columns)).map(tuple)
        listed.append(TuplePolynomials(sines, tuple(columns), tuple(draw(st.lists(row, min_size=1, max_size=3)))))
    return tuple(listed)


def by_quadrature(dimension: int, parts: tuple[TuplePolynomials, ...]) -> dict[Exponent, float]:
    """Coefficients of 8 F in products of zonal harmonics, each projected by Gauss quadrature, and by orbits."""
    count = 14
    if dimension == 2:
        t = np.cos(np.pi * (np.arange(count) + 0.5) / count)
        weight = np.full(count, 1 / count)
    else:
        t, weight = roots_gegenbauer(count, dimension / 2 - 1)
        weight = weight / weight.sum()
    angles = np.arccos(t)
    F = np.zeros((count,) * 3)
    for part in parts:
        for row in part.rows:
            phi = np.zeros_like(F)
            for c, m in zip(row, part.columns, strict=False):
                waves = [(np.sin if s else np.cos)(h * angles) for s, h in zip(part.sines, m, strict=True)]
                phi += c * np.einsum("a,b,c->abc", *waves)
            F += phi**2
    values = np.array([zonal_value(h, dimension, t) for h in range(7)])
    norms = (values**2) @ weight
    project = values * weight / norms[:, None]
    found = np.einsum("abc,la,mb,nc->lmn", 8 * F, project, project, project)
    sums: dict[Exponent, float] = {}
    for degrees in product(range(7), repeat=3):
        orbit = canonical(degrees)
        sums[orbit] = sums.get(orbit, 0.0) + float(found[degrees])
    return sums


@settings(max_examples=40, deadline=None)
@given(polynomials(), st.sampled_from([(2, 0), (2, 4), (3, 0), (5, 0)]))
def test_the_sums_are_those_of_quadrature(parts: tuple[TuplePolynomials, ...], case: tuple[int, int]) -> None:
    dimension, order = case
    sums = by_quadrature(dimension, parts)
    mean = sums.pop((0, 0, 0))
    if mean < 1e-6:
        with pytest.raises(ValueError, match="all polynomials are 0"):
            evaluate_tuples(2, dimension, order, parts)
        return
    bound = evaluate_tuples(2, dimension, order, parts)
    known = vanishing(2, dimension, order)
    excess = sum(value for degrees, value in sums.items() if value > 0 and degrees not in known)
    assert float(bound.mean) == pytest.approx(mean)
    assert bound.value == pytest.approx(mean + sum(sums.values()), abs=1e-6)
    assert float(bound.excess) == pytest.approx(excess, abs=1e-6)
    reached = {(2, 0): 10, (2, 4): 8, (3, 0): 30, (5, 0): 130}[case]
    assert bound.neurons <= reached  # nothing proves more than what networks have


# -- the program and its rounding ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("k", "dimension", "order", "largest", "value"),
    [(2, 2, 0, 2, 10), (2, 2, 4, 2, 8), (2, 3, 0, 2, 30), (2, 4, 0, 2, 68), (3, 2, 0, 1, 25), (3, 3, 0, 1, 100)],
)
def test_optima(k: int, dimension: int, order: int, largest: int, value: float) -> None:
    """At k = 2 the number of neurons that are built; with exponents up to 1 the cliques of 5.10."""
    if (dimension, largest) == (3, 1):
        assert solve_tuples(k, dimension, order, largest).value < value  # T_1^2 has a part of degree 2
        return
    assert solve_tuples(k, dimension, order, largest).value == pytest.approx(value, abs=1e-4)


def by_cvxpy(optimum: TupleOptimum) -> float:
    """The same program, stated apart from ours, by a general solver."""
    cvxpy: Any = pytest.importorskip("cvxpy", reason="the other solver needs cvxpy")
    known = vanishing(optimum.k, optimum.dimension, optimum.order)
    sums: dict[Exponent, list[Any]] = {}
    for block in optimum.blocks:
        size = len(block.columns)
        gram = cvxpy.Variable((size, size), PSD=True)
        matrices: dict[Exponent, Array] = {}
        for (a, x), (b, y) in product(enumerate(block.columns), repeat=2):
            for cosines, sign in products(x, y, block.sines):
                for degrees, share in zonal_product(cosines, optimum.dimension):
                    matrices.setdefault(canonical(degrees), np.zeros((size, size)))[a, b] += sign * float(share)
        for degrees, matrix in matrices.items():
            sums.setdefault(degrees, []).append(cvxpy.sum(cvxpy.multiply(matrix, gram)))
    total = {degrees: sum(terms) for degrees, terms in sums.items()}
    zero = (0,) * (optimum.k + 1)
    limits = [total[zero] == 1, *(value <= 0 for h, value in total.items() if h not in known and h != zero)]
    problem = cvxpy.Problem(cvxpy.Maximize(sum(total.values())), limits)
    return float(problem.solve(solver="CLARABEL"))


@pytest.fixture(scope="module")
def optimum() -> TupleOptimum:
    return solve_tuples(3)


def test_the_optimum_at_three_inputs(optimum: TupleOptimum) -> None:
    assert optimum.value == pytest.approx(32.22908, abs=1e-4)
    assert solve_tuples(3, size=6).value < optimum.value


@pytest.mark.parametrize(("dimension", "order"), [(2, 0), (2, 3), (3, 0)])
def test_the_optimum_is_that_of_another_solver(dimension: int, order: int) -> None:
    ours = solve_tuples(2, dimension, order)
    assert ours.value == pytest.approx(by_cvxpy(ours), abs=1e-4)


@pytest.mark.parametrize(
    ("k", "dimension", "order", "neurons"),
    [(2, 2, 0, 10), (2, 2, 4, 8), (2, 3, 0, 30), (3, 2, 0, 33), (3, 2, 3, 17), (3, 2, 6, 29), (3, 3, 0, 123)],
)
def test_what_roundings_prove(k: int, dimension: int, order: int, neurons: int) -> None:
    bound = prove_tuples(solve_tuples(k, dimension, order))
    assert bound.neurons == neurons
    assert evaluate_tuples(k, dimension, order, bound.blocks) == bound


def test_a_bound_holds_for_the_tuples_that_are_built(optimum: TupleOptimum) -> None:
    """sum of F over pairs is at most mean + excess: on a design, pair by pair."""
    bound = prove_tuples(optimum)
    x = design(2, 1, 3, "simplex")
    angles = np.arctan2(x[..., 1], x[..., 0])
    difference = angles[:, None] - angles[None]
    F = np.zeros(difference.shape[:2])
    for part in bound.blocks:
        waves = np.array([wave(part.sines, m, np.moveaxis(difference, -1, 0)) for m in part.columns])
        for row in part.rows:
            F += np.tensordot(np.array(row, dtype=float), waves[: len(row)], 1) ** 2
    assert 16 * F[0, 0] == pytest.approx(bound.value)
    assert 16 * F.mean() <= float(bound.mean + bound.excess) * (1 + 1e-9)
    assert bound.value / (16 * F.mean()) <= len(x) == 36


def test_fine_roundings_keep_the_optimum(optimum: TupleOptimum) -> None:
    fine = evaluate_tuples(3, 2, 0, rounded_tuples(optimum, 2.0**30))
    assert float(fine.ratio) == pytest.approx(optimum.value, abs=1e-4)


def test_no_rounding_proves_more_than_the_optimum(optimum: TupleOptimum) -> None:
    with pytest.raises(ArithmeticError, match=r"no rounding of an optimum of 32.229\d+ proves 34 neurons"):
        prove_tuples(optimum, 34)
    with pytest.raises(ValueError, match="all polynomials are 0"):
        evaluate_tuples(3, 2, 0, rounded_tuples(optimum, 1e-6))


def test_exponents_below_one_are_refused() -> None:
    with pytest.raises(ValueError, match="largest = 0; expected 1 or more"):
        solve_tuples(2, largest=0)


@pytest.mark.parametrize(("dimension", "neurons"), [(3, 123), (4, 337), (5, 757), (6, 1490)])
def test_what_is_shipped_for_larger_dimensions_is_exact(dimension: int, neurons: int) -> None:
    body = json.loads(shipped_real(dimension, 3) or b"")
    assert body["task"] == {"dimension": dimension, "k": 3}
    parts = tuple(
        TuplePolynomials(tuple(part["sines"]), tuple(map(tuple, part["columns"])), tuple(map(tuple, part["rows"])))
        for part in body["blocks"]
    )
    bound = evaluate_tuples(3, dimension, 0, parts)
    assert bound.neurons == body["claim"]["value"] == shipped_real_bound(dimension, 3) == neurons
    assert real_polynomials(bound) == shipped_real(dimension, 3)
    assert bound.neurons > (dimension**2 + 1) ** 2
    less = (replace(parts[0], rows=parts[0].rows[:-1]), *parts[1:])
    assert evaluate_tuples(3, dimension, 0, less).neurons < neurons


def test_what_is_shipped_for_no_dimension() -> None:
    assert shipped_real(7, 3) is None
    assert shipped_real_bound(3, 2) is None
    assert shipped_real(2, 3) == shipped_dihedral(3)


def test_a_bound_by_hand() -> None:
    """phi = cos a_1 + 2, k = 2: 8 phi^2 = 36 + 32 cos a_1 + 4 cos 2 a_1; cos 2 a_1 vanishes, cos a_1 need not."""
    part = TuplePolynomials((0, 0, 0), ((0, 0, 0), (1, 0, 0)), ((2, 1),))
    assert evaluate_tuples(2, 2, 0, (part,)) == TupleBound(2, 2, 0, (part,), 72, Fraction(36), Fraction(32))


def matrices(name: str) -> Array:
    irreps = real_irreps(character_table(group(name)))[1:]
    (rho,) = representations(group(name), [next(r for r in irreps if r.dimension == 2)])
    return np.asarray(rho)


@pytest.mark.parametrize("name", ["S3", "D5"])
def test_the_matrices_of_the_brute_force_are_those_of_the_group(name: str) -> None:
    rho = matrices(name)
    assert len({matrix.tobytes() for matrix in np.round(rho, 6) + 0.0}) == len(rho)
    assert sorted(np.linalg.det(rho).round()) == [-1] * (len(rho) // 2) + [1] * (len(rho) // 2)
