"""Learning rate and sharpness as functions of the step, so that a resumed run needs no schedule's state."""

from __future__ import annotations

from math import cos, pi

from training.config import Config
from training.settings import Cosine, Doubling, SoftMinimum


def learning_rate(config: Config, step: int) -> float:
    """Rate of step 0..steps-1: linear warm-up, times constant, cosine to 0, or doubled at each of `doublings`."""
    rate, schedule = config.optimiser.lr, config.schedule
    if isinstance(schedule, Cosine):
        rate *= (1 + cos(pi * step / schedule.steps)) / 2
    elif isinstance(schedule, Doubling):
        rate *= 2 ** sum(step >= at for at in schedule.doublings)
    return rate * min(1.0, (step + 1) / schedule.warmup) if schedule.warmup else rate


def sharpness(loss: SoftMinimum, step: int, steps: int) -> float:
    """Sharpness of the soft minimum, geometric from the first to the last step."""
    return loss.first * (loss.last / loss.first) ** (step / max(1, steps - 1))
