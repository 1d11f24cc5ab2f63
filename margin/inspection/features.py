"""The dominant feature of each neuron: a frequency, a representation, or the parity's bits; its power, its phases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from margin.analysis.axes import Array
from margin.analysis.fourier import dominant, power_at_dominant
from margin.analysis.isotypic import dominant_irrep, isotypic_power
from margin.analysis.phases import phase_residuals
from margin.tasks import GroupComposition, ModularAddition, SparseParity, Task


@dataclass(frozen=True)
class Features:
    """Per neuron: the share of its squared norm at its dominant frequency (irrep), which that is, and phase residuals.

    `power`: the mean (the trivial irrep) counts in the squared norm and is never dominant.
    `dominant`: its number, -1 for a neuron that is constant on the elements; `names` of the features, in the order of
    these numbers. `residuals`: theta_w - sum_j theta_u_j in turns, in [-1/2, 1/2); modular addition only, else None.
    """

    power: Array
    dominant: NDArray[np.int64]
    names: tuple[str, ...]
    residuals: Array | None


def irreps(task: GroupComposition) -> list[tuple[int, int, NDArray[np.float64]]]:
    """Dimension, commutant dimension and character (n,) of each non-trivial real irreducible representation."""
    from margin.composition.program import program

    linear = program(task)
    return [(r.dimension, r.commutant, r.character[linear.group.class_of]) for r in linear.irreps]


def features(task: Task, U: Array, W: Array) -> Features:
    """Features of weights U (k, n, m) and W (m, classes), or (1, n, m) for parity and with a shared embedding.

    Raises TypeError for a kind of task that has none here.
    """
    if isinstance(task, ModularAddition):
        vectors = np.concatenate([U, W.T[None]])
        frequency = dominant(vectors, 1, pooled=0)
        each = np.concatenate([np.repeat(U, task.k // len(U), 0), W.T[None]])  # of a shared one: k times the same
        largest, residuals = power_at_dominant(vectors, 1, pooled=0), phase_residuals(each, frequency)
        return Features(largest, frequency - 1, tuple(map(str, range(1, task.n // 2 + 1))), residuals)
    if isinstance(task, GroupComposition):
        representations = irreps(task)
        vectors = np.concatenate([U, W.T[None]])
        shares = isotypic_power(vectors, task.products(), representations, 1, pooled=0)
        names = tuple(f"{number}:dim{dimension}" for number, (dimension, _, _) in enumerate(representations, 1))
        return Features(shares.max(0), dominant_irrep(shares, 0), names, None)
    if not isinstance(task, SparseParity):
        raise TypeError(f"{task}: no features of its neurons are known; give them in margin/inspection/features.py")
    total = np.maximum((U**2).sum((0, 1)) + (W**2).sum(1), np.finfo(np.float64).tiny)
    wanted = (U[0, : task.k] ** 2).sum(0) + (W[:, 0] - W[:, 1]) ** 2 / 2
    return Features(wanted / total, np.zeros(len(W), np.int64), ("parity",), None)
