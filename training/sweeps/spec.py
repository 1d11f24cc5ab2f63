"""What a sweep trains, from a TOML file: a preset, changed settings, cases, and how many seeds of each.

preset = "multiscale-n89-batch"
seeds = 2000              # how many for each case
first_seed = 0            # default 0
shard = 20                # networks that are trained together, default 20
weights = true            # keep them, in float16; default false
scale = "default"         # of the preset
[settings]                # of every case; any setting of a run but the seed
steps = 20000
[[cases]]                 # settings of each case; without any there is one case
strength = 1e-4
[[cases]]
preset = "multiscale-n91-batch"
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from training.config import Config
from training.presets import preset
from training.sweeps.shard import Shard

KEYS = {
    "preset": str,
    "scale": str,
    "seeds": int,
    "first_seed": int,
    "shard": int,
    "weights": bool,
    "settings": dict,
    "cases": list,
}


@dataclass(frozen=True)
class Spec:
    """Raises ValueError for values out of range, and for settings that a run refuses."""

    preset: str
    seeds: int
    first_seed: int = 0
    shard: int = 20
    weights: bool = False
    scale: str = "default"
    settings: Mapping[str, Any] = field(default_factory=dict)
    cases: tuple[Mapping[str, Any], ...] = ({},)

    def __post_init__(self) -> None:
        for name, least in (("seeds", 1), ("first_seed", 0), ("shard", 1)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} = {getattr(self, name)}, expected an integer >= {least}")
        if not self.cases:
            raise ValueError("cases = [], expected at least one case, or none named at all")
        for case in ({"settings": self.settings}, *self.cases):
            if "seed" in case or "seed" in case.get("settings", {}):
                raise ValueError("a setting seed, expected seeds = COUNT and first_seed = NUMBER at the top")

    def config(self, case: Mapping[str, Any]) -> Config:
        """The config of a case, but for its seed."""
        values = dict(case)
        chosen = preset(values.pop("preset", self.preset))
        return chosen.config(self.scale).changed({**self.settings, **values})

    def on(self, device: str | None, shard: int | None) -> Spec:
        """The same networks on a device, in shards of another size; None for those of the spec."""
        settings, cases = self.settings, self.cases
        if device is not None:  # also where a case names another
            settings = {**settings, "device": device}
            cases = tuple({name: value for name, value in case.items() if name != "device"} for case in cases)
        return replace(self, settings=settings, cases=cases, shard=self.shard if shard is None else shard)

    def shards(self) -> list[Shard]:
        """Every shard, those of the first seeds first: an interrupted sweep has something of each case."""
        named = [(self.config(case), label(case) or self.preset) for case in self.cases]
        end = self.first_seed + self.seeds
        blocks = [range(first, min(first + self.shard, end)) for first in range(self.first_seed, end, self.shard)]
        shards = [Shard(config, tuple(seeds), self.weights, name) for seeds in blocks for config, name in named]
        if len({shard.name for shard in shards}) < len(shards):
            raise ValueError("two cases are the same, expected each to have a setting of its own")
        return shards


def label(case: Mapping[str, Any]) -> str:
    """A case for a reader: its settings."""
    return ", ".join(str(value) if name == "preset" else f"{name}={value}" for name, value in case.items())


def read(file: Path) -> Spec:
    """The spec of a file. Raises ValueError, OSError for one that cannot be read."""
    try:
        values = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"no TOML ({error})") from None
    for name, value in values.items():
        if name not in KEYS:
            raise ValueError(f"unknown key {name!r}, expected some of {', '.join(KEYS)}; settings belong to [settings]")
        if not isinstance(value, KEYS[name]) or (isinstance(value, bool) and KEYS[name] is not bool):
            raise ValueError(f"{name} = {value!r}, expected {KEYS[name].__name__}")
    for name in ("preset", "seeds"):
        if name not in values:
            raise ValueError(f"no {name}, expected for example preset = 'multiscale-n89-batch' and seeds = 2000")
    if not all(isinstance(case, dict) for case in values.get("cases", ())):
        raise ValueError("cases that are no tables, expected [[cases]] with settings below each")
    return Spec(**values | ({"cases": tuple(values["cases"])} if "cases" in values else {}))
