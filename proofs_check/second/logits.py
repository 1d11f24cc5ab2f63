"""Certificates of logits, checked a second time; written from formats/LOGITS.md alone."""

from __future__ import annotations

from operator import add
from typing import Any

from flint import fmpq, fmpz, fmpz_poly

from proofs_check.second.form import MAX_COMMON, WORK, common, form, fraction, need, read, show
from proofs_check.second.numbers import num
from proofs_check.second.statement import state

KIND = "addition_logits"
MAX_COEFFICIENTS, MAX_SLOTS = 65, 4 * 10**7


def activation(x: Any, place: str) -> list[fmpq] | None:
    """The coefficients of a polynomial; None for ReLU."""
    if isinstance(x, dict) and x.get("kind") == "polynomial":
        coefficients: list[fmpq] = read(x, {"kind": str, "coefficients": [fraction]}, place)["coefficients"]
        form(2 <= len(coefficients) <= MAX_COEFFICIENTS, place, "2 to 65 coefficients are wanted")
        return coefficients
    read(x, {"kind": "relu"}, place)
    return None


class Certificate:
    """Form and limits in the constructor, then `check`."""

    def __init__(self, x: dict[str, Any]) -> None:
        weights = {"U": [[[int]]], "W": [[int]], "hidden_bias": [int], "output_bias": [int]}
        pattern: dict[str, Any] = {"format": "algebraic-margin certificate", "version": 1, "sha256": str}
        pattern["claim"] = {"quantity": "logit_margin", "sense": "lower", "value": fraction, "right": int}
        pattern["task"] = {"kind": KIND, "n": int, "k": int}
        pattern["network"] = {"activation": activation, "denominator": int, **weights}
        self.x = read(x, pattern, "")
        self.n, self.k = n, k = self.x["task"]["n"], self.x["task"]["k"]
        form(n >= 2 and k >= 1, "task", "n >= 2 and k >= 1 are wanted")
        net = self.x["network"]
        self.U, self.W, self.inner, self.outer = (net[key] for key in ("U", "W", "hidden_bias", "output_bias"))
        self.D, self.m = net["denominator"], len(self.W)
        form(self.D >= 1 and self.m >= 1 and len(self.U) == k, "network", "a denominator and neurons are wanted")
        form({len(part) for part in (*self.U, *self.W, self.outer)} == {n}, "network", "wrong lengths over the labels")
        over_neurons = {len(row) for table in self.U for row in table} | {len(self.inner)}
        form(over_neurons == {self.m}, "network", "wrong lengths over the neurons")
        self.polynomial, self.degree, self.common = None, 1, 1
        if net["activation"] is not None:
            self.common = common((c.q for c in net["activation"]), MAX_COMMON, "network.activation")
            self.degree = len(net["activation"]) - 1
            scaled = [(c * self.common).p * fmpz(self.D) ** (self.degree - e) for e, c in enumerate(net["activation"])]
            self.polynomial = [int(c) for c in scaled]
        self.bias_scale = self.common * self.D**self.degree
        self.limits()

    def limits(self) -> None:
        n, k, m, d = self.n, self.k, self.m, self.degree
        tops = [abs(b) for b in self.inner]
        for table in self.U:
            tops = [top + max(abs(row[i]) for row in table) for i, top in enumerate(tops)]
        T = S = max(tops)
        if self.polynomial is not None:
            S = int(fmpz_poly([abs(c) for c in self.polynomial])(fmpz(T)))
        self.silent = S == 0  # no neuron ever has a value, and slots need not hold their weights
        L = S * sum(max(max(w), -min(w)) for w in self.W) + self.bias_scale * max(max(self.outer), -min(self.outer))
        self.width = L.bit_length() // 8 + 1
        form(m * n * self.width <= MAX_SLOTS, "network", "too many bytes of slots")
        s, t = S.bit_length(), T.bit_length()
        each = 8 * self.width * n * (s + 60) + d * s * (t + 60) + 2**15 * (k + d) + 2**17
        form(n**k * (m * each + 2**17 * (n + k + 16)) // 2**22 <= WORK, "network", "too much work")

    def active(self, hidden: list[int]) -> list[int]:
        if self.polynomial is None:
            return [h if h > 0 else 0 for h in hidden]
        out = [self.polynomial[-1]] * len(hidden)
        for c in self.polynomial[-2::-1]:
            out = [value * h + c for value, h in zip(out, hidden, strict=True)]
        return out

    def gaps(self) -> list[int]:
        """The smallest gap and the number of positive ones. The logits of an input are one integer, label 0 first,
        with 1 in the top bit of every slot, so that slots compare as their logits do."""
        n, k, width, result = self.n, self.k, self.width, list[int]()
        top = 2 ** (8 * width - 1)

        def joined(values: list[int]) -> int:
            return int.from_bytes(b"".join((value + top).to_bytes(width, "big") for value in values), "big")

        zero = joined([0] * n)
        columns = [0 if self.silent else joined(row) - zero for row in self.W]
        start = joined([self.bias_scale * b for b in self.outer])

        def inputs(j: int, base: list[int], label: int) -> None:
            for a, row in enumerate(self.U[j]):
                total = list(map(add, base, row))
                if j < k - 1:
                    inputs(j + 1, total, label + a)
                    continue
                logits = start
                for value, column in zip(self.active(total), columns, strict=True):
                    logits += value * column
                data = logits.to_bytes(width * n, "big")
                slots = [data[i : i + width] for i in range(0, width * n, width)]
                right = slots.pop((label + a) % n)
                gap = int.from_bytes(right, "big") - int.from_bytes(max(slots), "big")
                smallest, positive = result or [gap, 0]
                result[:] = min(smallest, gap), positive + (gap > 0)

        inputs(0, self.inner, 0)
        return result

    def check(self) -> str:
        """Both rules; the proved statement in words."""
        claim, inputs = self.x["claim"], self.n**self.k
        need(0 <= claim["right"] <= inputs, "ACCURACY", "claim.right", claim["right"], f"0 to {inputs}")
        smallest, right = self.gaps()
        margin = fmpq(smallest, self.bias_scale * self.D)
        need(claim["value"] <= margin, "MARGIN", "claim.value", claim["value"], f"at most {show(margin)}")
        need(claim["right"] == right, "ACCURACY", "claim.right", claim["right"], right)
        value, sha256 = num(claim["value"].p, claim["value"].q), self.x["sha256"]
        text = state("least logit margin", "lower", value, value, sha256)
        task = f"{self.k}-input addition modulo {self.n}"
        return f"{text}, {right} of {inputs} inputs right (network of {sha256[:16]}) for {task}"


def prove(x: dict[str, Any]) -> str:
    """The proved statement; Stop otherwise."""
    return Certificate(x).check()
