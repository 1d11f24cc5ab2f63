"""The time a search may take: asked in every loop, so that each ends soon after its limit with what it has."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tqdm import tqdm

_SPEED = 5e9  # operations of dense linear algebra a second, of a slow or busy machine


class OutOfTime(Exception):
    """A computation that is worth nothing half done was given up."""


class Clock:
    """Seconds until a limit; `cut` says whether a loop was ended by it. `tick` is called whenever it is asked."""

    def __init__(self, limit: float = inf, tick: Callable[[], None] = lambda: None) -> None:
        self.began = monotonic()
        self.end = self.began + limit
        self.tick = tick
        self.cut = False

    def left(self) -> float:
        """Seconds, below 0 after the end."""
        return self.end - monotonic()

    def late(self) -> bool:
        """Whether the limit has passed."""
        self.tick()
        late = self.left() <= 0
        self.cut = self.cut or late
        return late

    def check(self) -> None:
        """Raise OutOfTime after the limit."""
        if self.late():
            raise OutOfTime

    def allows(self, operations: float) -> bool:
        """Whether a step that cannot be interrupted, of so many operations, should end in time."""
        allowed = operations / _SPEED <= self.left()
        self.cut = self.cut or not allowed
        return allowed

    def share(self, part: float) -> Clock:
        """A clock for this part of the time left."""
        return Clock(max(0.0, part * self.left()), self.tick)


class Refresher:
    """Shows the time that passes within a round, twice a second."""

    def __init__(self, bar: tqdm[object]) -> None:
        self.bar, self.last = bar, monotonic()

    def __call__(self) -> None:
        if monotonic() - self.last > 0.5:
            self.last = monotonic()
            self.bar.refresh()
