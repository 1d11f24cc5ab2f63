"""C26: separation against the distance of d v from whole points, by Taylor's approximation of the cosine."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations_with_replacement

from mpmath import iv  # type: ignore[import-untyped]

from proofs_check.claims.shared.exact import rounds_to
from proofs_check.register.claim import Finding, demand, every
from proofs_check.register.registry import claim

PRINTED = "0.15641"  # pi/e^3 rounded
NEAR = Fraction(PRINTED)
WIDE = Fraction(37, 50)  # tells the conditions apart at n = 5, the least n


def _is_greater(lower: object, bound: Fraction) -> bool:
    """Whether an interval lies above the bound; ArithmeticError where they overlap."""
    value = iv.mpf(lower) - iv.mpf(bound.numerator) / bound.denominator
    if value.a > 0 or value.b < 0:
        return bool(value.a > 0)
    raise ArithmeticError(f"{bound} lies within the interval {lower}, expected a clear difference")


def is_separated(n: int, frequencies: tuple[int, ...], d: int, delta: Fraction) -> bool:
    """Whether m - h > delta m at distance d, by intervals."""
    iv.prec = 60
    gap = sum((1 - iv.cos(2 * iv.pi * (f * d % n) / n) for f in frequencies), iv.mpf(0))
    return _is_greater(gap, delta * len(frequencies))


def is_far(n: int, frequencies: tuple[int, ...], d: int, delta: Fraction, factor: int = 2) -> bool:
    """Whether d v is more than sqrt(delta m/(factor pi^2)) away from every whole point; 2 as printed."""
    iv.prec = 60
    square = sum((min(f * d % n, -f * d % n) ** 2 for f in frequencies), 0)
    return _is_greater(iv.mpf(factor * square) / n**2 * iv.pi**2, delta * len(frequencies))


def far_alone(n: int, delta: Fraction) -> list[int]:
    """The f d modulo n (one frequency) that are far and not separated."""
    return [x for x in range(n) if is_far(n, (x,), 1, delta) and not is_separated(n, (x,), 1, delta)]


@claim(
    id="C26",
    claim="""m - h(k) > delta m is the condition that d v is at least sqrt(delta m/(2 pi^2)) away from every whole
    point, v = (f_1, ..., f_m)/n, d = k - i - j""",
    source="modular addition at several scales, Section 5.4",
    kind="statement",
)
def check(effort: str) -> Finding:
    """Both conditions for every d and up to two frequencies, by intervals; the least n that tells them apart."""
    most, deltas = (11, (NEAR, WIDE / 2, WIDE)) if effort == "quick" else (21, (NEAR, WIDE))
    count = apart = 0
    for delta in deltas:
        for n in range(2, most + 1):
            for frequencies in (f for m in (1, 2) for f in combinations_with_replacement(range(1, n), m)):
                for d in range(1, n // 2 + 1):
                    separated, far = is_separated(n, frequencies, d, delta), is_far(n, frequencies, d, delta)
                    demand(far or not separated, f"n = {n}, {frequencies}, d = {d}, delta = {delta}: not necessary")
                    count, apart = count + 1, apart + (far and not separated)
    demand(rounds_to(iv.pi / iv.exp(iv.mpf(3)), PRINTED), f"pi/e^3 is not {PRINTED}")
    demand(bool(apart) and not is_separated(5, (1,), 1, WIDE), f"{apart} cases tell the conditions apart")
    every((is_far(5, (1,), d, WIDE) for d in range(1, 5)), f"n = 5, f = 1, delta = {WIDE}")
    for delta, first, product in ((WIDE, 5, 1), (NEAR, 56, 5)):
        every((not far_alone(n, delta) for n in range(2, first)), f"delta = {delta}: an n below {first}")
        every((x in (product, first - product) for x in far_alone(first, delta)), f"delta = {delta}, n = {first}")
    return Finding(
        "holds with a correction",
        f"""in all {count} cases (n <= {most}, one and two frequencies) separation implies the distance; {apart} have
        the distance and no separation. With one frequency and delta = pi/e^3 the first is n = 56, f d = 5. The paper
        calls the conditions related, and then takes one for the other""",
        counterexample=f"""n = 5, f = 1, m = 1, delta = {WIDE}: d v is far enough for every d, and at d = 1 m - h = 1 -
        cos(2 pi/5) = 0.691 < {WIDE}""",
        correction="the distance is necessary and not sufficient: h is at least m - 2 pi^2 times the squared distance",
        scope="all n, m, delta: 1 - cos x < x^2/2 for x != 0, so m - h < 2 pi^2 sum {f d/n}^2",
        data={"cases": count, "apart": apart},
    )
