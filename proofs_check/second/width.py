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
MAX_K, MAX_SIZE, MAX_ENTRY, MAX_COEFFICIENT = 6, 256, 8, 2**64
MAX_ORDER = 2**256
MAX_PRODUCTS = 12_000_000
FAR = 2 * MAX_ENTRY  # the largest entry of a difference
BASE = 2 * FAR + 1  # of the codes of differences
PRIMES = [p for p in range(2, 138) if all(p % d for d in range(2, p))]  # one for each entry from -FAR to FAR
MANY = 400_000  # differences that are kept before their orbits are looked up

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


def label(h: Vector) -> int:
    """The same for two vectors exactly if they are in one orbit: a prime for each entry, factors being unique."""
    return max(math.prod(PRIMES[FAR + x] for x in h), math.prod(PRIMES[FAR - x] for x in h))


def code(h: Vector) -> int:
    return sum(x * BASE**i for i, x in enumerate(h))


def triples() -> tuple[list[int], list[int]]:
    """Of each three entries of a difference, by their code: the products of primes, and those of the opposite."""
    three = [(c % BASE, c // BASE % BASE, c // BASE**2) for c in range(BASE**3)]
    plus = [PRIMES[x] * PRIMES[y] * PRIMES[z] for x, y, z in three]
    return plus, [PRIMES[-1 - x] * PRIMES[-1 - y] * PRIMES[-1 - z] for x, y, z in three]


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


def sorted_rows(m: Vector, pairs: int) -> Vector:
    """The first of all permutations of m inside both rows."""
    odd, even = sorted(m[1 : 2 * pairs : 2]), sorted(m[: 2 * pairs : 2] + m[2 * pairs :])
    return (*(x for pair in zip(even[:pairs], odd, strict=False) for x in pair), *even[pairs:])


def ways(m: Vector, pairs: int) -> tuple[int, int]:
    """How many permutations there are inside both rows, and how many of them leave m as it is."""
    odd, even = m[1 : 2 * pairs : 2], m[: 2 * pairs : 2] + m[2 * pairs :]
    still = math.prod(math.factorial(row.count(x)) for row in (odd, even) for x in set(row))
    return math.factorial(len(odd)) * math.factorial(len(even)), still


def symmetrised(p: Polynomial, pairs: int) -> Polynomial:
    """The sum of p over all permutations inside both rows, by the `sorted_rows` of its exponents."""
    out: defaultdict[Vector, int] = defaultdict(int)
    for m, c in p.items():
        out[sorted_rows(m, pairs)] += c
    return {m: c * ways(m, pairs)[1] for m, c in out.items() if c != 0}


class Block:
    """The columns of a block after R, over all exponents that these have."""

    def __init__(self, columns: list[Vector], rows: list[list[int]], pairs: int) -> None:
        self.columns, self.rows, self.pairs = columns, rows, pairs
        self.images = [symmetrised(polynomial(m, pairs), pairs) for m in columns]
        self.exponents = sorted({m for p in self.images for m in p})
        self.products = len(columns) * sum(all_ways // still for all_ways, still in map(self.ways, self.exponents))

    def ways(self, m: Vector) -> tuple[int, int]:
        return ways(m, self.pairs)

    def left_and_right(self) -> Iterator[tuple[Vector, list[int]]]:
        """Each exponent x of a column, and the sum of R q for all columns q, as often as x and q meet in a phi."""
        rows = fmpz_mat([row + [0] * (len(self.columns) - len(row)) for row in self.rows])
        images = fmpz_mat([[p.get(m, 0) for m in self.exponents] for p in self.images])
        yield from zip(
            self.columns, ([int(c) for c in row] for row in (rows.transpose() * rows * images).tolist()), strict=True
        )

    def sums(self, products: tuple[list[int], list[int]]) -> dict[int, fmpq]:
        """S(o) by the label of o, as section 5 says; `products` are the `triples`."""
        total: defaultdict[int, int] = defaultdict(int)
        found: defaultdict[int, int] = defaultdict(int)
        middle = code((FAR,) * MAX_K)
        moved = [[code(h) for h in inside_rows(m, self.pairs)] for m in self.exponents]
        for x, values in self.left_and_right() if moved else ():
            all_ways, still = self.ways(x)
            start = middle + code(x)
            for value, codes in zip(values, moved, strict=True):
                scaled = value * (all_ways // still)
                for other in codes if scaled else ():
                    found[start - other] += scaled
            if len(found) > MANY:
                labelled(found, products, total)
        labelled(found, products, total)
        order, _ = self.ways(self.columns[0])
        return {o: fmpq(2 ** (self.pairs + 1) * value, order) for o, value in total.items()}


def labelled(found: dict[int, int], products: tuple[list[int], list[int]], total: defaultdict[int, int]) -> None:
    """Empty sums by the codes of differences into sums by labels."""
    plus, minus = products
    for difference, value in found.items():
        high, low = divmod(difference, BASE**3)
        total[max(plus[high] * plus[low], minus[high] * minus[low])] += value
    found.clear()


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


def padded(h: Vector) -> Vector:
    """With zeros up to MAX_K entries."""
    return (*h, *[0] * (MAX_K - len(h)))


def relations(k: int, order: int) -> tuple[set[int], list[tuple[int, int, fmpq]]]:
    """Labels of vanishing orbits, and of pairs of linked ones with the factor (w/w')^2 of the second."""
    powers = exponents_of_power(k)
    classes: dict[Vector, list[Vector]] = {}
    for m in powers:
        classes.setdefault(tuple(x % order for x in m) if order else m, []).append(m)
    vanishing, linked = set(), {}
    for agreeing in classes.values():
        orbits = [label(padded(tuple(x + 1 for x in m))) for m in agreeing]
        if len(agreeing) == 1 and any(x != -1 for x in agreeing[0]):
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
        last, self.blocks = -1, []
        for block in self.x["blocks"]:
            pairs, columns, rows = block["pairs"], block["columns"], block["rows"]
            form(last < pairs <= self.k // 2, "blocks", "ascending pairs from 0 to k/2 are wanted")
            last, size = pairs, len(columns)
            form(1 <= size <= MAX_SIZE and 1 <= len(rows) <= MAX_SIZE, "blocks", "1 to 256 columns and rows are wanted")
            form(all(len(m) == self.k for m in columns), "blocks", "columns of k integers are wanted")
            form(all(1 <= len(row) <= size for row in rows), "blocks", "rows no longer than there are columns")
            self.blocks.append(Block([tuple(m) for m in columns], rows, pairs))
        form(sum(block.products for block in self.blocks) <= MAX_PRODUCTS, "blocks", "too much work")

    def check(self) -> str:
        """Every rule in order; the proved statement in words."""
        sums: dict[int, fmpq] = {}
        products = triples()
        for block in self.blocks:
            for orbit, value in block.sums(products).items():
                sums[orbit] = sums.get(orbit, fmpq(0)) + value
        stated = self.x["sums"]
        value = sum(sums.values(), fmpq(0))
        need(stated["value"] == value, "VALUE", "sums.value", stated["value"], value)
        mean = sums.pop(label((0,) * MAX_K), fmpq(0))
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

    def excess(self, sums: dict[int, fmpq]) -> fmpq:
        vanishing, linked = relations(self.k, self.order)
        rest = {h: value for h, value in sums.items() if h not in vanishing}
        total = fmpq(0)
        for small, large, factor in linked:
            both = rest.pop(small, fmpq(0)) + factor * rest.pop(large, fmpq(0))
            total += max(both, fmpq(0))
        return total + sum((value for value in rest.values() if value > 0), fmpq(0))


def prove(x: dict[str, Any]) -> str:
    """The proved statement; Stop otherwise."""
    return Certificate(x).check()
