"""Tables made earlier, to whose networks those of new shards are added: so that sittings of a sweep add up.

A table says in its provenance which seeds of which config it is of. A network that is in it stays as it is, whatever
shard has it too: what is summed over networks cannot be taken apart again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from margin.io.tables import read_csv
from training.config import Config

Row = dict[str, str]


@dataclass
class Before:
    """What a table has of one config: its rows, the seeds it is of, those that diverged, and what made them."""

    rows: list[Row] = field(default_factory=list)
    seeds: frozenset[int] = frozenset()
    diverged: frozenset[int] = frozenset()
    shards: frozenset[str] = frozenset()
    versions: frozenset[str] = frozenset()

    @property
    def known(self) -> frozenset[int]:
        """Seeds that are not looked at again."""
        return self.seeds | self.diverged


def read(folder: Path | None, name: str, columns: Iterable[str]) -> dict[str, tuple[Config, Before]]:
    """What NAME.csv and NAME.json of a folder have, by the values of `columns`; nothing without a folder or a table.

    Raises ValueError for a table without provenance, one that does not say its seeds, and rows of no config in it.
    """
    table = None if folder is None else folder / f"{name}.csv"
    if table is None or not table.is_file():
        return {}
    beside = table.with_suffix(".json")
    if not beside.is_file():
        raise ValueError(f"{beside} is missing, expected the provenance of {table}")
    rows = read_csv(table.read_bytes().decode())
    result: dict[str, tuple[Config, Before]] = {}
    for run in json.loads(beside.read_text("utf-8"))["runs"]:
        if "seeds" not in run:
            raise ValueError(f"{beside}: a run without seeds, expected those that the table is of, such as '0-39'")
        config = Config.from_mapping(run["config"])
        result[label(keyed(config, columns))] = (
            config,
            Before(
                [],
                frozenset(numbers(run["seeds"])),
                frozenset(numbers(run.get("diverged_seeds", ""))),
                frozenset(run["shards"]),
                frozenset(json.dumps(version) for version in run["versions"]),
            ),
        )
    for row in rows:
        place = label(row[column] for column in columns)
        if place not in result:
            raise ValueError(f"{table}: a row of {place}, expected one of the configs in {beside.name}")
        result[place][1].rows.append(row)
    return result


def keyed(config: Config, columns: Iterable[str]) -> list[str]:
    """The values of a config as they stand in the tables' first columns; `batch` is 0 for the whole training set."""
    values: Mapping[str, Any] = config.flat() | {"n": int(config.task.name.partition(":")[2])}
    return [shown(values.get("batch") or 0 if column == "batch" else values[column]) for column in columns]


def shown(value: Any) -> str:
    return f"{value:.7g}" if isinstance(value, float) else str(value)


def label(values: Iterable[str]) -> str:
    return ",".join(values)


def ranges(seeds: Iterable[int]) -> str:
    """Numbers in few words.

    >>> ranges([3, 0, 1, 2, 7]), ranges([])
    ('0-3 7', '')
    """
    parts: list[list[int]] = []
    for seed in sorted(set(seeds)):
        if parts and seed == parts[-1][1] + 1:
            parts[-1][1] = seed
        else:
            parts.append([seed, seed])
    return " ".join(str(first) if first == last else f"{first}-{last}" for first, last in parts)


def numbers(text: str) -> list[int]:
    """The numbers of `ranges`. Raises ValueError for other texts.

    >>> numbers("0-3 7")
    [0, 1, 2, 3, 7]
    """
    result: list[int] = []
    for part in text.split():
        first, _, last = part.partition("-")
        if not first.isdecimal() or not (last or first).isdecimal() or int(last or first) < int(first):
            raise ValueError(f"seeds {text!r}, expected numbers and ranges such as '0-39 50'")
        result += range(int(first), int(last or first) + 1)
    return result
