"""The lower bound of a network of pure cosines, given by its blocks of frequencies; formats/ADDITION.md."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, groupby, pairwise, product
from math import comb, factorial, isqrt
from operator import mul

from proofs_check.kernel.form import (
    Fields,
    any_value,
    common_denominator,
    entries,
    equal,
    fail,
    fraction,
    integer,
    one_of,
    require,
)
from proofs_check.kernel.numbers import Number, add, at_least, multiply, rational, require_roots, sign, times
from proofs_check.kernel.statements import BLOCK_RULES, LIMITS, MOST_COMMON, NUMBER, Statements, Task


class PhaseGroup:
    """Phases that run through a group with equal shares."""

    shares = Fraction(1)

    def __init__(self, value: object, kind: str, task: Task, place: str) -> None:
        fields = Fields(value, place, "kind", "joint", "turn")
        joint, self.turn = fields.values["joint"], fields.read("turn", fraction)
        if not (isinstance(joint, bool) and 0 < self.turn < 1):
            fail(place, value, "a boolean joint, 0 < turn < 1")
        self.kind, self.largest = kind, task.k if joint else 1

    def wanted_only(self) -> bool:
        """Whether the neurons compute the wanted cosine and no other term."""
        if self.kind == "sign":
            return self.turn == Fraction(1, 2)
        return (2 * self.turn).denominator > self.largest


class PhaseList:
    """Phases and shares neuron by neuron: phases in turns / `whole`, shares / `scale`."""

    def __init__(self, value: object, kind: str, task: Task, place: str) -> None:
        fields = Fields(value, place, "kind", "neurons")
        fields.read("kind", one_of("list"))
        neurons, shares = self._read(fields, kind, task.k)
        if not neurons or any(not a < b for a, b in pairwise(neurons)):
            fail(place, f"{len(neurons)} neurons", "at least one, strictly ascending by phases and output")
        self.k = k = task.k
        self.whole = whole = common_denominator(chain(*neurons), LIMITS.work, place)
        self.scale = common_denominator(shares, MOST_COMMON, place)
        self.primes = [p for p in range(2, whole + 1) if whole % p == 0 and all(p % d for d in range(2, isqrt(p) + 1))]
        self.orders = self._orders(kind, task.n)
        exponents = sum(comb(k - 1, i) * comb(2 * k - i, k) for i in range(k))
        self.work = len(self.orders) * exponents * (k * len(neurons) + (1 + len(self.primes)) * whole)
        self.turns = [[x.numerator * (whole // x.denominator) for x in angles] for angles in neurons]
        self.parts = [share.numerator * (self.scale // share.denominator) for share in shares]
        self.shares = Fraction(sum(self.parts), self.scale)

    def _read(self, fields: Fields, kind: str, k: int) -> tuple[list[tuple[Fraction, ...]], list[Fraction]]:
        """Input phases and output phase of every neuron, and its share."""

        def read(value: object, place: str) -> tuple[tuple[Fraction, ...], Fraction]:
            neuron = Fields(value, place, "phases", "output", "share")
            phases, output = neuron.read("phases", entries(fraction)), neuron.read("output", fraction)
            return (*phases, output), neuron.read("share", fraction)

        neurons = fields.read("neurons", entries(read))
        for angles, share in neurons:
            halves = kind != "sign" or all(2 * x in (0, 1) for x in angles)
            if not (len(angles) == k + 1 and all(0 <= x < 1 for x in angles) and halves and share > 0):
                fail(fields.place, angles, f"{k} phases in [0, 1), halves at the frequency n/2, a positive share")
        return [angles for angles, _ in neurons], [share for _, share in neurons]

    def _orders(self, kind: str, n: int) -> list[int]:
        """Orders of a block's frequencies, those above 2k as 2k + 1: n/N has order N, and 1 has order n."""
        if kind == "sign":
            return [2]
        small = [order for order in range(3, 2 * self.k + 1) if n % order == 0]
        return [*small, 2 * self.k + 1] if n > 2 * self.k else small

    def wanted_only(self) -> bool:
        """Whether the neurons compute the wanted cosine and no other term: class by class of exponents."""
        expansion = self._expansion()
        for order in self.orders:
            classes = sorted(([x % order for x in m], m) for m in expansion)
            for residues, members in groupby(classes, lambda pair: pair[0]):
                wanted = all(x == order - 1 for x in residues)
                if not self._vanishes([(m, expansion[m]) for _, m in members], wanted):
                    return False
        return True

    def _vanishes(self, terms: list[tuple[tuple[int, ...], int]], wanted: bool) -> bool:
        """Whether the sum over a class of exponents, less what is wanted, is 0: powers of e^(2 pi i / whole)."""
        whole, sums = self.whole, [0] * self.whole
        for m, coefficient in terms:
            for angles, share in zip(self.turns, self.parts, strict=True):
                sums[sum(map(mul, (*m, 1), angles)) % whole] += coefficient * share
            if wanted:
                sums[0] -= coefficient * self.scale
        for p in self.primes:
            sums = [c - sums[j - whole // p] for j, c in enumerate(sums)]
        return not any(sums)

    def _expansion(self) -> dict[tuple[int, ...], int]:
        """Coefficients of (sum_j 2 cos x_j)^k."""
        terms = {(0,) * self.k: 1}
        for _ in range(self.k):
            shorter, terms = terms, {}
            for (m, coefficient), j, step in product(shorter.items(), range(self.k), (1, -1)):
                key = (*m[:j], m[j] + step, *m[j + 1 :])
                terms[key] = terms.get(key, 0) + coefficient
        return terms


class Blocks:
    """A primal of blocks: its form and its work when it is made, its rules in `bound`."""

    rules = BLOCK_RULES

    def __init__(self, primal: object, task: Task) -> None:
        self.task = task
        fields = Fields(primal, "primal", "kind", "blocks")
        fields.read("kind", one_of("blocks"))
        blocks = fields.read("blocks", entries(self._read, 2))
        ranges = {"rotation": [1, task.rotations], "sign": [task.n // 2, task.n // 2]}
        stated, expected = [frequencies for frequencies, _, _ in blocks], [ranges[kind] for kind in task.kinds]
        if stated != expected:
            fail("primal.blocks", stated, expected)
        self.masses = {kind: mass for kind, (_, mass, _) in zip(task.kinds, blocks, strict=True)}
        self.phases = dict(self._read_phases([phases for _, _, phases in blocks]))
        self.work = sum(phases.work for phases in self.phases.values() if isinstance(phases, PhaseList))

    def _read(self, value: object, place: str) -> tuple[list[int], Number, object]:
        block = Fields(value, place, "frequencies", "mass_each", "phases")
        frequencies, mass = block.read("frequencies", entries(integer)), block.read("mass_each", NUMBER)
        return frequencies, mass, block.read("phases", any_value)

    def _read_phases(self, values: list[object]) -> Iterator[tuple[str, PhaseGroup | PhaseList]]:
        for kind, value in zip(self.task.kinds, values, strict=True):
            form = PhaseGroup if isinstance(value, dict) and value.get("kind") == "group" else PhaseList
            yield kind, form(value, kind, self.task, f"primal.blocks.{kind}.phases")

    def bound(self, stated: Statements) -> Number:
        """Apply the rules. Returns the lower bound."""
        self._norm()
        for kind, phases in self.phases.items():
            held = phases.wanted_only()
            require(held, "PHASES", f"primal.blocks.{kind}", "an unwanted term", "the wanted cosine only")
        self._amplitude(stated.amplitudes)
        self._ties(stated)
        return next(m for m in stated.margins.values() if all(at_least(x, m) for x in stated.margins.values()))

    def _norm(self) -> None:
        for kind, mass in self.masses.items():
            require(sign(mass) > 0, "NORM", f"{kind}.mass_each", mass, "a positive mass")
            equal("NORM", f"{kind}.shares", self.phases[kind].shares, Fraction(1))
        sizes = {"rotation": self.task.rotations, "sign": 1}
        total = add(*(times(mass, sizes[kind]) for kind, mass in self.masses.items()))
        equal("NORM", "primal.blocks", total, rational(1))

    def _amplitude(self, values: dict[str, Number]) -> None:
        n, k = self.task
        unit, degree = Fraction(1, (k + 1) * n), k + 1
        squares = {"rotation": (2 * unit) ** degree / 4**k, "sign": unit**degree}
        derived = {kind: rational(factorial(k) ** 2 * squares[kind]) for kind in self.task.kinds}
        require_roots("AMPLITUDE", values, derived)

    def _ties(self, stated: Statements) -> None:
        rotations = self.task.rotations
        value = {kind: multiply(mass, stated.amplitudes[kind]) for kind, mass in self.masses.items()}
        turning, flipping = value.get("rotation", {}), times(value.get("sign", {}), 2)
        one = flipping if self.task.n == 2 else times(turning, rotations + Fraction(1, 2))
        odd, even = add(times(turning, rotations), flipping), times(turning, rotations + 1)
        derived = {"all": one, "odd": odd, "even": even}
        equal("TIES", "margins", stated.margins, {x: derived[x] for x in self.task.parities})
