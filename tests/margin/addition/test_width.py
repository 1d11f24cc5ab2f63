"""Widths: totals, cliques, and where a lower bound is claimed."""

from __future__ import annotations

import itertools
from math import comb

import numpy as np
import pytest
from numpy.typing import NDArray

from margin.addition.cliques import clique, clique_size, layered
from margin.addition.construction import construct
from margin.addition.maximum import maximum_margin
from margin.addition.small_orders import SMALL_ORDERS, small_order_phases
from margin.addition.width import block_bound, coinciding_order, is_clique, lower_bound, rotation_orders, widths
from margin.answers.record import Widths
from margin.networks.phases import Exponent, unwanted_exponents
from margin.tasks import ModularAddition
from margin.theory import predict
from margin.theory import wording as words
from tests.helpers.oracles import multinomial_expansion
from tests.helpers.widths import FEWER, minimal_total, orders

# the bounds that are proved, by inputs and order
PROVED = {(2, 0): 6, (3, 0): 16, (4, 0): 40, (5, 0): 96, (6, 0): 224}
PROVED |= {(2, 4): 4, (3, 3): 6, (3, 4): 7, (3, 6): 15, (4, 3): 6, (4, 4): 5, (4, 6): 36, (4, 8): 40}
PROVED |= {(5, 3): 6, (5, 4): 6, (5, 5): 92, (5, 6): 81, (5, 8): 96, (5, 10): 96}


def exponents_coincide(order: int, k: int) -> bool:
    """Whether two exponents of the expansion are equal modulo the order: by listing them."""
    residues = [tuple(x % order for x in m) for m in multinomial_expansion(k)]
    return len(set(residues)) < len(residues)


def totals(counted: Widths) -> tuple[int, int, int | None, int | None]:
    return counted.constructed, counted.paper, counted.lower_bound, counted.minimal


# -- totals --------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [3, 5, 7, 9, 23, 71, 105])
def test_two_inputs_at_odd_n(n: int) -> None:
    assert totals(widths(ModularAddition(n, 2))) == (3 * (n - 1), 4 * (n - 1), 3 * (n - 1), 3 * (n - 1))
    paper = widths(ModularAddition(n, 2), "paper")
    assert totals(paper) == (4 * (n - 1), 4 * (n - 1), 3 * (n - 1), 3 * (n - 1))


@pytest.mark.parametrize("n", [7, 11, 23, 49, 10**40 + 121])
@pytest.mark.parametrize(("k", "per_pair", "paper"), [(3, 8, 16), (5, 48, 256), (4, 20, 64), (6, 112, 1024)])
def test_more_inputs_at_odd_n(n: int, k: int, per_pair: int, paper: int) -> None:
    """Three to six inputs, no frequency of small order: the construction is minimal, by a certificate."""
    least = per_pair * (n - 1)
    assert totals(widths(ModularAddition(n, k))) == (least, paper * (n - 1), least, least)


@pytest.mark.parametrize(("n", "k"), [(n, k) for n in range(2, 15) for k in range(1, 6)])
@pytest.mark.parametrize("construction", ["minimal", "paper"])
def test_totals_are_those_of_the_networks(n: int, k: int, construction: str) -> None:
    task = ModularAddition(n, k)
    found = widths(task, construction)
    network = construct(task, construction)
    assert found.constructed == network.width
    assert found.neurons_each == tuple(block.phase_set.size for block in network.blocks)
    assert found.paper == construct(task, "paper").width
    assert construct(task).width == minimal_total(n, k)
    assert found.lower_bound is None or found.lower_bound <= minimal_total(n, k)
    assert found.minimal in (None, minimal_total(n, k))


@pytest.mark.parametrize("n", range(2, 30))
def test_one_input_needs_one_neuron_less_than_labels(n: int) -> None:
    assert totals(widths(ModularAddition(n, 1))) == (n - 1, n - 1, n - 1, n - 1)


@pytest.mark.parametrize("k", range(1, 10))
def test_parity_needs_every_sign_pattern(k: int) -> None:
    need = 2 ** (k - 1)
    assert totals(widths(ModularAddition(2, k))) == (need, need, need, need)


def test_even_n_adds_the_sign_frequency() -> None:
    assert totals(widths(ModularAddition(10, 2))) == (4 * 6 + 2, 4 * 8 + 2, 4 * 6 + 2, 4 * 6 + 2)
    assert widths(ModularAddition(10**100 + 2, 2)).minimal == 3 * 10**100 + 2


# -- cliques -------------------------------------------------------------------------------


SIZES = [(2, 6), (3, 15), (4, 36), (5, 74), (6, 156), (7, 312), (8, 636)]


