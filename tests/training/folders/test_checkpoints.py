"""Checkpoints: what is damaged is not gone on from; the one before is, and a run that was killed loses nothing."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from tests.helpers.command_line import ROOT
from tests.training.test_command import call
from tests.training.test_loop import SMALL, contents, start
from training import loop, runs
from training.config import Config
from training.folders.checkpoints import latest
from training.loop import Training, train

TINY = SMALL.changed({"steps": 40, "evaluate_every": 5, "stop_ratio": None})
Damage = Callable[[Path], object]


def stopped(out: Path, at: int = 23, config: Config = TINY) -> Path:
    """A run that ended after `at` steps, with a checkpoint after every measurement and step."""
    folder, advance = start(out, config), Training.advance

    def interrupted(run: Training) -> object:
        if run.step == at:
            raise KeyboardInterrupt
        return advance(run)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "CHECKPOINT_SECONDS", -1.0)
        patch.setattr(Training, "advance", interrupted)
        with pytest.raises(KeyboardInterrupt):
            train(config, folder)
    return folder


def flip(path: Path, at: int = -9) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def rewrite(path: Path, **changes: str) -> None:
    """The same tensors with other metadata; an empty value leaves a key out."""
    with safe_open(path, framework="pt") as file:
        meta = {name: text for name, text in {**file.metadata(), **changes}.items() if text}
    save_file(load_file(path), path, meta)


def write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def into_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def without_rows(folder: Path, count: int) -> None:
    path = folder / runs.TRAJECTORY
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-count]))


DAMAGES: dict[str, tuple[Damage, str]] = {
    "a flipped bit": (lambda folder: flip(folder / runs.STATE), "its bytes are not those that were written"),
    "another step": (lambda folder: rewrite(folder / runs.STATE, step="21"), "its bytes are not those"),
    "another clock": (lambda folder: rewrite(folder / runs.STATE, clock="{}"), "its bytes are not those"),
    "no clock or step, no hash": (lambda folder: rewrite(folder / runs.STATE, step="", sha256=""), "no step"),
    "nonsense": (lambda folder: write(folder / runs.STATE, b"nonsense"), "state.safetensors: "),
    "cut": (lambda folder: write(folder / runs.STATE, (folder / runs.STATE).read_bytes()[:-100]), "safetensors: "),
    "gone": (lambda folder: (folder / runs.STATE).unlink(), "state.safetensors is missing"),
    "a folder": (lambda folder: into_folder(folder / runs.STATE), "state.safetensors: "),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of the run that nothing interrupted."""
    folder = start(tmp_path_factory.mktemp("whole"), TINY)
    train(TINY, folder)
    return contents(folder)


@pytest.mark.parametrize("name", [name for name in DAMAGES if name != "a folder"])
def test_the_checkpoint_before_is_used_and_it_is_said(name: str, tmp_path: Path, whole: dict[str, bytes]) -> None:
    folder, (damage, message) = stopped(tmp_path), DAMAGES[name]
    damage(folder)
    said: list[str] = []
    train(TINY, folder, notice=said.append)
    assert len(said) == 1
    assert message in said[0]
    assert said[0].endswith("going on from the checkpoint before, of step 22")
    assert contents(folder) == whole
    assert not {runs.STATE, runs.PREVIOUS} & {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("name", [name for name in DAMAGES if name != "gone"])
def test_without_a_good_checkpoint_the_run_is_refused_in_one_line(name: str, tmp_path: Path) -> None:
    folder, (damage, _) = stopped(tmp_path), DAMAGES[name]
    damage(folder)
    flip(folder / runs.PREVIOUS)
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    answer = call("resume", str(folder))
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert "not a checkpoint of this run" in answer.err
    assert "delete state.safetensors and state-previous.safetensors to start again" in answer.err
    assert {path: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


def test_nothing_is_said_of_good_checkpoints(tmp_path: Path, whole: dict[str, bytes]) -> None:
    folder = stopped(tmp_path)
    assert {runs.STATE, runs.PREVIOUS} < {path.name for path in folder.iterdir()}
    train(TINY, folder, notice=pytest.fail)
    assert contents(folder) == whole


def test_rows_missing_from_the_trajectory_are_found(tmp_path: Path, whole: dict[str, bytes]) -> None:
    folder = stopped(tmp_path)  # after steps 22 and 23 the trajectory ends with step 20
    without_rows(folder, 1)
    with pytest.raises(ValueError, match=r"trajectory\.jsonl is not what was recorded up to step 23"):
        train(TINY, folder)
    other = stopped(tmp_path / "other", 20)  # the last row came between the two checkpoints
    without_rows(other, 1)
    said: list[str] = []
    train(TINY, other, notice=said.append)
    assert "trajectory.jsonl is not what was recorded up to step 20; going on" in said[0]
    assert contents(other) == whole


def test_a_changed_row_is_found(tmp_path: Path) -> None:
    folder = stopped(tmp_path)
    flip(folder / runs.TRAJECTORY, 12)
    with pytest.raises(ValueError, match=r"trajectory\.jsonl is not what was recorded up to step 23"):
        train(TINY, folder)


def test_the_checkpoint_of_another_run_is_not_taken(tmp_path: Path) -> None:
    folder, other = stopped(tmp_path), stopped(tmp_path, 23, TINY.changed({"seed": 1}))
    for name in (runs.STATE, runs.PREVIOUS, runs.TRAJECTORY):
        (folder / name).write_bytes((other / name).read_bytes())
    with pytest.raises(ValueError, match="it belongs to the run"):
        train(TINY, folder)


def test_checkpoints_of_earlier_versions_are_read_and_it_is_said(tmp_path: Path, whole: dict[str, bytes]) -> None:
    folder = stopped(tmp_path)
    (folder / runs.PREVIOUS).unlink()
    rewrite(folder / runs.STATE, sha256="", config="", trajectory_bytes="", trajectory_sha256="")
    said: list[str] = []
    folder = folder.rename(tmp_path / TINY.digest())
    train(TINY, folder, notice=said.append)
    assert len(said) == 1
    assert "has no hash, as an earlier version wrote it" in said[0]
    assert contents(folder) == whole


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"step": "41"}, "step 41 of a run of 40"),
        ({"step": "x"}, "invalid literal"),
        ({"clock": "[]"}, "expected a JSON object"),
        ({"clock": '{"train_seconds":1}'}, "'measure_seconds' is missing"),
        ({"clock": json.dumps(dict.fromkeys(("train_seconds", "measure_seconds", "processor_seconds"), -1))}, "clock"),
    ],
)
def test_earlier_checkpoints_are_checked_as_far_as_they_go(
    changes: dict[str, str], message: str, tmp_path: Path
) -> None:
    folder = stopped(tmp_path)
    (folder / runs.PREVIOUS).unlink()
    rewrite(folder / runs.STATE, sha256="", **changes)
    with pytest.raises(ValueError, match=message):
        train(TINY, folder)


