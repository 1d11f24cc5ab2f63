"""Second checker of certificates about gamma*, written from FORMAT.md alone; rational arithmetic by python-flint.

python recheck.py FILE...        exit code: the largest of 0 VERIFIED, 1 REJECTED, 2 MALFORMED"""

from __future__ import annotations

import hashlib
import json
import math
import sys
from collections.abc import Iterable
from functools import cache, partial
from itertools import pairwise, repeat
from operator import add, mul, sub
from typing import Any, NamedTuple

try:
    from flint import arb, ctx, fmpq, fmpq_poly, fmpz
except ImportError:
    if __name__ != "__main__":
        raise
    print("recheck: python-flint is needed and is not installed", file=sys.stderr)
    raise SystemExit(2) from None

FILE_BYTES, MAX_INT, MAX_N, MAX_K, MAX_RADICAND, MAX_TERMS = 4_000_000, 2**8192, 2**256, 64, 10**15, 4
MAX_RULES, MAX_COMMON, WORK = 12, 2**1024, 10**7
Member = tuple[int, tuple[int, ...], list[int]]  # an exponent vector: sum of sizes, sizes, exponents of the neurons


class Verdict(NamedTuple):
    status: str
    rule: str
    detail: str


class Stop(Exception):
    """The verdict is settled; its only argument."""


def form(condition: bool, place: str, wanted: str) -> None:
    if not condition:
        raise Stop(Verdict("MALFORMED", "", f"{place}: {wanted[:300]}"))


def need(condition: bool, rule: str, place: str, got: object, expected: object) -> None:
    if not condition:
        raise Stop(Verdict("REJECTED", rule, f"{rule} at {place}: got {show(got)}, expected {show(expected)}"))


def show(x: object) -> str:
    """Short text for any value, whatever its size."""
    if isinstance(x, Number):
        return (" + ".join(show(c) + f"*sqrt({r})" * (r > 1) for r, c in x.items()) or "0")[:300]
    if isinstance(x, fmpq):
        return show(x.p) + f"/{show(x.q)}" * (x.q != 1)
    if isinstance(x, (int, fmpz)):
        return str(x) if abs(int(x)) < 2**400 else f"({int(x).bit_length()}-bit integer)"
    return (x if isinstance(x, str) and x.isascii() and x.isprintable() else ascii(x))[:300]