@pytest.mark.parametrize(("k", "size"), [*SIZES[:4], pytest.param(*SIZES[4], marks=pytest.mark.slow)])
def test_cliques_are_cliques_by_brute_force(k: int, size: int) -> None:
    vectors = clique(k)
    assert len(set(vectors)) == len(vectors) == size
    assert all(len(h) == k for h in vectors)
    assert is_clique(vectors, k)
    allowed = {tuple(x + 1 for x in m) for m in multinomial_expansion(k) if m != (-1,) * k}
    for g, h in itertools.combinations(vectors, 2):
        difference = tuple(x - y for x, y in zip(g, h, strict=True))
        assert difference in allowed or tuple(-x for x in difference) in allowed


def in_ball(vectors: NDArray[np.int64], k: int) -> NDArray[np.bool_]:
    """Whether each difference, or its negative, is (1, ..., 1) + m with |m| <= k, m of the parity of k."""
    differences = vectors[:, None] - vectors[None]
    near = np.minimum(*(np.abs(sign * differences - 1).sum(axis=2) for sign in (1, -1))) <= k
    return near & (differences.sum(axis=2) % 2 == 0)


@pytest.mark.parametrize(("k", "size"), SIZES)
def test_the_cliques_have_the_size_of_the_formula(k: int, size: int) -> None:
    vectors = np.array(clique(k))
    assert len(np.unique(vectors, axis=0)) == len(vectors) == clique_size(k) == size
    assert in_ball(vectors, k).all()
    assert not in_ball(np.vstack([vectors, vectors[0] + 2 * k]), k).all()


@pytest.mark.parametrize("k", range(2, 7))
def test_layers_are_cliques_inside_their_ball(k: int) -> None:
    """For every degree, not only for the two that `clique` takes."""
    for degree in range(k + 1):
        vectors = np.array(layered(k, degree))
        assert len(np.unique(vectors, axis=0)) == len(vectors)
        assert (np.abs(vectors).sum(axis=1) <= degree).all()
        assert ((vectors.sum(axis=1) - degree) % 2 == 0).all()
        assert in_ball(vectors, k).all()


@pytest.mark.parametrize("k", range(2, 40))
def test_the_clique_is_below_the_construction(k: int) -> None:
    assert clique_size(k) <= (k + 1) * 2 ** (k - 1)
    assert (clique_size(k) == (k + 1) * 2 ** (k - 1)) == (k == 2)
    assert clique_size(k) > 2**k


@pytest.mark.parametrize("k", [2, 3, 4])
def test_a_corrupted_clique_is_rejected(k: int) -> None:
    vectors = clique(k)
    repeated = (*vectors, vectors[0])
    assert not is_clique(repeated, k)
    far: Exponent = (2 * k + 2, *vectors[0][1:])
    assert not is_clique((*vectors[1:], far), k)
    for i in range(len(vectors)):
        moved = (vectors[i][0] + 2 * k, *vectors[i][1:])
        assert not is_clique((*vectors[:i], moved, *vectors[i + 1 :]), k)


@pytest.mark.parametrize("k", [2, 3])
def test_no_further_vector_fits_a_clique(k: int) -> None:
    vectors = clique(k)
    unwanted = unwanted_exponents(k)
    near = unwanted | {tuple(-x for x in h) for h in unwanted}
    moved = {tuple(x + y for x, y in zip(h, vectors[0], strict=True)) for h in near}
    assert not any(is_clique((*vectors, h), k) for h in moved if h not in vectors)
    assert all(is_clique((*vectors[:i], *vectors[i + 1 :]), k) for i in range(len(vectors)))


# -- where a bound is claimed --------------------------------------------------------------


@pytest.mark.parametrize("k", [2, 3, 4, 5])
def test_exponents_coincide_exactly_at_small_orders(k: int) -> None:
    for order in range(3, 2 * k + 4):
        assert coinciding_order(order, k) == exponents_coincide(order, k)
    assert {coinciding_order(order, k) for order in range(3, 2 * k + 4)} == {True, False}


@pytest.mark.parametrize("k", [2, 3, 4, 5])
@pytest.mark.parametrize("n", range(2, 101))
def test_a_bound_is_proved_for_every_modulus(n: int, k: int) -> None:
    """The sum over all frequencies of what is proved for their orders: null nowhere for k <= 5."""
    parts = [PROVED[k, order if exponents_coincide(order, k) else 0] for order in orders(n)]
    bound = sum(parts) + (2 ** (k - 1) if n % 2 == 0 else 0)
    assert totals(widths(ModularAddition(n, k)))[2:] == (bound, bound if bound == minimal_total(n, k) else None)
    assert bound <= minimal_total(n, k)


