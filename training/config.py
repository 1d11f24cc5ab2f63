"""The settings of a run: plain values, checked on entry; the hash of their canonical JSON names the run's folder."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from math import isfinite
from typing import Any

CHOICES = {
    "activation": ("power", "relu"),
    "loss": ("cross_entropy", "soft_minimum"),
    "strength_unit": ("gamma", "one"),
    "optimiser": ("adam", "adamw", "sgd"),
    "schedule": ("cosine", "constant", "doubling"),
    "batch_kind": ("prefixes", "inputs"),
    "signs": ("independent", "balanced"),
    "dtype": ("float32", "float64"),
}
AT_LEAST = {"k": 1, "width": 1, "steps": 1, "warmup": 0, "batch": 0, "seed": 0, "evaluate_every": 0, "threads": 1}
POSITIVE = {"strength", "sharpness_first", "sharpness_last", "lr", "epsilon", "init", "exponent", "stop_ratio"}
SHARES = {"beta1", "beta2", "momentum"}  # 0 <= value < 1


@dataclass(frozen=True)
class Config:
    """Every setting that the weights depend on. Raises ValueError, naming the setting, for values out of range."""

    task: str  # "mod:23", "group:S4", "parity:10"
    k: int
    width: int
    activation: str = "power"
    loss: str = "cross_entropy"
    strength: float = 0.4  # lambda, the weight of ||theta||^exponent
    strength_unit: str = "gamma"  # lambda in units of gamma*, or absolute ("one")
    exponent: float | None = None  # r; None is nu, the degree of the network
    sharpness_first: float = 10.0  # of the soft minimum, geometric in the step
    sharpness_last: float = 3000.0
    optimiser: str = "adam"
    lr: float = 0.02
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    momentum: float = 0.0
    weight_decay: float = 0.0
    schedule: str = "cosine"
    warmup: int = 0  # steps of linear warm-up
    doublings: tuple[int, ...] = ()  # steps at which the rate doubles
    steps: int = 1000
    init: float = 0.1  # standard deviation of the initial weights
    signs: str = "independent"  # balanced: random neurons come with all their sign patterns, see `initial_weights`
    batch: int = 0  # inputs or prefixes per step; 0 is the whole training set
    batch_kind: str = "prefixes"  # prefixes: random values of the first k-1 inputs, each with all last inputs
    batch_share: float = 1.0  # share of the steps that use batches; the rest use the whole training set
    train_share: float = 1.0  # share of the population that is trained on, drawn at random
    evaluate_every: int = 0  # steps between exact margins; 0: as often as costs a tenth of the time at most
    stop_ratio: float | None = None  # stop when this share of gamma* is reached
    dtype: str = "float32"
    device: str = "cpu"
    threads: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, _typed(field.name, str(field.type), getattr(self, field.name)))
        for name, allowed in CHOICES.items():
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} = {getattr(self, name)!r}, expected one of {', '.join(allowed)}")
        for name, least in AT_LEAST.items():
            if getattr(self, name) < least:
                raise ValueError(f"{name} = {getattr(self, name)}, expected an integer >= {least}")
        for name in POSITIVE:
            if getattr(self, name) is not None and not getattr(self, name) > 0:
                raise ValueError(f"{name} = {getattr(self, name)}, expected a number above 0")
        for name in SHARES:
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} = {getattr(self, name)}, expected 0 <= {name} < 1")
        if not self.weight_decay >= 0:
            raise ValueError(f"weight_decay = {self.weight_decay}, expected a number >= 0")
        if not 0 < self.train_share <= 1 or not 0 <= self.batch_share <= 1:
            raise ValueError(
                f"train_share = {self.train_share}, batch_share = {self.batch_share}, expected shares of 1"
            )
        if self.train_share < 1 and self.batch_kind != "inputs":
            raise ValueError("train_share below 1 with batch_kind = prefixes, expected batch_kind = inputs")
        if self.seed >= 2**63 or min(self.doublings, default=0) < 0:
            raise ValueError(
                f"seed = {self.seed}, doublings = {self.doublings}: expected a seed below 2^63, steps >= 0"
            )

    def canonical(self) -> bytes:
        """Canonical JSON: sorted keys, no spaces, one line."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":")).encode() + b"\n"

    def digest(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of the canonical JSON: the name of the run's folder."""
        return hashlib.sha256(self.canonical()).hexdigest()[:16]

    def changed(self, settings: Mapping[str, Any]) -> Config:
        """The same with other values; ValueError for an unknown name, with the nearest known one."""
        require_known(settings)
        return replace(self, **settings)

    @classmethod
    def from_mapping(cls, settings: Mapping[str, Any]) -> Config:
        """From what JSON gives back. Raises ValueError for unknown and missing names, and as the class."""
        require_known(settings)
        missing = {"task", "k", "width"} - set(settings)
        if missing:
            raise ValueError(f"config without {', '.join(sorted(missing))}, expected task, k and width at least")
        return cls(**settings)


NAMES = tuple(field.name for field in fields(Config))


def require_known(settings: Mapping[str, Any]) -> None:
    """ValueError for a name that is no setting."""
    for name in settings:
        if name not in NAMES:
            nearest = difflib.get_close_matches(str(name), NAMES, 1, 0)[0] if name else NAMES[0]
            raise ValueError(f"unknown setting {name!r}; the nearest known one is {nearest!r}")


def parse(assignment: str) -> tuple[str, Any]:
    """Read 'key=value'; lists are written 1000,2000 and absent values none. Raises ValueError."""
    name, equals, text = assignment.partition("=")
    if not equals:
        raise ValueError(f"{assignment!r}, expected key=value, for example width=512")
    require_known({name: text})
    kind = {field.name: str(field.type) for field in fields(Config)}[name]
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


def _typed(name: str, kind: str, value: Any) -> Any:
    """The value as the field's type, without surprises: no booleans, no fractions for integers, no NaN."""
    if value is None and "None" in kind:
        return None
    if kind == "str" and isinstance(value, str):
        return value
    if kind.startswith("tuple") and isinstance(value, (list, tuple)):
        return tuple(_typed(name, "int", v) for v in value)
    if kind == "int" and isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    if kind.startswith("float") and isinstance(value, (int, float)) and not isinstance(value, bool):
        if not isfinite(value):
            raise ValueError(f"{name} = {value}, expected a finite number")
        return float(value)
    raise ValueError(f"{name} = {value!r}, expected {kind.replace(' | ', ' or ')}")
