"""Recipes for quadratic networks with squared loss: one as a paper gives it, and what its source leaves open."""

from __future__ import annotations

from training.presets.recipe import Preset

PUBLISHED = [
    Preset(
        "cogs-mod23",
        "addition mod 23, x^2, squared loss, Adam with weight decay, as CoGS (arXiv 2410.01779) trains",
        {
            "task": "mod:23",
            "k": 2,
            "width": 512,
            "loss": "squared",
            "targets": "centred",
            "strength": 0.0,
            "strength_unit": "one",
            "lr": 0.002,
            "weight_decay": 5e-5,
            "schedule": "constant",
            "steps": 2500,
            "evaluate_every": 500,
        },
        {"smoke": {"steps": 20, "evaluate_every": 10}},
        (
            "training data: the whole population, so that the margin is that of the theory",
            "targets: one-hot less their mean, as the logits are compared after their mean is taken off",
            "initial weights: not stated; normal, standard deviation 0.1",
            "Adam's weight decay: in the gradient, as torch.optim.Adam has it",
            "steps of the squared loss: not stated; 2500",
        ),
    ),
    Preset(
        "squared-mod23",
        "addition mod 23, squared loss + lambda ||theta||^3, to its predicted optimum",
        {
            "task": "mod:23",
            "k": 2,
            "width": 256,
            "loss": "squared",
            "strength": 8e-5,
            "strength_unit": "one",
            "beta2": 0.95,
            "steps": 600,
            "evaluate_every": 50,
        },
        {"smoke": {"steps": 20, "evaluate_every": 10}},
    ),
]
