"""Losses against their definition, and chunk by chunk against the plain form."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
import torch

from tests.helpers import oracles
from tests.training.models.fused.test_step import network
from training.losses import CrossEntropy, Loss, SoftMinimum, Squared
from training.models import autograd


def test_losses_are_the_definition() -> None:
    model, gamma = network("mod:5", 2, 4), 0.05
    U, W = model.U.numpy(), model.W.numpy()
    gaps, mass = oracles.gaps(U, W), oracles.norm_power(U, W)
    entropy = np.log1p(np.exp(-gaps).sum(1)).mean() + 1e-2 * mass
    assert float(autograd.step(model, CrossEntropy(1e-2, 3.0, 3))[0]) == pytest.approx(entropy)
    root = np.log1p(np.exp(-gaps).sum(1)).mean() + 1e-2 * mass ** (1 / 3)
    assert float(autograd.step(model, CrossEntropy(1e-2, 1.0, 3))[0]) == pytest.approx(root)
    soft = log(np.exp(-30 * gaps / mass / gamma).sum()) / 30
    assert float(autograd.step(model, SoftMinimum(30.0, gamma))[0]) == pytest.approx(soft)
    sharp = float(autograd.step(model, SoftMinimum(1e6, gamma))[0])
    assert sharp == pytest.approx(-gaps.min() / mass / gamma, abs=1e-4)


def test_squared_loss_is_the_definition() -> None:
    model = network("mod:5", 2, 4)
    U, W = model.U.numpy(), model.W.numpy()
    total = {True: 0.0, False: 0.0}
    for a in range(5):
        for b in range(5):
            logits = ((U[0, a] + U[1, b]) ** 2) @ W
            for c in range(5):
                for centred in total:
                    target = float(c == (a + b) % 5) - centred / 5
                    total[centred] += (logits[c] - target) ** 2 / 125
    for centred, mean in total.items():
        found = float(autograd.step(model, Squared(1e-2, 3.0, 3, centred))[0])
        assert found == pytest.approx(mean + 1e-2 * oracles.norm_power(U, W))
    assert total[True] != pytest.approx(total[False])


@pytest.mark.parametrize(
    "loss",
    [CrossEntropy(0.1, 1.0, 3), SoftMinimum(20.0, 0.2), Squared(0.1, 1.0, 3), Squared(0.1, 2.0, 3, centred=False)],
    ids=["entropy", "minimum", "squared, centred", "squared, one-hot"],
)
@pytest.mark.parametrize("size", [1, 4, 12])
def test_chunks_give_the_loss_and_gradients_of_the_whole(loss: Loss, size: int) -> None:
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn((12, 5), generator=generator, dtype=torch.float64).requires_grad_()
    mass = torch.tensor(1.7, dtype=torch.float64, requires_grad=True)
    labels = torch.randint(5, (12, 1), generator=generator)
    wanted = loss.plain(logits, labels[:, 0], mass)
    by_logits, by_mass = torch.autograd.grad(wanted, (logits, mass))
    parts: list[torch.Tensor] = []
    loss.begin(12, mass.detach())
    for part, label in zip(torch.split(logits.detach().clone(), size), torch.split(labels, size), strict=True):
        earlier = loss.chunk(part, label)
        if earlier is not None:
            parts = [gradient * earlier for gradient in parts]
        parts.append(part)
    value, factor, slope = loss.finish()
    assert float(value) == pytest.approx(float(wanted.detach()))
    assert torch.allclose(torch.cat(parts) * factor, by_logits)
    assert float(slope) == pytest.approx(float(by_mass))
