"""Certificates for widths in dihedral groups, checked a second time; written from formats/DIHEDRAL.md alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

from flint import fmpq, fmpz_mat

from proofs_check.second.form import form, need, read, show

KIND = "dihedral_width"
MIN_K, MAX_K, MIN_ORDER, MAX_ORDER, MAX_VALUE = 2, 4, 3, 2**256, 2**64
MAX_BLOCKS, MAX_SIZE, MAX_ENTRY, MAX_COEFFICIENT = 32, 256, 8, 2**64
MAX_PRODUCTS = 8_000_000
BASE = 2 * MAX_ENTRY + 1  # of the codes of degrees, which are at most 16

Vector = tuple[int, ...]


def bounded(low: int, high: int) -> Callable[[Any, str], int]:
    """A reader of integers from low to high, both included."""

    def reader(x: Any, place: str) -> int:
        form(type(x) is int and low <= x <= high, place, f"an integer from {low} to {high} is wanted")
        return int(x)

    return reader


def listed(size: int, low: int, high: int) -> Callable[[Any, str], list[int]]:
    """A reader of lists of 1 to `size` integers from low to high."""

    def reader(x: Any, place: str) -> list[int]:
        form(isinstance(x, list) and 1 <= len(x) <= size, place, f"a list of 1 to {size} integers is wanted")
        return [one(y, place) for y in x]

    one = bounded(low, high)
    return reader


class Block:
    """The sum of phi^2 over the rows of a block, as a table of products of two columns."""

    def __init__(self, x: Any, k: int, place: str) -> None:
        sines, column = (bounded(0, 1),) * (k + 1), (bounded(-MAX_ENTRY, MAX_ENTRY),) * (k + 1)
        row = listed(MAX_SIZE, 1 - MAX_COEFFICIENT, MAX_COEFFICIENT - 1)
        block = read(x, {"sines": sines, "columns": [column], "rows": [row]}, place)
        self.sines, self.columns, self.rows = block["sines"], block["columns"], block["rows"]
        form(1 <= len(self.columns) <= MAX_SIZE, f"{place}.columns", f"1 to {MAX_SIZE} columns are wanted")
        form(1 <= len(self.rows) <= MAX_SIZE, f"{place}.rows", f"1 to {MAX_SIZE} rows are wanted")
        longest = max(map(len, self.rows))
        form(longest <= len(self.columns), f"{place}.rows", "rows no longer than there are columns are wanted")
        self.work = 2 ** (k + 1) * len(self.columns) ** 2

    def products(self) -> Iterator[tuple[int, list[int], list[int]]]:
        """Each two columns, in one order, and how often both orders of their product stand in the sum of phi^2."""
        width = len(self.columns)
        rows = fmpz_mat([row + [0] * (width - len(row)) for row in self.rows])
        gram = (rows.transpose() * rows).tolist()
        for i, m in enumerate(self.columns):
            for j, h in enumerate(self.columns[: i + 1]):
                if gram[i][j] != 0:
                    yield int(gram[i][j]) * (1 + (j < i)), m, h

    def add(self, sums: Counter[int]) -> None:
        """To the coefficient of each product of cosines, by the code of its degrees, in 2^(k+1) times that sum."""
        signs = [1]
        for sine in self.sines:
            signs += [-sign for sign in signs] if sine else signs
        for times, m, h in self.products():
            codes, unit = [0], 1
            for x, y in zip(m, h, strict=True):
                less, more = abs(x - y) * unit, abs(x + y) * unit
                codes = [c + less for c in codes] + [c + more for c in codes]
                unit *= BASE
            for c, sign in zip(codes, signs, strict=True):
                sums[c] += times * sign


def code(degrees: Vector) -> int:
    return sum(d * BASE**j for j, d in enumerate(degrees))


def reverse(c: int, k: int) -> int:
    """The code of the k + 1 degrees of a code in reverse order."""
    out = 0
    for _ in range(k + 1):
        c, d = divmod(c, BASE)
        out = BASE * out + d
    return out


def exponents(k: int) -> list[Vector]:
    """The exponents of the power: k integers whose sizes add up to k or less, with the parity of k."""
    sizes = [(m, sum(map(abs, m))) for m in product(range(-k, k + 1), repeat=k)]
    return [m for m, size in sizes if size <= k and (k - size) % 2 == 0]


def vanishing(k: int, order: int) -> set[int]:
    """The codes of all degrees in vanishing orbits: those of exponents that no other agrees with, but 0."""
    powers = exponents(k)
    residues = {m: tuple(x % order for x in m) if order else m for m in powers}
    agree = Counter(residues.values())
    found = set()
    for m in (m for m in powers if agree[residues[m]] == 1):
        for signs, end in product(product((-1, 1), repeat=k + 1), (-1, 1)):
            inner = [m[j - 1] + signs[j + 1] * m[j] for j in range(1, k)]
            degrees = (signs[1] * m[0] + signs[0] * end, *inner, m[-1] + end)
            found.add(code(tuple(map(abs, degrees))))
    return (found | {reverse(c, k) for c in found}) - {0}


class Certificate:
    """Form of everything in the constructor, then `check`."""

    def __init__(self, x: dict[str, Any]) -> None:
        task = read(x.get("task"), {"kind": KIND, "k": bounded(MIN_K, MAX_K), "order": int}, "task")
        self.k, self.order = task["k"], task["order"]
        good = self.order == 0 or MIN_ORDER <= self.order < MAX_ORDER
        form(good, "task.order", "0, or at least 3 and below 2^256 is wanted")
        pattern = {
            "format": "algebraic-margin certificate",
            "version": 1,
            "claim": {"quantity": "width", "sense": "lower", "value": bounded(0, MAX_VALUE - 1)},
            "task": dict,
            "blocks": [lambda block, place: Block(block, self.k, place)],
            "sums": {"value": int, "mean": int, "excess": int},
            "sha256": str,
        }
        self.x = read(x, pattern, "")
        self.blocks: list[Block] = self.x["blocks"]
        form(len(self.blocks) <= MAX_BLOCKS, "blocks", f"at most {MAX_BLOCKS} blocks are wanted")
        form(sum(block.work for block in self.blocks) <= MAX_PRODUCTS, "blocks", "too much work")

    def check(self) -> str:
        """Every rule in order; the proved statement in words."""
        stated, claim = self.x["sums"], self.x["claim"]["value"]
        sums = Counter[int]()
        for block in self.blocks:
            block.add(sums)
        value, mean = sum(sums.values()), sums[0]
        need(stated["value"] == value, "VALUE", "sums.value", stated["value"], value)
        need(stated["mean"] == mean, "MEAN", "sums.mean", stated["mean"], mean)
        need(mean > 0, "MEAN", "sums.mean", mean, "more than 0")
        excess = self.excess(sums)
        need(stated["excess"] == excess, "EXCESS", "sums.excess", stated["excess"], excess)
        reached = (claim - 1) * (mean + excess) < value
        need(reached, "CLAIM", "claim.value", claim, f"below {show(fmpq(value, mean + excess))} + 1")
        large = f"every even order above {2 * self.k} and odd order above {self.k}"
        orders = f"order {show(self.order)}" if self.order else large
        neurons = f"at least {show(claim)} neurons of each two-dimensional representation of {orders}"
        return f"{neurons} in every maximum-margin network of {self.k}-input composition in a dihedral group"

    def excess(self, sums: Counter[int]) -> int:
        total, gone = 0, {0, *vanishing(self.k, self.order)}
        for c, value in sums.items():
            other = reverse(c, self.k)
            if c not in gone and (c <= other or other not in sums):  # each orbit once
                total += max(0, value + (sums.get(other, 0) if other != c else 0))
        return total


def prove(x: dict[str, Any]) -> str:
    """The proved statement; Stop otherwise."""
    return Certificate(x).check()
