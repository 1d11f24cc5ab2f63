"""How fast the chance falls that a mean of m cosines of random angles is above 1 - delta (docs/theory.md, 7.6)."""

from __future__ import annotations

from functools import cache
from math import exp

import numpy as np
from mpmath import iv  # type: ignore[import-untyped]
from numpy.typing import NDArray

NARROW = 2.0**-20  # half the width in which the best t is enclosed


def bessel(order: int, t: iv.mpf) -> iv.mpf:
    """An interval that contains I_order(t), t > 0: the series, and a rest below its last term (ratios below 1/2)."""
    square = (t / 2) ** 2
    term = iv.mpf(1)
    for j in range(1, order + 1):
        term *= t / (2 * j)
    total, i = term, 0
    while not (square.b < i * i / 2 and term.b < total.a * 2.0**-iv.prec):
        i += 1
        term *= square / (i * (i + order))
        total += term
    return total + iv.mpf([0, term.b])


def slope(t: iv.mpf, delta: iv.mpf) -> iv.mpf:
    """The derivative of t (1 - delta) - ln I_0(t), which falls in t."""
    return 1 - delta - bessel(1, t) / bessel(0, t)


def gain(t: iv.mpf, delta: iv.mpf) -> iv.mpf:
    """t (1 - delta) - ln I_0(t): Chernoff's exponent at t."""
    return t * (1 - delta) - iv.log(bessel(0, t))


def best_turn(delta: float) -> float:
    """About the t > 0 where `gain` is greatest, by bisection; means over 4096 angles in float64, t below about 10^5."""
    cosines = np.cos(2 * np.pi * np.arange(4096) / 4096)

    def rises(t: float) -> bool:
        weights = np.exp(t * (cosines - 1))
        return float((weights * cosines).sum() / weights.sum()) < 1 - delta

    low, high = 0.0, 1.0
    while rises(high):
        low, high = high, 2 * high
    while high - low > NARROW / 4:
        middle = (low + high) / 2
        low, high = (middle, high) if rises(middle) else (low, middle)
    return (low + high) / 2


def rate(delta: iv.mpf) -> iv.mpf:
    """An interval that contains I(delta) = max over t > 0 of t (1 - delta) - ln I_0(t).

    `gain` is concave: its slope is positive before and negative after the best t, and it is below its tangents.
    Raises ArithmeticError where the signs of the slopes are not certain.
    """
    iv.prec = 80
    best = best_turn(float(delta.mid))
    before, after = iv.mpf(best - NARROW), iv.mpf(best + NARROW)
    first = slope(before, delta)
    if not (first.a > 0 > slope(after, delta).b):
        raise ArithmeticError(f"rate: the slope has no certain sign around t = {best}, expected one maximum there")
    above = gain(before, delta) + first * (after - before)
    return iv.mpf([gain(iv.mpf(best), delta).a, above.b])


def tail(m: int, delta: float) -> float:
    """P(cos U_1 + ... + cos U_m >= (1 - delta) m) e^(m I), U uniform angles: Fourier inversion in float64, m >= 20.

    On the line t + i u with the t of the rate: (1/pi) integral over u > 0 of Re(E exp((t + iu)(cos U - 1 + delta))^m
    / (t + iu)), by the midpoint rule; the means are over 256 angles.
    """
    t, means = _on_line(delta)
    value = (means**m / (t + 1j * LINE)).real.sum() * (LINE[1] - LINE[0]) / np.pi
    return float(value)


LINE = (np.arange(1000) + 0.5) / 100


@cache
def _on_line(delta: float) -> tuple[float, NDArray[np.complex128]]:
    """The t of the rate, and E exp((t + iu)(cos U - 1 + delta)) over its value at u = 0 for u in LINE."""
    t = best_turn(delta)
    cosines = np.cos(2 * np.pi * np.arange(256) / 256) - 1 + delta
    means = np.exp((t + 1j * LINE)[:, None] * cosines).mean(axis=1) / np.exp(t * cosines).mean()
    return t, means


def expected_close(log_n: float, m: int, delta: float) -> float:
    """About how many of the n/2 differences +-d are closer than delta m: n/2 times the chance of one, for large n."""
    t, _ = _on_line(delta)
    exponent = float(gain(iv.mpf(t), iv.mpf(delta)).mid)
    return exp(log_n - m * exponent) / 2 * tail(m, delta)


def separated(log_n: float, m: int, delta: float) -> float:
    """Poisson's estimate of the chance that no difference is closer than delta m; an estimate, not a bound."""
    return exp(-expected_close(log_n, m, delta))
