"""Interrupting the checks of claims: this process ends soon, and the others with it, whatever they are doing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from proofs_check.register.runner import check_all
from tests.helpers.command_line import ROOT
from tests.helpers.processes import CAP, lives, until

PROGRAM = """
import os, signal, sys
from itertools import count
from pathlib import Path
from margin.io.command import run
from proofs_check.register.claim import Finding
from proofs_check.register.registry import claim
from proofs_check.register.runner import check_all

folder = Path(os.environ["FOLDER"])

@claim("Z1", "goes on for ever", "none", "identity")
@claim("Z2", "goes on for ever", "none", "identity")
def forever(effort):
    (folder / str(os.getpid())).touch()
    for i in count():
        pow(3, i % 1000)

@claim("Z3", "ends its process", "none", "identity")
def ending(effort):
    os._exit(7)

@claim("Z4", "fails", "none", "identity")
def failing(effort):
    raise ArithmeticError("lost")

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    run("claims", lambda: len(list(check_all(sys.argv[1:], "quick"))))
"""


Started = tuple[subprocess.Popen[str], list[int]]


def start(tmp_path: Path, *claims: str) -> subprocess.Popen[str]:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    (tmp_path / "pids").mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "FOLDER": str(tmp_path / "pids")}
    command = [sys.executable, str(program), *claims]
    return subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    """Two checks that go on for ever, each in a process of its own, in a session of their own."""
    process = start(tmp_path, "Z1", "Z2")
    try:
        until(lambda: len(list((tmp_path / "pids").iterdir())) == 2)
        yield process, [int(path.name) for path in (tmp_path / "pids").iterdir()]
    finally:
        process.kill()
        process.communicate()


pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks /proc which processes are there")


@pytest.mark.parametrize(
    ("number", "code", "lines"), [(signal.SIGINT, 130, 1), (signal.SIGTERM, 143, 0), (signal.SIGKILL, -9, 0)]
)
def test_no_process_is_left(started: Started, number: int, code: int, lines: int) -> None:
    process, pids = started
    assert process.pid not in pids
    assert all(map(lives, pids))
    process.send_signal(number)
    _, complaint = process.communicate(timeout=CAP)
    assert process.returncode == code
    assert len(complaint.splitlines()) == lines
    until(lambda: not any(map(lives, pids)))


def test_an_interrupt_at_the_keyboard_reaches_all_and_a_second_one_changes_nothing(started: Started) -> None:
    process, pids = started
    for _ in range(5):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.02)
    _, complaint = process.communicate(timeout=CAP)
    assert process.returncode == 130
    assert complaint == "claims: interrupted; nothing was left half written\n"
    until(lambda: not any(map(lives, pids)))


def test_a_process_that_ends_is_named(tmp_path: Path) -> None:
    process = start(tmp_path, "Z1", "Z3")
    _, complaint = process.communicate(timeout=CAP)
    assert process.returncode == 3
    assert "RuntimeError: the process that checked claim Z3 ended with exit code 7" in complaint
    until(lambda: not any(lives(int(path.name)) for path in (tmp_path / "pids").iterdir()))


def test_what_a_check_raises_elsewhere_is_told_with_its_place(tmp_path: Path) -> None:
    process = start(tmp_path, "Z1", "Z4")
    _, complaint = process.communicate(timeout=CAP)
    assert process.returncode == 3
    assert "RuntimeError: ArithmeticError: lost" in complaint
    assert "while checking claim Z4 with effort quick" in complaint
    assert 'raise ArithmeticError("lost")' in complaint


def test_more_claims_than_processes() -> None:
    """The twin: what is not interrupted is found, each claim once."""
    ids = ["A9b", "D1", "D2", "D3"]
    assert sorted(outcome.id for outcome in check_all(ids, "quick", processes=2)) == sorted(ids)
    one, *_ = check_all(ids, "quick", processes=2)
    assert one.id in ids
