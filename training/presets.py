"""Named settings: the project's own recipes, and the papers' as printed with what they leave open chosen and said.

A preset has three scales: "smoke" takes seconds, "default" fits two cores, "paper" is as printed.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from training.config import Config

SCALES = ("smoke", "default", "paper")


@dataclass(frozen=True)
class Preset:
    """`settings` at scale default; `scales` says what other scales change; `choices` what a source leaves open."""

    name: str
    summary: str
    settings: Mapping[str, Any]
    scales: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    choices: tuple[str, ...] = ()

    def config(self, scale: str = "default") -> Config:
        """Raises ValueError for an unknown scale."""
        if scale not in SCALES:
            raise ValueError(f"scale {scale!r}, expected one of {', '.join(SCALES)}")
        return Config.from_mapping({**self.settings, **self.scales.get(scale, {})})

    def choices_at(self, scale: str) -> tuple[str, ...]:
        """Those that concern a scale."""
        return tuple(
            text for text in self.choices if not text.startswith("scale ") or text.startswith(f"scale {scale}")
        )


def _own(name: str, task: str, k: int, width: int, steps: int, smoke: int, **more: Any) -> Preset:
    """Steps at scale default and smoke; stops at 0.9999 of gamma* unless told otherwise."""
    kind, _, what = task.partition(":")
    shown = {"mod": f"addition of {k} inputs mod {what}", "group": f"composition of {k} elements of {what}"}
    settings = {"stop_ratio": 0.9999, "task": task, "k": k, "width": width, "steps": steps} | more
    summary = f"{shown.get(kind, f'parity of {k} of {what} bits')}, the fastest known recipe to gamma*"
    return Preset(name, summary, settings, {"smoke": {"steps": smoke}})


# A short memory of squared gradients (beta2) is what makes the last steps fast: with 0.999 they are still measured
# against the gradients of the first steps. Larger lambda lets neurons die that k = 3 needs.
_FAST = {"lr": 0.03, "beta2": 0.95, "init": 0.03}
_SOFT = {"loss": "soft_minimum", "beta2": 0.95, "init": 1.0}
_GROUP = _SOFT | {"lr": 0.03, "stop_ratio": 0.9995}
_OWN = [
    _own("mod23", "mod:23", 2, 256, 225, 50, strength=0.3, **_FAST),
    _own("mod71", "mod:71", 2, 640, 275, 10, strength=0.3, **_FAST),
    _own("k3-n13", "mod:13", 3, 768, 500, 20, strength=0.2, **_FAST),
    _own("k3-n23", "mod:23", 3, 1024, 700, 10, strength=0.08, **_FAST),
    _own("even30", "mod:30", 2, 512, 700, 20, **_SOFT),
    _own("even32", "mod:32", 2, 512, 700, 20, **_SOFT),
    _own("s3", "group:S3", 2, 64, 700, 100, **_GROUP),
    _own("s4", "group:S4", 2, 512, 700, 20, **_GROUP),
    _own("dic3-k3", "group:Dic3", 3, 768, 550, 20, **_GROUP | {"stop_ratio": 0.999}),
    _own("parity", "parity:10", 4, 64, 300, 50, strength=0.1, **_FAST),
]

_OPEN = (
    "exponent r of the regulariser: not stated; nu, the degree of the network (set exponent=1 for the other reading)",
    "initial weights: not stated; normal, standard deviation 0.1",
    "seed: not stated; 0",
)
_GD: dict[str, Any] = {"optimiser": "sgd", "strength_unit": "one", "init": 0.1}
_MOD71: dict[str, Any] = _GD | {
    "task": "mod:71",
    "k": 2,
    "width": 500,
    "strength": 1e-4,
    "lr": 0.05,
    "schedule": "doubling",
    "doublings": tuple(range(1000, 10001, 1000)),
    "steps": 40_000,
}
_SHORT = {"smoke": {"steps": 20}}


def _mod71(**scales: Any) -> dict[str, dict[str, Any]]:
    return {"smoke": {"steps": 20}, "default": {"steps": 12_000}} | scales


_S3_DOUBLINGS = (*range(200, 2601, 200), 5000, 10_000)
_LI_OPEN = (
    "exponent r of the regulariser: not stated; 1: with r = nu the printed strength is 250-500 times lambda_c",
    "steps: not stated; as listed",
    "initial weights: not stated; normal, standard deviation 0.1",
    "learning rate after warm-up: not stated; constant",
    "weight decay of AdamW: not stated; 0, the regulariser is in the loss",
    "batches: drawn with replacement from the training half",
)


def _li(k: int, p: int, width: int, smaller: int, small_width: int, steps: int) -> Preset:
    settings: dict[str, Any] = {
        "task": f"mod:{p}",
        "k": k,
        "width": width,
        "optimiser": "adamw",
        "lr": 5e-3,
        "beta1": 0.9,
        "beta2": 0.98,
        "schedule": "constant",
        "warmup": 10,
        "strength": 0.005,
        "strength_unit": "one",
        "exponent": 1.0,
        "batch": 1024,
        "batch_kind": "inputs",
        "train_share": 0.5,
        "steps": steps,
        "init": 0.1,
    }
    scales = {
        "smoke": {"task": f"mod:{smaller}", "width": 64, "steps": 20, "evaluate_every": 10},
        "default": {"task": f"mod:{smaller}", "width": small_width},
        "paper": {},
    }
    choices = (*_LI_OPEN, f"scale default: p = {smaller}, width {small_width} in place of {p}, {width}")
    return Preset(
        f"li-k{k}-p{p}", f"Li et al.: addition of {k} inputs mod {p}, half of the population", settings, scales, choices
    )


_PAPERS = [
    Preset(
        "morwani-mod71",
        "Morwani et al.: addition mod 71, x^2, full-batch gradient descent",
        _MOD71,
        _mod71(),
        (*_OPEN, "scale default: 12,000 of 40,000 steps"),
    ),
    Preset(
        "morwani-mod71-relu",
        "Morwani et al.: addition mod 71, ReLU with L_2, full-batch gradient descent",
        _MOD71 | {"activation": "relu"},
        _mod71(),
        ("exponent r: not stated; 2, the degree of the network", *_OPEN[1:], "scale default: 12,000 of 40,000 steps"),
    ),
    Preset(
        "morwani-parity",
        "Morwani et al.: parity of 4 of 10 bits, x^4, gradient descent",
        _GD
        | {
            "task": "parity:10",
            "k": 4,
            "width": 40,
            "strength": 1e-3,
            "lr": 0.1,
            "schedule": "constant",
            "steps": 30_000,
        },
        _SHORT,
        _OPEN,
    ),
    Preset(
        "morwani-s3",
        "Morwani et al.: S3, x^2, gradient descent",
        _GD
        | {
            "task": "group:S3",
            "k": 2,
            "width": 30,
            "strength": 1e-7,
            "lr": 0.05,
            "schedule": "doubling",
            "doublings": _S3_DOUBLINGS,
            "steps": 50_000,
        },
        _SHORT,
        _OPEN,
    ),
    Preset(
        "morwani-s4",
        "Morwani et al.: S4, x^2, width 200",
        _GD
        | {
            "task": "group:S4",
            "k": 2,
            "width": 200,
            "strength": 1e-7,
            "lr": 0.05,
            "schedule": "doubling",
            "doublings": _S3_DOUBLINGS,
            "steps": 50_000,
        },
        _SHORT | {"default": {"steps": 12_000}},
        (*_OPEN, "everything but the width: not stated; as for S3", "scale default: 12,000 of 50,000 steps"),
    ),
    Preset(
        "morwani-s5",
        "Morwani et al.: S5, x^2, width 2000, batches of 1000",
        _GD
        | {
            "task": "group:S5",
            "k": 2,
            "width": 2000,
            "strength": 1e-5,
            "lr": 0.05,
            "schedule": "doubling",
            "doublings": tuple(range(3000, 24_001, 3000)),
            "batch": 1000,
            "batch_kind": "inputs",
            "steps": 75_000,
        },
        {"smoke": {"steps": 3, "width": 100, "evaluate_every": 3}, "default": {"steps": 2000}},
        (*_OPEN, "batches: drawn with replacement", "scale default: 2,000 of 75,000 steps"),
    ),
    _li(3, 97, 1536, 31, 512, 20_000),
    _li(4, 47, 2944, 13, 640, 20_000),
    _li(5, 23, 5632, 7, 768, 20_000),
]

PRESETS = {preset.name: preset for preset in (*_OWN, *_PAPERS)}


def preset(name: str) -> Preset:
    """The preset of that name. Raises ValueError for an unknown one, with the nearest known."""
    if name not in PRESETS:
        nearest = difflib.get_close_matches(name, PRESETS, 1, 0)[0] if name else next(iter(PRESETS))
        raise ValueError(f"unknown preset {name!r}; the nearest known one is {nearest!r} (see `list`)")
    return PRESETS[name]
