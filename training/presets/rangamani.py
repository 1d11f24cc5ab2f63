"""The recipes of Rangamani for a recurrent network on addition mod 113, as printed, and what the paper leaves open."""

from __future__ import annotations

from typing import Any

from training.presets.recipe import Preset

_OPEN = (
    "embedding dimension: not stated; 256, as the matrix W_E has d_h columns",
    "normalisation of the last state: stated, its kind not; none, a departure: so it learns as early as printed, and"
    " with layer or length it does not (LOG)",
    "initial weights: not stated; as torch.nn.Embedding, torch.nn.RNN and torch.nn.Linear have them",
    "biases: not stated; the two of torch.nn.RNN, none in the unembedding",
    "weight decay: of which kind is not stated; in the gradient of every parameter, as torch.optim.Adam",
    "learning rate over time: not stated; constant",
    "seed: not stated; 0",
)


def _rangamani(share: float, suffix: str) -> Preset:
    settings: dict[str, Any] = {
        "task": "mod:113",
        "k": 2,
        "model": "recurrent",
        "width": 256,
        "dimension": 256,
        "normalise": "none",
        "optimiser": "adam",
        "lr": 0.01,
        "weight_decay": 5e-5,
        "schedule": "constant",
        "strength": 0.0,
        "strength_unit": "one",
        "batch_kind": "inputs",
        "train_share": share,
        "steps": 20_000,
    }
    smaller = {"task": "mod:29", "width": 64, "dimension": 64, "train_share": max(share, 0.5)}
    scales = {
        "smoke": smaller | {"steps": 20, "evaluate_every": 10},
        "default": smaller,
        "paper": {},
    }
    choices = (*_OPEN, "scale default: p = 29, width and dimension 64, at least half of the pairs")
    summary = f"Rangamani: addition mod 113 by a recurrent network, {share:.0%} of the pairs"
    return Preset(f"rangamani-rnn{suffix}", summary, settings, scales, choices)


RANGAMANI = [
    _rangamani(0.3, ""),
    *(_rangamani(percent / 100, f"-{percent}") for percent in (40, 50, 60, 70)),
]
