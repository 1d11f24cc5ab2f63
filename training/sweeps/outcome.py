"""What an executor hands back, and what it is: a way to have shards worked on, here or elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

from training.sweeps.shard import Shard


@dataclass(frozen=True)
class Outcome:
    """A shard that is done, with its file's bytes; one that failed, with why; or with neither, one that has begun."""

    shard: Shard
    data: bytes | None = None
    error: str | None = None

    @property
    def begun(self) -> bool:
        return self.data is None and self.error is None


class Lost(ConnectionError):
    """Nobody is left to work on the shards that are not done."""


# Shards in; out come the outcomes as they are known. Raises Lost. `notice` is told, in a line, what a user should know.
Executor = Callable[[Sequence[Shard], Callable[[str], None]], Generator[Outcome]]
