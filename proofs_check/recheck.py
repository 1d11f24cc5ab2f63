"""Second checker of certificates about gamma*, written from FORMAT.md alone; rational arithmetic by python-flint.

python recheck.py FILE...        exit code: the largest of 0 VERIFIED, 1 REJECTED, 2 MALFORMED
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

try:
    from flint import arb, ctx, fmpq, fmpq_poly, fmpz, fmpz_mat
except ImportError:
    if __name__ != "__main__":
        raise
    print("recheck: python-flint is needed and is not installed", file=sys.stderr)
    raise SystemExit(2) from None

FILE_BYTES, MAX_INT, MAX_DIGITS, MAX_K, MAX_RADICAND, MAX_TERMS = 4_000_000, 2**8192, 2467, 64, 10**18, 64
WORK = 10**7
BIT_WORK = (
    2 * 10**8
)  # POPULATION: work times (1 + bits of a product / 256), so that long integers cannot stall the checker
SIGN_BITS = 2**22
DUAL_RULES = ["DUAL-FEASIBLE", "EXPAND", "FOURIER", "PLANCHEREL", "POWER-MEAN", "AM-GM"]
BLOCK_RULES = ["NORM", "PHASES", "AMPLITUDE", "TIES"]
FIELD = {
    "EXPAND": "coefficient",
    "FOURIER": "multipliers",
    "PLANCHEREL": "bounds",
    "POWER-MEAN": "bound",
    "AM-GM": "bound",
    "AMPLITUDE": "values",
    "TIES": "margins",
    "ROOT-BOUND": "roots",
    "POPULATION": "margin",
}
NAMES = [*DUAL_RULES, *BLOCK_RULES, "ROOT-BOUND", "POPULATION", "SUPPORT"]

Number = dict[int, fmpq]  # radicand -> non-zero coefficient


@dataclass(frozen=True)
class Verdict:
    status: str
    rule: str
    detail: str


class Malformed(Exception):
    """The file breaks the format."""


class Rejected(Exception):
    """A rule fails: (rule, place, got, expected)."""


def form(condition: bool, place: str, wanted: str) -> None:
    if not condition:
        raise Malformed(f"{place}: {wanted}")


def need(condition: bool, rule: str, place: str, got: object, expected: object) -> None:
    if not condition:
        raise Rejected(rule, place, show(got), show(expected))


def show(x: object) -> str:
    """Short text for any value, whatever its size."""
    if isinstance(x, dict):
        out = " + ".join(show(c) + ("" if r == 1 else f"*sqrt({r})") for r, c in sorted(x.items())) or "0"
    elif isinstance(x, fmpq):
        out = show(int(x.p)) + ("" if x.q == 1 else "/" + show(int(x.q)))
    elif isinstance(x, int) and x.bit_length() > 400:
        out = f"({x.bit_length()}-bit integer)"
    else:
        out = x if isinstance(x, str) else repr(x)
    out = out.encode("ascii", "backslashreplace").decode()
    return out if len(out) <= 300 else out[:300] + "..."


# Numbers: sums of rational multiples of square roots of squarefree integers


def rational(p: Any, q: Any = 1) -> Number:
    return {1: fmpq(p, q)} if p != 0 else {}


def add(x: Number, y: Number) -> Number:
    out = dict(x)
    for r, c in y.items():
        out[r] = out.get(r, fmpq(0)) + c
    return {r: c for r, c in out.items() if c != 0}


def mul(x: Number, y: Number) -> Number:
    out: Number = {}
    for r, c in x.items():
        for s, d in y.items():
            g = math.gcd(r, s)
            key = (r // g) * (s // g)
            out[key] = out.get(key, fmpq(0)) + c * d * g
    return {r: c for r, c in out.items() if c != 0}


def times(x: Number, p: Any, q: Any = 1) -> Number:
    return mul(x, rational(p, q))


def enclose(x: Number) -> arb:
    return sum((arb(c) * arb(r).sqrt() for r, c in x.items()), arb(0))


def decide(ball: Callable[[], arb]) -> int:
    """Sign of a real number known not to be 0, from enclosures of increasing precision."""
    before = ctx.prec
    try:
        ctx.prec = 128
        while ctx.prec <= SIGN_BITS:
            value = ball()
            if value > 0:
                return 1
            if value < 0:
                return -1
            ctx.prec = 2 * ctx.prec
    finally:
        ctx.prec = before
    raise Malformed("a sign is not decided by the precision this checker allows")


def sign(x: Number) -> int:
    return decide(lambda: enclose(x)) if x else 0


def compare(x: Number, y: Number) -> int:
    return sign(add(x, times(y, -1)))


def compare_square(x: Number, y: Number) -> int:
    """Sign of x - y^2."""
    return 0 if x == mul(y, y) else decide(lambda: enclose(x) - enclose(y) ** 2)


# Form of the parts


def keys(x: Any, wanted: list[str], place: str) -> dict[str, Any]:
    form(isinstance(x, dict), place, "an object is wanted")
    form(set(x) == set(wanted), place, f"the keys have to be {sorted(wanted)}")
    return x


def items(x: Any, place: str, count: int | None = None) -> list[Any]:
    form(isinstance(x, list), place, "a list is wanted")
    form(count is None or len(x) == count, place, "wrong number of entries")
    return x


def integer(x: Any, place: str) -> int:
    form(type(x) is int, place, "an integer is wanted")
    return x


def coprime(p: Any, q: Any, place: str) -> fmpq:
    form(type(p) is int and type(q) is int, place, "integers are wanted")
    form(q >= 1 and math.gcd(p, q) == 1, place, "a reduced fraction with positive denominator is wanted")
    return fmpq(p, q)


def fraction(x: Any, place: str) -> fmpq:
    return coprime(*items(x, place, 2), place)


@cache
def squarefree(r: int) -> bool:
    return all(e == 1 for _, e in fmpz(r).factor())


def number(x: Any, place: str) -> Number:
    out: Number = {}
    last = 0
    form(len(items(x, place)) <= MAX_TERMS, place, "too many terms")
    for term in x:
        r, p, q = items(term, place, 3)
        form(last < integer(r, place) < MAX_RADICAND, place, "radicands have to be positive, ascending and below 10^18")
        form(squarefree(r), place, "a radicand is not squarefree")
        out[r], last = coprime(p, q, place), r
        form(p != 0, place, "a term is zero")
    return out


def numbers(x: Any, wanted: list[str], place: str) -> dict[str, Number]:
    return {key: number(value, f"{place}.{key}") for key, value in keys(x, wanted, place).items()}


# JSON


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    form(len(out) == len(pairs), "bytes", "a key stands twice")
    return out


def read_integer(text: str) -> int:
    form(len(text.lstrip("-")) <= MAX_DIGITS and abs(int(text)) < MAX_INT, "bytes", "an integer is too large")
    return int(text)


def no_float(text: str) -> Any:
    raise Malformed(f"bytes: {show(text)} is not an integer")


def canonical(x: Any) -> bytes:
    return (json.dumps(x, sort_keys=True, separators=(",", ":")) + "\n").encode("ascii")


def load(data: bytes) -> dict[str, Any]:
    form(len(data) <= FILE_BYTES, "bytes", "the file is too long")
    try:
        x = json.loads(
            data.decode("ascii"),
            object_pairs_hook=unique,
            parse_int=read_integer,
            parse_float=no_float,
            parse_constant=no_float,
        )
        form(isinstance(x, dict), "bytes", "an object is wanted")
        form(canonical(x) == data, "bytes", "not in canonical form")
    except (ValueError, RecursionError) as error:  # nesting of more than a few levels fits no part of the format anyway
        raise Malformed(f"bytes: no canonical JSON ({type(error).__name__})") from None
    digest = hashlib.sha256(canonical({key: value for key, value in x.items() if key != "sha256"})).hexdigest()
    form(x.get("sha256") == digest, "sha256", "not the digest of the other keys")
    return x


# Lists of phases


@dataclass(frozen=True)
class PhaseList:
    denominator: int  # of the phases
    columns: list[list[int]]  # per coordinate, the phase of each neuron times the denominator
    outputs: list[int]
    shares: list[int]  # times share_denominator
    share_denominator: int


def vectors(k: int) -> int:
    """Number of integer vectors of length k with sum of sizes at most k and of the parity of k."""
    return sum(
        math.comb(k, i) * math.comb(t - 1, i - 1) * 2**i if t else 1
        for t in range(k % 2, k + 1, 2)
        for i in range(1, max(t, 1) + 1)
    )


def class_count(k: int, order: int) -> int:
    """Number of classes modulo `order` of these vectors, from the least even and odd size of each residue."""
    least = []
    for r in range(order):
        sizes = [abs(x) for x in range(-k, k + 1) if (x - r) % order == 0]
        least.append(tuple(min((s for s in sizes if s % 2 == parity), default=k + 1) for parity in (0, 1)))
    states = Counter({(0, k + 1): 1})
    for _ in range(k):
        following: Counter[tuple[int, int]] = Counter()
        for (a, b), count in states.items():
            for e, o in least:
                following[min(k + 1, a + e, b + o), min(k + 1, a + o, b + e)] += count
        states = following
    return sum(count for pair, count in states.items() if pair[k % 2] <= k)


def orders(n: int, k: int, kind: str) -> list[int]:
    if kind == "sign":
        return [2]
    return [d for d in range(3, 2 * k + 1) if n % d == 0] + ([2 * k + 1] if n > 2 * k else [])


def parse_phase_list(x: list[Any], n: int, k: int, kind: str, place: str) -> tuple[PhaseList, int, int]:
    """The list and its two counts of work."""
    form(len(x) >= 1, place, "no neuron")
    sizes = orders(n, k, kind)
    steps = vectors(k) * len(x) * len(sizes)
    form(steps <= WORK, place, "too much work")
    rows, denominator, share_denominator = [], 1, 1
    for i, neuron in enumerate(x):
        where = f"{place}[{i}]"
        keys(neuron, ["phases", "output", "share"], where)
        row = tuple(fraction(phase, where) for phase in items(neuron["phases"], where, k))
        row, share = (row, fraction(neuron["output"], where)), fraction(neuron["share"], where)
        form(share > 0, where, "the share has to be positive")
        for phase in (*row[0], row[1]):
            form(0 <= phase < 1, where, "phases have to be at least 0 and below 1")
            form(kind != "sign" or phase * 2 in (0, 1), where, "a phase of a sign block has to be 0 or 1/2")
            denominator = math.lcm(denominator, int(phase.q))
            form(denominator <= WORK, place, "too much work")
        form(not rows or rows[-1][0] < row, where, "the neurons have to be ascending")
        rows.append((row, share))
        share_denominator = math.lcm(share_denominator, int(share.q))
        form(share_denominator < MAX_INT, place, "the common denominator of the shares is too large")
    cells = denominator * sum(class_count(k, order) for order in sizes)
    form(cells <= WORK, place, "too much work")
    columns = [[int((row[0][j] * denominator).p) for row, _ in rows] for j in range(k)]
    outputs = [int((row[1] * denominator).p) for row, _ in rows]
    shares = [int((share * share_denominator).p) for _, share in rows]
    return PhaseList(denominator, columns, outputs, shares, share_denominator), steps, cells


@cache
def coefficient(sizes: tuple[int, ...]) -> int:
    """Coefficient of e^(i m.x) in (sum_j 2 cos x_j)^k for |m_j| = sizes."""
    k = len(sizes)
    half = (k - sum(sizes)) // 2
    product = fmpq_poly([1])
    for a in sizes:
        product *= fmpq_poly([fmpq(1, math.factorial(r) * math.factorial(r + a)) for r in range(half + 1)])
    return int((product[half] * math.factorial(k)).p)


def vanishes(c: dict[int, int], d: int) -> bool:
    """Whether sum of c_e zeta_d^e is 0, one prime p of d at a time. If p divides d/p, the powers 1, zeta_d, ..,
    zeta_d^(p-1) are a basis over Q(zeta_(d/p)); else zeta_d^e = zeta_p^(e u) zeta_(d/p)^(e v), and the only relation of
    the p powers of zeta_p is that their sum is 0, so that the p parts have to be equal."""
    if d == 1:
        return sum(c.values()) == 0
    p = int(max(prime for prime, _ in fmpz(d).factor()))
    q = d // p
    parts: dict[int, dict[int, int]] = {}
    inverse = 0 if q % p == 0 else pow(p, -1, q)
    for e, value in c.items():
        part = parts.setdefault(e % p, {})
        rest = e // p if q % p == 0 else e * inverse % q
        part[rest] = part.get(rest, 0) + value
    reference = min(parts.values(), key=len) if q % p and len(parts) == p else {}
    for part in parts.values():
        if part is not reference and part != reference:
            differences = {e: part.get(e, 0) - reference.get(e, 0) for e in part.keys() | reference.keys()}
            if not vanishes({e: value for e, value in differences.items() if value}, q):
                return False
    return True


Partial = tuple[int, tuple[int, ...], list[int]]  # sum of sizes, sizes, exponents of the neurons


def classes(p: PhaseList, k: int, order: int) -> Iterator[tuple[tuple[int, ...], list[Partial]]]:
    """Every class of exponents with its members."""
    lifts = [[x for x in range(-k, k + 1) if (x - r) % order == 0] for r in range(order)]

    def extend(residues: tuple[int, ...], members: list[Partial]) -> Iterator[tuple[tuple[int, ...], list[Partial]]]:
        j = len(residues)
        if j == k:
            members = [member for member in members if (k - member[0]) % 2 == 0]
            if members:
                yield residues, members
            return
        for r in range(order):
            longer = [
                (total + abs(x), (*sizes, abs(x)), [e + x * a for e, a in zip(exponents, p.columns[j], strict=True)])
                for total, sizes, exponents in members
                for x in lifts[r]
                if total + abs(x) <= k
            ]
            if longer:
                yield from extend((*residues, r), longer)

    yield from extend((), [(0, (), p.outputs)])


def check_phase_list(p: PhaseList, k: int, order: int, place: str) -> None:
    for residues, members in classes(p, k, order):
        total: dict[int, int] = {}
        wanted = residues == (order - 1,) * k
        for _, sizes, exponents in members:
            factor = coefficient(tuple(sorted(sizes)))
            for e, share in zip(exponents, p.shares, strict=True):
                e %= p.denominator
                total[e] = total.get(e, 0) + factor * share
            if wanted:
                total[0] = total.get(0, 0) - factor * p.share_denominator
        need(
            vanishes(total, p.denominator),
            "PHASES",
            place,
            f"another sum for the exponents {residues} modulo {order}",
            "the whole coefficient" if wanted else "0",
        )


# The certificate


class Certificate:
    """Form of everything in the constructor, then `check`."""

    def __init__(self, x: dict[str, Any]) -> None:
        claim = x.get("claim")
        sense = claim.get("sense") if isinstance(claim, dict) else None
        form(sense in ("equal", "lower", "upper", "enclosure"), "claim.sense", "unknown")
        self.sense: str = sense
        parts = [part for part, without in (("dual", "lower"), ("primal", "upper")) if sense != without]
        keys(x, ["format", "version", "claim", "task", "norm", "rules", "sha256", *parts], "file")
        form(x["format"] == "algebraic-margin certificate", "format", "unknown")
        form(integer(x["version"], "version") == 1, "version", "unknown")
        keys(claim, ["quantity", "sense", "value"], "claim")
        form(claim["quantity"] in ("margin", "squared_margin"), "claim.quantity", "unknown")
        self.squared = claim["quantity"] == "squared_margin"
        pair = items(claim["value"], "claim.value", 2) if sense == "enclosure" else [claim["value"]]
        self.values = [number(v, "claim.value") for v in pair]
        task = keys(x["task"], ["kind", "n", "k"], "task")
        form(task["kind"] == "modular_addition", "task.kind", "unknown")
        self.n, self.k = integer(task["n"], "task.n"), integer(task["k"], "task.k")
        form(self.n >= 2 and 1 <= self.k <= MAX_K, "task", "n >= 2 and 1 <= k <= 64 are wanted")
        self.norm = keys(x["norm"], ["inner", "outer"], "norm")
        form(type(self.norm["inner"]) is int and type(self.norm["outer"]) is int, "norm", "integers are wanted")
        self.kinds = (["rotation"] if self.n >= 3 else []) + (["sign"] if self.n % 2 == 0 else [])
        self.counts = {"rotation": (self.n + 1) // 2 - 1, "sign": 1}
        self.primal, self.neurons = "", 0
        if "dual" in parts:
            self.parse_dual(x["dual"])
        if "primal" in parts:
            form(isinstance(x["primal"], dict), "primal", "an object is wanted")
            self.primal = x["primal"].get("kind")
            form(
                self.primal == "blocks" or (self.primal == "weights" and sense != "equal"),
                "primal.kind",
                "blocks are wanted" if sense == "equal" else "unknown",
            )
            self.parse_blocks(x["primal"]) if self.primal == "blocks" else self.parse_weights(x["primal"])
        self.names = DUAL_RULES if "dual" in parts else []
        if self.primal:
            weights = (["ROOT-BOUND"] if self.k % 2 == 0 else []) + ["POPULATION"]
            self.names = self.names + (BLOCK_RULES if self.primal == "blocks" else weights)
        self.names = self.names + (["SUPPORT"] if sense == "equal" else [])
        self.parse_rules(items(x["rules"], "rules"))

    def parse_dual(self, x: Any) -> None:
        keys(x, ["inputs", "class_weights"], "dual")
        inputs = keys(x["inputs"], ["count", "each"], "dual.inputs")
        self.input_count = integer(inputs["count"], "dual.inputs.count")
        self.input_each = fraction(inputs["each"], "dual.inputs.each")
        form(len(items(x["class_weights"], "dual.class_weights")) in (1, 2), "dual.class_weights", "wrong length")
        entries = [keys(e, ["differences", "count", "each"], "dual.class_weights") for e in x["class_weights"]]
        shape = [e["differences"] for e in entries]
        form(
            shape == ["all"] or (shape == ["odd", "even"] and self.n % 2 == 0 and self.n > 2),
            "dual.class_weights",
            "one entry `all`, or `odd` and `even` for an even n > 2",
        )
        self.weight_counts = {e["differences"]: integer(e["count"], "dual.class_weights") for e in entries}
        self.weights = {e["differences"]: number(e["each"], "dual.class_weights") for e in entries}

    def parse_blocks(self, x: Any) -> None:
        blocks = items(keys(x, ["kind", "blocks"], "primal")["blocks"], "primal.blocks", len(self.kinds))
        self.masses: dict[str, Number] = {}
        self.phases: dict[str, PhaseList | tuple[bool, fmpq]] = {}
        steps = cells = 0
        for i, (kind, block) in enumerate(zip(self.kinds, blocks, strict=True)):
            place = f"primal.blocks[{i}]"
            keys(block, ["frequencies", "mass_each", "phases"], place)
            first, last = (integer(z, place) for z in items(block["frequencies"], place, 2))
            wanted = (1, self.counts["rotation"]) if kind == "rotation" else (self.n // 2, self.n // 2)
            form((first, last) == wanted, f"{place}.frequencies", f"{show(wanted)} are wanted")
            self.masses[kind] = number(block["mass_each"], f"{place}.mass_each")
            p = block["phases"]
            form(isinstance(p, dict) and p.get("kind") in ("group", "list"), f"{place}.phases", "unknown")
            if p["kind"] == "group":
                turn = fraction(keys(p, ["kind", "joint", "turn"], f"{place}.phases")["turn"], f"{place}.phases.turn")
                form(type(p["joint"]) is bool and 0 < turn < 1, f"{place}.phases", "no group")
                self.phases[kind] = (p["joint"], turn)
            else:
                where = f"{place}.phases.neurons"
                neurons = items(keys(p, ["kind", "neurons"], f"{place}.phases")["neurons"], where)
                self.phases[kind], s, c = parse_phase_list(neurons, self.n, self.k, kind, where)
                steps, cells = steps + s, cells + c
        form(steps <= WORK and cells <= WORK, "primal.blocks", "too much work")

    def parse_weights(self, x: Any) -> None:
        keys(x, ["kind", "denominator", "U", "W"], "primal")
        n, k = self.n, self.k
        self.denominator = integer(x["denominator"], "primal.denominator")
        form(self.denominator >= 1, "primal.denominator", "at least 1 is wanted")
        m = self.neurons = len(items(x["W"], "primal.W"))
        form(m >= 1, "primal.W", "no neuron")
        form(n**k * m * (n + k) <= WORK, "primal", "too much work")
        tables = [items(table, f"primal.U[{j}]", n) for j, table in enumerate(items(x["U"], "primal.U", k))]
        rows = [items(row, "primal.U", m) for table in tables for row in table]
        outputs = [items(row, "primal.W", n) for row in x["W"]]
        for row in (*rows, *outputs):
            form(all(type(v) is int for v in row), "primal", "integers are wanted")
        self.squares = [sum(row[i] ** 2 for row in rows) + sum(v**2 for v in outputs[i]) for i in range(m)]
        form(all(s > 0 for s in self.squares), "primal", "a neuron is all zero")
        bits = [max(v.bit_length() for row in part for v in row) for part in (rows, outputs)]
        self.bits = k * (bits[0] + k.bit_length()) + bits[1]
        form(n**k * m * (n + k) * (256 + self.bits) <= 256 * BIT_WORK, "primal", "too much work with long integers")
        self.inputs = [[[fmpz(v) for v in row] for row in table] for table in tables]
        self.outputs = fmpz_mat(outputs)

    def parse_rules(self, rules: list[Any]) -> None:
        self.rules: dict[str, Any] = {}
        self.found: list[str] = []
        self.places: dict[str, str] = {}
        differences = ["all"] if self.n % 2 or self.n == 2 else ["odd", "even"]
        for i, x in enumerate(rules):
            place = f"rules[{i}]"
            form(isinstance(x, dict) and type(x.get("rule")) is str, place, "an object with a rule's name is wanted")
            name = x["rule"]
            self.found.append(name)
            if name not in NAMES:
                continue
            field = FIELD.get(name)
            keys(x, ["rule", field] if field else ["rule"], place)
            if name in self.places or not field:
                self.places.setdefault(name, place)
                continue
            value, place = x[field], f"{place}.{field}"
            self.places[name] = place
            if name == "EXPAND":
                self.rules[name] = integer(value, place)
            elif name in ("POWER-MEAN", "AM-GM"):
                self.rules[name] = number(value, place)
            elif name == "POPULATION":
                self.rules[name] = fraction(value, place)
            elif name == "ROOT-BOUND":
                self.rules[name] = [fraction(v, place) for v in items(value, place, self.neurons or None)]
            else:
                self.rules[name] = numbers(value, differences if name == "TIES" else self.kinds, place)

    def check(self) -> str:
        """Every rule in order; the proved statement in words."""
        expected = {"inner": 2, "outer": self.k + 1}
        need(self.norm == expected, "NORM-EXPONENT", "norm", repr(self.norm), repr(expected))
        need(self.found == self.names, "RULES", "rules", ", ".join(self.found), ", ".join(self.names))
        for name in self.names:
            getattr(self, "check_" + name.lower().replace("-", "_"))()
        return self.check_claim()

    def check_dual_feasible(self) -> None:
        rule, n, place = "DUAL-FEASIBLE", self.n, "dual.class_weights"
        need(self.input_count == n**self.k, rule, "dual.inputs.count", self.input_count, n**self.k)
        need(
            self.input_each >= 0 and self.input_each * self.input_count == 1,
            rule,
            "dual.inputs.each",
            self.input_each,
            fmpq(1, n**self.k),
        )
        total: Number = {}
        for name, each in self.weights.items():
            count = {"all": n - 1, "odd": n // 2, "even": n // 2 - 1}[name]
            need(sign(each) >= 0, rule, f"{place} {name} each", each, "at least 0")
            need(self.weight_counts[name] == count, rule, f"{place} {name} count", self.weight_counts[name], count)
            total = add(total, times(each, count))
        need(total == rational(1), rule, place, total, "sum 1")

    def check_expand(self) -> None:
        got, wanted = self.rules["EXPAND"], math.factorial(self.k)
        need(got == wanted, "EXPAND", self.places["EXPAND"], got, wanted)

    def check_fourier(self) -> None:
        even = self.weights["all"] if "all" in self.weights else self.weights["even"]
        at_half = add(rational(1), even)
        if "odd" in self.weights:
            half = self.n // 2
            at_half = add(rational(1), add(times(self.weights["odd"], half), times(even, 1 - half)))
        for kind, got in self.rules["FOURIER"].items():
            wanted = add(rational(1), even) if kind == "rotation" else at_half
            need(got == wanted, "FOURIER", f"{self.places['FOURIER']}.{kind}", got, wanted)

    def check_plancherel(self) -> None:
        n, k = self.n, self.k
        for kind, bound in self.rules["PLANCHEREL"].items():
            place = f"{self.places['PLANCHEREL']}.{kind}"
            multiplier, delta = self.rules["FOURIER"][kind], 2 if kind == "rotation" else 1
            scale = self.rules["EXPAND"] ** 2 * n ** (k - 1), n ** (2 * k) * delta ** (k - 1)
            need(sign(bound) >= 0, "PLANCHEREL", place, bound, "at least 0")
            square, wanted = mul(bound, bound), times(mul(multiplier, multiplier), *scale)
            need(square == wanted, "PLANCHEREL", f"{place}, squared", square, wanted)

    def check_power_mean(self) -> None:
        got, bounds = self.rules["POWER-MEAN"], list(self.rules["PLANCHEREL"].values())
        largest = bounds[0] if compare(bounds[0], bounds[-1]) >= 0 else bounds[-1]
        need(got == largest, "POWER-MEAN", self.places["POWER-MEAN"], got, largest)

    def check_am_gm(self) -> None:
        bound, before, place, k = self.rules["AM-GM"], self.rules["POWER-MEAN"], self.places["AM-GM"], self.k
        need(sign(bound) >= 0, "AM-GM", place, bound, "at least 0")
        square, wanted = mul(bound, bound), times(mul(before, before), 1, (k + 1) ** (k + 1))
        need(square == wanted, "AM-GM", f"{place}, squared", square, wanted)
        self.upper = bound

    def check_norm(self) -> None:
        total: Number = {}
        for i, kind in enumerate(self.kinds):
            need(sign(self.masses[kind]) > 0, "NORM", f"primal.blocks[{i}].mass_each", self.masses[kind], "more than 0")
            total = add(total, times(self.masses[kind], self.counts[kind]))
        need(total == rational(1), "NORM", "primal.blocks, sum of the masses", total, 1)
        for i, kind in enumerate(self.kinds):
            p = self.phases[kind]
            if isinstance(p, PhaseList):
                place, shares = f"primal.blocks[{i}].phases.neurons, sum of the shares", sum(p.shares)
                need(shares == p.share_denominator, "NORM", place, fmpq(shares, p.share_denominator), 1)

    def check_phases(self) -> None:
        for i, kind in enumerate(self.kinds):
            p, place = self.phases[kind], f"primal.blocks[{i}].phases"
            if isinstance(p, PhaseList):
                for order in orders(self.n, self.k, kind):
                    check_phase_list(p, self.k, order, place)
            elif kind == "sign":
                need(p[1] == fmpq(1, 2), "PHASES", f"{place}.turn", p[1], "1/2")
            else:
                least = self.k if p[0] else 1
                need((p[1] * 2).q > least, "PHASES", f"{place}.turn", p[1], f"2 turn of denominator more than {least}")

    def check_amplitude(self) -> None:
        n, k = self.n, self.k
        for kind, value in self.rules["AMPLITUDE"].items():
            place, rotation = f"{self.places['AMPLITUDE']}.{kind}", kind == "rotation"
            need(sign(value) > 0, "AMPLITUDE", place, value, "more than 0")
            wanted = rational(
                math.factorial(k) ** 2 * (2 if rotation else 1) ** (k + 1),
                ((k + 1) * n) ** (k + 1) * (4**k if rotation else 1),
            )
            square = mul(value, value)
            need(square == wanted, "AMPLITUDE", f"{place}, squared", square, wanted)

    def check_ties(self) -> None:
        parts = {kind: mul(self.masses[kind], self.rules["AMPLITUDE"][kind]) for kind in self.kinds}
        r, margins, place = self.counts["rotation"], self.rules["TIES"], self.places["TIES"]
        if self.n == 2:
            wanted = {"all": times(parts["sign"], 2)}
        elif self.n % 2:
            wanted = {"all": times(parts["rotation"], 2 * r + 1, 2)}
        else:
            wanted = {
                "odd": add(times(parts["rotation"], r), times(parts["sign"], 2)),
                "even": times(parts["rotation"], r + 1),
            }
        for name, value in wanted.items():
            need(margins[name] == value, "TIES", f"{place}.{name}", margins[name], value)
        values = list(wanted.values())
        self.lower = values[0] if compare(values[0], values[-1]) <= 0 else values[-1]
        need(sign(self.lower) >= 0, "TIES", place, self.lower, "at least 0")

    def check_root_bound(self) -> None:
        for i, (root, square) in enumerate(zip(self.rules["ROOT-BOUND"], self.squares, strict=True)):
            place = f"{self.places['ROOT-BOUND']}[{i}]"
            need(root >= 0, "ROOT-BOUND", place, root, "at least 0")
            scaled = root * self.denominator
            need(
                scaled.p**2 >= square * scaled.q**2,
                "ROOT-BOUND",
                place,
                root,
                f"square at least {show(fmpq(square, self.denominator**2))}",
            )

    def input_sums(self, j: int, label: int, sums: list[fmpz]) -> Iterator[tuple[int, list[fmpz]]]:
        """Every input's label and the neurons' sums."""
        if j == self.k:
            yield label % self.n, sums
            return
        for a, row in enumerate(self.inputs[j]):
            yield from self.input_sums(j + 1, label + a, [s + u for s, u in zip(sums, row, strict=True)])

    def least_margin(self) -> fmpq:
        least: fmpz | None = None
        labels: list[int] = []
        powers: list[list[fmpz]] = []
        chunk = max(1, 2**27 // ((self.neurons + self.n) * (self.bits + 512)))
        left = self.n**self.k
        for label, sums in self.input_sums(0, 0, [fmpz(0)] * self.neurons):
            labels.append(label)
            powers.append([s**self.k for s in sums])
            left -= 1
            if len(labels) == chunk or left == 0:
                for y, row in zip(labels, (fmpz_mat(powers) * self.outputs).tolist(), strict=True):
                    own = row.pop(y)
                    margin = own - max(row)
                    least = margin if least is None or margin < least else least
                labels, powers = [], []
        return fmpq(least, fmpz(self.denominator) ** (self.k + 1))

    def check_population(self) -> None:
        got, place, k = self.rules["POPULATION"], self.places["POPULATION"], self.k
        wanted = self.least_margin()
        need(got == wanted, "POPULATION", place, got, wanted)
        need(got >= 0, "POPULATION", place, got, "at least 0")
        roots = self.rules["ROOT-BOUND"] if k % 2 == 0 else [fmpq(1)] * self.neurons
        power = k // 2 if k % 2 == 0 else (k + 1) // 2
        tree = [(fmpz(s) ** power * root.p, root.q) for s, root in zip(self.squares, roots, strict=True)]
        while len(tree) > 1:  # no reduction on the way, and operands of like length
            pairs = [
                (a * d + b * c if b != d else a + c, b * d if b != d else b)
                for (a, b), (c, d) in zip(tree[::2], tree[1::2], strict=False)
            ]
            tree = pairs + tree[2 * len(pairs) :]
        total, bottom = tree[0]
        self.lower = rational(got.p * bottom * fmpz(self.denominator) ** (2 * power), got.q * total)

    def check_support(self) -> None:
        for name, weight in self.weights.items():
            for margin in self.rules["TIES"] if name == "all" else [name]:
                got = self.rules["TIES"][margin]
                need(not weight or got == self.lower, "SUPPORT", f"{self.places['TIES']}.{margin}", got, self.lower)
        for kind, got in self.rules["PLANCHEREL"].items():
            wanted = self.rules["POWER-MEAN"]
            need(got == wanted, "SUPPORT", f"{self.places['PLANCHEREL']}.{kind}", got, wanted)

    def check_claim(self) -> str:
        def need_claim(condition: bool, v: Number, relation: str, bound: Number) -> None:
            expected = f"a value {relation} " + (f"({show(bound)})^2" if self.squared else show(bound))
            need(condition, "CLAIM", "claim.value", v, expected)

        order = compare_square if self.squared else compare
        low, high, sense = self.values[0], self.values[-1], self.sense
        for v in self.values if self.squared else []:
            need(sign(v) >= 0, "CLAIM", "claim.value", v, "at least 0")
        if sense == "equal":
            for bound in (self.upper, self.lower):
                need_claim((mul(bound, bound) if self.squared else bound) == low, low, "=", bound)
        if sense in ("lower", "enclosure"):
            need_claim(order(low, self.lower) <= 0, low, "<=", self.lower)
        if sense in ("upper", "enclosure"):
            need_claim(order(high, self.upper) >= 0, high, ">=", self.upper)
        quantity = "gamma*^2" if self.squared else "gamma*"
        words = {
            "equal": f"{quantity} = {show(low)}",
            "lower": f"{quantity} >= {show(low)}",
            "upper": f"{quantity} <= {show(high)}",
            "enclosure": f"{show(low)} <= {quantity} <= {show(high)}",
        }
        return f"{words[sense]} for {self.k}-input addition modulo {show(self.n)}"


def check_bytes(data: bytes) -> Verdict:
    try:
        return Verdict("VERIFIED", "", Certificate(load(data)).check())
    except Rejected as error:
        rule, place, got, expected = error.args
        return Verdict("REJECTED", rule, f"{rule} at {place}: got {got}, expected {expected}")
    except Malformed as error:
        return Verdict("MALFORMED", "", str(error))
    except Exception as error:  # a file never gets a traceback, nor a better verdict than this one
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
