"""The simplex method in floats takes the steps of the exact one, and its errors do not add up."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from margin.numbers.float_simplex import FloatTableau
from margin.numbers.simplex import Tableau


def programs(count: int) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Small programs, many of them degenerate or unbounded."""
    random = np.random.default_rng(3)
    sizes = [random.integers(1, 6, 2) for _ in range(count)]
    return [(random.integers(-2, 4, (m, n)), random.integers(0, 4, m), random.integers(-1, 3, n)) for m, n in sizes]


def exact(matrix: np.ndarray, bounds: np.ndarray, costs: np.ndarray) -> Tableau[Fraction, Fraction]:
    rows = [[Fraction(x) for x in row] for row in matrix.tolist()]
    return Tableau(rows, list(map(Fraction, bounds.tolist())), list(map(Fraction, costs.tolist())))


@pytest.mark.parametrize(("matrix", "bounds", "costs"), programs(150), ids=lambda _: "")
def test_the_same_steps(matrix: np.ndarray, bounds: np.ndarray, costs: np.ndarray) -> None:
    slow, quick = exact(matrix, bounds, costs), FloatTableau(*(x.astype(float) for x in (matrix, bounds, costs)))
    try:
        slow.maximise()
    except ArithmeticError:
        with pytest.raises(ArithmeticError, match="no optimum"):
            quick.maximise()
        return
    quick.maximise()
    assert (slow.basic, slow.free) == (quick.basic.tolist(), quick.free.tolist())
    assert quick.primal()[: quick.columns] == pytest.approx([float(v) for v in slow.primal()], abs=1e-9)
    assert quick.dual()[quick.columns :] == pytest.approx([float(v) for v in slow.dual()], abs=1e-9)
    slow.least_dual([(r, 1) for r in range(quick.rows)])
    quick.least_dual([(quick.columns + r, 1) for r in range(quick.rows)])
    assert quick.dual()[quick.columns :] == pytest.approx([float(v) for v in slow.dual()], abs=1e-9)
    slow.least_primal()
    quick.least_primal()
    assert quick.primal()[: quick.columns] == pytest.approx([float(v) for v in slow.primal()], abs=1e-9)


def test_the_body_is_that_of_the_basis() -> None:
    """After a change that stands for errors of many pivots, it is computed anew."""
    random = np.random.default_rng(0)
    tableau = FloatTableau(random.uniform(0.5, 2, (6, 4)), random.uniform(1, 2, 6), np.ones(4))
    tableau.maximise()
    assert tableau.pivots > 1
    right = tableau.body.copy()
    tableau.body += 1e-3
    tableau._stale = 1
    assert not tableau._fresh()
    assert tableau.body == pytest.approx(right, abs=1e-12)
    assert tableau._fresh()


def test_pivots_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("margin.numbers.float_simplex._MOST_PIVOTS", 0)
    with pytest.raises(ArithmeticError, match="no optimum after 0 pivots"):
        FloatTableau(np.ones((1, 1)), np.ones(1), np.ones(1)).maximise()
