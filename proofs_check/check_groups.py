"""Checks certificates of FORMAT_GROUPS.md with bare Python. No search, no tolerance, no floating point.

    python3 -I -S proofs_check/check_groups.py FILE...

One verdict per file, as by check.py, whose parsing and numbers it uses; check.py must lie beside this file.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from math import factorial, gcd, isqrt, lcm
from operator import mul
from pathlib import Path
from typing import Any

_spec = importlib.util.spec_from_file_location("check", Path(__file__).with_name("check.py"))
kernel: Any = importlib.util.module_from_spec(_spec)  # type: ignore[arg-type]
_spec.loader.exec_module(kernel)  # type: ignore[union-attr]
_fail, _read, _require, _short, _fraction = kernel._fail, kernel._read, kernel._require, kernel._short, kernel._fraction
_number, _sum, _times, _product = kernel._number, kernel._sum, kernel._times, kernel._product

MOST_ORDER, MOST_DEGREE, MOST_GENERATORS, MOST_K, MOST_POINTS = 10_000, 5_000, 16, 64, 10**7
MOST_TERMS, MOST_RADICAND, MOST_SMALL, MOST_SIGN_BITS, MOST_WORK = 16, 10**9, 2**32, 2**14, 2 * 10**7
Number = dict[int, Fraction]  # squarefree radicand: non-zero coefficient
INDICATORS = {"real": 1, "complex": 0, "quaternionic": -1}
_isqrt = lru_cache(4096)(lambda r, bits: isqrt(r << 2 * bits))


def _small(value: Any, place: str) -> int:
    number: int = kernel._integer(value, place)
    return number if abs(number) < MOST_SMALL else _fail(place, value, "an integer below 2^32 in size")


def _root(value: Any, place: str) -> Number:
    number: Number = _number(value, place)
    return number if len(number) <= 1 else _fail(place, number, "one term")


def _sign(number: Number) -> int:
    """By enclosures of the square roots, refined until the sum's enclosure lies on one side of 0."""
    scale, bits = lcm(*(q.denominator for q in number.values())), 64
    integers = [(r, int(q * scale)) for r, q in number.items() if q != 0]
    while integers and bits <= MOST_SIGN_BITS:
        low, high = (sum(q * (_isqrt(r, bits) + (q * end > 0)) for r, q in integers) for end in (-1, 1))
        if low >= 0 or high <= 0:  # the number itself is not 0
            return 1 if low >= 0 else -1
        bits *= 2
    return 0 if not integers else _fail("a number", "a sign beyond 2^14 bits", "a sign found sooner")


kernel.MOST_TERMS, kernel.MOST_RADICAND, kernel._sign = MOST_TERMS, MOST_RADICAND, _sign  # in our own copy of it