# orders (0: every large one) whose minimum is known: the bound of 5.14 is what the construction has
SETTLED = {2: {0, 4}, 3: {0}, 4: {0, 8}, 5: {0, 8, 10}, 6: {0}}


@pytest.mark.parametrize("k", [*range(1, 6), pytest.param(6, marks=pytest.mark.slow)])
def test_proved_and_minimal_are_said_exactly_where_every_order_is_settled(k: int) -> None:
    """For every n to 100, in the words that are printed; a bound is null nowhere for k <= 5."""
    coincide = {order for order in range(3, 2 * k + 1) if exponents_coincide(order, k)}
    for n in range(2, 101):
        found = predict(ModularAddition(n, k), check="none")
        small = {order if order in coincide else 0 for order in orders(n)}
        settled = k == 1 or small <= SETTLED[k]
        wording, width = words(ModularAddition(n, k)), found.widths
        assert (width.minimal is not None) == settled
        assert width.minimal in (None, width.lower_bound)
        assert ("minimum" in wording.width(found)) == settled
        assert wording.network(found)[0].startswith("minimal construction" if settled else "small construction")
        assert k == 6 or width.lower_bound is not None
        assert width.lower_bound is None or (width.lower_bound == width.constructed) == settled


@pytest.mark.parametrize(("k", "order"), PROVED)
def test_bounds_of_single_orders(k: int, order: int) -> None:
    assert block_bound(k, order) == PROVED[k, order]
    assert block_bound(k, 2 * k + 1) == block_bound(k, 10**50) == PROVED[k, 0]


@pytest.mark.parametrize("n", range(2, 61))
def test_frequencies_are_counted_by_their_orders(n: int) -> None:
    for k in (2, 3, 5, 8):
        counted = rotation_orders(ModularAddition(n, k))
        for order, frequencies in counted.items():
            alike = [N for N in orders(n) if (N if coinciding_order(N, k) else 0) == order]
            assert len(alike) == frequencies > 0
        assert sum(counted.values()) == len(orders(n))


@pytest.mark.parametrize(("k", "each"), [(7, 312), (8, 636), (64, 2**65 + 2 * comb(64, 32) - 128)])
def test_more_inputs_have_the_bound_of_the_clique(k: int, each: int) -> None:
    """n is a prime above 2k: no small orders."""
    assert lower_bound(ModularAddition(131, k)) == 65 * each
    assert widths(ModularAddition(131, k)).minimal is None


@pytest.mark.parametrize(("n", "k"), [(12, 6), (12 * 10**50, 7), (6, 6), (14, 7)])
def test_nothing_is_claimed_where_nothing_is_proved(n: int, k: int) -> None:
    found = widths(ModularAddition(n, k))
    assert found.lower_bound is found.minimal is None
    assert found.constructed > 0


@pytest.mark.parametrize(("k", "order"), SMALL_ORDERS)
def test_phase_sets_of_small_orders_compute_the_wanted_cosine_alone(k: int, order: int) -> None:
    phases = small_order_phases(k, order)
    assert phases is not None
    assert phases.size == len(set(phases.neurons)) == FEWER[k, order] < (k + 1) * 2 ** (k - 1)
    assert phases.wanted_term_only(order)
    assert not any(phases.wanted_term_only(other) for other in range(2, 20) if other != order)


@pytest.mark.parametrize(("n", "k", "width"), [(4, 2, 6), (8, 2, 18), (3, 3, 9), (4, 3, 16), (6, 3, 29), (3, 4, 18)])
def test_networks_of_small_orders_reach_the_maximum_margin(n: int, k: int, width: int) -> None:
    """Every logit, by brute force."""
    task = ModularAddition(n, k)
    network = construct(task)
    assert network.width == widths(task).constructed == width
    reached = network.numeric()
    assert reached.normalised_margin() == pytest.approx(float(maximum_margin(task).exact), rel=1e-12)
    x = reached.logits(task.inputs())
    other = np.arange(n)[None, :] != task.labels(task.inputs())[:, None]
    assert np.ptp((x.max(axis=1, keepdims=True) - x)[other].reshape(len(x), -1), axis=0).max() < 1e-12


@pytest.mark.parametrize(
    ("n", "k", "minimal"),
    [(6, 2, 14), (10, 2, 26), (3, 2, 6), (4, 2, 6), (5, 3, 32), (7, 4, 120), (9, 3, None), (6, 3, None)],
)
def test_minimum_is_claimed_only_where_the_bound_meets_a_construction(n: int, k: int, minimal: int | None) -> None:
    found = widths(ModularAddition(n, k))
    assert found.lower_bound is not None
    assert found.minimal == minimal
    assert (found.lower_bound == found.constructed) == (minimal is not None)
