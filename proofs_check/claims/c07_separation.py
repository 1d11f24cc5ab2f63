"""C7: random frequencies separate the right label; exact counts for n = 89, 91, simulation for larger n, a proof."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import accumulate
from math import cos, exp, factorial, gcd, log, pi, sqrt

import numpy as np
from mpmath import iv  # type: ignore[import-untyped]
from numpy.typing import NDArray

from proofs_check.claims.claim import Finding, demand
from proofs_check.claims.exact import primes
from proofs_check.claims.registry import claim

Array = NDArray[np.float64]
ROUNDING = 1e-9  # far above the error of sums of a dozen cosines in float64
DELTA = Fraction(15642, 100000)  # just above pi/e^3 = 0.156410...: separating by more is harder
TURN = Fraction(7, 2)  # t of the Chernoff bound


def delta_and_threshold(power: int = 3) -> bool:
    """Whether delta = pi/e^power has ln(pi/delta) - 1 = 2, so that rho = 1/2 leaves m > ln n; and is near 0.1564."""
    value = iv.pi / iv.exp(iv.mpf(power))
    gain = iv.log(iv.pi / value) - 1
    return bool(gain.a <= 2 <= gain.b and gain.delta < 1e-9 and value.a > 0.15641 and value.b < 0.15642)


def _cosines(n: int) -> Array:
    """cos(2 pi f d/n), row f = 0..n/2, column d = 1..n/2."""
    products = np.outer(np.arange(n // 2 + 1), np.arange(1, n // 2 + 1)) % n
    table = np.array([cos(2 * pi * j / n) for j in range(n)])
    rows: Array = table[products]
    return rows


def _multisets(count: int, size: int, start: int = 1) -> Iterator[tuple[int, ...]]:
    if size == 0:
        yield ()
        return
    for first in range(start, count + 1):
        for rest in _multisets(count, size - 1, first):
            yield (first, *rest)


def probability(n: int, m: int, delta: Fraction) -> Fraction:
    """P(m - h(d) > delta m for all d != 0), h(d) = sum_l cos(2 pi f_l d/n), f_l uniform on 1..n-1: an exact count.

    The first frequency runs over representatives under units of Z_n (which permute the d), the others over multisets
    of classes +-f. Raises ArithmeticError if a separation is within rounding of the bound.
    """
    rows, half = _cosines(n), n // 2
    weight = [0] + [1 if 2 * f == n else 2 for f in range(1, half + 1)]  # residues in a class
    firsts: dict[int, int] = {}
    for f in range(1, n):
        firsts[gcd(f, n)] = firsts.get(gcd(f, n), 0) + 1
    good = 0
    for first, count in firsts.items():
        good += count * sum(
            _good(rows, weight, rows[first], chosen, m, delta) for chosen in _multisets(half, max(m - 2, 0))
        )
    return Fraction(good, (n - 1) ** m)


def _good(rows: Array, weight: list[int], first: Array, chosen: tuple[int, ...], m: int, delta: Fraction) -> int:
    """Ordered choices of m - 1 frequencies, given all but the greatest of them sorted, that separate enough."""
    total = first + sum((rows[f] for f in chosen), np.zeros(len(first)))
    start = chosen[-1] if chosen else 1
    ways = factorial(max(m - 1, 0))
    for f in set(chosen):
        ways = ways * weight[f] ** chosen.count(f) // factorial(chosen.count(f))
    if m == 1:
        return int(_separated(total[None, :], m, delta)[0])
    separated = _separated(total + rows[start:], m, delta)
    counts = [ways * weight[f] for f in range(start, len(rows))]
    if chosen:
        counts[0] //= chosen.count(start) + 1
    return sum(c for c, ok in zip(counts, separated.tolist(), strict=True) if ok)


def _separated(sums: Array, m: int, delta: Fraction) -> NDArray[np.bool_]:
    """Whether m - max h > delta m, in each row."""
    excess = m - sums.max(axis=1, initial=-float(m)) - m * float(delta)
    if sums.shape[1] and np.abs(excess).min() < ROUNDING:
        raise ArithmeticError(f"separation: within {ROUNDING} of delta m, expected a clear difference")
    result: NDArray[np.bool_] = excess > 0
    return result


def simulated(n: int, m: int, samples: int, seed: int, delta: Fraction = DELTA) -> float:
    """Share of random choices of m frequencies that separate by more than delta m."""
    generator = np.random.default_rng([seed, n, m])
    table = np.cos(2 * np.pi * np.arange(n) / n)
    d = np.arange(1, n // 2 + 1)
    good = 0
    for _ in range(samples):
        frequencies = generator.integers(1, n, m)
        good += bool(m - table[np.outer(frequencies, d) % n].sum(axis=0).max() > float(delta) * m)
    return good / samples


def surely_above(shares: list[float], samples: int, level: float = 0.5, doubt: float = 1e-3) -> bool:
    """Whether Hoeffding's one-sided bound puts the probability above the level, but for a chance of `doubt`."""
    return sum(shares) / len(shares) - sqrt(log(1 / doubt) / (2 * samples * len(shares))) > level


