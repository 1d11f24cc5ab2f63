"""Widths: totals, cliques, and where a lower bound is claimed."""

from __future__ import annotations

import itertools

import pytest

from margin.addition.cliques import CLIQUES
from margin.addition.construction import construct
from margin.addition.width import coinciding_order, is_clique, lower_bound, widths
from margin.answers.record import Widths
from margin.networks.phases import Exponent, unwanted_exponents
from margin.tasks import ModularAddition
from tests.helpers.oracles import multinomial_expansion


def minimal_total(n: int, k: int) -> int:
    """(k+1) 2^(k-1) for each of the (n-1)/2 rotations, rounded down, and 2^(k-1) for n/2."""
    return (n - 1) // 2 * (k + 1) * 2 ** (k - 1) + (n % 2 == 0) * 2 ** (k - 1)


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


@pytest.mark.parametrize("n", [5, 7, 9, 11, 23])
@pytest.mark.parametrize(("k", "per_pair", "paper", "clique"), [(3, 8, 16, 15), (5, 48, 256, None), (4, 20, 64, 36)])
def test_more_inputs_at_odd_n(n: int, k: int, per_pair: int, paper: int, clique: int | None) -> None:
    found = widths(ModularAddition(n, k))
    assert (found.constructed, found.paper) == (per_pair * (n - 1), paper * (n - 1))
    assert found.minimal is None
    assert found.lower_bound in (None, clique and clique * (n - 1) // 2)


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


@pytest.mark.parametrize(("k", "size"), [(2, 6), (3, 15), (4, 36)])
def test_cliques_are_cliques_by_brute_force(k: int, size: int) -> None:
    clique = CLIQUES[k]
    assert len(set(clique)) == len(clique) == size
    assert all(len(h) == k for h in clique)
    assert is_clique(clique, k)
    allowed = {tuple(x + 1 for x in m) for m in multinomial_expansion(k) if m != (-1,) * k}
    for g, h in itertools.combinations(clique, 2):
        difference = tuple(x - y for x, y in zip(g, h, strict=True))
        assert difference in allowed or tuple(-x for x in difference) in allowed


@pytest.mark.parametrize("k", [2, 3, 4])
def test_a_corrupted_clique_is_rejected(k: int) -> None:
    clique = CLIQUES[k]
    repeated = (*clique, clique[0])
    assert not is_clique(repeated, k)
    far: Exponent = (2 * k + 2, *clique[0][1:])
    assert not is_clique((*clique[1:], far), k)
    for i in range(len(clique)):
        moved = (clique[i][0] + 2 * k, *clique[i][1:])
        assert not is_clique((*clique[:i], moved, *clique[i + 1 :]), k)


@pytest.mark.parametrize("k", [2, 3])
def test_no_further_vector_fits_a_clique(k: int) -> None:
    clique = CLIQUES[k]
    unwanted = unwanted_exponents(k)
    near = unwanted | {tuple(-x for x in h) for h in unwanted}
    assert not any(is_clique((*clique, h), k) for h in near if h not in clique)
    assert all(is_clique((*clique[:i], *clique[i + 1 :]), k) for i in range(len(clique)))


# -- where a bound is claimed --------------------------------------------------------------


@pytest.mark.parametrize("k", [2, 3, 4, 5])
def test_exponents_coincide_exactly_at_small_orders(k: int) -> None:
    for order in range(3, 2 * k + 4):
        assert coinciding_order(order, k) == exponents_coincide(order, k)
    assert {coinciding_order(order, k) for order in range(3, 2 * k + 4)} == {True, False}


@pytest.mark.parametrize("k", [2, 3, 4])
@pytest.mark.parametrize("n", range(3, 41))
def test_a_bound_is_claimed_exactly_where_no_exponents_coincide(n: int, k: int) -> None:
    task = ModularAddition(n, k)
    orders = {task.frequency_order(z) for z in task.rotation_frequencies}
    bound = lower_bound(task)
    if any(order <= 2 * k + 2 and exponents_coincide(order, k) for order in orders):
        assert bound is None
    else:
        signs = 2 ** (k - 1) if n % 2 == 0 else 0
        assert bound == len(CLIQUES[k]) * len(task.rotation_frequencies) + signs


@pytest.mark.parametrize(
    ("n", "k"), [(4, 2), (8, 2), (12, 2), (9, 3), (6, 3), (15, 4), (23, 5), (23, 6), (10**100 + 2, 5)]
)
def test_nothing_is_claimed_where_nothing_is_proved(n: int, k: int) -> None:
    found = widths(ModularAddition(n, k))
    assert found.lower_bound is found.minimal is None
    assert found.constructed == minimal_total(n, k)


@pytest.mark.parametrize(("n", "k", "minimal"), [(6, 2, 14), (10, 2, 26), (3, 2, 6), (5, 3, None), (7, 4, None)])
def test_minimum_is_claimed_only_where_the_bound_meets_a_construction(n: int, k: int, minimal: int | None) -> None:
    found = widths(ModularAddition(n, k))
    assert found.lower_bound is not None
    assert found.minimal == minimal
    assert (found.lower_bound == found.constructed) == (minimal is not None)
