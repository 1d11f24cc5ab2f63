"""Singular values: planted ranks and frequencies, and matrices that have none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from margin.analysis.fourier import dominant
from margin.analysis.singular import decomposed, frequency_alignment, least_rank


def planted(values: list[float], rows: int = 9, columns: int = 7, seed: int = 0) -> np.ndarray:
    """A matrix of these singular values."""
    rng = np.random.default_rng(seed)
    left, right = (np.linalg.qr(rng.normal(size=(size, size)))[0] for size in (rows, columns))
    return (left[:, : len(values)] * values) @ right[: len(values)]


@given(st.lists(st.floats(0.1, 10), min_size=1, max_size=7), st.integers(0, 5))
def test_planted_values_are_found(values: list[float], seed: int) -> None:
    matrix = planted(values, seed=seed)
    found = decomposed(matrix)
    padded = sorted(values, reverse=True) + [0.0] * (7 - len(values))
    assert found.values.tolist() == pytest.approx(padded, abs=1e-10)
    assert found.shares.tolist() == pytest.approx([x * x / sum(y * y for y in values) for x in padded], abs=1e-10)
    assert found.truncated(len(values)) == pytest.approx(matrix)
    for rank in range(8):
        error = np.linalg.norm(matrix - found.truncated(rank))
        assert error == pytest.approx(sum(x * x for x in padded[rank:]) ** 0.5, abs=1e-9)  # Eckart and Young
        assert np.linalg.matrix_rank(found.truncated(rank), tol=1e-9) == min(rank, len(values))


def test_effective_rank() -> None:
    assert decomposed(planted([3.0] * 5)).effective_rank == pytest.approx(5)
    assert decomposed(planted([2.0])).effective_rank == pytest.approx(1)
    shares = np.array([3, 1]) / 4
    assert decomposed(planted([3.0, 1.0])).effective_rank == pytest.approx(float(np.exp(-shares @ np.log(shares))))
    assert decomposed(np.zeros((2, 3))).effective_rank == 0
    assert decomposed(np.zeros((2, 3))).shares.tolist() == [0, 0]
    for scale in (1e-200, 1e200):
        assert decomposed(scale * planted([3.0, 1.0])).shares[:3].tolist() == pytest.approx([0.9, 0.1, 0])
    assert decomposed(np.random.default_rng(0).normal(size=(50, 50))).effective_rank > 30


def test_least_rank_is_the_least() -> None:
    """Labels are read from a table of logits that is a circle plus noise: rank 2 is enough, and rank 1 is not."""
    n = 11
    angles = 2 * np.pi * np.arange(n) / n
    table = 5 * np.cos(angles[:, None] - angles) + 0.01 * np.random.default_rng(0).normal(size=(n, n))

    def right(matrix: np.ndarray) -> bool:
        return bool((matrix.argmax(1) == np.arange(n)).all())

    assert least_rank(table, right) == 2
    assert least_rank(table, lambda matrix: True) == 0
    assert least_rank(table, lambda matrix: False) is None
    assert least_rank(np.eye(6), lambda matrix: bool((matrix.argmax(1) == np.arange(6)).all())) in (5, 6)
    tried: list[int] = []

    def never(matrix: np.ndarray) -> bool:
        tried.append(int(np.linalg.matrix_rank(matrix, tol=1e-9)))
        return False

    least_rank(planted([3.0, 2.0, 1.0], 3, 3), never)
    assert tried == [0, 1, 2, 3]


@pytest.mark.parametrize(("n", "z"), [(11, 3), (12, 6), (12, 5), (12, 0)])
def test_alignment_with_a_planted_frequency(n: int, z: int) -> None:
    a = np.arange(n)
    rng = np.random.default_rng(0)
    waves = np.array([np.cos(2 * np.pi * (z * a / n)), np.sin(2 * np.pi * (z * a / n))])
    waves = waves[: 1 if z in (0, n / 2) else 2]
    left = decomposed(waves.T @ rng.normal(size=(len(waves), 20))).left[:, : len(waves)]
    for frequency in range(n // 2 + 1):
        assert frequency_alignment(left, frequency) == pytest.approx(float(frequency == z), abs=1e-12)
    if z:
        assert (dominant(left, 0) == z).all()


def test_alignment_of_random_directions_is_their_number_over_n() -> None:
    rng = np.random.default_rng(0)
    found = [frequency_alignment(np.linalg.qr(rng.normal(size=(20, 4)))[0], 3) for _ in range(300)]
    assert np.mean(found) == pytest.approx(4 / 20, abs=0.02)
    assert frequency_alignment(np.eye(20), 3) == pytest.approx(1)
    assert frequency_alignment(np.zeros((20, 0)), 3) == 0


def test_what_is_refused() -> None:
    for wrong in (np.ones(3), np.ones((0, 3)), np.ones((1, 1, 1))):
        with pytest.raises(ValueError, match=r"^matrix of shape .*, expected \(rows, columns\), not empty$"):
            decomposed(wrong)
    for rank in (-1, 3):
        with pytest.raises(ValueError, match=rf"^rank {rank}, expected one in 0..2$"):
            decomposed(np.eye(2)).truncated(rank)
    for columns in (np.ones((5, 2)), np.ones(5)):
        with pytest.raises(ValueError, match=r"^directions of shape .*, expected \(n, r\) with orthonormal columns$"):
            frequency_alignment(columns, 1)
    for frequency in (-1, 3):
        with pytest.raises(ValueError, match=rf"^frequency {frequency}, expected one in 0..2$"):
            frequency_alignment(np.eye(5), frequency)
