"""Trained networks pruned, the table of what training reaches against width, and that of what it costs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from margin.inspection.reading import read_network
from tests.helpers.command_line import call
from tests.training.tables.test_make import made, rows_of
from training import experiments
from training.experiments import EXPERIMENTS, FEWEST, MULTIPLES, Source, run


def test_the_experiment_goes_from_the_fewest_to_eight_times_as_many() -> None:
    sources = EXPERIMENTS["widths"]
    for name, fewest in FEWEST.items():
        chosen = [source.settings["width"] for source in sources if source.preset == name]
        assert (chosen[0], chosen[-1], len(chosen)) == (fewest, 8 * fewest, len(MULTIPLES))
    assert {FEWEST["mod23"], FEWEST["k3-n13"]} == {3 * 22, 8 * 12}  # (k+1) 2^(k-2) (n-1), docs/theory.md, 5.4


@pytest.mark.parametrize(
    ("name", "settings", "fewest"),
    [
        ("mod23", {"task": "mod:11", "width": 128}, 30),
        ("k3-n13", {"task": "mod:5", "width": 256, "steps": 400}, 32),
    ],
)
def test_trained_networks_are_pruned_to_the_fewest(
    name: str, settings: dict[str, object], fewest: int, tmp_path: Path
) -> None:
    source = Source(name, settings | {"stop_ratio": None, "evaluate_every": 400}, (0,))
    folder = run(source, source.configs()[0], tmp_path)
    answer = call(str(folder), "--out", str(tmp_path / "few.safetensors"), module="margin.prune")
    assert answer.code == 0, answer.out + answer.err
    assert f"{fewest} neurons of {settings['width']}; kept" in answer.out
    few = read_network(tmp_path / "few.safetensors").network
    assert few.width == fewest
    inside = call(str(folder), "--out", str(folder / "weights.safetensors"), module="margin.prune")
    assert (inside.code, inside.out) == (2, "")
    assert "would be lost" in inside.err


def test_the_table_has_every_run_and_prunes_the_widest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {"task": "mod:5", "steps": 225, "stop_ratio": None, "evaluate_every": 225}
    sources = [Source("mod23", settings | {"width": width}, (0, 1)) for width in (12, 96)]
    monkeypatch.setitem(experiments.EXPERIMENTS, "widths", sources)
    monkeypatch.setitem(FEWEST, "mod23", 12)
    for source in sources:
        for config in source.configs():
            run(source, config, tmp_path)
    answer = made("widths", "--runs", str(tmp_path), "--out", str(tmp_path))
    assert answer.code == 0, answer.err
    rows = rows_of(tmp_path / "widths.csv")
    assert [(row["width"], row["seed"], row["fewest"]) for row in rows] == [
        ("12", "0", "12"),
        ("12", "1", "12"),
        ("96", "0", "12"),
        ("96", "1", "12"),
    ]
    assert [row["pruned_width"] for row in rows] == ["", "", "12", "12"]
    assert all(float(row["ratio"]) <= 1 for row in rows)
    assert all(float(row["pruned_ratio"]) > 0.9999 for row in rows[2:])


def test_runs_of_an_earlier_table_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their folders may be gone; a run that is there is read anew."""
    settings = {"task": "mod:5", "steps": 8, "stop_ratio": None, "evaluate_every": 8}
    two, three = Source("mod23", settings | {"width": 12}, (0, 1)), Source("mod23", settings | {"width": 12}, (0, 1, 2))
    monkeypatch.setitem(experiments.EXPERIMENTS, "widths", [two])
    for config in two.configs():
        run(two, config, tmp_path / "first")
    (tmp_path / "table").mkdir()
    assert made("widths", "--runs", str(tmp_path / "first"), "--out", str(tmp_path / "table")).code == 0
    earlier = rows_of(tmp_path / "table" / "widths.csv")
    monkeypatch.setitem(experiments.EXPERIMENTS, "widths", [three])
    run(three, three.configs()[2], tmp_path / "second")
    run(three, three.configs()[0], tmp_path / "second")
    told = ("widths", "--runs", str(tmp_path / "second"), "--out", str(tmp_path / "table"))
    assert made(*told).code == 2
    answer = made(*told, "--earlier", str(tmp_path / "table"))
    assert answer.code == 0, answer.err
    rows = rows_of(tmp_path / "table" / "widths.csv")
    assert rows[:2] == earlier
    assert [row["seed"] for row in rows] == ["0", "1", "2"]
    origin = json.loads((tmp_path / "table" / "widths.json").read_text())
    assert [entry["run"] for entry in origin["runs"]] == [row["run"] for row in rows]
    (tmp_path / "table" / "widths.json").unlink()
    refused = made(*told, "--earlier", str(tmp_path / "table"))
    assert refused.code == 2
    assert "and every run in widths.json beside it" in refused.err


def test_the_table_of_costs_counts_multiplications(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of three products of 25 x 12 x 5 in each of the steps that were taken."""
    settings = {"task": "mod:5", "width": 12, "steps": 40, "stop_ratio": None, "evaluate_every": 40}
    monkeypatch.setitem(experiments.EXPERIMENTS, "cost", [Source("mod23", settings, (0,))])
    assert list(experiments.run_all(["cost"], tmp_path / "runs"))
    answer = made("cost", "--runs", str(tmp_path / "runs"), "--out", str(tmp_path))
    assert (answer.code, answer.err) == (0, "")
    (row,) = rows_of(tmp_path / "cost.csv")
    assert (row["n"], row["k"], row["width"], row["steps"]) == ("5", "2", "12", "40")
    assert int(row["multiplications"]) == 40 * 3 * 25 * 12 * 5
    assert 0 < float(row["processor_seconds"]) < 60


def test_every_cost_is_of_a_run_to_the_same_share() -> None:
    configs = [config for source in EXPERIMENTS["cost"] for config in source.configs()]
    sizes = [(config.task.k, config.task.posed().n) for config in configs]
    assert sizes == sorted(set(sizes))
    assert {config.measuring.stop_ratio for config in configs} == {0.999}
