"""Exact numbers of the second family: sums of square roots with rational coefficients of python-flint."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

from flint import arb, ctx, fmpq, fmpz


class Number(dict[int, fmpq]):
    """Squarefree radicand -> non-zero coefficient; equal as numbers exactly when equal as dicts."""

    def __add__(self, other: Number) -> Number:
        out = {r: self.get(r, fmpq(0)) + other.get(r, fmpq(0)) for r in self.keys() | other.keys()}
        return Number({r: c for r, c in out.items() if c != 0})

    def __mul__(self, other: Number) -> Number:
        out: dict[int, fmpq] = {}
        for r, c in self.items():
            for s, d in other.items():
                g = math.gcd(r, s)
                out[r * s // g**2] = out.get(r * s // g**2, fmpq(0)) + c * d * g
        return Number({r: c for r, c in out.items() if c != 0})

    def __lt__(self, other: Number) -> bool:
        return (self + other * num(-1)).sign() < 0

    def sign(self) -> int:
        """From enclosures of increasing precision, which end because a number with a term is not 0."""
        value, b = arb(0), 6
        while self and not value > 0 and not value < 0:
            b += 1
            with ctx.workprec(2**b):
                value = sum((arb(c) * arb(r).sqrt() for r, c in self.items()), arb(0))
        return int(value > 0) - int(value < 0)

    def sign_within(self, finest: int) -> int | None:
        """The sign, from each root enclosed between consecutive multiples of 2^-finest; None if they do not decide it.

        Coarser enclosures contain finer ones, so that they need not be tried.
        """
        scale = math.lcm(*(int(c.q) for c in self.values()))
        terms = [((c * scale).p, root(r, finest)) for r, c in self.items()]
        low = sum((c * (floor + int(c < 0)) for c, floor in terms), fmpz(0))
        high = sum((c * (floor + int(c > 0)) for c, floor in terms), fmpz(0))
        return 1 if low > 0 else -1 if high < 0 else None if self else 0


@cache
def root(r: int, bits: int) -> fmpz:
    """The largest integer that is at most sqrt(r) 2^bits."""
    return fmpz(r * 4**bits).isqrt()


def num(p: Any, q: Any = 1) -> Number:
    return Number({1: fmpq(p, q)} if p != 0 else {})
