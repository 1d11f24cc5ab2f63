"""Singular directions and frequencies: planted pairs, mixed ones, and random directions that have none."""

from __future__ import annotations

import numpy as np
import pytest

from margin.analysis.circuits.pairing import Direction, directions, pairs, two_each
from margin.analysis.singular import decomposed

N = 31


def basis(*frequencies: int) -> np.ndarray:
    """Orthonormal cosine and sine of each frequency, one a column."""
    angles = 2 * np.pi * np.outer(np.arange(N), frequencies) / N
    columns = np.stack([np.cos(angles), np.sin(angles)], axis=2).reshape(N, -1)
    return columns * np.sqrt(2 / N)


def test_planted_pairs_are_found_however_a_pair_is_turned() -> None:
    waves, rng = basis(4, 9, 2), np.random.default_rng(0)
    right = np.linalg.qr(rng.normal(size=(12, 6)))[0]
    found = decomposed((waves * [5, 5, 3, 3, 1, 1]) @ right.T)
    columns = found.left[:, :6]
    assert [direction.frequency for direction in directions(columns)] == [4, 4, 9, 9, 2, 2]
    assert two_each(directions(columns))
    assert [(pair.number, pair.frequency) for pair in pairs(columns, 3)] == [(0, 4), (2, 9), (4, 2)]
    assert [pair.alignment for pair in pairs(columns, 3)] == pytest.approx([1, 1, 1])


def test_mixed_directions_are_not_paired() -> None:
    waves, half = basis(4, 9), 0.5**0.5
    mixed = np.stack([waves[:, 0] + waves[:, 2], waves[:, 0] - waves[:, 2], waves[:, 1], waves[:, 3]], axis=1)
    mixed[:, :2] *= half
    found = directions(mixed)
    assert [direction.share for direction in found] == pytest.approx([0.5, 0.5, 1, 1])
    assert not two_each(found)
    assert pairs(mixed, 1)[0].alignment == pytest.approx(0.5)
    assert two_each(found[:0]) is False


def test_random_directions_have_no_frequency() -> None:
    columns = np.linalg.qr(np.random.default_rng(1).normal(size=(N, 12)))[0]
    assert max(direction.share for direction in directions(columns)) < 0.6
    assert not two_each(directions(columns))
    assert max(pair.alignment for pair in pairs(columns, 6)) < 0.6


def test_the_mean_counts_in_the_share_and_is_no_frequency() -> None:
    ((constant, mostly),) = [directions(np.stack([np.ones(N), 2 + basis(3)[:, 0]], axis=1))]
    assert constant == Direction(0, 0.0)
    assert mostly.frequency == 3
    assert mostly.share == pytest.approx(1 / (1 + 4 * N))


@pytest.mark.parametrize(
    ("frequencies", "shares", "paired"),
    [
        ((1, 1, 2, 2), (0.9, 0.9, 1, 1), True),
        ((1, 2, 1, 2), (1, 1, 1, 1), True),
        ((1, 1, 2, 2), (0.89, 0.9, 1, 1), False),
        ((1, 1, 1, 1), (1, 1, 1, 1), False),
        ((1, 1, 2), (1, 1, 1), False),
    ],
)
def test_two_each(frequencies: tuple[int, ...], shares: tuple[float, ...], paired: bool) -> None:
    assert two_each([Direction(z, x) for z, x in zip(frequencies, shares, strict=True)]) is paired


def test_refusals() -> None:
    with pytest.raises(ValueError, match=r"directions of shape \(5,\), expected \(n, r\)"):
        directions(np.ones(5))
    with pytest.raises(ValueError, match=r"directions of shape \(31, 4\), expected \(n, 6 or more\)"):
        pairs(basis(1, 2), 3)
    with pytest.raises(ValueError, match="orthonormal"):
        pairs(2 * basis(1, 2), 2)
    for least in (0, 1.5):
        with pytest.raises(ValueError, match=r"expected a number in \(0, 1\]"):
            two_each([], least)
