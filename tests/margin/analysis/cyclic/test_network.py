"""A network's logits, clusters and score, against sums written out."""

from __future__ import annotations

import numpy as np
import pytest

from margin.analysis.cyclic.network import Network, score
from tests.margin.analysis.cyclic.planted import noise, planted


def test_logits_are_those_of_the_embedding_network_written_out() -> None:
    draw = np.random.default_rng(3).standard_normal
    arrays = {
        "embedding": draw((2, 5, 4)),
        "hidden": draw((6, 8)),
        "bias": draw(6),
        "output": draw((5, 6)),
        "offset": draw(5),
    }
    network = Network.embedded(arrays)
    for a in range(5):
        for b in range(5):
            embedded = np.concatenate([arrays["embedding"][0, a], arrays["embedding"][1, b]])
            hidden = np.maximum(arrays["hidden"] @ embedded + arrays["bias"], 0)
            expected = arrays["output"] @ hidden + arrays["offset"]
            np.testing.assert_allclose(network.logits[5 * a + b], expected, rtol=1e-12, atol=1e-12)
            assert network.labels[5 * a + b] == (a + b) % 5


def test_clusters_are_those_planted_and_a_dead_neuron_is_in_none() -> None:
    network = planted(23, (3, 5, 9))
    assert network.frequencies.tolist() == [3, 5, 9]
    assert network.members(5).tolist() == list(range(36, 72))
    assert network.clusters.sizes.sum() == 108
    assert len(noise(23, 200).frequencies) == 11  # of random numbers every frequency is somebody's largest


def test_score_of_a_network_that_adds_and_of_one_that_does_not() -> None:
    right, wrong = planted(23, (3, 5, 9)), planted(23, (3, 5, 9), output_shift=0.5)
    assert score(right.logits, right.labels)[1] == 1
    assert score(wrong.logits, wrong.labels)[1] == 0
    loss, accuracy = score(np.zeros((4, 8)), np.zeros(4, int))
    assert (round(loss, 12), accuracy) == (round(np.log(8), 12), 0)


@pytest.mark.parametrize("place", range(4))
def test_other_shapes_and_infinite_weights_are_refused(place: int) -> None:
    parts = [np.zeros((2, 5, 3)), np.zeros(3), np.zeros((5, 3)), np.zeros(5)]
    Network(*parts)
    infinite = [part.copy() for part in parts]
    infinite[place].flat[0] = np.inf
    with pytest.raises(ValueError, match="not finite"):
        Network(*infinite)
    parts[place] = np.zeros((7, 7))
    with pytest.raises(ValueError, match=r"expected \(k, n, m\)"):
        Network(*parts)


def test_three_inputs_in_order() -> None:
    draw = np.random.default_rng(0).standard_normal
    network = Network(draw((3, 4, 5)), draw(5), draw((4, 5)), draw(4))
    a, b, c = 1, 3, 2
    row = 16 * a + 4 * b + c
    total = network.inputs[0, a] + network.inputs[1, b] + network.inputs[2, c] + network.bias
    np.testing.assert_allclose(network.preactivations[row], total)
    assert network.labels[row] == (a + b + c) % 4