class Number(dict[int, fmpq]):
    """Squarefree radicand -> non-zero coefficient; equal as numbers exactly when equal as dicts."""

    def __add__(self, other: Number) -> Number:
        out = {r: self.get(r, fmpq(0)) + other.get(r, fmpq(0)) for r in self.keys() | other.keys()}
        return Number({r: c for r, c in out.items() if c != 0})

    def __mul__(self, other: Number) -> Number:
        out: dict[int, fmpq] = {}
        for r, c in self.items():
            for s, d in other.items():
                g = math.gcd(r, s)
                out[r * s // g**2] = out.get(r * s // g**2, fmpq(0)) + c * d * g
        return Number({r: c for r, c in out.items() if c != 0})

    def __lt__(self, other: Number) -> bool:
        return (self + other * num(-1)).sign() < 0

    def sign(self) -> int:
        """From enclosures of increasing precision, which end because a number with a term is not 0."""
        value, b = arb(0), 6
        while self and not value > 0 and not value < 0:
            b += 1
            with ctx.workprec(2**b):
                value = sum((arb(c) * arb(r).sqrt() for r, c in self.items()), arb(0))
        return int(value > 0) - int(value < 0)


def num(p: Any, q: Any = 1) -> Number:
    return Number({1: fmpq(p, q)} if p != 0 else {})


def common(denominators: Iterable[Any], limit: int, place: str) -> int:
    """Their least common multiple; one beyond the limit is refused on the way."""
    out = 1
    for q in denominators:
        out = math.lcm(out, int(q))
        form(out <= limit, place, "a common denominator is too large")
    return out


def read(x: Any, s: Any, place: str) -> Any:
    """x after a pattern s: a type, literal, reader (x, place), object, any list [s] or the list of (s, t, ..)."""
    if s == [int] and isinstance(x, list):
        form(all(type(y) is int and -MAX_INT < y < MAX_INT for y in x), place, "integers within bounds are wanted")
        return x
    if isinstance(s, type):
        form(type(x) is s and (type(x) is not int or abs(x) < MAX_INT), place, f"{s.__name__} within bounds is wanted")
        return x
    if isinstance(s, dict):
        form(isinstance(x, dict) and x.keys() == s.keys(), place, f"an object with the keys {sorted(s)} is wanted")
        return {key: read(x[key], s[key], f"{place}.{key}".lstrip(".")) for key in s}
    if isinstance(s, (list, tuple)):
        form(isinstance(x, list) and (isinstance(s, list) or len(x) == len(s)), place, "a list of that form is wanted")
        return [read(y, s[0] if isinstance(s, list) else s[i], f"{place}[{i}]") for i, y in enumerate(x)]
    if callable(s):
        return s(x, place)
    form(type(x) is type(s) and x == s, place, f"{s} is wanted")
    return x


def fraction(x: Any, place: str) -> fmpq:
    p, q = x if isinstance(x, list) and len(x) == 2 else (0, 0)
    good = type(p) is type(q) is int and -MAX_INT < p < MAX_INT and 1 <= q < MAX_INT and math.gcd(p, q) == 1
    form(good, place, "a reduced fraction with positive denominator is wanted")
    return fmpq(p, q)


def number(x: Any, place: str) -> Number:
    out, last = Number(), 0
    form(isinstance(x, list) and len(x) <= MAX_TERMS, place, f"a list of at most {MAX_TERMS} terms is wanted")
    for r, p, q in (read(term, (int, int, int), place) for term in x):
        form(last < r < MAX_RADICAND and p != 0, place, "ascending radicands below 10^15 and no zero are wanted")
        form(all(e == 1 for _, e in fmpz(r).factor()), place, "a radicand is not squarefree")
        out[r], last = fraction([p, q], place), r
    return out


def load(data: bytes) -> dict[str, Any]:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        form(len(dict(pairs)) == len(pairs), "bytes", "a key stands twice")
        return dict(pairs)

    def canonical(x: Any) -> bytes:
        return (json.dumps(x, sort_keys=True, separators=(",", ":")) + "\n").encode("ascii")

    no_float = partial(form, False, "a number that is no integer")
    form(len(data) <= FILE_BYTES, "bytes", "the file is too long")
    try:
        hooks: dict[str, Any] = {"parse_float": no_float, "parse_constant": no_float}
        hooks["parse_int"] = lambda text: int(text[:2500])  # a cut integer is not canonical
        x = json.loads(data.decode("ascii"), object_pairs_hook=unique, **hooks)
        form(isinstance(x, dict) and canonical(x) == data, "bytes", "no object in canonical form")
    except (ValueError, RecursionError) as error:
        raise Stop(Verdict("MALFORMED", "", f"bytes: no canonical JSON ({type(error).__name__})")) from None
    digest = hashlib.sha256(canonical({key: value for key, value in x.items() if key != "sha256"})).hexdigest()
    form(x.get("sha256") == digest, "sha256", "not the digest of the other keys")
    return dict(x)


@cache
def coefficient(sizes: tuple[int, ...]) -> int:
    """Coefficient of e^(i m.x) in (sum_j 2 cos x_j)^k for |m_j| = sizes."""
    k, half, series = len(sizes), (len(sizes) - sum(sizes)) // 2, fmpq_poly([1])
    for a in sizes:
        series *= fmpq_poly([fmpq(1, math.factorial(r) * math.factorial(r + a)) for r in range(half + 1)])
    return int((series[half] * math.factorial(k)).p)


def vanishes(c: list[int], primes: list[int]) -> bool:
    """Whether the sum of c[d_1, d_2, .., low] prod_p zeta_p^(d_p) b(low) is 0, d_p = 0..p-1 and the b(low) independent
    over Q(zeta_p for all p): the p powers of zeta_p have no relation but that their sum is 0, so that the p parts of c
    have to be equal as numbers."""
    size = len(c) // primes[0] if primes else 0
    if len(primes) < 2:
        return c[size:] == c[: len(c) - size] if primes else not any(c)
    parts = [c[i : i + size] for i in range(0, len(c), size)]
    reference = max(parts, key=lambda part: part.count(0))
    return all(part == reference or vanishes(list(map(sub, part, reference)), primes[1:]) for part in parts)


class Slots(dict[int, int]):
    """e -> its place in the order that `vanishes` wants, found on demand. With D the product of p^a, zeta_D^e is, up to
    an automorphism, the product of zeta_(p^a)^(e mod p^a), and e mod p^a = d_p p^(a-1) + low_p: the digits d_p come
    first, and all the low_p behind them."""

    def __init__(self, d: int) -> None:
        self.columns, low, rest = list[tuple[int, int, int, int]](), 1, d
        powers = [(int(p), int(a)) for p, a in fmpz(d).factor()]
        self.primes = [p for p, _ in powers]
        for p, a in powers:
            rest //= p
            self.columns.append((p**a, p ** (a - 1), rest, low))
            low *= p ** (a - 1)

    def __missing__(self, e: int) -> int:
        self[e] = sum(e % power // step * rest + e % step * low for power, step, rest, low in self.columns)
        return self[e]


class PhaseList:
    """The form of a list, its common denominators and its steps of work in the constructor."""

    def __init__(self, rows: list[dict[str, Any]], n: int, k: int, kind: str, place: str) -> None:
        self.k, self.place = k, place
        divisors = [d for d in range(3, 2 * k + 1) if n % d == 0]
        self.orders = [2] if kind == "sign" else divisors + [2 * k + 1] * (n > 2 * k)
        self.keys = [(*row["phases"], row["output"]) for row in rows]
        self.fractions = [row["share"] for row in rows]
        form(len(rows) > 0 and all(a < b for a, b in pairwise(self.keys)), place, "neurons in ascending order")
        form(all(share > 0 for share in self.fractions), place, "a share is not positive")
        for key in self.keys:
            form(all(0 <= a < 1 for a in key), place, "a phase is out of its range")
            form(kind != "sign" or all(2 * a in (0, 1) for a in key), place, "phases of signs are 0 or 1/2")

        self.bottom = common((share.q for share in self.fractions), MAX_COMMON, place)
        self.denominator = d = common((a.q for key in self.keys for a in key), WORK, place)  # work is at least d
        exponents = sum(math.comb(k - 1, i) * math.comb(2 * k - i, k) for i in range(k))
        cost = k * len(rows) + (1 + len(fmpz(d).factor())) * d
        self.steps = len(self.orders) * exponents * cost
        self.shares = [int((share * self.bottom).p) for share in self.fractions]

    def check(self) -> None:
        d, self.slots = self.denominator, Slots(self.denominator)
        self.phases = [[int((key[j] * d).p) for key in self.keys] for j in range(self.k + 1)]
        for order in self.orders:
            spread = [sorted({x % order for x in range(-left, left + 1)}, reverse=True) for left in range(self.k + 1)]
            lifts = [[range((r + left) % order - left, left + 1, order) for r in rs] for left, rs in enumerate(spread)]
            table = [list(zip(*pair, strict=True)) for pair in zip(spread, lifts, strict=True)]
            self.descend(order, table, (), [(0, (), self.phases[self.k])])

    def descend(self, order: int, table: Any, key: tuple[int, ...], members: list[Member]) -> None:
        """Every class of exponent vectors that begins with the residues `key`; the class of (-1, .., -1) is first."""
        j, k = len(key), self.k
        if j == k:
            self.check_class(order, key, members)
        for r, lifts in table[k - min(t for t, _, _ in members)] if j < k else ():
            longer = [
                (t + abs(x), (*ms, abs(x)), [e + x * a for e, a in zip(es, self.phases[j], strict=True)])
                for t, ms, es in members
                for x in lifts
                if t + abs(x) <= k and (j < k - 1 or (t + x - k) % 2 == 0)
            ]
            if longer:
                self.descend(order, table, (*key, r), longer)

    def check_class(self, order: int, key: tuple[int, ...], members: list[Member]) -> None:
        slots, total, wanted = self.slots, [0] * self.denominator, key == (order - 1,) * self.k
        factors = [coefficient(tuple(sorted(sizes))) for _, sizes, _ in members]
        divisor = math.gcd(*factors)
        for (_, _, exponents), factor in zip(members, (f // divisor for f in factors), strict=True):
            shares = self.shares if factor == 1 else [factor * share for share in self.shares]
            for e, share in zip(exponents, shares, strict=True):
                total[slots[e]] += share
            total[0] -= factor * self.bottom * wanted
        got, expected = f"another sum for exponents {key} mod {order}", "the whole coefficient" if wanted else "0"
        need(vanishes(total, slots.primes), "PHASES", self.place, got, expected)


class Certificate:
    """Form of everything in the constructor, then `check`."""

    def __init__(self, x: dict[str, Any]) -> None:
        claim, dual, primal = (x[key] if isinstance(x.get(key), dict) else {} for key in ("claim", "dual", "primal"))
        self.sense, self.squared = sense, _ = claim.get("sense"), claim.get("quantity") == "squared_margin"
        form(sense in ("equal", "lower", "upper", "enclosure"), "claim.sense", "unknown")
        task = read(x.get("task"), {"kind": "modular_addition", "n": int, "k": int}, "task")
        self.n, self.k = n, k = task["n"], task["k"]
        form(2 <= n < MAX_N and 1 <= k <= MAX_K, "task", "2 <= n < 2^256 and 1 <= k <= 64 are wanted")
        self.kinds = [kind for kind, there in (("rotation", n >= 3), ("sign", n % 2 == 0)) if there]
        self.shapes = ["odd", "even"] if n % 2 == 0 and n > 2 else ["all"]
        value = (number, number) if sense == "enclosure" else number
        quantity = "squared_margin" if self.squared else "margin"
        pattern: dict[str, Any] = {"format": "algebraic-margin certificate", "version": 1, "sha256": str}
        pattern |= {"rules": [dict], "task": dict, "norm": {"inner": int, "outer": int}}
        pattern["claim"] = {"quantity": quantity, "sense": str, "value": value}
        self.names, self.neurons, self.steps = list[str](), 0, 0
        if sense != "lower":
            shapes = ["all"] if len(read(dual.get("class_weights"), [dict], "dual")) == 1 else self.shapes
            weights = tuple({"differences": name, "count": int, "each": number} for name in shapes)
            pattern["dual"] = {"inputs": {"count": int, "each": fraction}, "class_weights": weights}
            self.names += ["DUAL-FEASIBLE", "EXPAND", "FOURIER", "PLANCHEREL", "POWER-MEAN", "AM-GM"]
        if sense != "upper" and primal.get("kind") == "weights" and sense != "equal":
            self.weights(**read(primal, {"kind": str, "denominator": int, "U": [[[int]]], "W": [[int]]}, "primal"))
            pattern["primal"] = dict
            self.names += ["ROOT-BOUND", "POPULATION"][k % 2 :]
        elif sense != "upper":
            ranges = {"rotation": (1, (n + 1) // 2 - 1), "sign": (n // 2, n // 2)}
            first = {kind: {"frequencies": ranges[kind], "mass_each": number} for kind in self.kinds}
            blocks = tuple(first[kind] | {"phases": partial(self.phases, kind)} for kind in self.kinds)
            pattern["primal"] = {"kind": "blocks", "blocks": blocks}
            self.names += ["NORM", "PHASES", "AMPLITUDE", "TIES"]
        self.names += ["SUPPORT"] if sense == "equal" else []
        self.x = read(x, pattern, "")
        form(self.steps <= WORK, "primal", "too much work")
        each, margins = dict.fromkeys(self.kinds, number), dict.fromkeys(self.shapes, number)
        roots = (fraction,) * self.neurons if self.neurons else [fraction]  # any number of them where m has no meaning
        fields: dict[str, dict[str, Any]] = {name: {} for name in ("DUAL-FEASIBLE", "NORM", "PHASES", "SUPPORT")}
        fields |= {"EXPAND": {"coefficient": int}, "FOURIER": {"multipliers": each}, "PLANCHEREL": {"bounds": each}}
        fields |= {"POWER-MEAN": {"bound": number}, "AM-GM": {"bound": number}, "AMPLITUDE": {"values": each}}
        fields |= {"TIES": {"margins": margins}, "ROOT-BOUND": {"roots": roots}, "POPULATION": {"margin": fraction}}
        form(len(x["rules"]) <= MAX_RULES, "rules", "at most 12 rules are wanted")
        self.found, self.stated = list[str](), dict[str, Any]()
        for i, rule in enumerate(x["rules"]):
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

    def weights(self, kind: str, denominator: int, U: list[list[list[int]]], W: list[list[int]]) -> None:
        n, k, m = self.n, self.k, len(W)
        form(denominator >= 1 and m >= 1 and len(U) == k, f"primal of {kind}", "a denominator and neurons are wanted")
        rows = [row for table in U for row in table]
        form({len(part) for part in U + W} == {n} and {len(row) for row in rows} == {m}, "primal", "wrong list lengths")
        self.squares = [sum(row[i] ** 2 for row in rows) + sum(v**2 for v in W[i]) for i in range(m)]
        form(all(s > 0 for s in self.squares), "primal", "a neuron is all zero")
        bits = max(v.bit_length() for row in rows + W for v in row)
        self.slot = ((k + 1) * bits + k * k.bit_length() + m.bit_length() + 9) // 8
        cost = 1 + (8 * self.slot * n * (k * bits + 60) + 2**15 * k) // 2**17
        self.denominator, self.neurons, self.steps = denominator, m, n**k * (4 + n + m * cost)
        self.inputs, self.outputs = U, W

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
        lower = num(0) if self.sense == "upper" else self.check_weights() if self.neurons else self.check_blocks()
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
        words = {"equal": "{2} = {0}", "lower": "{2} >= {0}", "upper": "{2} <= {1}", "enclosure": "{0} <= {2} <= {1}"}
        statement = words[self.sense].format(show(low), show(high), "gamma*" + "^2" * self.squared)
        return f"{statement} for {self.k}-input addition modulo {show(self.n)}"

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

    def check_weights(self) -> Number:
        k, half, scale = self.k, (self.k + 1) // 2, fmpz(self.denominator)
        roots = self.stated["ROOT-BOUND"] if k % 2 == 0 else [fmpq(1)] * self.neurons
        for i, (root, square) in enumerate(zip(roots, self.squares, strict=True) if k % 2 == 0 else ()):
            need(root >= 0 and (root.p * scale) ** 2 >= square * root.q**2, "ROOT-BOUND", f"root {i}", root, "more")
        margin, least = self.stated["POPULATION"], fmpq(self.smallest(), scale ** (k + 1))
        self.same("POPULATION", ".margin", margin, least)
        need(margin >= 0, "POPULATION", "margin", margin, "at least 0")
        bottom = common((root.q for root in roots), MAX_COMMON, "roots")
        masses = (fmpz(s) ** half * (root * bottom).p for s, root in zip(self.squares, roots, strict=True))
        return num(margin.p * bottom * scale ** (2 * half), margin.q * sum(masses))

    def smallest(self) -> int:
        """The smallest f[y] - f[c] in integer weights. All logits of an input are one integer, each in a slot of bytes,
        label 0 first, so that a neuron costs one product; 1 in the top bit of every slot makes it positive, and the
        slots then compare as their logits do."""
        n, k, width, least = self.n, self.k, self.slot, list[int]()
        top = 2 ** (8 * width - 1)
        zero = int.from_bytes(top.to_bytes(width, "big") * n, "big")
        columns = (b"".join((v + top).to_bytes(width, "big") for v in row) for row in self.outputs)
        packed = [int.from_bytes(column, "big") - zero for column in columns]
        starts = range(0, width * n, width)

        def inputs(j: int, base: list[int], label: int) -> None:
            for a, row in enumerate(self.inputs[j]):
                total = list(map(add, base, row))
                if j < k - 1:
                    inputs(j + 1, total, label + a)
                    continue
                logits = sum(map(mul, map(pow, total, repeat(k)), packed), zero).to_bytes(width * n, "big")
                slots = [logits[i : i + width] for i in starts]
                gap = int.from_bytes(slots.pop((label + a) % n), "big") - int.from_bytes(max(slots), "big")
                if not least or gap < least[-1]:
                    least.append(gap)

        inputs(0, [0] * self.neurons, 0)
        return least[-1]


def check_bytes(data: bytes) -> Verdict:
    try:
        return Verdict("VERIFIED", "", Certificate(load(data)).check())
    except Stop as stop:
        return Verdict(*stop.args[0])
    except (ArithmeticError, AttributeError, LookupError, MemoryError, RuntimeError, TypeError, ValueError) as error:
        return Verdict("MALFORMED", "", f"the checker gave up ({type(error).__name__})")


def main(arguments: list[str]) -> int:
    if not arguments:
        print("usage: python recheck.py FILE...", file=sys.stderr)
        return 2
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    worst = 0
    for name in arguments:
        try:
            with open(name, "rb") as file:
                verdict = check_bytes(file.read(FILE_BYTES + 1))
        except (OSError, ValueError) as error:
            verdict = Verdict("MALFORMED", "", f"cannot be read ({type(error).__name__})")
        print(f"{verdict.status} {name}: {verdict.detail}")
        worst = max(worst, ["VERIFIED", "REJECTED", "MALFORMED"].index(verdict.status))
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
