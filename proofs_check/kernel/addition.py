"""Certificates for addition of k inputs modulo n: the file, the upper bound, the claim; formats/ADDITION.md."""

from __future__ import annotations

from fractions import Fraction
from math import factorial

from proofs_check.kernel.blocks import Blocks
from proofs_check.kernel.decimals import claim, plain, quantity
from proofs_check.kernel.form import (
    FORMAT,
    Fields,
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
from proofs_check.kernel.numbers import (
    Number,
    add,
    at_least,
    multiply,
    rational,
    require_roots,
    sign,
    times,
)
from proofs_check.kernel.statements import DUAL_RULES, LIMITS, NUMBER, Statements, Task
from proofs_check.kernel.weights import LargeWeights, Weights

MOST_K, MOST_N, MOST_RULES = 64, 2**256, 12


class Dual:
    """Uniform inputs and class weights: their form when it is made, the rules of the upper bound in `bound`."""

    rules = DUAL_RULES

    def __init__(self, dual: object, task: Task) -> None:
        self.task, self.counts, self.weights = task, dict[str, int](), dict[str, Number]()
        fields = Fields(dual, "dual", "inputs", "class_weights")
        inputs = fields.inside("inputs", "count", "each")
        self.inputs, self.each = inputs.read("count", integer), inputs.read("each", fraction)
        names = fields.read("class_weights", entries(self._read, 2))
        if names not in (["all"], task.parities):
            fail("dual.class_weights", names, 'one entry "all", or for even n > 2 "odd" then "even"')

    def _read(self, value: object, place: str) -> str:
        entry = Fields(value, place, "differences", "count", "each")
        name = entry.read("differences", one_of("all", "odd", "even"))
        self.counts[name], self.weights[name] = entry.read("count", integer), entry.read("each", NUMBER)
        return name

    def bound(self, stated: Statements) -> Number:
        """Apply the rules. Returns the upper bound."""
        self._feasible()
        equal("EXPAND", "coefficient", stated.coefficient, factorial(self.task.k))
        self._fourier(stated.multipliers)
        self._plancherel(stated)
        self._power_mean(stated)
        square = times(multiply(stated.mean, stated.mean), Fraction(1, (self.task.k + 1) ** (self.task.k + 1)))
        require_roots("AM-GM", {"bound": stated.upper}, {"bound": square})
        return stated.upper

    def _feasible(self) -> None:
        rule, n, inputs = "DUAL-FEASIBLE", self.task.n, self.task.n**self.task.k
        equal(rule, "dual.inputs.count", self.inputs, inputs)
        equal(rule, "dual.inputs.each", self.each, Fraction(1, inputs))
        there = {"all": n - 1, "odd": n // 2, "even": n // 2 - 1}
        for name, weight in self.weights.items():
            equal(rule, f"{name}.count", self.counts[name], there[name])
            require(sign(weight) >= 0, rule, f"{name}.each", weight, "a weight >= 0")
        total = add(*(times(weight, self.counts[name]) for name, weight in self.weights.items()))
        equal(rule, "dual.class_weights", total, rational(1))

    def _fourier(self, multipliers: dict[str, Number]) -> None:
        odd, even = (self.weights[parity if parity in self.weights else "all"] for parity in ("odd", "even"))
        half = Fraction(self.task.n, 2)
        flipping = add(rational(1), times(odd, half), times(even, 1 - half))
        derived = {"rotation": add(rational(1), even), "sign": flipping}
        equal("FOURIER", "multipliers", multipliers, {x: derived[x] for x in self.task.kinds})

    def _plancherel(self, stated: Statements) -> None:
        n, k = self.task
        scale, delta = Fraction(stated.coefficient**2, n ** (2 * k)), {"rotation": 2, "sign": 1}
        spread = {kind: scale * Fraction(n, delta[kind]) ** (k - 1) for kind in self.task.kinds}
        squares = {kind: times(multiply(y, y), spread[kind]) for kind, y in stated.multipliers.items()}
        require_roots("PLANCHEREL", stated.bounds, squares)

    def _power_mean(self, stated: Statements) -> None:
        bounds = stated.bounds.values()
        equal("POWER-MEAN", "bound", stated.mean, next(b for b in bounds if all(at_least(b, x) for x in bounds)))


class Addition:
    """Reads one certificate; every rule uses only what earlier rules established."""

    def __init__(self, file: dict[str, object]) -> None:
        self.sense = stated_sense(file, "equal", "lower", "upper", "enclosure")
        parts = [part for part, without in (("dual", "lower"), ("primal", "upper")) if self.sense != without]
        keys = ("claim", "format", "version", "task", "norm", "rules", "sha256", *parts)
        fields = Fields(file, "file", *keys)
        self._read_claim(fields.inside("claim", "quantity", "sense", "value"))
        fields.read("format", one_of(FORMAT))
        version, task = fields.read("version", integer), fields.inside("task", "kind", "n", "k")
        task.read("kind", one_of("modular_addition"))
        self.task = Task(task.read("n", integer), task.read("k", integer))
        self.norm = fields.read("norm", _norm)
        rules = fields.read("rules", entries(any_value, MOST_RULES))
        if not (version == 1 and 2 <= self.task.n < MOST_N and 1 <= self.task.k <= MOST_K):
            fail("task", (version, *self.task), f"version 1, 2 <= n < 2^256, 1 <= k <= {MOST_K}")
        if len(self.values) != 2:
            fail("claim.value", len(self.values), "two numbers")
        self.dual = Dual(file["dual"], self.task) if "dual" in parts else None
        self.primal = self._read_primal(file["primal"]) if "primal" in parts else None
        self.digest = str(file["sha256"])
        if self.primal and self.primal.work > LIMITS.work:
            fail("primal", self.primal.work, f"at most {LIMITS.work} steps of work")
        neurons = len(self.primal.W) if isinstance(self.primal, Weights) else None
        self.stated = Statements(rules, self.task, neurons)

    def _read_claim(self, claim: Fields) -> None:
        self.squared = claim.read("quantity", one_of("margin", "squared_margin")) == "squared_margin"
        if self.sense == "enclosure":
            self.values = claim.read("value", entries(NUMBER, 2))
        else:
            self.values = [claim.read("value", NUMBER)] * 2

    def _read_primal(self, primal: object) -> Blocks | Weights:
        kind = primal.get("kind") if isinstance(primal, dict) and self.sense != "equal" else None
        if kind == "large_weights":
            return LargeWeights(primal, self.task)
        return Weights(primal, self.task) if kind == "weights" else Blocks(primal, self.task)

    def run(self) -> str:
        """Apply the rules in their order, then compare the claim. Returns what was proved."""
        equal("NORM-EXPONENT", "norm", self.norm, {"inner": 2, "outer": self.task.k + 1})
        equal("RULES", "rules", self.stated.names, self._order())
        self.upper = self.dual.bound(self.stated) if self.dual else Number()
        self.lower = self.primal.bound(self.stated) if self.primal else Number()
        if self.sense == "equal":
            self._support()
        return self._claim()

    def _order(self) -> list[str]:
        order = [rule for part in (self.dual, self.primal) if part for rule in part.rules]
        return [*order, "SUPPORT"] if self.sense == "equal" else order

    def _support(self) -> None:
        for parity, margin in self.stated.margins.items():
            equal("SUPPORT", f"margins.{parity}", margin, self.lower)
        for kind, bound in self.stated.bounds.items():
            equal("SUPPORT", f"bounds.{kind}", bound, self.stated.mean)

    def _claim(self) -> str:
        n, k = self.task
        task = f"addition of {k} input{'s' if k > 1 else ''} mod {n}, norm L_(2,{k + 1})"
        low, high = self.values
        lower, upper = (multiply(x, x) if self.squared else x for x in (self.lower, self.upper))
        require(not self.squared or min(sign(low), sign(high)) >= 0, "CLAIM", "claim.value", low, "squares >= 0")
        if self.primal:
            require(at_least(lower, low), "CLAIM", "claim.value", low, f"at most {short(lower)}")
        if self.dual:
            require(at_least(high, upper), "CLAIM", "claim.value", high, f"at least {short(upper)}")
        return f"{claim(quantity(self.squared), self.sense, [plain(low), plain(high)], self.digest)} for {task}"


def _norm(value: object, place: str) -> dict[str, int]:
    fields = Fields(value, place, "inner", "outer")
    return {"inner": fields.read("inner", integer), "outer": fields.read("outer", integer)}


RULES = Rules("modular_addition", "ADDITION.md", lambda file: Addition(file).run())
