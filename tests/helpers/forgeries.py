"""Networks that are almost the maximum-margin one, for the negative twins."""

from __future__ import annotations

from fractions import Fraction

from margin.networks.cosine_blocks import Block
from margin.networks.cosines import CosineNetwork
from margin.networks.phases import PhaseList, PhaseSet
from margin.numbers.square_roots import Surd
from tests.helpers.phase_sets import listed


def singly(network: CosineNetwork) -> list[Block]:
    """One block per frequency."""
    return [Block(range(z, z + 1), b.mass_each, b.phase_set) for b in network.blocks for z in b.frequencies]


def with_listed_phases(network: CosineNetwork) -> CosineNetwork:
    """The same network, nothing wrong with it, every phase set a list."""
    return CosineNetwork(
        network.task, tuple(Block(b.frequencies, b.mass_each, listed(b.phase_set)) for b in singly(network))
    )


def with_turned_phase(network: CosineNetwork, coordinate: int, z: int = 1) -> CosineNetwork:
    """One neuron of frequency z turns one phase by the smallest step of its set."""
    blocks = singly(network)
    old = blocks[z - 1]
    phases = listed(old.phase_set)
    neuron = list(phases.neurons[0])
    neuron[coordinate] = (neuron[coordinate] + 1) % phases.denominator
    turned = PhaseList(phases.k, phases.denominator, (tuple(neuron), *phases.neurons[1:]), phases.shares)
    blocks[z - 1] = Block(old.frequencies, old.mass_each, turned)
    return CosineNetwork(network.task, tuple(blocks))


def without_frequency(network: CosineNetwork, z: int) -> CosineNetwork:
    """The others take over its mass in proportion: the norm stays 1."""
    blocks = [block for block in singly(network) if block.frequencies.start != z]
    return of_norm_one(CosineNetwork(network.task, tuple(blocks)))


def with_mass_times(network: CosineNetwork, z: int, factor: Fraction) -> CosineNetwork:
    """Frequency z gets more or less mass, then all are scaled to norm 1."""
    blocks = [
        Block(b.frequencies, b.mass_each * (factor if b.frequencies.start == z else 1), b.phase_set)
        for b in singly(network)
    ]
    return of_norm_one(CosineNetwork(network.task, tuple(blocks)))


def scaled(network: CosineNetwork, factor: Surd | Fraction) -> CosineNetwork:
    """All masses times a factor."""
    blocks = (Block(b.frequencies, b.mass_each * factor, b.phase_set) for b in network.blocks)
    return CosineNetwork(network.task, tuple(blocks))


def of_norm_one(network: CosineNetwork) -> CosineNetwork:
    return scaled(network, 1 / network.mass)


def with_phase_set(network: CosineNetwork, phases: PhaseSet) -> CosineNetwork:
    """All rotation frequencies use that phase set."""
    n = network.task.n
    blocks = (b if 2 * b.frequencies.start == n else Block(b.frequencies, b.mass_each, phases) for b in network.blocks)
    return CosineNetwork(network.task, tuple(blocks))
