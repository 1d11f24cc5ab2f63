"""Integer systems by p-adic digits, against fractions: solutions of any size, singular matrices, limits."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from margin.numbers.integer_systems import PRIMES, _fractions, inverses, solve_integers

ENTRIES = st.integers(-4, 4) | st.integers(-(10**6), 10**6)


@st.composite
def systems(draw: st.DrawFn) -> tuple[list[list[int]], list[list[int]]]:
    """A square matrix and right-hand sides; often singular."""
    n, columns = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    entry = draw(st.sampled_from([st.integers(-1, 1), st.integers(-4, 4), ENTRIES]))
    right = st.integers(-3, 3) | st.integers(-(10**40), 10**40)
    matrix = draw(st.lists(st.lists(entry, min_size=n, max_size=n), min_size=n, max_size=n))
    return matrix, draw(st.lists(st.lists(right, min_size=columns, max_size=columns), min_size=n, max_size=n))


def determinant(matrix: list[list[int]]) -> int:
    """By the first row."""
    if not matrix:
        return 1
    minors = ([row[:j] + row[j + 1 :] for row in matrix[1:]] for j in range(len(matrix)))
    return sum((-1) ** j * x * determinant(minor) for j, (x, minor) in enumerate(zip(matrix[0], minors, strict=True)))


@settings(max_examples=150)
@given(systems())
def test_solutions(system: tuple[list[list[int]], list[list[int]]]) -> None:
    matrix, right = system
    if determinant(matrix) == 0:
        with pytest.raises(ArithmeticError, match=f"{len(matrix)} equations, singular modulo {len(PRIMES)} primes"):
            solve_integers(np.array(matrix), np.array(right, dtype=object))
        return
    numerators, denominators = solve_integers(np.array(matrix), np.array(right, dtype=object))
    for column, denominator in enumerate(denominators):
        assert denominator >= 1
        x = [Fraction(int(v), denominator) for v in numerators[:, column]]
        for row, wanted in zip(matrix, right, strict=True):
            assert sum(a * v for a, v in zip(row, x, strict=True)) == wanted[column]


def test_a_known_inverse_is_used_and_a_wrong_one_found_out() -> None:
    matrix, right = np.array([[3, 1], [1, 2]]), np.array([[1], [1]])
    prime = PRIMES[1]
    inverse = inverses(matrix[np.newaxis], prime)
    assert inverse is not None
    numerators, denominators = solve_integers(matrix, right, (prime, inverse[0]))
    assert (numerators.tolist(), denominators) == ([[1], [2]], [5])
    with pytest.raises(ArithmeticError, match=f"the inverse modulo {prime} is none of this matrix"):
        solve_integers(matrix, right, (prime, inverse[0] + 1))


def test_limits() -> None:
    with pytest.raises(OverflowError, match="entries of 1099511627776 in 1 equations, too large for float64"):
        solve_integers(np.array([[1 << 40]]), np.array([[1]]))
    assert solve_integers(np.array([[1 << 30]]), np.array([[1]]))[1] == [1 << 30]
    numerators, denominators = solve_integers(np.zeros((0, 0), dtype=np.int64), np.zeros((0, 1), dtype=np.int64))
    assert (numerators.shape, denominators) == ((0, 1), [1])


def test_inverses_modulo_a_prime() -> None:
    matrices = np.random.default_rng(0).integers(0, 101, (20, 4, 4))
    for matrix in matrices:
        found = inverses(matrix[np.newaxis], 101)
        singular = determinant(matrix.tolist()) % 101 == 0
        assert (found is None) == singular
        if found is not None:
            assert (matrix @ found[0] % 101 == np.eye(4)).all()
    assert inverses(np.array([[[1, 2], [3, 4]], [[1, 2], [2, 4]]]), 101) is None  # one of them singular


@given(st.lists(st.tuples(st.integers(-1000, 1000), st.integers(1, 30)), min_size=1, max_size=4))
def test_fractions_from_residues(parts: list[tuple[int, int]]) -> None:
    modulus = PRIMES[0] ** 4
    values = [Fraction(p, q) for p, q in parts]
    found = _fractions([v.numerator * pow(v.denominator, -1, modulus) % modulus for v in values], modulus)
    assert found is not None
    assert [Fraction(x, found[1]) for x in found[0]] == values


def test_residues_without_small_fractions() -> None:
    assert _fractions([12345678, 7654321, 3141592], PRIMES[0] ** 2) is None
