"""A sweep: the shards of a spec that are not finished yet, given to an executor; each file is whole or not there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from time import monotonic

from margin.io.files import remove_leftovers, write_whole
from margin.io.locks import locked
from training.limits import refuse
from training.sweeps import parquet
from training.sweeps.outcome import Executor, Lost
from training.sweeps.progress import Progress
from training.sweeps.shard import Shard

SECONDS = 30.0  # between tables of progress


def sweep(
    shards: Sequence[Shard],
    out: Path,
    executor: Executor,
    notice: Callable[[str], None],
    report: Callable[[str], None] = lambda table: None,
) -> Progress:
    """Have every shard that has no file under `out` worked on, and write its file; returns how far it came.

    A shard that fails is told to `notice`, and the others go on; `report` is given the table of progress now and then.
    Raises ValueError and MemoryError, before any work, for a config that cannot run; BlockingIOError while another
    sweep writes there; ConnectionError, `Lost` among them, where nobody works on the shards: what is finished is kept.
    """
    for config in {shard.config.digest(): shard.config for shard in shards}.values():
        refuse(config)
    (out / parquet.FOLDER).mkdir(parents=True, exist_ok=True)
    with locked(out):
        remove_leftovers(out / parquet.FOLDER, 0)
        progress = Progress(shards, done={shard.name for shard in shards if parquet.is_finished(out, shard)})
        waiting = [shard for shard in shards if shard.name not in progress.done]
        told = monotonic()
        try:
            with closing(executor(waiting, notice)) as outcomes:
                for outcome in outcomes:
                    if outcome.data is not None:
                        write_whole(parquet.path(out, outcome.shard), outcome.data)
                    progress.note(outcome)
                    if outcome.error is not None:
                        notice(f"shard {outcome.shard.name} ({outcome.shard.case}) failed: {outcome.error}")
                    if monotonic() - told > SECONDS:
                        report(progress.table())
                        told = monotonic()
        except Lost as error:
            done = f"{len(progress.done)} of {len(shards)} shards are finished and kept in {out}"
            raise Lost(f"{error}; {done}") from None
    return progress
