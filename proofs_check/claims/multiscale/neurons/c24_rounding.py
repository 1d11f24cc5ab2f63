"""C24: phases rounded to multiples of gcd(f, n), so that a neuron becomes a simple neuron with whole shifts."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import count
from math import cos, gcd, pi

from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim

STEPS = 10  # phases are tried in tenths of g
GRID = 20  # and in twentieths


def is_reachable(n: int, f: int, t: int) -> bool:
    """Whether t = f s + n u for whole s, u."""
    return any((f * s - t) % n == 0 for s in range(n))


def rounded(g: int, t: Fraction) -> int:
    """The multiple of g nearest to t (the even one of two)."""
    return g * round(t / g)


def pointed(n: int, f: int, t: Fraction) -> set[int]:
    """Labels k with the greatest cos(2 pi (f k - t)/n): f k - t is nearest to a multiple of n."""
    away = {k: min((f * k - t) % n, (t - f * k) % n) for k in range(n)}
    return {k for k, distance in away.items() if distance == min(away.values())}


def errors(n: int, f: int) -> tuple[Fraction, Fraction]:
    """Greatest errors of t_A and of t_A + t_B by rounding t_A and t_B to multiples of gcd(f, n)."""
    g = gcd(f, n)
    grid = [Fraction(i, GRID) for i in range(GRID * g)]
    single = max(abs(t - rounded(g, t)) for t in grid)
    both = max(2 * (t - rounded(g, t)) for t in grid)
    return single, both


def other_labels() -> Iterator[tuple[int, int, Fraction]]:
    """The n, f, t (2f no multiple of n) where the model of t_A = t_B = t points to other labels than the neuron."""
    for n in count(3):
        for f in range(1, (n + 1) // 2):
            g = gcd(f, n)
            for t in (Fraction(i * g, STEPS) for i in range(STEPS)):
                if pointed(n, f, t + t).isdisjoint(pointed(n, f, Fraction(rounded(g, t) + rounded(g, t)))):
                    yield n, f, t


@claim(
    id="C24",
    claim="""with t_A, t_B rounded to the nearest multiples of g = gcd(f, n), which are f s + n u by Bezout's identity,
    the neuron is approximately cos(2 pi f (k - s_A)/n), cos(2 pi f (k - s_B)/n), alpha cos(2 pi f (k - s_A -
    s_B)/n)""",
    source="modular addition at several scales, appendix A.1",
    kind="statement",
)
def check(effort: str) -> Finding:
    """Which phases are reachable, and the greatest errors by rounding, for every n and f; the least change of label."""
    most = 24 if effort == "quick" else 60
    cases = [(n, f) for n in range(2, most + 1) for f in range(1, n)]
    for n, f in cases:
        g = gcd(f, n)
        every((is_reachable(n, f, t) == (t % g == 0) for t in range(n)), f"n = {n}, f = {f}: multiples of {g}")
        demand(errors(n, f) == (Fraction(g, 2), Fraction(g)), f"n = {n}, f = {f}: errors {errors(n, f)}")
    other = next(other_labels())
    demand(other == (3, 1, Fraction(3, 10)), f"first change of label {other}")
    shares = {g: cos(2 * pi * g / 91) for g in (1, 7, 13)}
    demand([round(share, 3) for share in shares.values()] == [0.998, 0.885, 0.623], f"n = 91: {shares}")
    return Finding(
        "holds with a correction",
        f"""{len(cases)} pairs n, f, n <= {most}: exactly the multiples of g are f s + n u; rounding (phases in
        steps of 1/{GRID}) changes an input's phase by up to g/2 and the output's by up to g, that is g/n of a turn.
        For n = 91 the output of the model correlates with the neuron's by at least {shares[1]:.3f} (g = 1),
        {shares[7]:.3f} (g = 7), {shares[13]:.3f} (g = 13)""",
        counterexample="""n = 3, f = 1, t_A = t_B = 3/10: rounded to 0, so the model points to label 0, while t_A + t_B
        = 3/5 points to label 1""",
        correction="""the phases err by at most pi g/n at the inputs and 2 pi g/n at the output: close where g is small
        against n. t_A + t_B = t_D holds mod n only""",
        scope="all n, f: Bezout; |t - g m| <= g/2, attained halfway between multiples, for both phases alike",
        data={"cases": len(cases)},
    )
