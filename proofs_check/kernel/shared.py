"""gamma* of one shared embedding: a network below, a sum of squares above, both in integers; formats/SHARED.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations_with_replacement, product
from math import factorial, gcd
from operator import add, mul

from proofs_check.kernel.decimals import claim, plain
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
    stated_sense,
)
from proofs_check.kernel.numbers import rational

MOST_K, MOST_POINTS, MOST_EXTRA = 5, 2**15, 3
MOST_ENTRY, MOST_BOUND, MOST_SUM = 2**64, 2**256, 2**512
MOST_GAPS, MOST_KERNEL, MOST_CUBES = 2 * 10**6, 4 * 10**6, 7 * 10**7
DIGIT = 5  # bits of a variable's exponent in a code; a product has at most 2 (5 + 3) variables

Residues = tuple[int, ...]
Pair = tuple[Residues, int]  # an input and an offset
Monomial = tuple[int, Residues]  # the index of v, 0 for none, and those of the c


class Ring:
    """Residues mod n: units, Ramanujan's sums, and the classes of inputs with an offset."""

    def __init__(self, n: int, k: int) -> None:
        self.n, self.k = n, k
        self.units = [v for v in range(1, n) if gcd(v, n) == 1]
        self.phi = len(self.units)
        self.divisors = [d for d in range(1, n) if n % d == 0]
        self.sums = [sum(d * moebius(n // d) for d in (*self.divisors, n) if m % d == 0) for m in range(n)]
        self.classes = sorted({self.first(a, d) for a in self.inputs() for d in range(1, n)})

    def inputs(self) -> Iterator[Residues]:
        """An input of each kind up to an order of its entries and a common residue."""
        return ((0, *rest) for rest in combinations_with_replacement(range(self.n), self.k - 1))

    def first(self, a: Residues, d: int) -> Pair:
        """The first pair of the class."""
        n = self.n
        return min((tuple(sorted(v * (x - base) % n for x in a)), v * d % n) for base in set(a) for v in self.units)

    def size(self, s: int) -> int:
        """How many residues are s times a unit."""
        return sum(gcd(x, self.n) == gcd(s, self.n) for x in range(self.n))

    def kernel(self, pair: Pair, z: int, others: Residues) -> int:
        """K of a pair at indices."""
        (a, d), n, sums, total = pair, self.n, self.sums, 0
        for images in product(a, repeat=self.k):
            m = z * sum(a) + sum(map(mul, others, images))
            total += sums[m % n] - sums[(m - z * d) % n]
        return total


def moebius(n: int) -> int:
    """Moebius's function."""
    if n == 1:
        return 1
    p = next(p for p in range(2, n + 1) if n % p == 0)
    return 0 if n // p % p == 0 else -moebius(n // p)


def orders(values: Residues) -> int:
    """In how many different orders these values stand."""
    result = factorial(len(values))
    for value in set(values):
        result //= factorial(values.count(value))
    return result


def sized(most: int, least: int | None = None) -> Reader[int]:
    """A reader of integers below `most` in size, and not below `least`."""

    def read(value: object, place: str) -> int:
        number = integer(value, place)
        good = abs(number) < most and (least is None or number >= least)
        return number if good else fail(place, number, f"an integer of size below {short(most)}, not below {least}")

    return read


class Primal:
    """The network below: neurons that stand for all their images."""

    def __init__(self, fields: Fields, ring: Ring) -> None:
        self.ring, n = ring, ring.n
        self.gap = fields.read("gap", fraction)
        listed = fields.read("neurons", entries(any_value, MOST_GAPS))
        if not listed or len(listed) * len(ring.classes) * n * ring.phi > MOST_GAPS:
            fail(fields.place, f"{len(listed)} neurons", f"at least one, at most {MOST_GAPS} steps of work")
        self.neurons = [Fields(x, f"neurons[{i}]", "mass", "norm", "u", "w") for i, x in enumerate(listed)]
        vectors = [[x.read(key, entries(sized(MOST_ENTRY), n)) for key in ("u", "w")] for x in self.neurons]
        if not all(len(vector) == n for pair in vectors for vector in pair):
            fail(fields.place, "vectors", f"{n} integers in each u and w")
        self.u, self.w = [u for u, _ in vectors], [w for _, w in vectors]
        self.masses = [x.read("mass", sized(MOST_ENTRY, 0)) for x in self.neurons]
        self.norms = [x.read("norm", sized(MOST_SUM, 0)) for x in self.neurons]

    def total(self) -> int:
        """ROOT: a bound on the sum of the masses, positive."""
        for i, (u, w, norm) in enumerate(zip(self.u, self.w, self.norms, strict=True)):
            square = (sum(map(mul, u, u)) + sum(map(mul, w, w))) ** (self.ring.k + 1)
            require(norm**2 >= square, "ROOT", f"neurons[{i}].norm", norm, f"the root of {short(square)} or more")
        total = sum(map(mul, self.masses, self.norms))
        require(total > 0, "ROOT", "neurons", total, "a positive sum of masses and norms")
        return total

    def least(self) -> Fraction:
        """GAP: the least gap of all inputs and wrong labels."""
        least = min(map(self._gap, self.ring.classes))
        equal("GAP", "primal.gap", self.gap, least)
        return least

    def _gap(self, pair: Pair) -> Fraction:
        (a, d), n, k, total = pair, self.ring.n, self.ring.k, 0
        for v, s in product(self.ring.units, range(n)):
            places, right = [(v * x + s) % n for x in a], v * sum(a) + k * s
            for u, w, mass in zip(self.u, self.w, self.masses, strict=True):
                total += mass * sum(u[x] for x in places) ** k * (w[right % n] - w[(right - v * d) % n])
        return Fraction(total, n * self.ring.phi)


class Products:
    """Orbits of products: a code has a digit for each variable, and an orbit is named by the least code in it."""

    def __init__(self, ring: Ring, extra: int) -> None:
        self.ring, self.extra, n = ring, extra, ring.n
        self.tails = [[1 << DIGIT * (v * x % n) for x in range(n)] for v in ring.units]
        self.heads = [[0, *(1 << DIGIT * (n + v * z % n) for z in range(1, n))] for v in ring.units]
        self.charges: dict[int, list[Monomial]] = {s: [] for s in (0, *ring.divisors)}
        self._list(range(1, n), extra)
        self._list(range(1), ring.k + extra)

    def _list(self, heads: range, degree: int) -> None:
        """Put the monomials with so many c where they belong."""
        for z, tail in product(heads, combinations_with_replacement(range(self.ring.n), degree)):
            charge = (self.ring.k * z + sum(tail)) % self.ring.n
            if charge in self.charges:
                self.charges[charge].append((z, tail))

    def images(self, z: int, tail: Residues) -> list[int]:
        """The codes of a product multiplied by each unit."""
        return [head[z] + sum(code[x] for x in tail) for head, code in zip(self.heads, self.tails, strict=True)]

    def rows(self, charge: int) -> list[list[int]]:
        """For each monomial g the orbits of g* h, h those up to g; the units, reversed, are their negatives."""
        images = [self.images(*monomial) for monomial in self.charges[charge]]
        return [[min(map(add, g[::-1], h)) for h in images[: i + 1]] for i, g in enumerate(images)]

    def gaps(self, weights: dict[Pair, int]) -> Iterator[tuple[int, int]]:
        """Orbits with what they get of gaps(o): z and all v z get the same, so that divisors z will do."""
        n, k = self.ring.n, self.ring.k
        pairs = [self.images(0, (x, -x % n)) for x in range(n)]
        for z, *others in product(self.ring.divisors, *[range(n)] * (k - 1)):
            tail = (*others, (-k * z - sum(others)) % n)
            kernel = sum(weight * self.ring.kernel(pair, z, tail) for pair, weight in weights.items())
            for chosen in product(pairs, repeat=self.extra):
                yield min(map(sum, zip(self.images(z, tail), *chosen, strict=True))), self.ring.size(z) * kernel


class Dual:
    """The sum of squares above."""

    def __init__(self, fields: Fields, ring: Ring) -> None:
        self.ring, n, k, classes = ring, ring.n, ring.k, len(ring.classes)
        if (n - 1) * n ** (k - 1) * k**k * classes > MOST_KERNEL:
            fail("task", (n, k), f"at most {MOST_KERNEL} terms of gaps")
        self.weights = fields.read("weights", entries(sized(MOST_ENTRY, 0), classes))
        if len(self.weights) != classes or not any(self.weights):
            fail("dual.weights", self.weights, f"{classes} weights, one of them positive")
        extra = fields.read("extra", sized(MOST_EXTRA + 1, 0))
        self.scale, self.bound = fields.read("scale", sized(MOST_ENTRY, 1)), fields.read("bound", sized(MOST_BOUND, 0))
        self.rest = fields.read("rest", sized(MOST_SUM, 0))
        self.products = Products(ring, extra)
        sizes = [len(part) for part in self.products.charges.values()]
        if sum(m**3 for m in sizes) > MOST_CUBES:
            fail("dual.extra", extra, f"monomials whose numbers have cubes of sum at most {MOST_CUBES}")
        self.blocks = fields.read("blocks", entries(entries(entries(sized(MOST_ENTRY))), len(sizes)))
        triangles = all(len(row) <= i for block in self.blocks for i, row in enumerate(block, 1))
        if not ([len(block) for block in self.blocks] == sizes and triangles):
            fail("dual.blocks", [len(block) for block in self.blocks], f"{sizes} rows, row i of at most i integers")

    def largest(self) -> Fraction:
        """REST: T, which no ||Q(u)|| exceeds at ||u|| = 1."""
        total, phi = sum(self.weights), self.ring.phi
        left, counts = Counter[int](), Counter[int]()
        for orbit, gaps in self.products.gaps(dict(zip(self.ring.classes, self.weights, strict=True))):
            left[orbit] -= 2 * self.scale**2 * gaps
        places = [self.products.rows(charge) for charge in self.products.charges]
        for charge, block, rows in zip(self.products.charges, self.blocks, places, strict=True):
            size, monomials = self.ring.size(charge), self.products.charges[charge]
            for row, orbits, (_, tail) in zip(block, rows, monomials, strict=True):
                left[orbits[-1]] += total * self.bound * phi * size * orders(tail)
                for j, orbit in enumerate(orbits, 1):
                    times = size * (2 - (j == len(orbits)))  # h* g is in the orbit of g* h
                    counts[orbit] += times
                    left[orbit] -= times * total * sum(map(mul, row, block[j - 1]))
        each = {orbit: -(-abs(value) // counts[orbit]) for orbit, value in left.items()}
        rest = max(max(row_sums(rows, each)) for rows in places)
        equal("REST", "dual.rest", self.rest, rest)
        return Fraction(total * phi * self.bound + rest, total * phi * self.scale**2)


def row_sums(rows: list[list[int]], each: dict[int, int]) -> list[int]:
    """The sums of the rows of a symmetric matrix that is given up to its diagonal."""
    sums = [0] * len(rows)
    for i, orbits in enumerate(rows):
        for j, orbit in enumerate(orbits):
            sums[i] += each[orbit]
            sums[j] += each[orbit] * (i != j)
    return sums


class Shared:
    """Reads one certificate; every rule uses only what earlier rules established."""

    def __init__(self, file: dict[str, object]) -> None:
        self.sense = stated_sense(file, "lower", "upper", "enclosure")
        parts = {"lower": ["primal"], "upper": ["dual"], "enclosure": ["dual", "primal"]}[self.sense]
        fields = Fields(file, "file", "claim", "format", "sha256", "task", "version", *parts)
        stated = fields.inside("claim", "quantity", "sense", "value")
        stated.read("quantity", one_of("margin"))
        if self.sense == "enclosure":
            self.values = stated.read("value", entries(fraction, 2))
        else:
            self.values = [stated.read("value", fraction)] * 2
        fields.read("format", one_of(FORMAT))
        version, task = fields.read("version", integer), fields.inside("task", "k", "kind", "n")
        task.read("kind", one_of("shared_embedding"))
        n, k = task.read("n", sized(MOST_POINTS, 2)), task.read("k", sized(MOST_K + 1, 2))
        if not (version == 1 and len(self.values) == 2 and n ** (k + 1) <= MOST_POINTS):
            fail("task", (version, n, k), f"version 1, n^(k+1) at most {MOST_POINTS}, two ends of an enclosure")
        self.ring, self.digest = Ring(n, k), file["sha256"]
        dual, primal = ("extra", "weights", "scale", "bound", "blocks", "rest"), ("neurons", "gap")
        self.primal = Primal(fields.inside("primal", *primal), self.ring) if "primal" in parts else None
        self.dual = Dual(fields.inside("dual", *dual), self.ring) if "dual" in parts else None

    def run(self) -> str:
        """Apply the rules in their order. Returns what was proved."""
        (low, high), n, k = self.values, self.ring.n, self.ring.k
        total, least = (self.primal.total(), self.primal.least()) if self.primal else (0, Fraction(0))
        largest = self.dual.largest() if self.dual else Fraction(0)
        if self.primal:
            require(low * total <= least, "CLAIM", "claim.value", low, f"at most {short(least)} / {total}")
        if self.dual:
            square = Fraction(k**k, ((k + 1) * n) ** (k + 1)) * largest**2
            require(high >= 0 and high**2 >= square, "CLAIM", "claim.value", high, f"the root of {short(square)}")
        ends = [plain(rational(low)), plain(rational(high))]
        return f"{claim('gamma*', self.sense, ends, str(self.digest))} for {k}-input addition mod {n}, one embedding"


RULES = Rules("shared_embedding", "SHARED.md", lambda file: Shared(file).run())