class Group:
    """The group that permutations generate: elements by number, conjugacy classes, rational classes; section 4."""

    def __init__(self, generators: list[list[int]], spend: Callable[[int], None]) -> None:
        degree = len(generators[0])
        self.elements, self.parents, self.number = [tuple(range(degree))], [(0, 0)], {tuple(range(degree)): 0}
        self.left: list[list[int]] = [[] for _ in generators]  # numbers of s g, s a generator, by the number of g
        for i, g in enumerate(self.elements):  # grows while we go
            spend(degree * len(generators))
            for s, images in enumerate(generators):
                product = tuple(map(g.__getitem__, images))
                found = self.number.setdefault(product, len(self.elements))
                if found == len(self.elements):
                    self.elements.append(product)
                    self.parents.append((s, i))
                self.left[s].append(found)
            if len(self.elements) > MOST_ORDER or len(self.elements) * degree > MOST_POINTS:
                _fail("task.generators", "a larger group", f"order <= {MOST_ORDER}, order * points <= {MOST_POINTS}")
        self.order = len(self.elements)
        self._conjugacy_classes()
        self._rational_classes(spend)

    def times(self, x: int) -> list[int]:
        """The number of h x for each h."""
        table = [x]
        for s, parent in self.parents[1:]:
            table.append(self.left[s][table[parent]])
        return table

    def _conjugacy_classes(self) -> None:
        maps = []  # g to s g s^-1, the h with h s = s g
        for row in self.left:
            back = dict(zip(self.times(row[0]), range(self.order), strict=True))
            maps.append([back[product] for product in row])
        self.classes, rest = list[list[int]](), set(range(self.order))
        while rest:
            members = [rest.pop()]
            for g in members:  # grows while we go
                new = rest.intersection(images[g] for images in maps)
                rest -= new
                members += new
            self.classes.append(members)
        self.class_of = {g: c for c, members in enumerate(self.classes) for g in members}

    def _rational_classes(self, spend: Callable[[int], None]) -> None:
        self.rational, self.sizes, squares = [-1] * self.order, list[int](), []
        self.tables = list[list[int]]()  # numbers of h x, x the smallest element of each rational class
        for x in sorted(range(self.order), key=self.elements.__getitem__):
            if self.rational[x] < 0:
                spend(4 * self.order)
                table, powers = self.times(x), [0]
                while table[powers[-1]] != 0:
                    powers.append(table[powers[-1]])
                classes = {self.class_of[g] for m, g in enumerate(powers) if gcd(m, len(powers)) == 1}
                members = [g for c in classes for g in self.classes[c]]
                for g in members:
                    self.rational[g] = len(self.sizes)
                self.sizes.append(len(members))
                self.tables.append(table)
                squares.append(powers[2 % len(powers)])
        self.roots = [0] * len(self.sizes)  # how many elements have their square in each rational class
        for size, square in zip(self.sizes, squares, strict=True):
            self.roots[self.rational[square]] += size

    def matrix(self, separator: list[int]) -> list[list[int]]:
        """Row j, column l: the coefficient of class l in z K_j, z = sum_i separator_i K_i."""
        result = [[0] * len(self.sizes) for _ in self.sizes]
        weights = [separator[c] for c in self.rational]
        for column, table in enumerate(self.tables):
            for product, weight in zip(table, weights, strict=True):
                result[self.rational[product]][column] += weight
        return result

    def quotients(self, spend: Callable[[int], None]) -> list[int]:
        """By rational class: how many g x^-1 lie in it, g conjugate to x, x one element of each conjugacy class."""
        counts = [0] * len(self.sizes)
        for members in self.classes:
            images = self.elements[members[0]]
            inverse = sorted(range(len(images)), key=images.__getitem__)
            for g in members:
                spend(len(images))
                counts[self.rational[self.number[tuple(map(inverse.__getitem__, self.elements[g]))]]] += 1
        return counts


