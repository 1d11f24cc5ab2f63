"""The saved tables: NAME.csv with NAME.json, its provenance, in training/data; and the surveys that margin ships."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

from margin.io.tables import read_csv
from margin.surveys.shared import saved

DATA = Path(str(resources.files("paper_figures"))).parent / "training" / "data"  # that package is not imported
SURVEYS = Path(str(resources.files("margin").joinpath("data", "surveys")))
MAKE, EXPERIMENTS, SURVEY = "python -m training tables", "python -m training experiments", "python -m margin.survey"
Row = dict[str, str]


class MissingTable(FileNotFoundError):
    """A table is not there; the message names the command that makes it."""


def read(name: str, folder: Path | None = None) -> list[Row]:
    """Rows of a table, values as text. Raises MissingTable, or ValueError for a broken table or one without rows."""
    path = (folder or DATA) / f"{name}.csv"
    return _rows(path, f"{MAKE} {name}", f"`{MAKE} {name} --runs DIR --date DATE` (runs: `{EXPERIMENTS}`)")


def survey(name: str, folder: Path | None = None) -> list[Row]:
    """Rows of a survey of margin's, values as text. Raises as `read`."""
    return _rows((folder or SURVEYS) / f"{name}.csv", f"{SURVEY} {name}", f"`{SURVEY} {name}`")


def solver(name: str, folder: Path | None = None) -> list[Row]:
    """Rows of a table of the solver, values as text. Raises as `read`."""
    command = f"{SURVEY} solver {name}"
    return _rows((folder or SURVEYS / "solver") / f"{name}.csv", command, f"`{command}`")


def shared(folder: Path | None = None) -> list[dict[str, Any]]:
    """Enclosures of gamma* with one shared embedding, by k and n. Raises MissingTable, ValueError for what is none."""
    path = (folder or SURVEYS) / "shared.json"
    if not path.is_file():
        raise MissingTable(f"{path} is missing; make it with `{SURVEY} shared`")
    return saved(path)


def provenance(name: str, folder: Path | None = None) -> dict[str, Any]:
    """Date, command, versions and runs of a table. Raises MissingTable."""
    path = (folder or DATA) / f"{name}.json"
    if not path.is_file():
        raise MissingTable(f"{path} is missing; make it with `{MAKE} {name} --date DATE`")
    origin: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return origin


def _rows(path: Path, command: str, made_with: str) -> list[Row]:
    if not path.is_file():
        raise MissingTable(f"{path} is missing; make it with {made_with}")
    rows = read_csv(path.read_bytes().decode())
    if not rows:
        raise ValueError(f"{path} has no rows, expected a table written by `{command}`")
    return rows


def value(text: str) -> float:
    """A number, NaN where the table has none."""
    return float(text) if text else float("nan")


def numbers(text: str) -> list[float]:
    """Numbers separated by blanks."""
    return [float(part) for part in text.split()]
