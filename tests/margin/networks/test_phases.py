"""Phase sets: exponents, sums of roots of unity, groups and lists, and when they compute one cosine only."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import gcd, pi

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from margin.networks.phases import PhaseGroup, PhaseList, PhaseSet, expansion, is_zero_sum, unwanted_exponents
from tests.helpers.oracles import multinomial_expansion, renders_wanted_cosine
from tests.helpers.phase_sets import FOUR_AT_ORDER_4, NINE_AT_ORDER_3, listed


def renders(phases: PhaseSet, order: int) -> bool:
    """Brute force over the inputs and outputs of a frequency of that order."""
    whole = phases.denominator
    neurons = [
        ([Fraction(a, whole) for a in alpha], Fraction(omega, whole), share)
        for (alpha, omega), share in zip(phases.points(), phases.weights(), strict=True)
    ]
    return renders_wanted_cosine(order, neurons)


# -- exponents -----------------------------------------------------------------------------


@pytest.mark.parametrize(("k", "size"), [(1, 1), (2, 8), (3, 43), (4, 224), (5, 1181)])
def test_number_of_unwanted_exponents(k: int, size: int) -> None:
    unwanted = unwanted_exponents(k)
    assert len(unwanted) == size
    box = product(range(-k, k + 1), repeat=k)
    reached = {m for m in box if sum(map(abs, m)) <= k and (sum(m) - k) % 2 == 0}
    assert unwanted == {tuple(x + 1 for x in m) for m in reached if m != (-1,) * k}


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_expansion_counts_every_product_of_terms(k: int) -> None:
    assert expansion(k) == multinomial_expansion(k)
    assert sum(expansion(k).values()) == (2 * k) ** k


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5])
def test_expansion_evaluates_to_the_power_of_the_cosines(k: int) -> None:
    x = np.random.default_rng(k).uniform(0, 2 * pi, k)
    value = sum(c * np.exp(1j * np.dot(m, x)) for m, c in expansion(k).items())
    assert value == pytest.approx(np.sum(2 * np.cos(x)) ** k, rel=1e-11)
    assert value != pytest.approx(np.sum(2 * np.cos(x)) ** (k + 1), rel=1e-3)


# -- sums of roots of unity ----------------------------------------------------------------


@pytest.mark.parametrize("order", [1, 2, 3, 4, 6, 7, 9, 12, 15, 30])
def test_zero_sums_are_the_multiples_of_the_cyclotomic_polynomial(order: int) -> None:
    x = sympy.Symbol("x")
    cyclotomic = sympy.Poly(sympy.cyclotomic_poly(order, x), x)
    generator = np.random.default_rng(order)
    for _ in range(5):
        quotient = [int(c) for c in generator.integers(-9, 10, 2 * order)]
        multiple = (cyclotomic * sympy.Poly(quotient, x)).all_coeffs()[::-1]
        folded = [int(sum(multiple[j::order])) for j in range(order)]
        assert is_zero_sum(folded)
        for j in range(order):
            assert not is_zero_sum([c + (i == j) for i, c in enumerate(folded)])


@given(st.lists(st.integers(-2, 2), min_size=1, max_size=24))
def test_is_zero_sum_agrees_with_division_by_the_cyclotomic_polynomial(coefficients: list[int]) -> None:
    x = sympy.Symbol("x")
    remainder = sympy.Poly(coefficients[::-1], x).rem(sympy.Poly(sympy.cyclotomic_poly(len(coefficients), x), x))
    assert is_zero_sum(coefficients) == remainder.is_zero
    value = sum(c * np.exp(2j * pi * j / len(coefficients)) for j, c in enumerate(coefficients))
    assert is_zero_sum(coefficients) == (abs(value) < 1e-9)


# -- groups --------------------------------------------------------------------------------

TURNS = [Fraction(1, d) for d in range(2, 13)] + [Fraction(2, 3), Fraction(3, 8), Fraction(5, 6), Fraction(7, 10)]
GROUPS = [
    PhaseGroup(k, turn, joint)
    for k in (1, 2, 3, 4)
    for turn in TURNS
    for joint in (True, False)
    if PhaseGroup(k, turn, joint).size <= (3000 if k < 4 else 300)
]


def closure(group: PhaseGroup) -> set[tuple[Fraction, ...]]:
    """The subgroup of T^k that half turns in each coordinate and the turn (joint or each alone) generate."""
    k, zero = group.k, Fraction(0)
    axes = [tuple(Fraction(i == j) for i in range(k)) for j in range(k)]
    moves = [tuple(x / 2 for x in axis) for axis in axes]
    moves += [(group.turn,) * k] if group.joint else [tuple(x * group.turn for x in axis) for axis in axes]
    members = fresh = {(zero,) * k}
    while fresh:
        fresh = {tuple((a + b) % 1 for a, b in zip(x, move, strict=True)) for x in fresh for move in moves} - members
        members = members | fresh
    return members


@pytest.mark.parametrize("group", [g for g in GROUPS if g.size <= 300], ids=str)
def test_points_are_the_group_modulo_half_a_turn_in_every_coordinate(group: PhaseGroup) -> None:
    points = list(group.points())
    assert len(set(points)) == len(points) == group.size == len(list(group.weights()))
    assert set(group.weights()) == {Fraction(1, group.size)}
    whole, half = group.denominator, group.denominator // 2
    assert all(omega == sum(alpha) % whole and 0 <= alpha[0] < half for alpha, omega in points)
    alphas = {alpha for alpha, _ in points}
    opposite = {tuple((a + half) % whole for a in alpha) for alpha in alphas}
    assert alphas.isdisjoint(opposite)
    assert {tuple(Fraction(a, whole) for a in x) for x in alphas | opposite} == closure(group)


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5, 20])
def test_group_sizes_of_the_constructions(k: int) -> None:
    assert PhaseGroup(k, Fraction(1, 2 * (k + 1)), True).size == (k + 1) * 2 ** (k - 1)
    assert PhaseGroup(k, Fraction(1, 4), False).size == 2 ** (2 * k - 1)
    assert PhaseGroup(k, Fraction(1, 2), True).size == 2 ** (k - 1)


@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_group_decision_equals_the_exponential_sums_of_its_points(group: PhaseGroup) -> None:
    orders = range(2, 2 * group.k + 3) if group.size <= 100 else (2, 3, 2 * group.k + 1)
    phases = listed(group)
    for order in orders:
        assert group.wanted_term_only(order) == phases.wanted_term_only(order)


def test_both_decisions_occur_among_the_groups() -> None:
    for k in (1, 2, 3, 4):
        for joint in (True, False):
            decisions = {g.wanted_term_only(2 * k + 1) for g in GROUPS if g.k == k and g.joint == joint}
            assert decisions == {True, False}


@pytest.mark.parametrize("k", range(1, 12))
def test_good_turns_and_bad_turns(k: int) -> None:
    order = 2 * k + 1
    assert PhaseGroup(k, Fraction(1, 2 * (k + 1)), True).wanted_term_only(order)
    assert PhaseGroup(k, Fraction(1, 2 * k), True).wanted_term_only(order) is False
    assert PhaseGroup(k, Fraction(1, 2), False).wanted_term_only(order) is False
    for d in (3, 5, 8):
        assert PhaseGroup(k, Fraction(1, d), False).wanted_term_only(order)
        denominator = d // gcd(2, d)
        assert PhaseGroup(k, Fraction(1, d), True).wanted_term_only(order) == (denominator > k)


@pytest.mark.parametrize(
    ("k", "turn", "joint"), [(2, 6, True), (2, 4, False), (3, 8, True), (3, 3, True), (1, 4, True)]
)
def test_decision_equals_brute_force_evaluation(k: int, turn: int, joint: bool) -> None:
    group = PhaseGroup(k, Fraction(1, turn), joint)
    for order in range(3, 2 * k + 3):
        assert group.wanted_term_only(order) == renders(group, order)


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_order_two_needs_half_turns(k: int) -> None:
    signs = PhaseGroup(k, Fraction(1, 2), True)
    assert signs.wanted_term_only(2)
    assert listed(signs).wanted_term_only(2)
    assert not PhaseGroup(k, Fraction(1, 4), True).wanted_term_only(2)
    if k > 1:
        fewer = PhaseList(k, 2, listed(signs).neurons[1:], (Fraction(1, signs.size - 1),) * (signs.size - 1))
        assert not fewer.wanted_term_only(2)


@pytest.mark.parametrize(("k", "turn"), [(0, Fraction(1, 4)), (2, Fraction(0)), (2, Fraction(1)), (2, Fraction(-1, 4))])
def test_group_refusals(k: int, turn: Fraction) -> None:
    with pytest.raises(ValueError, match="expected k >= 1 and 0 < turn < 1"):
        PhaseGroup(k, turn, True)


# -- lists ---------------------------------------------------------------------------------


@settings(max_examples=60)
@given(st.data(), st.integers(1, 2), st.sampled_from([2, 4, 6, 8]), st.integers(3, 6))
def test_list_decision_equals_brute_force_evaluation(data: st.DataObject, k: int, whole: int, order: int) -> None:
    phase = st.integers(0, whole - 1)
    alphas = data.draw(st.lists(st.tuples(*[phase] * k), min_size=1, max_size=6))
    parts = data.draw(st.lists(st.integers(1, 3), min_size=len(alphas), max_size=len(alphas)))
    neurons = tuple((*alpha, sum(alpha) % whole) for alpha in alphas)
    phases = PhaseList(k, whole, neurons, tuple(Fraction(p, sum(parts)) for p in parts))
    assert phases.wanted_term_only(order) == renders(phases, order)


@pytest.mark.parametrize(
    ("phases", "order", "larger"), [(FOUR_AT_ORDER_4, 4, (3, 5, 6, 8)), (NINE_AT_ORDER_3, 3, (4, 5, 6, 7))]
)
def test_small_orders_need_fewer_neurons(phases: PhaseList, order: int, larger: tuple[int, ...]) -> None:
    assert phases.size < (phases.k + 1) * 2 ** (phases.k - 1)
    assert phases.wanted_term_only(order)
    assert renders(phases, order)
    for other in larger:
        assert not phases.wanted_term_only(other)
        assert not renders(phases, other)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_one_changed_phase_or_share_breaks_a_list(k: int) -> None:
    good = listed(PhaseGroup(k, Fraction(1, 2 * (k + 1)), True))
    whole, order = good.denominator, 2 * k + 1
    assert good.wanted_term_only(order)
    for j in range(k + 1):
        changed = list(good.neurons[0])
        changed[j] = (changed[j] + 1) % whole
        assert not PhaseList(k, whole, (tuple(changed), *good.neurons[1:]), good.shares).wanted_term_only(order)
    first = good.shares[0] / 2
    shifted = (first, *[(1 - first) / (good.size - 1)] * (good.size - 1))
    assert not PhaseList(k, whole, good.neurons, shifted).wanted_term_only(order)


def test_a_neuron_may_be_split_and_shifted_by_half_turns() -> None:
    good = listed(PhaseGroup(2, Fraction(1, 6), True))
    first, rest = good.neurons[0], good.neurons[1:]
    opposite = (*((p + 3) % 6 for p in first[:2]), first[2])
    split = PhaseList(2, 6, (first, opposite, *rest), (Fraction(1, 18), Fraction(1, 9), *good.shares[1:]))
    assert split.wanted_term_only(5)
    half = (*((p + 3) % 6 for p in first[:1]), *first[1:])
    assert not PhaseList(2, 6, (first, half, *rest), split.shares).wanted_term_only(5)


@pytest.mark.parametrize(
    ("neurons", "shares", "message"),
    [
        (((0, 0),), (Fraction(1),), "2 input phases and an output phase in 0..3"),
        (((0, 0, 4),), (Fraction(1),), "2 input phases and an output phase in 0..3"),
        (((0, -1, 0),), (Fraction(1),), "2 input phases and an output phase in 0..3"),
        (((0, 0, 0),), (Fraction(1, 2),) * 2, "got 2 shares for 1 neurons"),
        (((0, 0, 0),), (Fraction(1, 2),), "expected positive shares that sum to 1"),
        (((0, 0, 0), (1, 1, 2)), (Fraction(2), Fraction(-1)), "expected positive shares that sum to 1"),
    ],
)
def test_list_refusals(neurons: tuple[tuple[int, ...], ...], shares: tuple[Fraction, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        PhaseList(2, 4, neurons, shares)
