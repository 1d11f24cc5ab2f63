"""The recipes of Li et al. as printed, and every choice that the paper leaves open: their MLP, attention, grokking."""

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
_ADAMW: dict[str, Any] = {
    "optimiser": "adamw",
    "beta1": 0.9,
    "beta2": 0.98,
    "schedule": "constant",
    "warmup": 10,
    "batch": 1024,
    "batch_kind": "inputs",
    "train_share": 0.5,
}


def _li(k: int, p: int, width: int, smaller: int, small_width: int, steps: int) -> Preset:
    settings: dict[str, Any] = _ADAMW | {
        "task": f"mod:{p}",
        "k": k,
        "width": width,
        "lr": 5e-3,
        "strength": 0.005,
        "strength_unit": "one",
        "exponent": 1.0,
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


_ATTENTION_OPEN = (
    "which inputs attend: not stated; each, without positions, and the logits are the mean (query=last learns slower)",
    "projection: not stated; to the logits, nothing beside the heads",
    "key and query matrix: one matrix W^KQ a head, scores not scaled",
    "regulariser of strength 1e-3: of which kind is not stated; 1e-3 ||theta||, exponent 1, as for their MLP",
    "weight decay of AdamW: not stated; 0, the regulariser is in the loss",
    "steps: not stated; 20,000",
    "initial weights: not stated; normal, such that scores, values and logits have variance 1",
    "batches: drawn with replacement from the training half",
)


def _attention(k: int, p: int, smaller: int) -> Preset:
    settings: dict[str, Any] = _ADAMW | {
        "task": f"mod:{p}",
        "k": k,
        "model": "attention",
        "width": 160,
        "dimension": 128,
        "query": "every",
        "lr": 1e-3,
        "strength": 1e-3,
        "strength_unit": "one",
        "exponent": 1.0,
        "steps": 20_000,
    }
    scales = {
        "smoke": {"task": "mod:5", "width": 8, "dimension": 8, "batch": 64, "steps": 20, "evaluate_every": 10},
        "default": {"task": f"mod:{smaller}", "width": 40, "dimension": 32, "steps": 6000},
        "paper": {},
    }
    choices = (
        *_ATTENTION_OPEN,
        f"scale default: p = {smaller}, 40 heads, dimension 32, 6,000 steps in place of {p}, 160, 128, 20,000",
    )
    summary = f"Li et al.: addition of {k} inputs mod {p} by one layer of attention, half of the population"
    return Preset(f"li-attention-k{k}-p{p}", summary, settings, scales, choices)


_GROKKING_OPEN = (
    "norms, biases and activation: not stated; norms first, no biases, GELU, read at =, nothing dropped",
    "dimension of a head: not stated; 32",
    "neurons of a layer: not stated; 512, four times the dimension",
    "weight decay 1e-3: decoupled, of every parameter, as torch.optim.AdamW",
    "steps: not stated; 20,000",
    "initial weights: not stated; embeddings and positions normal, of standard deviation 1; matrices by Xavier",
    "loss: of the answer alone",
    "batches: drawn with replacement from the training half",
    "scale default: 4 heads in place of 160, 6,000 steps",
)


def _grokking(k: int, p: int) -> Preset:
    settings: dict[str, Any] = _ADAMW | {
        "task": f"mod:{p}",
        "k": k,
        "model": "transformer",
        "width": 512,
        "dimension": 128,
        "heads": 160,
        "head_dimension": 32,
        "lr": 1e-3,
        "weight_decay": 1e-3,
        "strength": 0.0,
        "strength_unit": "one",
        "steps": 20_000,
        "evaluate_every": 100,
    }
    small: dict[str, Any] = {"task": "mod:5", "width": 16, "dimension": 8, "heads": 2, "head_dimension": 4, "batch": 64}
    scales: dict[str, dict[str, Any]] = {
        "smoke": small | {"steps": 20, "evaluate_every": 10},
        "default": {"heads": 4, "steps": 6000},
        "paper": {},
    }
    summary = f"Li et al.: addition of {k} inputs mod {p} by a transformer of two layers, half of the population"
    return Preset(f"li-grokking-k{k}-p{p}", summary, settings, scales, _GROKKING_OPEN)


LI = [
    _li(3, 97, 1536, 31, 512, 20_000),
    _li(4, 47, 2944, 13, 640, 20_000),
    _li(5, 23, 5632, 7, 768, 20_000),
    _attention(3, 61, 13),
    _attention(4, 31, 7),
    _attention(5, 17, 5),
    # the paper's moduli, and two whose populations differ less: 9409, 12,167, 14,641 and 16,807 inputs
    *(_grokking(k, p) for k, p in ((2, 97), (3, 31), (4, 11), (5, 5), (3, 23), (5, 7))),
]
