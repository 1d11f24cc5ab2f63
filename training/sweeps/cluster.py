"""Shards on the workers of a Dask scheduler, which may be on any machines; what they compute comes back to this one.

A worker is given shards only if it has this version of the project. One that dies loses its shard to another; workers
may come and go. The scheduler is trusted: whoever can reach it can run code on its workers.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from margin import __version__
from training.sweeps.outcome import Lost, Outcome
from training.sweeps.shard import Shard
from training.sweeps.work import work

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT = 10  # seconds to reach the scheduler, and for a worker to say its version
LOGGERS = ("distributed", "distributed.client", "distributed.core", "tornado.application", "asyncio")
TICK = 1  # seconds between looks at which workers there are
AHEAD = 2  # shards for each thread of the workers: one is worked on, one waits there


@cache
def version() -> str:
    """The project's version and a hash of its code: the same code gives the same shards."""
    digest = hashlib.sha256()
    for package in ("margin", "training"):
        sources = [(name, data) for name, data in _sources(files(package), package)]
        for name, data in sorted(sources):
            digest.update(f"{name} {len(data)}\n".encode() + data)
    return f"{__version__} ({digest.hexdigest()[:12]})"


def _sources(folder: Any, name: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _sources(entry, f"{name}/{entry.name}")
        elif entry.name.endswith(".py"):
            yield f"{name}/{entry.name}", entry.read_bytes()


class Cluster:
    """The workers of a scheduler; called as `training.sweeps.outcome.Executor`."""

    def __init__(self, address: str) -> None:
        self.address = address

    def __call__(self, shards: Sequence[Shard], notice: Callable[[str], None]) -> Generator[Outcome]:
        """As `Executor`. Raises ValueError where every worker has another version, ConnectionError for no scheduler."""
        from distributed import Client
        from distributed.comm import CommClosedError

        for name in LOGGERS:  # what they would log is said in our words
            logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            client = Client(self.address, timeout=CONNECT)
        except (OSError, ValueError, TypeError) as error:
            said = (str(error).splitlines() or [type(error).__name__])[0]
            raise ConnectionError(
                f"no scheduler at {self.address} ({said[:200]}); start one with dask scheduler"
            ) from None
        try:
            yield from _Session(client, shards, notice).outcomes()
        except (OSError, CancelledError) as error:
            if client.status == "running" and not isinstance(error, (CancelledError, CommClosedError)):
                raise  # the client may not know yet that its connection was closed
            raise Lost(f"the scheduler at {self.address} is gone; start it and its workers, and repeat") from None
        finally:
            with suppress(Exception):  # a scheduler that is gone takes no leave
                client.close(timeout=2)


class _Session:
    """Shards given to workers, and what is known of these."""

    def __init__(self, client: Client, shards: Sequence[Shard], notice: Callable[[str], None]) -> None:
        self.client, self.notice = client, notice
        self.waiting = list(reversed(shards))
        self.running: dict[Future[bytes], tuple[Shard, set[str]]] = {}
        self.versions: dict[str, str] = {}
        self.told = False

    def outcomes(self) -> Iterator[Outcome]:
        from distributed import wait

        while self.waiting or self.running:
            threads = self._threads()
            for future, (shard, chosen) in list(self.running.items()):
                if not chosen & set(threads):  # all who might work on it are gone
                    del self.running[future]
                    future.cancel()
                    self.waiting.append(shard)
            while self.waiting and len(self.running) < AHEAD * sum(threads.values()):
                shard = self.waiting.pop()
                future = self.client.submit(
                    work, shard.text, key=f"shard-{shard.name}", workers=list(threads), pure=True, retries=0
                )
                self.running[future] = (shard, set(threads))
                yield Outcome(shard)
            with suppress(TimeoutError):
                if self.running:
                    wait(list(self.running), timeout=TICK, return_when="FIRST_COMPLETED")
                else:
                    self.client.sync(_pause)
            if self.client.status != "running":
                raise CancelledError
            for future in [future for future in self.running if future.done()]:
                shard, _ = self.running.pop(future)
                yield self._outcome(future, shard)
                future.release()

    def _outcome(self, future: Future[bytes], shard: Shard) -> Outcome:
        if future.status == "finished":
            return Outcome(shard, future.result())
        if future.status in ("cancelled", "lost"):
            raise CancelledError
        error = future.exception()
        return Outcome(shard, None, f"{type(error).__name__}: {error}")

    def _threads(self) -> dict[str, int]:
        """Threads of the workers that have our version, by address. Raises ValueError where all have another."""
        threads: dict[str, int] = dict(self.client.nthreads())
        for address in set(threads) - set(self.versions):
            self.versions[address] = self._asked(address)
            if self.versions[address] != version():
                self.notice(f"worker {address} is refused: {self._wrong(address)}")
        right = {address: count for address, count in threads.items() if self.versions[address] == version()}
        if threads and not right:
            raise ValueError(f"no worker is left that has this version: {self._wrong(next(iter(threads)))}")
        if not threads and not self.told:
            self.notice("the scheduler has no workers yet; waiting for them (dask worker ADDRESS)")
        self.told = not threads
        return right

    def _asked(self, address: str) -> str:
        try:
            answers = self.client.run(version, workers=[address], on_error="return")
        except OSError:  # it has gone, and will not be among the workers
            return "none"
        answer = answers.get(address)
        return answer if isinstance(answer, str) else f"none that can be read ({type(answer).__name__}: {answer})"

    def _wrong(self, address: str) -> str:
        return f"its version is {self.versions[address]}, expected {version()}; install the same there"


async def _pause() -> None:
    import asyncio

    await asyncio.sleep(TICK)
