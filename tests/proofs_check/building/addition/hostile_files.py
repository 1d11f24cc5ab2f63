"""Builders of files made to be slow or large to check: long integers, many of everything, work up to the limit."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from math import isqrt
from typing import Any

import numpy as np

from tests.proofs_check.building.addition.limit_files import LONGEST, of_length, of_most_work
from tests.proofs_check.building.addition.phase_lists import Neuron, group_list, turns
from tests.proofs_check.building.addition.steps import (
    Matrix,
    best_weights,
    both,
    enclosure,
    even_weights,
    head,
    listing,
    lower,
    upper,
    weights,
)
from tests.proofs_check.building.editing import Json, fraction, look, put, sealed

LARGEST = 2**8192 - 1


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


def _weights(U: list[Matrix], W: Matrix, denominator: int = 1, roots: list[Fraction] | None = None) -> bytes:
    """gamma* >= 0 from weights that give the margin 0, without evaluating them."""
    k, n = len(U), len(W[0])
    rules: list[Json] = [{"rule": "ROOT-BOUND", "roots": [fraction(root) for root in roots or []]}]
    rules = [*rules[k % 2 :], {"rule": "POPULATION", "margin": [0, 1]}]
    primal = {"kind": "weights", "denominator": denominator, "U": U, "W": W}
    return sealed(head(n, k, "lower", []) | {"primal": primal, "rules": rules})


def _two_inputs(roots: list[Fraction], denominator: int = 1) -> bytes:
    """n = 2, k = 2, every neuron with s = 4 over the square of the denominator, and these roots."""
    width = len(roots)
    U, W = [[[1] * width] * 2, [[0] * width] * 2], [[1, 1]] * width
    return _weights(U, W, denominator, roots)


def _many_roots() -> bytes:
    return _two_inputs([Fraction(3 * p + 1, p) for p in _primes(100_000)])


def _long_roots() -> bytes:
    return _two_inputs([Fraction(2 * d + 1, d) for d in _coprime(LARGEST // 4, 2, 780)])


def _roots_with_a_long_denominator() -> bytes:
    return _two_inputs([Fraction(2**1024 - 1, 2**1023)] + [Fraction(1)] * 170_000, LARGEST)


def _same(n: int, k: int, width: int, weight: int = 1, denominator: int = 1) -> bytes:
    """All weights the same."""
    roots = [Fraction(weight * (k + 1) * n)] * width
    return _weights([[[weight] * width] * n] * k, [[weight] * n] * width, denominator, roots)


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


def _close_sign() -> bytes:
    """A value nearer to 0 than its integers are long: the product of (3 - 2 sqrt(2))^i and (2 - sqrt(3))^j."""
    p, q, r, s = 1, 0, 1, 0
    while max(p, q).bit_length() < 4090:
        p, q = 3 * p + 4 * q, 2 * p + 3 * q
    while max(r, s).bit_length() < 4090:
        r, s = 2 * r + 3 * s, r + 2 * s
    body = weights([[[1], [1]]], [[1, 1]])  # margin 0
    return sealed(put(body, "claim.value", [[1, -p * r, 1], [2, q * r, 1], [3, p * s, 1], [6, -q * s, 1]]))


def _shifted(count: int, whole: int, bits: int = 0) -> bytes:
    """k = 1: phases equally spaced, in fours of equal shares, moved by 1/whole; shares with long denominators."""
    part = 1 << bits
    neurons: list[Neuron] = []
    for i in range(count // 4):
        longer = (i + 1 if 2 * i + 1 < count // 4 else i - count // 4) if bits else 0  # these sum to 0
        for j in range(4):
            phase = (Fraction(i, count) + Fraction(j, 4) + Fraction(1, whole)) % 1
            neurons.append(((phase,), phase, Fraction(part + longer, part * count)))
    return sealed(lower(101, 1, phases={"rotation": listing(neurons)}))


def _group(n: int, k: int, turn: Fraction | None = None) -> bytes:
    return sealed(lower(n, k, phases={"rotation": listing(group_list(k, turn))}))


def _many_inputs(k: int) -> bytes:
    return sealed(lower(131, k, phases={"rotation": listing([(turns(*[0] * k, whole=1), Fraction(0), Fraction(1))])}))


def _huge_numbers() -> bytes:
    """Numbers so long, wherever a message may repeat one, that writing them in decimal is refused by Python."""
    body = upper(2**255 + 1, 63, {"all": 1}, inputs=(1, Fraction(1)), counts={"all": 1}, multipliers={"rotation": 0})
    return sealed(body)


def hostile() -> dict[str, Callable[[], bytes]]:
    """Builders of files that a checker must answer fast and in little memory, whatever it answers."""
    small = upper(5, 1, even_weights(5))
    slow = [[31_622_741 * 31_622_743, 1, 4]]  # a number whose radicand takes 10^5 divisions
    entry = {"differences": "all", "count": 4, "each": slow}
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
        "many-values": lambda: sealed(put(enclosure(small, lower(5, 1)), "claim.value", [slow] * 160_000)),
        "many-class-weights": lambda: sealed(put(small, "dual.class_weights", [entry] * 60_000)),
        "many-keys": lambda: sealed(small | {f"k{i}": i for i in range(200_000)}),
        "many-rules": lambda: sealed(put(small, "rules", [{"rule": "NORM"}] * 200_000)),
        "long-integers": lambda: sealed(put(small, "claim.value", [LARGEST] * 1600)),
        "many-radicands": _many_radicands,
        "many-roots": _many_roots,
        "long-roots": _long_roots,
        "roots-with-a-long-denominator": _roots_with_a_long_denominator,
        "many-neurons": partial(_same, 2, 1, 390_000),
        "many-neurons-with-a-long-denominator": partial(_same, 2, 1, 390_000, 1, LARGEST),
        "many-labels": partial(_same, 2500, 1, 78),
        "many-inputs": partial(_same, 2, 18, 2),
        "long-weights": partial(_same, 2, 1, 390, LARGEST),
        "long-weights-of-many-labels": partial(_same, 20, 1, 24, LARGEST),
        "long-weights-of-many-inputs": partial(_same, 2, 16, 29, 7),
        "phases-over-a-large-denominator": partial(_shifted, 2**15, 2**21),
        "phases-over-many-primes": partial(_shifted, 44_044, 660_660),
        "phases-and-long-shares": partial(_shifted, 4096, 2**21, 1012),
        "phases-of-six-inputs": partial(_group, 13, 6),
        "phases-of-four-inputs": partial(_group, 11, 4, Fraction(1, 400)),
        "phases-of-two-inputs": partial(_group, 7, 2, Fraction(1, 20_000)),
        "shares-with-a-long-denominator": _long_shares,
        "shares-over-primes": _shares_over_primes,
        "few-long-shares": _long_shares_few,
        "long-phases": _long_phases,
        "close-sign": _close_sign,
        "huge-numbers": _huge_numbers,
        "wide": lambda: of_length(LONGEST),
        "most-work": of_most_work,
        **{f"inputs-{k}": partial(_many_inputs, k) for k in (7, 8, 9, 10, 12, 20, 32, 64)},
    }
