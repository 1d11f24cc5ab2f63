"""The trajectory: from step 0 on, whole lines, and all of them when the run is done."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.training.test_loop import CONFIGS, SMALL, start
from training import runs
from training.folders.seal import SEAL
from training.folders.trajectory import Trajectory
from training.loop import Training, train

TINY = SMALL.changed({"steps": 35, "evaluate_every": 10, "stop_ratio": None})


@pytest.mark.parametrize("name", ["adam", "batches of prefixes", "split", "parity", "embedding"])
def test_the_first_record_is_of_the_initial_weights(name: str, tmp_path: Path) -> None:
    config = CONFIGS[name].changed({"steps": 35, "evaluate_every": 10, "stop_ratio": None})
    folder = start(tmp_path, config)
    train(config, folder)
    records = runs.read_trajectory(folder)
    assert [record["step"] for record in records] == [0, 10, 20, 30, 35]
    run = Training.begin(config)
    initial = run.measure(None)
    loss = float(run.advance())
    assert records[0] == initial | {"loss": loss}
    assert records[0]["norm_2"] != records[1]["norm_2"]
    assert all(set(record) == set(records[0]) for record in records)


def test_a_finished_run_has_all_its_records(tmp_path: Path) -> None:
    folder = start(tmp_path, TINY)
    train(TINY, folder)
    path = folder / runs.TRAJECTORY
    lines = path.read_bytes().splitlines(keepends=True)
    (folder / SEAL).unlink()  # as in folders of earlier versions; the seal refuses every other line
    for missing in range(len(lines)):
        path.write_bytes(b"".join(lines[:missing] + lines[missing + 1 :]))
        if missing == 0:  # as earlier versions wrote it
            assert [record["step"] for record in runs.read_trajectory(folder)] == [10, 20, 30, 35]
            continue
        with pytest.raises(ValueError, match=r"damaged, it has . of the . records of a run of 35 steps"):
            runs.read_trajectory(folder)
    path.write_bytes(b"".join(lines))
    assert len(runs.read_trajectory(folder)) == 5


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"x\n", "line 1: not JSON"),
        (b"[]\n", "line 1: expected a JSON object"),
        (b'{"step":1}\n', "line 1: damaged, 'loss' is missing"),
        (b'{"loss":0,"margin":0,"step":"1"}\n', "'step' is \"1\", expected an integer"),
        (b'{"loss":0,"margin":0,"step":2}\n' * 2, "its steps do not rise"),
    ],
)
def test_damaged_trajectories_are_refused(content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / runs.TRAJECTORY).write_bytes(content)
    with pytest.raises(ValueError, match=message):
        runs.read_trajectory(tmp_path)
    (tmp_path / runs.TRAJECTORY).write_bytes(b'{"loss":0,"margin":0,"step":2}\n{"step":3')  # cut short
    assert len(runs.read_trajectory(tmp_path)) == 1


def test_a_trajectory_knows_its_hash(tmp_path: Path) -> None:
    (tmp_path / runs.TRAJECTORY).write_bytes(b'{"step":1}\n{"step":2}\n{"st')
    with Trajectory(tmp_path, 11) as trajectory:
        assert trajectory.records == [{"step": 1}]
        trajectory.append({"step": 3})
        trajectory.sync()
        content = (tmp_path / runs.TRAJECTORY).read_bytes()
        assert content == b'{"step":1}\n{"step":3}\n'
        assert (trajectory.length, trajectory.sha256) == (22, hashlib.sha256(content).hexdigest())
