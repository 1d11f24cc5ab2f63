"""The survey of the solver: its squares, the saved tables, how it goes on."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from margin.surveys.solver import (
    LOOP5,
    TABLES,
    as_markdown,
    cases,
    random_square,
    relu_markdown,
    switched_square,
    write_table,
)
from tests.helpers.command_line import ROOT

FOLDER = ROOT / "margin" / "data" / "surveys" / "solver"


def is_group_table(square: np.ndarray[Any, Any]) -> bool:
    """Whether a Latin square comes from a group (Brandt's quadrangle criterion, seen from the first two lines)."""
    n = len(square)
    shifts = {tuple(np.argsort(square[i])[square[j]]) for i in range(n) for j in range(n)}
    return len(shifts) == n  # the lines, seen from each other, are n permutations: a group of them


def test_squares_of_the_survey() -> None:
    assert is_group_table(np.add.outer(np.arange(6), np.arange(6)) % 6)
    for square in (np.array(LOOP5), switched_square(6), random_square(6, 0), random_square(6, 1), random_square(7, 0)):
        assert not is_group_table(square)
        for lines in (square, square.T):
            assert all(sorted(line) == list(range(len(square))) for line in lines.tolist())
    with pytest.raises(ValueError, match="even number"):
        switched_square(5)
    with pytest.raises(ValueError, match="expected one of"):
        list(cases("other"))
    assert [len(list(cases(name))) for name in TABLES] == [23, 27, 6, 9, 6, 10, 11, 21]
    for name in TABLES:
        names = [data.name for data, _ in cases(name)]
        assert len(set(names)) == len(names)


def saved(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", TABLES)
def test_saved_tables_are_those_of_the_document(name: str) -> None:
    rows = saved(name)
    assert [row["data"] for row in rows] == [data.name for data, _ in cases(name)]
    table = as_markdown(rows) if name != "relu" else relu_markdown(rows, saved("relu_trained"))
    assert table in (ROOT / "docs" / "solver.md").read_text("utf-8")
    provenance = json.loads((FOLDER / f"{name}.json").read_text())
    programs = "python -m margin.solver.survey", "python -m margin.survey solver"  # the first is its former name
    assert provenance["command"].startswith(tuple(f"{program} {name}" for program in programs))
    for row, (_, prediction) in zip(rows, cases(name), strict=True):
        low, proved, up = (float(row[key]) for key in ("lower_bound", "lower_bound_proved", "upper_estimate"))
        assert 0 < low <= up * (1 + 1e-12)
        assert proved == pytest.approx(low, rel=1e-9)
        assert (row["converged"] == "True") == (float(row["gap"]) <= provenance["solve"]["tolerance"])
        assert row["predicted"] == ("" if prediction is None else str(prediction))
        if prediction is not None:
            assert proved <= prediction * (1 + 1e-12)
            assert row["converged"] == "False" or low == pytest.approx(prediction, rel=1e-6)


def test_trained_networks_stay_below_the_estimated_upper_bound() -> None:
    estimates = {int(row["classes"]): float(row["upper_estimate"]) for row in saved("relu")}
    trained = {int(row["n"]): float(row["trained_margin"]) for row in saved("relu_trained")}
    assert sorted(trained) == sorted(estimates) == list(range(3, 14))
    for n, margin in trained.items():
        assert 0 < margin <= estimates[n]


def test_an_interrupted_survey_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = next(iter(cases("relu")))
    monkeypatch.setattr("margin.surveys.solver.cases", lambda _: iter([first]))
    name = first[0].name
    kept = {"data": name, "lower_bound": 0.125}
    (tmp_path / "relu.partial.jsonl").write_text(json.dumps(kept) + '\n{"cut')
    assert write_table("relu", tmp_path, 5) == [kept]
    assert (tmp_path / "relu.csv").read_text() == f"data,lower_bound\n{name},0.125\n"
    assert json.loads((tmp_path / "relu.json").read_text())["command"].endswith("relu --time-limit 5")
    assert not (tmp_path / "relu.partial.jsonl").exists()
    fresh = write_table("relu", tmp_path, 20)
    assert fresh[0]["lower_bound"] == pytest.approx(0.0680414, rel=1e-5)
