"""Predicted against trained: the row and the lines of a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.training.test_loop import SMALL, start
from training.compare import Comparison, comparison, prediction, table
from training.loop import train

ROW = Comparison("abc", "addition", 3, 40, 0.002, 0.001, 0.5, 1.0, 11, 11, 3.0, 1.0, 4.0)


def test_a_row_is_what_the_run_reached(tmp_path: Path) -> None:
    config = SMALL.changed({"steps": 25, "stop_ratio": None})
    folder = start(tmp_path, config)
    result = train(config, folder)
    row = comparison(folder)
    assert row.folder == folder.name
    assert (row.task, row.seed, row.steps) == ("addition of 2 inputs mod 5", 0, 25)
    assert (row.gamma, row.reached, row.ratio) == (result["gamma"], result["normalised_margin"], result["ratio"])
    assert row.expected == result["finite_lambda"]["ratio"]
    assert row.frequencies == 2


def test_the_table_has_a_line_for_each_run_and_a_dash_for_what_is_not_known() -> None:
    relu = Comparison("def", "addition", 3, 40, None, 0.001, None, None, None, None, 0.0, 0.0, 0.0)
    head, power, other = table([ROW, relu]).splitlines()
    assert head.split()[:6] == ["run", "task", "seed", "predicted", "reached", "ratio"]
    assert head.split()[6:] == ["at", "lambda", "covered", "steps", "seconds", "margins"]
    values = "3 0.002 0.001 0.500000 1.000000 11/11 40 4.00 25%"
    assert power.split() == ["abc", "addition", *values.split()]
    assert other.split() == ["def", "addition", "3", "-", "0.001", "-", "-", "-", "40", "0.00", "0%"]


def test_lines_say_what_is_predicted_of_which_regulariser() -> None:
    lines, collapses = prediction(SMALL)
    assert [name for name, _ in lines] == ["task", "predicted", "", "at lambda"]
    assert not collapses
    assert prediction(SMALL.changed({"strength": 0.9}))[1]
    assert "predicted for r = nu = 3 only" in prediction(SMALL.changed({"exponent": 1.0}))[0][-1][1]
    split = SMALL.changed({"train_share": 0.5, "batch_kind": "inputs"})
    assert "training on the population only" in prediction(split)[0][-1][1]
    free = SMALL.changed({"strength": 0, "strength_unit": "one"})
    assert [name for name, _ in prediction(free)[0]] == ["task", "predicted"]
    assert prediction(SMALL.changed({"loss": "soft_minimum"}))[0] == prediction(free)[0]
    with pytest.raises(ValueError, match="expected mod:23"):
        prediction(SMALL.changed({"task": "mod:x"}))
