"""Principal components, circles and phases: planted planes are seen, and none in random numbers."""

from __future__ import annotations

import numpy as np
import pytest

from margin.analysis.cyclic import planes

N = 89
ANGLES = 2 * np.pi * np.arange(N) / N


def test_planted_planes_have_their_frequencies() -> None:
    waves = np.stack([3 * np.cos(7 * ANGLES), 3 * np.sin(7 * ANGLES), np.cos(20 * ANGLES), np.sin(20 * ANGLES)])
    turned = np.linalg.qr(np.random.default_rng(0).standard_normal((32, 32)))[0]
    found = planes.components(5 + waves.T @ turned[:4], 4)
    assert found.frequencies.tolist() == [7, 7, 20, 20]
    np.testing.assert_allclose(found.purity, 1)
    np.testing.assert_allclose(found.shares, [0.45, 0.45, 0.05, 0.05])
    first, second, third, fourth = found.directions.T
    assert planes.circular(first, second)
    assert planes.circular(third, fourth)
    assert not planes.circular(second, third)
    assert planes.roundness(second, third) == pytest.approx(0.5)


def test_random_embeddings_have_no_pure_components_and_no_circles() -> None:
    table = np.random.default_rng(1).standard_normal((N, 32))
    found = planes.components(table, 4)
    assert found.purity.max() < 0.5
    assert not planes.circular(*found.directions.T[:2])


def test_what_components_and_circles_refuse() -> None:
    table = np.random.default_rng(1).standard_normal((N, 3))
    for count in (0, 4):
        with pytest.raises(ValueError, match=f"{count} components"):
            planes.components(table, count)
    with pytest.raises(ValueError, match="both varying"):
        planes.roundness(np.ones(5), np.arange(5.0))
    with pytest.raises(ValueError, match=r"expected \(m,\) twice"):
        planes.phase_spread([], [])


def test_phases_that_spread_and_phases_that_do_not() -> None:
    generator = np.random.default_rng(0)
    values = [planes.phase_spread(*generator.random((2, 16))) for _ in range(300)]
    assert np.mean(np.array(values) < 0.1) == pytest.approx(0.1, abs=0.05)
    x = generator.random(16)
    assert planes.phase_spread(x, -x) < 1e-3  # each alone is even, and together they lie on a line
    assert planes.phase_spread(0.2 * x, generator.random(16)) < 1e-3
    assert planes.phase_spread(np.repeat(np.arange(4) / 4, 4), np.tile(np.arange(4) / 4, 4)) == pytest.approx(1)
