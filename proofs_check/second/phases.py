"""Lists of phases of a block: their form, their steps of work, and the rule PHASES; formats/ADDITION.md."""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise
from operator import sub
from typing import Any

from flint import fmpq, fmpq_poly, fmpz

from proofs_check.second.form import MAX_COMMON, WORK, common, form, need

Member = tuple[int, tuple[int, ...], list[int]]  # an exponent vector: sum of sizes, sizes, exponents of the neurons


@cache
def coefficient(sizes: tuple[int, ...]) -> int:
    """Coefficient of e^(i m.x) in (sum_j 2 cos x_j)^k for |m_j| = sizes."""
    k, half, series = len(sizes), (len(sizes) - sum(sizes)) // 2, fmpq_poly([1])
    for a in sizes:
        series *= fmpq_poly([fmpq(1, math.factorial(r) * math.factorial(r + a)) for r in range(half + 1)])
    return int((series[half] * math.factorial(k)).p)


def vanishes(c: list[int], primes: list[int]) -> bool:
    """Whether the sum of c[d_1, d_2, .., low] prod_p zeta_p^(d_p) b(low) is 0, d_p = 0..p-1 and the b(low) independent
    over Q(zeta_p for all p): the p powers of zeta_p have no relation but that their sum is 0, so that the p parts of c
    have to be equal as numbers."""
    size = len(c) // primes[0] if primes else 0
    if len(primes) < 2:
        return c[size:] == c[: len(c) - size] if primes else not any(c)
    parts = [c[i : i + size] for i in range(0, len(c), size)]
    reference = max(parts, key=lambda part: part.count(0))
    return all(part == reference or vanishes(list(map(sub, part, reference)), primes[1:]) for part in parts)


class Slots(dict[int, int]):
    """e -> its place in the order that `vanishes` wants, found on demand. With D the product of p^a, zeta_D^e is, up to
    an automorphism, the product of zeta_(p^a)^(e mod p^a), and e mod p^a = d_p p^(a-1) + low_p: the digits d_p come
    first, and all the low_p behind them."""

    def __init__(self, d: int) -> None:
        self.columns, low, rest = list[tuple[int, int, int, int]](), 1, d
        powers = [(int(p), int(a)) for p, a in fmpz(d).factor()]
        self.primes = [p for p, _ in powers]
        for p, a in powers:
            rest //= p
            self.columns.append((p**a, p ** (a - 1), rest, low))
            low *= p ** (a - 1)

    def __missing__(self, e: int) -> int:
        self[e] = sum(e % power // step * rest + e % step * low for power, step, rest, low in self.columns)
        return self[e]


class PhaseList:
    """The form of a list, its common denominators and its steps of work in the constructor."""

    def __init__(self, rows: list[dict[str, Any]], n: int, k: int, kind: str, place: str) -> None:
        self.k, self.place = k, place
        divisors = [d for d in range(3, 2 * k + 1) if n % d == 0]
        self.orders = [2] if kind == "sign" else divisors + [2 * k + 1] * (n > 2 * k)
        self.keys = [(*row["phases"], row["output"]) for row in rows]
        self.fractions = [row["share"] for row in rows]
        form(len(rows) > 0 and all(a < b for a, b in pairwise(self.keys)), place, "neurons in ascending order")
        form(all(share > 0 for share in self.fractions), place, "a share is not positive")
        for key in self.keys:
            form(all(0 <= a < 1 for a in key), place, "a phase is out of its range")
            form(kind != "sign" or all(2 * a in (0, 1) for a in key), place, "phases of signs are 0 or 1/2")

        self.bottom = common((share.q for share in self.fractions), MAX_COMMON, place)
        self.denominator = d = common((a.q for key in self.keys for a in key), WORK, place)  # work is at least d
        exponents = sum(math.comb(k - 1, i) * math.comb(2 * k - i, k) for i in range(k))
        cost = k * len(rows) + (1 + len(fmpz(d).factor())) * d
        self.steps = len(self.orders) * exponents * cost
        self.shares = [int((share * self.bottom).p) for share in self.fractions]

    def check(self) -> None:
        d, self.slots = self.denominator, Slots(self.denominator)
        self.phases = [[int((key[j] * d).p) for key in self.keys] for j in range(self.k + 1)]
        for order in self.orders:
            spread = [sorted({x % order for x in range(-left, left + 1)}, reverse=True) for left in range(self.k + 1)]
            lifts = [[range((r + left) % order - left, left + 1, order) for r in rs] for left, rs in enumerate(spread)]
            table = [list(zip(*pair, strict=True)) for pair in zip(spread, lifts, strict=True)]
            self.descend(order, table, (), [(0, (), self.phases[self.k])])

    def descend(self, order: int, table: Any, key: tuple[int, ...], members: list[Member]) -> None:
        """Every class of exponent vectors that begins with the residues `key`; the class of (-1, .., -1) is first."""
        j, k = len(key), self.k
        if j == k:
            self.check_class(order, key, members)
        for r, lifts in table[k - min(t for t, _, _ in members)] if j < k else ():
            longer = [
                (t + abs(x), (*ms, abs(x)), [e + x * a for e, a in zip(es, self.phases[j], strict=True)])
                for t, ms, es in members
                for x in lifts
                if t + abs(x) <= k and (j < k - 1 or (t + x - k) % 2 == 0)
            ]
            if longer:
                self.descend(order, table, (*key, r), longer)

    def check_class(self, order: int, key: tuple[int, ...], members: list[Member]) -> None:
        slots, total, wanted = self.slots, [0] * self.denominator, key == (order - 1,) * self.k
        factors = [coefficient(tuple(sorted(sizes))) for _, sizes, _ in members]
        divisor = math.gcd(*factors)
        for (_, _, exponents), factor in zip(members, (f // divisor for f in factors), strict=True):
            shares = self.shares if factor == 1 else [factor * share for share in self.shares]
            for e, share in zip(exponents, shares, strict=True):
                total[slots[e]] += share
            total[0] -= factor * self.bottom * wanted
        got, expected = f"another sum for exponents {key} mod {order}", "the whole coefficient" if wanted else "0"
        need(vanishes(total, slots.primes), "PHASES", self.place, got, expected)
