"""The saved tables: training/data/NAME.csv with NAME.json, its provenance; they come with the package."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from margin.io.files import write_whole
from margin.io.tables import as_csv, provenance, read_csv

TABLES = "python -m training tables"


def data() -> Path:
    """The folder of the saved tables."""
    return Path(str(files("training") / "data"))


def read(name: str) -> list[dict[str, str]]:
    """Rows of a saved table, values as text. Raises FileNotFoundError, naming the command that makes it."""
    path = data() / f"{name}.csv"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing; make it with `{TABLES} {name} --runs DIR --date DATE`")
    return read_csv(path.read_bytes().decode())


def write(
    name: str,
    date: str,
    content: bytes | tuple[Sequence[Mapping[str, object]], Sequence[str]],
    runs: Sequence[Mapping[str, Any]],
    out: Path,
    form: str = "csv",
) -> str:
    """A table (rows and columns, or its bytes) and its provenance in the folder `out`; returns a line on it."""
    content = content if isinstance(content, bytes) else as_csv(*content).encode()
    origin = provenance(f"{TABLES} {name}", ("numpy", "torch"), date) | {"table": f"{name}.{form}", "runs": runs}
    write_whole(out / f"{name}.{form}", content)
    write_whole(out / f"{name}.json", json.dumps(origin, indent=1, sort_keys=True).encode() + b"\n")
    return f"{name}: {len(content)} bytes, {len(runs)} runs"
