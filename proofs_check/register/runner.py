"""Run the checks of claims, in processes of their own where that pays, each timed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from time import perf_counter

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

    An interruption waits for no check that has not begun.
    """
    if min(len(ids), processes) <= 1:
        yield from (check_one(id, effort) for id in ids)
        return
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # one thread in each process
    with ProcessPoolExecutor(min(processes, len(ids)), get_context("spawn")) as pool:
        waiting = [pool.submit(check_one, id, effort) for id in ids]
        try:
            for future in as_completed(waiting):
                yield future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