class Checker:
    """Reads one certificate; the rules use only what earlier rules established."""

    def __init__(self, data: bytes) -> None:
        file = kernel._parse(data)
        sense = file["claim"].get("sense") if isinstance(file.get("claim"), dict) else None
        self.sense = _read(sense, ("equal", "lower", "upper"), "claim.sense")
        orbit = {"central": [_small], "degree": _small, "type": tuple(INDICATORS), "weight": _root}
        value = {"numerator": _number, "denominator": _number}
        parts = {"primal": {"masses": [_fraction]}, "dual": {"class_weights": [_number]}}
        parts.pop({"upper": "primal", "lower": "dual"}.get(self.sense, ""), None)
        shape = {
            "claim": {"quantity": ("margin",), "sense": (self.sense,), "value": value},
            "format": ("algebraic-margin certificate",),
            "version": _small,
            "task": {"kind": ("group_composition",), "generators": [[_small], MOST_GENERATORS], "k": _small},
            "norm": {"inner": _small, "outer": _small},
            "group": {"order": _small, "class_sizes": [_small], "separator": [_small], "orbits": [orbit]},
            "scale": _root,
            "sha256": lambda digest, _: digest,
        }
        self.file = _read(file, shape | parts, "file")
        self.generators, self.k, self.work = self.file["task"]["generators"], self.file["task"]["k"], 0
        if not (self.file["version"] == 1 and 1 <= self.k <= MOST_K):
            _fail("task", (self.file["version"], self.k), f"version 1, 1 <= k <= {MOST_K}")
        points = list(range(len([*self.generators, []][0])))
        if not 1 <= len(points) <= MOST_DEGREE or any(sorted(images) != points for images in self.generators):
            _fail("task.generators", self.generators, f"permutations of the same 1 to {MOST_DEGREE} points 0, 1, ..")
        self.orbits, lengths = self.file["group"]["orbits"], len(self.file["group"]["class_sizes"])
        rows = [self.file["group"]["separator"], *(orbit["central"] for orbit in self.orbits)]
        if any(len(row) != lengths for row in rows):
            _fail("group", [len(row) for row in rows], f"a separator and orbits of {lengths} integers")
        for part, key, expected in (("primal", "masses", len(self.orbits)), ("dual", "class_weights", lengths)):
            if part in parts and len(self.file[part][key]) != expected - 1:
                _fail(part, len(self.file[part][key]), f"{expected - 1} {key}, none for the first")
        self.x: list[Fraction] = self.file.get("primal", {"masses": []})["masses"]
        self.y: list[Number] = self.file.get("dual", {"class_weights": []})["class_weights"]
        self.radicands, self.common = {r for y in self.y for r in y}, 1
        for q in (*self.x, *(q for y in self.y for q in y.values())):
            self.common = lcm(self.common, q.denominator)
            if self.common.bit_length() > kernel.MOST_BITS:
                _fail("file", "a longer common denominator", f"at most {kernel.MOST_BITS} bits")
        if len(self.radicands) > MOST_TERMS:
            _fail("dual.class_weights", f"{len(self.radicands)} radicands", f"at most {MOST_TERMS} in all")

    def _spend(self, steps: int) -> None:
        self.work += steps
        if self.work > MOST_WORK:
            _fail("group", f"more than {MOST_WORK} steps of work", "fewer")

    def run(self) -> str:
        """Apply the rules in their order. Returns what was proved."""
        expected = {"inner": 2, "outer": self.k + 1}
        _require(self.file["norm"] == expected, "NORM-EXPONENT", "norm", self.file["norm"], expected)
        self.group = Group(self.generators, self._spend)
        self.n, self.sizes, self.unit = self.group.order, self.group.sizes, lcm(*self.group.sizes)
        if self.n < 2:
            _fail("task.generators", "a group of one element", "at least two")
        got = [self.file["group"][key] for key in ("order", "class_sizes")]
        _require(got == [self.n, self.sizes], "GROUP", "group", got, [self.n, self.sizes])
        for rule in (self._central, self._degrees, self._indicators, self._scales):
            rule()
        return self._claim("primal" in self.file and self._primal(), "dual" in self.file and self._dual())

    def _mean(self, counts: list[int], row: list[int]) -> Fraction:
        """sum over j of counts_j row_j / |class j|."""
        terms = (c * a * (self.unit // size) for c, a, size in zip(counts, row, self.sizes, strict=True))
        return Fraction(sum(terms), self.unit)

    def _central(self) -> None:
        rows, separator = [orbit["central"] for orbit in self.orbits], self.file["group"]["separator"]
        _require(len(rows) == len(self.sizes), "CENTRAL", "group.orbits", len(rows), f"{len(self.sizes)} orbits")
        _require(rows[0] == self.sizes, "CENTRAL", "group.orbits[0].central", rows[0], self.sizes)
        self._spend(len(rows) ** 3)
        matrix, values = self.group.matrix(separator), []
        for i, row in enumerate(rows):
            _require(row[0] == 1, "CENTRAL", f"group.orbits[{i}].central[0]", row[0], 1)
            values.append(sum(map(mul, separator, row)))
            products, expected = [sum(map(mul, line, row)) for line in matrix], [values[-1] * a for a in row]
            _require(products == expected, "CENTRAL", f"group.orbits[{i}].central", products, expected)
        _require(len(set(values)) == len(values), "SEPARATE", "group.separator", values, "pairwise distinct values")

    def _degrees(self) -> None:
        quotients = self.group.quotients(self._spend)
        for i, orbit in enumerate(self.orbits):
            d, square = orbit["degree"], self.n / self._mean(quotients, orbit["central"])
            _require(d >= 1 and d * d == square, "DEGREES", f"group.orbits[{i}].degree", d, f"the root of {square}")

    def _indicators(self) -> None:
        for i, orbit in enumerate(self.orbits):
            indicator = orbit["degree"] * self._mean(self.group.roots, orbit["central"]) / self.n
            held = INDICATORS[orbit["type"]] == indicator
            _require(held, "INDICATORS", f"group.orbits[{i}].type", orbit["type"], f"indicator {indicator}")
            orbit["dimension"] = orbit["degree"] * (1 if orbit["type"] == "real" else 2)

    def _scales(self) -> None:
        scale = Fraction(factorial(self.k) ** 2, (self.n * (self.k + 1)) ** (self.k + 1))
        roots = [(x["weight"], Fraction(x["dimension"] ** (self.k - 1))) for x in self.orbits]
        for i, (got, square) in enumerate([*roots, (self.file["scale"], scale)]):
            held, place = _product(got, got) == {1: square}, f"weight {i}" if i < len(roots) else "scale"
            _require(held and _sign(got) > 0, "SCALES", place, got, f"the square root of {square}")

    def _primal(self) -> Number:
        _require(min(self.x) >= 0, "PRIMAL", "primal.masses", min(self.x), "masses >= 0")
        others, integers = self.orbits[1:], [int(x * self.common) for x in self.x]
        for j, size in enumerate(self.sizes[1:], 1):
            gaps = (x * (size - orbit["central"][j]) for x, orbit in zip(integers, others, strict=True))
            total = Fraction(sum(gaps), size * self.common)
            _require(total >= 1, "PRIMAL", f"class {j}", total, "at least 1")
        return dict(_sum(*(_times(orbit["weight"], x) for orbit, x in zip(others, self.x, strict=True))))

    def _dual(self) -> Number:
        for j, y in enumerate(self.y):
            _require(_sign(y) >= 0, "DUAL", f"dual.class_weights[{j}]", y, "a weight >= 0")
        integers = {r: [int(y.get(r, 0) * self.common) for y in self.y] for r in self.radicands}
        for i, orbit in enumerate(self.orbits[1:], 1):
            gaps = [(s - a) * (self.unit // s) for s, a in zip(self.sizes[1:], orbit["central"][1:], strict=True)]
            total = {r: Fraction(sum(map(mul, gaps, p)), self.unit * self.common) for r, p in integers.items()}
            held = kernel._at_least(orbit["weight"], total)
            _require(held, "DUAL", f"orbit {i}", total, f"at most {_short(orbit['weight'])}")
        return dict(_sum(*self.y))

    def _claim(self, lower: Number | bool, upper: Number | bool) -> str:
        numerator, denominator = (self.file["claim"]["value"][key] for key in ("numerator", "denominator"))
        _require(_sign(denominator) > 0, "CLAIM", "claim.value.denominator", denominator, "a positive number")
        scaled, value = _product(self.file["scale"], denominator), f"({_short(numerator)})/({_short(denominator)})"
        for bound, sign, words in ((lower, 1, "at most"), (upper, -1, "at least")):
            if bound is not False:
                gap = _times(_sum(scaled, _times(_product(numerator, bound), -1)), sign)
                _require(_sign(gap) >= 0, "CLAIM", "claim.value", value, f"{words} scale/({_short(bound)})")
        relation = {"equal": "=", "lower": ">=", "upper": "<="}[self.sense]
        group = f"the group of order {self.n} that the given permutations of {len(self.generators[0])} points generate"
        return f"gamma* {relation} {value} for composition of {self.k} in {group}, norm L_(2,{self.k + 1})"


def check_bytes(data: bytes) -> Any:
    """The verdict on the bytes of a certificate; never raises."""
    try:
        return kernel.Verdict("VERIFIED", "", f"{Checker(data).run()}; assumed: FORMAT_GROUPS.md's rules, Python")
    except kernel.Rejected as rejected:
        return kernel.Verdict("REJECTED", rejected.rule, str(rejected))
    except kernel.Malformed as malformed:
        return kernel.Verdict("MALFORMED", "", str(malformed))


kernel.check_bytes = check_bytes  # so that `main` of this file's own copy of check.py calls it
main = kernel.main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
