"""Certificates for finite groups, checked a second time; written from formats/COMPOSITION.md alone."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

from flint import fmpq, fmpz_mat

from proofs_check.second.form import Stop, Verdict, common, form, fraction, need, number, read, show
from proofs_check.second.groups import Group
from proofs_check.second.numbers import Number, num

KIND = "group_composition"
MAX_K, MAX_GENERATORS, MAX_DEGREE, MAX_SMALL = 64, 16, 5000, 2**32
MAX_RADICAND, MAX_TERMS, MAX_RADICANDS = 10**9, 16, 16
MAX_COMMON, MAX_STEPS, FINEST = 2**8192 - 1, 2 * 10**7, 16_384
INDICATORS = {"real": 1, "complex": 0, "quaternionic": -1}

many_terms = partial(number, terms=MAX_TERMS, radicand=MAX_RADICAND)
one_term = partial(number, terms=1, radicand=MAX_RADICAND)


def small(x: Any, place: str) -> int:
    """An integer of `task`, `norm` or `group`."""
    form(type(x) is int and abs(x) < MAX_SMALL, place, "an integer below 2^32 in size is wanted")
    return int(x)


def smalls(x: Any, place: str, length: int | None = None) -> list[int]:
    """A list of those, of a length if one is given."""
    form(isinstance(x, list) and length in (None, len(x)), place, f"a list of {length or 'any'} integers is wanted")
    return [small(y, place) for y in x]


def permutations(x: Any, place: str) -> list[list[int]]:
    form(isinstance(x, list) and 1 <= len(x) <= MAX_GENERATORS, place, "1 to 16 generators are wanted")
    form(all(isinstance(g, list) and 1 <= len(g) <= MAX_DEGREE for g in x), place, "1 to 5000 points are wanted")
    out = [smalls(g, f"{place}[{i}]", len(x[0])) for i, g in enumerate(x)]
    form(all(sorted(g) == list(range(len(g))) for g in out), place, "permutations of 0, 1, .. are wanted")
    return out


def sense_of(x: dict[str, Any]) -> str:
    """What the certificate claims, on which its form depends."""
    claim = x.get("claim")
    sense = claim.get("sense") if isinstance(claim, dict) else None
    form(sense in ("equal", "lower", "upper"), "claim.sense", "equal, lower or upper is wanted")
    return str(sense)


def head(value: Any, task: dict[str, Any], integer: Any) -> dict[str, Any]:
    """The pattern of what certificates for groups and parity have alike; the form of an integer of `norm`."""
    pattern: dict[str, Any] = {"format": "algebraic-margin certificate", "version": 1, "sha256": str}
    pattern |= {"task": task, "norm": {"inner": integer, "outer": integer}}
    pattern["claim"] = {"quantity": "margin", "sense": str, "value": value}
    return pattern


class Certificate:
    """Form of everything in the constructor, then `check`."""

    def __init__(self, x: dict[str, Any]) -> None:
        self.sense, self.steps = sense_of(x), 0
        ratio = {"numerator": many_terms, "denominator": many_terms}
        pattern = head(ratio, {"kind": KIND, "generators": permutations, "k": small}, small) | {"scale": one_term}
        stated = x.get("group")
        sizes = smalls(stated.get("class_sizes") if isinstance(stated, dict) else None, "group.class_sizes")
        listed = partial(smalls, length=len(sizes))
        orbit = {"central": listed, "degree": small, "type": str, "weight": one_term}
        pattern["group"] = {"order": small, "class_sizes": listed, "separator": listed, "orbits": [orbit]}
        if self.sense != "upper":
            pattern["primal"] = {"masses": [fraction]}
        if self.sense != "lower":
            pattern["dual"] = {"class_weights": [many_terms]}
        self.x = read(x, pattern, "")
        self.k, self.group, self.scale = self.x["task"]["k"], self.x["group"], self.x["scale"]
        self.orbits, self.rows = self.group["orbits"], [orbit["central"] for orbit in self.group["orbits"]]
        form(1 <= self.k <= MAX_K, "task.k", "1 <= k <= 64 is wanted")
        form(all(orbit["type"] in INDICATORS for orbit in self.orbits), "group.orbits", "a type is unknown")
        self.masses = self.x["primal"]["masses"] if "primal" in pattern else []
        self.weights = self.x["dual"]["class_weights"] if "dual" in pattern else []
        form("primal" not in pattern or len(self.masses) == len(self.orbits) - 1, "primal", "a mass an orbit but one")
        form("dual" not in pattern or len(self.weights) == len(sizes) - 1, "dual", "a weight a class but one")
        self.radicands = sorted({r for weight in self.weights for r in weight})
        form(len(self.radicands) <= MAX_RADICANDS, "dual", "at most 16 radicands are wanted")
        values = self.masses + [c for weight in self.weights for c in weight.values()]
        self.bottom = common((value.q for value in values), MAX_COMMON, "masses and class weights")

    def spend(self, steps: int) -> None:
        self.steps += steps
        form(self.steps <= MAX_STEPS, "task.generators", "less work is wanted")

    def check(self) -> str:
        """Every rule in order; the proved statement in words."""
        norm = {"inner": 2, "outer": self.k + 1}
        need(self.x["norm"] == norm, "NORM-EXPONENT", "norm", self.x["norm"], norm)
        found = Group(self.x["task"]["generators"], self.spend)
        self.order, self.sizes = found.order, found.sizes
        need(self.group["order"] == self.order, "GROUP", "group.order", self.group["order"], self.order)
        need(self.group["class_sizes"] == self.sizes, "GROUP", "class_sizes", self.group["class_sizes"], self.sizes)
        self.check_rows(found)
        self.check_degrees(found)
        self.check_scales()
        self.gaps = fmpz_mat([[size - a for size, a in zip(self.sizes, row, strict=True)][1:] for row in self.rows[1:]])
        if self.sense != "upper":
            self.check_primal()
        if self.sense != "lower":
            self.check_dual()
        value = self.check_claim()
        sign = {"equal": "=", "lower": ">=", "upper": "<="}[self.sense]
        return f"gamma* {sign} {value} for {self.k}-input composition in a group of order {self.order}"

    def check_rows(self, found: Group) -> None:
        """CENTRAL and SEPARATE. With a row of `rows` for each orbit, rows times M^T is rows, each times its value."""
        r, separator, rows = len(self.sizes), self.group["separator"], self.rows
        need(len(rows) == r, "CENTRAL", "number of orbits", len(rows), r)
        need(rows[0] == self.sizes, "CENTRAL", "group.orbits[0].central", rows[0], self.sizes)
        self.spend(r**3)
        matrix = fmpz_mat(rows)
        products = matrix * fmpz_mat([found.column(separator, x) for x in range(r)])
        values = (matrix * fmpz_mat(r, 1, separator)).entries()
        for i, (row, v) in enumerate(zip(rows, values, strict=True)):
            need(row[0] == 1, "CENTRAL", f"group.orbits[{i}].central[0]", row[0], 1)
            for j, a in enumerate(row):
                need(products[i, j] == v * a, "CENTRAL", f"group.orbits[{i}], class {j}", products[i, j], v * a)
        distinct = len(set(map(int, values)))
        need(distinct == r, "SEPARATE", "group.separator", f"{distinct} values", f"{r} values")

    def check_degrees(self, found: Group) -> None:
        """DEGREES and INDICATORS; the dimensions of the real representations."""
        n = self.order
        self.spend(n * found.degree)
        means = [[fmpq(a, size) for a, size in zip(row, self.sizes, strict=True)] for row in self.rows]
        counts = found.quotients()
        for i, (orbit, mean) in enumerate(zip(self.orbits, means, strict=True)):
            d = orbit["degree"]
            got = d**2 * sum((a * q for a, q in zip(mean, counts, strict=True)), fmpq(0))
            need(d >= 1, "DEGREES", f"group.orbits[{i}].degree", d, "at least 1")
            need(got == n, "DEGREES", f"group.orbits[{i}].degree", got, n)
        counts = found.squares()
        for i, (orbit, mean) in enumerate(zip(self.orbits, means, strict=True)):
            got = orbit["degree"] * sum((a * b for a, b in zip(mean, counts, strict=True)), fmpq(0)) / n
            need(got == INDICATORS[orbit["type"]], "INDICATORS", f"group.orbits[{i}].type", orbit["type"], got)
        self.dimensions = [orbit["degree"] * (1 if orbit["type"] == "real" else 2) for orbit in self.orbits]

    def check_scales(self) -> None:
        k, n = self.k, self.order
        roots = [(f"group.orbits[{i}].weight", orbit["weight"]) for i, orbit in enumerate(self.orbits)]
        squares = [num(dimension ** (k - 1)) for dimension in self.dimensions]
        roots.append(("scale", self.scale))
        squares.append(num(math.factorial(k) ** 2, (n * (k + 1)) ** (k + 1)))
        for (place, root), square in zip(roots, squares, strict=True):
            need(root.sign() > 0, "SCALES", place, root, "more than 0")
            need(root * root == square, "SCALES", f"{place}, squared", root * root, square)

    def check_primal(self) -> None:
        masses, self.total = [(mass * self.bottom).p for mass in self.masses], num(0)
        for i, (mass, orbit) in enumerate(zip(self.masses, self.orbits[1:], strict=True)):
            need(mass >= 0, "PRIMAL", f"primal.masses[{i}]", mass, "at least 0")
            self.total += orbit["weight"] * num(mass.p, mass.q)
        sums = (fmpz_mat(1, len(masses), masses) * self.gaps).entries()
        for j, (got, size) in enumerate(zip(sums, self.sizes[1:], strict=True), 1):
            need(got >= size * self.bottom, "PRIMAL", f"class {j}", fmpq(got, size * self.bottom), "at least 1")

    def check_dual(self) -> None:
        """DUAL, with a column of coefficients for each radicand."""
        self.sum = num(0)
        for j, weight in enumerate(self.weights):
            need(self.sign(weight, f"dual.class_weights[{j}]") >= 0, "DUAL", f"dual.class_weights[{j}]", weight, ">= 0")
            self.sum += weight
        scale, radicands = self.bottom * math.lcm(*self.sizes), self.radicands or [1]
        table = [
            [(weight.get(r, fmpq(0)) * fmpq(scale, size)).p for r in radicands]
            for weight, size in zip(self.weights, self.sizes[1:], strict=True)
        ]
        sums = (self.gaps * fmpz_mat(table)).tolist()
        for i, (coefficients, orbit) in enumerate(zip(sums, self.orbits[1:], strict=True), 1):
            total = Number({r: fmpq(c, scale) for r, c in zip(radicands, coefficients, strict=True) if c != 0})
            place, rest = f"group.orbits[{i}]", orbit["weight"] + total * num(-1)
            need(self.sign(rest, place) >= 0, "DUAL", place, total, f"at most {show(orbit['weight'])}")

    def check_claim(self) -> str:
        """CLAIM; the claimed value."""
        numerator, denominator = (self.x["claim"]["value"][key] for key in ("numerator", "denominator"))
        place = "claim.value"
        need(self.sign(denominator, place) > 0, "CLAIM", f"{place}.denominator", denominator, "more than 0")
        value, right = f"({show(numerator)})/({show(denominator)})", self.scale * denominator * num(-1)
        if self.sense != "upper":
            above = self.sign(numerator * self.total + right, place)
            need(above <= 0, "CLAIM", place, value, f"at most ({show(self.scale)})/({show(self.total)})")
        if self.sense != "lower":
            above = self.sign(numerator * self.sum + right, place)
            need(above >= 0, "CLAIM", place, value, f"at least ({show(self.scale)})/({show(self.sum)})")
        return value

    def sign(self, value: Number, place: str) -> int:
        sign = value.sign_within(FINEST)
        if sign is None:
            raise Stop(Verdict("MALFORMED", "", f"{place}: a sign needs square roots finer than 2^-{FINEST}"))
        return sign


def prove(x: dict[str, Any]) -> str:
    """The proved statement; Stop otherwise."""
    return Certificate(x).check()
