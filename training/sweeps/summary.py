"""One network as a line of a table: where it ended, what it computes with, and if asked for its weights in float16."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from margin.analysis.cyclic.network import Network
from margin.analysis.simple import simple
from margin.tasks import ModularAddition
from training.ensembles.ensemble import Member
from training.models.embedding import Embedding

Array = NDArray[np.float64]
NUMBERS = ("loss", "margin", "accuracy", "train_accuracy", "test_accuracy", "norm_2", "normalised_margin", "ratio")
HISTOGRAM = np.round(np.linspace(-3, 3, 121), 3)  # edges of the bins of embedding weights; those beyond are in the last
NEAR = 0.025  # embedding weights below this in size are counted as nearly zero


def line(member: Member, weights: bool) -> dict[str, Any]:
    """The columns of `training.sweeps.parquet`; None for what this network does not have or did not reach."""
    values: dict[str, Any] = {
        "config": member.config.digest(),
        "seed": member.config.seed,
        "step": member.step,
        "error": member.error,
        **{name: member.record.get(name) for name in NUMBERS},
    }
    model = member.model
    arrays = {name: tensor.detach().double().cpu().numpy() for name, tensor in model.parameters.items()}
    values["weights"] = packed(arrays) if weights else None
    if member.error is None and isinstance(model, Embedding) and isinstance(model.population.task, ModularAddition):
        return values | neurons(arrays) | embeddings(arrays["embedding"])
    return values | dict.fromkeys(("live", "simple", "frequencies", "sizes", "shares", "over_one", "near_zero", "bins"))


def neurons(arrays: dict[str, Array]) -> dict[str, Any]:
    """Live and simple neurons; frequencies that live neurons have, with their numbers and shares of the mass."""
    network = Network.embedded(arrays)
    found = network.clusters
    features = np.flatnonzero(found.sizes)
    return {
        "live": int(found.live.sum()),
        "simple": int((simple(network.vectors) & found.live).sum()),
        "frequencies": (features + 1).tolist(),
        "sizes": found.sizes[features].tolist(),
        "shares": found.shares[features].tolist(),
    }


def embeddings(tables: Array) -> dict[str, Any]:
    """Shares of the weights above 1 and below NEAR in size, and their histogram."""
    counts, _ = np.histogram(np.clip(tables, HISTOGRAM[0], HISTOGRAM[-1]), HISTOGRAM)
    return {
        "over_one": float((abs(tables) > 1).mean()),
        "near_zero": float((abs(tables) < NEAR).mean()),
        "bins": counts.tolist(),
    }


def packed(arrays: dict[str, Array]) -> bytes:
    """All tensors in the order of their names' listing, one after another, little-endian float16."""
    return b"".join(array.astype("<f2").tobytes() for array in arrays.values())


def unpacked(data: bytes, shapes: dict[str, list[int]]) -> dict[str, Array]:
    """The tensors of `packed`, in float64. Raises ValueError for bytes of another length."""
    numbers = np.frombuffer(data, "<f2").astype(np.float64)
    sizes = [int(np.prod(shape)) for shape in shapes.values()]
    if len(numbers) != sum(sizes):
        raise ValueError(f"weights of {len(numbers)} numbers, expected {sum(sizes)} for the shapes {shapes}")
    parts = np.split(numbers, np.cumsum(sizes)[:-1])
    return {name: part.reshape(shape) for (name, shape), part in zip(shapes.items(), parts, strict=True)}
