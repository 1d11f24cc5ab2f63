"""Lower bounds on the neurons of a rotation frequency, by integer polynomials; formats/WIDTH.md."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise, permutations
from math import factorial, prod
from operator import mul

from proofs_check.kernel.form import (
    FORMAT,
    Fields,
    Reader,
    Rules,
    any_value,
    entries,
    equal,
    fail,
    fraction,
    integer,
    one_of,
    require,
    short,
)

MOST_K, MOST_COLUMNS, MOST_ENTRY, MOST_COEFFICIENT = 6, 256, 8, 2**64
MOST_ORDER = 2**256
MOST_PRODUCTS, MOST_WAITING = 12 * 10**6, 2**18
BASE, SHIFT, HALF = 64, 32, 64**3  # of codes of exponents: entries of differences are at most 16 in size

Exponent = tuple[int, ...]
Polynomial = dict[Exponent, int]
Sums = dict[int, int]  # by orbit


def orbit(h: Exponent) -> int:
    """One number for all exponents that differ by a permutation of entries, and perhaps all signs.

    Its digits in base 8 count how often each integer is an entry; no integer is one more than 6 times.
    """
    return max(sum(8 ** (16 + x) for x in h), sum(8 ** (16 - x) for x in h))


def code(h: Exponent) -> int:
    """One number for an exponent, additive: the code of a difference is that of codes."""
    return sum(x * BASE**place for place, x in enumerate(h))


class Counts(dict[int, tuple[int, int]]):
    """The two sums of `orbit` over three of the entries of a difference, by their digits in base 64 (0: no entry)."""

    def __missing__(self, digits: int) -> tuple[int, int]:
        entries = [x - SHIFT for x in (digits % BASE, digits // BASE % BASE, digits // BASE**2) if x != 0]
        self[digits] = sum(8 ** (16 + x) for x in entries), sum(8 ** (16 - x) for x in entries)
        return self[digits]


class Orbits:
    """What is known of the sums over a block's neurons, from the exponents of the k-th power that agree."""

    def __init__(self, k: int, order: int) -> None:
        powers = {(0,) * k: 1}
        for _ in range(k):
            longer = Counter[Exponent]()
            for m, times in powers.items():
                longer.update({(*m[:j], m[j] + step, *m[j + 1 :]): times for j in range(k) for step in (1, -1)})
            powers = dict(longer)
        classes: dict[Exponent, list[Exponent]] = {}
        for m in powers:
            classes.setdefault(tuple(x % order for x in m) if order else m, []).append(m)
        self.vanishing, self.linked = set[int](), dict[int, tuple[int, Fraction]]()
        self.mean = orbit((0,) * k)
        for agreeing in classes.values():
            weighed = sorted((powers[m], orbit(tuple(x + 1 for x in m))) for m in agreeing)
            (weight, first), (larger, last) = weighed[0], weighed[-1]
            if len(weighed) == 1 and first != self.mean:
                self.vanishing.add(first)
            elif len(weighed) == 2 and first != last:
                self.linked[last] = first, Fraction(weight, larger) ** 2

    def excess(self, sums: Sums) -> Fraction:
        """The sum of what is positive where nothing says that it vanishes."""
        total: dict[int, Fraction] = {}
        for o, value in sums.items():
            if o not in self.vanishing:
                target, part = self.linked.get(o, (o, Fraction(1)))
                total[target] = total.get(target, Fraction(0)) + part * value
        return sum((max(value, Fraction(0)) for value in total.values()), Fraction(0))


def sized(most: int) -> Reader[int]:
    """A reader of integers of at most this size."""

    def read(value: object, place: str) -> int:
        number = integer(value, place)
        return number if abs(number) <= most else fail(place, number, f"an integer of size at most {most}")

    return read


