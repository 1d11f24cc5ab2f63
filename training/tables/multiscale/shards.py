"""The finished shards under some folders, by case: what of a config its networks share; what a table had before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from margin.analysis.cyclic.network import Network
from training.config import Config
from training.settings import Embedding
from training.sweeps import parquet
from training.sweeps.shard import Shard
from training.sweeps.summary import unpacked
from training.tables.collection import Collection
from training.tables.multiscale import earlier
from training.tables.multiscale.earlier import Before

SWEEP = "python -m training sweep"
CASE = ("n", "batch", "width", "dimension", "steps", "norm", "strength", "exponent")
Array = NDArray[np.float64]
Line = dict[str, Any]


@dataclass
class Case:
    """The networks of one config but for the seed, in the order of their seeds, as `training.sweeps.parquet` has them.

    `key` are the values of CASE as the tables have them, `before` what the table has of them already.
    """

    key: tuple[str, ...]
    config: Config
    lines: dict[int, Line] = field(default_factory=dict)
    shapes: dict[str, list[int]] = field(default_factory=dict)
    shards: set[str] = field(default_factory=set)
    versions: set[str] = field(default_factory=set)
    before: Before = field(default_factory=Before)

    @property
    def n(self) -> int:
        return int(self.key[0])

    @property
    def finished(self) -> list[Line]:
        """The lines of networks that did not diverge and are not in the table yet, by seed."""
        return [self.lines[seed] for seed in sorted(self.new) if self.lines[seed]["error"] is None]

    @property
    def new(self) -> set[int]:
        """Seeds that are not in the table yet."""
        return set(self.lines) - self.before.known

    def studied(self, most: int) -> list[Line]:
        """Those of `finished` whose weights are kept and that are looked at closely: `most` with those before."""
        kept = [line for line in self.finished if line["weights"] is not None]
        return kept[: max(0, most - len(self.before.seeds))]

    def network(self, line: Line) -> tuple[Network, Array]:
        """The network of a line, and its embeddings (2, n, d). Raises ValueError where weights were not kept."""
        arrays = self.arrays(line)
        return Network.embedded(arrays), arrays["embedding"]

    def arrays(self, line: Line) -> dict[str, Array]:
        """All tensors of a line's network by name. Raises ValueError where weights were not kept."""
        if line["weights"] is None:
            raise ValueError(f"seed {line['seed']}: no weights in the shard, expected a sweep with weights = true")
        return unpacked(line["weights"], self.shapes)

    def rows(self) -> list[tuple[str, ...]]:
        """The rows that the table has of this case already."""
        return [tuple(row.values()) for row in self.before.rows]


def cases(collection: Collection, table: str) -> list[Case]:
    """Every case under the folders and in the earlier table of that name, sorted.

    Raises FileNotFoundError if there is neither a shard nor such a table, ValueError for a damaged one and one that is
    not what it is named, and for shards and tables with other settings than their first columns say.
    """
    before = earlier.read(collection.earlier, table, CASE)
    result = {place: Case(tuple(place.split(",")), config, before=had) for place, (config, had) in before.items()}
    for file, shard in shards(collection.folders):
        config = shard.config
        if not isinstance(config.model, Embedding) or not config.task.name.startswith("mod:"):
            continue
        key = earlier.keyed(config, CASE)
        lines, notes = parquet.read(file)
        case = result.setdefault(earlier.label(key), Case(tuple(key), config))
        if case.config.changed({"seed": 0}) != config.changed({"seed": 0}):
            named = ", ".join(f"{name} = {value}" for name, value in zip(CASE, key, strict=True))
            raise ValueError(
                f"{file}: settings other than those of other networks with {named}; give one sweep's folder"
            )
        case.shapes = json.loads(notes["shapes"])
        case.lines |= {line["seed"]: line for line in lines if line["seed"] not in case.lines or line["weights"]}
        case.shards.add(shard.name)
        case.versions.add(notes["versions"])
    if not result:
        raise FileNotFoundError(
            f"no shard of a network with embeddings under {', '.join(map(str, collection.folders))}; make some with"
            f" `{SWEEP} SPEC`, for example training/data/sweeps/multiscale-batch.toml"
        )
    return [result[place] for place in sorted(result, key=_order)]


def _order(place: str) -> list[tuple[float, str]]:
    """Numbers by size, words by letter."""
    return [(float(part), "") if part[:1].isdigit() else (0.0, part) for part in place.split(",")]


def shards(folders: list[Path]) -> Iterator[tuple[Path, Shard]]:
    """The shards' files and what they say they are. Raises ValueError for one whose name is not that of its content."""
    for folder in folders:
        for file in sorted(folder.rglob(f"{parquet.FOLDER}/*{parquet.ENDING}")):
            _, notes = parquet.read(file, ["seed"])
            shard = Shard.of(notes.get("shard", "{}"))
            if shard.name != file.stem:
                raise ValueError(f"{file}: the shard in it is {shard.name}, expected a file of that name")
            yield file, shard


def use(collection: Collection, case: Case, lines: list[Line]) -> None:
    """Note for the provenance that a table is of these lines of a case, with those before; nothing without any."""
    had = case.before
    seeds = had.seeds | {line["seed"] for line in lines}
    diverged = had.diverged | {seed for seed in case.new if case.lines[seed]["error"] is not None}
    if not seeds | diverged:
        return
    entry: dict[str, Any] = {
        "config": json.loads(case.config.changed({"seed": 0}).canonical()),
        "networks": len(seeds),
        "seeds": earlier.ranges(seeds),
        "diverged": len(diverged),
        "shards": sorted(case.shards | had.shards if case.new else had.shards),
        "versions": [json.loads(text) for text in sorted(case.versions | had.versions if case.new else had.versions)],
    }
    collection.used.append(entry | ({"diverged_seeds": earlier.ranges(diverged)} if diverged else {}))
