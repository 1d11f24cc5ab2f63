"""Saved weights of the network of neurons, as arrays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from training.config import Config
from training.folders.seal import require_sealed

Array = NDArray[np.float64]


def weights(path: Path) -> tuple[Array, Array]:
    """U (k, n, m), or (n, m) for parity, and W (m, classes). Raises ValueError for a damaged file or another's."""
    require_sealed(path)
    try:
        tensors = load_file(path)
        return tensors["U"], tensors["W"]
    except (SafetensorError, KeyError) as error:
        raise ValueError(f"{path}: damaged, expected the tensors U and W ({error})") from None


def masses(U: Array, W: Array, config: Config) -> Array:
    """||neuron||^nu of each neuron, (m,). Raises ValueError for a network without a degree."""
    degree = config.model.degree(config.task.k)
    if degree is None:
        raise ValueError(f"model = {config.model.kind} has no degree, expected a network of neurons")
    squares = (U**2).sum(tuple(range(U.ndim - 1))) + (W**2).sum(1)
    mass: Array = squares ** (degree / 2)
    return mass
