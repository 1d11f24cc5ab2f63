"""The trusted kernel: checks certificates of FORMAT.md with bare Python. No search, no tolerance, no floating point.

    python3 -I -S proofs_check/check.py FILE...

One verdict per file: VERIFIED (exit code 0), REJECTED by a named rule (1), MALFORMED (2); the worst is the exit code.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import namedtuple
from collections.abc import Iterable
from fractions import Fraction
from itertools import chain, groupby, pairwise, product, repeat
from math import comb, factorial, gcd, isqrt, lcm
from operator import mul
from typing import Any, NoReturn

MOST_BYTES, MOST_BITS, MOST_WORK = 4_000_000, 8192, 10**7
MOST_K, MOST_N, MOST_RADICAND, MOST_TERMS, MOST_RULES = 64, 2**256, 10**15, 4, 12
MOST_COMMON = 2**1024  # common denominator of shares, or of roots
Number = dict[int, Fraction]  # squarefree radicand: non-zero coefficient
DUAL_RULES = ["DUAL-FEASIBLE", "EXPAND", "FOURIER", "PLANCHEREL", "POWER-MEAN", "AM-GM"]
EXIT_CODES = {"VERIFIED": 0, "REJECTED": 1, "MALFORMED": 2}
BLOCK_RULES = ["NORM", "PHASES", "AMPLITUDE", "TIES"]


class Malformed(Exception):
    """The file is no certificate: sections 2 to 6 are broken in form, or a limit is exceeded."""


class Rejected(Exception):  # a rule does not hold
    def __init__(self, rule: str, place: str, got: object, expected: object) -> None:
        super().__init__(f"{rule} at {place}: got {_short(got)}, expected {_short(expected)}")
        self.rule = rule


Verdict = namedtuple("Verdict", "status rule detail")  # of texts; the status is a key of EXIT_CODES


def _short(value: Any) -> str:
    try:
        if not isinstance(value, dict):
            text = str(value)
        elif all(isinstance(q, Fraction) for q in value.values()):
            text = " + ".join(f"{q}*sqrt({r})" if r > 1 else str(q) for r, q in value.items()) or "0"
        else:
            text = ", ".join(f"{key}: {_short(part)}" for key, part in value.items())
    except (ValueError, RecursionError):  # Python prints no integer of more than 4300 digits, no list nested deep
        text = "a value too long to print"
    return text if len(text) <= 120 else text[:117] + "..."


def _require(held: bool, rule: str, place: str, got: object, expected: object) -> None:
    if held is not True:
        raise Rejected(rule, place, got, expected)


def _sum(*numbers: Number) -> Number:
    total: Number = {}
    for number in numbers:
        for r, q in number.items():
            total[r] = total.get(r, Fraction(0)) + q
    return {r: q for r, q in total.items() if q != 0}


def _product(x: Number, y: Number) -> Number:
    parts = [(gcd(r, s), r, s, p * q) for (r, p), (s, q) in product(x.items(), y.items())]
    return _sum(*({(r // g) * (s // g): q * g} for g, r, s, q in parts))


def _rational(value: Fraction | int) -> Number:
    return _sum({1: Fraction(value)})


def _times(number: Number, factor: Fraction | int) -> Number:
    return _product(number, _rational(factor))


def _sign(number: Number) -> int:
    """By enclosures of the square roots, refined until the sum's enclosure excludes 0."""
    bits = 64
    while number:
        roots = [(q, isqrt(r << 2 * bits)) for r, q in number.items()]
        ends = [(q * root, q * (root + 1)) for q, root in roots]
        low, high = sum(map(min, ends)), sum(map(max, ends))
        if low > 0:
            return 1
        if high < 0:
            return -1
        bits *= 2
    return 0


def _at_least(x: Number, y: Number) -> bool:
    return _sign(_sum(x, _times(y, -1))) >= 0


# form, sections 2 to 6
def _fail(place: str, got: object, expected: object) -> NoReturn:
    raise Malformed(f"{place}: got {_short(got)}, expected {expected}")


