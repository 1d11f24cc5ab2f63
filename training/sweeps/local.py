"""Shards in this process, or in processes of this machine that end when it does."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from threading import RLock

from tqdm import tqdm

from margin.io.processes import deaf, follow
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
        os.environ.setdefault("OMP_NUM_THREADS", "1")  # one thread in each process
        waiting = list(reversed(shards))
        workers = dict[Connection, _Worker]()
        # its other end is ours alone: it is at its end when this process is
        alive, ours = get_context("spawn").Pipe(duplex=False)
        try:
            for _ in range(min(self.workers, len(shards))):
                worker = _Worker(alive, self.job)
                workers[worker.connection] = worker
                yield worker.ask(waiting.pop())
            while workers:
                for connection in wait(list(workers)):
                    worker = workers.pop(connection)  # type: ignore[call-overload]  # typed as anything to wait for
                    yield worker.answer()
                    if not worker.process.is_alive() and waiting:
                        worker.end()
                        worker = _Worker(alive, self.job)
                    if waiting:
                        workers[worker.connection] = worker
                        yield worker.ask(waiting.pop())
                    else:
                        worker.end()
        finally:
            with deaf():  # a second interrupt waits for this
                ours.close()
                for worker in workers.values():
                    worker.end()
                alive.close()


class _Worker:
    """A process that works on shards, one after another."""

    def __init__(self, alive: Connection, job: Work) -> None:
        context = get_context("spawn")
        self.connection, other = context.Pipe()
        self.shard: Shard | None = None
        self.process: SpawnProcess = context.Process(target=_serve, args=(other, alive, job), daemon=True)
        with deaf():  # the process is born so, and an interrupt at the keyboard is ours to act on
            self.process.start()
        other.close()

    def ask(self, shard: Shard) -> Outcome:
        self.shard = shard
        self.connection.send(shard.text)
        return Outcome(shard)

    def answer(self) -> Outcome:
        assert self.shard is not None
        try:
            data, error = self.connection.recv()
        except (EOFError, OSError):
            self.process.join()
            return Outcome(self.shard, None, f"its process ended with exit code {self.process.exitcode}")
        return Outcome(self.shard, data, error)

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


def _serve(questions: Connection, alive: Connection, job: Work) -> None:
    """Work on the shards asked for, until the process that asks has gone."""
    follow(alive)
    tqdm.set_lock(RLock())  # its own is for several processes, and would be left behind by one that is killed
    with suppress(EOFError, OSError):  # it has gone, perhaps with an answer that it had not read
        while True:
            questions.send(_tried(job, questions.recv()))


def _tried(job: Work, text: str) -> tuple[bytes | None, str | None]:
    """What a job gives, or what it raised."""
    try:
        return job(text), None
    except (ValueError, MemoryError) as error:  # refusals, in a line
        return None, str(error)
    except Exception:
        return None, traceback.format_exc()
