"""The config of a run: one block of each kind of settings; the hash of its canonical JSON names the run's folder.

Schema 1 is the flat JSON of the network of `margin.networks` with the settings of SCHEMA_1, all of them, those that a
run does not use at their first value. Schema 2 holds the settings that the blocks know, and says which schema it is. A
setting that came later stands in neither at its first value, so that it renames no saved run.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from training import settings
from training.models.kinds import kinds as all_kinds
from training.settings import CHOSEN, Block, name_of, typed

# the settings of schema 1 and their first values, as saved runs have them; never changed
SCHEMA_1: dict[str, Any] = {
    "task": None,
    "k": None,
    "width": None,
    "activation": "power",
    "loss": "cross_entropy",
    "strength": 0.4,
    "strength_unit": "gamma",
    "exponent": None,
    "sharpness_first": 10.0,
    "sharpness_last": 3000.0,
    "optimiser": "adam",
    "lr": 0.02,
    "beta1": 0.9,
    "beta2": 0.999,
    "epsilon": 1e-8,
    "momentum": 0.0,
    "weight_decay": 0.0,
    "schedule": "cosine",
    "warmup": 0,
    "doublings": (),
    "steps": 1000,
    "init": 0.1,
    "signs": "independent",
    "batch": 0,
    "batch_kind": "prefixes",
    "batch_share": 1.0,
    "train_share": 1.0,
    "evaluate_every": 0,
    "stop_ratio": None,
    "dtype": "float32",
    "device": "cpu",
    "threads": 1,
    "seed": 0,
}


@dataclass(frozen=True)
class Config:
    """Every setting that the weights depend on."""

    task: settings.Task
    model: settings.Model
    loss: settings.Loss
    optimiser: settings.Optimiser
    schedule: settings.Schedule
    data: settings.Data
    measuring: settings.Measuring
    execution: settings.Execution

    @classmethod
    def of(cls, **values: Any) -> Config:
        """From settings by name; the others have their defaults.

        Raises ValueError for unknown and missing names, for a setting that the chosen kinds of its blocks do not use,
        and for values out of range.
        """
        require_known(values)
        missing = {"task", "k", "width"} - set(values)
        if missing:
            raise ValueError(f"config without {', '.join(sorted(missing))}, expected task, k and width at least")
        kinds = _kinds(values)
        for name, value in values.items():
            _require_used(name, value, kinds)
        blocks: dict[str, Any] = {block: kind(**_known(kind, values)) for block, kind in kinds.items()}
        return cls(**blocks)

    @classmethod
    def from_mapping(cls, saved: Mapping[str, Any]) -> Config:
        """From a run's config.json. Raises ValueError as `of`, but for settings without effect."""
        return cls.of(**migrated(saved))

    @property
    def seed(self) -> int:
        return self.execution.seed

    @property
    def steps(self) -> int:
        return self.schedule.steps

    @property
    def blocks(self) -> dict[str, Block]:
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def flat(self) -> dict[str, Any]:
        """Every setting in use, by name."""
        values = {block: self.blocks[block].kind for block in CHOSEN}
        for block in self.blocks.values():
            values |= dict(block.items())
        return values

    def changed(self, values: Mapping[str, Any]) -> Config:
        """The same with other values. A block of another kind keeps what it shares with the one before.

        Raises ValueError as `of` for the values given.
        """
        require_known(values)
        kinds = _kinds(self.flat() | dict(values))
        kept: dict[str, Any] = {block: kinds[block].kind for block in CHOSEN}
        for name, block in self.blocks.items():
            shared = [part for part in fields(block) if any(part is other for other in fields(kinds[name]))]
            kept |= {name_of(part): getattr(block, part.name) for part in shared}
        return Config.of(**kept | dict(values))

    def canonical(self) -> bytes:
        """Canonical JSON: sorted keys, no spaces, one line."""
        content = self.flat()
        for block in self.blocks.values():
            for part in fields(block):
                if part.metadata["later"] and getattr(block, part.name) == part.default:
                    del content[name_of(part)]
        if content["model"] == settings.Neurons.kind and set(content) - {"model"} <= set(SCHEMA_1):
            del content["model"]
            content = SCHEMA_1 | content
        else:
            content = {"schema": 2} | content
        return json.dumps(content, sort_keys=True, separators=(",", ":")).encode() + b"\n"

    def digest(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of the canonical JSON: the name of the run's folder."""
        return hashlib.sha256(self.canonical()).hexdigest()[:16]


def migrated(saved: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a saved config as today's, one step a change. Raises ValueError for an unknown schema."""
    values = dict(saved)
    schema = values.pop("schema", 1)
    if schema not in (1, 2):
        raise ValueError(f"config of schema {schema!r}, expected 1 or 2; it was written by a later version")
    # 2026-11-25: settings without effect are refused; saved runs have all of schema 1, and may have set any
    require_known(values)
    used = {name for kind in _kinds(values).values() for name in _names(kind)}
    return {name: value for name, value in values.items() if name in used or name in CHOSEN or name not in SCHEMA_1}


def names() -> list[str]:
    """The names of all settings, in the order of the blocks."""
    result: list[str] = []
    for block, kinds in all_kinds().items():
        own = [name for kind in kinds.values() for name in _names(kind)]
        result += [block] if block in CHOSEN else []
        result += dict.fromkeys(name for name in own if name not in result)
    return result


def require_known(values: Mapping[str, Any]) -> None:
    """ValueError for a name that is no setting, with the nearest known one."""
    known = names()
    for name in values:
        if name not in known:
            nearest = difflib.get_close_matches(str(name), known, 1, 0)[0] if name else known[0]
            raise ValueError(f"unknown setting {name!r}; the nearest known one is {nearest!r}")


def parse(assignment: str) -> tuple[str, Any]:
    """Read 'key=value'; lists are written 1000,2000 and absent values none. Raises ValueError."""
    name, equals, text = assignment.partition("=")
    if not equals:
        raise ValueError(f"{assignment!r}, expected key=value, for example width=512")
    require_known({name: text})
    kind = _type(name)
    if text.lower() == "none" and "None" in kind:
        return name, None
    if kind == "tuple[int, ...]":
        return name, tuple(_number(name, int, part) for part in text.split(",") if part)
    return name, text if kind == "str" else _number(name, int if kind == "int" else float, text)


def _number(name: str, kind: type, text: str) -> Any:
    try:
        return kind(text)
    except ValueError:
        what = "an integer" if kind is int else "a number"
        raise ValueError(f"{name} = {text!r}, expected {what}") from None


def _type(name: str) -> str:
    """The type of a setting, as written."""
    if name in CHOSEN:
        return "str"
    every = (kind for kinds in all_kinds().values() for kind in kinds.values())
    return next(str(part.type) for kind in every for part in fields(kind) if name_of(part) == name)


def _names(kind: type[Block]) -> list[str]:
    return [name_of(part) for part in fields(kind)]


def _known(kind: type[Block], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that a block takes, by the names of its fields."""
    return {part.name: values[name_of(part)] for part in fields(kind) if name_of(part) in values}


def _kinds(values: Mapping[str, Any]) -> dict[str, type[Block]]:
    """The kind of each block that these settings choose. Raises ValueError for a kind that is none."""
    result = {}
    for block, kinds in all_kinds().items():
        chosen = next(iter(kinds))
        if block in CHOSEN:
            chosen = typed(block, "str", values.get(block, chosen))
        elif block == "data":
            batch = typed("batch", "int", values.get("batch", 0))
            if batch < 0:
                raise ValueError(f"batch = {batch}, expected an integer >= 0")
            chosen = "batches" if batch else "whole"
        if chosen not in kinds:
            raise ValueError(f"{block} = {chosen!r}, expected one of {', '.join(kinds)}")
        result[block] = kinds[chosen]
    return result


def _require_used(name: str, value: Any, kinds: Mapping[str, type[Block]]) -> None:
    """ValueError for a setting of another kind of block, which would have no effect."""
    if name in CHOSEN or name == "batch" or any(name in _names(kind) for kind in kinds.values()):
        return
    block = next(b for b, others in all_kinds().items() if any(name in _names(kind) for kind in others.values()))
    knowing = [_shown(block, kind) for kind, known in all_kinds()[block].items() if name in _names(known)]
    raise ValueError(
        f"{name} = {value!r} has no effect with {_shown(block, kinds[block].kind)}; leave it out, or set"
        f" {' or '.join(knowing)}, which knows it"
    )


def _shown(block: str, kind: str) -> str:
    """A kind of block as it is set."""
    if block == "data":
        return "batch = 0" if kind == "whole" else "batch above 0"
    return f"{block} = {kind}"
