"""Neurons with nothing but their feature: pure cosines, one representation alone, or the parity's bits alone.

The k+1 vectors of a neuron get one norm with the same product, which its wanted term is proportional to; by the
inequality of the means that is at no more mass.
"""

from __future__ import annotations

import numpy as np

from margin.analysis.axes import Array
from margin.analysis.fourier import spectrum
from margin.analysis.isotypic import projectors
from margin.inspection.features import irreps
from margin.networks.network import Network
from margin.tasks import GroupComposition, ModularAddition

TURN = 2 * np.pi


def pure(network: Network, feature: int) -> Network:
    """The neurons of a network of one feature (`margin.inspection.features`) without anything else.

    On addition mod n cosines of frequency feature + 1, theta_w = sum_j theta_u_j; a neuron whose wanted term is not
    positive is left out. Raises ValueError where none is left.
    """
    task = network.task
    if isinstance(task, ModularAddition):
        return cosines(task, feature + 1, *phases_and_masses(task, network, feature + 1))
    if isinstance(task, GroupComposition):
        vectors = np.concatenate([network.U, network.W.T[None]])
        (projector,) = projectors(task.products(), [irreps(task)[feature]])
        return _from_vectors(network, list(np.einsum("gh,jhm->jgm", projector, vectors)))
    bits = np.where(np.arange(task.n)[:, None] < task.k, network.U, 0.0)
    signs = np.where(bits < 0, -1.0, 1.0) * (np.arange(task.n)[:, None] < task.k)
    d = np.array([[1.0], [-1.0]])
    w = d * ((network.W[:, 0] - network.W[:, 1]) / 2)
    product = np.abs(bits[: task.k]).prod(axis=0) * np.linalg.norm(w, axis=0)
    size = product ** (1 / task.degree)
    return Network(task, signs * size, (np.sign(w) * size / np.sqrt(2)).T, network.activation)


def _from_vectors(network: Network, vectors: list[Array]) -> Network:
    norms = np.array([np.linalg.norm(v, axis=0) for v in vectors])
    size = norms.prod(axis=0) ** (1 / len(vectors))
    kept = size > 0
    if not kept.any():
        raise ValueError("no neuron of this feature is left")
    scaled = [v[:, kept] * (size[kept] / norm[kept]) for v, norm in zip(vectors, norms, strict=True)]
    return Network(network.on, np.array(scaled[:-1]), scaled[-1].T, network.activation)


def phases_and_masses(task: ModularAddition, network: Network, z: int) -> tuple[Array, Array]:
    """Input phases (m, k) in radians and masses (m,) of the pure cosines of frequency z in neurons on addition mod n.

    Raises ValueError where no neuron has a positive wanted term.
    """
    vectors = np.concatenate([network.U, network.W.T[None]])
    coefficients = spectrum(vectors, 1)[:, z] * ((1 if 2 * z == task.n else 2) / task.n)
    angles = np.angle(coefficients)
    wanted = np.abs(coefficients).prod(axis=0) * np.cos(angles[-1] - angles[:-1].sum(axis=0))
    kept = wanted > 0
    if not kept.any():
        raise ValueError(f"no neuron of frequency {z} has a positive wanted term")
    squared = task.degree * wanted[kept] ** (2 / task.degree) * _cosine_norm(task, z)
    masses: Array = squared ** (task.degree / 2)
    return angles[:-1, kept].T, masses


def cosines(task: ModularAddition, z: int, phases: Array, masses: Array) -> Network:
    """Pure cosines of frequency z with input phases (m, k) in radians, theta_w their sum, and masses (m,)."""
    amplitude = np.sqrt(masses ** (2 / task.degree) / (task.degree * _cosine_norm(task, z)))
    turns = TURN * (z * np.arange(task.n) % task.n)[:, None] / task.n
    U = np.array([amplitude * np.cos(turns + phases[:, j]) for j in range(task.k)])
    return Network(task, U, (amplitude * np.cos(turns + phases.sum(axis=1))).T)


def _cosine_norm(task: ModularAddition, z: int) -> float:
    """Squared norm of a cosine of amplitude 1."""
    return task.n if 2 * z == task.n else task.n / 2
