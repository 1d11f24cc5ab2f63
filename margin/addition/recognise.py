"""From arrays to exact form: recognises pure cosine neurons with rational phases."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from margin.addition.maximum import maximum_margin
from margin.analysis import fourier
from margin.analysis.phases import phases as phases_of
from margin.networks.activations import Power
from margin.networks.cosine_arrays import arrays
from margin.networks.cosine_blocks import Block
from margin.networks.cosines import CosineNetwork
from margin.networks.network import Network
from margin.networks.phases import PhaseList
from margin.tasks import ModularAddition, SharedEmbedding

MOST_STEPS = 1_000_000  # of a turn: common denominator of the phases at one frequency
Array = NDArray[np.float64]


def recognise(network: Network, max_denominator: int = 1000, tolerance: float = 1e-9) -> CosineNetwork:
    """Masses and phases of a network for addition mod n: each neuron a cosine of one frequency, k+1 equal norms.

    Phases become the nearest fractions of a turn with denominators up to `max_denominator`, masses rational multiples
    of the optimal mass per frequency; the result is made into arrays again and compared with the weights. Raises
    ValueError for another task or activation, and, naming the neuron, where the weights are further than `tolerance`
    (relative) from such a network.

    >>> from margin import ModularAddition, construct, maximum_margin
    >>> network = construct(ModularAddition(6, 2))
    >>> recognise(network.numeric()).normalised_margin() == maximum_margin(network.task).exact
    True
    """
    task = _addition(network)
    frequencies, masses, phases = dominant_frequencies(network), network.masses(), phases_at(network)
    optimal = {z: block.mass for block in maximum_margin(task).blocks for z in block.frequencies}
    blocks: list[Block] = []
    order: list[int] = []
    for z in np.unique(frequencies):
        members = np.flatnonzero(frequencies == z)
        if z == 0 or not masses[members].all():
            raise ValueError(
                f"recognise: neuron {members[0]} is constant or zero, expected a frequency 1..{task.n // 2}"
            )
        rounded = [[Fraction(float(p)).limit_denominator(max_denominator) % 1 for p in phases[i]] for i in members]
        steps = lcm(*(p.denominator for neuron in rounded for p in neuron))
        if steps > MOST_STEPS:
            raise ValueError(f"recognise: the phases at frequency {z} have no common denominator below {MOST_STEPS}")
        total = float(masses[members].sum())
        shares = [Fraction(float(masses[i]) / total).limit_denominator(10**6) for i in members]
        if sum(shares) != 1:
            raise ValueError(f"recognise: the masses at frequency {z} are in no ratio of small integers")
        multiple = Fraction(total / float(optimal[int(z)])).limit_denominator(10**6)
        neurons = tuple(tuple(int(p * steps) for p in neuron) for neuron in rounded)
        phase_list = PhaseList(task.k, steps, neurons, tuple(shares))
        blocks.append(Block(range(int(z), int(z) + 1), optimal[int(z)] * multiple, phase_list))
        order.extend(members)
    exact = CosineNetwork(task, tuple(blocks))
    U, W = arrays(exact)
    error = np.abs(U - network.U[:, :, order]).max(axis=(0, 1)) + np.abs(W - network.W[order]).max(axis=1)
    size = masses[order] ** (1 / task.degree)
    worst = int((error / size).argmax())
    if not error[worst] <= tolerance * size[worst]:
        raise ValueError(
            f"recognise: neuron {order[worst]} is {error[worst] / size[worst]:.1e} (relative) from a pure cosine"
            f" of frequency {frequencies[order[worst]]} with equal norms and rational phases; allowed: {tolerance:.0e}"
        )
    return exact


def _addition(network: Network) -> ModularAddition:
    separate = not isinstance(network.on, SharedEmbedding)
    if not (isinstance(network.on, ModularAddition) and separate and network.activation == Power(network.on.k)):
        raise ValueError(
            f"recognise: a network on {network.on} with activation {network.activation}, expected addition mod n with"
            " activation x^k"
        )
    return network.on


def _vectors(network: Network) -> Array:
    """The k+1 vectors of each neuron, shape (k+1, n, m)."""
    return np.concatenate([network.U, network.W.T[None]])


def power_shares(network: Network) -> Array:
    """Share of each neuron's squared norm at each frequency 0..n//2, shape (m, n//2+1); zero neurons: 0."""
    _addition(network)
    return fourier.power(_vectors(network), 1, pooled=0).T


def dominant_frequencies(network: Network) -> NDArray[np.int64]:
    """The frequency of largest power of each neuron, shape (m,), in 0..n//2: 0 where the mean outweighs the others."""
    return power_shares(network).argmax(axis=1)


def phases_at(network: Network) -> Array:
    """Phases in turns at that frequency, shape (m, k+1): the k inputs, then the output."""
    return phases_of(_vectors(network), dominant_frequencies(network), 1).T
