"""A sweep in two processes against the same sweep in one, both with their start-up: seconds on the clock.

python -m benchmarks.sweeps
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.timing import measure, rounds_argument, table
from training.presets import preset
from training.sweeps.local import Processes
from training.sweeps.shard import Shard
from training.sweeps.sweep import sweep

SHARDS, NETWORKS, STEPS = 4, 10, 500
TARGET = 1 / 1.8  # of the seconds of one process


def sweeping(workers: int) -> Callable[[], object]:
    """A whole sweep in processes, its files in a folder that is removed."""
    config = preset("multiscale-n89-batch").config().changed({"steps": STEPS, "evaluate_every": STEPS})
    seeds = [range(first, first + NETWORKS) for first in range(0, SHARDS * NETWORKS, NETWORKS)]
    shards = [Shard(config, tuple(part), False) for part in seeds]

    def run() -> None:
        with tempfile.TemporaryDirectory() as out:
            progress = sweep(shards, Path(out), Processes(workers), print)
        assert len(progress.done) == SHARDS

    return run


def main() -> None:
    rounds = rounds_argument("A sweep in two processes against one", 5)
    seconds = measure({"one process": sweeping(1), "two processes": sweeping(2)}, rounds)
    print(table(seconds, {"two processes": ("one process", round(TARGET, 2))}))


if __name__ == "__main__":
    main()
