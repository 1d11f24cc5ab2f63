"""The recipes of Morwani et al., arXiv:2311.07568, as printed, and every choice that the paper leaves open."""

from __future__ import annotations

from typing import Any

from training.presets.recipe import Preset

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
MORWANI = [
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
]
