"""The recipes of the paper on modular addition at several scales, as printed, and every choice that it leaves open."""

from __future__ import annotations

from typing import Any

from training.presets.recipe import Preset

TRAINED = {89: 4717, 91: 5096}  # training pairs
BATCH_STEPS, FULL_STEPS = 20_000, 4_000

_OPEN = (
    "steps: not stated; 20,000 of batches, 4,000 of the whole training set (docs/sweeps.md says why they are enough)",
    "initial weights: not stated; torch's: embeddings standard normal, layers uniform",
    "batches: not stated; drawn with replacement from the training pairs",
    "Adam's means: not stated; 0.9 and 0.999",
)


def multiscale(n: int, batches: bool) -> dict[str, Any]:
    """The settings for addition mod n, in batches of n or of the whole training set.

    Training pairs: as printed for n = 89 and 91; for other n the share that they are of n = 91, 8/13.
    """
    return {
        "model": "embedding",
        "task": f"mod:{n}",
        "k": 2,
        "width": 128,
        "dimension": 32,
        "optimiser": "adam",
        "lr": 0.008,
        "schedule": "constant",
        "strength": 1e-4,
        "strength_unit": "one",
        "exponent": 2.0,
        "batch": n if batches else 0,
        "batch_kind": "inputs",
        "train_share": TRAINED[n] / n**2 if n in TRAINED else 8 / 13,
        "steps": BATCH_STEPS if batches else FULL_STEPS,
        "evaluate_every": 5_000 if batches else 1_000,
    }


def _preset(n: int, batches: bool) -> Preset:
    what = f"batches of {n}" if batches else "full batch"
    return Preset(
        f"multiscale-n{n}-{'batch' if batches else 'full'}",
        f"addition mod {n} at several scales: embeddings, 128 ReLU with biases, {what}",
        multiscale(n, batches),
        {"smoke": {"steps": 20, "evaluate_every": 10}},
        _OPEN,
    )


MULTISCALE = [_preset(n, batches) for n in TRAINED for batches in (True, False)]