class Block:
    """Polynomials: integer combinations of columns, each made of one exponent."""

    def __init__(self, block: Fields, k: int) -> None:
        self.k, self.pairs = k, block.read("pairs", integer)
        columns = block.read("columns", entries(entries(sized(MOST_ENTRY)), MOST_COLUMNS))
        self.rows = block.read("rows", entries(entries(sized(MOST_COEFFICIENT - 1), len(columns)), MOST_COLUMNS))
        if not (0 <= 2 * self.pairs <= k and all(len(m) == k for m in columns)):
            fail(block.place, self.pairs, f"at most {k // 2} pairs, columns of {k} integers")
        if not (self.rows and all(self.rows)):  # without columns there are no rows
            fail(block.place, self.rows, "rows of coefficients")
        self.columns = [tuple(m) for m in columns]
        self.second = range(1, 2 * self.pairs, 2)
        self.first = [place for place in range(k) if place not in self.second]
        self.group = factorial(k - self.pairs) * factorial(self.pairs)

    def arrangements(self, m: Exponent) -> set[Exponent]:
        """All different permutations of m inside both rows."""
        rows = [set(permutations([m[place] for place in row])) for row in (self.first, self.second)]
        return {self.placed(a, b) for a in rows[0] for b in rows[1]}

    def placed(self, first: Iterable[int], second: Iterable[int]) -> Exponent:
        """The exponent with these entries in the two rows."""
        values = dict(zip((*self.first, *self.second), (*first, *second), strict=True))
        return tuple(values[place] for place in range(self.k))

    def column(self, m: Exponent) -> Polynomial:
        """The polynomial that the exponent stands for."""
        p: Counter[Exponent] = Counter(self.arrangements(m))
        for j in range(0, 2 * self.pairs, 2):
            p.subtract({(*h[:j], h[j + 1], h[j], *h[j + 2 :]): c for h, c in p.items()})
        turned = {tuple(-x for x in h): c * (-1) ** self.pairs for h, c in p.items()}
        p.update(turned)
        return p

    def moved(self, m: Exponent) -> int:
        """The number of `arrangements`."""
        repeated = [Counter(m[place] for place in row).values() for row in (self.first, self.second)]
        return self.group // prod(factorial(times) for row in repeated for times in row)

    def classes(self, p: Polynomial) -> Polynomial:
        """R p of WIDTH.md, 5: one coefficient for all permutations of an exponent inside both rows."""
        result = Counter[Exponent]()
        for m, c in p.items():
            result[self.placed(*(sorted(m[place] for place in row) for row in (self.first, self.second)))] += c
        return {m: c * self.group // self.moved(m) for m, c in result.items() if c != 0}

    def expand(self) -> int:
        """Make R of all columns. Returns the number of products that `sums` adds up."""
        self.symmetrised = [self.classes(self.column(m)) for m in self.columns]
        return len(self.columns) * sum(map(self.moved, {m for p in self.symmetrised for m in p}))

    def sums(self) -> Sums:
        """The sums of the products of coefficients over orbits of differences (the short way of WIDTH.md, 5)."""
        listed = [row + [0] * (len(self.columns) - len(row)) for row in self.rows]
        coefficients = list(zip(*listed, strict=True))  # of each column
        total, waiting = Counter[int](), defaultdict[int, int](int)
        counts, middle = Counts(), code((SHIFT,) * self.k)
        members = {m: [code(h) for h in self.arrangements(m)] for p in self.symmetrised for m in p}
        for x, left in zip(self.columns, coefficients, strict=True):
            combined, start = Counter[Exponent](), middle + code(x)
            for p, right in zip(self.symmetrised, coefficients, strict=True):
                factor = sum(map(mul, left, right)) * self.moved(x)
                combined.update({m: factor * c for m, c in p.items()})
            for m, c in combined.items():
                for h in members[m] if c != 0 else ():
                    waiting[start - h] += c
            if len(waiting) > MOST_WAITING:
                _collect(waiting, total, counts)
        _collect(waiting, total, counts)
        return {h: c * 2 ** (self.pairs + 1) // self.group for h, c in total.items()}


def _collect(waiting: Sums, total: Counter[int], counts: Counts) -> None:
    """Move sums over differences, by their codes, to their orbits."""
    for difference, c in waiting.items():
        (plus, minus), (more, less) = counts[difference % HALF], counts[difference // HALF]
        total[max(plus + more, minus + less)] += c
    waiting.clear()


class Width:
    """Reads one certificate; every rule uses only what earlier rules established."""

    def __init__(self, file: dict[str, object]) -> None:
        fields = Fields(file, "file", "blocks", "claim", "format", "sha256", "sums", "task", "version")
        claim = fields.inside("claim", "quantity", "sense", "value")
        claim.read("quantity", one_of("width"))
        claim.read("sense", one_of("lower"))
        self.value = claim.read("value", integer)
        fields.read("format", one_of(FORMAT))
        version, task = fields.read("version", integer), fields.inside("task", "k", "kind", "order")
        task.read("kind", one_of("width"))
        self.k, self.order = task.read("k", integer), task.read("order", integer)
        if not (version == 1 and 2 <= self.k <= MOST_K and (self.order == 0 or 3 <= self.order < MOST_ORDER)):
            fail("task", (version, self.k, self.order), f"version 1, 2 <= k <= {MOST_K}, an order of 0 or at least 3")
        if not 0 <= self.value < MOST_COEFFICIENT:
            fail("claim.value", self.value, "an integer from 0 to 2^64 - 1")
        stated = fields.inside("sums", "excess", "mean", "value")
        self.stated = {key: stated.read(key, integer) for key in ("value", "mean")}
        self.excess = stated.read("excess", fraction)
        listed = fields.read("blocks", entries(any_value, MOST_K))
        keys = ("columns", "pairs", "rows")
        self.blocks = [Block(Fields(block, f"blocks[{i}]", *keys), self.k) for i, block in enumerate(listed)]
        pairs = [block.pairs for block in self.blocks]
        if not all(a < b for a, b in pairwise(pairs)):
            fail("blocks", pairs, "numbers of pairs that ascend")
        if sum(block.expand() for block in self.blocks) > MOST_PRODUCTS:
            fail("blocks", "more columns or exponents", f"at most {MOST_PRODUCTS} products")

    def run(self) -> str:
        """Apply the rules in their order. Returns what was proved."""
        total, orbits = Counter[int](), Orbits(self.k, self.order)
        for block in self.blocks:
            total.update(block.sums())
        mean = total.pop(orbits.mean, 0)
        value = mean + sum(total.values())
        excess = orbits.excess(total)
        equal("VALUE", "sums.value", self.stated["value"], value)
        equal("MEAN", "sums.mean", self.stated["mean"], mean)
        require(mean > 0, "MEAN", "sums.mean", mean, "a positive integer")
        equal("EXCESS", "sums.excess", self.excess, excess)
        proved = (self.value - 1) * (mean + excess) < value
        require(proved, "CLAIM", "claim.value", self.value, f"below {short(value)} / {short(mean + excess)} + 1")
        k = self.k
        orders = f"order {short(self.order)}" if self.order else f"every order above {2 * k}, or odd and above {k}"
        return (
            f"at least {short(self.value)} neurons at each rotation frequency of {orders}"
            f" in every maximum-margin network of {k}-input addition"
        )


RULES = Rules("width", "WIDTH.md", lambda file: Width(file).run())
