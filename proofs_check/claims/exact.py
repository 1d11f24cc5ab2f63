"""Exact signs of sums of cosines, and verdicts of the certificate checkers on claimed values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import lcm

from mpmath import iv  # type: ignore[import-untyped]

from margin.addition.certificate import certificate
from margin.addition.construction import construct
from margin.addition.maximum import maximum_margin
from margin.networks.phases import is_zero_sum
from margin.numbers.square_roots import Surd
from margin.tasks import ModularAddition
from proofs_check import check


def cosine_sign(coefficients: Sequence[int | Fraction]) -> int:
    """Sign of sum_j coefficients[j] cos(2 pi j / n), n = len(coefficients).

    Zero is decided in the cyclotomic field (twice the sum is sum_j (c_j + c_-j) zeta^j), the sign of anything else by
    intervals that are narrowed until they exclude 0.
    """
    n = len(coefficients)
    scale = lcm(*(Fraction(c).denominator for c in coefficients))
    whole = [int(c * scale) for c in coefficients]
    if is_zero_sum([c + whole[-j % n] for j, c in enumerate(whole)]):
        return 0
    precision = 53
    while True:
        iv.prec = precision
        total = sum((c * iv.cos(2 * iv.pi * j / n) for j, c in enumerate(whole) if c), iv.mpf(0))
        if total.a > 0 or total.b < 0:
            return 1 if total.a > 0 else -1
        precision *= 2


def kernel_says(task: ModularAddition, value: Surd, construction: str = "minimal", width: int | None = None) -> bool:
    """Whether the certificate checker verifies that gamma* of the task equals `value`, from network and dual.

    With `width`, the network of the construction must have that width too. The checker derives both bounds itself.
    """
    network = construct(task, construction)
    if width is not None and network.width != width:
        return False
    return check.check_bytes(certificate(replace(maximum_margin(task), exact=value), network)).status == "VERIFIED"


def primes(most: int) -> list[int]:
    return [n for n in range(2, most + 1) if all(n % d for d in range(2, int(n**0.5) + 1))]
