"""Margins of low rank: bases of columns, and as few masses as the rank; the master through such a basis."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from margin.addition.maximum import maximum_margin
from margin.solver import from_task, interior, rounds, solve
from margin.solver.interior import stabilised
from margin.solver.neurons import neuron_margins
from margin.solver.pricing import Pricer
from margin.solver.rank import basis, fewer
from margin.tasks import GroupComposition, ModularAddition, Task

Array = NDArray[np.float64]


def low(rows: int, columns: int, rank: int, seed: int) -> Array:
    """A matrix of that rank, of about 1, that has the vector of ones among the combinations of its rows."""
    generator = np.random.default_rng(seed)
    C = generator.standard_normal((rank, columns))
    C[0] = 1 - C[1:].sum(axis=0)
    return 1 + 0.1 * generator.standard_normal((rows, rank)) @ C


@given(st.integers(1, 6), st.integers(20, 60), st.integers(8, 90), st.integers(0, 10**6))
@settings(max_examples=60)
def test_few_masses_have_the_margins_of_many(rank: int, columns: int, rows: int, seed: int) -> None:
    M = low(rows, columns, rank, seed)
    generator = np.random.default_rng(seed)
    masses = generator.dirichlet(np.ones(columns)) * (generator.uniform(size=columns) < 0.8)
    masses[:2] += 0.1
    found = basis(M)
    assert found is not None
    chosen, C = found
    assert len(chosen) <= rank + 1  # the sum of the masses is a row, too
    assert M[:, chosen] @ C == pytest.approx(M, abs=1e-7)
    assert C[:, chosen] == pytest.approx(np.eye(len(chosen)))
    few = fewer(masses, chosen, C)
    assert few.min() >= 0
    assert np.count_nonzero(few) <= len(chosen)
    assert few.sum() == pytest.approx(masses.sum())
    assert M @ few == pytest.approx(M @ masses, abs=1e-6)


def test_a_mass_that_fits_stays_where_it_is() -> None:
    """Masses on the basis alone are as few as they can be."""
    M = low(30, 40, 4, 0)
    chosen, C = basis(M) or pytest.fail("no basis")
    masses = np.zeros(40)
    masses[chosen] = 1.0
    assert np.array_equal(fewer(masses, chosen, C), masses)


@pytest.mark.parametrize(
    "M",
    [
        np.random.default_rng(0).standard_normal((80, 20)),  # of full rank
        np.zeros((30, 20)),
        np.full((30, 20), np.nan),
        np.full((30, 20), np.inf),
        low(60, 30, 3, 0) + 1e-5 * np.random.default_rng(1).standard_normal((60, 30)),  # nearly of low rank
    ],
    ids=["full", "zero", "nan", "infinite", "nearly"],
)
def test_other_matrices_have_no_basis(M: Array) -> None:
    assert basis(M) is None


def test_rows_that_do_not_decide_are_looked_at() -> None:
    """A tenth of the rows, which not all decide, are random: with them the rank is that of all columns."""
    M = low(4000, 30, 3, 0)
    M[:400] = np.random.default_rng(1).standard_normal((400, 30))
    assert basis(M) is None


@pytest.mark.parametrize("n", [3, 4, 5, 7, 8, 11])
def test_the_rank_of_best_neurons(n: int) -> None:
    """15 dimensions for each frequency of odd n: what 200 random best neurons span."""
    data = from_task(ModularAddition(n, 2))
    rows = len(data) * (n - 1)
    pricer = Pricer(data, np.random.default_rng(0))
    found = pricer.price(np.full(rows, 1 / rows), pricer.starts(max(200, 36 * n)), 300, 1)
    M = neuron_margins(data, found.U, found.W)
    chosen, _ = basis(M) or pytest.fail("no basis")
    assert len(chosen) == np.linalg.matrix_rank(M, 1e-9 * np.linalg.norm(M, 2))
    if n % 2:
        assert len(chosen) == 15 * (n - 1) // 2


@pytest.mark.parametrize(
    ("task", "starts"),
    [(ModularAddition(5, 2), 75), (ModularAddition(6, 2), 75), (GroupComposition("S3", 2), 120)],
    ids=str,
)
def test_the_master_through_a_basis_is_the_master(task: Task, starts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    data = from_task(task)
    rows = len(data) * (data.classes - 1)
    pricer = Pricer(data, np.random.default_rng(0))
    found = pricer.price(np.full(rows, 1 / rows), pricer.starts(starts), 300, 1)
    M = neuron_margins(data, found.U, found.W)
    M /= M.max()
    assert basis(M) is not None
    uses: list[int] = []
    values = []

    def counted(M: Array) -> tuple[NDArray[np.intp], Array] | None:
        uses.append(1)
        return basis(M)

    centre, metric = np.full(rows, 1 / rows), np.full(rows, 1e-8)
    for way, bases in itertools.product(("diagonal", "full"), (True, False)):
        with monkeypatch.context() as patch:
            patch.setattr(interior, "basis", counted if bases else lambda M: None)
            masses, weights = stabilised(M, centre, metric if way == "diagonal" else np.diag(metric))
        values.append((float((M @ masses).min()), float((M.T @ weights).max())))
    assert len(uses) == 1  # of a full metric the weights are the unknowns
    for value in values:
        assert value == pytest.approx((values[0][0],) * 2, rel=1e-7)


@pytest.mark.parametrize("dear", [True, False])
def test_a_first_round_that_falls_short_is_followed_by_more_of_the_same(
    dear: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of few starts the first pool is too small; where a new dual is dear, a second one under the same is priced."""
    task = ModularAddition(7, 2)
    new: list[int] = []
    master = rounds.Run.stabilised_master

    def counted(run: rounds.Run) -> None:
        new.append(run.rounds)
        master(run)

    monkeypatch.setattr(rounds.Run, "stabilised_master", counted)
    monkeypatch.setattr(rounds, "_BY_ROWS", 100 if dear else 1000)
    found = solve(from_task(task), tolerance=1e-3, starts=20)
    assert found.converged
    assert found.stats["rounds"] > 1
    assert 1 not in new if dear else 1 in new
    assert found.value == pytest.approx(float(maximum_margin(task)), rel=1e-3)


def test_more_starts_than_asked_for_are_priced_only_by_default() -> None:
    data = from_task(ModularAddition(13, 2))
    assert solve(data, tolerance=0.1).stats["priced"] == 12 * 3 * 13
    assert solve(data, tolerance=0.1, starts=150, most_rounds=1).stats["priced"] == 300
