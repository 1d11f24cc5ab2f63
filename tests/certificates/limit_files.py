"""Builders of files at and beyond the limits of the format."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from math import isqrt
from typing import Any

import numpy as np

from tests.certificates.editing import Json, fraction, look, put, sealed
from tests.certificates.phase_lists import turns
from tests.certificates.steps import best_weights, both, even_weights, listing, lower, upper, weights

LONGEST = 4_000_000
LARGEST = 2**8192 - 1


def of_length(size: int) -> bytes:
    """A true lower bound of exactly so many bytes (at least 20 kB): many neurons of long weights, margin 0."""

    def build(width: int, in_weights: int = 0, in_value: int = 0) -> bytes:
        U, W = [[[10**2400] * width] * 2], [[10**in_weights] * 2] + [[1, 1]] * (width - 1)
        return sealed(weights(U, W, margin=Fraction(0), value=-(10**in_value)))

    one, two = (len(build(width)) for width in (1, 2))
    width, rest = divmod(size - one, two - one)
    return build(1 + width, rest // 4, rest - 2 * (rest // 4))


def of_most_work() -> bytes:
    """POPULATION with exactly 10^7 steps: 10^4 * (4 + 10 + 493 * 2)."""
    U, W = [[[1] * 493] * 10] * 4, [[1] * 10] * 493
    return sealed(weights(U, W, roots=[8] * 493, margin=Fraction(0), value=0))  # s = 50


def at_the_limits() -> dict[str, tuple[str, bytes]]:
    """Files with the status they must get."""
    return {
        "longest": ("VERIFIED", of_length(LONGEST)),
        "too-long": ("MALFORMED", of_length(LONGEST + 1)),
        "most-work": ("VERIFIED", of_most_work()),
    }


def _coprime(first: int, step: int, count: int) -> list[int]:
    """Numbers from `first` on, pairwise coprime with few exceptions."""
    return [first + step * i for i in range(count)]


def _primes(count: int) -> list[int]:
    """The first primes above 10^5, at most 100,000 of them."""
    sieve = np.ones(1_600_000, dtype=bool)
    for p in range(2, 1265):
        sieve[p * p :: p] = False
    found: list[int] = (np.flatnonzero(sieve[100_000:]) + 100_000)[:count].tolist()
    return found


def _telescope(ends: list[int]) -> list[Fraction]:
    """Shares that sum to 1 with a common denominator as long as all ends together."""
    return [Fraction(b - a, a * b) for a, b in zip([1, *ends], ends, strict=False)] + [Fraction(1, ends[-1])]


def _neurons(entries: list[tuple[Fraction, Fraction, Fraction]]) -> Json:
    """A lower bound for n = 5, k = 1 with a list of (phase, output, share)."""
    return lower(5, 1, phases={"rotation": listing([((phase,), output, share) for phase, output, share in entries])})


def _long_shares() -> bytes:
    count = 26_000
    shares = _telescope([2**40 + 2**20 * i + i * i for i in range(1, count)])
    return sealed(_neurons([(Fraction(i, 2**15), Fraction(0), share) for i, share in enumerate(shares)]))


def _shares_over_primes() -> bytes:
    shares = [Fraction(1, p) for p in _primes(50_000)]
    return sealed(_neurons([(Fraction(i, 2**16), Fraction(0), share) for i, share in enumerate(shares)]))


def _long_phases() -> bytes:
    denominators = _coprime(LARGEST // 2, 2, 520)
    share = Fraction(1, len(denominators))
    return sealed(_neurons(sorted((Fraction(1, d), Fraction(1, d - 1), share) for d in denominators)))


def _long_shares_few() -> bytes:
    denominators = _coprime(LARGEST // 2, 2, 1500)
    return sealed(_neurons([(Fraction(i, 2**11), Fraction(0), Fraction(1, d)) for i, d in enumerate(denominators)]))


def _square_lower(roots: list[Fraction]) -> bytes:
    """n = 2, k = 2, every neuron with s = 4, and these roots."""
    width = len(roots)
    U, W = [[[1] * width] * 2, [[0] * width] * 2], [[1, 1]] * width
    body = weights([[[1]] * 2, [[0]] * 2], [[1, 1]], roots=[2], value=0)
    body = put(put(body, "primal.U", U), "primal.W", W)
    return sealed(put(body, "rules.ROOT-BOUND.roots", [fraction(root) for root in roots]))


def _many_roots() -> bytes:
    return _square_lower([Fraction(3 * p + 1, p) for p in _primes(100_000)])


def _long_roots() -> bytes:
    return _square_lower([Fraction(2 * d + 1, d) for d in _coprime(LARGEST // 4, 2, 780)])


def _many_radicands() -> bytes:
    """As many numbers as a file can hold, of four terms each, all radicands products of two large primes."""
    small = [p for p in range(2, 5_624) if all(p % q for q in range(2, isqrt(p) + 1))]
    primes = [p for p in range(31_622_000, 31_622_776) if all(p % q for q in small)]
    radicands = sorted(p * q for p in primes for q in primes if p < q)
    terms = iter(radicands)

    def number(_: Any) -> list[list[int]]:
        return [[next(terms), 1, 1] for _ in range(4)]

    body = both("enclosure", upper(6, 2, best_weights(6, 2)), lower(6, 2), [number(0), number(0)])
    amplitude = look(body, "rules.AMPLITUDE")
    rules = [amplitude | {"values": {kind: number(0) for kind in ("rotation", "sign")}} for _ in range(12)]
    return sealed(put(body, "rules", rules))


def _close_signs() -> bytes:
    """Comparisons whose sign needs all the bits that the longest integers can hide: powers of sqrt(2) - 1."""
    p, q = 1, 1
    while 2 * p + 4 * q < LARGEST:
        p, q = p + 2 * q, p + q
    body = lower(3, 1, value=0)
    return sealed(put(body, "claim.value", [[1, -p, 1], [2, q, 1], [3, p, q], [5, -q, p]]))


def _many_inputs(k: int) -> bytes:
    return sealed(lower(131, k, phases={"rotation": listing([(turns(*[0] * k, whole=1), Fraction(0), Fraction(1))])}))


def _huge_numbers() -> bytes:
    """Numbers so long, wherever a message may repeat one, that writing them in decimal is refused by Python."""
    body = upper(2**255 + 1, 63, {"all": 1}, inputs=(1, Fraction(1)), counts={"all": 1}, multipliers={"rotation": 0})
    return sealed(body)


def hostile() -> dict[str, Callable[[], bytes]]:
    """Builders of files that a checker must answer fast and in little memory, whatever it answers."""
    small = upper(5, 1, even_weights(5))
    return {
        "brackets": lambda: b"[" * LONGEST,
        "braces": lambda: b'{"a":' * (LONGEST // 5),
        "closed-brackets": lambda: b"[" * (LONGEST // 2) + b"]" * (LONGEST // 2),
        "one-integer": lambda: b"1" * LONGEST,
        "one-text": lambda: b'"' + b"\\" * (LONGEST - 3) + b'"\n',
        "empty-lists": lambda: sealed(put(small, "claim.value", [[]] * 1_330_000)),
        "empty-objects": lambda: sealed(put(small, "claim.value", [{}] * 1_330_000)),
        "many-integers": lambda: sealed(put(small, "claim.value", [0] * 1_990_000)),
        "many-terms": lambda: sealed(put(small, "claim.value", [[1, 1, 4]] * 490_000)),
        "many-keys": lambda: sealed(small | {f"k{i}": i for i in range(200_000)}),
        "many-rules": lambda: sealed(put(small, "rules", [{"rule": "NORM"}] * 200_000)),
        "long-integers": lambda: sealed(put(small, "claim.value", [LARGEST] * 1600)),
        "many-radicands": _many_radicands,
        "many-roots": _many_roots,
        "long-roots": _long_roots,
        "shares-with-a-long-denominator": _long_shares,
        "shares-over-primes": _shares_over_primes,
        "few-long-shares": _long_shares_few,
        "long-phases": _long_phases,
        "close-signs": _close_signs,
        "huge-numbers": _huge_numbers,
        "wide": lambda: of_length(LONGEST),
        "most-work": of_most_work,
        **{f"inputs-{k}": partial(_many_inputs, k) for k in (7, 8, 9, 10, 12, 20, 32, 64)},
    }