def test_tensors_of_another_shape_are_refused(tmp_path: Path) -> None:
    folder = stopped(tmp_path)
    (folder / runs.PREVIOUS).unlink()
    rewrite(folder / runs.STATE, sha256="")
    parameters = Training.begin(TINY).model.parameters
    said: list[str] = []
    assert latest(folder, TINY, parameters, said.append) is not None
    assert "has no hash" in said[0]
    with pytest.raises(ValueError, match="U has shape"):
        latest(folder, TINY, {"U": parameters["U"][..., :1]}, pytest.fail)  # which copying would broadcast
    with pytest.raises(ValueError, match="no tensor V"):
        latest(folder, TINY, {"V": parameters["U"]}, pytest.fail)


def test_a_generator_of_another_kind_is_refused(tmp_path: Path) -> None:
    folder = stopped(tmp_path)
    tensors = load_file(folder / runs.STATE) | {"generator": torch.zeros(3, dtype=torch.uint8)}
    clock = json.dumps(dict.fromkeys(("train_seconds", "measure_seconds", "processor_seconds"), 1.0))
    save_file(tensors, folder / runs.STATE, {"step": "22", "clock": clock})
    with pytest.raises(ValueError, match=r"not a checkpoint of this run .*; delete it to start again"):
        train(TINY, folder)
    del tensors["generator"]
    save_file(tensors, folder / runs.STATE, {"step": "22", "clock": clock})
    (folder / runs.PREVIOUS).unlink()
    with pytest.raises(ValueError, match="no tensor generator"):
        train(TINY, folder)


SLOW = """
import sys
from pathlib import Path
from time import sleep
from training import loop
from training.runs import read_config
advance = loop.Training.advance
def slow(run):
    sleep(0.02)
    return advance(run)
loop.Training.advance = slow
loop.CHECKPOINT_SECONDS = -1.0
folder = Path(sys.argv[1])
loop.train(read_config(folder), folder)
"""


def test_a_run_that_is_killed_is_neither_lost_nor_doubled(tmp_path: Path, whole: dict[str, bytes]) -> None:
    folder = start(tmp_path, TINY)
    process = subprocess.Popen([sys.executable, "-c", SLOW, str(folder)], cwd=ROOT)
    deadline = time.monotonic() + 300
    while not (folder / runs.PREVIOUS).is_file() and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGSTOP)  # alive, and never done before the second comes
    try:
        assert (folder / runs.PREVIOUS).is_file()
        assert not runs.is_finished(folder)
        second = call("resume", str(folder))
        assert (second.code, second.err.count("\n")) == (2, 1)
        assert f"process {process.pid} is at work in {folder}" in second.err
        assert call("compare", str(folder)).err.endswith("the run is not finished; `resume` it first\n")
    finally:
        process.kill()
        process.wait()
    (folder / ".margin-killed.part").write_bytes(b"half")
    if (folder / runs.STATE).is_file():  # else it was killed between the two generations
        flip(folder / runs.STATE)
    again = call("resume", str(folder))
    assert "going on from the checkpoint before, of step" in again.err
    assert again.code == 0
    assert contents(folder) == whole
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]
