"""The slow exact check: every logit of a network in exact arithmetic, no theory used.

2 cos of a rational angle is zeta^a + zeta^-a for a root of unity zeta of some order N, so every logit is a square
root times an integer vector modulo x^N - 1. Margins are compared exactly after an exact test that they are integers.
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from margin.networks.cosine_blocks import Block
from margin.networks.cosines import CosineNetwork
from margin.networks.phases import expansion
from margin.numbers.integers import prime_factors
from margin.numbers.square_roots import Surd


def _order(network: CosineNetwork) -> int:
    return lcm(network.task.n, *(block.phase_set.denominator for block in network.blocks))


def operations(network: CosineNetwork) -> int:
    """Integer additions that `exact_margin` takes, about."""
    n, k = network.task.n, network.task.k
    return network.width * n**k * (2 * n * _order(network) + 2**k * (k + 1))


def exact_margin(network: CosineNetwork) -> Surd:
    """Margin over the population, exactly, by evaluating every logit.

    Raises ValueError where a margin is irrational apart from a common square root, which no maximum-margin
    network of modular addition shows: there all wrong labels tie.
    """
    task, order = network.task, _order(network)
    inputs = task.inputs()
    labels = task.labels(inputs)
    totals: dict[Surd, NDArray[np.int64]] = {}
    for block in network.blocks:
        for share in set(block.phase_set.weights()):
            scale = block.mass_each * share * _amplitude_power(network, block)
            shape = (len(inputs), task.n, order)
            _add_logits(network, block, share, inputs, totals.setdefault(scale, np.zeros(shape, np.int64)))
    margins = {}
    for scale, logits in totals.items():
        right = np.take_along_axis(logits, labels[:, None, None], axis=1)
        margins[scale] = _integers(right - logits)
    wrong = np.arange(task.n) != labels[:, None]
    pairs = np.unique(np.stack([margin[wrong] for margin in margins.values()], axis=1), axis=0)
    return min(sum((scale * int(value) for scale, value in zip(margins, row, strict=True)), Surd()) for row in pairs)


def _amplitude_power(network: CosineNetwork, block: Block) -> Surd:
    """A^(k+1) / 2^(k+1): amplitude of a unit neuron's cosines, for values written as sums of zeta^a + zeta^-a."""
    n, k = network.task.n, network.task.k
    vectors = (k + 1) * n
    squared = Fraction(1 if 2 * block.frequencies.start == n else 2, vectors)
    return Surd.half_power(squared, k + 1) / 2 ** (k + 1)


def _add_logits(
    network: CosineNetwork, block: Block, share: object, inputs: NDArray[np.integer], logits: NDArray[np.int64]
) -> None:
    """Add (sum_j 2 cos)^k 2 cos of the block's neurons of that share, as vectors modulo x^order - 1."""
    task, order = network.task, logits.shape[-1]
    terms = expansion(task.k)
    exponents = np.array(list(terms), np.int64).T  # (k, terms)
    coefficients = np.array(list(terms.values()), np.int64)
    rows = np.arange(len(inputs))[:, None]
    unit = order // block.phase_set.denominator
    for z in block.frequencies:
        turning = inputs @ exponents * (z * order // task.n)
        for (alpha, omega), weight in zip(block.phase_set.points(), block.phase_set.weights(), strict=True):
            if weight != share:
                continue
            powers = np.zeros((len(inputs), order), np.int64)
            places = (turning + np.array(alpha) @ exponents * unit) % order
            np.add.at(powers, (rows, places), coefficients)
            for c in range(task.n):
                shift = z * order // task.n * c + omega * unit
                logits[:, c] += np.roll(powers, shift, axis=-1) + np.roll(powers, -shift, axis=-1)


def _integers(sums: NDArray[np.int64]) -> NDArray[np.int64]:
    """Values of sum_j sums[..., j] zeta^j, proved to be integers; ValueError if one is not."""
    order = sums.shape[-1]
    values = np.rint(sums @ np.cos(2 * np.pi * np.arange(order) / order)).astype(np.int64)
    rest = sums.copy()
    rest[..., 0] -= values
    for p in prime_factors(order):  # zero in the field exactly when this kills it: see phases.is_zero_sum
        rest = rest - np.roll(rest, order // p, axis=-1)
    if rest.any():
        raise ValueError("exact_margin: a margin of this network is not an integer times its square root")
    return values
