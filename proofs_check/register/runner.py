"""Run the checks of claims, in processes of their own where that pays, each timed."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from time import perf_counter

from margin.io.processes import deaf, follow
from proofs_check.register.claim import Finding
from proofs_check.register.registry import load

PROCESSES = 2


@dataclass(frozen=True)
class Outcome:
    """A claim's id, what its check found, and the seconds that took."""

    id: str
    finding: Finding
    seconds: float


def check_one(id: str, effort: str) -> Outcome:
    """Run one check in this process; what it raises names the claim."""
    start = perf_counter()
    try:
        finding = load()[id].run(effort)
    except Exception as error:
        error.add_note(f"while checking claim {id} with effort {effort}")
        raise
    return Outcome(id, finding, perf_counter() - start)


def check_all(ids: Sequence[str], effort: str, processes: int = PROCESSES) -> Iterator[Outcome]:
    """Outcomes in the order in which they are ready. One claim, or one process, runs here.

    An interruption ends the other processes at once, and so does the end of this one, even by SIGKILL. Raises what a
    check raises, RuntimeError for a process that has ended before its check has.
    """
    if min(len(ids), processes) <= 1:
        yield from (check_one(id, effort) for id in ids)
        return
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # one thread in each process
    workers = dict[Connection, _Worker]()
    waiting = list(reversed(ids))
    # its other end is ours alone: it is at its end when this process is
    alive, ours = get_context("spawn").Pipe(duplex=False)
    try:
        for _ in range(min(processes, len(ids))):
            worker = _Worker(alive, effort)
            workers[worker.connection] = worker
            worker.ask(waiting.pop())
        while workers:
            for connection in wait(list(workers)):
                worker = workers[connection]  # type: ignore[index]  # typed as anything that can be waited for
                yield worker.answer()
                if waiting:
                    worker.ask(waiting.pop())
                else:
                    workers.pop(worker.connection).end()
    finally:
        with deaf():  # a second interrupt waits for this
            ours.close()
            for worker in workers.values():
                worker.end()
            alive.close()


class _Worker:
    """A process that checks claims, one after another."""

    def __init__(self, alive: Connection, effort: str) -> None:
        context = get_context("spawn")
        self.connection, other = context.Pipe()
        self.claim = ""
        self.process: SpawnProcess = context.Process(target=_work, args=(other, alive, effort), daemon=True)
        with deaf():  # the process is born so, and an interrupt at the keyboard is ours to act on
            self.process.start()
        other.close()

    def ask(self, claim: str) -> None:
        self.claim = claim
        self.connection.send(claim)

    def answer(self) -> Outcome:
        """Raises what the check raised, RuntimeError where the process has ended."""
        try:
            answer = self.connection.recv()
        except (EOFError, OSError):
            self.process.join()
            code = self.process.exitcode
            raise RuntimeError(f"the process that checked claim {self.claim} ended with exit code {code}") from None
        if isinstance(answer, Outcome):
            return answer
        raise answer

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


def _work(questions: Connection, alive: Connection, effort: str) -> None:
    """Check the claims asked for, until the process that asks has gone."""
    follow(alive)
    with suppress(EOFError, OSError):  # it has gone, perhaps with an answer that it had not read
        while True:
            questions.send(_answer(questions.recv(), effort))


def _answer(claim: str, effort: str) -> Outcome | Exception:
    try:
        return check_one(claim, effort)
    except Exception as error:
        text = traceback.format_exc()
        answer = RuntimeError(f"{type(error).__name__}: {error}")  # one that any process can read
        answer.add_note(text)
        return answer
