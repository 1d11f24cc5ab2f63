"""The finished shards under some folders, by case: what of a config its networks share."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from margin.analysis.cyclic.network import Network
from training.settings import Embedding
from training.sweeps import parquet
from training.sweeps.shard import Shard
from training.sweeps.summary import unpacked
from training.tables.collection import Collection, number

SWEEP = "python -m training sweep"
CASE = ("n", "batch", "width", "steps", "strength", "exponent")
Array = NDArray[np.float64]


@dataclass
class Case:
    """The networks of one config but for the seed, in the order of their seeds, as `training.sweeps.parquet` has them.

    `key` are the values of CASE; `batch` is 0 for the whole training set.
    """

    key: tuple[Any, ...]
    config: dict[str, Any]
    lines: dict[int, dict[str, Any]] = field(default_factory=dict)
    shapes: dict[str, list[int]] = field(default_factory=dict)
    shards: list[str] = field(default_factory=list)
    versions: set[str] = field(default_factory=set)

    @property
    def finished(self) -> list[dict[str, Any]]:
        """The lines of networks that did not diverge, by seed."""
        return [self.lines[seed] for seed in sorted(self.lines) if self.lines[seed]["error"] is None]

    def network(self, line: dict[str, Any]) -> tuple[Network, Array]:
        """The network of a line, and its embeddings (2, n, d). Raises ValueError where weights were not kept."""
        if line["weights"] is None:
            raise ValueError(f"seed {line['seed']}: no weights in the shard, expected a sweep with weights = true")
        arrays = unpacked(line["weights"], self.shapes)
        return Network.embedded(arrays), arrays["embedding"]


def cases(collection: Collection) -> list[Case]:
    """Every case under the folders, sorted, and noted as used.

    Raises FileNotFoundError if there is no shard, ValueError for a damaged one and one that is not what it is named.
    """
    result: dict[tuple[Any, ...], Case] = {}
    for file, shard in shards(collection.folders):
        config = shard.config
        if not isinstance(config.model, Embedding) or not config.task.name.startswith("mod:"):
            continue
        values = config.flat()
        key = (int(config.task.name[4:]), values.get("batch") or 0, *(values[name] for name in CASE[2:]))
        lines, notes = parquet.read(file)
        case = result.setdefault(key, Case(key, json.loads(config.changed({"seed": 0}).canonical())))
        if case.config != json.loads(config.changed({"seed": 0}).canonical()):
            named = ", ".join(f"{name} = {value}" for name, value in zip(CASE, key, strict=True))
            raise ValueError(
                f"{file}: settings other than those of another shard with {named}; give one sweep's folder"
            )
        case.shapes = json.loads(notes["shapes"])
        case.lines |= {line["seed"]: line for line in lines}
        case.shards.append(shard.name)
        case.versions.add(notes["versions"])
    if not result:
        raise FileNotFoundError(
            f"no shard of a network with embeddings under {', '.join(map(str, collection.folders))}; make some with"
            f" `{SWEEP} SPEC`, for example training/data/sweeps/multiscale-batch.toml"
        )
    ordered = [result[key] for key in sorted(result)]
    collection.used += [described(case) for case in ordered]
    return ordered


def shards(folders: list[Path]) -> Iterator[tuple[Path, Shard]]:
    """The shards' files and what they say they are. Raises ValueError for one whose name is not that of its content."""
    for folder in folders:
        for file in sorted(folder.rglob(f"{parquet.FOLDER}/*{parquet.ENDING}")):
            _, notes = parquet.read(file, ["seed"])
            shard = Shard.of(notes.get("shard", "{}"))
            if shard.name != file.stem:
                raise ValueError(f"{file}: the shard in it is {shard.name}, expected a file of that name")
            yield file, shard


def described(case: Case) -> dict[str, Any]:
    """A case for a table's provenance."""
    return {
        "config": case.config,
        "networks": len(case.lines),
        "diverged": len(case.lines) - len(case.finished),
        "shards": sorted(case.shards),
        "versions": [json.loads(text) for text in sorted(case.versions)],
    }


def prefix(case: Case) -> tuple[str, ...]:
    """The values of CASE as they stand in the tables."""
    return tuple(str(value) if isinstance(value, int) else number(value) for value in case.key)
