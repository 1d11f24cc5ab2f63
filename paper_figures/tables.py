"""The saved tables: NAME.csv with NAME.json, its provenance; those of runs lie in training/data, others in data."""

from __future__ import annotations

import csv
import json
from importlib import resources
from pathlib import Path
from typing import Any

_HERE = Path(str(resources.files("paper_figures")))
OWN, DATA = _HERE / "data", _HERE.parent / "training" / "data"  # the package beside this one is not imported
MAKE, EXPERIMENTS = "python -m training tables", "python -m training experiments"
Row = dict[str, str]


class MissingTable(FileNotFoundError):
    """A table is not there; the message names the command that makes it."""


def read(name: str, folder: Path | None = None) -> list[Row]:
    """Rows of a table, values as text. Raises MissingTable, or ValueError for a table without rows."""
    path = _place(f"{name}.csv", folder)
    if not path.is_file():
        raise MissingTable(
            f"{path} is missing; make it with `{MAKE} {name} --runs DIR --date DATE` (runs: `{EXPERIMENTS}`)"
        )
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    if not rows:
        raise ValueError(f"{path} has no rows, expected a table written by `{MAKE} {name}`")
    return rows


def provenance(name: str, folder: Path | None = None) -> dict[str, Any]:
    """Date, command, versions and runs of a table. Raises MissingTable."""
    path = _place(f"{name}.json", folder)
    if not path.is_file():
        raise MissingTable(f"{path} is missing; make it with `{MAKE} {name} --date DATE`")
    origin: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return origin


def _place(file: str, folder: Path | None) -> Path:
    """Where a file lies: in the folder given, else among the figures' own tables or those of runs."""
    return OWN / file if folder is None and (OWN / file).is_file() else (folder or DATA) / file


def value(text: str) -> float:
    """A number, NaN where the table has none."""
    return float(text) if text else float("nan")


def numbers(text: str) -> list[float]:
    """Numbers separated by blanks."""
    return [float(part) for part in text.split()]
