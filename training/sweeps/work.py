"""The work on a shard: from its text to the bytes of its file, in any process on any machine."""

from __future__ import annotations

from training.ensembles.ensemble import Ensemble
from training.sweeps.parquet import written
from training.sweeps.shard import Shard


def work(text: str) -> bytes:
    """Train the networks of a shard; returns its file. Raises ValueError, MemoryError as `training.limits.refuse`."""
    shard = Shard.of(text)
    return written(shard, Ensemble(shard.configs).train())
