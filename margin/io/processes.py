"""Processes that work for this one: they end when it does, however it ends, and an interrupt is its alone."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

ORPHAN = 1  # exit code of a process that nobody waits for


@contextmanager
def deaf() -> Iterator[None]:
    """Hold SIGINT back, also from processes that are started meanwhile, for as long as they live."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def follow(alive: Connection, other: Connection | None = None) -> None:
    """End this process, whatever it is doing, once the one that holds the other end of a pipe has closed it or ended.

    `other` is this process's own copy of that end, where it was born with one.
    """
    try:
        if other is not None:
            other.close()
        threading.Thread(target=_end_after, args=(alive,), daemon=True).start()
    except SystemExit as ended:  # by a signal, before anything was begun: there is nothing to clean up or to say
        os._exit(ended.code if isinstance(ended.code, int) else ORPHAN)


def _end_after(alive: Connection) -> None:
    wait([alive])
    os._exit(ORPHAN)


class Worker:
    """A process that answers questions, one after another, by a function that a new process can import."""

    def __init__(self, alive: Connection, job: Callable[[str], Any]) -> None:
        context = get_context("spawn")
        self.connection, other = context.Pipe()
        self.process: SpawnProcess = context.Process(target=_serve, args=(other, alive, job), daemon=True)
        if os.name == "posix":  # its own start, with the first process, would let SIGINT through again
            resource_tracker.ensure_running()
        with deaf():  # the process is born so, and an interrupt at the keyboard is ours to act on
            self.process.start()
        other.close()

    def ask(self, question: str) -> None:
        self.connection.send(question)

    def answer(self) -> Any:
        """Raises ChildProcessError, with the exit code, where the process has ended."""
        try:
            return self.connection.recv()
        except (EOFError, OSError):
            self.process.join()
            raise ChildProcessError(f"ended with exit code {self.process.exitcode}") from None

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


@contextmanager
def working() -> Iterator[tuple[Connection, dict[Connection, Worker]]]:
    """What workers follow, and a place for those that work, by their connections; at its end they end."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # one thread in each process
    workers = dict[Connection, Worker]()
    # its other end is ours alone: it is at its end when this process is
    alive, ours = get_context("spawn").Pipe(duplex=False)
    try:
        yield alive, workers
    finally:
        with deaf():  # a second interrupt waits for this
            ours.close()
            for worker in workers.values():
                worker.end()
            alive.close()


def _serve(questions: Connection, alive: Connection, job: Callable[[str], Any]) -> None:
    """Answer what is asked, until the process that asks has gone.

    The lock of tqdm is for several processes, and would be left behind by one that is killed: here it is for threads.
    """
    from tqdm import tqdm

    tqdm.set_lock(threading.RLock())
    follow(alive)
    with suppress(EOFError, OSError):  # it has gone, perhaps with an answer that it had not read
        while True:
            questions.send(job(questions.recv()))
