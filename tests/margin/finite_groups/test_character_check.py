"""A forged character table fails its check, whichever condition it breaks; the steps before it refuse nonsense."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from margin.finite_groups import dixon, find_characters
from margin.finite_groups.character_check import verify
from margin.finite_groups.characters import CharacterTable
from margin.finite_groups.find_characters import character_table
from margin.finite_groups.names import group
from margin.numbers.modular import (
    inverse,
    matrix_power,
    primes_one_modulo,
    product,
    root_of_unity,
    row_space,
    unit_generators,
)

PRIME = 1_048_583


def forged(name: str, change: object) -> CharacterTable:
    table = character_table(group(name))
    packed = table.packed.copy()
    assert callable(change)
    changed = change(packed)
    return CharacterTable(table.group, packed if changed is None else changed)


def test_true_tables_pass() -> None:
    for name in ("C1", "C7", "S4", "Q8", "SL(2,5)"):
        verify(character_table(group(name)))


# S4: classes of orders 1, 2, 2, 3, 4: columns 0 | 1 2 | 3 4 | 5 6 7 | 8 9 10 11. C5: 0 | 1 .. 5
@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("S4", lambda p: p[:4], "as many characters as classes"),
        ("S4", lambda p: p.__setitem__((1, 0), 2), "squared degrees add up to the order"),
        ("S4", lambda p: p.__setitem__((4, 5), 2), "multiplicities add up to the degree"),
        ("S4", lambda p: p.__setitem__((1, slice(5, 8)), [0, 1, 0]), "multiplicities agree within a class"),
        ("C5", lambda p: p.__setitem__((1, slice(1, 6)), [1, 0, 0, 0, 0]), "not closed under"),
        ("S4", lambda p: p.__setitem__((1, slice(3, 5)), [1, 0]), "orthogonality of rows"),
        ("S4", lambda p: p.__setitem__(4, p[3]), "orthogonality of rows"),
        ("C3", lambda p: p.__setitem__((slice(1, 3), slice(1, 4)), [1, 0, 0]), "orthogonality of rows"),
    ],
)
def test_forged_tables_fail(name: str, change: object, message: str) -> None:
    with pytest.raises(ArithmeticError, match=message):
        verify(forged(name, change))


def test_values_alone_are_not_enough() -> None:
    """In Q8, i has eigenvalues i, -i in the character of degree 2; 1, -1 have the same sum and the wrong squares."""
    table = character_table(group("Q8"))
    spoilt = table.packed.copy()
    assert spoilt[4].tolist() == [2, 0, 2, *[0, 1, 0, 1] * 3]
    spoilt[4, 3:7] = [1, 0, 1, 0]
    wrong = CharacterTable(table.group, spoilt)
    assert np.array_equal(wrong.rational_values(), table.rational_values())
    with pytest.raises(ArithmeticError, match="multiplicities of powers are those of the powers"):
        verify(wrong)


def test_class_constants_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    built = group("S4")
    table = character_table(built)
    quotients = built.class_quotients.copy()
    quotients[1, 5] = (quotients[1, 5] + 1) % 5
    monkeypatch.setitem(built.__dict__, "class_quotients", quotients)
    with pytest.raises(ArithmeticError, match="characters of S4 fail their check: class constants"):
        verify(table)


def test_wrong_steps_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    built = group("S3")
    true = dixon.central_characters
    with monkeypatch.context() as patch:
        patch.setattr(dixon, "central_characters", lambda g, p: true(g, p) * np.array([1, 2, 1]) % p)
        with pytest.raises(ArithmeticError, match="characters of S3: squared degrees"):
            character_table(built)
    with monkeypatch.context() as patch:
        patch.setattr(find_characters, "eigenvalue_multiplicities", lambda *_: np.full((3, 1), 7))
        with pytest.raises(ArithmeticError, match="an eigenvalue multiplicity exceeds the degree"):
            character_table(built)


def test_a_combination_that_does_not_split_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Zero is an eigenvalue of a zero matrix only: both halves are everything, and the next draw decides."""
    built = group("S4")
    true, calls = type(built).class_matrix, list[int]()

    def matrix(self: object, weights: NDArray[np.int64]) -> NDArray[np.int64]:
        calls.append(1)
        return true(built, np.zeros_like(weights) if len(calls) == 1 else weights)

    monkeypatch.setattr(type(built), "class_matrix", matrix)
    assert sorted(character_table(built).degrees.tolist()) == [1, 1, 2, 3, 3]
    assert len(calls) > 1


