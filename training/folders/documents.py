"""The JSON of a run: result, timing, provenance. What is damaged is refused in one line that names the file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from margin.io.files import write_whole
from training.folders.seal import require_sealed, seal

CONFIG, RESULT, TIMING, PROVENANCE = "config.json", "result.json", "timing.json", "provenance.json"

Kinds = Mapping[str, tuple[type, ...]]
NUMBER, NONE = (int, float), type(None)
LARGE = 2**63  # of no integer that a run writes
RECORD: Kinds = {"step": (int,), "loss": (*NUMBER, NONE), "margin": NUMBER}  # of a trajectory
RESULTS: Kinds = {
    **RECORD,
    **dict.fromkeys(("loss", "norm_2", "accuracy"), NUMBER),
    "gamma": (*NUMBER, NONE),
    "finite_lambda": (dict, NONE),
    "stopped": (bool,),
}
OPTIMUM: Kinds = dict.fromkeys(("strength", "critical", "loss", "norm", "margin", "ratio"), NUMBER)
SECONDS: Kinds = dict.fromkeys(("train_seconds", "measure_seconds", "processor_seconds"), NUMBER)
MEASURED: Kinds = {  # where a network has them
    **dict.fromkeys(("norm_2", "norm", "mass", "normalised_margin", "accuracy"), NUMBER),
    **dict.fromkeys(("train_accuracy", "test_accuracy"), NUMBER),
    **dict.fromkeys(("train_loss", "test_loss"), NUMBER),
    **dict.fromkeys(("train_margin", "test_margin"), (*NUMBER, NONE)),
    **dict.fromkeys(("power_min", "power_median", "power_mean", "residual_mean", "residual_max"), NUMBER),
    **dict.fromkeys(("live", "covered", "frequencies"), (int,)),
    **dict.fromkeys(("neurons", "shares"), (list,)),
    "ratio": (*NUMBER, NONE),
}
TOGETHER = (  # measured together or not at all
    ("power_min", "power_mean", "live"),
    ("residual_mean", "residual_max"),
    ("train_accuracy", "test_accuracy"),
    ("train_loss", "test_loss"),
    ("train_margin", "test_margin"),
    ("covered", "frequencies"),
)
SHOWN = {int: "an integer", float: "a number", dict: "an object", list: "a list", bool: "true or false", NONE: "null"}


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    write_whole(path, _json(value))


def write_result(folder: Path, result: Mapping[str, Any]) -> None:
    """What a run reached, which finishes it, and before it the seal of everything in its folder."""
    content = _json(result)
    seal(folder, content)
    write_whole(folder / RESULT, content)


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object from a file. Raises FileNotFoundError, or ValueError for anything else than an object."""
    return parse_object(str(path), path.read_bytes())


def parse_object(name: str, content: bytes) -> dict[str, Any]:
    """The JSON object that these bytes are; `name` says where they stand. Raises ValueError."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{name}: not JSON ({error})") from None
    if not isinstance(value, dict):
        raise ValueError(f"{name}: expected a JSON object")
    return value


def require_kinds(name: str, value: Mapping[str, Any], needed: Kinds, known: Kinds | None = None) -> None:
    """Raise ValueError for a key that is missing or of another kind; those of `known` may be missing."""
    for key, kinds in {**(known or {}), **needed}.items():
        if key not in value:
            if key in needed:
                raise ValueError(f"{name}: damaged, {key!r} is missing")
            continue
        given = value[key]
        large = isinstance(given, int) and abs(given) >= LARGE
        if large or not isinstance(given, kinds) or (isinstance(given, bool) and bool not in kinds):
            expected = " or ".join(
                dict.fromkeys(SHOWN[kind] for kind in kinds if kind is not int or float not in kinds)
            )
            raise ValueError(f"{name}: damaged, {key!r} is {_short(given)}, expected {expected}")


def _short(value: object) -> str:
    if isinstance(value, (dict, list)):
        return SHOWN[type(value)]
    text = json.dumps(value)
    return text if len(text) <= 40 else text[:37] + "..."


def read_result(folder: Path) -> dict[str, Any]:
    """What a finished run reached. Raises FileNotFoundError or ValueError, also where it is not what the run wrote."""
    path = folder / RESULT
    result = read_json(path)
    require_kinds(str(path), result, RESULTS, MEASURED)
    for names in TOGETHER:
        if set(names) & set(result):
            require_kinds(str(path), result, {name: MEASURED[name] for name in names})
    if result["finite_lambda"] is not None:
        require_kinds(f"{path}, finite_lambda", result["finite_lambda"], OPTIMUM)
    require_sealed(path)
    return result


def read_timing(folder: Path) -> dict[str, float]:
    """Seconds of a finished run. Raises FileNotFoundError or ValueError."""
    timing = read_json(folder / TIMING)
    require_kinds(str(folder / TIMING), timing, SECONDS)
    require_sealed(folder / TIMING)
    return timing


def read_provenance(folder: Path) -> dict[str, Any]:
    """Where a run comes from. Raises FileNotFoundError or ValueError."""
    origin = read_json(folder / PROVENANCE)
    require_kinds(str(folder / PROVENANCE), origin, {"versions": (dict,)})
    require_sealed(folder / PROVENANCE)
    return origin
