"""Clusters of neurons: planted ones, what they give to the logits, ablation and noise."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from margin.analysis.clusters import (
    COVERED,
    LIVE,
    Clusters,
    ablated,
    contributions,
    covered,
    live,
    noisy,
    scaled,
)
from margin.analysis.fourier import dominant
from margin.analysis.phases import phases
from margin.analysis.tables import shift_error

RNG = np.random.default_rng(0)


def circle(n: int, frequencies: list[int], copies: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """U (2, n, m), W (m, n) of (u_a + v_b)^2 w_c neurons that add up to cosines of a + b - c, even in phase."""
    pairs = [(z, i / copies, j / copies) for z in frequencies for i in range(copies) for j in range(copies)]
    z, first, second = (np.array(x)[:, None] for x in zip(*pairs, strict=True))
    turns = z * np.arange(n) / n
    U = np.stack([np.cos(2 * np.pi * (turns + first)), np.cos(2 * np.pi * (turns + second))])
    return U.transpose(0, 2, 1), np.cos(2 * np.pi * (turns + first + second))


def logits(U: np.ndarray, W: np.ndarray) -> np.ndarray:
    return (U[0][:, None] + U[1]) ** 2 @ W


def grouped(U: np.ndarray, W: np.ndarray) -> Clusters:
    n = len(U[0])
    mass = ((U**2).sum((0, 1)) + (W**2).sum(1)) ** 1.5
    return Clusters(dominant(np.concatenate([U, W.T[None]]), 1, 0) - 1, mass, n // 2)


def test_planted_clusters_are_found() -> None:
    U, W = circle(11, [2, 5])
    clusters = grouped(U, W)
    assert clusters.sizes.tolist() == [0, 64, 0, 0, 64]
    assert clusters.shares.tolist() == pytest.approx([0, 0.5, 0, 0, 0.5])
    assert clusters.covered == 2
    assert clusters.members(1).tolist() == list(range(64))
    assert clusters.members(0).tolist() == []
    turns = clusters.by_feature(phases(U[0], dominant(U[0], 0), 0))
    assert [len(x) for x in turns] == [0, 64, 0, 0, 64]
    assert turns[1] == pytest.approx(np.repeat(np.arange(8) / 8, 8), abs=1e-12)


def test_dead_neurons_are_not_counted() -> None:
    """At LIVE of the largest mass a neuron is dead, just above it is live."""
    assert live([1.0, LIVE, 1.001 * LIVE, 0.0]).tolist() == [True, False, True, False]
    assert live([0.0, 0.0]).tolist() == [False, False]
    assert live([]).tolist() == []
    assert live([1.0, 0.4], 0.5).tolist() == [True, False]
    clusters = Clusters(np.array([0, 0, 1, -1]), np.array([1.0, 1e-6, 1.0, 2.0]), 2)
    assert clusters.sizes.tolist() == [1, 1]
    assert clusters.shares.tolist() == [0.25, 0.25]  # a live neuron of no feature holds the other half
    assert clusters.live.tolist() == [True, False, True, False]
    assert [clusters.members(feature).tolist() for feature in (0, 1)] == [[0], [2]]
    empty = Clusters(np.array([0, 1]), np.zeros(2), 2)
    assert (empty.sizes.tolist(), empty.shares.tolist(), empty.covered) == ([0, 0], [0, 0], 0)


def test_coverage_is_two_percent_of_an_equal_share() -> None:
    least = COVERED / 4
    assert covered([1 - least, least, 0.0, 0.0]) == 2
    assert covered([1 - least, 0.999 * least, 0.0, 0.0]) == 1
    assert covered([]) == 0


def test_random_neurons_are_in_every_cluster() -> None:
    rng = np.random.default_rng(0)
    clusters = grouped(rng.normal(size=(2, 11, 500)), rng.normal(size=(500, 11)))
    assert clusters.sizes.sum() == 500
    assert clusters.sizes.min() > 60
    assert clusters.covered == 5


def test_contributions_add_up_to_the_logits() -> None:
    U, W = circle(7, [1, 3])
    clusters = grouped(U, W)
    hidden = ((U[0][:, None] + U[1]) ** 2).reshape(49, -1)
    parts = contributions(hidden, W, clusters)
    assert parts.shape == (3, 49, 7)
    assert parts.sum(0) == pytest.approx(hidden @ W)
    assert not parts[1].any()
    angle = 2 * np.pi * 3 * (np.add.outer(np.add.outer(np.arange(7), np.arange(7)), -np.arange(7)) % 7) / 7
    assert parts[2] == pytest.approx(64 * np.cos(angle).reshape(49, 7) / 2)  # 2 cos cos' w, mean over the phases
    assert contributions(hidden[:0], W, clusters).shape == (3, 0, 7)


def test_ablation_removes_one_frequency_and_no_other() -> None:
    U, W = circle(7, [1, 3])
    clusters = grouped(U, W)
    without = ablated(W, clusters, 2)
    assert not without[64:].any()
    assert (without[:64] == W[:64]).all()
    assert W[64:].any()  # a copy
    assert logits(U, without) == pytest.approx(logits(U, W) - logits(U[:, :, 64:], W[64:]))
    assert (ablated(W, clusters, 1) == W).all()


def test_noise_is_one_factor_for_each_cluster() -> None:
    U, W = circle(7, [1, 3])
    clusters = grouped(U, W)
    first = noisy(W, clusters, 0.5, np.random.default_rng(3))
    factor = np.exp(0.5 * np.random.default_rng(3).standard_normal(3))
    assert first == pytest.approx(W * np.repeat(factor[[0, 2]], 64)[:, None])
    assert (first == noisy(W, clusters, 0.5, np.random.default_rng(3))).all()
    assert (first != noisy(W, clusters, 0.5, np.random.default_rng(4))).any()
    assert (noisy(W, clusters, 0.0, np.random.default_rng(3)) == W).all()
    many = Clusters(np.arange(4000), np.ones(4000), 4000)
    logarithms = np.log(noisy(np.ones((4000, 1)), many, 0.3, np.random.default_rng(0)))
    assert (logarithms.mean(), logarithms.std()) == pytest.approx((0, 0.3), abs=0.02)


def test_factors_keep_a_whole_cluster_equivariant_and_half_a_cluster_breaks_it() -> None:
    U, W = circle(7, [1, 3])
    clusters = grouped(U, W)
    assert shift_error(logits(U, W), 1) < 1e-12
    assert shift_error(logits(U, noisy(W, clusters, 1.0, np.random.default_rng(0))), 1) < 1e-12
    broken = W * RNG.uniform(0, 2, size=(len(W), 1))
    assert shift_error(logits(U, broken), 1) > 0.01


def test_neurons_outside_every_cluster_keep_their_weights() -> None:
    clusters = Clusters(np.array([0, -1, 0]), np.array([1.0, 1.0, 1e-9]), 1)
    assert scaled(np.ones((3, 2)), clusters, [5.0]).tolist() == [[5, 5], [1, 1], [1, 1]]


PAIR = Clusters(np.array([0, 1]), np.ones(2), 2)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: live([1.0, -1.0]), "mass -1.0, expected no negative one"),
        (lambda: Clusters(np.array([0]), np.ones(2), 2), r"features \(1,\), masses \(2,\), expected \(m,\) for both"),
        (lambda: Clusters(np.array([[0]]), np.ones((1, 1)), 2), r"features \(1, 1\), masses"),
        (lambda: Clusters(np.array([0, 2]), np.ones(2), 2), r"features 0..2, expected -1..1"),
        (lambda: Clusters(np.array([0, -2]), np.ones(2), 2), r"features -2..0, expected -1..1"),
        (lambda: contributions(np.ones((3, 2)), np.ones((3, 2)), PAIR), r"activations \(3, 2\) and outputs \(3, 2\)"),
        (lambda: contributions(np.ones((3, 1)), np.ones((2, 2)), PAIR), r"activations \(3, 1\) and outputs"),
        (lambda: contributions(np.ones(2), np.ones((2, 2)), PAIR), r"activations \(2,\) and outputs"),
        (lambda: scaled(np.ones((3, 2)), PAIR, np.ones(2)), r"outputs \(3, 2\) and factors \(2,\), expected \(2, cl"),
        (lambda: scaled(np.ones((2, 2)), PAIR, np.ones(3)), r"outputs \(2, 2\) and factors \(3,\), expected"),
        (lambda: noisy(np.ones((2, 2)), PAIR, -1.0, RNG), "sigma -1.0, expected 0 or more"),
        (lambda: noisy(np.ones((2, 2)), PAIR, float("nan"), RNG), "sigma nan, expected 0 or more"),
        (lambda: ablated(np.ones((3, 2)), PAIR, 0), r"outputs \(3, 2\) and factors"),
        (lambda: ablated(np.ones((2, 2)), PAIR, 2), r"feature 2, expected one in 0..1"),
        (lambda: PAIR.members(-1), r"feature -1, expected one in 0..1"),
    ],
)
def test_what_is_refused(call: Callable[[], object], words: str) -> None:
    with pytest.raises(ValueError, match=f"^{words}"):
        call()
