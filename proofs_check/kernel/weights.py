"""The lower bound of a network given by its integer weights, small or large; formats/WEIGHTS.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import product, repeat
from math import comb, lcm
from operator import mul

from proofs_check.kernel.form import Fields, entries, equal, fail, integer, require
from proofs_check.kernel.numbers import Number, rational
from proofs_check.kernel.statements import Statements, Task

MOST_SLOTS = 4 * 10**7  # bytes, so that memory is bounded


class Weights:
    """A primal of the kind "weights": its form and its work when it is made, its rules in `bound`."""

    def __init__(self, primal: object, task: Task) -> None:
        fields = Fields(primal, "primal", "kind", "denominator", "U", "W")
        self.task, self.denominator = task, fields.read("denominator", integer)
        self.U = fields.read("U", entries(entries(entries(integer))))
        self.W = fields.read("W", entries(entries(integer)))
        n, k, U, W = task.n, task.k, self.U, self.W
        rows = (len(matrix) == n and all(len(row) == len(W) for row in matrix) for matrix in U)
        if not (self.denominator >= 1 and W and len(U) == k and all(rows) and all(len(row) == n for row in W)):
            fail("primal", "weights", f"denominator >= 1, U {k} x {n} x m, W m x {n}, m >= 1")
        self.norms = [
            sum(x * x for x in w) + sum(row[i] ** 2 for matrix in U for row in matrix) for i, w in enumerate(W)
        ]
        if 0 in self.norms:
            fail("primal", "a neuron without weights", "no zero neurons")
        self.bits = max(x.bit_length() for rows in (*U, W) for row in rows for x in row)
        self.slot = ((k + 1) * self.bits + k * k.bit_length() + len(W).bit_length() + 9) // 8  # bytes
        neuron = 1 + (8 * self.slot * n * (k * self.bits + 60) + k * 2**15) // 2**17
        self.work = n**k * (4 + n + len(W) * neuron)
        self.rules = ["POPULATION"] if k % 2 else ["ROOT-BOUND", "POPULATION"]

    def bound(self, stated: Statements) -> Number:
        """Apply the rules. Returns the lower bound."""
        if self.task.k % 2:
            roots = [Fraction(1)] * len(self.W)
        else:
            roots = stated.roots
            self._root_bound(roots)
        self._population(stated.margin)
        return self._over_masses(stated.margin, roots)

    def _root_bound(self, roots: list[Fraction]) -> None:
        unit = self.denominator**2
        for root, norm in zip(roots, self.norms, strict=True):
            held = root >= 0 and root.numerator**2 * unit >= norm * root.denominator**2
            require(held, "ROOT-BOUND", "roots", root, "at least the root of its neuron's squared norm")

    def _population(self, margin: Fraction) -> None:
        smallest = Fraction(min(self._gaps()), self.denominator ** (self.task.k + 1))
        equal("POPULATION", "margin", margin, smallest)
        require(margin >= 0, "POPULATION", "margin", margin, "a margin >= 0")

    def _gaps(self) -> Iterator[int]:
        """f[y] minus the largest other logit for every input, in integer weights; all logits are one integer."""
        n, k, size = self.task.n, self.task.k, self.slot
        labels = [packed(row, size) for row in self.W]
        middle = packed([1 << 8 * size - 1] * n, size)
        for a in product(range(n), repeat=k):
            hidden = map(pow, map(sum, zip(*(self.U[j][x] for j, x in enumerate(a)), strict=True)), repeat(k))
            logits = sum(map(mul, hidden, labels)) + middle
            yield gap(logits.to_bytes(n * size, "little"), size, sum(a) % n)

    def _over_masses(self, margin: Fraction, roots: list[Fraction]) -> Number:
        """The margin over a bound on the sum of the masses, which is computed in units of scale D^(2 half)."""
        scale, half = lcm(*(root.denominator for root in roots)), (self.task.k + 1) // 2
        scaled = (root.numerator * (scale // root.denominator) for root in roots)
        masses = sum(map(mul, scaled, (norm**half for norm in self.norms)))
        return rational(margin * Fraction(scale * self.denominator ** (2 * half), masses))


def packed(values: Iterable[int], size: int) -> int:
    """Integers in one, each in a slot of so many bytes, the first one lowest."""
    return sum(value << 8 * size * i for i, value in enumerate(values))


def gap(row: bytes, size: int, right: int) -> int:
    """The slot of the right label minus the largest other one; all are moved up alike, so that none is negative."""
    logits = [int.from_bytes(row[i : i + size], "little") for i in range(0, len(row), size)]
    return logits.pop(right) - max(logits)


class LargeWeights(Weights):
    """A primal of the kind "large_weights": its rules are those of weights, its work is counted in larger steps."""

    def __init__(self, primal: object, task: Task) -> None:
        super().__init__(primal, task)
        n, k, m = task.n, task.k, len(self.W)
        columns = [[max(map(abs, column)) for column in zip(*matrix, strict=True)] for matrix in self.U]
        hidden = map(sum, zip(*columns, strict=True))
        largest = sum(h**k * max(map(abs, w)) for h, w in zip(hidden, self.W, strict=True))  # no logit is larger
        self.slot = largest.bit_length() // 8 + 1
        slots = m * n ** (2 if k == 3 else 1) * self.slot
        if slots > MOST_SLOTS:
            fail("primal", slots, f"at most {MOST_SLOTS} bytes of slots")
        if k == 3:
            neuron = 8 * self.slot * n**2 * (2 * self.bits + 60) + 2**19
            self.work = n * (n + 4) * (m * neuron + 2**19 * n**2) // (7 * 2**20)
        else:
            neuron = 8 * self.slot * n * (k * self.bits + 60) + 2**15 * k + 2**17
            self.work = n**k * (m * neuron + 2**17 * (n + k + 16)) // 2**22

    def _gaps(self) -> Iterator[int]:
        return self._gaps_of_three() if self.task.k == 3 else super()._gaps()

    def _gaps_of_three(self) -> Iterator[int]:
        """By (t + v + x)^3 = (t + x)^3 + ((v + x)^3 - x^3) + 3 t v (t + v) + 6 t v x, where only the last needs all.

        The logits of all third inputs are one integer, a row for each.
        """
        n, size = self.task.n, self.slot
        row = n * size
        labels = [packed(w, size) for w in self.W]
        thirds = list(zip(zip(*self.U[2], strict=True), labels, strict=True))
        powers = [[packed([x**e * w for x in column], row) for column, w in thirds] for e in range(3)]
        cubes = sum(packed([x**3 * w for x in column], row) for column, w in thirds)

        def with_third(values: list[int]) -> int:
            """The sum of ((z + x)^3 - x^3) w over the neurons."""
            return sum(comb(3, e) * sum(map(mul, (z ** (3 - e) for z in values), powers[e])) for e in range(3))

        firsts, seconds = ([with_third(values) for values in matrix] for matrix in self.U[:2])
        middle = packed([1 << 8 * size - 1] * n, size)
        for a, b in product(range(n), repeat=2):
            pairs = list(zip(self.U[0][a], self.U[1][b], strict=True))
            alone = sum(map(mul, (3 * t * v * (t + v) for t, v in pairs), labels)) + middle
            rows = int.from_bytes(alone.to_bytes(row, "little") * n, "little") + firsts[a] + seconds[b] + cubes
            logits = rows + sum(map(mul, (6 * t * v for t, v in pairs), powers[1]))
            data = logits.to_bytes(n * row, "little")
            for c in range(n):
                yield gap(data[row * c : row * (c + 1)], size, (a + b + c) % n)
