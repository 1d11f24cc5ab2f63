"""Primals of weights: their form and steps of work in the constructor, then their rules; formats/WEIGHTS.md."""

from __future__ import annotations

from collections.abc import Callable
from itertools import repeat
from operator import add, mul
from typing import Any

from flint import fmpq, fmpz, fmpz_mat

from proofs_check.second.form import MAX_COMMON, common, form, need
from proofs_check.second.numbers import Number, num

MAX_SLOTS = 4 * 10**7
FORM = {"kind": str, "denominator": int, "U": [[[int]]], "W": [[int]]}


class Weights:
    """U has the shape (k, n, m), W the shape (m, n), in units of 1/denominator."""

    def __init__(self, primal: dict[str, Any], n: int, k: int) -> None:
        denominator, U, W = primal["denominator"], primal["U"], primal["W"]
        m = len(W)
        form(denominator >= 1 and m >= 1 and len(U) == k, "primal of weights", "a denominator and neurons are wanted")
        rows = [row for table in U for row in table]
        form({len(part) for part in U + W} == {n} and {len(row) for row in rows} == {m}, "primal", "wrong list lengths")
        self.squares = [sum(row[i] ** 2 for row in rows) + sum(v**2 for v in W[i]) for i in range(m)]
        form(all(s > 0 for s in self.squares), "primal", "a neuron is all zero")
        bits = max(v.bit_length() for row in rows + W for v in row)
        self.large = primal["kind"] == "large_weights"
        if self.large:
            tops = [sum(max(abs(row[i]) for row in table) for table in U) for i in range(m)]
            bound = sum(top**k * max(max(w), -min(w)) for top, w in zip(tops, W, strict=True))
            self.slot = bound.bit_length() // 8 + 1
            form(m * n * (n if k == 3 else 1) * self.slot <= MAX_SLOTS, "primal", "too many bytes of slots")
            if k == 3:
                each = 2**19 + 8 * self.slot * n * n * (60 + 2 * bits)
                self.steps = (n * n + 4 * n) * (m * each + n * n * 2**19) // (7 * 2**20)
            else:
                each = 2**17 + 2**15 * k + 8 * self.slot * n * (60 + k * bits)
                self.steps = n**k * (m * each + 2**17 * (16 + n + k)) // 2**22
        else:
            self.slot = ((k + 1) * bits + k * k.bit_length() + m.bit_length() + 9) // 8
            cost = 1 + (8 * self.slot * n * (k * bits + 60) + 2**15 * k) // 2**17
            self.steps = n**k * (4 + n + m * cost)
        self.n, self.k, self.denominator, self.neurons, self.inputs, self.outputs = n, k, denominator, m, U, W
        self.names = ["POPULATION"] if k % 2 else ["ROOT-BOUND", "POPULATION"]

    def check(self, stated: dict[str, Any], place: Callable[[str], str]) -> Number:
        k, half, scale = self.k, (self.k + 1) // 2, fmpz(self.denominator)
        roots = [fmpq(1)] * self.neurons if k % 2 else stated["ROOT-BOUND"]
        for i, (root, square) in enumerate(zip(roots, self.squares, strict=True) if k % 2 == 0 else ()):
            need(root >= 0 and (root.p * scale) ** 2 >= square * root.q**2, "ROOT-BOUND", f"root {i}", root, "more")
        smallest = self.smallest_of_three() if self.large and k == 3 else self.smallest()
        margin, least = stated["POPULATION"], fmpq(smallest, scale ** (k + 1))
        need(margin == least, "POPULATION", f"{place('POPULATION')}.margin", margin, least)
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

    def smallest_of_three(self) -> int:
        """The same by products of matrices, for k = 3: with s the sum of the first two inputs and x the third one, a
        neuron gives (s^3 + 3 s^2 x + 3 s x^2 + x^3) w, where s^2 is t^2 + v^2 + 2 t v and all but 6 t v x w parts."""
        n, m, least = self.n, self.neurons, list[int]()
        first, second, third = self.inputs
        W = fmpz_mat(self.outputs)
        linear, square, cube = fmpz_mat(m, n * n), fmpz_mat(m, n * n), fmpz_mat(1, n * n)
        for i, w in enumerate(self.outputs):
            for c in range(n):
                x = third[c][i]
                for y in range(n):
                    at = c * n + y
                    linear[i, at], square[i, at] = x * w[y], x * x * w[y]
                    cube[0, at] += x * x * x * w[y]

        def parts(rows: list[list[int]]) -> list[list[fmpz]]:
            """For every row 3 t^2 x w + 3 t x^2 w, summed over the neurons."""
            table = fmpz_mat([[3 * t * t for t in row] for row in rows]) * linear
            return [list(row) for row in (table + fmpz_mat([[3 * t for t in row] for row in rows]) * square).tolist()]

        with_first = parts(first)
        with_second = fmpz_mat([[a + b for a, b in zip(row, cube.entries(), strict=True)] for row in parts(second)])
        for a, ts in enumerate(first):
            alone = fmpz_mat([[(t + v) ** 3 for t, v in zip(ts, vs, strict=True)] for vs in second]) * W
            for_all = zip(alone.tolist(), repeat(with_first[a], n), strict=True)
            rest = fmpz_mat([list(map(add, list(row) * n, same)) for row, same in for_all])
            mixed = fmpz_mat([[6 * t * v for t, v in zip(ts, vs, strict=True)] for vs in second])
            logits = (mixed * linear + rest + with_second).entries()
            for label, start in enumerate(range(0, n**3, n), a):  # start is (b n + c) n
                row = logits[start : start + n]
                right = row.pop((label + start // (n * n)) % n)
                gap = int(right - max(row))
                if not least or gap < least[-1]:
                    least.append(gap)
        return least[-1]
