"""Run the checks of claims, in processes of their own where that pays, each timed."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection, wait
from time import perf_counter

from margin.io.processes import Worker, working
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
    waiting, asked = list(reversed(ids)), dict[Connection, str]()
    with working() as (alive, workers):
        for _ in range(min(processes, len(ids))):
            worker = Worker(alive, partial(_answer, effort=effort))
            workers[worker.connection] = worker
            worker.ask(asked.setdefault(worker.connection, waiting.pop()))
        while workers:
            for connection in wait(list(workers)):
                assert isinstance(connection, Connection)
                yield _outcome(workers[connection], asked[connection])
                if waiting:
                    asked[connection] = waiting.pop()
                    workers[connection].ask(asked[connection])
                else:
                    workers.pop(connection).end()


def _outcome(worker: Worker, claim: str) -> Outcome:
    """Raises what the check raised, RuntimeError where the process has ended."""
    try:
        answer = worker.answer()
    except ChildProcessError as ended:
        raise RuntimeError(f"the process that checked claim {claim} {ended}") from None
    if isinstance(answer, Outcome):
        return answer
    raise answer


def _answer(claim: str, effort: str) -> Outcome | Exception:
    try:
        return check_one(claim, effort)
    except Exception as error:
        text = traceback.format_exc()
        answer = RuntimeError(f"{type(error).__name__}: {error}")  # one that any process can read
        answer.add_note(text)
        return answer
