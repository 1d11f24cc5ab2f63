"""What the rules of a certificate for addition state; formats/ADDITION.md and WEIGHTS.md give the form of each."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from proofs_check.kernel.form import (
    Fields,
    Limits,
    Reader,
    T,
    common_denominator,
    entries,
    fail,
    fraction,
    integer,
    one_of,
    table,
)
from proofs_check.kernel.numbers import Number, number

LIMITS = Limits()
MOST_COMMON = 2**1024  # common denominator of shares, or of roots
NUMBER = number(LIMITS)
DUAL_RULES = ["DUAL-FEASIBLE", "EXPAND", "FOURIER", "PLANCHEREL", "POWER-MEAN", "AM-GM"]
BLOCK_RULES = ["NORM", "PHASES", "AMPLITUDE", "TIES"]
NAMES = (*DUAL_RULES, *BLOCK_RULES, "ROOT-BOUND", "POPULATION", "SUPPORT")


class Task(NamedTuple):
    """Addition of k inputs modulo n."""

    n: int
    k: int

    @property
    def rotations(self) -> int:
        """How many frequencies lie strictly between 0 and n/2."""
        return (self.n - 1) // 2

    @property
    def kinds(self) -> list[str]:
        """Of frequencies: rotations below n/2, the sign at n/2."""
        return [kind for kind, there in (("rotation", self.n >= 3), ("sign", self.n % 2 == 0)) if there]

    @property
    def parities(self) -> list[str]:
        """Of differences of labels, where the two kinds of frequencies tell them apart."""
        return ["odd", "even"] if len(self.kinds) == 2 else ["all"]


class Statements:
    """The statements by name. A rule that stands twice is rejected by RULES, so that one of its values will do."""

    def __init__(self, rules: list[object], task: Task, neurons: int | None) -> None:
        self.kinds, self.parities, self.neurons = task.kinds, task.parities, neurons
        self.coefficient, self.margin, self.roots = 0, Fraction(0), list[Fraction]()
        self.multipliers, self.bounds = dict[str, Number](), dict[str, Number]()
        self.amplitudes, self.margins = dict[str, Number](), dict[str, Number]()
        self.mean, self.upper = Number(), Number()
        self.names = [self._read(rule, f"rules[{i}]") for i, rule in enumerate(rules)]

    def _read(self, rule: object, place: str) -> str:
        """Every entry has the form of its name; whether it stands in the right place is for the rule RULES."""
        name = one_of(*NAMES)(rule.get("rule") if isinstance(rule, dict) else None, f"{place}.rule")
        kinds = table(self.kinds, NUMBER)

        def stated(key: str, reader: Reader[T]) -> T:
            return Fields(rule, place, "rule", key).read(key, reader)

        match name:
            case "EXPAND":
                self.coefficient = stated("coefficient", integer)
            case "FOURIER":
                self.multipliers = stated("multipliers", kinds)
            case "PLANCHEREL":
                self.bounds = stated("bounds", kinds)
            case "POWER-MEAN":
                self.mean = stated("bound", NUMBER)
            case "AM-GM":
                self.upper = stated("bound", NUMBER)
            case "AMPLITUDE":
                self.amplitudes = stated("values", kinds)
            case "TIES":
                self.margins = stated("margins", table(self.parities, NUMBER))
            case "ROOT-BOUND":
                self.roots = self._roots(stated("roots", entries(fraction)), place)
            case "POPULATION":
                self.margin = stated("margin", fraction)
            case _:
                Fields(rule, place, "rule")
        return name

    def _roots(self, roots: list[Fraction], place: str) -> list[Fraction]:
        """One for each neuron; any number of them where there are no weights."""
        if self.neurons is not None and len(roots) != self.neurons:
            fail(place, f"{len(roots)} roots", f"one for each of {self.neurons} neurons")
        common_denominator(roots, MOST_COMMON, place)
        return roots
