"""A checker of VIPR 1.1 files, written from the published format alone: sections, numbers, and every reason.

It uses nothing of the project, and fractions alone; it is stricter than the format where that is vague: an index stands
once in a list, nothing follows the last derivation, and every derivation names constraints before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor

Row = dict[int, Fraction]  # coefficients by index of the variable, none of them 0
SENSES = {"E": 0, "L": -1, "G": 1}


class Refused(Exception):
    """The file is none of the format, or proves not what it says; the message names the section."""


@dataclass(frozen=True)
class Constraint:
    """row . x sense bound; `assumptions` are the indices of the assumptions that it rests on."""

    row: Row
    sense: int
    bound: Fraction
    assumptions: frozenset[int] = frozenset()

    @property
    def is_absurd(self) -> bool:
        lower, upper = self.sense >= 0 and self.bound > 0, self.sense <= 0 and self.bound < 0
        return not self.row and (lower or upper)

    def dominates(self, other: Constraint) -> bool:
        """Whether whoever meets this one meets the other, by the format's restricted rule."""
        if self.is_absurd:
            return True
        if self.row != other.row:
            return False
        if other.sense == 0:
            return self.sense == 0 and self.bound == other.bound
        return self.sense in (0, other.sense) and other.sense * self.bound >= other.sense * other.bound

    def holds(self, x: Row) -> bool:
        value = sum((a * x.get(i, Fraction()) for i, a in self.row.items()), Fraction())
        return value == self.bound if self.sense == 0 else self.sense * value >= self.sense * self.bound


@dataclass
class File:
    """What a checked file says."""

    names: list[str]
    integers: set[int]
    maximise: bool
    objective: Row
    constraints: list[Constraint]
    bounds: int
    lower: Fraction | None = None
    upper: Fraction | None = None
    solutions: list[Row] = field(default_factory=list)
    derived: list[Constraint] = field(default_factory=list)


class _Words:
    """The words of a file, one after another."""

    def __init__(self, words: list[str]) -> None:
        self.words, self.place, self.section = words, 0, "VER"

    def next(self) -> str:
        if self.place == len(self.words):
            raise Refused(f"{self.section}: the file ends")
        self.place += 1
        return self.words[self.place - 1]

    def take(self, *expected: str) -> str:
        word = self.next()
        if word not in expected:
            raise Refused(f"{self.section}: {word!r}, expected {' or '.join(expected)}")
        return word

    def begin(self, section: str) -> None:
        self.section = section
        self.take(section)

    def integer(self, least: int, below: int | None = None) -> int:
        word = self.next()
        if not re.fullmatch(r"-?[0-9]+", word) or int(word) < least or (below is not None and int(word) >= below):
            raise Refused(f"{self.section}: {word!r}, expected an integer from {least} to below {below}")
        return int(word)

    def value(self) -> Fraction:
        word = self.next()
        if not re.fullmatch(r"[+-]?([0-9]+(/[0-9]*[1-9][0-9]*)?|[0-9]*\.[0-9]+)", word):
            raise Refused(f"{self.section}: {word!r}, expected a rational number")
        return Fraction(word)

    def pairs(self, below: int, count: int | None = None) -> Row:
        """A list of `index value`, with its length in front unless that was read."""
        result: Row = {}
        for _ in range(self.integer(0) if count is None else count):
            index = self.integer(0, below)
            if index in result:
                raise Refused(f"{self.section}: index {index} twice")
            result[index] = self.value()
        return {index: value for index, value in result.items() if value}

    def constraint(self, file_objective: Row, variables: int) -> Constraint:
        self.next()  # its name
        sense, bound = SENSES[self.take(*SENSES)], self.value()
        if self.place < len(self.words) and self.words[self.place] == "OBJ":
            self.next()
            return Constraint(file_objective, sense, bound)
        return Constraint(self.pairs(variables), sense, bound)


def check(data: bytes) -> File:
    """The file, if it is of the format and everything that it says is proved. Raises Refused."""
    try:
        lines = data.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise Refused(f"VER: {error}") from error
    while lines and lines[0].startswith("%"):
        del lines[0]
    words = _Words(" ".join(lines).split())
    words.begin("VER")
    words.take("1.0", "1.1")
    file = _program(words)
    words.begin("RTP")
    infeasible = words.take("infeas", "range") == "infeas"
    if not infeasible:
        file.lower, file.upper = _limit(words, "-inf"), _limit(words, "inf")
        if file.lower is not None and file.upper is not None and file.lower > file.upper:
            raise Refused("RTP: an empty range")
    _solutions(words, file)
    _derivations(words, file)
    if words.place < len(words.words):
        raise Refused(f"DER: {words.next()!r} after the last derivation")
    _require_proof(file, infeasible)
    return file


def _program(words: _Words) -> File:
    words.begin("VAR")
    names = [words.next() for _ in range(words.integer(0))]
    words.begin("INT")
    integers = {words.integer(0, len(names)) for _ in range(words.integer(0))}
    words.begin("OBJ")
    maximise = words.take("min", "max") == "max"
    objective = words.pairs(len(names))
    words.begin("CON")
    count = words.integer(0)
    bounds = words.integer(0, count + 1)
    constraints = [words.constraint(objective, len(names)) for _ in range(count)]
    if any(len(c.row) != 1 for c in constraints[:bounds]):
        raise Refused(f"CON: the first {bounds} constraints are not the bounds of single variables")
    return File(names, integers, maximise, objective, constraints, bounds)


