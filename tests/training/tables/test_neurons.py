"""Tables of neurons: phases before and after, and what two runs lack; against transforms written out, and refusals."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from tests.helpers.command_line import call, listing
from training import experiments
from training.config import Config
from training.experiments import Source
from training.tables import embeddings, finals
from training.tables.collection import Collection
from training.tables.weights import weights

TINY = {"steps": 4, "width": 8, "task": "mod:5", "evaluate_every": 2}
PARITY = {"steps": 4, "width": 8, "evaluate_every": 2}


def made(name: str, runs: Path, out: Path) -> list[dict[str, str]]:
    answer = call(
        *("tables", name, "--runs", str(runs), "--out", str(out), "--date", "2026-11-26"), module="training.command"
    )
    assert answer.code == 0, answer.err
    with (out / f"{name}.csv").open() as file:
        return list(csv.DictReader(file))


@pytest.fixture
def trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two tiny runs of the experiment that both tables read."""
    sources = [Source("morwani-mod71", TINY, (0,), (0, 4)), Source("morwani-parity", PARITY, (0,))]
    monkeypatch.setitem(experiments.EXPERIMENTS, "gradient-descent", sources)
    monkeypatch.setattr(embeddings, "PHASES", ("mod23",))
    monkeypatch.setattr(
        finals, "STUCK", tuple(("gradient-descent", source.preset, {"steps": 4}, 0) for source in sources)
    )
    answer = call("experiments", "gradient-descent", "--out", str(tmp_path / "runs"), module="training.command")
    assert answer.code == 0, answer.err
    (tmp_path / "data").mkdir()
    return tmp_path


def test_phases_are_the_angles_of_the_transform(trained: Path) -> None:
    rows = made("phases", trained / "runs", trained / "data")
    origin = json.loads((trained / "data" / "phases.json").read_text())
    (folder,) = (trained / "runs").glob("mod5-*")
    assert [run["run"] for run in origin["runs"]] == list(dict.fromkeys(row["run"] for row in rows))
    assert sorted({int(row["step"]) for row in rows}) == [0, 4]
    waves = np.exp(-2j * np.pi * np.outer(np.arange(5), np.arange(5)) / 5)
    for row in rows:
        U, W = weights(folder / f"weights-{row['step']}.safetensors")
        last, out = weights(folder / "weights-4.safetensors")
        i = int(row["neuron"])
        ends = np.abs(np.stack([*last[:, :, i], out[i]]) @ waves) ** 2
        z = 1 + int(ends.sum(0)[1:3].argmax())
        assert int(row["frequency"]) == z
        angles = np.angle(np.stack([*U[:, :, i], W[i]]) @ waves[:, z]) / (2 * np.pi)
        for name, angle in zip(("u1", "u2", "w"), angles, strict=True):
            assert abs((float(row[name]) - angle + 0.5) % 1 - 0.5) < 1e-5
        apart = (angles[2] - angles[0] - angles[1] + 0.5) % 1 - 0.5
        assert abs((float(row["residual"]) - apart + 0.5) % 1 - 0.5) < 1e-4


def test_what_a_run_lacks_is_counted_by_feature(trained: Path) -> None:
    rows = made("stuck", trained / "runs", trained / "data")
    by_run: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        by_run.setdefault(row["recipe"], []).append(row)
    assert [row["feature"] for row in by_run["morwani-mod71"]] == ["1", "2"]
    patterns = [row["feature"] for row in by_run["morwani-parity"]]
    assert len(set(patterns)) == len(patterns) == 8
    assert all(pattern.startswith("+") and set(pattern) <= {"+", "-"} for pattern in patterns)
    for own in by_run.values():
        assert sum(float(row["share"]) for row in own) == pytest.approx(1, abs=1e-4)


def test_patterns_of_planted_neurons() -> None:
    """Signs modulo sign; a dead neuron has its share and is not counted."""
    bits = np.array([[1.0, -1.0, 2.0], [1.0, -1.0, -2.0], [-1.0, 1.0, 2.0]])
    found = dict(finals.patterns(bits, np.array([3.0, 1.0, 1e-12])))
    assert list(found) == ["+++", "++-", "+-+", "+--"]
    assert found["++-"][0] == 2
    assert found["++-"][1] == pytest.approx(1)
    assert found["+-+"][0] == 0
    assert found["+-+"][1] == pytest.approx(2.5e-13)
    assert found["+++"] == found["+--"] == (0, 0)


def test_runs_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"stuck: no finished run \w{16} under .*experiments gradient-descent"):
        finals.stuck(Collection([tmp_path]))
    with pytest.raises(FileNotFoundError, match=r"phases: no weights of run \w{16} under .*gradient-descent"):
        embeddings.phases(Collection([tmp_path]))
    assert listing(tmp_path) == {}


@pytest.mark.parametrize(("name", "digest"), [("morwani-parity", "dd7957177b5eaabb"), ("mod23", "1cda8ba5029dc87d")])
def test_the_stuck_runs_are_those_of_the_experiments(name: str, digest: str) -> None:
    ((experiment, _, wanted, seed),) = [stuck for stuck in finals.STUCK if stuck[1] == name]
    configs: list[Config] = [
        config
        for source in experiments.EXPERIMENTS[experiment]
        if source.preset == name and wanted.items() <= dict(source.settings).items()
        for config in source.configs()
        if config.seed == seed
    ]
    assert [config.digest() for config in configs] == [digest]
