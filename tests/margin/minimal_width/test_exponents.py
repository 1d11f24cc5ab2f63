"""Orbits of exponents, supports, and what a block's sums satisfy, by brute force over networks' terms."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations, product

import numpy as np
import pytest

from margin.addition.construction import rotation_phases
from margin.addition.small_orders import SMALL_ORDERS, small_order_phases
from margin.minimal_width.exponents import canonical, conditions, is_large, support
from margin.networks.phases import PhaseGroup, PhaseList, expansion
from tests.proofs_check.building.width.oracle import orbit


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_one_exponent_stands_for_an_orbit(k: int) -> None:
    for h in product(range(-2, 3), repeat=k):
        alike = {tuple(s * x for x in moved) for moved in permutations(h) for s in (1, -1)}
        assert {canonical(other) for other in alike} == {canonical(h)}
        assert canonical(h) in alike


@pytest.mark.parametrize(("k", "size", "count"), [(2, 2, 9), (3, 3, 44), (4, 4, 225), (5, 5, 1182)])
def test_supports_have_the_counts_of_the_theory(k: int, size: int, count: int) -> None:
    assert len(support(k, size)) == count
    assert set(support(k, size)) == set(expansion(k))
    assert all(max(map(abs, m)) <= 1 for m in support(k, size, 1))
    assert {m for m in support(k, size) if max(map(abs, m)) <= 2} == set(support(k, size, 2))


@pytest.mark.parametrize("k", [2, 3, 4, 5])
def test_large_orders_let_no_exponents_coincide(k: int) -> None:
    for order in range(3, 2 * k + 4):
        residues = {tuple(x % order for x in m) for m in expansion(k)}
        assert is_large(order, k) == (len(residues) == len(expansion(k)))
        if is_large(order, k):
            assert conditions(k, order) == conditions(k)
    assert conditions(k).linked == {}


def mean_squares(phases: PhaseGroup | PhaseList, k: int) -> dict[tuple[int, ...], float]:
    """T(o) of a phase set: the mean of |s^(h)|^2 over each orbit, for exponents up to 2k."""
    alpha = np.array([point for point, _ in phases.points()]) / phases.denominator
    share = np.array([float(x) for x in phases.weights()])
    h = np.array(list(product(range(-k, k + 2), repeat=k)))
    values = np.abs(np.exp(2j * np.pi * h @ alpha.T) @ share) ** 2
    orbits: dict[tuple[int, ...], list[float]] = {}
    for exponent, value in zip(h, values, strict=True):
        orbits.setdefault(canonical(tuple(int(x) for x in exponent)), []).append(float(value))
    return {o: float(np.mean(each)) for o, each in orbits.items()}


@pytest.mark.parametrize(("k", "order"), [(2, 0), (3, 0), (4, 0), *SMALL_ORDERS])
def test_networks_satisfy_the_conditions(k: int, order: int) -> None:
    """Vanishing and linked means, of the constructed blocks."""
    phases = small_order_phases(k, order) or rotation_phases(k, "minimal")
    known, means = conditions(k, order), mean_squares(phases, k)
    assert all(means[h] < 1e-20 for h in known.vanishing)
    for large, (small, share) in known.linked.items():
        if large in means and small in means:
            assert means[large] == pytest.approx(float(share) * means[small], abs=1e-12)
    assert known.counted_as((0,) * k) == ((0,) * k, Fraction(1))


def test_a_network_of_a_small_order_breaks_the_conditions_of_large_ones() -> None:
    means = mean_squares(small_order_phases(2, 4) or rotation_phases(2, "minimal"), 2)
    assert max(means[h] for h in conditions(2).vanishing) > 0.1


@pytest.mark.parametrize(("k", "order"), [(0, 0), (2, 1), (2, 2), (2, -4)])
def test_what_is_refused(k: int, order: int) -> None:
    with pytest.raises(ValueError, match=f"k = {k}, order {order}; expected k >= 1 and an order of 0 or at least 3"):
        conditions(k, order)


def test_the_oracle_has_the_same_orbits() -> None:
    for h in product(range(-2, 3), repeat=3):
        assert orbit(canonical(h)) == orbit(h)
