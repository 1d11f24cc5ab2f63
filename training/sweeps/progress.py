"""How far a sweep is: shards and networks done, running and failed by case, and the time left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic

from training.sweeps.outcome import Outcome
from training.sweeps.shard import Shard

ALL = "all shards"  # the last line of the table


@dataclass
class Progress:
    """Of all shards of a sweep, those that were finished before among them."""

    shards: Sequence[Shard]
    done: set[str] = field(default_factory=set)
    running: set[str] = field(default_factory=set)
    failed: dict[str, str] = field(default_factory=dict)
    trained: int = 0  # networks, since the start of this process
    start: float = field(default_factory=monotonic)

    def note(self, outcome: Outcome) -> None:
        name = outcome.shard.name
        if outcome.begun:
            self.running.add(name)
            return
        self.running.discard(name)
        if outcome.error is None:
            self.done.add(name)
            self.trained += len(outcome.shard.seeds)
        else:
            self.failed[name] = outcome.error

    def left(self, now: float | None = None) -> float | None:
        """Seconds until all is done, at the rate so far; None before anything is."""
        open_ = sum(len(s.seeds) for s in self.shards if s.name not in self.done and s.name not in self.failed)
        seconds = (monotonic() if now is None else now) - self.start
        return open_ * seconds / self.trained if self.trained else 0.0 if not open_ else None

    def table(self, now: float | None = None) -> str:
        """A line for each case and one for all: shards in all, done, running, failed; and the time left."""
        rows = {case: Counter[str]() for case in [*dict.fromkeys(shard.case for shard in self.shards), ALL]}
        for shard in self.shards:
            for row in (rows[shard.case], rows[ALL]):
                row["shards"] += 1
                row["done"] += shard.name in self.done
                row["running"] += shard.name in self.running
                row["failed"] += shard.name in self.failed
        width, names = max(map(len, rows)), ("shards", "done", "running", "failed")
        lines = [f"{'':<{width}}  {'  '.join(f'{name:>7}' for name in names)}"]
        for case, row in rows.items():
            lines.append(f"{case:<{width}}  {'  '.join(f'{row[name]:>7}' for name in names)}")
        left = self.left(now)
        lines.append(f"time left {'unknown' if left is None else shown(left)}")
        return "\n".join(lines)


def shown(seconds: float) -> str:
    """Hours, minutes and seconds.

    >>> shown(3725.4)
    '1:02:05'
    """
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
