"""How the tables are made: from the runs that they name, or not at all."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from margin.tasks import parse
from tests.helpers.command_line import Answer, call, listing
from training import experiments, runs
from training.config import Config
from training.experiments import AS_PRINTED, RECIPES, Source
from training.presets import PRESETS, preset
from training.tables import curves, files, li, make, trajectories, weights

DATE = ("--date", "2026-11-21")
TINY = {"steps": 4, "width": 8, "stop_ratio": None, "task": "mod:5", "evaluate_every": 2}


def training(*arguments: str) -> Answer:
    return call(*arguments, module="training.command")


def made(*arguments: str, date: tuple[str, ...] = DATE) -> Answer:
    return training("tables", *arguments, *date)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


RUN_TABLES = sorted({*make.TABLES, make.PARQUET} - {"presets", "seconds"})


@pytest.mark.parametrize("name", RUN_TABLES)
def test_missing_runs_are_named_with_the_command_that_makes_them(name: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    answer = made(name, "--runs", str(tmp_path), "--out", str(tmp_path / "data"))
    assert (answer.code, answer.out) == (2, "")
    assert name in answer.err
    assert "python -m training experiments" in answer.err
    assert listing(tmp_path / "data") == {}


def test_refusals(tmp_path: Path) -> None:
    assert "unknown table 'modul'" in made("moduli", "modul", "--out", str(tmp_path)).err
    assert listing(tmp_path) == {}
    assert "tables needs --date, when the runs were made" in made("seconds", date=()).err
    answer = training("experiments", "modul")
    assert answer.code == 2
    assert "unknown experiment 'modul', expected some of curves" in answer.err
    assert "--date 'today': expected a day as YYYY-MM-DD" in made("seconds", date=("--date", "today")).err
    assert "experiments takes no --date; these belong to tables" in training("experiments", *DATE).err
    assert "tables takes no --seed; these belong to run" in made("moduli", "--seed", "1").err
    assert "list takes no --out; these belong to run and experiments and tables" in training("list", "--out", "a").err


def test_a_table_names_its_runs_and_repeats_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source("even30", TINY, (0, 1), (0, 2))
    monkeypatch.setitem(experiments.EXPERIMENTS, "moduli", [source])
    out, data = tmp_path / "runs", tmp_path / "data"
    data.mkdir()
    first = training("experiments", "moduli", "--out", str(out))
    assert first.code == 0
    assert len(first.out.splitlines()) == 2
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    again = training("experiments", "moduli", "--out", str(out))
    assert again.out == first.out
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before
    assert all((folder / "weights-2.safetensors").is_file() for folder in out.iterdir())
    assert made("moduli", "--runs", str(tmp_path), str(out), "--out", str(data)).code == 0
    rows = rows_of(data / "moduli.csv")
    origin = json.loads((data / "moduli.json").read_text())
    assert (origin["command"], origin["date"]) == ("python -m training tables moduli", "2026-11-21")
    assert [run["run"] for run in origin["runs"]] == [row["run"] for row in rows]
    assert [run["changed"] for run in origin["runs"]] == [TINY | {"seed": s} if s else TINY for s in (0, 1)]
    for row, config in zip(rows, source.configs(), strict=True):
        assert row["run"] == config.digest()
        folder = runs.find(out, config)
        assert folder is not None
        result = json.loads((folder / "result.json").read_text())
        assert float(row["ratio"]) == pytest.approx(result["ratio"], rel=1e-8)
        assert (int(row["n"]), int(row["steps"])) == (5, 4)


def test_tables_take_earlier_names_and_refuse_edited_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source("even30", TINY, (0,))
    monkeypatch.setitem(experiments.EXPERIMENTS, "moduli", [source])
    out, (config,) = tmp_path / "runs", source.configs()
    assert training("experiments", "moduli", "--out", str(out)).code == 0
    folder = runs.find(out, config)
    assert folder is not None
    earlier = folder.rename(out / config.digest())
    assert made("moduli", "--runs", str(out), "--out", str(tmp_path)).code == 0
    (row,) = rows_of(tmp_path / "moduli.csv")
    assert row["run"] == config.digest()
    content = (earlier / runs.CONFIG).read_text()
    (earlier / runs.CONFIG).write_text(content.replace('"lr":0.02', '"lr":0.04'))
    answer = made("moduli", "--runs", str(out), "--out", str(tmp_path))
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert "not the settings that the folder is named after (lr is 0.04, was 0.02)" in answer.err
    again = training("experiments", "moduli", "--out", str(out))
    assert (again.code, again.err.count("lr is 0.04, was 0.02")) == (2, 1)


@pytest.fixture(scope="module")
def tiny_runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs of four steps of every kind that the tables read, in the place of the real ones."""
    folder = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patch:
        substitute(patch)
        assert training("experiments", "--out", str(folder)).code == 0
    return folder


