"""Rows of the saved tables, and bootstrap intervals, on planted tables and known distributions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from margin.io.tables import as_csv
from proofs_check.claims.shared import several_scales

KEY = {**several_scales.PAPER, "n": "89", "batch": "89", "steps": "20000"}


def saved(folder: Path, *changes: dict[str, str]) -> Path:
    rows = [KEY | {"seed": "0", "mark": str(i)} | change for i, change in enumerate(changes)]
    (folder / "multiscale-planted.csv").write_text(as_csv(rows, list(rows[0])))
    return folder


def marks(rows: list[dict[str, str]]) -> list[float]:
    return several_scales.numbers(rows, "mark")


def test_rows_are_those_of_the_papers_networks(tmp_path: Path) -> None:
    others = [{name: "7"} for name in several_scales.PAPER]
    folder = saved(tmp_path, {}, {"n": "91"}, {"batch": "0", "steps": "4000"}, {"steps": "40000"}, {}, *others)
    assert marks(several_scales.batches("planted", 89, folder)) == [0, 4]
    assert marks(several_scales.batches("planted", 89, folder, steps="40000")) == [3]
    assert marks(several_scales.full("planted", 89, folder)) == [2]
    assert marks(several_scales.rows("planted", folder)) == list(range(5 + len(others)))
    assert several_scales.rows("other", folder) == []
    assert several_scales.full("planted", 91, folder) == []


def test_networks_are_told_apart_by_case_and_seed(tmp_path: Path) -> None:
    columns = (*several_scales.CASE, "seed")
    folder = saved(tmp_path, {}, {}, *({name: "7"} for name in columns))
    rows = several_scales.rows("planted", folder)
    assert several_scales.seeds(rows[:2]) == 1  # two rows of one network
    assert several_scales.seeds(rows) == 1 + len(columns)
    assert several_scales.seeds([]) == 0


def test_lists_and_words() -> None:
    assert several_scales.integers("3 1 22") == [3, 1, 22]
    assert several_scales.integers("") == []
    assert several_scales.too_few({"a": 4, "b": 5, "c": 0}, 5) == (
        "too few networks for a verdict (5 each): a: 4, c: 0"
    )
    assert several_scales.too_few({"a": 5}, 5) == several_scales.too_few({}, 5) == ""
    assert several_scales.pending("x", "y") == "y. So far: x"
    assert several_scales.pending("", "y") == "y"


def test_an_interval_has_a_thousand_draws_and_leaves_out_a_twentieth() -> None:
    """The statistic is called once a draw; here it counts its calls, so the draws are 0 to 999 whatever the data."""
    calls: list[int] = []

    def called(array: np.ndarray) -> float:
        calls.append(len(array))
        return float(len(calls) - 1)

    groups = [[x] for x in range(17)]
    assert several_scales.interval(groups, called) == pytest.approx((0.025 * 999, 0.975 * 999))
    assert calls == [17] * 1000
    calls.clear()
    assert several_scales.interval(groups, called, doubt=0.2) == pytest.approx((0.1 * 999, 0.9 * 999))


def test_an_interval_is_always_the_same_and_that_of_its_groups() -> None:
    """Of the mean of ones among zeros: the quantiles of a binomial number; the draws begin at seed 0."""
    groups = [[float(i < 30)] for i in range(100)]

    def mean(array: np.ndarray) -> float:
        return float(array.mean())

    low, high = several_scales.interval(groups, mean)
    assert (low, high) == several_scales.interval(groups, mean)
    assert low == pytest.approx(0.30 - 1.96 * 0.0458, abs=0.015)
    assert high == pytest.approx(0.30 + 1.96 * 0.0458, abs=0.015)
    continuous = np.random.default_rng(1).random((20, 1))
    found = several_scales.interval(continuous.tolist(), mean)
    places = [np.random.default_rng(seed).integers(20, size=(1000, 20)) for seed in (0, 1)]
    assert found == pytest.approx(np.quantile(continuous[places[0]].mean((1, 2)), (0.025, 0.975)))
    assert found != pytest.approx(np.quantile(continuous[places[1]].mean((1, 2)), (0.025, 0.975)))
