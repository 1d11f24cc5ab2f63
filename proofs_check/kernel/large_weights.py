"""The lower bound of a large network given by its integer weights; formats/WEIGHTS.md, large weights."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import comb
from operator import mul

from proofs_check.kernel.form import fail
from proofs_check.kernel.statements import Task
from proofs_check.kernel.weights import Weights, gap, packed

MOST_SLOTS = 4 * 10**7  # bytes, so that memory is bounded


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
