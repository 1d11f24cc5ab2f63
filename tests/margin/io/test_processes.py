"""Processes that answer questions: they end when the one that asks does, and say so when they end before."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from multiprocessing import Pipe, RLock
from pathlib import Path

import pytest
from tqdm import tqdm

from margin.io import processes
from margin.io.processes import Worker, working
from tests.helpers.command_line import ROOT


@pytest.mark.parametrize("unread", [False, True])
def test_a_process_whose_asker_has_gone_ends_without_a_word(unread: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "follow", lambda alive: None)
    ours, theirs = Pipe()
    if unread:
        theirs.send("an answer that is never read")  # closing the other end resets the connection
    ours.close()
    processes._serve(theirs, theirs, str)
    with pytest.raises((EOFError, OSError)):
        theirs.recv()


def left(text: str) -> str:
    if text == "end":
        os._exit(7)
    return text.upper()


def test_a_worker_answers_until_it_ends() -> None:
    with working() as (alive, workers):
        worker = Worker(alive, left)
        workers[worker.connection] = worker
        for question in ("a", "b"):
            worker.ask(question)
            assert worker.answer() == question.upper()
        worker.ask("end")
        with pytest.raises(ChildProcessError, match=r"^ended with exit code 7$"):
            worker.answer()
    assert not worker.process.is_alive()


ASKS = """
from tests.margin.io.test_processes import {job}
from margin.io.processes import Worker, working
if __name__ == "__main__":
    with working() as (alive, workers):
        worker = Worker(alive, {job})
        workers[worker.connection] = worker
        worker.ask("a")
        assert worker.answer() == "A"
"""
KEPT: list[object] = []


def showing_progress(text: str) -> str:
    for _ in tqdm(range(2), file=io.StringIO()):
        pass
    return text.upper()


def locking(text: str) -> str:
    KEPT.append(RLock())
    return text.upper()


@pytest.mark.parametrize(("job", "leaks"), [(showing_progress, False), (locking, True)])
def test_a_worker_that_is_killed_leaves_no_lock_of_its_progress(
    job: Callable[[str], str], leaks: bool, tmp_path: Path
) -> None:
    """A lock of its own is left, and Python says so."""
    path = tmp_path / "asks.py"
    path.write_text(ASKS.format(job=job.__name__))
    variables = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, path], cwd=ROOT, env=variables, capture_output=True, text=True, check=True)
    assert ("leaked semaphore" in done.stderr) == leaks, done.stderr
    assert leaks or done.stderr == ""


def test_workers_end_with_what_they_worked_in() -> None:
    with working() as (alive, workers):
        worker = Worker(alive, left)
        workers[worker.connection] = worker
        assert worker.process.is_alive()
    assert worker.process.exitcode is not None


def hearing(text: str) -> str:
    """Whether an interrupt at the keyboard reaches this process."""
    return str(signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ()))


HEARS = """
from contextlib import nullcontext
from margin.io import processes
from margin.io.processes import Worker, working
from tests.margin.io.test_processes import hearing
if __name__ == "__main__":
    if {hears}:
        processes.deaf = nullcontext
    with working() as (alive, workers):
        for _ in range(2):
            worker = Worker(alive, hearing)
            workers[worker.connection] = worker
            worker.ask("?")
            print(worker.answer())
"""


@pytest.mark.parametrize("hears", [False, True])
def test_workers_are_born_deaf_to_interrupts_the_first_one_too(hears: bool, tmp_path: Path) -> None:
    """The first process starts multiprocessing's resource tracker, which lets SIGINT through after its own start."""
    (tmp_path / "asks.py").write_text(HEARS.format(hears=hears))
    command = [sys.executable, str(tmp_path / "asks.py")]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert done.stdout.split() == [str(hears)] * 2, done.stderr
