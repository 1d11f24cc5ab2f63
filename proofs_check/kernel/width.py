"""Lower bounds on the neurons of a rotation frequency, by integer polynomials; formats/WIDTH.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise, permutations
from math import factorial

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

MOST_K, MOST_COLUMNS, MOST_ENTRY, MOST_COEFFICIENT = 6, 128, 8, 2**64
MOST_ORDER = 2**256
MOST_STEPS, MOST_PRODUCTS, MOST_WAITING = 4 * 10**6, 5 * 10**6, 2**18

Exponent = tuple[int, ...]
Sums = dict[Exponent, int]  # by exponent, or by the first exponent of an orbit


def orbit(h: Exponent) -> Exponent:
    """One exponent for all that differ by a permutation of entries, and perhaps all signs."""
    falling = sorted(h, reverse=True)
    return tuple(max(falling, [-x for x in reversed(falling)]))


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
        self.vanishing, self.linked = set[Exponent](), dict[Exponent, tuple[Exponent, Fraction]]()
        for agreeing in classes.values():
            weighed = sorted((powers[m], orbit(tuple(x + 1 for x in m))) for m in agreeing)
            (weight, first), (larger, last) = weighed[0], weighed[-1]
            if len(weighed) == 1 and any(first):
                self.vanishing.add(first)
            elif len(weighed) == 2 and first != last:
                self.linked[last] = first, Fraction(weight, larger) ** 2

    def excess(self, sums: Sums) -> Fraction:
        """The sum of what is positive where nothing says that it vanishes."""
        total: dict[Exponent, Fraction] = {}
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
        self.steps = 2 ** (self.pairs + 1) * self.group * len(columns) ** 2

    def arrangements(self, m: Exponent) -> set[Exponent]:
        """All different permutations of m inside both rows."""
        rows = [set(permutations([m[place] for place in row])) for row in (self.first, self.second)]
        return {self.placed(a, b) for a in rows[0] for b in rows[1]}

    def placed(self, first: Iterable[int], second: Iterable[int]) -> Exponent:
        """The exponent with these entries in the two rows."""
        values = dict(zip((*self.first, *self.second), (*first, *second), strict=True))
        return tuple(values[place] for place in range(self.k))

    def column(self, m: Exponent) -> Sums:
        """The polynomial that the exponent stands for."""
        p: Counter[Exponent] = Counter(self.arrangements(m))
        for j in range(0, 2 * self.pairs, 2):
            p.subtract({(*h[:j], h[j + 1], h[j], *h[j + 2 :]): c for h, c in p.items()})
        turned = {tuple(-x for x in h): c * (-1) ** self.pairs for h, c in p.items()}
        p.update(turned)
        return {h: c for h, c in p.items() if c != 0}

    def expand(self) -> int:
        """Make the columns. Returns the number of products of their exponents."""
        self.polynomials = [self.column(m) for m in self.columns]
        return len({h for p in self.polynomials for h in p}) ** 2

    def sums(self) -> Sums:
        """The sums of the products of coefficients over orbits of differences (the short way of WIDTH.md, 5)."""
        size = len(self.columns)
        rows = [row + [0] * (size - len(row)) for row in self.rows]
        total, waiting = Counter[Exponent](), Counter[Exponent]()
        times = [len(self.arrangements(x)) for x in self.columns]  # the order of the group over that of x's stabiliser
        for b in range(size):
            gram = [sum(row[a] * row[b] for row in rows) * times[a] for a in range(size)]
            for h, c in self.symmetrised(self.polynomials[b]).items():
                for a in range(size):
                    waiting[tuple(x - y for x, y in zip(self.columns[a], h, strict=True))] += c * gram[a]
            if len(waiting) > MOST_WAITING:
                _collect(waiting, total)
        _collect(waiting, total)
        return {h: c * 2 ** (self.pairs + 1) // self.group for h, c in total.items()}

    def symmetrised(self, p: Sums) -> Sums:
        """The sum of a polynomial over all permutations inside both rows."""
        classes, result = Counter[Exponent](), Counter[Exponent]()
        for m, c in p.items():
            classes[self.placed(*(sorted(m[place] for place in row) for row in (self.first, self.second)))] += c
        for m, c in classes.items():
            moved = self.arrangements(m)
            result.update(dict.fromkeys(moved, c * self.group // len(moved)))
        return {h: c for h, c in result.items() if c != 0}


def _collect(waiting: Counter[Exponent], total: Counter[Exponent]) -> None:
    for h, c in waiting.items():
        total[orbit(h)] += c
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
        if sum(block.steps for block in self.blocks) > MOST_STEPS:
            fail("blocks", "more columns", f"at most {MOST_STEPS} steps of work")
        if sum(block.expand() for block in self.blocks) > MOST_PRODUCTS:
            fail("blocks", "more exponents", f"at most {MOST_PRODUCTS} products of work")

    def run(self) -> str:
        """Apply the rules in their order. Returns what was proved."""
        total = Counter[Exponent]()
        for block in self.blocks:
            total.update(block.sums())
        mean = total.pop((0,) * self.k, 0)
        value = mean + sum(total.values())
        excess = Orbits(self.k, self.order).excess(total)
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
