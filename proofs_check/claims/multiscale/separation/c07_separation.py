"""C7: ln n random frequencies separate the right label at n = 89, 91, and not for large primes; how many do."""

from __future__ import annotations

from fractions import Fraction
from itertools import count
from math import log, sqrt

import numpy as np
from mpmath import iv  # type: ignore[import-untyped]

from proofs_check.claims.shared.exact import primes
from proofs_check.claims.shared.rates import bessel, gain, rate, separated
from proofs_check.claims.shared.separation import probability
from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim

DELTA = Fraction(15642, 100000)  # just above pi/e^3 = 0.156410...: separating by more is harder
LARGE = (60, 70, 100)  # n = e^m
STEP = Fraction(1, 10**5)  # of the rates that are stated


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


def printed_delta() -> iv.mpf:
    """pi/e^3 as an interval."""
    return iv.pi / iv.exp(iv.mpf(3))


def rounded_delta() -> iv.mpf:
    """The 0.15 of the text, as an interval."""
    return iv.mpf(15) / 100


RATES = {  # the separation over m: a lower bound of its rate I, by Chernoff at this t; I is below the next multiple
    "pi/e^3": (printed_delta, Fraction(95409, 10**5), Fraction(3548, 1000)),
    "0.15": (rounded_delta, Fraction(97725, 10**5), Fraction(3680, 1000)),
}


def interval(x: Fraction) -> iv.mpf:
    """A rational as an interval."""
    return iv.mpf(x.numerator) / x.denominator


def rate_exceeds(n: int | None, least: Fraction, delta: iv.mpf, t: Fraction) -> bool:
    """Whether t(1 - delta) - ln E exp(t cos(2 pi f/n)) > least, f uniform on 1..n-1; None: ln I_0(t) in its place."""
    iv.prec = 80
    if n is None:
        return bool(gain(interval(t), delta).a > interval(least).b)
    mean = sum((iv.exp(interval(t) * iv.cos(2 * iv.pi * f / n)) for f in range(1, n)), iv.mpf(0)) / (n - 1)
    return bool((interval(t) * (1 - delta) - iv.log(mean)).a > interval(least).b)


def mean_below_bessel(n: int, t: Fraction) -> bool:
    """Whether the proof shows E exp(t cos(2 pi f/n)) <= I_0(t), f in 1..n-1: I_0 + 2 n sum_r I_rn(t) <= e^t.

    The mean over all residues is I_0 + 2 sum_r I_rn, less e^t for f = 0. As I_(n+1) < t/(2n+2) I_n, for n >= t the sum
    over r is below twice its first term and n I_n(t) falls in n. So it holds for all larger n too.
    """
    iv.prec = 80
    turn = interval(t)
    return bool((bessel(0, turn) + 4 * n * bessel(n, turn)).b < iv.exp(turn).a) and n >= t


def suffices(delta: iv.mpf, least: Fraction, t: Fraction) -> bool:
    """Whether m > ln n/least gives probability 1/2 for every odd prime n: Chernoff for (n-1)/2 differences, all alike.

    By I_0(t) from the first n on that the proof covers, below it prime by prime.
    """
    first = next(n for n in count() if mean_below_bessel(n, t))
    small = [n for n in primes(first) if n > 2]
    return rate_exceeds(None, least, delta, t) and all(rate_exceeds(n, least, delta, t) for n in small)


