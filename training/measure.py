"""What is measured of a network while it trains: exact margins in float64, norms, and features of its neurons."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from margin.analysis.clusters import Clusters, live
from margin.inspection.features import features
from training.models.model import Model
from training.models.neurons import Neurons

Array = NDArray[np.float64]


def in_float64(model: Model) -> dict[str, Tensor]:
    """The parameters in float64, by name."""
    return {name: tensor.detach().double() for name, tensor in model.parameters.items()}


def margins(model: Model, losses: list[Tensor] | None = None) -> Tensor:
    """f[y] - max_{c != y} f[c] of every input in the population, float64, shape (population,).

    The cross-entropy of every input, -log softmax(f)[y], is put into `losses`, in parts, where that is given.
    """
    parts = []
    for logits, labels in model.in_chunks(in_float64(model)):
        right = logits.gather(1, labels)
        if losses is not None:
            losses.append(logits.logsumexp(1) - right[:, 0])
        parts.append(right[:, 0] - logits.scatter_(1, labels, -torch.inf).amax(1))
    return torch.cat(parts)


def record(model: Model, gamma: float | None, trained: Tensor | None) -> dict[str, Any]:
    """Least margin and accuracy on the population, norms, features.

    `gamma`: gamma* of this network, None where nothing is predicted. `trained`: numbers of the training inputs, None
    for all; with them the accuracy and the least margin are given on both halves. Without a degree there is no
    normalised margin, and on both halves also the cross-entropy.
    """
    losses: list[Tensor] | None = [] if trained is not None and model.degree is None else None
    gaps, parameters = margins(model, losses), in_float64(model)
    values: dict[str, Any] = {
        "margin": float(gaps.min()),
        "norm_2": float(sum((t.square().sum() for t in parameters.values()), torch.zeros(())).sqrt()),
        "accuracy": float((gaps > 0).double().mean()),
    }
    if model.degree is not None:
        mass = float(model.size(parameters))
        normalised = values["margin"] / mass if mass > 0 else 0.0
        largest = max(float(t.abs().max()) for t in parameters.values())
        values |= {
            "normalised_margin": normalised,
            "infinity_margin": values["margin"] / largest**model.degree if largest > 0 else 0.0,
            "ratio": normalised / gamma if gamma else None,
            "norm": mass ** (1 / model.degree),
            "mass": mass,
        }
    if trained is not None:
        seen = torch.zeros(len(gaps), dtype=torch.bool, device=gaps.device)
        seen[trained] = True
        values["train_accuracy"] = float((gaps[seen] > 0).double().mean())
        values["test_accuracy"] = float((gaps[~seen] > 0).double().mean())
        for name, part in (("train", seen), ("test", ~seen)):
            if losses is not None:
                values[f"{name}_loss"] = float(torch.cat(losses)[part].mean())
            values[f"{name}_margin"] = float(gaps[part].min()) if bool(part.any()) else None
    return values | (summary(model, parameters) if isinstance(model, Neurons) else {})


def summary(model: Neurons, parameters: dict[str, Tensor]) -> dict[str, Any]:
    """The features of the live neurons, for the trajectory.

    power_min, power_median and, weighted by mass, power_mean; neurons and mass share per frequency; largest and mean
    absolute phase residual in turns, weighted by mass.
    """
    seen = features(model.population.task, parameters["U"].cpu().numpy(), parameters["W"].cpu().numpy())
    mass: Array = model.masses(parameters).cpu().numpy()
    counted = live(mass)
    weight = np.where(counted, mass, 0.0)
    weight = weight / max(float(weight.sum()), float(np.finfo(np.float64).tiny))
    clusters = Clusters(seen.dominant, mass, len(seen.names))
    result: dict[str, Any] = {
        "live": int(counted.sum()),
        "power_min": float(seen.power[counted].min(initial=1.0)),
        "power_median": float(np.median(seen.power[counted])) if counted.any() else 0.0,
        "power_mean": float(seen.power @ weight),
        "neurons": clusters.sizes.tolist(),
        "shares": [float(f"{x:.6g}") for x in clusters.shares],
    }
    if seen.residuals is not None:
        result["residual_mean"] = float(np.abs(seen.residuals) @ weight)
        result["residual_max"] = float(np.abs(seen.residuals[counted]).max(initial=0.0))
    return result
