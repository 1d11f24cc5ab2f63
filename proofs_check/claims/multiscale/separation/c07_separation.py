"""C7: random frequencies separate the right label; exact counts for n = 89, 91, simulation for larger n, a proof."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate
from math import exp, factorial, log, sqrt

import numpy as np
from mpmath import iv  # type: ignore[import-untyped]

from proofs_check.claims.shared.exact import primes
from proofs_check.claims.shared.separation import probability
from proofs_check.register.claim import Finding, demand
from proofs_check.register.registry import claim

DELTA = Fraction(15642, 100000)  # just above pi/e^3 = 0.156410...: separating by more is harder
TURN = Fraction(7, 2)  # t of the Chernoff bound


def delta_and_threshold(power: int = 3) -> bool:
    """Whether delta = pi/e^power has ln(pi/delta) - 1 = 2, so that rho = 1/2 leaves m > ln n; and is near 0.1564."""
    value = iv.pi / iv.exp(iv.mpf(power))
    gain = iv.log(iv.pi / value) - 1
    return bool(gain.a <= 2 <= gain.b and gain.delta < 1e-9 and value.a > 0.15641 and value.b < 0.15642)


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
    claim="""delta = pi/e^3, rho = 1/2 reduces C6 to m > ln n, and m = ln n random frequencies have separation above
    0.15 m with 50% certainty""",
    source="modular addition at several scales, Section 5.4",
    kind="theorem",
)
def check(effort: str) -> Finding:
    """Exact counts, simulation with Hoeffding's bound, the rate of the proof by intervals."""
    quick = effort == "quick"
    demand(delta_and_threshold(), "delta and the threshold")
    upper = DELTA
    counted = {(n, m): probability(n, m, upper) for n in (89, 91) for m in ((4, 5) if quick else (3, 4, 5))}
    demand(all(p > Fraction(1, 2) for (_, m), p in counted.items() if m >= 4), f"exact: {counted}")
    small = {n: probability(n, int(log(n)) + 1, upper) for n in range(2, 33 if quick else 49)}
    demand(min(small.values()) > Fraction(1, 2), "a small n below 1/2")
    samples, seeds, sizes = (200, 3, (997, 4999)) if quick else (500, 5, (997, 4999, 19997))
    shares = {n: [simulated(n, int(log(n)) + 1, samples, seed) for seed in range(seeds)] for n in sizes}
    demand(all(surely_above(share, samples) for share in shares.values()), f"simulated: {shares}")
    demand(rate_exceeds(None, RATE, upper) and mean_below_bessel(11), "the rate for n >= 11")
    demand(all(rate_exceeds(n, RATE, upper) for n in primes(97) if n > 2), "the rate for primes up to 97")
    exact = "; ".join(f"n = {n}, m = {m}: {float(p):.4f}" for (n, m), p in counted.items())
    spread = "; ".join(f"n = {n}, m = {int(log(n)) + 1}: {min(s):.3f} to {max(s):.3f}" for n, s in shares.items())
    worst = min(small, key=lambda n: small[n])
    return Finding(
        "holds",
        f"""reduction exact. Probability of separation above 0.15642 m, pi/e^3 rounded up, exact counts: {exact}; at the
        first m > ln n it is above 1/2 for all n <= {max(small)} (least {float(small[worst]):.3f}, n = {worst}).
        Simulated, {seeds} seeds x {samples}: {spread}; above 1/2 by Hoeffding's bound (error 0.001)""",
        scope=f"""n <= {max(small)}, 89 and 91 exactly, larger n by simulation; no claim for all n at m = ln n. Proved
        for every odd prime n: m > ln n/0.95 suffices for probability 1/2 (Chernoff at t = 7/2 with interval arithmetic,
        (n-1)/2 values of d, f d uniform)""",
        data={
            "exact": {f"{n},{m}": str(p) for (n, m), p in counted.items()},
            "simulated": {str(n): s for n, s in shares.items()},
        },
    )
