"""The semidefinite program: its optimum against that of cvxpy, its rounding, resuming, the interior-point method."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations, islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from margin.minimal_width.certificate import certificate
from margin.minimal_width.exponents import conditions
from margin.minimal_width.interior import Constraints, Point, Program, maximise
from margin.minimal_width.program import Optimum, blocks, solve
from margin.minimal_width.resume import keep, kept
from margin.minimal_width.rounding import Bound, Polynomials, evaluate, factor, prove, rounded


def by_cvxpy(k: int, order: int) -> float:
    """The same program, stated apart from ours, by a general solver."""
    cvxpy: Any = pytest.importorskip("cvxpy", reason="the other solver needs cvxpy")
    known = conditions(k, order)
    sums: dict[tuple[int, ...], list[Any]] = {}
    for block in blocks(k, k):
        gram = cvxpy.Variable((len(block.exponents),) * 2, PSD=True)
        for h, a, b, value in block.sums:
            sums.setdefault(h, []).append(value * (1 if a == b else 2) * gram[a, b])
    total = {h: cvxpy.sum(cvxpy.hstack(terms)) for h, terms in sums.items()}
    outside: dict[tuple[int, ...], Any] = {}
    for h in total.keys() - known.vanishing - {(0,) * k}:
        stands, share = known.counted_as(h)
        outside[stands] = outside.get(stands, 0) + float(share) * total[h]
    limits = [total[(0,) * k] == 1, *(expression <= 0 for expression in outside.values())]
    problem = cvxpy.Problem(cvxpy.Maximize(cvxpy.sum(cvxpy.hstack(list(total.values())))), limits)
    return float(problem.solve(solver="CLARABEL"))


@pytest.mark.parametrize(("k", "order", "value"), [(2, 0, 6.0), (2, 4, 10 / 3), (3, 0, 15.938892), (3, 6, 14.030328)])
def test_the_optimum_is_that_of_another_solver(k: int, order: int, value: float) -> None:
    ours = solve(k, order).value
    assert ours == pytest.approx(value, abs=1e-5)
    assert ours == pytest.approx(by_cvxpy(k, order), abs=1e-4)


def test_larger_supports_are_better() -> None:
    assert solve(3).value < solve(3, size=5).value == pytest.approx(16, abs=1e-4)
    assert solve(3, largest=1).value < solve(3, largest=2).value < 16


def test_the_optimum_at_four_inputs() -> None:
    assert solve(4).value == pytest.approx(39.98203, abs=1e-4)


@pytest.fixture(scope="module")
def optimum() -> Optimum:
    return solve(3)


def test_a_factor_of_a_gram_matrix() -> None:
    random = np.random.default_rng(0)
    half = random.standard_normal((3, 5))
    L = factor(half.T @ half)  # singular
    assert np.allclose(L.T @ L, half.T @ half)
    assert np.allclose(L, np.tril(L))
    assert (np.diag(L) >= 0).all()
    assert np.allclose(factor(np.diag([1.0, -1e-9])), np.diag([1, 0]))


def test_rounding_keeps_most_of_the_optimum(optimum: Optimum) -> None:
    bound = prove(3, 0, optimum)
    assert bound.neurons == 16
    assert 15 < bound.ratio < optimum.value
    fine = evaluate(3, 0, optimum.blocks, rounded(optimum, 2.0**30))
    assert float(fine.ratio) == pytest.approx(optimum.value, abs=1e-5)
    assert prove(3, 0, optimum, 12).neurons >= 12


def test_no_rounding_proves_more_than_the_optimum(optimum: Optimum) -> None:
    with pytest.raises(ArithmeticError, match=r"no rounding of an optimum of 15.938\d+ proves 17 neurons"):
        prove(3, 0, optimum, 17)


def test_polynomials_that_are_all_zero_are_refused(optimum: Optimum) -> None:
    with pytest.raises(ValueError, match="all polynomials are 0"):
        evaluate(3, 0, optimum.blocks, rounded(optimum, 1e-6))


def test_a_program_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    path, points, steps = str(tmp_path / "step.safetensors"), list[Point](), list[int]()
    assert kept(path) is None
    whole = solve(3, report=lambda step, *_: steps.append(step), save=points.append)
    keep(path, points[len(points) // 2])
    again = list[int]()
    resumed = solve(3, report=lambda step, *_: again.append(step), start=kept(path))
    assert len(again) < len(steps)
    assert resumed.value == pytest.approx(whole.value, abs=1e-6)
    assert certificate(prove(3, 0, resumed)).startswith(b'{"blocks":')


def test_a_file_that_holds_no_step_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "step.safetensors"
    path.write_bytes(b"nothing")
    with pytest.raises(ValueError, match="holds no step of a program"):
        kept(str(path))


# 92 columns of six different entries, no two of one orbit
FALLING = tuple(islice(combinations(range(8, -2, -1), 6), 92))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"k": 7}, "k = 7; the format takes k from 2 to 6"),
        ({"order": 2**256}, "an order of 257 bits; the format takes orders below 2.256"),
        ({"columns": ((0, 0, 0),) * 257}, "a block of 257 polynomials; the format takes 256"),
        ({"rows": ((1,),) * 257}, "a block of 257 polynomials; the format takes 256"),
        ({"columns": ((9, 0, 0),)}, "an exponent of 9; the format takes 8"),
        ({"columns": ((0, -9, 0),)}, "an exponent of 9; the format takes 8"),
        ({"rows": ((2**64,),)}, "a coefficient of 65 bits; the format takes 64 bits"),
        ({"k": 6, "columns": FALLING}, "12188160 products of exponents; the format takes 12000000"),
    ],
)
def test_what_is_beyond_the_format_is_not_written(changes: dict[str, Any], message: str) -> None:
    part = Polynomials(0, changes.get("columns", ((0, 0, 0),)), changes.get("rows", ((1,),)))
    small = Bound(3, 0, (Polynomials(0, ((0, 0, 0),), ((1,),)),), 4, 4, Fraction(0))
    assert certificate(small).startswith(b'{"blocks":')
    with pytest.raises(ValueError, match=message):
        certificate(replace(small, k=changes.get("k", 3), order=changes.get("order", 0), blocks=(part,)))


# -- the interior-point method alone -------------------------------------------------------------


def program(slack: bool) -> Program:
    """maximise X_12 + X_21 where the trace is 1, and X_11 is 1/5, or at most 1/5: sqrt(0.16) * 2."""
    ones, index = np.array([1.0, 1.0, 1.0]), np.array([0, 0, 1])
    constraints = Constraints(2, 2, index, np.array([0, 1, 0]), np.array([0, 1, 0]), ones)
    loose = np.array([1] if slack else [], dtype=np.int64)
    return Program([np.array([[0.0, 1.0], [1.0, 0.0]])], [constraints], np.array([1.0, 0.2]), loose)


@pytest.mark.parametrize("slack", [True, False])
def test_a_program_with_a_known_answer(slack: bool) -> None:
    seen = list[tuple[int, float, float, float]]()
    point = maximise(program(slack), report=lambda *row: seen.append(row))
    assert program(slack).value(point) == pytest.approx(0.8, abs=1e-6)
    assert np.allclose(point.X[0], [[0.2, 0.4], [0.4, 0.8]], atol=1e-4)
    assert seen[-1][2] == pytest.approx(0.8, abs=1e-6)
    assert seen[-1][3] < 1e-7


def test_constraints_act_as_their_matrices_do() -> None:
    random = np.random.default_rng(1)
    index, row, column = np.array([0, 0, 1, 2]), np.array([1, 2, 2, 0]), np.array([0, 2, 1, 0])
    value = random.standard_normal(4)
    part = Constraints(3, 3, index, row, column, value)
    A = np.zeros((3, 3, 3))
    A[index, row, column] = A[index, column, row] = value
    X, left, right, y = (random.standard_normal(shape) for shape in ((3, 3), (3, 3), (3, 3), (3,)))
    assert np.allclose(part.inner(X), np.einsum("iab,ab->i", A, X))
    assert np.allclose(part.combined(y), np.einsum("i,iab->ab", y, A))
    assert np.allclose(part.between(left, right), (left.T @ A @ right).reshape(3, 9))
