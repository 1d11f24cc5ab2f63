"""A finished run is what it wrote: a changed or exchanged file is refused in one line, an older folder is read."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.training.test_command import call
from tests.training.test_loop import SMALL, start
from training import runs
from training.folders import documents
from training.folders.seal import SEAL
from training.loop import train
from training.tables.weights import weights

TINY = SMALL.changed({"steps": 5, "stop_ratio": None})
SEALED = {
    runs.CONFIG,
    runs.PROVENANCE,
    runs.RESULT,
    runs.TIMING,
    runs.TRAJECTORY,
    runs.WEIGHTS,
    "weights-2.safetensors",
}


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    folder = start(tmp_path, TINY)
    train(TINY, folder, snapshots=(2,))
    return folder


def read_all(folder: Path) -> None:
    """Everything that is read of a finished run."""
    train(TINY, folder)
    runs.read_result(folder)
    runs.read_timing(folder)
    runs.read_provenance(folder)
    runs.read_trajectory(folder)
    for name in (runs.WEIGHTS, runs.snapshot(2)):
        runs.load_weights(folder / name)
        weights(folder / name)


def flipped(content: bytes) -> bytes:
    """One digit of a file changed, so that text stays text."""
    place = next(i for i, byte in enumerate(content) if chr(byte).isdigit())
    return content[:place] + (b"1" if content[place : place + 1] != b"1" else b"2") + content[place + 1 :]


def test_a_seal_holds_every_file_and_is_not_part_of_the_result(finished: Path, tmp_path: Path) -> None:
    sealed = set(json.loads((finished / SEAL).read_bytes()))
    assert sealed - {runs.PARQUET} == SEALED
    assert sealed | {SEAL} == {path.name for path in finished.iterdir() if not path.name.startswith(".")}
    read_all(finished)
    again = start(tmp_path / "again", TINY)
    train(TINY, again, snapshots=(2,))
    assert (again / runs.RESULT).read_bytes() == (finished / runs.RESULT).read_bytes()


@pytest.mark.parametrize("name", sorted(SEALED - {runs.CONFIG}))
def test_a_changed_file_is_refused(name: str, finished: Path) -> None:
    content = (finished / name).read_bytes()
    changed = content[:-1] + bytes([content[-1] ^ 1]) if name.endswith("safetensors") else flipped(content)
    (finished / name).write_bytes(changed)
    with pytest.raises(ValueError, match=r"not what the run wrote, by seal\.json beside it; put it back, or") as error:
        read_all(finished)
    assert name in str(error.value)
    (finished / name).write_bytes(content)
    read_all(finished)


def test_the_command_refuses_a_changed_result_in_one_line(finished: Path) -> None:
    content = json.loads((finished / runs.RESULT).read_bytes())
    documents.write_json(finished / runs.RESULT, content | {"ratio": 1.0})
    for command in ("compare", "resume"):
        answer = call(command, str(finished))
        assert (answer.code, answer.err.count("\n")) == (2, 1)
        assert "not what the run wrote" in answer.err


def test_the_files_of_another_run_are_refused(finished: Path, tmp_path: Path) -> None:
    """Its result, its weights and its seal, all of which agree: the config beside them does not."""
    other = TINY.changed({"seed": 5})
    folder = start(tmp_path / "other", other)
    train(other, folder, snapshots=(2,))
    for name in json.loads((folder / SEAL).read_bytes()):
        if name != runs.CONFIG:
            shutil.copy(folder / name, finished / name)
    with pytest.raises(ValueError, match="not what the run wrote"):
        train(TINY, finished)
    shutil.copy(folder / SEAL, finished / SEAL)
    with pytest.raises(ValueError, match=r"config\.json: not what the run wrote"):
        train(TINY, finished)


def test_a_file_that_came_later_is_no_file_of_the_run(finished: Path) -> None:
    shutil.copy(finished / runs.WEIGHTS, finished / runs.snapshot(3))
    with pytest.raises(ValueError, match=r"weights-3\.safetensors: not among the files that the run wrote"):
        runs.load_weights(finished / runs.snapshot(3))


@pytest.mark.parametrize("content", [b"", b"[]", b'{"result.json":1}', b"[" * 100_000])
def test_a_damaged_seal_is_refused(content: bytes, finished: Path) -> None:
    (finished / SEAL).write_bytes(content)
    with pytest.raises(ValueError, match=r"seal\.json: (not JSON|damaged)"):
        runs.read_result(finished)


def test_a_folder_without_a_seal_is_read_as_before(finished: Path) -> None:
    (finished / SEAL).unlink()
    read_all(finished)
    documents.write_json(finished / runs.TIMING, json.loads((finished / runs.TIMING).read_bytes()) | {"more": 1})
    read_all(finished)


def test_a_run_that_was_killed_before_its_result_goes_on(finished: Path) -> None:
    expected = (finished / runs.RESULT).read_bytes()
    (finished / runs.RESULT).unlink()
    (finished / SEAL).write_bytes(b'{"old":"seal"}')
    (finished / runs.snapshot(2)).unlink()
    train(TINY, finished)
    assert (finished / runs.RESULT).read_bytes() == expected
    runs.load_weights(finished / runs.WEIGHTS)
