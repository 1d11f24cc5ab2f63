"""Which processes are there, asked of /proc."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

CAP = 60  # seconds, many times what a machine that has nothing else to do takes


def lives(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def group(leader: int) -> list[int]:
    """The processes of a process group that live."""
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]
    return [pid for pid in pids if _group_of(pid) == leader and lives(pid)]


def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition, for CAP seconds at most."""
    end = time.monotonic() + CAP
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def _group_of(pid: int) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[2])
    except (FileNotFoundError, ProcessLookupError):
        return None
