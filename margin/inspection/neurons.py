"""The neurons of a network one by one: size, dominant feature, power, phases; and clusters of them by feature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from margin.analysis.axes import Array
from margin.analysis.clusters import Clusters, Mask, live
from margin.analysis.phases import phases
from margin.analysis.singular import decomposed
from margin.inspection.features import Features, features
from margin.networks.network import Network
from margin.tasks import ElementTask, ModularAddition


@dataclass(frozen=True)
class Neurons:
    """Of m neurons: `norm` (m,) is the 2-norm of its weights, `mass` (m,) its norm^degree (norm^2 without a degree).

    `features` as there; `phases` (k + 1, m) in turns of u_1..u_k and w at the dominant frequency, None unless the task
    is addition; a neuron that is constant on the elements has frequency 0, feature -1.
    """

    norm: Array
    mass: Array
    features: Features
    phases: Array | None

    @property
    def live(self) -> Mask:
        """Which have not died out, (m,): more than LIVE of the largest mass."""
        return live(self.mass)

    @property
    def shares(self) -> Array:
        """Of the mass of all neurons, (m,); 0 for a network of zeros."""
        total = self.mass.sum()
        return self.mass / total if total > 0 else np.zeros_like(self.mass)

    @property
    def clusters(self) -> Clusters:
        """By dominant feature."""
        return Clusters(self.features.dominant, self.mass, len(self.features.names))

    @property
    def kind(self) -> str:
        """What the features are: "frequency", "irrep" or "parity"."""
        return "frequency" if self.phases is not None else "parity" if self.features.names == ("parity",) else "irrep"


@dataclass(frozen=True)
class Spectrum:
    """Singular values, descending, of a matrix of elements (or labels) by neurons, and its effective rank."""

    values: Array
    effective_rank: float


def neurons(network: Network) -> Neurons:
    """The neurons of a network on a task. Raises TypeError for a kind of task whose features are not known."""
    U = network.U if network.U.ndim == 3 else network.U[None]
    exponent = int(np.frexp(max(np.abs(U).max(), np.abs(network.W).max()))[1])
    squared = (np.ldexp(U, -exponent) ** 2).sum(axis=(0, 1)) + (np.ldexp(network.W, -exponent) ** 2).sum(axis=1)
    degree = 2 if network.activation.homogeneity is None else network.degree
    scale = squared.max(initial=0.0) or 1.0
    dominant = features(network.task, U, network.W)
    angles = None
    if isinstance(network.task, ModularAddition):
        vectors = np.concatenate([U, network.W.T[None]])
        angles = phases(vectors, dominant.dominant + 1, 1)
    return Neurons(np.ldexp(np.sqrt(squared), exponent), (squared / scale) ** (degree / 2), dominant, angles)


def spectra(network: Network) -> dict[str, Spectrum]:
    """Singular spectra by name: u1..uk (elements by neurons), or u of bits, and w (labels by neurons)."""
    if isinstance(network.task, ElementTask):
        matrices = {f"u{j}": matrix for j, matrix in enumerate(network.U, 1)}
    else:
        matrices = {"u": network.U}
    result = dict[str, Spectrum]()
    for name, matrix in (matrices | {"w": network.W.T}).items():
        decomposition = decomposed(matrix)
        result[name] = Spectrum(decomposition.values, decomposition.effective_rank)
    return result
