"""Learning rate and sharpness as functions of the step, so that a resumed run needs no schedule's state."""

from __future__ import annotations

from math import cos, pi

from training.config import Config


def learning_rate(config: Config, step: int) -> float:
    """Rate of step 0..steps-1: linear warm-up, times constant, cosine to 0, or doubled at each of `doublings`."""
    rate = config.lr
    if config.schedule == "cosine":
        rate *= (1 + cos(pi * step / config.steps)) / 2
    elif config.schedule == "doubling":
        rate *= 2 ** sum(step >= at for at in config.doublings)
    return rate * min(1.0, (step + 1) / config.warmup) if config.warmup else rate


def sharpness(config: Config, step: int) -> float:
    """Sharpness of the soft minimum, geometric from the first to the last step."""
    share = step / max(1, config.steps - 1)
    return config.sharpness_first * (config.sharpness_last / config.sharpness_first) ** share
