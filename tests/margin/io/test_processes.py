"""Processes that answer questions: they end when the one that asks does, and say so when they end before."""

from __future__ import annotations

import os
from multiprocessing import Pipe

import pytest

from margin.io import processes
from margin.io.processes import Worker, working


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


def test_workers_end_with_what_they_worked_in() -> None:
    with working() as (alive, workers):
        worker = Worker(alive, left)
        workers[worker.connection] = worker
        assert worker.process.is_alive()
    assert worker.process.exitcode is not None
