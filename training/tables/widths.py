"""What training reaches at widths from the fewest neurons on, and what is left of the widest networks when pruned."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from margin.inspection.reading import read_network
from margin.io.tables import read_csv
from margin.pruning.steps import prune
from training import runs
from training.experiments import EXPERIMENTS, FEWEST, MULTIPLES
from training.tables.collection import Collection, Table, number

HEAD = ("task", "k", "fewest", "width", "seed", "run", "steps", "ratio", "covered", "pruned_width", "pruned_ratio")


def widths(collection: Collection) -> Table:
    """Share of gamma* reached by width and seed; of the widest also neurons and share after pruning.

    Runs that are not finished under the folders are taken from the earlier table, where it has them.
    """
    before = _before(collection.earlier)
    rows: list[Sequence[Any]] = []
    for source in EXPERIMENTS["widths"]:
        for config in source.configs():
            digest = config.digest()
            if digest in before and not collection.is_finished(config):
                row, entry = before[digest]
                collection.used.append(entry)
                rows.append(row)
                continue
            folder = collection.finished_run(source, config)
            fewest, width, task = FEWEST[source.preset], config.model.width, config.task
            result = runs.read_result(folder)
            after: tuple[Any, Any] = ("", "")
            if width == round(MULTIPLES[-1] * fewest):
                pruned = prune(read_network(folder).network)
                after = pruned.network.width, number(pruned.share, 9)
            reached = number(result["ratio"], 9), f"{result['covered']}"
            rows.append((task.name, task.k, fewest, width, config.seed, digest, result["step"], *reached, *after))
    return Table(HEAD, rows)


def _before(folder: Path | None) -> dict[str, tuple[Sequence[str], dict[str, Any]]]:
    """Rows of an earlier table by their run, with what its provenance says of it; nothing without a table.

    Raises ValueError for a table of other columns, and for rows of no run in its provenance.
    """
    table = None if folder is None else folder / "widths.csv"
    if table is None or not table.is_file():
        return {}
    rows, beside = read_csv(table.read_bytes().decode()), table.with_suffix(".json")
    made = {run["run"]: run for run in json.loads(beside.read_text("utf-8"))["runs"]} if beside.is_file() else {}
    if any(tuple(row) != HEAD or row["run"] not in made for row in rows):
        raise ValueError(f"{table}: expected the columns {', '.join(HEAD)}, and every run in {beside.name} beside it")
    return {row["run"]: (tuple(row.values()), made[row["run"]]) for row in rows}
