"""Planted tables of runs, for claims that judge by saved ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from margin.io.tables import as_csv

RUN = {"preset": "rangamani-rnn", "seed": 0, "run": "ab", "step": 20000, "finished": 1}


def plant(folder: Path, name: str, rows: Sequence[dict[str, object]]) -> None:
    """NAME.csv of these rows, each with the columns of a finished run before its own."""
    full = [{**RUN, **row} for row in rows]
    (folder / f"{name}.csv").write_text(as_csv(full, list(full[0])))