# -- modular arithmetic --------------------------------------------------------------------


@given(st.integers(1, 5000), st.integers(2, 1 << 20))
def test_primes_and_their_roots_of_unity(exponent: int, above: int) -> None:
    found = list(islice(primes_one_modulo(exponent, above), 2))
    assert above < found[0] < found[1]
    for prime in found:
        assert prime % exponent == 1 % exponent
        assert all(prime % q for q in range(2, int(prime**0.5) + 1))
        root = root_of_unity(exponent, prime)
        powers = [1]
        while (power := powers[-1] * root % prime) != 1:
            powers.append(power)
        assert len(powers) == exponent
        assert dixon.root_powers(root, exponent, prime).tolist() == powers


def test_roots_of_unity_that_do_not_exist_are_refused() -> None:
    with pytest.raises(ValueError, match="no element of order 4 modulo 7: expected a divisor of 6"):
        root_of_unity(4, 7)


@given(st.integers(1, 400))
def test_unit_generators_generate(modulus: int) -> None:
    generators = unit_generators(modulus)
    found, waiting = {1 % modulus}, [1 % modulus]
    while waiting:
        x = waiting.pop()
        for s in generators:
            if (y := x * s % modulus) not in found:
                found.add(y)
                waiting.append(y)
    assert found == {s % modulus for s in range(1, modulus + 1) if np.gcd(s, modulus) == 1}


matrices = st.tuples(st.integers(1, 8), st.integers(1, 8), st.integers(0, 2**32), st.integers(1, 4))


@given(matrices, st.sampled_from([2, 7, PRIME]))
def test_row_space(shape: tuple[int, int, int, int], prime: int) -> None:
    rows, columns, seed, rank = shape
    random = np.random.default_rng(seed)
    matrix = product(random.integers(0, prime, (rows, rank)), random.integers(0, prime, (rank, columns)), prime)
    basis, pivots = row_space(matrix, prime)
    assert len(basis) == len(pivots) <= min(rows, columns, rank)
    assert np.array_equal(basis[:, pivots], np.eye(len(pivots), dtype=np.int64))
    assert np.array_equal(product(matrix[:, pivots], basis, prime) if pivots else 0 * matrix, matrix)
    python = [[int(x) for x in row] for row in matrix]
    assert rank_of(python, prime) == len(pivots)


def rank_of(rows: list[list[int]], prime: int) -> int:
    """By textbook elimination."""
    rank = 0
    for c in range(len(rows[0])):
        found = next((r for r in range(rank, len(rows)) if rows[r][c]), None)
        if found is None:
            continue
        rows[rank], rows[found] = rows[found], rows[rank]
        for r in range(rank + 1, len(rows)):
            factor = rows[r][c] * pow(rows[rank][c], -1, prime)
            rows[r] = [(a - factor * b) % prime for a, b in zip(rows[r], rows[rank], strict=True)]
        rank += 1
    return rank


@given(st.integers(1, 6), st.integers(0, 50), st.integers(0, 2**32))
def test_powers_and_inverses(size: int, exponent: int, seed: int) -> None:
    matrix = np.random.default_rng(seed).integers(0, PRIME, (size, size))
    expected = np.eye(size, dtype=object)
    for _ in range(exponent):
        expected = expected.dot(matrix.astype(object)) % PRIME
    assert np.array_equal(matrix_power(matrix, exponent, PRIME), expected)
    values = matrix.reshape(-1) % (PRIME - 1) + 1
    assert (values * inverse(values, PRIME) % PRIME == 1).all()


def test_inexact_products_are_refused() -> None:
    wide = np.ones((1, 8191), dtype=np.int64) * (PRIME - 1)
    assert product(wide, wide.T, PRIME)[0, 0] == 8191 % PRIME
    with pytest.raises(OverflowError, match="product of length 8192 modulo 1048583 exceeds 2"):
        product(np.ones((1, 8192), dtype=np.int64), np.ones((8192, 1), dtype=np.int64), PRIME)
