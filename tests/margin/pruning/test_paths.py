"""Moving neurons along equal functions: the equations by brute force, the path's ends, and what is no cluster."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from margin.addition.construction import rotation_phases
from margin.networks.phases import PhaseGroup
from margin.pruning.paths import Cluster, gathered, onto
from margin.pruning.pure import cosines
from margin.pruning.sums import Sums
from margin.tasks import ModularAddition

LARGE = 101


def of_group(group: PhaseGroup, shift: float = 0.0) -> Cluster:
    phases = np.array([alpha for alpha, _ in group.points()]) / group.denominator
    return Cluster(2 * np.pi * phases + shift, np.full(group.size, 1 / group.size))


def mixed(k: int, copies: int, seed: int) -> Cluster:
    """Several minimal blocks, each turned at random: one function, far more neurons than are needed."""
    generator = np.random.default_rng(seed)
    blocks = [of_group(rotation_phases(k, "minimal")) for _ in range(copies)]
    phases = np.concatenate([block.parameters + generator.uniform(0, 6, k) for block in blocks])
    weights = np.repeat(generator.uniform(0.5, 1.5, copies), blocks[0].width)
    return Cluster(phases, weights / weights.sum())


def logits(n: int, cluster: Cluster) -> np.ndarray:
    """Of neurons of frequency 1 and mass 1, by brute force."""
    network = cosines(ModularAddition(n, cluster.parameters.shape[1]), 1, cluster.parameters, cluster.shares)
    values: np.ndarray = network.logits()
    return values - values.mean(axis=-1, keepdims=True)


@pytest.mark.parametrize(("n", "k"), [(3, 2), (4, 2), (5, 2), (7, 2), (3, 3), (4, 3), (6, 3), (7, 3), (5, 1)])
def test_equations_hold_exactly_where_the_logits_are_the_wanted_ones(n: int, k: int) -> None:
    sums = Sums(k, n)
    wanted = logits(n, of_group(rotation_phases(k, "paper")))
    right = [of_group(rotation_phases(k, "minimal"), 0.3), mixed(k, 2, 1)]
    generator = np.random.default_rng(n)
    wrong = [
        Cluster(right[0].parameters + 0.1 * generator.standard_normal(right[0].parameters.shape), right[0].shares),
        Cluster(generator.uniform(0, 6, (20, k)), np.full(20, 0.05)),
    ]
    for cluster in right:
        assert np.abs(sums.residual(cluster)).max() < 1e-12
        assert np.abs(logits(n, cluster) - wanted).max() < 1e-12
    for cluster in wrong:
        assert np.abs(sums.residual(cluster)).max() > 1e-3
        assert np.abs(logits(n, cluster) - wanted).max() > 1e-4


@pytest.mark.parametrize(("k", "order"), [(1, 5), (2, 3), (2, 4), (3, 4), (3, 9)])
def test_derivatives_are_those_of_differences(k: int, order: int) -> None:
    generator = np.random.default_rng(k)
    cluster = Cluster(generator.uniform(0, 6, (4, k)), generator.uniform(0.1, 1, 4))
    sums, step = Sums(k, order), 1e-6
    J = sums.jacobian(cluster)
    for i in range(J.shape[1]):
        change = np.zeros(J.shape[1])
        change[i] = step
        difference = (sums.residual(cluster.moved(change)) - sums.residual(cluster.moved(-change))) / (2 * step)
        assert np.abs(J[:, i] - difference).max() < 1e-7


@pytest.mark.parametrize(("k", "copies"), [(2, 2), (2, 4), (3, 2)])
def test_mixed_blocks_are_gathered_to_one(k: int, copies: int) -> None:
    sums, start = Sums(k, LARGE), mixed(k, copies, 5)
    fewest = rotation_phases(k, "minimal").size
    few = gathered(sums, start, fewest=fewest)
    assert (start.width, few.width) == (copies * fewest, fewest)
    assert np.abs(few.shares - 1 / fewest).max() < 1e-4  # the sum of squares is at most 1/fewest (docs/theory.md, 5.6)
    assert np.abs(logits(7, few) - logits(7, start)).max() < 1e-9


def test_fewer_than_are_needed_are_not_found() -> None:
    few = gathered(Sums(2, LARGE), mixed(2, 3, 2), fewest=1)
    assert few.width == 6


def test_noise_is_corrected_and_what_is_no_cluster_is_not() -> None:
    sums, generator = Sums(2, LARGE), np.random.default_rng(0)
    start = mixed(2, 3, 7)
    noisy = Cluster(start.parameters + 1e-3 * generator.standard_normal(start.parameters.shape), start.shares)
    assert np.abs(sums.residual(noisy)).max() > 1e-4
    back = onto(sums, noisy)
    assert back is not None
    assert np.abs(sums.residual(back)).max() < 1e-10
    assert np.abs(back.parameters - start.parameters).max() < 0.05
    one = Cluster(np.zeros((3, 2)), np.full(3, 1 / 3))
    assert onto(sums, one) is None
    assert onto(sums, Cluster(np.full((3, 2), np.nan), np.full(3, 1 / 3))) is None


def test_classes_are_those_of_coinciding_exponents() -> None:
    for k, order in product((2, 3), (3, 4, 5, 6, 7)):
        large = len(Sums(k, LARGE).target)
        assert (len(Sums(k, order).target) < large) == (order <= 2 * k if order % 2 == 0 else order <= k)


@pytest.mark.parametrize("order", [2, 1, 0])
def test_an_order_below_three_is_refused(order: int) -> None:
    with pytest.raises(ValueError, match="expected 3 or more"):
        Sums(2, order)


@pytest.mark.parametrize("seed", range(6))
def test_shares_stay_positive(seed: int) -> None:
    """Also where a neuron of vanishing share cannot be dropped, as where shares differ by many orders."""
    start = mixed(2, 3, seed)
    shares = start.shares * np.repeat([1.0, 1e-4, 1e-9], 6)
    few = gathered(Sums(2, LARGE), Cluster(start.parameters, shares / shares.sum()), fewest=1)
    assert few.width == 6
    assert few.shares.min() > 0