@claim(
    id="C7",
    claim="""delta = pi/e^3, rho = 1/2 reduces C6 to m > ln n, and m = ln n random frequencies have separation above
    0.15 m with 50% certainty (what the heuristic, in the paper's word, predicts)""",
    source="modular addition at several scales, Section 5.4",
    kind="statement",
)
def check(effort: str) -> Finding:
    """Exact counts and simulation at small n; the rate, enclosed by intervals, which decides for large primes."""
    quick = effort == "quick"
    demand(delta_and_threshold(), "delta and the threshold")
    counted = {(n, m): probability(n, m, DELTA) for n in (89, 91) for m in ((4, 5) if quick else (3, 4, 5))}
    every((p > Fraction(1, 2) for (_, m), p in counted.items() if m >= 4), f"exact: {counted}")
    small = {n: probability(n, int(log(n)) + 1, DELTA) for n in range(2, 33 if quick else 49)}
    demand(min(small.values()) > Fraction(1, 2), "a small n below 1/2")
    samples, seeds, sizes = (200, 3, (997, 4999)) if quick else (500, 5, (997, 4999, 19997))
    shares = {n: [simulated(n, int(log(n)) + 1, samples, seed) for seed in range(seeds)] for n in sizes}
    every((surely_above(share, samples) for share in shares.values()), f"simulated: {shares}")
    enclosed = {name: rate(delta()) for name, (delta, _, _) in RATES.items()}
    for name, (delta, least, t) in RATES.items():
        demand(suffices(delta(), least, t), f"separation {name} m: m > ln n/{least} for primes")
        above = interval(least + STEP)
        demand(bool(enclosed[name].b < above.a and above.b < 1), f"separation {name} m: the rate is {enclosed[name]}")
    chances = {name: [separated(m, m, float(delta().mid)) for m in LARGE] for name, (delta, _, _) in RATES.items()}
    demand(chances["pi/e^3"] == sorted(chances["pi/e^3"], reverse=True), f"estimates {chances}")
    first = next(m for m in range(LARGE[0], LARGE[-1]) if separated(m, m, float(printed_delta().mid)) < 1 / 2)
    exact = "; ".join(f"n = {n}, m = {m}: {float(p):.4f}" for (n, m), p in counted.items())
    spread = "; ".join(f"n = {n}, m = {int(log(n)) + 1}: {min(s):.3f} to {max(s):.3f}" for n, s in shares.items())
    worst = min(small, key=lambda n: small[n])
    values = {name: f"{float(x.mid):.5f}" for name, x in enclosed.items()}
    bounds = {name: f"{float(least):.5f}" for name, (_, least, _) in RATES.items()}
    estimated = {name: ", ".join(f"{x:.3g}" for x in chance) for name, chance in chances.items()}
    powers = ", ".join(f"e^{m}" for m in LARGE)
    return Finding(
        "holds with a correction",
        f"""reduction exact. Probability of separation above {float(DELTA)} m, pi/e^3 rounded up, exact counts: {exact};
        at the first m > ln n it is above 1/2 for all n <= {max(small)} (least {float(small[worst]):.3f}, n = {worst}).
        Simulated, {seeds} seeds x {samples}: {spread}; above 1/2 by Hoeffding's bound (error 0.001). But the rate of
        Cramer is I = {values["pi/e^3"]} < 1 (for 0.15 m: {values["0.15"]}; intervals), so at m = ln n the chance tends
        to 0 along primes; Poisson's estimate at n = {powers}: {estimated["pi/e^3"]} (for 0.15 m:
        {estimated["0.15"]})""",
        counterexample=f"""all large primes n, m the integer next to ln n (docs/theory.md, 7.6, which gives no first
        one). By Poisson's estimate, which is no bound, the chance is below 1/2 from about n = e^{first} on""",
        correction=f"""m > ln n/I: m > ln n/{bounds["pi/e^3"]} frequencies (for 0.15 m: ln n/{bounds["0.15"]}) suffice
        for probability 1/2 at every odd prime n, and c ln n with c < 1/I do not for large ones. At n = 89 and 91 m > ln
        n is enough""",
        scope=f"""n <= {max(small)}, 89 and 91 exactly, n = {", ".join(map(str, sizes))} by simulation. Sufficient:
        every odd prime n (Chernoff with interval arithmetic, (n-1)/2 values of d, f d uniform); not enough: proved in
        the limit along primes (7.6)""",
        data={
            "exact": {f"{n},{m}": str(p) for (n, m), p in counted.items()},
            "simulated": {str(n): s for n, s in shares.items()},
            "rates": {name: [float(x.a), float(x.b)] for name, x in enclosed.items()},
            "estimated": chances,
        },
    )
