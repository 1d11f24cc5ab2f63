"""The checks pass what is right and reject what is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from margin.addition.check import dual_bound, fast_check, slow_check, slow_operations
from margin.addition.construction import CONSTRUCTIONS, construct, construct_uniform
from margin.addition.maximum import AdditionMargin, maximum_margin
from margin.answers.check import SLOW_LIMIT, CheckResult, no_check
from margin.answers.record import ClassWeight
from margin.networks.cosine_blocks import Block
from margin.networks.cosines import CosineNetwork
from margin.networks.phases import PhaseGroup, PhaseList
from margin.numbers.square_roots import Surd
from margin.tasks import ModularAddition
from tests.helpers import oracles
from tests.helpers.assertions import assert_max_margin, assert_not_max_margin
from tests.helpers.forgeries import (
    scaled,
    with_listed_phases,
    with_mass_times,
    with_phase_set,
    with_turned_phase,
    without_frequency,
)
from tests.helpers.phase_sets import FOUR_AT_ORDER_4, NINE_AT_ORDER_3

Check = Callable[[CosineNetwork, AdditionMargin], CheckResult]
CHECKS = pytest.mark.parametrize("check", [fast_check, slow_check])
FEASIBLE = "the class weights are a probability distribution on the wrong labels"
BOUND = "no unit neuron exceeds gamma* under them, so no network does"


def pair(n: int, k: int, construction: str = "minimal") -> tuple[CosineNetwork, AdditionMargin]:
    task = ModularAddition(n, k)
    return construct(task, construction), maximum_margin(task)


def failing(result: CheckResult) -> str:
    assert result.passed is False
    return "; ".join(statement for statement, outcome in result.statements if not outcome)


# -- right ones ----------------------------------------------------------------------------


@pytest.mark.parametrize("construction", CONSTRUCTIONS)
@pytest.mark.parametrize("k", range(1, 9))
def test_fast_check_passes_every_small_construction(k: int, construction: str) -> None:
    for n in range(2, 31):
        result = fast_check(*pair(n, k, construction))
        assert (result.method, result.exact, result.passed) == ("fast", True, True)
        assert len(result.statements) == 5
        assert all(outcome for _, outcome in result.statements)


@pytest.mark.parametrize("construction", CONSTRUCTIONS)
@pytest.mark.parametrize(
    ("n", "k"), [(1009, 2), (10**6 + 3, 5), (10**18, 3), (10**100, 2), (2**127 - 1, 4), (60, 40), (7, 100)]
)
def test_fast_check_passes_large_sizes(n: int, k: int, construction: str) -> None:
    network, claim = pair(n, k, construction)
    assert fast_check(network, claim).passed
    assert fast_check(network, replace(claim, exact=claim.exact * (1 + Fraction(1, 10**300)))).passed is False


@pytest.mark.parametrize("construction", CONSTRUCTIONS)
@pytest.mark.parametrize(("n", "k"), [(2, 1), (2, 4), (3, 2), (4, 2), (5, 2), (6, 3), (7, 1), (8, 2), (13, 2), (5, 4)])
def test_slow_check_passes_and_agrees_with_the_fast_one(n: int, k: int, construction: str) -> None:
    network, claim = pair(n, k, construction)
    result = slow_check(network, claim)
    assert (result.method, result.passed) == ("slow", True)
    assert result.exact == any("exact margin" in statement for statement, _ in result.statements)
    assert fast_check(network, claim).passed


def test_slow_check_is_exact_only_where_that_is_affordable() -> None:
    assert slow_check(*pair(5, 2)).exact
    large = slow_check(*pair(31, 2))
    assert large.passed
    assert not large.exact


@pytest.mark.parametrize(("n", "k"), [(4, 2), (6, 2), (7, 2), (3, 3), (6, 3)])
def test_listed_phases_are_checked_as_well_as_groups(n: int, k: int) -> None:
    network, claim = pair(n, k)
    assert fast_check(with_listed_phases(network), claim).passed
    assert slow_check(with_listed_phases(network), claim).passed


@CHECKS
@pytest.mark.parametrize(("n", "k", "phases"), [(4, 2, FOUR_AT_ORDER_4), (3, 3, NINE_AT_ORDER_3)])
def test_small_orders_pass_with_fewer_neurons(n: int, k: int, phases: PhaseList, check: Check) -> None:
    claim = pair(n, k)[1]
    network = construct_uniform(ModularAddition(n, k))
    fewer = with_phase_set(network, phases)
    assert fewer.width < network.width
    assert check(fewer, claim).passed
    assert_max_margin(fewer, fewer.task)
    larger = with_phase_set(construct_uniform(ModularAddition(n + 1, k)), phases)
    assert_not_max_margin(larger, larger.task)
    assert fast_check(larger, maximum_margin(larger.task)).passed is False


# -- wrong networks ------------------------------------------------------------------------


@CHECKS
@pytest.mark.parametrize("k", [2, 3])
def test_masses_that_do_not_sum_to_one_are_rejected(k: int, check: Check) -> None:
    network, claim = pair(6, k)
    for factor in (Fraction(1, 2), Fraction(10**9 + 1, 10**9)):
        forged = scaled(network, factor)
        assert forged.normalised_margin() == claim.exact
        if check is fast_check:
            assert "norm 1" in failing(check(forged, claim))
        else:  # the slow check normalises
            assert check(forged, claim).passed


@CHECKS
@pytest.mark.parametrize("factor", [Fraction(1, 2), Fraction(2), Fraction(10**6 + 1, 10**6)])
def test_wrong_frequency_masses_are_rejected(factor: Fraction, check: Check) -> None:
    network, claim = pair(6, 2)
    for z in (1, 2, 3):
        forged = with_mass_times(network, z, factor)
        assert forged.mass == 1
        assert "margin" in failing(check(forged, claim))


@CHECKS
@pytest.mark.parametrize("z", [1, 2, 3])
def test_missing_frequencies_are_rejected(z: int, check: Check) -> None:
    network, claim = pair(6, 2)
    assert "margin" in failing(check(without_frequency(network, z), claim))


@pytest.mark.parametrize(("z", "right"), [(3, ["even"]), (1, [])])
def test_a_margin_wrong_at_one_parity_is_rejected(z: int, right: list[str]) -> None:
    network, claim = pair(6, 2)
    blocks = (Block(b.frequencies, b.mass_each * (1 + (z in b.frequencies)), b.phase_set) for b in network.blocks)
    forged = CosineNetwork(network.task, tuple(blocks))
    margins = forged.margin_by_parity()
    assert margins is not None
    assert [parity for parity in margins if margins[parity] == claim.exact] == right
    assert "the margin of every input" in failing(fast_check(forged, claim))


def test_two_blocks_of_one_frequency_are_left_to_the_slow_check() -> None:
    network, claim = pair(6, 2)
    halves = scaled(network, Fraction(1, 2))
    twice = CosineNetwork(network.task, halves.blocks * 2)
    assert twice.mass == 1
    assert "wanted cosine" in failing(fast_check(twice, claim))
    assert slow_check(twice, claim).passed
    assert float(twice.normalised_margin()) == pytest.approx(float(claim), rel=1e-12)
    assert float(twice.margin()) == pytest.approx(float(claim), rel=1e-12)


@pytest.mark.parametrize("n", [5, 7, 9])
def test_the_fast_check_rejects_uneven_masses_at_odd_n(n: int) -> None:
    network, claim = pair(n, 2)
    for forged in (without_frequency(network, 1), with_mass_times(network, 2, Fraction(3, 2))):
        assert "equally at all frequencies" in failing(fast_check(forged, claim))


@pytest.mark.parametrize(
    ("k", "turn", "joint"),
    [(2, Fraction(1, 4), True), (3, Fraction(1, 6), True), (3, Fraction(1, 3), True), (2, Fraction(1, 2), False)],
)
def test_phases_a_wrong_turn_are_rejected(k: int, turn: Fraction, joint: bool) -> None:
    network, claim = pair(7, k)
    forged = with_phase_set(network, PhaseGroup(k, turn, joint))
    assert "wanted cosine" in failing(fast_check(forged, claim))
    assert failing(slow_check(forged, claim))
    assert_not_max_margin(forged, forged.task)


@pytest.mark.parametrize(("n", "k"), [(4, 2), (6, 2), (3, 3), (9, 1)])
def test_one_turned_phase_is_rejected(n: int, k: int) -> None:
    network, claim = pair(n, k)
    for coordinate in range(k + 1):
        assert "wanted cosine" in failing(fast_check(with_turned_phase(network, coordinate), claim))


def test_one_turned_phase_is_rejected_by_every_logit() -> None:
    network, claim = pair(6, 2)
    for coordinate in range(3):
        wrong = failing(slow_check(with_turned_phase(network, coordinate), claim))
        assert "float64 margin" in wrong
        assert "exact margin" in wrong


@pytest.mark.parametrize(("n", "k"), [(4, 2), (5, 2), (3, 3), (7, 2)])
def test_slow_check_rejects_networks_whose_margins_share_no_root(n: int, k: int) -> None:
    network, claim = pair(n, k)
    assert failing(slow_check(with_turned_phase(network, 0), claim))


@CHECKS
def test_a_claim_about_another_task_of_the_same_margin_is_rejected(check: Check) -> None:
    network, (_, claim) = construct(ModularAddition(17, 1)), pair(3, 3)
    assert maximum_margin(network.task).exact == claim.exact
    assert check(network, claim).passed is False


# -- wrong claims --------------------------------------------------------------------------


@CHECKS
@pytest.mark.parametrize(("n", "k"), [(5, 2), (6, 2), (4, 3)])
def test_wrong_margins_are_rejected(n: int, k: int, check: Check) -> None:
    network, claim = pair(n, k)
    for factor in (Fraction(9, 10), Fraction(11, 10), 1 + Fraction(1, 10**30)):
        wrong = failing(check(network, replace(claim, exact=claim.exact * factor)))
        assert BOUND in wrong
        assert ("the margin of every input" if check is fast_check else "exact margin over all inputs") in wrong


def forged_weights(claim: AdditionMargin, *weights: tuple[str, int, Surd]) -> AdditionMargin:
    return replace(claim, class_weights=tuple(ClassWeight(*weight) for weight in weights))


@CHECKS
def test_wrong_class_weights_are_rejected(check: Check) -> None:
    network, claim = pair(6, 2)
    odd, even = (w.each for w in claim.class_weights)
    assert check(network, forged_weights(claim, ("odd", 3, odd), ("even", 2, even))).passed
    fifth, third = Surd(Fraction(1, 5)), Surd(Fraction(1, 3))
    for weights in ((("all", 5, fifth),), (("odd", 3, third), ("even", 2, Surd()))):
        assert failing(check(network, forged_weights(claim, *weights))) == BOUND
    impossible = {
        "swapped": (("odd", 3, even), ("even", 2, odd)),
        "a sixth label": (("odd", 3, odd), ("even", 2, even), ("no", 1, Surd())),
        "negative": (("odd", 3, 3 * third), ("even", 2, Surd(-1))),
        "too large": (("odd", 3, 2 * odd), ("even", 2, 2 * even)),
        "too small": (("odd", 3, odd / 2), ("even", 2, even / 2)),
        "wrong counts": (("odd", 2, odd), ("even", 3, even)),
        "one missing": (("odd", 3, odd),),
        "none": (),
    }
    for forged in impossible.values():
        assert failing(check(network, forged_weights(claim, *forged))) == f"{FEASIBLE}; {BOUND}"


@CHECKS
def test_class_weights_by_parity_are_rejected_at_odd_n(check: Check) -> None:
    network, claim = pair(5, 2)
    half = Surd(Fraction(1, 2))
    assert (
        failing(check(network, forged_weights(claim, ("odd", 2, half), ("even", 2, Surd())))) == f"{FEASIBLE}; {BOUND}"
    )


# -- the dual bound ------------------------------------------------------------------------


@given(st.integers(2, 14), st.integers(1, 5), st.fractions(-1, 1), st.fractions(-1, 1))
def test_dual_bound_agrees_with_the_sums_over_every_difference(n: int, k: int, odd: Fraction, even: Fraction) -> None:
    if n % 2:
        odd = even
    bound = dual_bound(ModularAddition(n, k), {"odd": Surd(odd), "even": Surd(even)})
    weights = [float(odd if d % 2 else even) for d in range(1, n)]
    expected = oracles.neuron_bound(n, k, weights)
    scale = oracles.best_neuron_value(n, k, 1) * n
    assert float(bound) == pytest.approx(expected, abs=1e-12 * scale)
    if n > 2:
        moved = dual_bound(ModularAddition(n, k), {"odd": Surd(odd) + 1, "even": Surd(even) + 1})
        assert float(moved) != pytest.approx(expected, abs=1e-3 * scale / n)


def test_dual_bound_refuses_parity_at_odd_n() -> None:
    with pytest.raises(ValueError, match="differ by parity, but n = 5 is odd"):
        dual_bound(ModularAddition(5, 2), {"odd": Surd(Fraction(1, 2)), "even": Surd()})
    assert dual_bound(ModularAddition(6, 2), {"odd": Surd(Fraction(1, 3)), "even": Surd()}) > 0


# -- limits --------------------------------------------------------------------------------


def test_slow_check_says_what_it_would_cost_before_it_starts() -> None:
    network, claim = pair(101, 4)
    assert slow_operations(network) > SLOW_LIMIT
    with pytest.raises(ValueError, match=r"101\^4 inputs .* limit 1e\+12; use the fast check"):
        slow_check(network, claim)
    assert fast_check(network, claim).passed
    assert slow_operations(pair(23, 2)[0]) == 23**2 * 66 * (2 * 23 + 4) < SLOW_LIMIT


def test_no_check_claims_nothing() -> None:
    assert no_check() == CheckResult("none", False, None, 0.0)
    assert no_check() != fast_check(*pair(5, 2))


def test_slow_check_rejects_claims_beyond_float64() -> None:
    network, claim = pair(5, 2)
    for value in (Surd(), Surd(Fraction(1, 10**400)), Surd(10**400)):
        assert "float64 margin" in failing(slow_check(network, replace(claim, exact=value)))
