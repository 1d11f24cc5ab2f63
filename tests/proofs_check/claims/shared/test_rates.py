"""The tail of a mean of cosines against the inversion formula of its characteristic function, J_0(u)^m."""

from __future__ import annotations

from math import exp, log, sin

import numpy as np
import pytest
from mpmath import iv  # type: ignore[import-untyped]
from scipy.integrate import quad
from scipy.special import ive, j0

from proofs_check.claims.shared import rates


def inverted(m: int, delta: float) -> float:
    """P(cos U_1 + ... + cos U_m >= (1 - delta) m) by the formula of Gil-Pelaez."""
    level = (1 - delta) * m
    value = quad(lambda u: sin(u * level) * j0(u) ** m / u, 0, 40, limit=1000, epsabs=1e-13)[0]
    return 0.5 - value / np.pi


def exponent(delta: float) -> float:
    """The rate, by the greatest value on a grid that is narrowed three times."""
    low, high = 0.0, 100.0
    for _ in range(8):
        turns = np.linspace(low, high, 1001)
        best = turns[np.argmax(-turns * delta - np.log(ive(0, turns)))]
        low, high = max(0.0, best - (high - low) / 500), best + (high - low) / 500
    return float(-best * delta - log(ive(0, best)))


@pytest.mark.parametrize(("m", "delta"), [(20, 0.8), (30, 0.7), (24, 0.5), (40, 0.85)])
def test_tail_is_the_probability(m: int, delta: float) -> None:
    chance = inverted(m, delta)
    assert rates.tail(m, delta) * exp(-m * exponent(delta)) == pytest.approx(chance, rel=1e-6)
    assert rates.tail(m + 1, delta) != pytest.approx(rates.tail(m, delta), rel=1e-3)


@pytest.mark.parametrize(("m", "delta"), [(20, 0.8), (24, 0.5)])
def test_half_of_the_differences_are_counted(m: int, delta: float) -> None:
    """n/2 of them, as d and -d are one; by Poisson none is close with the chance e^-number."""
    number = 10 / 2 * inverted(m, delta)
    assert rates.expected_close(log(10), m, delta) == pytest.approx(number, rel=1e-6)
    assert rates.separated(log(10), m, delta) == pytest.approx(exp(-number), rel=1e-6)
    assert rates.expected_close(log(11), m, delta) != pytest.approx(number, rel=1e-3)


@pytest.mark.parametrize("delta", [0.01, 0.15, 0.5, 0.8, 0.95])
def test_best_turn_is_where_the_mean_cosine_is_one_less_delta(delta: float) -> None:
    turn = rates.best_turn(delta)
    for step, rises in ((-1e-6, True), (1e-6, False)):
        t = turn + step
        assert (ive(1, t) / ive(0, t) < 1 - delta) == rises
    value = rates.rate(iv.mpf(delta))
    assert float(value.a) - 1e-12 <= exponent(delta) <= float(value.b) + 1e-12
    assert float(value.delta) < 1e-11


@pytest.mark.parametrize("delta", [0.1, 0.6])
def test_slope_and_gain(delta: float) -> None:
    for t in (0.5, 2.0, 9.0):
        gain = rates.gain(iv.mpf(t), iv.mpf(delta))
        assert float(gain.mid) == pytest.approx(-t * delta - log(ive(0, t)), rel=1e-12)
        slope = rates.slope(iv.mpf(t), iv.mpf(delta))
        assert float(slope.mid) == pytest.approx(1 - delta - ive(1, t) / ive(0, t), rel=1e-9)


@pytest.mark.parametrize(("order", "t"), [(0, 1), (1, 1), (2, 3), (5, 0.5), (12, 7)])
def test_bessel_functions_against_scipy(order: int, t: float) -> None:
    value = rates.bessel(order, iv.mpf(t))
    assert float(value.mid) == pytest.approx(ive(order, t) * exp(t), rel=1e-12)
    assert 0 < float(value.delta) < 1e-12 * float(value.mid)


def test_best_turns_of_some_thousands() -> None:
    """e^t is no float there, and the weights are relative to the greatest; about 1/(2 delta)."""
    turn = rates.best_turn(1e-4)
    assert 1 - ive(1, turn) / ive(0, turn) == pytest.approx(1e-4, rel=1e-6)
    assert turn == pytest.approx(5000, rel=1e-3)
