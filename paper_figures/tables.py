"""The saved tables: data/NAME.csv with data/NAME.json, its provenance."""

from __future__ import annotations

import csv
import json
from importlib import resources
from pathlib import Path
from typing import Any

DATA = Path(str(resources.files("paper_figures"))) / "data"
Row = dict[str, str]


class MissingTable(FileNotFoundError):
    """A table is not there; the message names the command that makes it."""


def read(name: str, folder: Path | None = None) -> list[Row]:
    """Rows of a table, values as text. Raises MissingTable, or ValueError for a table without rows."""
    path = (folder or DATA) / f"{name}.csv"
    if not path.is_file():
        raise MissingTable(
            f"{path} is missing; make it with `python -m benchmarks.figure_data {name} --runs DIR --date DATE`"
            " (runs: `python -m benchmarks.figure_runs`)"
        )
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    if not rows:
        raise ValueError(f"{path} has no rows, expected a table written by `python -m benchmarks.figure_data {name}`")
    return rows


def provenance(name: str, folder: Path | None = None) -> dict[str, Any]:
    """Date, command, versions and runs of a table. Raises MissingTable."""
    path = (folder or DATA) / f"{name}.json"
    if not path.is_file():
        raise MissingTable(f"{path} is missing; make it with `python -m benchmarks.figure_data {name} --date DATE`")
    origin: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return origin


def value(text: str) -> float:
    """A number, NaN where the table has none."""
    return float(text) if text else float("nan")


def numbers(text: str) -> list[float]:
    """Numbers separated by blanks."""
    return [float(part) for part in text.split()]
