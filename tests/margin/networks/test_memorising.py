"""Networks that know pairs by heart: margins by brute force, no better shape, and what the solver finds."""

from __future__ import annotations

import numpy as np
import pytest

from margin.io.tables import read_csv
from margin.networks.memorising import best_shape, memorising, memorising_margin
from margin.tasks import ModularAddition
from margin.theory import maximum_margin
from tests.helpers.command_line import ROOT

TABLE = ROOT / "margin" / "data" / "surveys" / "solver" / "activations.csv"
SIZES = [(n, degree) for n in (2, 3, 4, 5, 7) for degree in (2, 3, 4, 5)]


@pytest.mark.parametrize(("n", "degree"), SIZES)
def test_the_margin_is_that_of_the_network(n: int, degree: int) -> None:
    network = memorising(n, degree)
    assert network.width == n**2
    np.testing.assert_allclose(network.masses(), 1)
    assert network.normalised_margin() == pytest.approx(memorising_margin(n, degree), rel=1e-12)


@pytest.mark.parametrize(("n", "degree"), SIZES)
def test_no_other_shape_is_better(n: int, degree: int) -> None:
    best = memorising_margin(n, degree)
    for angle in np.linspace(-np.pi / 2, np.pi / 2, 181):
        shape = np.cos(angle), np.sin(angle) / np.sqrt(n - 1)
        size = np.sqrt(degree / (2 * (degree + 1)))
        reached = memorising(n, degree, (size * shape[0], size * shape[1]))
        assert reached.normalised_margin() <= best * (1 + 1e-12)


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6, 7, 9, 30])
def test_at_degree_two_the_shape_has_no_constant_and_waves_are_better(n: int) -> None:
    """(x - y)^2 wants a u of mean 0: y = -x/(n - 1)."""
    x, y = best_shape(n, 2)
    assert y == pytest.approx(-x / (n - 1))
    value = memorising_margin(n, 2)
    assert value == pytest.approx(2 / 27**0.5 * (n / (n - 1)) ** 1.5 / n**2)
    gamma = float(maximum_margin(ModularAddition(n, 2)))
    assert value <= gamma * (1 + 1e-12)
    assert n < 4 or value < 0.99 * gamma


def test_the_solver_finds_no_more_with_higher_powers() -> None:
    rows = [row for row in read_csv(TABLE.read_text("utf-8")) if row["activation"].startswith("x^")]
    assert len(rows) == 14
    for row in rows:
        n, degree = int(row["classes"]), int(row["activation"][2:])
        value = memorising_margin(n, degree)
        assert float(row["lower_bound"]) <= value * (1 + 1e-12)
        assert float(row["upper_estimate"]) == pytest.approx(value, rel=1e-6)
        x, y = best_shape(n, degree)
        assert memorising(n, degree, (x, 0)).normalised_margin() < 0.9999 * value  # nothing elsewhere is worse
        assert -0.2 < y / x < 0


@pytest.mark.parametrize(("n", "degree"), [(1, 3), (0, 3), (5, 1), (5, 0)])
def test_sizes_without_such_a_network_are_refused(n: int, degree: int) -> None:
    for make in (best_shape, memorising_margin, memorising):
        with pytest.raises(ValueError, match=f"n = {n}, degree = {degree}; expected"):
            make(n, degree)


def test_a_network_that_does_not_fit_is_refused() -> None:
    with pytest.raises(MemoryError, match="neurons"):
        memorising(10**5, 3)