def _integer(value: Any, place: str) -> int:
    held = type(value) is int and value.bit_length() <= MOST_BITS
    return value if held else _fail(place, value, f"an integer of at most {MOST_BITS} bits")


def _fraction(value: Any, place: str) -> Fraction:
    pair = _read(value, [_integer], place)
    reduced = len(pair) == 2 and pair[1] >= 1 and gcd(*pair) == 1
    return Fraction(*pair) if reduced else _fail(place, value, "a reduced fraction [p, q] with q >= 1")


def _common(values: Iterable[Fraction], most: int, place: str) -> int:
    """The least common denominator."""
    common = 1
    for value in values:
        common = lcm(common, value.denominator)
        if common > most:
            _fail(place, "a longer common denominator", f"at most {_short(most)}")
    return common


def _squarefree(r: int) -> bool:
    """By trial division to the cube root; what is left is 1, a prime, two primes, or a square."""
    p = 2
    while p * p * p <= r:
        if r % p == 0:
            r //= p
            if r % p == 0:
                return False
        p += 1
    return r == 1 or isqrt(r) ** 2 != r


def _number(value: Any, place: str) -> Number:
    terms: Number = {}
    for term in _read(value, [[_integer], MOST_TERMS], place):
        coefficient = _fraction(term[1:], place)
        if not max(terms, default=0) < term[0] < MOST_RADICAND or not _squarefree(term[0]) or coefficient == 0:
            _fail(place, value, "non-zero terms, squarefree radicands ascending below 10^15")
        terms[term[0]] = coefficient
    return terms


def _read(value: Any, schema: Any, place: str) -> Any:
    """A value of a schema: {key: schema} an object with exactly these keys, [schema] or [schema, most] a list,
    (text, ...) one of these texts, a function a leaf."""
    if isinstance(schema, dict):
        if not isinstance(value, dict) or sorted(value) != sorted(schema):
            _fail(place, value, f"an object with keys {sorted(schema)}")
        return {key: _read(value[key], part, f"{place}.{key}") for key, part in schema.items()}
    if isinstance(schema, list):
        if not isinstance(value, list) or len(value) > [*schema, MOST_BYTES][1]:
            _fail(place, value, f"a list of at most {[*schema, MOST_BYTES][1]}")
        return [_read(entry, schema[0], f"{place}[{i}]") for i, entry in enumerate(value)]
    if isinstance(schema, tuple):
        return value if value in schema else _fail(place, value, f"one of {schema}")
    return schema(value, place)


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _parse(data: bytes) -> dict[str, Any]:
    """Section 2: from bytes to an object, canonical, hashed."""
    if len(data) > MOST_BYTES:
        raise Malformed(f"got more, expected at most {MOST_BYTES} bytes")
    try:
        value = json.loads(data.decode("ascii"))
        canonical = _canonical(value)  # has no key twice; numbers that are no integers find no place in any form
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not JSON in ASCII: {_short(error)}") from error
    if canonical != data or not isinstance(value, dict):
        raise Malformed("not the canonical bytes of an object: sorted keys, no spaces, one newline at the end")
    digest = hashlib.sha256(_canonical({k: v for k, v in value.items() if k != "sha256"})).hexdigest()
    return value if value.get("sha256") == digest else _fail("sha256", value.get("sha256"), digest)


