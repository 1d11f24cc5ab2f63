"""Certificates for composition of k inputs in a finite group; formats/COMPOSITION.md."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain
from math import factorial, lcm
from operator import mul
from typing import NamedTuple

from proofs_check.kernel.decimals import claim, quotient
from proofs_check.kernel.form import (
    FORMAT,
    MOST_BITS,
    Fields,
    Limits,
    Rules,
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
from proofs_check.kernel.groups import Group
from proofs_check.kernel.numbers import Number, add, at_least, multiply, require_squarefree, root, sign, terms, times

LIMITS = Limits(radicand=10**9, terms=16, work=2 * 10**7)
MOST_DEGREE, MOST_GENERATORS, MOST_K, MOST_SMALL, MOST_SIGN_BITS = 5_000, 16, 64, 2**32, 2**14
NUMBER, ROOT = terms(LIMITS), root(terms(LIMITS))  # whose radicands are divided last, each once
INDICATORS = {"real": 1, "complex": 0, "quaternionic": -1}


def small(value: object, place: str) -> int:
    size = integer(value, place)
    return size if abs(size) < MOST_SMALL else fail(place, value, "an integer below 2^32 in size")


class Orbit(NamedTuple):
    """A Galois orbit of irreducible characters as the file states it."""

    central: list[int]
    degree: int
    type: str
    weight: Number

    @property
    def dimension(self) -> int:
        """Of the real irreducible representations."""
        return self.degree if self.type == "real" else 2 * self.degree


def orbit(value: object, place: str) -> Orbit:
    fields = Fields(value, place, "central", "degree", "type", "weight")
    central, degree = fields.read("central", entries(small)), fields.read("degree", small)
    return Orbit(central, degree, fields.read("type", one_of(*INDICATORS)), fields.read("weight", ROOT))


class Composition:
    """Reads one certificate; every rule uses only what earlier rules established."""

    def __init__(self, file: dict[str, object], limits: Limits = LIMITS) -> None:
        self.limits, self.work = limits, 0
        self.sense = stated_sense(file, "equal", "lower", "upper")
        self.has_primal, self.has_dual = self.sense != "upper", self.sense != "lower"
        parts = [part for part, there in (("primal", self.has_primal), ("dual", self.has_dual)) if there]
        keys = ("claim", "format", "version", "task", "norm", "group", "scale", "sha256", *parts)
        fields = Fields(file, "file", *keys)
        self._read_claim(fields)
        fields.read("format", one_of(FORMAT))
        version, self.digest = fields.read("version", small), str(file["sha256"])
        self._read_task(fields)
        self._read_group(fields)
        self.masses = self._read_masses(fields) if self.has_primal else list[Fraction]()
        self.weights = self._read_weights(fields) if self.has_dual else list[Number]()
        self._check_form(version)
        self._check_size()

    def _read_claim(self, fields: Fields) -> None:
        stated = fields.inside("claim", "quantity", "sense", "value")
        stated.read("quantity", one_of("margin"))
        value = stated.inside("value", "numerator", "denominator")
        self.numerator, self.denominator = value.read("numerator", NUMBER), value.read("denominator", NUMBER)

    def _read_task(self, fields: Fields) -> None:
        task = fields.inside("task", "kind", "generators", "k")
        task.read("kind", one_of("group_composition"))
        self.generators = task.read("generators", entries(entries(small), MOST_GENERATORS))
        self.k = task.read("k", small)
        norm = fields.inside("norm", "inner", "outer")
        self.norm = {key: norm.read(key, small) for key in ("inner", "outer")}

    def _read_group(self, fields: Fields) -> None:
        group = fields.inside("group", "order", "class_sizes", "separator", "orbits")
        self.order, self.class_sizes = group.read("order", small), group.read("class_sizes", entries(small))
        self.separator, self.orbits = group.read("separator", entries(small)), group.read("orbits", entries(orbit))
        self.scale = fields.read("scale", ROOT)

    def _read_masses(self, fields: Fields) -> list[Fraction]:
        return fields.inside("primal", "masses").read("masses", entries(fraction))

    def _read_weights(self, fields: Fields) -> list[Number]:
        return fields.inside("dual", "class_weights").read("class_weights", entries(NUMBER))

    def _check_form(self, version: int) -> None:
        """What parts of the file require of each other."""
        if not (version == 1 and 1 <= self.k <= MOST_K):
            fail("task", (version, self.k), f"version 1, 1 <= k <= {MOST_K}")
        points = list(range(len(self.generators[0]))) if self.generators else []
        if not 1 <= len(points) <= MOST_DEGREE or any(sorted(images) != points for images in self.generators):
            fail("task.generators", self.generators, f"permutations of the same 1 to {MOST_DEGREE} points 0, 1, ..")
        classes = len(self.class_sizes)
        lengths = [len(row) for row in (self.separator, *(orbit.central for orbit in self.orbits))]
        if any(length != classes for length in lengths):
            fail("group", lengths, f"a separator and orbits of {classes} integers")
        if self.has_primal and len(self.masses) != len(self.orbits) - 1:
            fail("primal", len(self.masses), f"{len(self.orbits) - 1} masses, none for the first")
        if self.has_dual and len(self.weights) != classes - 1:
            fail("dual", len(self.weights), f"{classes - 1} class_weights, none for the first")

    def _check_size(self) -> None:
        """A common denominator of masses and class weights, and the radicands of these."""
        self.radicands, self.common = {r for weight in self.weights for r in weight}, 1
        for q in chain(self.masses, (q for weight in self.weights for q in weight.values())):
            self.common = lcm(self.common, q.denominator)
            if self.common.bit_length() > MOST_BITS:
                fail("file", "a longer common denominator", f"at most {MOST_BITS} bits")
        if len(self.radicands) > self.limits.terms:
            fail("dual.class_weights", f"{len(self.radicands)} radicands", f"at most {self.limits.terms} in all")
        others = [self.numerator, self.denominator, self.scale, *(orbit.weight for orbit in self.orbits)]
        require_squarefree([*others, *self.weights], "file")

    def _spend(self, steps: int) -> None:
        self.work += steps
        if self.work > self.limits.work:
            fail("group", f"more than {self.limits.work} steps of work", "fewer")

    def run(self) -> str:
        """Apply the rules in their order. Returns what was proved."""
        equal("NORM-EXPONENT", "norm", self.norm, {"inner": 2, "outer": self.k + 1})
        self.group = Group(self.generators, self._spend)
        self.n, self.sizes, self.unit = self.group.order, self.group.sizes, lcm(*self.group.sizes)
        if self.n < 2:
            fail("task.generators", "a group of one element", "at least two")
        equal("GROUP", "group", [self.order, self.class_sizes], [self.n, self.sizes])
        self._central()
        self._degrees()
        self._indicators()
        self._scales()
        lower = self._primal() if self.has_primal else None
        upper = self._dual() if self.has_dual else None
        return self._claim(lower, upper)

    def _mean(self, counts: list[int], row: list[int]) -> Fraction:
        """sum over j of counts_j row_j / |class j|."""
        terms = (c * a * (self.unit // size) for c, a, size in zip(counts, row, self.sizes, strict=True))
        return Fraction(sum(terms), self.unit)

    def _central(self) -> None:
        rows, separator = [orbit.central for orbit in self.orbits], self.separator
        require(len(rows) == len(self.sizes), "CENTRAL", "group.orbits", len(rows), f"{len(self.sizes)} orbits")
        equal("CENTRAL", "group.orbits[0].central", rows[0], self.sizes)
        self._spend(len(rows) ** 3)
        matrix, values = self.group.matrix(separator), []
        for i, row in enumerate(rows):
            equal("CENTRAL", f"group.orbits[{i}].central[0]", row[0], 1)
            values.append(sum(map(mul, separator, row)))
            products, expected = [sum(map(mul, line, row)) for line in matrix], [values[-1] * a for a in row]
            equal("CENTRAL", f"group.orbits[{i}].central", products, expected)
        require(len(set(values)) == len(values), "SEPARATE", "group.separator", values, "pairwise distinct values")

    def _degrees(self) -> None:
        quotients = self.group.quotients(self._spend)
        for i, orbit in enumerate(self.orbits):
            d, square = orbit.degree, self.n / self._mean(quotients, orbit.central)
            require(d >= 1 and d * d == square, "DEGREES", f"group.orbits[{i}].degree", d, f"the root of {square}")

    def _indicators(self) -> None:
        for i, orbit in enumerate(self.orbits):
            indicator = orbit.degree * self._mean(self.group.roots, orbit.central) / self.n
            held = INDICATORS[orbit.type] == indicator
            require(held, "INDICATORS", f"group.orbits[{i}].type", orbit.type, f"indicator {indicator}")

    def _scales(self) -> None:
        for i, orbit in enumerate(self.orbits):
            self._root(f"weight {i}", orbit.weight, Fraction(orbit.dimension ** (self.k - 1)))
        square = Fraction(factorial(self.k) ** 2, (self.n * (self.k + 1)) ** (self.k + 1))
        self._root("scale", self.scale, square)

    def _root(self, place: str, got: Number, square: Fraction) -> None:
        held = multiply(got, got) == {1: square} and sign(got, MOST_SIGN_BITS) > 0
        require(held, "SCALES", place, got, f"the square root of {square}")

    def _primal(self) -> Number:
        require(min(self.masses) >= 0, "PRIMAL", "primal.masses", min(self.masses), "masses >= 0")
        others, integers = self.orbits[1:], [int(x * self.common) for x in self.masses]
        for j, size in enumerate(self.sizes[1:], 1):
            gaps = (x * (size - orbit.central[j]) for x, orbit in zip(integers, others, strict=True))
            total = Fraction(sum(gaps), size * self.common)
            require(total >= 1, "PRIMAL", f"class {j}", total, "at least 1")
        return add(*(times(orbit.weight, x) for orbit, x in zip(others, self.masses, strict=True)))

    def _dual(self) -> Number:
        for j, y in enumerate(self.weights):
            require(sign(y, MOST_SIGN_BITS) >= 0, "DUAL", f"dual.class_weights[{j}]", y, "a weight >= 0")
        integers = {r: [int(y.get(r, 0) * self.common) for y in self.weights] for r in self.radicands}
        for i, orbit in enumerate(self.orbits[1:], 1):
            gaps = [(s - a) * (self.unit // s) for s, a in zip(self.sizes[1:], orbit.central[1:], strict=True)]
            total = {r: Fraction(sum(map(mul, gaps, p)), self.unit * self.common) for r, p in integers.items()}
            held = at_least(orbit.weight, total, MOST_SIGN_BITS)
            require(held, "DUAL", f"orbit {i}", total, f"at most {short(orbit.weight)}")
        return add(*self.weights)

    def _claim(self, lower: Number | None, upper: Number | None) -> str:
        numerator, denominator = self.numerator, self.denominator
        positive = sign(denominator, MOST_SIGN_BITS) > 0
        require(positive, "CLAIM", "claim.value.denominator", denominator, "a positive number")
        scaled, value = multiply(self.scale, denominator), f"({short(numerator)})/({short(denominator)})"
        for bound, side, words in ((lower, 1, "at most"), (upper, -1, "at least")):
            if bound is not None:
                gap = times(add(scaled, times(multiply(numerator, bound), -1)), side)
                held = sign(gap, MOST_SIGN_BITS) >= 0
                require(held, "CLAIM", "claim.value", value, f"{words} scale/({short(bound)})")
        stated = claim("gamma*", self.sense, [quotient(numerator, denominator)] * 2, self.digest)
        group = f"the group of order {self.n} that the given permutations of {len(self.generators[0])} points generate"
        return f"{stated} for composition of {self.k} in {group}, norm L_(2,{self.k + 1})"


RULES = Rules("group_composition", "COMPOSITION.md", lambda file: Composition(file).run())
