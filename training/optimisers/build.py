"""The optimiser that a config chooses."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from training import settings
from training.optimisers.adam import Adam
from training.optimisers.muon import Muon
from training.optimisers.optimiser import Optimiser
from training.optimisers.sgd import Sgd


def build(chosen: settings.Optimiser, parameters: Sequence[Tensor], leading: int = 0) -> Optimiser:
    """The optimiser over these tensors; all but Muon work on each number by itself.

    `leading`: axes in front of those of the tensors themselves, such as an ensemble's.
    """
    if isinstance(chosen, settings.Muon):
        return Muon(parameters, chosen.momentum, chosen.weight_decay, leading)
    if isinstance(chosen, settings.Sgd):
        return Sgd(parameters, chosen.momentum, chosen.weight_decay)
    assert isinstance(chosen, settings.Adam)
    betas, decoupled = (chosen.beta1, chosen.beta2), isinstance(chosen, settings.AdamW)
    return Adam(parameters, betas, chosen.epsilon, chosen.weight_decay, decoupled)
