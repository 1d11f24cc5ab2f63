"""The recipes of Li et al. for their MLP, as printed, and every choice that the paper leaves open."""

from __future__ import annotations

from typing import Any

from training.presets.recipe import Preset

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


LI = [
    _li(3, 97, 1536, 31, 512, 20_000),
    _li(4, 47, 2944, 13, 640, 20_000),
    _li(5, 23, 5632, 7, 768, 20_000),
]
