"""Certificates for one shared embedding, checked a second time; written from formats/SHARED.md alone."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from flint import fmpq, fmpz, fmpz_mat

from proofs_check.second.form import form, fraction, need, read
from proofs_check.second.numbers import num
from proofs_check.second.statement import state

KIND = "shared_embedding"
PRODUCT_LIMIT, K_LIMIT, EXTRA_LIMIT = 2**15, 5, 3
GAP_WORK, TERM_WORK, CUBE_WORK = 2_000_000, 4_000_000, 70_000_000

Vector = tuple[int, ...]
Product = tuple[Vector, Vector]  # indices of v, indices of c, both sorted


def within(low: int, high: int) -> Callable[[Any, str], int]:
    """A reader of integers x with low <= x < high."""

    def reader(x: Any, place: str) -> int:
        form(type(x) is int and low <= x < high, place, f"an integer from {low} to below {high} is wanted")
        return int(x)

    return reader


SIGNED, COUNT = within(1 - 2**64, 2**64), within(0, 2**64)
NEURON = {"u": [SIGNED], "w": [SIGNED], "mass": COUNT, "norm": within(0, 2**512)}
PARTS = {
    "primal": {"neurons": [NEURON], "gap": fraction},
    "dual": {
        "extra": within(0, EXTRA_LIMIT + 1),
        "weights": [COUNT],
        "scale": within(1, 2**64),
        "bound": within(0, 2**256),
        "blocks": [[[SIGNED]]],
        "rest": within(0, 2**512),
    },
}
NEEDED = {"lower": ["primal"], "upper": ["dual"], "enclosure": ["primal", "dual"]}


def pairs_of(n: int, k: int, units: list[int]) -> list[tuple[Vector, int]]:
    """The first pair of every class: going through all pairs in order, the first one takes its whole class along."""
    found, met = [], set()
    for a in itertools.combinations_with_replacement(range(n), k):
        for d in range(1, n):
            if (a, d) not in met:
                found.append((a, d))
                for v, t in itertools.product(units, range(n)):
                    met.add((tuple(sorted((v * x + t) % n for x in a)), v * d % n))
    return found


def ramanujan(n: int) -> list[int]:
    """R(0), .., R(n - 1) by Hoelder's formula: mu(n/g) phi(n) / phi(n/g), g the greatest common divisor of m and n."""
    parts = [fmpz(n // math.gcd(m, n)) for m in range(n)]
    return [int(part.moebius_mu() * fmpz(n).euler_phi() // part.euler_phi()) for part in parts]


class Orbits:
    """Numbers for the orbits of products; the first product that is met takes its whole orbit along."""

    def __init__(self, n: int, units: list[int]) -> None:
        self.n, self.units, self.count = n, units, 0
        self.known: dict[Product, int] = {}

    def number(self, heads: list[int], tails: list[int]) -> int:
        """The number of a product's orbit."""
        key = tuple(sorted(heads)), tuple(sorted(tails))
        if key not in self.known:
            for v in self.units:
                image = tuple(tuple(sorted(v * x % self.n for x in part)) for part in key)
                self.known[image] = self.count  # type: ignore[index]  # a pair again
            self.count += 1
        return self.known[key]


class Form:
    """Monomials by charge, and the numbers of section 4."""

    def __init__(self, n: int, k: int, extra: int, units: list[int]) -> None:
        self.n, self.k, self.extra = n, k, extra
        self.orbits = Orbits(n, units)
        self.charges = [0, *(s for s in range(1, n) if n % s == 0)]
        self.sizes = [len({v * s % n for v in units}) for s in self.charges]
        self.monomials: list[list[Product]] = [[] for _ in self.charges]
        place = {s: i for i, s in enumerate(self.charges)}
        index = range(n)
        kinds = [((z,), c) for z in index[1:] for c in itertools.combinations_with_replacement(index, extra)]
        other = [((), c) for c in itertools.combinations_with_replacement(index, k + extra)]
        for head, tail in itertools.chain[Product](kinds, other):
            charge = (k * sum(head) + sum(tail)) % n
            if charge in place:
                self.monomials[place[charge]].append((head, tail))

    def table(self, i: int) -> list[list[int]]:
        """The orbits of g* h for all monomials of the i-th charge; h* g is in the orbit of g* h (the unit -1)."""
        rows: list[list[int]] = []
        for g, (head, tail) in enumerate(self.monomials[i]):
            minus = [-x % self.n for x in head], [-x % self.n for x in tail]
            before = [row[g] for row in rows]
            after = [self.orbits.number([*minus[0], *h], [*minus[1], *t]) for h, t in self.monomials[i][g:]]
            rows.append(before + after)
        return rows

    def gaps(self, pairs: list[tuple[Vector, int]], weights: list[int]) -> Iterator[tuple[int, int]]:
        """Orbits, each with what a term adds to gaps(o)."""
        n, k, r = self.n, self.k, ramanujan(self.n)
        counted = [(a, d, weight) for (a, d), weight in zip(pairs, weights, strict=True) if weight]
        maps = list(itertools.product(range(k), repeat=k))
        for z, *free in itertools.product(range(1, n), *[range(n)] * (k - 1)):
            c = [*free, -(sum(free) + k * z) % n]
            value = 0
            for a, d, weight in counted:
                base = z * sum(a)
                inner = [base + sum(x * a[j] for x, j in zip(c, f, strict=True)) for f in maps]
                value += weight * sum(r[m % n] - r[(m - z * d) % n] for m in inner)
            if value:
                for x in itertools.product(range(n), repeat=self.extra):
                    yield self.orbits.number([z], [*c, *x, *(-y % n for y in x)]), value


class Certificate:
    """Form of everything in the constructor, then `check`."""

    def __init__(self, x: dict[str, Any]) -> None:
        claim = x.get("claim")
        self.sense = claim.get("sense") if isinstance(claim, dict) else None
        known = isinstance(self.sense, str) and self.sense in NEEDED
        form(known, "claim.sense", f"one of {sorted(NEEDED)} is wanted")
        both = self.sense == "enclosure"
        pattern = {
            "format": "algebraic-margin certificate",
            "version": 1,
            "claim": {"quantity": "margin", "sense": str, "value": (fraction, fraction) if both else fraction},
            "task": {"kind": KIND, "n": int, "k": int},
            "sha256": str,
        }
        self.x = read(x, pattern | {part: PARTS[part] for part in NEEDED[str(self.sense)]}, "")
        value = self.x["claim"]["value"]
        self.low, self.high = value if both else (value, value)
        self.n, self.k = n, k = self.x["task"]["n"], self.x["task"]["k"]
        form(2 <= n <= PRODUCT_LIMIT and 2 <= k <= K_LIMIT, "task", f"n >= 2 and 2 <= k <= {K_LIMIT} are wanted")
        form(n ** (k + 1) <= PRODUCT_LIMIT, "task", f"n^(k+1) of at most {PRODUCT_LIMIT} is wanted")
        self.units = [v for v in range(1, n) if math.gcd(v, n) == 1]
        self.pairs = pairs_of(n, k, self.units)
        if "primal" in self.x:
            self._require_neurons()
        if "dual" in self.x:
            self._require_blocks()

    def _require_neurons(self) -> None:
        neurons = self.x["primal"]["neurons"]
        work = len(neurons) * len(self.pairs) * self.n * len(self.units)
        form(0 < work <= GAP_WORK, "primal", "a neuron, and not too many")
        form(all(len(x[key]) == self.n for x in neurons for key in ("u", "w")), "primal", "vectors of length n")

    def _require_blocks(self) -> None:
        n, k, dual = self.n, self.k, self.x["dual"]
        form((n - 1) * n ** (k - 1) * k**k * len(self.pairs) <= TERM_WORK, "dual", "too many terms of gaps")
        form(len(dual["weights"]) == len(self.pairs), "dual.weights", "a weight for each class is wanted")
        form(any(dual["weights"]), "dual.weights", "a positive weight is wanted")
        self.form = Form(n, k, dual["extra"], self.units)
        counts = [len(listed) for listed in self.form.monomials]
        form(sum(m**3 for m in counts) <= CUBE_WORK, "dual", "too many monomials")
        form([len(block) for block in dual["blocks"]] == counts, "dual.blocks", f"blocks of {counts} rows are wanted")
        short = all(len(row) <= i + 1 for block in dual["blocks"] for i, row in enumerate(block))
        form(short, "dual.blocks", "row i has at most i integers")

    def check(self) -> str:
        """Every rule in order; the proved statement in words."""
        reached = self.reached() if "primal" in self.x else None
        bound = self.bound() if "dual" in self.x else None
        if reached is not None:
            total, gap = reached
            need(self.low * total <= gap, "CLAIM", "claim.value", self.low, gap / total)
        if bound is not None:
            n, k = self.n, self.k
            holds = self.high >= 0 and self.high**2 * ((k + 1) * n) ** (k + 1) >= k**k * bound**2
            need(holds, "CLAIM", "claim.value", self.high, "more")
        low, high = (num(x.p, x.q) for x in (self.low, self.high))
        said = state("gamma*", str(self.sense), low, high, self.x["sha256"])
        return f"{said} for {self.k}-input addition modulo {self.n} with one embedding"

    def reached(self) -> tuple[fmpz, fmpq]:
        """ROOT and GAP: the sum of mass norm, and the least gap."""
        neurons, total = self.x["primal"]["neurons"], fmpz(0)
        for i, x in enumerate(neurons):
            square = fmpz(sum(y * y for y in x["u"] + x["w"])) ** (self.k + 1)
            need(fmpz(x["norm"]) ** 2 >= square, "ROOT", f"primal.neurons[{i}].norm", x["norm"], "more")
            total += fmpz(x["mass"]) * x["norm"]
        need(total > 0, "ROOT", "primal.neurons", total, "a positive sum")
        gap = fmpq(min(self.gap(a, d) for a, d in self.pairs), self.n * len(self.units))
        need(self.x["primal"]["gap"] == gap, "GAP", "primal.gap", self.x["primal"]["gap"], gap)
        return total, gap

    def gap(self, a: Vector, d: int) -> fmpz:
        """n phi times the gap of a pair: each neuron on every image of the pair."""
        n, total = self.n, fmpz(0)
        images = [([(v * x + s) % n for x in a], v * d % n) for v in self.units for s in range(n)]
        for x in self.x["primal"]["neurons"]:
            u, w, own = x["u"], x["w"], fmpz(0)
            for b, e in images:
                label = sum(b) % n
                own += fmpz(sum(u[y] for y in b)) ** self.k * (w[label] - w[label - e])
            total += own * x["mass"]
        return total

    def bound(self) -> fmpq:
        """REST, and T."""
        dual, phi = self.x["dual"], len(self.units)
        total, scale = fmpz(sum(dual["weights"])), fmpz(dual["scale"])
        left: defaultdict[int, fmpz] = defaultdict(fmpz)
        entries: defaultdict[int, int] = defaultdict(int)
        tables = [self.form.table(i) for i in range(len(self.form.charges))]
        for i, (size, table) in enumerate(zip(self.form.sizes, tables, strict=True)):
            rows = dual["blocks"][i]
            lower = fmpz_mat([row + [0] * (len(rows) - len(row)) for row in rows])
            squares = (lower * lower.transpose()).tolist()
            for g, (row, orbits) in enumerate(zip(squares, table, strict=True)):
                for value, orbit in zip(row, orbits, strict=True):
                    left[orbit] -= total * size * value
                    entries[orbit] += size
                norms = phi * size * multiplicity(self.form.monomials[i][g][1])
                left[orbits[g]] += total * dual["bound"] * norms
        for orbit, gained in self.form.gaps(self.pairs, dual["weights"]):
            left[orbit] -= 2 * scale**2 * gained
        share = {orbit: -(-abs(value) // entries[orbit]) for orbit, value in left.items()}
        rest = max(sum((share[orbit] for orbit in row), fmpz(0)) for table in tables for row in table)
        need(dual["rest"] == rest, "REST", "dual.rest", dual["rest"], rest)
        return fmpq(total * phi * dual["bound"] + rest, total * phi * scale**2)


def multiplicity(tail: Vector) -> int:
    """The number of different orders of the indices: how many places are left for each kind of them."""
    out, left = 1, len(tail)
    for x in set(tail):
        out *= math.comb(left, tail.count(x))
        left -= tail.count(x)
    return out


def prove(x: dict[str, Any]) -> str:
    """The proved statement; Stop otherwise."""
    return Certificate(x).check()