def _limit(words: _Words, none: str) -> Fraction | None:
    if words.words[words.place : words.place + 1] == [none]:
        words.next()
        return None
    return words.value()


def _solutions(words: _Words, file: File) -> None:
    words.begin("SOL")
    for _ in range(words.integer(0)):
        name, x = words.next(), words.pairs(len(file.names))
        if any(x.get(i, Fraction()).denominator != 1 for i in file.integers):
            raise Refused(f"SOL: {name} has a fraction where an integer is due")
        for i, constraint in enumerate(file.constraints):
            if not constraint.holds(x):
                raise Refused(f"SOL: {name} violates constraint {i}")
        file.solutions.append(x)
    values = _values(file)
    if file.maximise and file.lower is not None and not any(v >= file.lower for v in values):
        raise Refused("SOL: no solution reaches the lower bound")
    if not file.maximise and file.upper is not None and not any(v <= file.upper for v in values):
        raise Refused("SOL: no solution reaches the upper bound")


def _values(file: File) -> list[Fraction]:
    return [sum((a * x.get(i, Fraction()) for i, a in file.objective.items()), Fraction()) for x in file.solutions]


def _derivations(words: _Words, file: File) -> None:
    words.begin("DER")
    before = list(file.constraints)
    last_use: dict[int, int] = {}  # of constraints, the largest index that may refer to them
    for _ in range(words.integer(0)):
        stated, index = words.constraint(file.objective, len(file.names)), len(before)
        words.take("{")
        kind = words.take("asm", "lin", "rnd", "uns", "sol")
        used: list[int] = []
        assumptions: frozenset[int] = frozenset()
        if kind == "asm":
            assumptions = frozenset([index])
        elif kind == "sol":
            _require_cutoff(file, stated)
        elif kind == "uns":
            used = [words.integer(0, index) for _ in range(4)]
            assumptions = _unsplit(file, stated, before, used)
        else:
            multipliers = words.pairs(index)
            used = list(multipliers)
            made = combination(before, multipliers)
            made = rounded(made, file.integers) if kind == "rnd" else made
            if not made.dominates(stated):
                raise Refused(f"DER: the reason of constraint {index} does not dominate it")
            assumptions = frozenset().union(*(before[i].assumptions for i in used))
        words.take("}")
        if any(index > last_use.get(i, index) for i in used):
            raise Refused(f"DER: constraint {index} refers to one that was given up")
        limit = words.integer(-1)
        if limit >= 0:
            last_use[index] = limit
        before.append(Constraint(stated.row, stated.sense, stated.bound, assumptions))
        file.derived.append(before[-1])


def combination(constraints: list[Constraint], multipliers: Row) -> Constraint:
    """The suitable linear combination. Raises Refused where the signs make none."""
    senses = {(constraints[i].sense * (1 if value > 0 else -1)) for i, value in multipliers.items()} - {0}
    if len(senses) > 1:
        raise Refused("DER: multipliers whose signs make no inequality")
    row: Row = {}
    bound = Fraction()
    for i, value in multipliers.items():
        bound += value * constraints[i].bound
        for variable, a in constraints[i].row.items():
            row[variable] = row.get(variable, Fraction()) + value * a
    return Constraint({i: a for i, a in row.items() if a}, sum(senses), bound)


def rounded(constraint: Constraint, integers: set[int]) -> Constraint:
    """Its bound rounded. Raises Refused where that proves nothing."""
    if constraint.sense == 0 or any(i not in integers or a.denominator != 1 for i, a in constraint.row.items()):
        raise Refused("DER: rounding of a constraint that is no inequality of integers")
    bound = ceil(constraint.bound) if constraint.sense > 0 else floor(constraint.bound)
    return Constraint(constraint.row, constraint.sense, Fraction(bound))


def _unsplit(file: File, stated: Constraint, before: list[Constraint], used: list[int]) -> frozenset[int]:
    first, split, second, other = used
    if not (before[first].dominates(stated) and before[second].dominates(stated)):
        raise Refused("DER: one side of a split does not dominate the constraint")
    below, above = sorted((before[split], before[other]), key=lambda c: c.sense)
    integral = all(i in file.integers and a.denominator == 1 for i, a in below.row.items())
    apart = below.bound.denominator == 1 and above.bound == below.bound + 1
    if (below.sense, above.sense) != (-1, 1) or below.row != above.row or not integral or not apart:
        raise Refused("DER: the sides of a split leave something out")
    return (before[first].assumptions - {split}) | (before[second].assumptions - {other})


def _require_cutoff(file: File, stated: Constraint) -> None:
    """`sol`: nothing worse than the best known solution is of interest."""
    values = _values(file)
    sense = 1 if file.maximise else -1
    if stated.row != file.objective or stated.sense != sense or not values:
        raise Refused("DER: a cutoff that is none of the objective, or without a solution")
    best = max(values) if file.maximise else min(values)
    if sense * stated.bound > sense * best:
        raise Refused("DER: a cutoff beyond the best solution")


def _require_proof(file: File, infeasible: bool) -> None:
    """The last derived constraint says what was to be proved, and rests on no assumption."""
    target = None
    if not infeasible:
        bound = file.upper if file.maximise else file.lower
        if bound is None:
            return
        target = Constraint(file.objective, -1 if file.maximise else 1, bound)
    if not file.derived:
        raise Refused("DER: nothing is derived")
    last = file.derived[-1]
    if last.assumptions:
        raise Refused("DER: the last constraint rests on assumptions")
    if not (last.is_absurd if target is None else last.dominates(target)):
        raise Refused("DER: the last constraint is not what was to be proved")
