"""Two-dimensional spectra, the diagonal (j, ..., j, -j), and equivariance under shifts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from margin.analysis.axes import Tensor
from margin.analysis.tables import diagonal_power, power_2d, shift_error, spectrum_2d
from tests.margin.analysis import explicit_sums


def sums(n: int, k: int) -> np.ndarray:
    """a_1 + ... + a_k - c mod n, shape (n,) * (k+1)."""
    return sum(np.indices((n,) * (k + 1))[:-1]) - np.arange(n)


@pytest.mark.parametrize("shape", [(2, 3), (5, 4), (6, 6)])
def test_two_dimensions_are_explicit_sums(shape: tuple[int, int]) -> None:
    table = np.random.default_rng(0).normal(size=shape)
    found, shares = spectrum_2d(table), power_2d(table)
    for y, z in np.ndindex(shape):
        wanted = explicit_sums.table_coefficient(table.tolist(), y, z)
        assert found[y, z] == pytest.approx(wanted, abs=1e-10)
        assert shares[y, z] == pytest.approx(abs(wanted) ** 2 / (table**2).sum() / table.size)
    assert shares.sum() == pytest.approx(1)


def test_two_axes_by_name() -> None:
    values = np.random.default_rng(1).normal(size=(5, 3, 5))
    table = Tensor(values, ("element0", "neuron", "element1"))
    found = spectrum_2d(table, "element0", "element1")
    assert found.shape == (5, 3, 5)
    assert found[:, 2] == pytest.approx(spectrum_2d(values[:, 2]))
    assert power_2d(table, "element0", "element1").sum((0, 2)) == pytest.approx(np.ones(3))


def test_planted_pairs_of_frequencies() -> None:
    a = np.arange(11)
    shares = power_2d(np.cos(2 * np.pi * (3 * a[:, None] - 2 * a + 0.4) / 11))
    assert np.argwhere(shares > 1e-9).tolist() == [[3, 9], [8, 2]]
    assert shares[3, 9] == shares[8, 2] == pytest.approx(0.5)
    assert power_2d(np.ones((4, 4)))[0, 0] == pytest.approx(1)
    assert not power_2d(np.zeros((4, 4))).any()
    assert power_2d(np.random.default_rng(0).normal(size=(50, 50))).max() < 0.01


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_the_diagonal_is_explicit_sums(n: int) -> None:
    table = np.random.default_rng(n).normal(size=(n, n, n))
    assert diagonal_power(table).tolist() == pytest.approx(explicit_sums.diagonal(table.tolist()), abs=1e-12)


@pytest.mark.parametrize(("n", "k"), [(5, 1), (6, 2), (7, 3)])
def test_functions_of_the_sum_lie_on_the_diagonal(n: int, k: int) -> None:
    values = np.random.default_rng(n).normal(size=n)
    table = values[sums(n, k) % n]
    assert diagonal_power(table).sum() == pytest.approx(1)
    assert diagonal_power(table).tolist() == pytest.approx(explicit_sums.power([values.tolist()], mean=True))
    for shift in range(-1, n + 1):
        assert shift_error(table, shift) == 0


def test_functions_of_something_else_do_not() -> None:
    n = 7
    difference = np.random.default_rng(0).normal(size=n)[np.subtract(*np.indices((n, n, n))[:2]) % n]  # a - b
    difference = difference - difference.mean()
    assert diagonal_power(difference).sum() < 1e-12
    noise = np.random.default_rng(1).normal(size=(31, 31, 31))
    assert diagonal_power(noise).sum() < 5 / 31**2
    assert shift_error(noise, 1) == pytest.approx(np.sqrt(2), abs=0.05)
    assert shift_error(noise, 0) == shift_error(noise, 31) == 0
    assert shift_error(np.zeros((3, 3)), 1) == 0
    assert not diagonal_power(np.zeros((3, 3))).any()


def test_the_labels_move_by_k_shifts() -> None:
    """f(a + s, b + s)[c + 2 s]: of the table of a + b - c, and not of a + b + c."""
    n = 7
    table = np.cos(2 * np.pi * sums(n, 2) / n)
    a, b, c, s = 2, 6, 3, 4
    assert table[(a + s) % n, (b + s) % n, (c + 2 * s) % n] == pytest.approx(table[a, b, c])
    assert shift_error(np.cos(2 * np.pi * (sums(n, 2) + 2 * np.arange(n)) / n), s) > 1


def test_extreme_values_have_the_same_shares() -> None:
    table = np.random.default_rng(0).normal(size=(4, 4))
    for function in (diagonal_power, power_2d, lambda t: shift_error(t, 1)):
        assert function(1e-200 * table) == pytest.approx(function(table))
        assert function(1e200 * table) == pytest.approx(function(table))


@pytest.mark.parametrize("function", [diagonal_power, lambda table: shift_error(table, 1)])
@pytest.mark.parametrize("shape", [(5,), (1, 1), (3, 4), (3, 3, 2), ()])
def test_other_shapes_are_refused(shape: tuple[int, ...], function: Callable[[np.ndarray], object]) -> None:
    with pytest.raises(ValueError, match=r"^table of shape .*, expected \(n,\) \* \(k \+ 1\)"):
        function(np.ones(shape))


def test_the_same_axis_twice_is_refused() -> None:
    for function in (spectrum_2d, power_2d):
        with pytest.raises(ValueError, match="the same axis twice"):
            function(np.ones((3, 3)), 1, -1)
