"""Clusters' contributions: planted waves rank, shift and can be removed as waves do; random networks do not."""

from __future__ import annotations

import numpy as np
import pytest

from margin.analysis.cyclic import logits
from margin.analysis.cyclic.network import score
from tests.margin.analysis.cyclic.planted import noise, planted

FREQUENCIES = (3, 5, 9)


def test_contributions_add_up_to_the_logits() -> None:
    network = noise(11, 30)
    parts = sum(logits.contribution(network, int(f)) for f in network.frequencies)
    np.testing.assert_allclose(parts + network.offset, network.logits, atol=1e-12)
    with pytest.raises(ValueError, match=r"feature 5, expected one in 0\.\.4"):
        logits.contribution(network, 6)


def test_a_planted_cluster_ranks_the_right_label_first_and_a_turned_one_last() -> None:
    right, turned = planted(23, FREQUENCIES), planted(23, FREQUENCIES, output_shift=0.5)
    for f in FREQUENCIES:
        assert not logits.ranks(logits.contribution(right, f), right.labels).any()
        assert (logits.ranks(logits.contribution(turned, f), turned.labels) == 22).all()
    random = noise(23, 60)
    ranks = logits.ranks(random.logits, random.labels)
    assert 8 < ranks.mean() < 14
    with pytest.raises(ValueError, match="as many labels"):
        logits.ranks(right.logits, right.labels[1:])


def test_planted_clusters_move_along_with_the_inputs() -> None:
    network = planted(22, (3,), side=11)  # the grid of phases is kept by a shift of 2: exact
    error, move = logits.shift_of(network, 3)
    assert (round(error, 9), move) == (0, 4)
    assert logits.shift_of(planted(23, (5,)), 5)[0] < 0.05
    assert logits.shift_of(planted(23, (5,)), 5)[1] == 4
    assert logits.shift_of(planted(22, (2,), side=11), 2)[1] == 4  # moves of 4 and of 15 fit alike


def test_others_do_not_move_along() -> None:
    random = noise(23, 60)
    f = int(random.frequencies[0])
    assert logits.shift_of(random, f)[0] > 0.5
    network = planted(23, (5,))
    still = type(network)(0 * network.inputs, network.bias + 1, network.output, network.offset)
    assert still.frequencies.tolist() == []
    mixed = type(network)(network.inputs[:, ::-1], network.bias, network.output, network.offset)
    assert logits.shift_of(mixed, 5)[0] > 0.5  # waves of c + a + b


def test_noise_grows_with_sigma_and_is_none_at_zero() -> None:
    network = planted(23, FREQUENCIES)
    unchanged = logits.noised(network, 5, 0.0, np.random.default_rng(0))
    np.testing.assert_allclose(unchanged, network.logits, atol=1e-9)
    changes = [
        np.linalg.norm(logits.noised(network, 5, sigma, np.random.default_rng(0)) - network.logits)
        for sigma in (0.1, 0.2, 0.4)
    ]
    assert 0 < changes[0] < changes[1] < changes[2]
    alone = logits.noised(network, 5, 0.4, np.random.default_rng(0)) - logits.contribution(network, 3)
    expected = logits.noised(planted(23, (5, 9)), 5, 0.4, np.random.default_rng(0))
    np.testing.assert_allclose(alone, expected, atol=1e-9)  # the other clusters are as they were
    with pytest.raises(ValueError, match="sigma -1, expected 0 or more"):
        logits.noised(network, 5, -1, np.random.default_rng(0))


def test_ablation_removes_what_it_says() -> None:
    network, generator = planted(23, FREQUENCIES), np.random.default_rng(0)
    assert logits.ablated(network, 5, 0, generator) == score(network.logits, network.labels)
    gone = logits.ablated(network, 5, 36, generator)
    other = planted(23, (3, 9))
    assert gone == pytest.approx(score(other.logits, other.labels))
    assert gone[0] > logits.ablated(network, 5, 0, generator)[0]
    np.testing.assert_allclose(logits.without(network, range(109)), 0, atol=1e-9)
    with pytest.raises(ValueError, match=r"expected 0\.\.36"):
        logits.ablated(network, 5, 37, generator)
    with pytest.raises(IndexError):
        logits.without(network, [109])
