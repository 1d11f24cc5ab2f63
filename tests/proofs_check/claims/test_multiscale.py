"""Claims on modular addition at several scales: verdicts, and each claim with a constant changed is refuted."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import cos, gamma, gcd, log, pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import iv  # type: ignore[import-untyped]

from proofs_check.claims.multiscale.cosets import c01_projection as c01
from proofs_check.claims.multiscale.cosets import c02_cosets as c02
from proofs_check.claims.multiscale.cosets import c03_steps as c03
from proofs_check.claims.multiscale.cosets import c04_remainders as c04
from proofs_check.claims.multiscale.cosets import c17_congruence as c17
from proofs_check.claims.multiscale.cosets import c18_definition as c18
from proofs_check.claims.multiscale.cosets import c20_characters as c20
from proofs_check.claims.multiscale.cosets import c21_cluster as c21
from proofs_check.claims.multiscale.cosets import c22_coprime_frequencies as c22
from proofs_check.claims.multiscale.separation import c05_volume as c05
from proofs_check.claims.multiscale.separation import c06_number as c06
from proofs_check.claims.multiscale.separation import c07_separation as c07
from proofs_check.claims.multiscale.trained import c19_share as c19
from proofs_check.claims.shared import exact, rates, separation
from proofs_check.register import documents
from proofs_check.register.registry import load
from tests.proofs_check.claims.verdicts import listed

VERDICTS = {
    "holds": "C2 C5 C20 C22",
    "holds with a correction": "C1 C3 C4 C7 C18 C19 C21",
    "fails": "C6 C17",
    "reproduced": "C8 C9 C12 C15",
    "mixed": "C11 C13 C14 C16",
    "not yet run": "C10",
}
DELTA = Fraction(15642, 100000)


@pytest.mark.parametrize(("id", "verdict"), [(id, verdict) for verdict, ids in VERDICTS.items() for id in ids.split()])
def test_verdict(id: str, verdict: str) -> None:
    claim, recorded = load()[id], documents.read()[id]
    found = claim.run("quick")
    assert found.verdict == recorded["verdict"] == verdict
    if claim.kind != "empirical":
        texts = (found.evidence, found.counterexample, found.correction, found.scope)
        assert texts == tuple(recorded[name] for name in ("evidence", "counterexample", "correction", "scope"))
        assert (found.checks, claim.claim) == (recorded["checks"], recorded["claim"])
    assert (found.counterexample is not None) == (verdict in ("fails", "holds with a correction"))
    assert found.scope or verdict == "not yet run"


def test_every_claim_is_here() -> None:
    here = {id for ids in VERDICTS.values() for id in ids.split()}
    assert here | listed("C") == {id for id in load() if id.startswith("C")}


def test_projection_has_a_sign() -> None:
    assert c01.is_projection(1, 1)
    assert not c01.is_projection(-1, 1)
    assert c01.is_projection(-1, -1)
    cases = [(n, f, s, k) for n in range(1, 4) for f in range(1, n // 2 + 1) for s in range(n) for k in range(n)]
    assert next(case for case in cases if c01.differs(*case)) == (3, 1, 1, 1)


@given(st.integers(2, 60), st.integers(1, 59), st.integers(0, 59))
def test_maxima_are_cosets_of_order_gcd(n: int, f: int, s: int) -> None:
    values = [cos(2 * pi * f * (c - s) / n) for c in range(n)]
    assert c02.maxima(n, f, s) == {c for c, v in enumerate(values) if v > 1 - 1e-9}
    g = gcd(f, n)
    assert c02.on_coset(n, f, s, g)
    assert (g == n // g) == c02.on_coset(n, f, s, n // g)


@given(st.integers(2, 60), st.data())
def test_steps_of_the_inverse(n: int, data: st.DataObject) -> None:
    f = data.draw(st.integers(1, n - 1))
    assert c03.steps_keep_activation(n, f)
    assert c03.remapped(n, f, c03.unit_above(n, f))
    assert not c03.remapped(n, f, 0)
    assert c03.steps_keep_activation(n, f, modulus_is_n=True) == (gcd(f // gcd(f, n), n) == 1)


def test_smallest_failures_of_the_inverse() -> None:
    pairs = [(n, f) for n in range(2, 41) for f in range(1, n // 2 + 1)]
    assert next(pair for pair in pairs if not c03.steps_keep_activation(*pair, True)) == (10, 4)
    assert all(c03.steps_keep_activation(*pair) for pair in pairs)
    assert c03.substituted(7, 2) == 3
    assert c03.substituted(7, 1) == 1
    assert c03.inverse(15, 59) == 4
    assert c03.inverse(2, 10) is None
    assert c02.distance(-3, 7) == c02.distance(3, 7) == 3


def test_frequencies_of_the_remainders() -> None:
    assert c04.takes_one_there(6, 2, printed=False, only=True)
    assert not c04.takes_one_there(6, 2, printed=True, only=False)
    assert not c04.takes_one_there(7, 7, printed=True, only=True)  # one factor: 1 everywhere
    assert c04.sum_is_greatest_at_solution(15, (3, 5), printed=False)
    assert not c04.sum_is_greatest_at_solution(15, (3, 5), printed=True)
    assert c04.ones_where(6, 3, 2)
    assert not c04.ones_where(6, 1 * 2, 2)  # with i as the index
    assert list(exact.splittings(12)) == [(12,), (3, 4)]
    assert list(exact.splittings(30)) == [(30,), (2, 15), (2, 3, 5), (3, 10), (5, 6)]


def test_splittings_are_coprime() -> None:
    for n in range(2, 80):
        for qs in exact.splittings(n):
            assert np.prod(qs) == n
            assert all(gcd(q, r) == 1 for i, q in enumerate(qs) for r in qs[:i])


def test_printed_sum_at_six() -> None:
    sums = [cos(2 * pi * 2 * (k - 1) / 6) + cos(2 * pi * 3 * k / 6) for k in range(6)]
    assert np.argmax(sums) == 4


def test_volume_has_its_constants() -> None:
    assert c05.is_union_bound()
    assert not c05.is_union_bound(gamma_shift=0)
    assert not c05.is_union_bound(base=1)
    assert c05.ball_recursion()


@pytest.mark.parametrize("m", [1, 2, 3, 4, 7, 10])
def test_gamma_at_halves(m: int) -> None:
    assert float(c06.gamma_half(m).mid) == pytest.approx(gamma(m / 2 + 1))
    assert c06.stirling_is_below(m)


@pytest.mark.parametrize("m", [1, 2, 5])
def test_volume_is_that_of_balls(m: int) -> None:
    expected = 91 / 2 * (0.3 * m / (2 * pi)) ** (m / 2) / gamma(m / 2 + 1)
    assert float(c06.volume(91, m, Fraction(3, 10)).mid) == pytest.approx(expected)


@pytest.mark.parametrize("n", [89, 91])
def test_threshold_is_the_logarithm(n: int) -> None:
    near = Fraction(15641, 100000)
    assert float(c06.threshold(n, near, Fraction(1, 2)).mid) == pytest.approx(log(n), rel=1e-4)
    assert c06.small_enough(n, near, Fraction(1, 2))
    assert not c06.small_enough(n, near, Fraction(1, 2), minus=-2)


def test_guarantee_fails_at_four() -> None:
    small, sure = Fraction(1, 1000), Fraction(9, 10)
    assert c06.guarantee_holds(4, 1, small, sure) is False
    assert c06.guarantee_holds(4, 1, small, Fraction(1, 2)) is True
    assert c06.guarantee_holds(5, 1, small, sure) is True
    assert c06.guarantee_holds(89, 3, DELTA, Fraction(1, 2)) is None


def test_corrected_bound_needs_every_difference() -> None:
    delta = Fraction(13, 27)
    exact = separation.probability(6, 1, delta)
    assert exact == Fraction(2, 5)
    assert c06.least_probability(6, 1, delta) <= exact
    assert c06.least_probability(6, 3, delta, differences=1) > separation.probability(6, 3, delta)


def counted(n: int, m: int, delta: Fraction) -> Fraction:
    """By all (n-1)^m choices and all differences, from the definition."""
    good = 0
    for fs in product(range(1, n), repeat=m):
        least = min(m - sum(cos(2 * pi * f * d / n) for f in fs) for d in range(1, n))
        good += least > float(delta) * m
    return Fraction(good, (n - 1) ** m)


@pytest.mark.parametrize(("n", "m"), [(2, 1), (2, 3), (4, 1), (5, 2), (6, 2), (6, 3), (8, 3), (9, 3), (7, 4)])
@pytest.mark.parametrize("delta", [Fraction(1, 100), DELTA, Fraction(31, 50)])
def test_probability_is_the_count(n: int, m: int, delta: Fraction) -> None:
    assert separation.probability(n, m, delta) == counted(n, m, delta)


def test_a_separation_on_the_bound_is_refused() -> None:
    with pytest.raises(ArithmeticError, match="within 1e-09 of delta m"):
        separation.probability(4, 1, Fraction(1))


def test_certainty_is_not_95_percent() -> None:
    exact = separation.probability(89, 4, DELTA)
    assert Fraction(1, 2) < exact < Fraction(95, 100)
    assert separation.probability(89, 3, DELTA) < Fraction(1, 2)


def test_simulation_agrees_with_the_count() -> None:
    shares = [c07.simulated(91, 4, 500, seed) for seed in range(4)]
    exact = float(separation.probability(91, 4, DELTA))
    assert abs(np.mean(shares) - exact) < 4 * (exact * (1 - exact) / 2000) ** 0.5
    assert c07.surely_above(shares, 500)
    assert not c07.surely_above(shares, 500, level=0.9)
    assert not c07.surely_above([0.6], 10)


@pytest.mark.parametrize("name", c07.RATES)
def test_rate_of_the_proof(name: str) -> None:
    delta, least, t = c07.RATES[name]
    assert c07.delta_and_threshold()
    assert not c07.delta_and_threshold(2)
    assert c07.suffices(delta(), least, t)
    assert not c07.suffices(delta(), least + c07.STEP, t)
    assert not c07.suffices(delta(), least, t - Fraction(1, 2))
    assert c07.rate_exceeds(97, least, delta(), t)
    assert not c07.rate_exceeds(97, least, iv.mpf(1) / 5, t)
    assert c07.mean_below_bessel(4, t)
    assert not c07.mean_below_bessel(2, t)


@settings(max_examples=20, deadline=None)
@given(st.integers(4, 200))
def test_mean_is_below_the_bessel_function(n: int) -> None:
    mean = np.exp(3.5 * np.cos(2 * np.pi * np.arange(1, n) / n)).mean()
    assert mean <= np.i0(3.5) * (1 + 1e-12)


@pytest.mark.parametrize(("order", "t"), [(0, 0.5), (0, 3.5), (1, 3.5), (4, 3.5), (0, 40.0)])
def test_bessel_functions_are_enclosed(order: int, t: float) -> None:
    """Against the mean of cos(order x) e^(t cos x) over equidistant angles."""
    x = 2 * np.pi * np.arange(512) / 512
    value = rates.bessel(order, iv.mpf(t))
    mean = float((np.cos(order * x) * np.exp(t * np.cos(x))).mean())
    assert float(value.a) * (1 - 1e-12) <= mean <= float(value.b) * (1 + 1e-12)
    assert float(value.delta) < 1e-12 * mean


@pytest.mark.parametrize("delta", [0.01, 0.15, 0.5, 0.9])
def test_rate_is_the_maximum(delta: float) -> None:
    """On a grid of t no value is above it, and the best is near it."""
    value = rates.rate(iv.mpf(delta))
    turns = np.linspace(0.01, 80, 8000)
    cosines = np.cos(2 * np.pi * np.arange(4096) / 4096) - 1
    gains = [-t * delta - np.log(np.exp(t * cosines).mean()) for t in turns]
    assert max(gains) <= float(value.b) + 1e-9
    assert max(gains) >= float(value.a) - 1e-3
    assert float(value.delta) < 1e-9


def test_rate_refuses_slopes_without_a_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "best_turn", lambda delta: 1.0)
    with pytest.raises(ArithmeticError, match="no certain sign around t = 1"):
        rates.rate(iv.mpf(15) / 100)


@pytest.mark.parametrize(("n", "m"), [(997, 6), (4999, 7), (4999, 8), (9973, 8)])
def test_poissons_estimate_agrees_with_simulation(n: int, m: int) -> None:
    share = c07.simulated(n, m, 400, 5)
    estimate = rates.separated(log(n), m, float(DELTA))
    assert abs(share - estimate) < 0.04 + 4 * (estimate * (1 - estimate) / 400) ** 0.5
    assert abs(share - rates.separated(log(n), m + 2, float(DELTA))) > 0.1  # other numbers of frequencies do not fit


@pytest.mark.parametrize(("n", "m"), [(89, 3), (89, 4), (89, 5), (91, 5)])
def test_poissons_estimate_agrees_with_exact_counts(n: int, m: int) -> None:
    assert abs(float(separation.probability(n, m, DELTA)) - rates.separated(log(n), m, float(DELTA))) < 0.04


def test_at_the_logarithm_the_estimate_falls_and_above_it_rises() -> None:
    delta = float(c07.printed_delta().mid)
    few = [rates.separated(m, m, delta) for m in (60, 70, 100, 400)]
    assert few == pytest.approx([0.6025, 0.4760, 0.0853, 0], abs=1e-4)
    enough = [rates.separated(log_n, round(log_n / 0.93), delta) for log_n in (60, 100, 400)]
    assert enough == sorted(enough)
    assert enough[-1] > 0.999


@pytest.mark.parametrize("delta", [Fraction(1, 1000), Fraction(1, 7), Fraction(9, 10)])
def test_printed_threshold_is_low_for_large_primes(delta: Fraction) -> None:
    assert c06.threshold_is_low(delta)
    assert not c06.threshold_is_low(delta, minus=2)


def test_half_of_seven() -> None:
    assert c17.half_is(91, 7, 42)
    assert not c17.half_is(91, 7, 43)


def test_definition_of_approximate_cosets() -> None:
    assert c18.approximate_coset(9, frozenset({0, 1, 5}), 1)
    assert not c18.approximate_coset(9, frozenset({0, 1, 5}), 3)
    assert c18.is_coset(9, frozenset({2, 5, 8}))
    assert not c18.is_coset(9, frozenset({2, 5, 7}))


def test_share_is_not_odds() -> None:
    assert c19.share(94600, 494500) == Fraction(22, 115) < c19.odds(94600, 494500)


@pytest.mark.parametrize("n", [2, 3, 7, 12])
def test_divisors_are_not_all_characters(n: int) -> None:
    assert c20.is_representation(n, Fraction(n))
    assert not c20.is_representation(n, Fraction(1, 2))
    assert c20.characters(n, only_divisors=False) == n
    assert (c20.characters(n, only_divisors=True) == n) == (n == 2)


@pytest.mark.parametrize(("n", "f", "a", "b"), [(5, 1, 1, 2), (6, 2, 2, 4), (9, 3, 3, 0), (8, 1, 3, 3)])
def test_cluster_needs_every_phase(n: int, f: int, a: int, b: int) -> None:
    assert c21.cluster_is_a_wave(n, f, a, b)
    assert c21.cluster_is_a_wave(n, f, a, b, every_phase=False) == ((a + b) % n == 0)


def test_cluster_of_relu_neurons_is_a_wave() -> None:
    n, f = 7, 2
    angle = 2 * np.pi * f * np.arange(n) / n
    phases = [(s, t) for s in range(n) for t in range(n)]
    values = np.zeros((n, n, n))
    for s, t in phases:
        hidden = np.maximum(0, np.cos(angle - angle[s])[:, None] + np.cos(angle - angle[t])[None, :])
        values += hidden[:, :, None] * np.cos(angle - angle[s] - angle[t])
    i, j, k = np.indices((n, n, n))
    wave = np.cos(2 * np.pi * f * (k - i - j) / n)
    assert np.allclose(values, values[0, 0, 0] * wave)
    assert values[0, 0, 0] > 0


def test_coprime_frequencies_single_out_one_label() -> None:
    assert c22.unique(15, (3, 5))
    assert not c22.unique(15, (3, 6))
    assert not c22.unique(8, (2, 4))
    assert c22.maxima(15, (3, 6)) == {0, 5, 10}
    values = [cos(2 * pi * 3 * d / 15) + cos(2 * pi * 5 * d / 15) for d in range(15)]
    assert [d for d, v in enumerate(values) if v > 2 - 1e-9] == [0]
