"""Writes the corpus: python -m tests.certificates.make_corpus

- valid/NAME.json: a checker verifies it.
- invalid/RULE--NAME.json: a checker rejects it, by that rule.
- malformed/NAME.json: a checker refuses it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.certificates.broken_bytes import bytes_files
from tests.certificates.broken_forms import form_files
from tests.certificates.editing import sealed
from tests.certificates.forged_claims import claim_forgeries
from tests.certificates.forged_dual import dual_forgeries
from tests.certificates.forged_primal import primal_forgeries
from tests.certificates.valid_files import valid_files

FOLDERS = {"valid": "VERIFIED", "invalid": "REJECTED", "malformed": "MALFORMED"}


def corpus() -> dict[str, bytes]:
    """Every file, by its path inside this folder; the same bytes every time."""
    forgeries = dual_forgeries() | primal_forgeries() | claim_forgeries()
    return {
        **{f"valid/{name}.json": data for name, data in valid_files().items()},
        **{
            f"invalid/{rule}--{name}.json": sealed(body)
            for rule, bodies in forgeries.items()
            for name, body in bodies.items()
        },
        **{f"malformed/{name}.json": data for name, data in {**bytes_files(), **form_files()}.items()},
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
