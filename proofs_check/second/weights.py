"""Primals of weights: their form and steps of work in the constructor, then their rules; formats/WEIGHTS.md."""

from __future__ import annotations

from collections.abc import Callable
from itertools import repeat
from operator import add, mul
from typing import Any

from flint import fmpq, fmpz

from proofs_check.second.form import MAX_COMMON, common, form, need
from proofs_check.second.numbers import Number, num

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
        margin, least = stated["POPULATION"], fmpq(self.smallest(), scale ** (k + 1))
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
