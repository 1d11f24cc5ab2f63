"""What a run's folder is called: a readable name and the hash of its settings, which is checked whenever it is read.

mod23-seed0-7790da65 is the preset (or the task), the seed, and the first 8 digits of the hash; folders of earlier
versions are the first 16 digits alone.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from training.config import Config
from training.folders.documents import CONFIG, PROVENANCE, parse_object
from training.presets import PRESETS

DIGITS = 8  # of the hash, in a name
_NAME = re.compile(r"(?:[0-9a-f]{16}|.*-([0-9a-f]{8}))", re.ASCII | re.DOTALL)


def name(config: Config, preset: str) -> str:
    """The name of a run's folder. The preset stands in it only where the task is the one that it is called after."""
    known = PRESETS.get(preset)
    task, k = config.task.name, config.task.k
    label = preset if known is not None and known.config("paper").task == config.task else _label(task, k)
    return f"{label}-seed{config.seed}-{config.digest()[:DIGITS]}"


def _label(task: str, k: int) -> str:
    """A task as part of a file's name: "mod:23" is mod23, "group:S4" S4, with k where it is not 2."""
    kind, _, text = task.partition(":")
    label = re.sub(r"[^A-Za-z0-9]+", "_", text if kind == "group" else f"{kind}{text}").strip("_")[:40]
    return f"{label or kind}{'' if k == 2 else f'-k{k}'}"


def find(out: Path, config: Config) -> Path | None:
    """The folder of a config under `out`, also one that an earlier version named."""
    earlier = out / config.digest()
    if earlier.is_dir():
        return earlier
    return next((path for path in sorted(out.glob(f"*-{config.digest()[:DIGITS]}")) if path.is_dir()), None)


def read_config(folder: Path, expected: Config | None = None) -> Config:
    """The config of a run's folder, which is called after it.

    Raises FileNotFoundError, or ValueError for a damaged file, for settings that are not those of the folder's name,
    and for others than `expected`; it says which setting differs where that is known.
    """
    path = folder / CONFIG
    if not path.is_file():
        raise FileNotFoundError(f"{folder} holds no {CONFIG}, expected the folder of a run")
    content = path.read_bytes()
    values = parse_object(str(path), content)
    try:
        config = Config.from_mapping(values)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise ValueError(f"{path}: {error}") from None
    hashes = _hashes(folder)
    if not hashes:
        wanted = name(config, "")
        raise ValueError(f"{folder}: its name holds no hash of its settings; rename it, for example to {wanted}")
    # the bytes: earlier versions saved settings that had no effect, which are left out today
    if not _called(hashes, hashlib.sha256(content).hexdigest(), config.digest()):
        original = (
            expected if expected is not None and _called(hashes, expected.digest()) else _recorded(folder, hashes)
        )
        changed = "" if original is None else f" ({_differences(config, original)})"
        raise ValueError(
            f"{path}: not the settings that the folder is named after{changed}; put them back, or train the new ones"
            " in a folder of their own with `run`"
        )
    if expected is not None and expected != config:
        raise ValueError(f"{path}: the settings of another run ({_differences(config, expected)}), use another folder")
    return config


def _called(hashes: list[str], *digests: str) -> bool:
    """Whether a folder's name holds one of the digests."""
    return any(digest.startswith(part) for digest in digests for part in hashes)


def _hashes(folder: Path) -> list[str]:
    """The digits of the hash in a folder's name, as it is given and behind links."""
    matches = (_NAME.fullmatch(path.name) for path in (Path(os.path.abspath(folder)), folder.resolve()))
    return [match[1] or match[0] for match in matches if match]


def _recorded(folder: Path, hashes: list[str]) -> Config | None:
    """The settings beside the run's provenance, if they are those of its name; earlier versions recorded none."""
    path = folder / PROVENANCE
    try:
        config = Config.from_mapping(parse_object(str(path), path.read_bytes())["config"])
    except (OSError, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return None
    return config if _called(hashes, config.digest()) else None


def _differences(now: Config, then: Config) -> str:
    """Settings that differ, in words."""
    here, there = _shown(now.flat()), _shown(then.flat())
    names = [key for key in {**there, **here} if here.get(key) != there.get(key)]
    return ", ".join(f"{key} is {here.get(key, 'not set')}, was {there.get(key, 'not set')}" for key in names)


def _shown(values: Mapping[str, Any]) -> dict[str, str]:
    return {key: "none" if value is None else str(value) for key, value in values.items()}
