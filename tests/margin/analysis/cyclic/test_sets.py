"""Sets of frequencies: planted preferences are found, and none in sets drawn at random."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest

from margin.analysis.cyclic import sets

N = 89


def drawn(count: int, size: int = 5, seed: int = 0) -> list[list[int]]:
    """Random sets of different frequencies mod 89."""
    generator = np.random.default_rng(seed)
    return [sorted(generator.choice(np.arange(1, 45), size, replace=False).tolist()) for _ in range(count)]


def biased(count: int) -> list[list[int]]:
    """Sets with more of the frequencies 1 to 8 than their share."""
    generator = np.random.default_rng(1)
    weights = np.where(np.arange(1, 45) <= 8, 2.0, 1.0)
    return [
        generator.choice(np.arange(1, 45), 5, replace=False, p=weights / weights.sum()).tolist() for _ in range(count)
    ]


def without_doubles(count: int) -> list[list[int]]:
    """Random sets, those with f and 2f left out."""
    return [s for s in drawn(count) if not any(sets.folded(N, 2 * f) in s for f in s)]


def test_histograms_and_what_they_refuse() -> None:
    chosen = [[1, 3], [3], [3, 44]]
    counts = sets.histogram(N, chosen)
    assert (counts[0], counts[2], counts[43], counts.sum()) == (1, 3, 1, 5)
    assert sets.conditional(N, chosen, 44).nonzero()[0].tolist() == [2, 43]
    for wrong in ([0], [45], [3, 3]):
        with pytest.raises(ValueError, match=r"expected different ones in 1\.\.44"):
            sets.histogram(N, [wrong])


def test_uniform_sets_and_sets_with_a_preference() -> None:
    generator = np.random.default_rng(0)
    values = [sets.uniformity(N, drawn(200, seed=seed), generator, 200) for seed in range(10)]
    assert min(values) > 0.01
    assert max(values) > 0.5
    assert sets.uniformity(N, biased(400), generator, 200) < 0.01
    with pytest.raises(ValueError, match="no frequency"):
        sets.uniformity(N, [[]], generator)


def test_sets_that_are_alike_but_for_a_unit_count_as_one() -> None:
    """Frequencies that go together are no preference for any of them: {f, 2f, 4f} for random f."""
    generator = np.random.default_rng(5)
    chosen = [[sets.folded(N, int(f) * k) for k in (1, 2, 4)] for f in generator.integers(1, 89, 300)]
    assert sets.uniformity(N, chosen, generator, 200) > 0.01


def test_a_preference_among_multiples_of_a_divisor_counts_only_among_themselves() -> None:
    generator = np.random.default_rng(2)
    multiples = [[int(7 * k)] for k in generator.integers(1, 7, 300)]
    assert sets.uniformity(91, multiples, generator, 200) > 0.01
    assert sets.uniformity(91, [*multiples, *[[7]] * 100], generator, 200) < 0.01


def test_doubles_are_counted_and_their_absence_is_seen() -> None:
    present, expected = sets.related(N, drawn(2000), 2)
    assert present.sum() == pytest.approx(expected.sum(), rel=0.1)
    fewer, expected = sets.related(N, without_doubles(2000), 2)
    assert fewer.sum() == 0 < expected.sum()
    tripled, of_three = sets.related(N, without_doubles(2000), 3)
    assert tripled.sum() == pytest.approx(of_three.sum(), rel=0.15)
    whole, all_of_them = sets.related(N, [list(range(1, 45))], 2)
    assert whole.tolist() == all_of_them.tolist() == [44]


def test_separation_against_all_labels_written_out() -> None:
    for frequencies in ([1], [3, 8], [2, 5, 11, 40]):
        values = [len(frequencies) - sum(np.cos(2 * np.pi * f * d / N) for f in frequencies) for d in range(1, N)]
        assert sets.separation(N, frequencies) == pytest.approx(min(values) / len(frequencies))
    assert sets.separation(91, [7, 14, 42]) == pytest.approx(0, abs=1e-12)
    with pytest.raises(ValueError, match="no frequency"):
        sets.separation(N, [])


def test_random_separations_are_those_of_all_sets() -> None:
    every = sorted(sets.separation(11, s) for s in combinations(range(1, 6), 3))
    ordered = sets.random_separations(11, 3, np.random.default_rng(0), 4000)
    assert set(np.round(ordered, 9)) == set(np.round(every, 9))
    assert ordered.mean() == pytest.approx(np.mean(every), rel=0.02)
    assert list(ordered) == sorted(ordered)
    for size in (0, 6):
        with pytest.raises(ValueError, match=r"expected 1\.\.5"):
            sets.random_separations(11, size, np.random.default_rng(0))


def test_good_sets_stand_out_and_random_ones_do_not() -> None:
    generator = np.random.default_rng(4)
    ordered = sets.random_separations(N, 5, generator)
    places = [sets.percentile(sets.separation(N, s), ordered) for s in drawn(300, seed=8)]
    assert np.mean(places) == pytest.approx(0.5, abs=0.06)
    best = [max(drawn(10, seed=seed), key=lambda s: sets.separation(N, s)) for seed in range(30)]
    assert np.mean([sets.percentile(sets.separation(N, s), ordered) for s in best]) > 0.8
    assert Fraction(sets.percentile(9.0, ordered)) == 1
