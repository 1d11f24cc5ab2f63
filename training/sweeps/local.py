"""Shards in this process, or in processes of this machine that end when it does."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Generator, Sequence
from functools import partial
from multiprocessing.connection import Connection, wait

from margin.io.processes import Worker, working
from training.sweeps.outcome import Outcome
from training.sweeps.shard import Shard
from training.sweeps.work import work

Work = Callable[[str], bytes]


def here(shards: Sequence[Shard], notice: Callable[[str], None]) -> Generator[Outcome]:
    """One shard after another in this process."""
    for shard in shards:
        yield Outcome(shard)
        data, error = _tried(work, shard.text)
        yield Outcome(shard, data, error)


class Processes:
    """As many processes as workers, each with a shard at a time; called as `training.sweeps.outcome.Executor`.

    A process that ends before its shard is done has failed at it, and another takes its place.
    """

    def __init__(self, workers: int, job: Work = work) -> None:
        self.workers, self.job = workers, job

    def __call__(self, shards: Sequence[Shard], notice: Callable[[str], None]) -> Generator[Outcome]:
        waiting, asked = list(reversed(shards)), dict[Connection, Shard]()
        job = partial(_tried, self.job)
        with working() as (alive, workers):
            for _ in range(min(self.workers, len(shards))):
                worker = Worker(alive, job)
                workers[worker.connection] = worker
                yield _asked(worker, asked.setdefault(worker.connection, waiting.pop()))
            while workers:
                for connection in wait(list(workers)):
                    assert isinstance(connection, Connection)
                    worker = workers[connection]
                    yield _outcome(worker, asked.pop(connection))
                    if worker.process.is_alive() and waiting:
                        asked[connection] = waiting.pop()
                        yield _asked(worker, asked[connection])
                        continue
                    workers.pop(connection).end()
                    if waiting:
                        worker = Worker(alive, job)
                        workers[worker.connection] = worker
                        yield _asked(worker, asked.setdefault(worker.connection, waiting.pop()))


def _asked(worker: Worker, shard: Shard) -> Outcome:
    worker.ask(shard.text)
    return Outcome(shard)


def _outcome(worker: Worker, shard: Shard) -> Outcome:
    try:
        data, error = worker.answer()
    except ChildProcessError as ended:
        return Outcome(shard, None, f"its process {ended}")
    return Outcome(shard, data, error)


def _tried(job: Work, text: str) -> tuple[bytes | None, str | None]:
    """What a job gives, or what it raised."""
    try:
        return job(text), None
    except (ValueError, MemoryError) as error:  # refusals, in a line
        return None, str(error)
    except Exception:
        return None, traceback.format_exc()