def bessel_above(t: Fraction = TURN, terms: int = 25) -> Fraction:
    """I_0(t) = sum (t/2)^2i/i!^2, rounded up: the rest is below a geometric series of ratio 1/2."""
    ratios = ((t / 2) ** 2 / Fraction(i * i) for i in range(1, terms + 1))
    series = list(accumulate(ratios, lambda x, y: x * y, initial=Fraction(1)))
    return sum(series, Fraction(0)) + series[-1]


def rate_exceeds(n: int | None, rate: Fraction, delta: Fraction, t: Fraction = TURN) -> bool:
    """Whether t(1 - delta) - ln E exp(t cos(2 pi f/n)) > rate, f uniform on 1..n-1; None: ln I_0(t) in its place."""
    iv.prec = 80
    turn = iv.mpf(t.numerator) / t.denominator
    if n is None:
        above = bessel_above(t)
        mean = iv.mpf(above.numerator) / above.denominator
    else:
        mean = sum((iv.exp(turn * iv.cos(2 * iv.pi * f / n)) for f in range(1, n)), iv.mpf(0)) / (n - 1)
    gain = turn * (1 - iv.mpf(delta.numerator) / delta.denominator)
    return bool((gain - iv.log(mean)).a > iv.mpf(rate.numerator) / rate.denominator)


def mean_below_bessel(n: int) -> bool:
    """Whether E exp(t cos(2 pi f/n)) <= I_0(t), t = 7/2, for all moduli from n on: I_0 + 2 n sum_r I_rn(t) <= e^t.

    The mean over all residues is I_0 + 2 sum_r I_rn, less e^t for f = 0. I_j(t) <= (t/2)^j/j! e^(t^2/4), and the sum
    over r is below twice its first term; 2 n times it falls in n.
    """
    tail = 2 * (float(TURN) / 2) ** n / factorial(n) * exp(float(TURN) ** 2 / 4) * 1.0001
    return float(bessel_above()) + 2 * n * tail + 1e-6 < exp(float(TURN))


RATE = Fraction(95, 100)


@claim(
    id="C7",
    claim="delta = pi/e^3, rho = 1/2 reduces C6 to m > ln n, and m = ln n random frequencies have separation above"
    " 0.15 m with 50% certainty",
    source="modular addition at several scales, Section 5.4",
    kind="theorem",
)
def check(effort: str) -> Finding:
    quick = effort == "quick"
    demand(delta_and_threshold(), "delta and the threshold")
    upper = DELTA
    counted = {(n, m): probability(n, m, upper) for n in (89, 91) for m in ((4, 5) if quick else (3, 4, 5))}
    demand(all(p > Fraction(1, 2) for (_, m), p in counted.items() if m >= 4), f"exact: {counted}")
    small = {n: probability(n, int(log(n)) + 1, upper) for n in range(2, 33 if quick else 49)}
    demand(min(small.values()) > Fraction(1, 2), "a small n below 1/2")
    samples, seeds, sizes = (200, 3, (997, 4999)) if quick else (500, 5, (997, 4999, 19997))
    shares = {n: [simulated(n, int(log(n)) + 1, samples, seed) for seed in range(seeds)] for n in sizes}
    demand(all(surely_above(found, samples) for found in shares.values()), f"simulated: {shares}")
    demand(rate_exceeds(None, RATE, upper) and mean_below_bessel(11), "the rate for n >= 11")
    demand(all(rate_exceeds(n, RATE, upper) for n in primes(97) if n > 2), "the rate for primes up to 97")
    exact = "; ".join(f"n = {n}, m = {m}: {float(p):.4f}" for (n, m), p in counted.items())
    spread = "; ".join(f"n = {n}, m = {int(log(n)) + 1}: {min(s):.3f} to {max(s):.3f}" for n, s in shares.items())
    worst = min(small, key=lambda n: small[n])
    return Finding(
        "holds",
        f"reduction exact. Probability of separation above 0.15642 m, pi/e^3 rounded up, exact counts: {exact};"
        f" at the first m > ln n it"
        f" is above 1/2 for all n <= {max(small)} (least {float(small[worst]):.3f}, n = {worst}). Simulated, {seeds}"
        f" seeds x {samples}: {spread}; above 1/2 by Hoeffding's bound (error 0.001)",
        scope=f"n <= {max(small)}, 89 and 91 exactly, larger n by simulation; no claim for all n at m = ln n. Proved"
        " for every odd prime n: m > ln n/0.95 suffices for probability 1/2 (Chernoff at t = 7/2 with interval"
        " arithmetic, (n-1)/2 values of d, f d uniform)",
        data={
            "exact": {f"{n},{m}": str(p) for (n, m), p in counted.items()},
            "simulated": {str(n): s for n, s in shares.items()},
        },
    )
