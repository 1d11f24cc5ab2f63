"""Files whole or not at all: what a failure says, what a kill leaves. Interruptions: tests/margin/commands."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from margin.io.files import remove_leftovers, require_place, write_whole
from tests.helpers.command_line import ROOT


def test_a_file_is_written_through_a_link_with_the_usual_rights(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)
    write_whole(link, b"new ", memoryview(b"parts"))
    assert (target.read_bytes(), link.is_symlink()) == (b"new parts", True)
    (tmp_path / "usual").write_text("")
    assert target.stat().st_mode == (tmp_path / "usual").stat().st_mode
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "target", "usual"]


def test_a_full_disk_is_said_with_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    (tmp_path / "kept").write_text("old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=rf"No space left on device: '.*{tmp_path.name}/kept'"):
        write_whole(tmp_path / "kept", b"new")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("kept", "old")]


@pytest.mark.parametrize("error", [OSError("bare"), OSError(errno.EIO, "broken", "elsewhere"), KeyboardInterrupt()])
def test_other_failures_pass_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(handle: int) -> None:
        raise error

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(type(error)) as raised:
        write_whole(tmp_path / "new", b"new")
    assert raised.value is error
    assert list(tmp_path.iterdir()) == []


def test_what_killed_processes_left_is_removed_and_what_others_write_is_not(tmp_path: Path) -> None:
    names = (".margin-old.part", ".margin-new.part", "margin-old.part", ".other-old.part")
    for name in names:
        (tmp_path / name).write_text("")
        if "old" in name:
            yesterday = time.time() - 100_000
            os.utime(tmp_path / name, (yesterday, yesterday))
    write_whole(tmp_path / "file", b"")
    assert {path.name for path in tmp_path.iterdir()} == {"file", *names[1:]}


def test_places_that_are_no_places(tmp_path: Path) -> None:
    assert require_place(tmp_path / "file") == tmp_path
    os.mkfifo(tmp_path / "pipe")
    for place, error in {
        tmp_path: IsADirectoryError,
        tmp_path / "pipe": FileExistsError,
        tmp_path / "no" / "file": FileNotFoundError,
    }.items():
        with pytest.raises(error):
            require_place(place)


def test_who_is_alone_in_a_folder_removes_what_was_left_a_moment_ago(tmp_path: Path) -> None:
    for name in (".margin-new.part", "margin-new.part", "file"):
        (tmp_path / name).write_text("")
    remove_leftovers(tmp_path)
    assert len(list(tmp_path.iterdir())) == 3
    remove_leftovers(tmp_path, 0)
    assert {path.name for path in tmp_path.iterdir()} == {"margin-new.part", "file"}


@pytest.mark.parametrize("stream", ["/dev/full", None])
@pytest.mark.parametrize(
    ("statement", "code"), [("raise KeyError('x')", 3), ("raise Refused('no')", 2), ("raise KeyboardInterrupt", 130)]
)
def test_the_exit_code_stands_where_nobody_takes_the_complaint(statement: str, code: int, stream: str | None) -> None:
    """A full disk or a closed stream behind standard error: Python's own exit codes would be 1 and 120."""
    program = f"from margin.io.command import Refused, run\ndef main():\n    {statement}\nrun('x', main)"
    shell = '"$@" 2>' + (stream or "&-")
    done = subprocess.run(["sh", "-c", shell, "sh", sys.executable, "-c", program], cwd=ROOT)
    assert done.returncode == code


def test_a_traceback_acts_on_no_terminal() -> None:
    program = "from margin.io.command import run\ndef main():\n    raise ArithmeticError('\\x1b[2K')\nrun('x', main)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 3
    assert "ArithmeticError: \\x1b[2K" in done.stderr
    assert "\x1b" not in done.stderr
