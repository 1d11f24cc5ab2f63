"""A sweep in two processes against the same sweep in one, both with their start-up: seconds on the clock.

python -m benchmarks.sweeps

Where other work is on the cores the clock says little; so the processor time is said as well: what two processes would
take on two free cores, each with half of it, against one.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median

from benchmarks.timing import measure, rounds_argument, table
from training.presets import preset
from training.sweeps.local import Processes
from training.sweeps.shard import Shard
from training.sweeps.sweep import sweep

SHARDS, NETWORKS, STEPS = 8, 20, 1000  # so long that a process's start-up is a small part, as in a sweep of hours
TARGET = 0.555  # of the seconds of one process: 1.8 times as fast


def sweeping(workers: int, spent: list[float], shards: list[Shard]) -> Callable[[], object]:
    """A whole sweep in processes, its files in a folder that is removed; their processor seconds go to `spent`."""

    def run() -> None:
        before = _of_children()
        with tempfile.TemporaryDirectory() as out:
            progress = sweep(shards, Path(out), Processes(workers), print)
        assert len(progress.done) == len(shards)
        spent.append(_of_children() - before)

    return run


def planned(count: int = SHARDS, networks: int = NETWORKS, steps: int = STEPS) -> list[Shard]:
    """Shards of networks mod 89, trained in batches, each with seeds of its own."""
    config = preset("multiscale-n89-batch").config().changed({"steps": steps, "evaluate_every": steps})
    return [Shard(config, tuple(range(i * networks, (i + 1) * networks)), False) for i in range(count)]


def by_processor(one: list[float], two: list[float]) -> str:
    """In words: how many times as fast two processes would be on two free cores; the first round warms up.

    >>> by_processor([9, 4, 4, 4], [9, 5, 4, 5])
    'processor time: 2 processes on 2 free cores 1.60 times as fast as 1 [1.60, 2.00]'
    """
    ratios = sorted(2 * a / b for a, b in zip(one[1:], two[1:], strict=True))
    return (
        f"processor time: 2 processes on 2 free cores {median(ratios):.2f} times as fast as 1"
        f" [{ratios[0]:.2f}, {ratios[-1]:.2f}]"
    )


def _of_children() -> float:
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    rounds = rounds_argument("A sweep in two processes against one", 5)
    one, two, shards = list[float](), list[float](), planned()
    seconds = measure({"one process": sweeping(1, one, shards), "two processes": sweeping(2, two, shards)}, rounds)
    print(table(seconds, {"two processes": ("one process", TARGET)}))
    print(by_processor(one, two))


if __name__ == "__main__":
    main()
