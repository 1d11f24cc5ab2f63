"""C6: how many random frequencies separate the right label."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import numpy as np
import sympy
from mpmath import iv  # type: ignore[import-untyped]

from proofs_check.claims.shared.exact import primes
from proofs_check.claims.shared.rates import rate
from proofs_check.claims.shared.separation import probability
from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim

TURNS = 32  # of t, by halves, in Chernoff's bound
ROUNDING = 1e-12  # of a probability in float64
FIRST = 4  # the least n of a counterexample
FREQUENCIES = 3  # at most, where all choices are counted
LARGEST = 23  # prime of these
SIZES = (FIRST, 5, 89, 91, 1009, 10**6 + 3)  # n at which the volume is looked at
DELTAS = (Fraction(1, 1000), Fraction(1, 10), Fraction(1, 7), Fraction(13, 27), Fraction(9, 10))
RHOS = (Fraction(1, 10), Fraction(1, 2), Fraction(9, 10), Fraction(999, 1000))


def threshold(n: int, delta: Fraction, rho: Fraction, minus: int = 1) -> iv.mpf:
    """(2 ln n - 2 ln(2 - 2 rho))/(ln(pi/delta) - 1) as an interval; minus = 1 as printed."""
    iv.prec = 80
    log_delta = iv.log(iv.mpf(delta.numerator)) - iv.log(iv.mpf(delta.denominator))
    rest = 2 - 2 * rho
    log_rest = iv.log(iv.mpf(rest.numerator)) - iv.log(iv.mpf(rest.denominator))
    return (2 * iv.log(iv.mpf(n)) - 2 * log_rest) / (iv.log(iv.pi) - log_delta - minus)


def volume(n: int, m: int, delta: Fraction) -> iv.mpf:
    """The printed volume as an interval; Gamma(m/2 + 1) from factorials and sqrt(pi)."""
    half = iv.mpf(delta.numerator) * m / (delta.denominator * 2 * iv.pi)
    return iv.mpf(n) / 2 * iv.sqrt(half) ** m / gamma_half(m)


def gamma_half(m: int) -> iv.mpf:
    """Gamma(m/2 + 1): x! for even m; (2j)! sqrt(pi)/(4^j j!) with j = (m+1)/2 for odd m."""
    if m % 2 == 0:
        return iv.mpf(sympy.factorial(m // 2).p)
    j = (m + 1) // 2
    ratio = Fraction(int(sympy.factorial(2 * j)), int(4**j * sympy.factorial(j)))
    return iv.mpf(ratio.numerator) / ratio.denominator * iv.sqrt(iv.pi)


def stirling_is_below(m: int) -> bool:
    """Whether x ln x - x < ln Gamma(x + 1) at x = m/2, by intervals."""
    iv.prec = 80
    x = iv.mpf(m) / 2
    return bool((x * iv.log(x) - x).b < iv.log(gamma_half(m)).a)


def small_enough(n: int, delta: Fraction, rho: Fraction, minus: int = 1) -> bool:
    """Whether the volume at the least m above the threshold is below 1 - rho."""
    m = floor(float(threshold(n, delta, rho, minus).b)) + 1
    return bool(1 - volume(n, m, delta) > iv.mpf(rho.numerator) / rho.denominator)


def guarantee_holds(n: int, m: int, delta: Fraction, rho: Fraction) -> bool | None:
    """Whether m random frequencies have separation above delta m with probability >= rho; None below the threshold."""
    if not threshold(n, delta, rho).b < m:
        return None
    return probability(n, m, delta) >= rho


def least_probability(n: int, m: int, delta: Fraction, differences: int | None = None) -> float:
    """1 - sum over 0 < d <= n/2 (or `differences`) of min_t (e^(-t(1 - delta)) E exp(t cos(2 pi f d/n)))^m.

    E over f uniform on 1..n-1; t on a grid. Chernoff's bound and the union bound: the probability is no less.
    """
    turns = np.arange(1, TURNS + 1)[:, None] / 2
    f = np.arange(1, n)
    lost = 0.0
    for d in range(1, (n // 2 if differences is None else differences) + 1):
        means = np.exp(turns * (np.cos(2 * np.pi * f * d / n) - (1 - float(delta)))).mean(axis=1)
        lost += float(min(1, means.min())) ** m
    return 1 - lost


def threshold_is_low(delta: Fraction, minus: int = 1) -> bool:
    """Whether 2/(ln(pi/delta) - 1) < 1/I, so that the printed number fails for large primes (docs/theory.md, 7.6)."""
    value = iv.mpf(delta.numerator) / delta.denominator
    return bool((iv.log(iv.pi / value) - minus).a > 2 * rate(value).b)


@claim(
    id="C6",
    claim="""more than (2 ln n - 2 ln(2 - 2 rho))/(ln(pi/delta) - 1) random frequencies have separation at least delta m
    with probability at least rho (a heuristic, in the paper's word)""",
    source="modular addition at several scales, Section 5.4",
    kind="statement",
    requires=("C5", "C7"),
)
def check(effort: str) -> Finding:
    """The volume above the threshold by intervals; exact probabilities against guarantee and corrected bound."""
    most = 400 if effort == "quick" else 2000
    every((stirling_is_below(m) for m in range(1, most + 1)), "first-order Stirling is above")
    grid = [(n, d, r) for n in SIZES for d in DELTAS for r in RHOS]
    every((small_enough(*point) for point in grid), "the volume exceeds 1 - rho above the threshold")
    delta, rho, choices = min(DELTAS), Fraction(9, 10), range(1, FREQUENCIES + 1)
    demand(guarantee_holds(FIRST, 1, delta, rho) is False, f"n = {FIRST} is no counterexample")
    demand(probability(FIRST, 1, delta) == Fraction(2, 3), f"n = {FIRST}: probability")
    smaller = [guarantee_holds(n, m, d, r) for n in range(2, FIRST) for m in choices for d in DELTAS for r in RHOS]
    every((holds is not False for holds in smaller), f"a counterexample below n = {FIRST}")
    cases = [(p, m, d, r) for p in primes(LARGEST)[1:] for m in choices for d in DELTAS for r in RHOS]
    prime = [guarantee_holds(*case) for case in cases]
    every((holds is not False for holds in prime), "a prime counterexample")
    sizes = [(n, m, d) for n in range(2, 18 if effort == "quick" else 30) for m in choices for d in DELTAS]
    bounds = [least_probability(*size) for size in sizes]
    below = [probability(*size) >= bound - ROUNDING for size, bound in zip(sizes, bounds, strict=True) if bound > 0]
    every(below, "Chernoff's bound exceeds the exact probability")
    useful = least_probability(1009, 12, Fraction(1, 7))
    every(map(threshold_is_low, DELTAS), "the threshold is enough for large primes")
    return Finding(
        "fails",
        f"""the algebra is right: above the threshold the volume of C5 is below 1 - rho (intervals, {len(grid)} cases, n
        = {", ".join(map(str, SIZES))}, rho = {", ".join(map(str, RHOS))}; first-order Stirling is below ln Gamma for m
        <= {most}). But the volume is no bound on the probability for frequencies in 1..n-1: shared factors with n, and
        1 - cos x < x^2/2. For primes p <= {LARGEST}, m <= {FREQUENCIES}, no failure in
        {sum(x is not None for x in prime)} cases above the threshold. The corrected bound is below the exact
        probability (but for {ROUNDING:g}) in all {len(below)} cases where it is positive, n <= {sizes[-1][0]}, primes
        or not; at n = 1009, m = 12, delta = 1/7 it is {useful:.3f} (t by halves up to {TURNS // 2}). For large primes
        the printed number is too small at every rho: I < (ln(pi/delta) - 1)/2 for all delta tried,
        {", ".join(map(str, DELTAS))} (intervals)""",
        counterexample=f"""n = {FIRST}, m = 1, delta = {delta}, rho = {rho}: the threshold is
        {float(threshold(FIRST, delta, rho).b):.3f} < 1, but f = 2 has separation 0 at d = 2: probability 2/3.
        Primes: each delta tried, every rho, all large n (docs/theory.md, 7.6); delta = pi/e^3 is C7""",
        correction="""the probability is at least 1 - sum over 0 < d <= n/2 of min_t (e^(-t(1-delta)) E exp(t cos(2 pi f
        d/n)))^m, for every n; for prime n all d are alike, so m >= (ln n - ln(2 - 2 rho))/I suffices, I = max_t
        (t(1-delta) - ln E exp(t cos(2 pi f/n))), and for large primes no smaller multiple of ln n does""",
        scope="""x ln x - x < ln Gamma(x+1) for all x > 0: equal as x -> 0, and the derivatives differ by psi(x+1) - ln
        x > 0. Correction for all n: Chernoff for each d, d and n-d alike; for prime n f d is uniform on 1..n-1""",
        data={"grid": len(grid)},
    )