# the rules, section 7
class Checker:
    """Reads one certificate; each rule is a method that uses only what earlier rules established."""

    def __init__(self, data: bytes) -> None:
        file = _parse(data)
        claim = file.get("claim")
        sense = claim.get("sense") if isinstance(claim, dict) else None
        self.sense = _read(sense, ("equal", "lower", "upper", "enclosure"), "claim.sense")
        values = [_number, 2] if self.sense == "enclosure" else _number
        self.parts = [part for part, without in (("dual", "lower"), ("primal", "upper")) if self.sense != without]
        head = {
            "claim": {"quantity": ("margin", "squared_margin"), "sense": (self.sense,), "value": values},
            "format": ("algebraic-margin certificate",),
            "version": _integer,
            "task": {"kind": ("modular_addition",), "n": _integer, "k": _integer},
            "norm": {"inner": _integer, "outer": _integer},
            "rules": [lambda rule, _: rule, MOST_RULES],
            "sha256": lambda digest, _: digest,
        }
        self.file = _read(file, head | {part: lambda value, _: value for part in self.parts}, "file")
        self.n, self.k, claim = self.file["task"]["n"], self.file["task"]["k"], self.file["claim"]
        if not (self.file["version"] == 1 and 2 <= self.n < MOST_N and 1 <= self.k <= MOST_K):
            _fail("task", (self.file["version"], self.n, self.k), f"version 1, 2 <= n < 2^256, 1 <= k <= {MOST_K}")
        self.squared = claim["quantity"] == "squared_margin"
        self.values = claim["value"] if self.sense == "enclosure" else [claim["value"]] * 2
        if len(self.values) != 2:
            _fail("claim.value", len(self.values), "two numbers")
        self.kinds = [kind for kind, there in (("rotation", self.n >= 3), ("sign", self.n % 2 == 0)) if there]
        self.parities = ["odd", "even"] if len(self.kinds) == 2 else ["all"]
        self.rotations, self.delta, self.work, self.primal = (self.n - 1) // 2, {"rotation": 2, "sign": 1}, 0, ""
        self.masses, self.phases, self.lower, self.upper = dict[str, Number](), dict[str, Any](), Number(), Number()
        if "dual" in self.parts:
            self._read_dual()
        if "primal" in self.parts:
            self._read_primal()
        if self.work > MOST_WORK:
            _fail("primal", self.work, f"at most {MOST_WORK} steps of work")
        self.rules = [self._read_rule(rule, f"rules[{i}]") for i, rule in enumerate(self.file["rules"])]

    def _read_dual(self) -> None:
        entry = {"differences": ("all", "odd", "even"), "count": _integer, "each": _number}
        shape = {"inputs": {"count": _integer, "each": _fraction}, "class_weights": [entry, 2]}
        self.dual = _read(self.file["dual"], shape, "dual")
        names = [entry["differences"] for entry in self.dual["class_weights"]]
        if names not in (["all"], self.parities):
            _fail("dual.class_weights", names, 'one entry "all", or for even n > 2 "odd" then "even"')
        self.weights = {entry["differences"]: entry["each"] for entry in self.dual["class_weights"]}

    def _read_primal(self) -> None:
        primal = self.file["primal"]
        if isinstance(primal, dict) and primal.get("kind") == "weights" and self.sense != "equal":
            shape = {"kind": ("weights",), "denominator": _integer, "U": [[[_integer]]], "W": [[_integer]]}
            self._read_weights(_read(primal, shape, "primal"))
            return
        block = {"frequencies": [_integer], "mass_each": _number, "phases": lambda phases, _: phases}
        blocks = _read(primal, {"kind": ("blocks",), "blocks": [block, 2]}, "primal")["blocks"]
        ranges = {"rotation": [1, self.rotations], "sign": [self.n // 2, self.n // 2]}
        if [block["frequencies"] for block in blocks] != [ranges[kind] for kind in self.kinds]:
            _fail("primal.blocks", [block["frequencies"] for block in blocks], [ranges[kind] for kind in self.kinds])
        for kind, block in zip(self.kinds, blocks, strict=True):
            self.masses[kind] = block["mass_each"]
            self.phases[kind] = self._read_phases(block["phases"], kind, f"primal.blocks.{kind}.phases")
        self.primal = "blocks"

    def _read_phases(self, phases: Any, kind: str, place: str) -> Any:
        if isinstance(phases, dict) and phases.get("kind") == "group":
            group = _read(phases, {"kind": ("group",), "joint": lambda joint, _: joint, "turn": _fraction}, place)
            if not (isinstance(group["joint"], bool) and 0 < group["turn"] < 1):
                _fail(place, phases, "a boolean joint, 0 < turn < 1")
            return group
        entry = {"phases": [_fraction], "output": _fraction, "share": _fraction}
        read = _read(phases, {"kind": ("list",), "neurons": [entry]}, place)["neurons"]
        neurons, shares = [(*x["phases"], x["output"]) for x in read], [x["share"] for x in read]
        for angles, share in zip(neurons, shares, strict=True):
            halves = kind != "sign" or all(2 * x in (0, 1) for x in angles)
            if not (len(angles) == self.k + 1 and all(0 <= x < 1 for x in angles) and halves and share > 0):
                _fail(place, angles, f"{self.k} phases in [0, 1), halves at the frequency n/2, a positive share")
        if not neurons or any(not a < b for a, b in pairwise(neurons)):
            _fail(place, f"{len(neurons)} neurons", "at least one, strictly ascending by phases and output")
        whole, scale = _common(chain(*neurons), MOST_WORK, place), _common(shares, MOST_COMMON, place)
        primes = [p for p in range(2, whole + 1) if whole % p == 0 and all(p % d for d in range(2, isqrt(p) + 1))]
        exponents = sum(comb(self.k - 1, i) * comb(2 * self.k - i, self.k) for i in range(self.k))
        self.work += len(self._orders(kind)) * exponents * (self.k * len(neurons) + (1 + len(primes)) * whole)
        turns = [[x.numerator * (whole // x.denominator) for x in angles] for angles in neurons]
        parts = [share.numerator * (scale // share.denominator) for share in shares]
        return {"kind": "list", "turns": turns, "parts": parts, "scale": scale, "whole": whole, "primes": primes}

    def _read_weights(self, primal: dict[str, Any]) -> None:
        U, W, D = primal["U"], primal["W"], primal["denominator"]
        rows = (len(matrix) == self.n and all(len(row) == len(W) for row in matrix) for matrix in U)
        if not (D >= 1 and W and len(U) == self.k and all(rows) and all(len(row) == self.n for row in W)):
            _fail("primal", "weights", f"denominator >= 1, U {self.k} x {self.n} x m, W m x {self.n}, m >= 1")
        norms = [sum(x * x for x in w) + sum(row[i] ** 2 for matrix in U for row in matrix) for i, w in enumerate(W)]
        if 0 in norms:
            _fail("primal", "a neuron without weights", "no zero neurons")
        self.U, self.W, self.denominator, self.norms, self.primal = U, W, D, norms, "weights"
        n, k, bits = self.n, self.k, max(x.bit_length() for rows in (*U, W) for row in rows for x in row)
        self.slot = ((k + 1) * bits + k * k.bit_length() + len(W).bit_length() + 9) // 8  # bytes
        self.work += n**k * (4 + n + len(W) * (1 + (8 * self.slot * n * (k * bits + 60) + k * 2**15) // 2**17))

    def _read_rule(self, rule: Any, place: str) -> dict[str, Any]:
        """Every entry has the form of its name; whether it stands in the right place is for `run`."""
        kinds, parities = dict.fromkeys(self.kinds, _number), dict.fromkeys(self.parities, _number)
        names = (*DUAL_RULES, *BLOCK_RULES, "ROOT-BOUND", "POPULATION", "SUPPORT")
        name = _read(rule.get("rule") if isinstance(rule, dict) else None, names, f"{place}.rule")
        data: dict[str, Any] = {"EXPAND": {"coefficient": _integer}, "POPULATION": {"margin": _fraction}}
        data |= {"FOURIER": {"multipliers": kinds}, "PLANCHEREL": {"bounds": kinds}, "AMPLITUDE": {"values": kinds}}
        data |= {"POWER-MEAN": {"bound": _number}, "AM-GM": {"bound": _number}}
        data |= {"TIES": {"margins": parities}, "ROOT-BOUND": {"roots": [_fraction]}}
        read = dict(_read(rule, {"rule": (name,)} | data.get(name, {}), place))
        if self.primal == "weights" and len(read.get("roots", self.W)) != len(self.W):
            _fail(place, f"{len(read['roots'])} roots", f"one for each of {len(self.W)} neurons")
        _common(read.get("roots", []), MOST_COMMON, place)
        return read

    def run(self) -> str:
        """Apply the rules in their order, then compare the claim. Returns what was proved."""
        self._equal("NORM-EXPONENT", "norm", self.file["norm"], {"inner": 2, "outer": self.k + 1})
        weights_rules = ["ROOT-BOUND"] * (self.k % 2 == 0) + ["POPULATION"]
        order = DUAL_RULES * ("dual" in self.parts)
        order += {"blocks": BLOCK_RULES, "weights": weights_rules, "": []}[self.primal]
        order += ["SUPPORT"] * (self.sense == "equal")
        self._equal("RULES", "rules", [rule["rule"] for rule in self.rules], order)
        for rule in self.rules:
            data = [value for key, value in rule.items() if key != "rule"]
            getattr(self, "_rule_" + rule["rule"].lower().replace("-", "_"))(*data)
        return self._claim()

    def _equal(self, rule: str, place: str, got: Any, derived: Any) -> Any:
        """`got`, which must be the derived value."""
        _require(got == derived, rule, place, got, derived)
        return got

    def _roots(self, rule: str, got: dict[str, Number], squares: dict[str, Number]) -> dict[str, Number]:
        """`got`, whose entries must be the non-negative square roots of these."""
        for kind, square in squares.items():
            held = _sign(got[kind]) >= 0 and _product(got[kind], got[kind]) == square
            _require(held, rule, kind, got[kind], f"the square root of {_short(square)}")
        return got

    def _rule_dual_feasible(self) -> None:
        rule, inputs, entries = "DUAL-FEASIBLE", self.dual["inputs"], self.dual["class_weights"]
        self._equal(rule, "dual.inputs.count", inputs["count"], self.n**self.k)
        self._equal(rule, "dual.inputs.each", inputs["each"], Fraction(1, self.n**self.k))
        there = {"all": self.n - 1, "odd": self.n // 2, "even": self.n // 2 - 1}
        for entry in entries:
            self._equal(rule, f"{entry['differences']}.count", entry["count"], there[entry["differences"]])
            _require(_sign(entry["each"]) >= 0, rule, f"{entry['differences']}.each", entry["each"], "a weight >= 0")
        total = _sum(*(_times(entry["each"], entry["count"]) for entry in entries))
        self._equal(rule, "dual.class_weights", total, _rational(1))

    def _rule_expand(self, coefficient: int) -> None:
        self.coefficient = self._equal("EXPAND", "coefficient", coefficient, factorial(self.k))

    def _rule_fourier(self, multipliers: dict[str, Number]) -> None:
        odd, even = (self.weights[parity if parity in self.weights else "all"] for parity in ("odd", "even"))
        sign = _sum(_rational(1), _times(odd, Fraction(self.n, 2)), _times(even, 1 - Fraction(self.n, 2)))
        derived = {"rotation": _sum(_rational(1), even), "sign": sign}
        self.multipliers = self._equal("FOURIER", "multipliers", multipliers, {x: derived[x] for x in self.kinds})

    def _rule_plancherel(self, bounds: dict[str, Number]) -> None:
        scale = Fraction(self.coefficient**2, self.n ** (2 * self.k))
        spread = {kind: scale * Fraction(self.n, self.delta[kind]) ** (self.k - 1) for kind in self.kinds}
        squares = {x: _times(_product(y, y), spread[x]) for x, y in self.multipliers.items()}
        self.bounds = self._roots("PLANCHEREL", bounds, squares)

    def _rule_power_mean(self, bound: Number) -> None:
        largest = next(b for b in self.bounds.values() if all(_at_least(b, other) for other in self.bounds.values()))
        self.mean = self._equal("POWER-MEAN", "bound", bound, largest)

    def _rule_am_gm(self, bound: Number) -> None:
        square = _times(_product(self.mean, self.mean), Fraction(1, (self.k + 1) ** (self.k + 1)))
        self.upper = self._roots("AM-GM", {"bound": bound}, {"bound": square})["bound"]

    def _rule_norm(self) -> None:
        for kind, mass in self.masses.items():
            _require(_sign(mass) > 0, "NORM", f"{kind}.mass_each", mass, "a positive mass")
            if self.phases[kind]["kind"] == "list":
                shares = Fraction(sum(self.phases[kind]["parts"]), self.phases[kind]["scale"])
                self._equal("NORM", f"{kind}.shares", shares, 1)
        sizes = {"rotation": self.rotations, "sign": 1}
        total = _sum(*(_times(mass, sizes[kind]) for kind, mass in self.masses.items()))
        self._equal("NORM", "primal.blocks", total, _rational(1))

    def _rule_phases(self) -> None:
        for kind in self.kinds:
            phases = self.phases[kind]
            if phases["kind"] == "list":
                held = self._sums_vanish(phases, self._orders(kind))
            elif kind == "sign":
                held = phases["turn"] == Fraction(1, 2)
            else:
                held = (2 * phases["turn"]).denominator > (self.k if phases["joint"] else 1)
            _require(held, "PHASES", f"primal.blocks.{kind}", "an unwanted term", "the wanted cosine only")

    def _orders(self, kind: str) -> list[int]:
        """Orders of a block's frequencies, those above 2k as 2k + 1: n/N has order N, and 1 has order n."""
        small = [order for order in range(3, 2 * self.k + 1) if self.n % order == 0]
        return [2] if kind == "sign" else small + [2 * self.k + 1] * (self.n > 2 * self.k)

    def _sums_vanish(self, phases: dict[str, Any], orders: list[int]) -> bool:
        """Class by class of exponents, which come in the order of their residues."""
        whole, expansion = phases["whole"], self._expansion()
        for order in orders:
            classes = sorted(([x % order for x in m], m) for m in expansion)
            for residues, members in groupby(classes, lambda pair: pair[0]):
                sums = [0] * whole
                for _, m in members:
                    for angles, share in zip(phases["turns"], phases["parts"], strict=True):
                        sums[sum(map(mul, (*m, 1), angles)) % whole] += expansion[m] * share
                    sums[0] -= expansion[m] * phases["scale"] * all(x == order - 1 for x in residues)
                for p in phases["primes"]:
                    sums = [c - sums[j - whole // p] for j, c in enumerate(sums)]
                if any(sums):
                    return False
        return True

    def _expansion(self) -> dict[tuple[int, ...], int]:
        """Coefficients of (sum_j 2 cos x_j)^k."""
        terms = {(0,) * self.k: 1}
        for _ in range(self.k):
            shorter, terms = terms, {}
            for (m, coefficient), j, step in product(shorter.items(), range(self.k), (1, -1)):
                key = (*m[:j], m[j] + step, *m[j + 1 :])
                terms[key] = terms.get(key, 0) + coefficient
        return terms

    def _rule_amplitude(self, values: dict[str, Number]) -> None:
        unit, degree = Fraction(1, (self.k + 1) * self.n), self.k + 1
        squares = {"rotation": (2 * unit) ** degree / 4**self.k, "sign": unit**degree}
        derived = {kind: _rational(factorial(self.k) ** 2 * squares[kind]) for kind in self.kinds}
        self.amplitudes = self._roots("AMPLITUDE", values, derived)

    def _rule_ties(self, margins: dict[str, Number]) -> None:
        value = {kind: _product(self.masses[kind], self.amplitudes[kind]) for kind in self.kinds}
        turning, flipping = value.get("rotation", {}), _times(value.get("sign", {}), 2)
        one = flipping if self.n == 2 else _times(turning, self.rotations + Fraction(1, 2))
        odd, even = _sum(_times(turning, self.rotations), flipping), _times(turning, self.rotations + 1)
        derived = {"all": one, "odd": odd, "even": even}
        self.margins = self._equal("TIES", "margins", margins, {x: derived[x] for x in self.parities})
        self.lower = next(m for m in margins.values() if all(_at_least(other, m) for other in margins.values()))

    def _rule_root_bound(self, roots: list[Fraction]) -> None:
        self.roots, unit = roots, self.denominator**2
        for root, norm in zip(roots, self.norms, strict=True):
            held = root >= 0 and root.numerator**2 * unit >= norm * root.denominator**2
            _require(held, "ROOT-BOUND", "roots", root, "at least the root of its neuron's squared norm")

    def _rule_population(self, margin: Fraction) -> None:
        n, k, size = self.n, self.k, self.slot
        packed = [sum(w << 8 * size * c for c, w in enumerate(row)) for row in self.W]  # a slot of `size` bytes each
        middle = sum(1 << 8 * size * (c + 1) - 1 for c in range(n))
        gaps = []
        for a in product(range(n), repeat=k):
            hidden = map(pow, map(sum, zip(*(self.U[j][x] for j, x in enumerate(a)), strict=True)), repeat(k))
            row = (sum(map(mul, hidden, packed)) + middle).to_bytes(n * size, "little")
            logits = [int.from_bytes(row[size * c : size * (c + 1)], "little") for c in range(n)]
            gaps.append(logits.pop(sum(a) % n) - max(logits))
        self._equal("POPULATION", "margin", margin, Fraction(min(gaps), self.denominator ** (k + 1)))
        _require(margin >= 0, "POPULATION", "margin", margin, "a margin >= 0")
        roots = self.roots if k % 2 == 0 else [Fraction(1)] * len(self.W)
        scale, half = lcm(*(root.denominator for root in roots)), (k + 1) // 2
        scaled = (r.numerator * (scale // r.denominator) for r in roots)
        masses = sum(map(mul, scaled, (norm**half for norm in self.norms)))  # in units of scale D^(2 half)
        self.lower = _rational(margin * Fraction(scale * self.denominator ** (2 * half), masses))

    def _rule_support(self) -> None:
        for parity, margin in self.margins.items():
            self._equal("SUPPORT", f"margins.{parity}", margin, self.lower)
        for kind, bound in self.bounds.items():
            self._equal("SUPPORT", f"bounds.{kind}", bound, self.mean)

    def _claim(self) -> str:
        task = f"addition of {self.k} input{'s' * (self.k > 1)} mod {self.n}, norm L_(2,{self.k + 1})"
        low, high = self.values
        lower, upper = (_product(x, x) if self.squared else x for x in (self.lower, self.upper))
        _require(not self.squared or min(_sign(low), _sign(high)) >= 0, "CLAIM", "claim.value", low, "squares >= 0")
        reached = "primal" not in self.parts or _at_least(lower, low)
        _require(reached, "CLAIM", "claim.value", low, f"at most {_short(lower)}")
        excluded = "dual" not in self.parts or _at_least(high, upper)
        _require(excluded, "CLAIM", "claim.value", high, f"at least {_short(upper)}")
        relations = {"equal": "=", "lower": ">=", "upper": "<=", "enclosure": f"<= {_short(high)} and >="}
        return f"gamma*{'^2' * self.squared} {relations[self.sense]} {_short(low)} for {task}"


def check_bytes(data: bytes) -> Verdict:
    """The verdict on the bytes of a certificate; never raises."""
    try:
        return Verdict("VERIFIED", "", f"{Checker(data).run()}; assumed: FORMAT.md's rules, Python")
    except Rejected as rejected:
        return Verdict("REJECTED", rejected.rule, str(rejected))
    except Malformed as malformed:
        return Verdict("MALFORMED", "", str(malformed))


def main(paths: list[str]) -> int:
    """Check files, print a line for each, return the worst exit code."""
    worst = 0 if paths else 2
    if not paths:
        print("check.py: got no files, expected: check.py FILE...", file=sys.stderr)
    for path in paths:
        try:
            with open(path, "rb") as file:
                verdict = check_bytes(file.read(MOST_BYTES + 1))
        except OSError as error:
            verdict = Verdict("MALFORMED", "", f"cannot be read: {error.strerror}")
        print(f"{verdict.status} {path}: {verdict.detail}")
        worst = max(worst, EXIT_CODES[verdict.status])
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
