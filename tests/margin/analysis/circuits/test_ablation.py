"""Cutting a matrix to ranks, directions and frequencies: planted ones, and matrices where nothing can be cut."""

from __future__ import annotations

import numpy as np
import pytest

from margin.analysis.axes import Tensor
from margin.analysis.circuits.ablation import at_frequencies, by_rank, without_directions, without_frequencies
from margin.analysis.fourier import power
from margin.analysis.singular import decomposed

N = 13


def unembedding(frequencies: tuple[int, ...], sizes: tuple[float, ...]) -> np.ndarray:
    """Logits f(s)[c] = sum of size cos 2 pi z (s - c)/13, of rank 2 a frequency."""
    s = np.arange(N)
    return sum(
        size * np.cos(2 * np.pi * z * (s[:, None] - s) / N) for z, size in zip(frequencies, sizes, strict=True)
    ) + np.zeros((N, N))


def accuracy(logits: np.ndarray) -> float:
    return float((logits.argmax(1) == np.arange(N)).mean())


def test_planted_rank_is_enough_and_its_complement_is_chance() -> None:
    planted = unembedding((2, 5), (3.0, 1.0))
    noisy = planted + 1e-6 * np.random.default_rng(0).normal(size=(N, N))
    rows = by_rank(noisy, range(N + 1), accuracy)
    assert [row.rank for row in rows] == list(range(N + 1))
    assert (rows[0].share, rows[0].energy, rows[0].complement) == (0, 0, 1)
    assert rows[0].accuracy == pytest.approx(1 / N)
    assert rows[2].accuracy == 1  # one frequency is enough for all sums
    assert rows[2].complement == 1  # and so is the other
    assert rows[2].share == pytest.approx(3 / 4, abs=1e-5)
    assert rows[2].energy == pytest.approx(9 / 10, abs=1e-5)
    assert rows[4].complement < 0.5
    assert rows[1].accuracy < 1
    assert (rows[N].share, rows[N].energy, rows[N].accuracy) == pytest.approx((1, 1, 1))


def test_a_matrix_without_low_rank_has_none() -> None:
    rows = by_rank(np.eye(N), range(N + 1), accuracy)
    assert all(row.share == pytest.approx(row.rank / N) for row in rows)
    assert all(row.accuracy < 1 for row in rows[: N - 1])
    (zero,) = by_rank(np.zeros((2, 2)), [1], lambda matrix: 0.0)
    assert (zero.share, zero.energy) == (0, 0)
    with pytest.raises(ValueError, match=r"rank 14, expected one in 0\.\.13"):
        by_rank(np.eye(N), [N + 1], accuracy)


def test_directions_are_removed_and_no_others() -> None:
    found = decomposed(np.random.default_rng(1).normal(size=(6, 4)))
    whole = found.truncated(4)
    assert without_directions(found, []) == pytest.approx(whole)
    assert without_directions(found, [0, 1]) == pytest.approx(whole - found.truncated(2))
    assert decomposed(without_directions(found, [2])).values == pytest.approx([*np.delete(found.values, 2), 0])
    for number in (-1, 4):
        with pytest.raises(ValueError, match=rf"singular direction {number}, expected one in 0\.\.3"):
            without_directions(found, [number])


def test_frequencies_are_removed_and_no_others() -> None:
    values = np.random.default_rng(2).normal(size=(3, N, 2))
    left = without_frequencies(values, [0, 4], 1)
    shares = power(left, 1)
    assert abs(shares[:, [0, 4]]).max() < 1e-20
    assert (shares[:, [1, 2, 3, 5, 6]] > 1e-6).all()
    assert at_frequencies(values, [0, 4], 1) + left == pytest.approx(values)
    assert power(at_frequencies(values, [4], 1), 1)[:, 4] == pytest.approx(1)
    named = Tensor(values, ("head", "element", "label"))
    assert without_frequencies(named, [0, 4], "element") == pytest.approx(left)
    assert without_frequencies(values, [], 1) == pytest.approx(values)
    assert at_frequencies(values, range(N // 2 + 1), 1) == pytest.approx(values)


@pytest.mark.parametrize("n", [2, 7, 8])
def test_lengths_of_either_parity(n: int) -> None:
    values = np.random.default_rng(n).normal(size=n)
    parts = [at_frequencies(values, [z]) for z in range(n // 2 + 1)]
    assert sum(parts) == pytest.approx(values)
    assert np.array(parts) @ np.array(parts).T == pytest.approx(np.diag([part @ part for part in parts]))


def test_a_planted_pair_of_frequencies_carries_the_accuracy() -> None:
    planted = unembedding((1, 3, 6), (1.0, 1.0, 1.0))
    assert accuracy(without_frequencies(planted, [1], 1)) == 1
    assert accuracy(at_frequencies(planted, [1, 3, 6], 1)) == 1
    assert accuracy(without_frequencies(planted, [1, 3, 6], 1) + 1e-12 * np.ones((N, N))) < 0.6
    assert accuracy(without_frequencies(planted, [2, 4, 5], 1)) == 1


@pytest.mark.parametrize("frequency", [-1, 7])
def test_unknown_frequencies_are_refused(frequency: int) -> None:
    for function in (without_frequencies, at_frequencies):
        with pytest.raises(ValueError, match=rf"frequency {frequency}, expected one in 0\.\.6"):
            function(np.ones(N), [frequency])
