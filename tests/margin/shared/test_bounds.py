"""Both sides of the enclosure: networks by brute force, sums of squares against random neurons and forgeries."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from margin.shared.classes import units, wrong_labels
from margin.shared.conic import solve, substituted
from margin.shared.lower import Ascent, SharedNetwork, network
from margin.shared.maximum import closed_form, enclose, maximum_margin
from margin.shared.squares import program
from margin.shared.upper import SumOfSquares, margin_bound, sum_of_squares
from margin.tasks import SharedEmbedding
from tests.margin.shared.brute_force import images, least_gap

SMALL = [(2, 2), (3, 2), (4, 2), (5, 2), (6, 2), (2, 3), (3, 3)]


@pytest.mark.parametrize(("n", "k"), SMALL)
def test_every_logit_of_the_saved_network_gives_the_lower_end(n: int, k: int) -> None:
    answer = maximum_margin(SharedEmbedding(n, k))
    neurons = images(answer.network)
    assert len(neurons) == answer.network.width
    norm = sum(m * (sum(x * x for x in u) + sum(x * x for x in w)) ** ((k + 1) / 2) for m, u, w in neurons)
    assert least_gap(answer.network) / norm == pytest.approx(float(answer.low), rel=1e-12)
    assert answer.network.margin() >= answer.low


@pytest.mark.parametrize(("n", "k"), SMALL)
def test_gaps_by_class_are_those_of_every_logit_for_any_neurons(n: int, k: int) -> None:
    generator = np.random.default_rng(n)
    neurons = tuple((tuple(map(int, u)), tuple(map(int, w))) for u, w in generator.integers(-9, 10, (2, 2, n)))
    some = SharedNetwork(n, k, neurons, (3, 5))
    images_each = n * len(units(n))
    assert min(some.gap(label) for label in wrong_labels(n, k)) * images_each == least_gap(some)


def test_a_network_with_another_neuron_is_seen_to_be_worse() -> None:
    answer = maximum_margin(SharedEmbedding(7, 2))
    (u, w), *others = answer.network.neurons
    changed = replace(answer.network, neurons=((u, w[1:] + w[:1]), *others))
    assert changed.margin() < answer.low


@pytest.mark.parametrize(("n", "k"), [(3, 2), (4, 2), (5, 2), (7, 2), (3, 3), (5, 3)])
def test_no_random_neuron_exceeds_the_upper_end_and_the_best_comes_near(n: int, k: int) -> None:
    answer = maximum_margin(SharedEmbedding(n, k))
    sigma = np.array(answer.class_weights) / sum(answer.class_weights)
    ascent, generator = Ascent(n, k), np.random.default_rng(1)
    scale = n ** (-(k + 1) / 2)
    for _ in range(200):
        u, w = generator.standard_normal((2, n))
        norm = (u @ u + w @ w) ** ((k + 1) / 2)
        assert sigma @ ascent.scores(u, w) * scale / norm <= answer.high
    best = max(
        sigma
        @ ascent.scores(np.array(u, float), np.array(w, float))
        * scale
        / (np.sum(np.square(u, dtype=float)) + np.sum(np.square(w, dtype=float))) ** ((k + 1) / 2)
        for u, w in answer.network.neurons
    )
    assert best == pytest.approx(float(answer.high), rel=1e-4)


@pytest.mark.parametrize("n", [2, 3])
def test_the_closed_forms_lie_in_the_enclosure(n: int) -> None:
    answer = maximum_margin(SharedEmbedding(n, 2))
    exact = closed_form(answer.task)
    assert exact is not None
    assert answer.low <= exact <= answer.high
    assert float(exact) == pytest.approx({2: 4 * 6**0.5 / 27, 3: 32 * 2**0.5 / 297}[n])
    assert closed_form(SharedEmbedding(5, 2)) is None


@pytest.fixture(scope="module")
def proof() -> SumOfSquares:
    return sum_of_squares(5, 2)


def test_a_new_proof_bounds_gamma_within_the_saved_enclosure(proof: SumOfSquares) -> None:
    answer = maximum_margin(SharedEmbedding(5, 2))
    assert answer.low <= margin_bound(5, 2, proof.bound()) <= answer.low * (1 + Fraction(1, 10**6))


@pytest.mark.parametrize("share", [0.5, 0.99, 0.999999])
def test_a_smaller_t_proves_nothing_less(proof: SumOfSquares, share: float) -> None:
    low = maximum_margin(SharedEmbedding(5, 2)).low
    forged = replace(proof, t=int(proof.t * share))
    assert margin_bound(5, 2, forged.bound()) >= low


@pytest.mark.parametrize("change", ["weights", "factor", "larger"])
def test_a_changed_proof_proves_something_true_or_nothing(proof: SumOfSquares, change: str) -> None:
    low = maximum_margin(SharedEmbedding(5, 2)).low
    factors = tuple(factor.copy() for factor in proof.factors)
    factors[0][0, 0] += 1 << 30
    forged = {
        "weights": replace(proof, sigma=(1, 0, 0)),
        "factor": replace(proof, factors=factors),
        "larger": replace(proof, t=proof.t + 1),
    }[change]
    assert margin_bound(5, 2, forged.bound()) >= low
    assert forged.bound() != proof.bound()


@pytest.mark.parametrize("sigma", [(1, 1), (1, -1, 1), (0, 0, 0)])
def test_class_weights_that_are_no_distribution_are_refused(proof: SumOfSquares, sigma: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="class weights"):
        replace(proof, sigma=sigma).bound()


def test_factors_of_another_shape_are_refused(proof: SumOfSquares) -> None:
    with pytest.raises(ValueError, match="rows"):
        replace(proof, factors=proof.factors[:1]).bound()


def test_the_semidefinite_program_says_when_it_is_not_solved() -> None:
    with pytest.raises(ArithmeticError, match="relative gap"):
        solve(program(5, 2), most_steps=3)


@pytest.mark.parametrize("size", [1, 63, 64, 65, 200])
def test_triangular_systems_are_solved_by_blocks(size: int) -> None:
    generator = np.random.default_rng(size)
    root = np.tril(generator.standard_normal((size, size))) + 20 * np.eye(size)
    right = generator.standard_normal(size)
    x = substituted(root, right)
    assert np.abs(root @ (root.T @ x) - right).max() < 1e-10


def test_the_same_seed_gives_the_same_network_and_any_seed_the_same_margin(proof: SumOfSquares) -> None:
    weights = np.array(proof.sigma, dtype=float)
    first, second = network(5, 2, weights), network(5, 2, weights)
    assert first == second
    assert float(network(5, 2, weights, seed=1).margin()) == pytest.approx(float(first.margin()), rel=1e-6)


def test_an_enclosure_made_anew_meets_the_saved_one() -> None:
    task = SharedEmbedding(4, 2)
    anew, saved = enclose(task), maximum_margin(task)
    assert anew.relative_width < 1e-6
    assert max(anew.low, saved.low) <= min(anew.high, saved.high)
