"""Writes the corpus: python -m tests.proofs_check.building.make_corpus

- KIND/valid/NAME.json: a checker verifies it.
- KIND/invalid/RULE--NAME.json: a checker rejects it, by that rule.
- KIND/malformed/NAME.json: a checker refuses it.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from types import ModuleType

from tests.proofs_check.building.addition.broken_bytes import bytes_files
from tests.proofs_check.building.addition.broken_forms import form_files
from tests.proofs_check.building.addition.forged_claims import claim_forgeries
from tests.proofs_check.building.addition.forged_dual import dual_forgeries
from tests.proofs_check.building.addition.forged_primal import primal_forgeries
from tests.proofs_check.building.addition.large_files import large_forgeries, large_forms, large_valid
from tests.proofs_check.building.addition.valid_files import valid_files as valid_additions
from tests.proofs_check.building.composition.forgeries import forgeries as group_forgeries
from tests.proofs_check.building.composition.malformed_files import malformed_files
from tests.proofs_check.building.composition.valid_files import valid_files as valid_groups
from tests.proofs_check.building.dihedral import files as dihedral
from tests.proofs_check.building.editing import Json, sealed
from tests.proofs_check.building.logits.files import forgeries as logits_forgeries
from tests.proofs_check.building.logits.files import malformed_files as malformed_logits
from tests.proofs_check.building.logits.files import valid_files as valid_logits
from tests.proofs_check.building.shared import files as shared
from tests.proofs_check.building.told_files import long_claims, unruly_words
from tests.proofs_check.building.width import files as widths

CORPUS = Path(__file__).parent.parent / "corpus"
KINDS = ("addition", "composition", "dihedral", "logits", "parity", "shared", "width")
FOLDERS = {"valid": "VERIFIED", "invalid": "REJECTED", "malformed": "MALFORMED"}


def _addition() -> dict[str, bytes]:
    forgeries = dual_forgeries() | primal_forgeries() | claim_forgeries()
    forgeries = {rule: bodies | large_forgeries().get(rule, {}) for rule, bodies in forgeries.items()}
    told = {name: sealed(body) for name, body in long_claims().items() if _is_addition(name)}
    valid = {f"valid/{name}.json": data for name, data in {**valid_additions(), **large_valid(), **told}.items()}
    malformed = {
        f"malformed/{name}.json": data for name, data in {**bytes_files(), **form_files(), **large_forms()}.items()
    }
    malformed |= {f"malformed/{name}.json": data for name, data in unruly_words().items() if _is_addition(name)}
    return valid | _forged(forgeries) | malformed


def _groups_and_parity() -> dict[str, bytes]:
    told = {name: body for name, body in long_claims().items() if not _is_addition(name)}
    words = {name: data for name, data in unruly_words().items() if not _is_addition(name)}
    valid = {f"valid/{name}.json": sealed(body) for name, body in (valid_groups() | told).items()}
    malformed = {f"malformed/{name}.json": data for name, data in (malformed_files() | words).items()}
    return valid | _forged(group_forgeries()) | malformed


def _logits() -> dict[str, bytes]:
    valid = {f"valid/{name}.json": sealed(body) for name, body in valid_logits().items()}
    malformed = {f"malformed/{name}.json": sealed(body) for name, body in malformed_logits().items()}
    return valid | _forged(logits_forgeries()) | malformed


def _of(files: ModuleType) -> dict[str, bytes]:
    """The files of a module for one kind."""
    valid = {f"valid/{name}.json": sealed(body) for name, body in files.valid_files().items()}
    malformed = {f"malformed/{name}.json": data for name, data in files.malformed_files().items()}
    return valid | _forged(files.forgeries()) | malformed


def _forged(forgeries: dict[str, dict[str, Json]]) -> dict[str, bytes]:
    named = [(rule, name, body) for rule, bodies in forgeries.items() for name, body in bodies.items()]
    return {f"invalid/{rule}--{name}.json": sealed(body) for rule, name, body in named}


def _is_addition(name: str) -> bool:
    """Of the files that try what is told."""
    return name.startswith("told-") and not name.startswith("told-group-")


def _is_parity(path: str) -> bool:
    """Files for parity are told apart by their names."""
    name = path.partition("/")[2]
    return name.startswith("parity-") or name.partition("--")[2].startswith("parity-")


@cache
def corpus() -> dict[str, bytes]:
    """Every file, by its path inside the corpus; the same bytes every time."""
    files = {f"addition/{path}": data for path, data in _addition().items()}
    files |= {f"logits/{path}": data for path, data in _logits().items()}
    for path, data in _groups_and_parity().items():
        files[f"{'parity' if _is_parity(path) else 'composition'}/{path}"] = data
    for kind, module in (("dihedral", dihedral), ("shared", shared), ("width", widths)):
        files |= {f"{kind}/{path}": data for path, data in _of(module).items()}
    return files


def stored(kind: str, folder: str) -> dict[str, bytes]:
    """The files of a folder as they are stored, by their names without .json."""
    return {path.stem: path.read_bytes() for path in sorted((CORPUS / kind / folder).glob("*.json"))}


def write(place: Path) -> int:
    """Write the corpus into a folder, removing other files of its folders. Returns the number of files."""
    files = corpus()
    for kind in KINDS:
        for name in FOLDERS:
            folder = place / kind / name
            folder.mkdir(parents=True, exist_ok=True)
            for path in folder.glob("*.json"):
                if f"{kind}/{name}/{path.name}" not in files:
                    path.unlink()
    for name, data in files.items():
        (place / name).write_bytes(data)
    return len(files)


if __name__ == "__main__":
    sys.stdout.write(f"{write(CORPUS)} files\n")
