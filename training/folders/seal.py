"""The seal of a finished run: SHA-256 of every file in its folder, asked whenever one of them is read.

seal.json maps names to hashes. It is written just before result.json, whose hash it holds, so that a run with a result
has one; folders that an earlier version finished have none, and are read as they are.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from margin.io.files import write_whole

SEAL = "seal.json"
_CONFIG, _RESULT = "config.json", "result.json"
_PASSING = (".", "state")  # how names begin of what is not kept: temporary files, the lock, checkpoints


def seal(folder: Path, result: bytes) -> None:
    """Write the seal of all files that are there, and of the result, which is written next."""
    names = sorted(p.name for p in folder.iterdir() if p.is_file() and not p.name.startswith(_PASSING))
    hashes = {name: _hash((folder / name).read_bytes()) for name in names if name != SEAL}
    hashes[_RESULT] = _hash(result)
    write_whole(folder / SEAL, json.dumps(hashes, sort_keys=True, separators=(",", ":")).encode() + b"\n")


def require_sealed(path: Path) -> None:
    """Raise ValueError where a file of a finished run with a seal, or the config beside it, is not what the run wrote.

    Raises FileNotFoundError for a sealed file that is missing.
    """
    place = path.parent / SEAL
    if not place.is_file() or not (path.parent / _RESULT).is_file():
        return
    hashes = _read(place)
    for file in (path.parent / _CONFIG, path):
        if file.name not in hashes:
            raise ValueError(f"{file}: not among the files that the run wrote, by {SEAL} beside it")
        if _hash(file.read_bytes()) != hashes[file.name]:
            raise ValueError(
                f"{file}: not what the run wrote, by {SEAL} beside it; put it back, or train again in another folder"
            )


def _read(place: Path) -> dict[str, str]:
    try:
        hashes = json.loads(place.read_bytes())
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{place}: not JSON ({error})") from None
    if not isinstance(hashes, dict) or not all(isinstance(value, str) for value in hashes.values()):
        raise ValueError(f"{place}: damaged, expected an object of hashes by name")
    return hashes


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
