"""The file of a shard: one parquet table with a line for each network, and beside it what made it."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from margin import __version__
from training.ensembles.ensemble import Member
from training.sweeps.shard import Shard
from training.sweeps.summary import NUMBERS, line

FOLDER, ENDING = "shards", ".parquet"
SCHEMA = pa.schema(
    [
        ("config", pa.string()),
        ("seed", pa.int64()),
        ("step", pa.int32()),
        ("error", pa.string()),
        *((name, pa.float64()) for name in NUMBERS),
        ("live", pa.int32()),
        ("simple", pa.int32()),
        ("frequencies", pa.list_(pa.int32())),
        ("sizes", pa.list_(pa.int32())),
        ("shares", pa.list_(pa.float32())),
        ("over_one", pa.float64()),
        ("near_zero", pa.float64()),
        ("bins", pa.list_(pa.int32())),
        ("weights", pa.binary()),
    ]
)


def written(shard: Shard, members: Sequence[Member]) -> bytes:
    """The bytes of a shard's file."""
    import torch

    shapes = {name: list(tensor.shape) for name, tensor in members[0].model.parameters.items()}
    notes = {
        "shard": shard.text,
        "shapes": json.dumps(shapes),
        "versions": json.dumps({"algebraic-margin": __version__, "torch": torch.__version__}),
    }
    table = pa.Table.from_pylist([line(member, shard.weights) for member in members], SCHEMA)
    file = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(notes), file, compression="zstd")
    return file.getvalue()


def path(out: Path, shard: Shard) -> Path:
    return out / FOLDER / f"{shard.name}{ENDING}"


def is_finished(out: Path, shard: Shard) -> bool:
    return path(out, shard).is_file()


def read(file: Path, columns: Sequence[str] | None = None) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The lines of a shard's file and its notes. Raises ValueError for a damaged file."""
    try:
        table = pq.read_table(file, columns=None if columns is None else list(columns))
    except (pa.ArrowException, OSError) as error:
        raise ValueError(f"{file}: no table of a shard ({error}); remove it and repeat the sweep") from None
    notes = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
    return table.to_pylist(), notes
