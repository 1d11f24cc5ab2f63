"""Pruning planted and trained networks: neurons, margins by brute force, what is missing, what is not pruned."""

from __future__ import annotations

import numpy as np
import pytest

from margin import construct, maximum_margin, parse
from margin.networks.activations import ReLU
from margin.networks.network import Network
from margin.pruning.functions import independent, neuron_products, products
from margin.pruning.pure import cosines, phases_and_masses, pure
from margin.pruning.steps import Pruned, prune
from margin.tasks import ModularAddition, SharedEmbedding
from tests.margin.pruning.test_paths import mixed


def built(spec: str, k: int | None, construction: str = "paper") -> Network:
    made = construct(parse(spec, k).listed(), construction)
    return made if isinstance(made, Network) else made.numeric()


def planted(n: int, k: int, copies: int, noise: float = 0.0, without: int = 0, dead: int = 0) -> Network:
    """Blocks of every frequency but `without`, with noise relative to the weights, and dead neurons."""
    task, generator = ModularAddition(n, k), np.random.default_rng(n)
    parts = []
    for z in range(1, (n + 1) // 2):
        if z != without:
            cluster = mixed(k, copies, z)
            parts.append(cosines(task, z, cluster.parameters, cluster.shares))
    U, W = np.concatenate([p.U for p in parts], axis=2), np.concatenate([p.W for p in parts])
    for array in (U, W):
        array += noise * np.abs(array).max() * generator.standard_normal(array.shape)
    U = np.concatenate([U, 1e-3 * generator.standard_normal((k, n, dead))], axis=2)
    return Network(task, U, np.concatenate([W, 1e-3 * generator.standard_normal((dead, n))]))


def share(network: Network) -> float:
    """Of gamma*, by every logit."""
    logits = network.logits()
    labels = network.task.labels(network.task.inputs()).reshape(logits.shape[:-1])
    right = np.take_along_axis(logits, labels[..., None], -1)
    others = logits.copy()
    np.put_along_axis(others, labels[..., None], -np.inf, -1)
    return (
        float((right[..., 0] - others.max(-1)).min())
        / float(network.masses().sum())
        / float(maximum_margin(network.task))
    )


def assert_pruned(result: Pruned, width: int) -> None:
    assert result.network.width == width
    assert result.kept
    assert result.share >= result.keep
    assert share(result.network) == pytest.approx(result.share, rel=1e-12)
    assert result.steps[-1].width == width
    assert result.missing == ()


@pytest.mark.parametrize(("n", "k", "copies"), [(7, 2, 3), (5, 3, 2), (9, 2, 2), (3, 2, 4)])
def test_planted_networks_are_pruned_to_the_proved_minimum(n: int, k: int, copies: int) -> None:
    wide = planted(n, k, copies, noise=1e-3, dead=4)
    result = prune(wide)
    assert result.widths.minimal is not None
    assert_pruned(result, result.widths.minimal)
    assert [step.name for step in result.steps[:3]] == ["read", "dead", "pure"]
    assert result.steps[0].share == pytest.approx(share(wide))
    assert result.agreement > 0.9999
    assert all(feature.state == "complete" and feature.wanted > 0.99 for feature in result.features)


@pytest.mark.parametrize(
    ("spec", "k"),
    [
        *(("mod:2", 2), ("mod:2", 3), ("mod:4", 2), ("mod:6", 2), ("mod:3", 3), ("mod:5", 1), ("mod:8", 2)),
        *(("group:S3", 2), ("group:D4", 2), ("group:Q8", 2), ("group:C5", 2), ("parity:4,2", None)),
    ],
)
def test_published_constructions_are_pruned_to_the_smallest_known(spec: str, k: int | None) -> None:
    wide = built(spec, k)
    result = prune(wide)
    assert_pruned(result, result.widths.constructed)
    assert result.share == pytest.approx(1, rel=1e-9)
    assert result.agreement == pytest.approx(1, abs=1e-9)


def test_own_neurons_only() -> None:
    wide = built("group:S3", 2)
    result = prune(wide, own=True)
    assert result.kept
    assert "blocks" not in [step.name for step in result.steps]
    assert prune(wide).network.width == 12 < result.network.width <= wide.width
    assert prune(planted(7, 2, 3), own=True).network.width == 18


def test_a_missing_frequency_is_named_and_the_rest_is_pruned() -> None:
    result = prune(planted(11, 2, 2, without=3))
    assert result.missing == ("3",)
    assert not result.kept
    assert result.network.width == 4 * 6
    angles = 2 * np.pi * np.outer(np.arange(1, 11), range(1, 6)) / 11
    gaps = 1 - np.cos(angles)  # of one frequency with mass 1, but for a factor
    grid = np.linspace(0, 1, 41)
    on_grid = [(a, b, c, 1 - a - b - c) for a in grid for b in grid for c in grid if a + b + c <= 1]
    best = (np.array(on_grid) @ gaps[:, [0, 1, 3, 4]].T).min(axis=1).max()
    reached = share(result.network) * gaps.mean(axis=1).min()
    assert best * 0.999 <= reached <= best * 1.02  # the best masses on four frequencies
    assert "missing" in [feature.state for feature in result.features]


def test_a_random_network_is_not_pruned() -> None:
    generator = np.random.default_rng(3)
    wide = Network(ModularAddition(7, 2), generator.standard_normal((2, 7, 40)), generator.standard_normal((40, 7)))
    result = prune(wide)
    assert not result.kept
    assert result.network.width == 40
    assert set(result.missing) == {"1", "2", "3"}
    assert np.array_equal(result.network.U, wide.U)


def test_what_would_lower_the_margin_is_undone() -> None:
    """One frequency's neurons compute something else, and two lack their balance: nothing may get worse."""
    wide = planted(7, 2, 3)
    U, W, last = wide.U.copy(), wide.W.copy(), slice(36, 54)
    phases = np.random.default_rng(0).uniform(0, 2 * np.pi, (18, 2))
    spoilt = cosines(ModularAddition(7, 2), 3, phases, np.full(18, 1 / 18))
    U[..., last], W[last] = spoilt.U, spoilt.W
    network = Network(ModularAddition(7, 2), U, W)
    result = prune(network)
    assert result.missing == ("3",)
    assert result.share >= min(result.keep, share(network)) * (1 - 1e-12)
    assert share(result.network) == pytest.approx(result.share, rel=1e-12)


def test_a_smaller_share_lets_frequencies_go() -> None:
    result = prune(planted(23, 2, 2), keep=0.8)
    assert result.kept
    assert result.network.width < 66
    assert result.network.width % 6 == 0
    assert share(result.network) >= 0.8
    assert "without" in result.steps[-1].what
    assert prune(planted(23, 2, 2)).network.width == 66


@pytest.mark.parametrize("keep", [0.0, -1.0, 1.5, float("nan")])
def test_a_share_outside_its_range_is_refused(keep: float) -> None:
    with pytest.raises(ValueError, match="expected a share of gamma"):
        prune(planted(5, 2, 1), keep)


def test_other_networks_are_refused() -> None:
    network = planted(5, 2, 1)
    with pytest.raises(ValueError, match=r"expected x\^2"):
        prune(Network(network.on, network.U, network.W, ReLU()))
    with pytest.raises(ValueError, match="separate embeddings"):
        prune(Network(SharedEmbedding(5, 2), network.U[:1], network.W))
    with pytest.raises(ValueError, match="all weights are zero"):
        prune(Network(network.on, 0 * network.U, 0 * network.W))


def test_pure_neurons_have_no_more_mass_and_the_same_wanted_term() -> None:
    noisy = planted(7, 2, 1, noise=0.02)
    part = Network(noisy.on, noisy.U[..., :6], noisy.W[:6])
    clean = pure(part, 0)
    assert (clean.masses() <= part.masses() * (1 + 1e-12)).all()
    phases, masses = phases_and_masses(ModularAddition(7, 2), clean, 1)
    assert np.allclose(cosines(ModularAddition(7, 2), 1, phases, masses).U, clean.U)
    with pytest.raises(ValueError, match="positive wanted term"):
        pure(Network(noisy.on, clean.U, -clean.W), 0)


def test_inner_products_are_those_of_all_logits() -> None:
    one, two = planted(5, 2, 1), planted(5, 2, 2, noise=0.1)
    flat = [f.logits() - f.logits().mean(-1, keepdims=True) for f in (one, two)]
    expected = [[float((a * b).sum()) for b in flat] for a in flat]
    assert np.allclose(products([one, two]), expected)
    assert np.allclose(neuron_products(two).sum(), expected[1][1])


def test_independent_neurons_compute_the_same_with_no_more_mass() -> None:
    wide = planted(5, 2, 5)
    part = Network(wide.on, wide.U[..., :30], wide.W[:30])
    masses = part.masses()
    factors = independent(neuron_products(part), masses)
    kept = factors > 0
    assert kept.sum() == 15  # 7 complex sums (of 8 two are conjugates) and the mass
    scale = factors[kept] ** (1 / 3)
    few = Network(part.on, part.U[..., kept] * scale, part.W[kept] * scale[:, None])
    gram = products([part, few])
    assert gram[0, 0] == pytest.approx(gram[0, 1]) == pytest.approx(gram[1, 1])
    assert few.masses().sum() <= masses.sum() * (1 + 1e-9)
    apart = np.diag([1.0, 2.0, 3.0])
    assert independent(apart, np.ones(3)).tolist() == [1, 1, 1]
