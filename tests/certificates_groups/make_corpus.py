"""Writes the corpus for groups and sparse parity: python -m tests.certificates_groups.make_corpus

The folders and names are those of tests/certificates: invalid/RULE--NAME.json is rejected by that rule.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.certificates.editing import sealed
from tests.certificates.make_corpus import FOLDERS
from tests.certificates_groups.forgeries import forgeries
from tests.certificates_groups.malformed_files import malformed_files
from tests.certificates_groups.valid_files import valid_files


def corpus() -> dict[str, bytes]:
    """Every file, by its path inside this folder; the same bytes every time."""
    return {
        **{f"valid/{name}.json": sealed(body) for name, body in valid_files().items()},
        **{
            f"invalid/{rule}--{name}.json": sealed(body)
            for rule, bodies in forgeries().items()
            for name, body in bodies.items()
        },
        **{f"malformed/{name}.json": data for name, data in malformed_files().items()},
    }


def write(folder: Path) -> int:
    """Write the corpus into a folder, removing other files of its three folders. Returns the number of files."""
    files = corpus()
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
        for path in (folder / name).glob("*.json"):
            if f"{name}/{path.name}" not in files:
                path.unlink()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return len(files)


if __name__ == "__main__":
    sys.stdout.write(f"{write(Path(__file__).parent)} files\n")
