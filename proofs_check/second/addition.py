"""Certificates for addition modulo n, checked a second time; written from formats/ADDITION.md alone."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

from flint import fmpq

from proofs_check.second.form import MAX_COMMON, WORK, common, form, fraction, need, number, read, show
from proofs_check.second.numbers import Number, num
from proofs_check.second.phases import PhaseList
from proofs_check.second.statement import state
from proofs_check.second.weights import FORM as WEIGHTS
from proofs_check.second.weights import Weights

KIND = "modular_addition"
MAX_N, MAX_K, MAX_RULES = 2**256, 64, 12


class Certificate:
    """Form of everything in the constructor, then `check`."""

    def __init__(self, x: dict[str, Any]) -> None:
        claim, dual, primal = (x[key] if isinstance(x.get(key), dict) else {} for key in ("claim", "dual", "primal"))
        self.sense, self.squared = claim.get("sense"), claim.get("quantity") == "squared_margin"
        form(self.sense in ("equal", "lower", "upper", "enclosure"), "claim.sense", "unknown")
        task = read(x.get("task"), {"kind": KIND, "n": int, "k": int}, "task")
        self.n, self.k = n, k = task["n"], task["k"]
        form(2 <= n < MAX_N and 1 <= k <= MAX_K, "task", "2 <= n < 2^256 and 1 <= k <= 64 are wanted")
        self.kinds = [kind for kind, there in (("rotation", n >= 3), ("sign", n % 2 == 0)) if there]
        self.shapes = ["odd", "even"] if n % 2 == 0 and n > 2 else ["all"]
        self.names, self.steps = list[str](), 0
        pattern = self.head()
        if self.sense != "lower":
            pattern["dual"] = self.dual_pattern(dual)
            self.names += ["DUAL-FEASIBLE", "EXPAND", "FOURIER", "PLANCHEREL", "POWER-MEAN", "AM-GM"]
        self.weights = self.given(primal)
        if self.weights:
            pattern["primal"] = dict
            self.names += self.weights.names
        elif self.sense != "upper":
            pattern["primal"] = self.blocks_pattern()
            self.names += ["NORM", "PHASES", "AMPLITUDE", "TIES"]
        self.names += ["SUPPORT"] if self.sense == "equal" else []
        self.x = read(x, pattern, "")
        form(self.steps <= WORK, "primal", "too much work")
        self.read_rules()

    def head(self) -> dict[str, Any]:
        """The pattern of what every certificate has."""
        value = (number, number) if self.sense == "enclosure" else number
        quantity = "squared_margin" if self.squared else "margin"
        pattern: dict[str, Any] = {"format": "algebraic-margin certificate", "version": 1, "sha256": str}
        pattern |= {"rules": [dict], "task": dict, "norm": {"inner": int, "outer": int}}
        pattern["claim"] = {"quantity": quantity, "sense": str, "value": value}
        return pattern

    def dual_pattern(self, dual: dict[str, Any]) -> dict[str, Any]:
        shapes = ["all"] if len(read(dual.get("class_weights"), [dict], "dual")) == 1 else self.shapes
        weights = tuple({"differences": name, "count": int, "each": number} for name in shapes)
        return {"inputs": {"count": int, "each": fraction}, "class_weights": weights}

    def given(self, primal: dict[str, Any]) -> Weights | None:
        """A primal of weights, if there is one."""
        if self.sense in ("equal", "upper") or primal.get("kind") not in ("weights", "large_weights"):
            return None
        weights = Weights(read(primal, WEIGHTS, "primal"), self.n, self.k)
        self.steps = weights.steps
        return weights

    def blocks_pattern(self) -> dict[str, Any]:
        n = self.n
        ranges = {"rotation": (1, (n + 1) // 2 - 1), "sign": (n // 2, n // 2)}
        first = {kind: {"frequencies": ranges[kind], "mass_each": number} for kind in self.kinds}
        blocks = tuple(first[kind] | {"phases": partial(self.phases, kind)} for kind in self.kinds)
        return {"kind": "blocks", "blocks": blocks}

    def rule_patterns(self) -> dict[str, dict[str, Any]]:
        """By name, what a rule states."""
        each, margins = dict.fromkeys(self.kinds, number), dict.fromkeys(self.shapes, number)
        # any number of roots where m has no meaning
        roots = (fraction,) * self.weights.neurons if self.weights else [fraction]
        fields: dict[str, dict[str, Any]] = {name: {} for name in ("DUAL-FEASIBLE", "NORM", "PHASES", "SUPPORT")}
        fields |= {"EXPAND": {"coefficient": int}, "FOURIER": {"multipliers": each}, "PLANCHEREL": {"bounds": each}}
        fields |= {"POWER-MEAN": {"bound": number}, "AM-GM": {"bound": number}, "AMPLITUDE": {"values": each}}
        fields |= {"TIES": {"margins": margins}, "ROOT-BOUND": {"roots": roots}, "POPULATION": {"margin": fraction}}
        return fields

    def read_rules(self) -> None:
        fields, rules = self.rule_patterns(), self.x["rules"]
        form(len(rules) <= MAX_RULES, "rules", "at most 12 rules are wanted")
        self.found, self.stated = list[str](), dict[str, Any]()
        for i, rule in enumerate(rules):
            name = read(rule.get("rule"), str, f"rules[{i}].rule")
            form(name in fields, f"rules[{i}].rule", "the name of a rule is wanted")
            values = read(rule, {"rule": str, **fields[name]}, f"rules[{i}]")
            self.found.append(name)  # a name that stands twice is rejected anyway, so that one of its values will do
            self.stated[name] = next((values[key] for key in fields[name]), None)
            if name == "ROOT-BOUND":
                common((root.q for root in values["roots"]), MAX_COMMON, f"rules[{i}].roots")

    def phases(self, kind: str, x: Any, place: str) -> Any:
        if isinstance(x, dict) and x.get("kind") == "list":
            neuron = {"phases": (fraction,) * self.k, "output": fraction, "share": fraction}
            x = read(x, {"kind": "list", "neurons": [neuron]}, place)
            out = PhaseList(x["neurons"], self.n, self.k, kind, place)
            self.steps += out.steps
            return out
        group = read(x, {"kind": "group", "joint": bool, "turn": fraction}, place)
        form(0 < group["turn"] < 1, place, "the turn has to be between 0 and 1")
        return group

    def same(self, rule: str, key: str, got: Any, expected: Any) -> None:
        need(got == expected, rule, f"rules[{self.names.index(rule)}]{key}", got, expected)

    def square(self, rule: str, key: str, got: Number, expected: Number) -> None:
        need(got.sign() >= 0, rule, f"rules[{self.names.index(rule)}]{key}", got, "at least 0")
        self.same(rule, f"{key}, squared", got * got, expected)

    def check(self) -> str:
        """Every rule in order; the proved statement in words."""
        norm = {"inner": 2, "outer": self.k + 1}
        need(self.x["norm"] == norm, "NORM-EXPONENT", "norm", self.x["norm"], norm)
        need(self.found == self.names, "RULES", "rules", ", ".join(self.found), ", ".join(self.names))
        upper = self.check_dual() if self.sense != "lower" else num(0)
        lower = self.lower()
        if self.sense == "equal":
            for name in self.shapes:
                self.same("SUPPORT", f", TIES {name}", self.stated["TIES"][name], lower)
            for kind in self.kinds:
                self.same("SUPPORT", f", PLANCHEREL {kind}", self.stated["PLANCHEREL"][kind], self.stated["POWER-MEAN"])
        value = self.x["claim"]["value"]
        low, high = value if self.sense == "enclosure" else (value, value)
        for v in (low, high) if self.squared else ():
            need(v.sign() >= 0, "CLAIM", "claim.value", v, "at least 0")
        sides = [(low, lower, -1)] * (self.sense != "upper") + [(high, upper, 1)] * (self.sense != "lower")
        for v, bound, direction in sides:
            difference = v + (bound * bound if self.squared else bound) * num(-1)
            holds = not difference or (self.sense != "equal" and difference.sign() == direction)
            expected = f"{self.sense} with the bound {show(bound)}" + ", squared" * self.squared
            need(holds, "CLAIM", "claim.value", v, expected)
        quantity = "gamma*^2" if self.squared else "gamma*"
        return f"{state(quantity, self.sense, low, high, self.x['sha256'])} for {self.k}-input addition modulo {self.n}"

    def lower(self) -> Number:
        if self.sense == "upper":
            return num(0)
        if self.weights is None:
            return self.check_blocks()
        return self.weights.check(self.stated, lambda rule: f"rules[{self.names.index(rule)}]")

    def check_dual(self) -> Number:
        n, k, stated, dual, total = self.n, self.k, self.stated, self.x["dual"], num(0)
        each, counts = dual["inputs"]["each"], {"all": n - 1, "odd": n // 2, "even": n // 2 - 1}
        weights = {entry["differences"]: entry["each"] for entry in dual["class_weights"]}
        got = [dual["inputs"]["count"], *(entry["count"] for entry in dual["class_weights"])]
        expected = [n**k, *(counts[name] for name in weights)]
        need(got == expected, "DUAL-FEASIBLE", "dual counts", ", ".join(map(show, got)), ", ".join(map(show, expected)))
        need(each >= 0 and each * n**k == 1, "DUAL-FEASIBLE", "dual.inputs.each", each, fmpq(1, n**k))
        for name, weight in weights.items():
            need(weight.sign() >= 0, "DUAL-FEASIBLE", f"dual.class_weights {name}", weight, "at least 0")
            total += weight * num(counts[name])
        need(total == num(1), "DUAL-FEASIBLE", "dual.class_weights", total, "sum 1")
        self.same("EXPAND", ".coefficient", stated["EXPAND"], math.factorial(k))
        even: Number = weights["all" if "all" in weights else "even"]
        multipliers = {kind: num(1) + even for kind in self.kinds}
        if "odd" in weights:
            multipliers["sign"] = num(1) + weights["odd"] * num(n // 2) + even * num(1 - n // 2)
        for kind, multiplier in multipliers.items():
            self.same("FOURIER", f".{kind}", stated["FOURIER"][kind], multiplier)
        for kind, multiplier in multipliers.items():
            scale = math.factorial(k) ** 2 * n ** (k - 1), n ** (2 * k) * (2 if kind == "rotation" else 1) ** (k - 1)
            self.square("PLANCHEREL", f".{kind}", stated["PLANCHEREL"][kind], multiplier * multiplier * num(*scale))
        largest = max(stated["PLANCHEREL"].values())
        self.same("POWER-MEAN", ".bound", stated["POWER-MEAN"], largest)
        self.square("AM-GM", ".bound", stated["AM-GM"], largest * largest * num(1, (k + 1) ** (k + 1)))
        return Number(stated["AM-GM"])

    def check_blocks(self) -> Number:
        n, k, r, total, parts = self.n, self.k, (self.n + 1) // 2 - 1, num(0), dict[str, Number]()
        blocks = dict(zip(self.kinds, self.x["primal"]["blocks"], strict=True))
        for kind, block in blocks.items():
            mass, p = block["mass_each"], block["phases"]
            need(mass.sign() > 0, "NORM", f"primal, mass_each of {kind}", mass, "more than 0")
            if isinstance(p, PhaseList):
                need(sum(p.shares) == p.bottom, "NORM", f"primal, shares of {kind}", "another sum", "1")
            total += mass * num(r if kind == "rotation" else 1)
        need(total == num(1), "NORM", "primal.blocks, sum of the masses", total, "1")
        for kind, p in ((kind, block["phases"]) for kind, block in blocks.items()):
            if isinstance(p, PhaseList):
                p.check()
            elif kind == "sign":
                need(2 * p["turn"] == 1, "PHASES", "primal, turn of sign", p["turn"], "1/2")
            else:
                least = k if p["joint"] else 1
                need((2 * p["turn"]).q > least, "PHASES", "primal, turn", p["turn"], f"2 turn of denominator > {least}")
        for kind, delta, power in (("rotation", 2, 4**k), ("sign", 1, 1)):
            if kind in blocks:
                square = num(math.factorial(k) ** 2 * delta ** (k + 1), ((k + 1) * n) ** (k + 1) * power)
                self.square("AMPLITUDE", f".{kind}", self.stated["AMPLITUDE"][kind], square)
                parts[kind] = blocks[kind]["mass_each"] * self.stated["AMPLITUDE"][kind]
        rotation, sign = parts.get("rotation", num(0)), parts.get("sign", num(0))
        values = [rotation * num(r) + sign * num(2), rotation * num(r + 1)] if n > 2 else [sign * num(2)]
        margins = dict(zip(self.shapes, [rotation * num(2 * r + 1, 2)] if n % 2 else values, strict=True))
        for name, margin in margins.items():  # each is positive, being a sum of positive numbers
            self.same("TIES", f".{name}", self.stated["TIES"][name], margin)
        return min(margins.values())


def prove(x: dict[str, Any]) -> str:
    """The proved statement; Stop otherwise."""
    return Certificate(x).check()
