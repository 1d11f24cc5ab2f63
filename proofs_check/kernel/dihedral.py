"""Lower bounds on the neurons of a dihedral group's representation, by integer polynomials; formats/DIHEDRAL.md."""

from __future__ import annotations

from collections import Counter
from itertools import product
from operator import mul

from proofs_check.kernel.form import (
    FORMAT,
    Fields,
    Rules,
    any_value,
    entries,
    equal,
    fail,
    integer,
    one_of,
    require,
    short,
)
from proofs_check.kernel.width import MOST_COEFFICIENT, MOST_COLUMNS, MOST_ENTRY, MOST_ORDER, sized

MOST_K, MOST_BLOCKS, MOST_PRODUCTS = 4, 32, 8 * 10**6

Degrees = tuple[int, ...]


def orbit(degrees: Degrees) -> Degrees:
    """One of two lists of degrees that are each other's reverse."""
    return max(degrees, degrees[::-1])


def vanishing(k: int, order: int) -> set[Degrees]:
    """Orbits of the degrees whose mean over the neurons is 0; the end 1 will do, as -m has those of m at the end -1."""
    spans = product(range(-k, k + 1), repeat=k)
    powers = [m for m in spans if sum(map(abs, m)) <= k and sum(m) % 2 == k % 2]
    found = set[Degrees]()
    for first, *signs in product((1, -1), repeat=k + 1):
        agreeing: dict[Degrees, list[Degrees]] = {}
        for m in powers:
            turned = [sign * x for sign, x in zip(signs, m, strict=True)]
            sums = [x + y for x, y in zip((*turned, 0), (0, *m), strict=True)]
            sums[0], sums[k] = sums[0] + first, sums[k] + 1
            residue = tuple(x % order for x in m) if order else m
            agreeing.setdefault(residue, []).append(orbit(tuple(map(abs, sums))))
        found.update(members[0] for members in agreeing.values() if len(members) == 1)
    return found - {(0,) * (k + 1)}


class Block:
    """Polynomials: integer combinations of columns, which are products of cosines and sines."""

    def __init__(self, block: Fields, k: int) -> None:
        self.sines = block.read("sines", entries(integer))
        columns = block.read("columns", entries(entries(sized(MOST_ENTRY)), MOST_COLUMNS))
        self.rows = block.read("rows", entries(entries(sized(MOST_COEFFICIENT - 1), len(columns)), MOST_COLUMNS))
        if not (set(self.sines) <= {0, 1} and all(len(m) == k + 1 for m in (self.sines, *columns))):
            fail(block.place, self.sines, f"sines 0 or 1, columns of {k + 1} integers")
        if not (self.rows and all(self.rows)):  # without columns there are no rows
            fail(block.place, self.rows, "rows of coefficients")
        self.columns, self.work = columns, 2 ** (k + 1) * len(columns) ** 2

    def add_sums(self, total: Counter[Degrees]) -> None:
        """Add 2^(k+1) times the sum of the squares of all rows, by orbits of degrees."""
        listed = [row + [0] * (len(self.columns) - len(row)) for row in self.rows]
        coefficients = list(zip(*listed, strict=True))  # of each column
        for x, left in zip(self.columns, coefficients, strict=True):
            for y, right in zip(self.columns, coefficients, strict=True):
                inner = sum(map(mul, left, right))
                if inner != 0:
                    self.add_product(total, x, y, inner)

    def add_product(self, total: Counter[Degrees], x: list[int], y: list[int], inner: int) -> None:
        """Twice a product of cosines is the sum of two, twice one of sines their difference."""
        factors = [((abs(m - h), 1), (abs(m + h), 1 - 2 * s)) for m, h, s in zip(x, y, self.sines, strict=True)]
        for chosen in product(*factors):
            value = inner
            for _, sign in chosen:
                value *= sign
            total[orbit(tuple(degree for degree, _ in chosen))] += value


class Dihedral:
    """Reads one certificate; every rule uses only what earlier rules established."""

    def __init__(self, file: dict[str, object]) -> None:
        fields = Fields(file, "file", "blocks", "claim", "format", "sha256", "sums", "task", "version")
        claim = fields.inside("claim", "quantity", "sense", "value")
        claim.read("quantity", one_of("width"))
        claim.read("sense", one_of("lower"))
        self.value = claim.read("value", integer)
        fields.read("format", one_of(FORMAT))
        version, task = fields.read("version", integer), fields.inside("task", "k", "kind", "order")
        task.read("kind", one_of("dihedral_width"))
        self.k, self.order = task.read("k", integer), task.read("order", integer)
        if not (version == 1 and 2 <= self.k <= MOST_K and (self.order == 0 or 3 <= self.order < MOST_ORDER)):
            fail("task", (version, self.k, self.order), f"version 1, 2 <= k <= {MOST_K}, an order of 0 or at least 3")
        if not 0 <= self.value < MOST_COEFFICIENT:
            fail("claim.value", self.value, "an integer from 0 to 2^64 - 1")
        stated = fields.inside("sums", "excess", "mean", "value")
        self.stated = {key: stated.read(key, integer) for key in ("excess", "mean", "value")}
        listed = fields.read("blocks", entries(any_value, MOST_BLOCKS))
        keys = ("columns", "rows", "sines")
        self.blocks = [Block(Fields(block, f"blocks[{i}]", *keys), self.k) for i, block in enumerate(listed)]
        if sum(block.work for block in self.blocks) > MOST_PRODUCTS:
            fail("blocks", "more columns", f"at most {MOST_PRODUCTS} products")

    def run(self) -> str:
        """Apply the rules in their order. Returns what was proved."""
        total = Counter[Degrees]()
        for block in self.blocks:
            block.add_sums(total)
        mean, known = total.pop((0,) * (self.k + 1), 0), vanishing(self.k, self.order)
        value = mean + sum(total.values())
        excess = sum(max(s, 0) for degrees, s in total.items() if degrees not in known)
        equal("VALUE", "sums.value", self.stated["value"], value)
        equal("MEAN", "sums.mean", self.stated["mean"], mean)
        require(mean > 0, "MEAN", "sums.mean", mean, "a positive integer")
        equal("EXCESS", "sums.excess", self.stated["excess"], excess)
        proved = (self.value - 1) * (mean + excess) < value
        require(proved, "CLAIM", "claim.value", self.value, f"below {short(value)} / {short(mean + excess)} + 1")
        k = self.k
        orders = f"order {short(self.order)}" if self.order else f"every even order above {2 * k}, or odd above {k}"
        return (
            f"at least {short(self.value)} neurons of each two-dimensional representation of {orders}"
            f" in every maximum-margin network of {k}-input composition in a dihedral group"
        )


RULES = Rules("dihedral_width", "DIHEDRAL.md", lambda file: Dihedral(file).run())
