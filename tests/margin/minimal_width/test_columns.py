"""Columns and orbit sums against the definitions."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from margin.minimal_width.columns import column, column_sums, independent, orbit_sums, representative, row_sum
from margin.minimal_width.exponents import canonical, support
from tests.proofs_check.building.width import oracle

PAIRS = [(k, j) for k in (2, 3, 4, 5) for j in range(k // 2 + 1)]


@pytest.mark.parametrize(("k", "j"), PAIRS)
def test_columns_are_those_of_the_format(k: int, j: int) -> None:
    random = Random(k + 10 * j)
    for m in random.sample(support(k, k), 8):
        expected = {h: c for h, c in oracle.column(m, j).items() if c}
        assert column(m, j) == expected
        again = column(representative(m, j), j)
        assert again in (expected, {h: -c for h, c in expected.items()})


@pytest.mark.parametrize(("k", "j"), PAIRS)
def test_the_short_way_to_orbit_sums(k: int, j: int) -> None:
    random = Random(3 * k + j)
    exponents = independent(support(k, k), j)
    for x in random.sample(exponents, min(4, len(exponents))):
        for y in random.sample(exponents, min(4, len(exponents))):
            long = orbit_sums(column(x, j), column(y, j))
            assert column_sums(x, row_sum(column(y, j), j), j) == long
            assert all(canonical(h) == h for h in long)


@pytest.mark.parametrize(("k", "sizes"), [(2, [4, 2]), (3, [6, 7]), (4, [15, 19, 11]), (5, [24, 44, 32])])
def test_bases_have_the_sizes_of_the_theory(k: int, sizes: list[int]) -> None:
    assert [len(independent(support(k, k), j)) for j in range(k // 2 + 1)] == sizes


@pytest.mark.parametrize(("k", "j"), [(2, 1), (3, 0), (3, 1), (4, 2)])
def test_bases_are_bases(k: int, j: int) -> None:
    """By the rank of all columns over the rational numbers, which float64 decides for such small integers."""
    vectors = support(k, k)
    place = {m: i for i, m in enumerate(vectors)}

    def rank(exponents: list[tuple[int, ...]]) -> int:
        matrix = np.zeros((len(exponents), len(vectors)))
        for row, m in zip(matrix, exponents, strict=True):
            for h, c in column(m, j).items():
                row[place[h]] = c
        return int(np.linalg.matrix_rank(matrix))

    basis = independent(vectors, j)
    assert rank(basis) == len(basis) == rank(vectors)
