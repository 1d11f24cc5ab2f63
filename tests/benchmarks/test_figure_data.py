"""How the tables of the figures are made: from the runs that they name, or not at all."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("matplotlib")

from benchmarks import figure_data, figure_runs
from benchmarks.figure_runs import Source
from paper_figures import tables
from tests.helpers.assertions import assert_refused
from tests.helpers.command_line import Answer, call
from training import runs
from training.presets import preset

DATE = ("--date", "2026-11-21")
TINY = {"steps": 4, "width": 8, "stop_ratio": None, "task": "mod:5", "evaluate_every": 2}


def made(*arguments: str, date: tuple[str, ...] = DATE) -> Answer:
    return call(*arguments, *date, module="benchmarks.figure_data")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setattr(figure_data, "DATA", folder)
    return folder


@pytest.mark.parametrize("name", ["representations", "seconds"])
def test_tables_from_the_projects_own_data_are_the_saved_ones(name: str, data: Path) -> None:
    assert made(name).code == 0
    assert (data / f"{name}.csv").read_bytes() == (tables.DATA / f"{name}.csv").read_bytes()
    assert json.loads((data / f"{name}.json").read_text())["date"] == "2026-11-21"


@pytest.mark.parametrize(
    "name", ["moduli", "strengths", "curves", "final", "parity", "li-neurons-k3", "embedding-mod23"]
)
def test_missing_runs_are_named_with_the_command_that_makes_them(name: str, data: Path, tmp_path: Path) -> None:
    answer = made(name, "--runs", str(tmp_path))
    assert_refused(answer, name, "python -m benchmarks.figure_runs", program=figure_data.PROG, folder=data)


def test_refusals(data: Path) -> None:
    assert_refused(made("modul"), "unknown table 'modul'", program=figure_data.PROG, folder=data)
    assert_refused(made("seconds", date=()), "--date", program=figure_data.PROG, folder=data)
    answer = call("modul", module="benchmarks.figure_runs")
    assert_refused(answer, "unknown table 'modul', expected some of curves", program=figure_runs.PROG)


def test_a_table_names_its_runs_and_repeats_none(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source("even30", TINY, (0, 1), (0, 2))
    monkeypatch.setitem(figure_runs.TABLES, "moduli", [source])
    out = tmp_path / "runs"
    first = call("moduli", "--out", str(out), module="benchmarks.figure_runs")
    assert first.code == 0
    assert len(first.out.splitlines()) == 2
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    again = call("moduli", "--out", str(out), module="benchmarks.figure_runs")
    assert again.out == first.out
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before
    assert all((folder / "weights-2.safetensors").is_file() for folder in out.iterdir())
    assert made("moduli", "--runs", str(tmp_path), str(out)).code == 0
    with (data / "moduli.csv").open() as file:
        rows = list(csv.DictReader(file))
    origin = json.loads((data / "moduli.json").read_text())
    assert [run["run"] for run in origin["runs"]] == [row["run"] for row in rows]
    assert [run["changed"] for run in origin["runs"]] == [TINY | {"seed": s} if s else TINY for s in (0, 1)]
    for row, config in zip(rows, source.configs(), strict=True):
        assert row["run"] == config.digest()
        result = json.loads((out / row["run"] / "result.json").read_text())
        assert float(row["ratio"]) == pytest.approx(result["ratio"], rel=1e-8)
        assert (int(row["n"]), int(row["steps"])) == (5, 4)


def test_every_source_is_a_preset_with_known_settings() -> None:
    hashes = [config.digest() for sources in figure_runs.TABLES.values() for s in sources for config in s.configs()]
    assert len(set(hashes)) == len(hashes)
    with pytest.raises(ValueError, match="unknown setting 'widht'"):
        Source("mod23", {"widht": 3}).configs()
    assert Source("mod23", seeds=(5,)).configs() == [preset("mod23").config().changed({"seed": 5})]


def test_the_heaviest_neurons_hold_most_of_the_mass() -> None:
    masses = np.array([0.001, 0.5, 0.004, 0.49, 0.005])
    assert figure_data.heavy(masses).tolist() == [1, 3]
    assert figure_data.heavy(np.full(200, 1 / 200)).tolist() == list(range(198))


def test_trajectories_are_thinned_evenly_with_both_ends() -> None:
    records = [{"step": i} for i in range(1001)]
    thin = [record["step"] for record in runs.thinned(records, figure_data.RECORDS)]
    assert (thin[0], thin[-1], len(thin)) == (0, 1000, figure_data.RECORDS)
    assert runs.thinned(records[:50], figure_data.RECORDS) == records[:50]