def substitute(patch: pytest.MonkeyPatch) -> None:
    """One short run of each preset in each experiment, the same in tables of trajectories."""
    for name, sources in experiments.EXPERIMENTS.items():
        taken = [source for source in sources if not source.preset.startswith("li") or source.preset == "li-k3-p97"]
        short = {(source.preset, source.settings.get("strength_unit")): source for source in taken}
        patch.setitem(experiments.EXPERIMENTS, name, [tiny(source) for source in short.values()])
    patch.setattr(trajectories, "SOURCES", [tiny(Source("mod23")), tiny(Source("parity"))])


def tiny(source: Source) -> Source:
    """Of a few steps on a small task; not the recipes again where an experiment measures them more often."""
    small = {"mod": "mod:5", "group": "group:S3", "parity": "parity:5", "shared": "shared:5"}
    task = small[preset(source.preset).config().task.name.partition(":")[0]]
    kept = {name: value for name, value in source.settings.items() if name not in ("evaluate_every", "width", "steps")}
    changed = {"task": task, "width": 8, "steps": 4, "evaluate_every": 2, "stop_ratio": None}
    return Source(source.preset, {**kept, **changed}, (0,), (0, 4), source.scale)


def test_every_table_is_made_from_its_runs(tiny_runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    substitute(monkeypatch)
    names = [
        "recipes",
        "relu_trained",
        "curves",
        "final",
        "strengths",
        "parity",
        "embedding-mod23-relu",
        "li-neurons-k3",
    ]
    answer = made(*names, "li-spectra-k3", "trajectories", "--runs", str(tiny_runs), "--out", str(tmp_path))
    assert (answer.code, answer.err) == (0, "")
    assert len(answer.out.splitlines()) == len(names) + 2
    tables = {name: rows_of(tmp_path / f"{name}.csv") for name in [*names, "li-spectra-k3"]}
    for name in (*tables, "trajectories"):
        origin = json.loads((tmp_path / f"{name}.json").read_text())
        assert {"python", "numpy", "torch"} < set(origin["versions"])
        assert origin["runs"]
    results = {runs.read_config(folder).digest(): runs.read_result(folder) for folder in tiny_runs.iterdir()}
    for name in ("recipes", "final", "strengths", "relu_trained"):
        assert {row["run"] for row in tables[name]} <= set(results)
    assert [row["preset"] for row in tables["recipes"]] == list(RECIPES)
    row = tables["final"][0]
    assert row["shares"].split() == [str(x) for x in results[row["run"]]["shares"]]
    relative, absolute = tables["strengths"]
    gamma = results[relative["run"]]["gamma"]
    assert float(relative["strength"]) == pytest.approx(1.147826 * gamma, rel=1e-9)  # 1.2 x 22/23
    assert float(absolute["strength"]) == 0.002
    assert {row["step"] for row in tables["curves"]} == {"2", "4"}
    embedding = tables["embedding-mod23-relu"]
    assert {row["step"] for row in embedding} == {"0", "4"}
    assert set(embedding[0]) == {"step", "neuron", *(f"u{a}" for a in range(5))}
    (config,) = next(s for s in experiments.EXPERIMENTS["gradient-descent"] if s.preset.endswith("relu")).configs()
    folder = runs.find(tiny_runs, config)
    assert folder is not None
    U, _ = weights.weights(folder / runs.snapshot(4))
    last = next(row for row in embedding if row["step"] == "4")
    assert float(last["u3"]) == pytest.approx(U[0, 3, int(last["neuron"])], rel=1e-3)
    assert float(sum(float(row["mass"]) for row in tables["li-spectra-k3"])) == pytest.approx(1, rel=1e-3)
    neurons = tables["li-neurons-k3"]
    assert (neurons[0]["k"], neurons[0]["p"], neurons[0]["width"], neurons[0]["steps"]) == ("3", "5", "8", "4")
    parquet = pytest.importorskip("pyarrow.parquet").read_table(tmp_path / "trajectories.parquet").to_pylist()
    assert {record["preset"] for record in parquet} == {"mod23", "parity"}
    described = json.loads((tmp_path / "trajectories.json").read_text())["runs"]
    assert [Config.from_mapping(run["config"]).digest() for run in described] == [run["run"] for run in described]
    assert all("command" not in run and run["result"]["step"] == 4 for run in described)


@pytest.mark.parametrize("name", ["presets", "seconds"])
def test_tables_from_the_projects_own_data_are_the_saved_ones(name: str, tmp_path: Path) -> None:
    assert made(name, "--out", str(tmp_path)).code == 0
    assert (tmp_path / f"{name}.csv").read_bytes() == (files.data() / f"{name}.csv").read_bytes()
    assert json.loads((tmp_path / f"{name}.json").read_text())["date"] == "2026-11-21"


def test_presets_have_a_label_and_an_aim(tmp_path: Path) -> None:
    assert made("presets", "--out", str(tmp_path)).code == 0
    rows = {row["recipe"]: row for row in rows_of(tmp_path / "presets.csv")}
    assert {*RECIPES, *AS_PRINTED} <= set(rows)
    assert {*RECIPES, *AS_PRINTED} <= set(PRESETS)
    assert (rows["parity"]["label"], rows["morwani-mod71:23"]["label"]) == ("parity of 4 of 10 bits", "n = 23, k = 2")
    for name, row in rows.items():
        assert str(parse(row["task"], int(row["k"])))
        aim = PRESETS[name].aim if name in PRESETS else None
        assert (row["share"], row["seconds"]) == (("", "") if aim is None else (repr(aim.share), f"{aim.seconds:g}"))
    assert rows["morwani-mod71-relu"]["activation"] == "relu"


def test_the_heaviest_neurons_hold_most_of_the_mass() -> None:
    masses = np.array([0.001, 0.5, 0.004, 0.49, 0.005])
    assert li.heavy(masses).tolist() == [1, 3]
    assert li.heavy(np.full(200, 1 / 200)).tolist() == list(range(198))


def test_masses_are_those_of_neurons() -> None:
    config = Config.of(task="mod:5", k=2, width=1)
    assert weights.masses(np.full((2, 5, 1), 2.0), np.ones((1, 5)), config) == pytest.approx([45**1.5])
    with pytest.raises(ValueError, match="model = embedding has no degree, expected a network of neurons"):
        weights.masses(np.ones((2, 5, 1)), np.ones((1, 5)), config.changed({"model": "embedding"}))


def test_trajectories_are_thinned_evenly_with_both_ends() -> None:
    records = [{"step": i} for i in range(1001)]
    thin = [record["step"] for record in runs.thinned(records, curves.RECORDS)]
    assert (thin[0], thin[-1], len(thin)) == (0, 1000, curves.RECORDS)
    assert runs.thinned(records[:50], curves.RECORDS) == records[:50]


def test_a_saved_table_that_is_missing_names_its_command() -> None:
    with pytest.raises(FileNotFoundError, match=r"nothing\.csv is missing; make it with `python -m training tables"):
        files.read("nothing")
