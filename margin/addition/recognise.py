"""From arrays to exact form: recognises pure cosine neurons with rational phases."""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

import numpy as np

from margin.addition.maximum import maximum_margin
from margin.networks.cosines import Block, ExactNetwork
from margin.networks.phases import PhaseList
from margin.networks.rendering import arrays

if TYPE_CHECKING:
    from margin.networks.numeric import NumericNetwork


MOST_STEPS = 1_000_000  # of a turn: common denominator of the phases at one frequency


def recognise(network: NumericNetwork, max_denominator: int, tolerance: float) -> ExactNetwork:
    """See `NumericNetwork.exact`. The result is rendered again and compared with the weights."""
    task = network.task
    frequencies, masses, phases = network.frequencies(), network.masses(), network.phases()
    optimal = {z: block.mass for block in maximum_margin(task).blocks for z in block.frequencies}
    blocks: list[Block] = []
    order: list[int] = []
    for z in np.unique(frequencies):
        members = np.flatnonzero(frequencies == z)
        if z == 0 or not masses[members].all():
            raise ValueError(
                f"Network.exact: neuron {members[0]} is constant or zero, expected a frequency 1..{task.n // 2}"
            )
        rounded = [[Fraction(float(p)).limit_denominator(max_denominator) % 1 for p in phases[i]] for i in members]
        whole = lcm(*(p.denominator for neuron in rounded for p in neuron))
        if whole > MOST_STEPS:
            raise ValueError(
                f"Network.exact: the phases at frequency {z} have no common denominator below {MOST_STEPS}"
            )
        total = float(masses[members].sum())
        shares = [Fraction(float(masses[i]) / total).limit_denominator(10**6) for i in members]
        if sum(shares) != 1:
            raise ValueError(f"Network.exact: the masses at frequency {z} are in no ratio of small integers")
        multiple = Fraction(total / float(optimal[int(z)])).limit_denominator(10**6)
        neurons = tuple(tuple(int(p * whole) for p in neuron) for neuron in rounded)
        phase_list = PhaseList(task.k, whole, neurons, tuple(shares))
        blocks.append(Block(range(int(z), int(z) + 1), optimal[int(z)] * multiple, phase_list))
        order.extend(members)
    exact = ExactNetwork(task, tuple(blocks))
    U, W = arrays(exact)
    error = np.abs(U - network.U[:, :, order]).max(axis=(0, 1)) + np.abs(W - network.W[order]).max(axis=1)
    size = masses[order] ** (1 / task.degree)
    worst = int((error / size).argmax())
    if not error[worst] <= tolerance * size[worst]:
        raise ValueError(
            f"Network.exact: neuron {order[worst]} is {error[worst] / size[worst]:.1e} (relative) from a pure cosine"
            f" of frequency {frequencies[order[worst]]} with equal norms and rational phases; allowed: {tolerance:.0e}"
        )
    return exact
