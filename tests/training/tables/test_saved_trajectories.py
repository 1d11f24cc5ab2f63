"""The saved trajectories: numbers recorded anew stand in the table, and the JSON says what stood there before."""

from __future__ import annotations

import json

import pytest

from training.tables.files import data


def test_numbers_recorded_anew_are_those_of_the_table() -> None:
    """Without the mean among the frequencies a share can only fall; runs and settings are the same."""
    parquet = pytest.importorskip("pyarrow.parquet").read_table(data() / "trajectories.parquet").to_pylist()
    rows = {(row["run"], row["step"]): row for row in parquet}
    content = json.loads((data() / "trajectories.json").read_text("utf-8"))
    presets = {run["run"]: (run["preset"], run["scale"]) for run in content["runs"]}
    assert len(content["rerecorded"]) == 5
    for entry in content["rerecorded"]:
        preset, scale = presets[entry["run"]]
        options = "" if scale == "default" else f" --scale {scale}"
        assert entry["command"] == f"python -m training run {preset}{options}"
        assert len(entry["date"]) == 10
        assert {"python", "torch", "numpy", "machine"} == set(entry["versions"])
        for number in entry["numbers"]:
            row = rows[entry["run"], number["step"]]
            assert row[number["column"]] == number["now"] < number["before"]
            assert row["power_min"] <= min(row["power_median"], row["power_mean"])
