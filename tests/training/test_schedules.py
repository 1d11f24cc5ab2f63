"""Learning rate and sharpness at steps where they are known."""

from __future__ import annotations

from math import pi

import pytest

from training.config import Config
from training.schedules import learning_rate, sharpness
from training.settings import SoftMinimum

PLAIN = Config.of(task="mod:5", k=2, width=8)


def test_learning_rates() -> None:
    cosine = PLAIN.changed({"lr": 0.1, "steps": 100})
    assert learning_rate(cosine, 0) == pytest.approx(0.1)
    assert learning_rate(cosine, 50) == pytest.approx(0.05)
    assert learning_rate(cosine, 99) == pytest.approx(0.05 * (pi / 100) ** 2 / 2, rel=1e-3)
    doubling = PLAIN.changed({"lr": 0.05, "schedule": "doubling", "doublings": tuple(range(1000, 10001, 1000))})
    assert [learning_rate(doubling, step) for step in (0, 999, 1000, 2500)] == [0.05, 0.05, 0.1, 0.2]
    assert learning_rate(doubling, 39_999) == pytest.approx(51.2)  # the last rate that the paper prints
    warm = PLAIN.changed({"lr": 1.0, "schedule": "constant", "warmup": 10})
    assert [learning_rate(warm, step) for step in (0, 4, 9, 500)] == pytest.approx([0.1, 0.5, 1, 1])


def test_sharpness_is_geometric() -> None:
    soft = SoftMinimum(10.0, 1000.0)
    assert [sharpness(soft, step, 101) for step in (0, 50, 100)] == pytest.approx([10, 100, 1000])
    assert sharpness(soft, 0, 1) == 10
