"""Tables as CSV text, with line feeds on every system, and the provenance that stands beside them."""

from __future__ import annotations

import csv
import datetime
import io
import platform
from collections.abc import Iterable, Mapping, Sequence

from margin import __version__


def as_csv(rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> str:
    """A header and the rows; None is an empty cell. Raises ValueError for a row that lacks a column or has another."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for number, row in enumerate(rows, 1):
        if set(row) != set(columns):
            different = ", ".join(sorted(set(row) ^ set(columns)))
            raise ValueError(
                f"row {number}: expected the columns {', '.join(columns)}; missing or unknown: {different}"
            )
        writer.writerow([row[column] for column in columns])
    return text.getvalue()


def read_csv(text: str) -> list[dict[str, str]]:
    """Rows by the header's names, cells as text. Raises ValueError for a row longer or shorter than the header."""
    lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    if not lines:
        raise ValueError("an empty table, expected a header line")
    header, *rows = lines
    for number, row in enumerate(rows, 2):
        if len(row) != len(header):
            raise ValueError(f"line {number}: {len(row)} cells, expected {len(header)} as in the header")
    return [dict(zip(header, row, strict=True)) for row in rows]


def provenance(command: str, packages: Iterable[str], date: str | None = None) -> dict[str, object]:
    """Command, date (today's by default), versions and machine: how a table was made.

    Raises importlib.metadata.PackageNotFoundError for a package that is not installed.
    """
    from importlib.metadata import version

    return {
        "command": command,
        "date": date or datetime.datetime.now(datetime.UTC).date().isoformat(),
        "versions": {
            "algebraic-margin": __version__,
            "python": platform.python_version(),
            **{package: version(package) for package in packages},
        },
        "machine": platform.machine(),
    }
