"""Certificates for widths, checked a second time; written from formats/WIDTH.md alone."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import permutations, product
from typing import Any

from flint import fmpq, fmpz_mat

from proofs_check.second.form import form, fraction, need, read, show

KIND = "width"
MAX_K, MAX_SIZE, MAX_ENTRY, MAX_COEFFICIENT = 6, 128, 8, 2**64
MAX_ORDER = 2**256
MAX_STEPS, MAX_PRODUCTS = 4_000_000, 5_000_000
BASE = 64  # of the codes of vectors; entries of differences are at most 16 in size

Vector = tuple[int, ...]
Polynomial = dict[Vector, int]


def bounded(limit: int) -> Callable[[Any, str], int]:
    """A reader of integers whose size is below a limit."""

    def reader(x: Any, place: str) -> int:
        form(type(x) is int and -limit < x < limit, place, f"an integer of size below {limit} is wanted")
        return int(x)

    return reader


PATTERN = {
    "format": "algebraic-margin certificate",
    "version": int,
    "claim": {"quantity": "width", "sense": "lower", "value": int},
    "task": {"kind": KIND, "k": int, "order": int},
    "blocks": [{"pairs": int, "columns": [[bounded(MAX_ENTRY + 1)]], "rows": [[bounded(MAX_COEFFICIENT)]]}],
    "sums": {"value": int, "mean": int, "excess": fraction},
    "sha256": str,
}


def of_orbit(h: Vector) -> Vector:
    """The least of all vectors in the orbit."""
    return min(tuple(sorted(h)), tuple(sorted(-x for x in h)))


def inside_rows(m: Vector, pairs: int) -> set[Vector]:
    """Everything that permutations inside both rows make of m."""
    odd, even = m[1 : 2 * pairs : 2], m[: 2 * pairs : 2] + m[2 * pairs :]
    out = set()
    for a, b in product(set(permutations(even)), set(permutations(odd))):
        mixed = [x for pair in zip(a[:pairs], b, strict=True) for x in pair]
        out.add((*mixed, *a[pairs:]))
    return out


def polynomial(m: Vector, pairs: int) -> Polynomial:
    """The column of m."""
    p: Polynomial = dict.fromkeys(inside_rows(m, pairs), 1)
    for i in range(pairs):
        place = [*range(2 * i), 2 * i + 1, 2 * i, *range(2 * i + 2, len(m))]
        moved = {tuple(h[x] for x in place): c for h, c in p.items()}
        p = {h: p.get(h, 0) - moved.get(h, 0) for h in p.keys() | moved.keys()}
    sign = -1 if pairs % 2 else 1
    turned = {tuple(-x for x in h): sign * c for h, c in p.items()}
    p = {h: p.get(h, 0) + turned.get(h, 0) for h in p.keys() | turned.keys()}
    return {h: c for h, c in p.items() if c != 0}


def gram(rows: list[list[int]], columns: list[Polynomial]) -> tuple[list[Vector], fmpz_mat]:
    """All exponents, and the matrix of the sums of phi[m] phi[m'] over all phi."""
    exponents = sorted({h for p in columns for h in p})
    left = fmpz_mat([row + [0] * (len(columns) - len(row)) for row in rows])
    phi = left * fmpz_mat([[p.get(h, 0) for h in exponents] for p in columns])
    return exponents, phi.transpose() * phi


def differences(exponents: list[Vector], matrix: fmpz_mat) -> Iterator[tuple[Vector, Any]]:
    """Each m - m' with its sum; m' - m is in the same orbit, so that it counts twice."""
    codes = [sum(x * BASE**i for i, x in enumerate(m)) for m in exponents]
    found: defaultdict[int, Any] = defaultdict(int)
    for code, row, i in zip(codes, matrix.tolist(), range(len(codes)), strict=True):
        found[0] += row[i]
        for other, value in zip(codes[:i], row, strict=False):
            found[code - other] += 2 * value
    k = len(exponents[0]) if exponents else 0
    yield from ((decoded(code, k), value) for code, value in found.items())


def decoded(code: int, k: int) -> Vector:
    """The vector of k integers of size below BASE/2 whose code this is."""
    out = []
    for _ in range(k):
        out.append((code + BASE // 2) % BASE - BASE // 2)
        code = (code - out[-1]) // BASE
    return tuple(out)


def exponents_of_power(k: int) -> dict[Vector, int]:
    """coefficient(m) of every exponent of the power: choose the places of +1 and -1 for each e_j."""
    return {m: coefficient(m, k) for m in thin(k, k) if (sum(m) - k) % 2 == 0}


def thin(k: int, budget: int) -> Iterator[Vector]:
    """All vectors of k integers whose sizes add up to at most a budget."""
    if k == 0:
        yield ()
        return
    for first in range(-budget, budget + 1):
        for rest in thin(k - 1, budget - abs(first)):
            yield (first, *rest)


def coefficient(m: Vector, k: int) -> int:
    """The number of ways to reach m by k steps of +-1 along the axes: spare pairs of steps go anywhere."""
    spare, total = (k - sum(map(abs, m))) // 2, 0
    for extra in thin(len(m), spare):
        if min(extra, default=0) >= 0 and sum(extra) == spare:
            ways = math.factorial(k)
            for x, e in zip(m, extra, strict=True):
                ways //= math.factorial(abs(x) + e) * math.factorial(e)
            total += ways
    return total


def relations(k: int, order: int) -> tuple[set[Vector], list[tuple[Vector, Vector, fmpq]]]:
    """Vanishing orbits, and pairs of linked ones with the factor (w/w')^2 of the second."""
    powers = exponents_of_power(k)
    classes: dict[Vector, list[Vector]] = {}
    for m in powers:
        classes.setdefault(tuple(x % order for x in m) if order else m, []).append(m)
    vanishing, linked = set(), {}
    for agreeing in classes.values():
        orbits = [of_orbit(tuple(x + 1 for x in m)) for m in agreeing]
        if len(agreeing) == 1 and any(orbits[0]):
            vanishing.add(orbits[0])
        if len(agreeing) == 2 and orbits[0] != orbits[1]:
            w, v = (powers[m] for m in agreeing)
            small, large = orbits if w <= v else orbits[::-1]
            linked[frozenset(orbits)] = (small, large, fmpq(min(w, v), max(w, v)) ** 2)
    return vanishing, list(linked.values())


class Certificate:
    """Form of everything in the constructor, then `check`."""

    def __init__(self, x: dict[str, Any]) -> None:
        self.x = read(x, PATTERN, "")
        self.k, self.order = self.x["task"]["k"], self.x["task"]["order"]
        form(self.x["version"] == 1, "version", "1 is wanted")
        form(2 <= self.k <= MAX_K, "task.k", "2 <= k <= 6 is wanted")
        form(self.order == 0 or 3 <= self.order < MAX_ORDER, "task.order", "0 or at least 3 is wanted")
        form(0 <= self.x["claim"]["value"] < MAX_COEFFICIENT, "claim.value", "0 to 2^64 - 1 is wanted")
        steps, last = 0, -1
        for block in self.x["blocks"]:
            pairs, columns, rows = block["pairs"], block["columns"], block["rows"]
            form(last < pairs <= self.k // 2, "blocks", "ascending pairs from 0 to k/2 are wanted")
            last, size = pairs, len(columns)
            form(1 <= size <= MAX_SIZE and 1 <= len(rows) <= MAX_SIZE, "blocks", "1 to 128 columns and rows are wanted")
            form(all(len(m) == self.k for m in columns), "blocks", "columns of k integers are wanted")
            form(all(1 <= len(row) <= size for row in rows), "blocks", "rows no longer than there are columns")
            steps += 2 ** (pairs + 1) * math.factorial(self.k - pairs) * math.factorial(pairs) * size**2
        form(steps <= MAX_STEPS, "blocks", "too much work")
        self.columns = [[polynomial(tuple(m), b["pairs"]) for m in b["columns"]] for b in self.x["blocks"]]
        products = sum(len({h for p in columns for h in p}) ** 2 for columns in self.columns)
        form(products <= MAX_PRODUCTS, "blocks", "too many exponents")

    def check(self) -> str:
        """Every rule in order; the proved statement in words."""
        sums: dict[Vector, Any] = {}
        for block, columns in zip(self.x["blocks"], self.columns, strict=True):
            for h, value in differences(*gram(block["rows"], columns)):
                orbit = of_orbit(h)
                sums[orbit] = sums.get(orbit, 0) + value
        stated = self.x["sums"]
        value = sum(sums.values())
        need(stated["value"] == value, "VALUE", "sums.value", stated["value"], value)
        mean = sums.pop((0,) * self.k, 0)
        need(stated["mean"] == mean and mean > 0, "MEAN", "sums.mean", stated["mean"], mean)
        excess = self.excess(sums)
        need(stated["excess"] == excess, "EXCESS", "sums.excess", stated["excess"], excess)
        claim = self.x["claim"]["value"]
        need(
            (claim - 1) * (mean + excess) < value, "CLAIM", "claim.value", claim, f"below {value / (mean + excess)} + 1"
        )
        orders = (
            f"order {show(self.order)}" if self.order else f"every even order above {2 * self.k}, odd above {self.k}"
        )
        return f"at least {show(claim)} neurons at each rotation frequency of {orders}, {self.k} inputs"

    def excess(self, sums: dict[Vector, Any]) -> fmpq:
        vanishing, linked = relations(self.k, self.order)
        rest = {h: fmpq(value) for h, value in sums.items() if h not in vanishing}
        total = fmpq(0)
        for small, large, factor in linked:
            both = rest.pop(small, fmpq(0)) + factor * rest.pop(large, fmpq(0))
            total += max(both, fmpq(0))
        return total + sum((value for value in rest.values() if value > 0), fmpq(0))


def prove(x: dict[str, Any]) -> str:
    """The proved statement; Stop otherwise."""
    return Certificate(x).check()
