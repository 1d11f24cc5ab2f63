"""The lock of a folder: one process at a time, and none that is gone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from margin.io import locks
from margin.io.locks import LOCK, locked
from tests.helpers.command_line import ROOT

HOLD = """
import sys
from pathlib import Path
from margin.io import locks
if sys.argv[2] == "file":
    locks.fcntl = None
with locks.locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold(folder: Path, kind: str) -> subprocess.Popen[str]:
    """A process that holds the lock until its input ends."""
    command = [sys.executable, "-c", HOLD, str(folder), kind]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def refuse(folder: Path, message: str) -> None:
    """The lock is held by somebody else, as the message says."""
    with pytest.raises(BlockingIOError, match=message), locked(folder):
        pytest.fail("two hold the lock")


@pytest.fixture(params=["flock", "file"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The kernel's lock, and the file alone, as on systems without one."""
    if request.param == "file":
        monkeypatch.setattr(locks, "fcntl", None)
    elif locks.fcntl is None:
        pytest.skip("no flock here")
    return str(request.param)


def test_a_second_process_is_refused_until_the_first_has_ended(kind: str, tmp_path: Path) -> None:
    process = hold(tmp_path, kind)
    try:
        refuse(tmp_path, f"^process {process.pid} is at work in .*; wait until it has ended")
        assert (tmp_path / LOCK).is_file()
    finally:
        process.communicate()
    assert list(tmp_path.iterdir()) == []
    with locked(tmp_path):
        assert (tmp_path / LOCK).read_text() == f"{os.getpid()}\n"
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_was_killed_holds_nothing(kind: str, tmp_path: Path) -> None:
    process = hold(tmp_path, kind)
    process.kill()
    process.communicate()
    assert (tmp_path / LOCK).is_file()
    with locked(tmp_path):
        refuse(tmp_path, f"process {os.getpid()} is at work")
    assert list(tmp_path.iterdir()) == []


def test_the_lock_is_given_back_after_a_failure(kind: str, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), locked(tmp_path):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_file_systems_without_locks_use_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if locks.fcntl is None:
        pytest.skip("no flock here")

    def unsupported(*_: object) -> None:
        raise OSError(38, "not implemented")

    monkeypatch.setattr(locks.fcntl, "flock", unsupported)
    with locked(tmp_path):
        assert (tmp_path / LOCK).read_text() == f"{os.getpid()}\n"
        refuse(tmp_path, f"process {os.getpid()} is at work")


def test_a_lock_that_names_nobody_is_not_taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "fcntl", None)
    (tmp_path / LOCK).write_text("")
    refuse(tmp_path, "another process is at work")
