"""The trajectory of a run: one record (JSON, one line) per exact margin, and as parquet when the run is done."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any

from margin.io.files import write_whole
from training.folders.documents import MEASURED, RECORD, RESULT, parse_object, read_result, require_kinds
from training.folders.seal import require_sealed

TRAJECTORY, PARQUET = "trajectory.jsonl", "trajectory.parquet"


def line(record: Mapping[str, Any]) -> bytes:
    return json.dumps(record, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def read_trajectory(folder: Path) -> list[dict[str, Any]]:
    """Records of a trajectory, whole lines only.

    Raises ValueError for a damaged line, and for a finished run whose records are not all there, or not what it wrote.
    """
    path = folder / TRAJECTORY
    lines = path.read_bytes().split(b"\n")[:-1] if path.is_file() else []
    records = []
    for number, content in enumerate(lines, 1):
        name = f"{path}, line {number}"
        records.append(parse_object(name, content))
        require_kinds(name, records[-1], RECORD, MEASURED)
    steps = [record["step"] for record in records]
    if any(later <= earlier for earlier, later in pairwise(steps)):
        raise ValueError(f"{path}: damaged, its steps do not rise")
    if (folder / RESULT).is_file():
        _require_all(path, steps, read_result(folder)["step"])
        require_sealed(path)
    return records


def _require_all(path: Path, steps: list[int], last: int) -> None:
    """ValueError unless steps are the multiples of one number, from 0 or the first of them, and then the last."""
    measured = [step for step in steps if step]
    gap = measured[0] if measured else last
    expected = sorted({*range(gap, last + 1, gap), last}) if gap > 0 else []
    if measured != expected:
        raise ValueError(
            f"{path}: damaged, it has {len(measured)} of the {len(expected)} records of a run of {last} steps"
        )


def thinned(records: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """The first, the last and others evenly between, at most `most` >= 2 of them."""
    last = len(records) - 1
    return [records[i] for i in sorted({round(i * last / (most - 1)) for i in range(most)})] if records else []


class Trajectory:
    """A trajectory that is being written, with the hash of its bytes; a context manager.

    It goes on after the first `length` bytes of what is there; what was recorded later is dropped.
    """

    def __init__(self, folder: Path, length: int) -> None:
        path = folder / TRAJECTORY
        content = path.read_bytes()[:length] if path.is_file() else b""
        write_whole(path, content)
        self.records = [json.loads(record) for record in content.splitlines()]
        self.length, self._hash = len(content), hashlib.sha256(content)
        self._path = path

    def __enter__(self) -> Trajectory:
        self._file = open(self._path, "ab")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError) if error is not None else nullcontext():  # a full disk says so twice
            self._file.close()

    def append(self, record: Mapping[str, Any]) -> None:
        """Add a record. Raises OSError, which names the file, where it cannot be written."""
        content = line(record)
        with self._named():
            self._file.write(content)
            self._file.flush()
        self._hash.update(content)
        self.length += len(content)

    def sync(self) -> None:
        """See to it that all records are on the disk. Raises OSError as `append`."""
        with self._named():
            os.fsync(self._file.fileno())

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Name the file in what the system says, which does not."""
        try:
            yield
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(self._path)) from error

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


def write_parquet(folder: Path) -> bool:
    """trajectory.parquet from the JSONL; False where pyarrow is not installed (the JSONL stays either way)."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        return False
    table = pyarrow.Table.from_pylist(read_trajectory(folder))
    sink = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(table, sink, compression="zstd")
    write_whole(folder / PARQUET, sink.getvalue().to_pybytes())
    return True
