"""C7: its simulation, the bound of Hoeffding and the bounds of the proof, each on both sides."""

from __future__ import annotations

from fractions import Fraction
from math import log, sqrt

import numpy as np
import pytest
from mpmath import iv  # type: ignore[import-untyped]
from scipy.special import ive

from proofs_check.claims.multiscale.separation import c07_separation as c07
from proofs_check.claims.shared.separation import probability


@pytest.mark.parametrize(("n", "delta", "all_or_none"), [(5, 0.69, 1), (5, 0.70, 0), (7, 0.376, 1), (7, 0.377, 0)])
def test_every_difference_is_looked_at(n: int, delta: float, all_or_none: int) -> None:
    """n is prime, so for each f there is a d with f d = +-1, wherever it lies: 1 - cos(2 pi/n) is the least."""
    assert c07.simulated(n, 1, 100, 0, Fraction(delta)) == all_or_none
    assert probability(n, 1, Fraction(delta)) == all_or_none


@pytest.mark.parametrize(("n", "m"), [(4, 2), (5, 2), (6, 2), (7, 3), (11, 3), (12, 3)])
def test_simulation_against_the_exact_chance(n: int, m: int) -> None:
    for delta in (Fraction(31, 100), Fraction(57, 100)):
        exact = float(probability(n, m, delta))
        found = c07.simulated(n, m, 4000, 1, delta)
        assert abs(found - exact) <= 4.5 * sqrt(exact * (1 - exact) / 4000)


@pytest.mark.parametrize("shares", [1, 3])
def test_the_bound_of_hoeffding(shares: int) -> None:
    """With 1000 draws in all: the mean less sqrt(ln(1/doubt)/2000) is above the level."""
    samples = 1000 // shares
    edge = sqrt(log(1000) / (2 * samples * shares))
    assert c07.surely_above([0.5 + edge + 1e-6] * shares, samples)
    assert not c07.surely_above([0.5 + edge - 1e-6] * shares, samples)
    assert c07.surely_above([0.4 + edge + 1e-6] * shares, samples, level=0.4)
    wider = sqrt(log(20) / (2 * samples * shares))
    assert c07.surely_above([0.5 + wider + 1e-6] * shares, samples, doubt=0.05)
    assert not c07.surely_above([0.5 + wider + 1e-6] * shares, samples)


@pytest.mark.parametrize("n", [2, 3, 5, 8, 31, None])
@pytest.mark.parametrize("delta", [0.15, 0.4])
def test_a_rate_is_exceeded_up_to_its_value(n: int | None, delta: float) -> None:
    t = Fraction(13, 4)
    mean = ive(0, 3.25) * np.exp(3.25) if n is None else np.exp(3.25 * np.cos(2 * np.pi * np.arange(1, n) / n)).mean()
    value = 3.25 * (1 - delta) - log(mean)
    assert c07.rate_exceeds(n, Fraction(value - 1e-9), iv.mpf(delta), t)
    assert not c07.rate_exceeds(n, Fraction(value + 1e-9), iv.mpf(delta), t)


@pytest.mark.parametrize(
    ("n", "t", "covered"),
    [(2, 2, False), (2, Fraction(3, 2), True), (3, 3, True), (4, Fraction(401, 100), False), (4, 4, True)],
)
def test_the_mean_is_below_from_some_modulus_on(n: int, t: int | Fraction, covered: bool) -> None:
    """I_0 + 4 n I_n <= e^t: at n = t = 2 it is 7.79 > 7.39; and n >= t."""
    assert c07.mean_below_bessel(n, Fraction(t)) == covered
    x = float(t)
    assert (n >= t and (ive(0, x) + 4 * n * ive(n, x)) < 1) == covered


def test_every_odd_prime_below_the_first_modulus_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int | None] = []

    def exceeds(n: int | None, *rest: object) -> bool:
        asked.append(n)
        return n != 7

    monkeypatch.setattr(c07, "rate_exceeds", exceeds)
    for first, expected, enough in ((4, [None, 3], True), (6, [None, 3, 5], True), (8, [None, 3, 5, 7], False)):
        asked.clear()
        monkeypatch.setattr(c07, "mean_below_bessel", lambda n, t, first=first: n >= first)
        assert c07.suffices(iv.mpf(1) / 10, Fraction(1), Fraction(1)) == enough
        assert asked == expected
