"""Certificates for sparse parity, checked a second time; written from formats/PARITY.md alone."""

from __future__ import annotations

import math
from typing import Any

from flint import fmpq

from proofs_check.second.composition import head, one_term, sense_of
from proofs_check.second.form import form, fraction, need, read, show
from proofs_check.second.numbers import Number, num

KIND = "sparse_parity"
MAX_K, MAX_N = 64, 2**256
PRIMAL = {"patterns": int, "mass_each": fraction, "bit_weight": one_term, "label_weight": one_term}
DUAL = {"inputs": "uniform", "coefficient": int, "bound": one_term}


def signed_square(x: Number) -> fmpq:
    """x |x| for a number of at most one term; it grows with x, so that it compares as x does."""
    return sum((c * abs(c) * r for r, c in x.items()), fmpq(0))


def power(x: Number, exponent: int) -> Number:
    """For a number of at most one term: c^e r^(e//2), times sqrt(r) where e is odd."""
    return Number({r if exponent % 2 else 1: c**exponent * r ** (exponent // 2) for r, c in x.items()})


class Certificate:
    """Form of everything in the constructor, then `check`."""

    def __init__(self, x: dict[str, Any]) -> None:
        self.sense = sense_of(x)
        pattern = head(one_term, {"kind": KIND, "n": int, "k": int}, int)
        pattern |= {"primal": PRIMAL} if self.sense != "upper" else {}
        pattern |= {"dual": DUAL} if self.sense != "lower" else {}
        self.x = read(x, pattern, "")
        self.n, self.k, self.value = self.x["task"]["n"], self.x["task"]["k"], self.x["claim"]["value"]
        form(1 <= self.k <= MAX_K and self.k <= self.n < MAX_N, "task", "1 <= k <= 64 and k <= n < 2^256 are wanted")

    def check(self) -> str:
        """Every rule in order; the proved statement in words."""
        norm = {"inner": 2, "outer": self.k + 1}
        need(self.x["norm"] == norm, "NORM-EXPONENT", "norm", self.x["norm"], norm)
        if self.sense != "upper":
            self.check_primal(self.x["primal"])
        if self.sense != "lower":
            self.check_dual(self.x["dual"])
        sign = {"equal": "=", "lower": ">=", "upper": "<="}[self.sense]
        return f"gamma* {sign} {show(self.value)} for parity of {self.k} of {show(self.n)} bits"

    def check_primal(self, primal: dict[str, Any]) -> None:
        k, patterns, each = self.k, primal["patterns"], primal["mass_each"]
        need(patterns == 2 ** (k - 1), "PATTERNS", "primal.patterns", patterns, 2 ** (k - 1))
        need(patterns * each == 1, "MASSES", "primal.mass_each", each, fmpq(1, patterns))
        a, b = primal["bit_weight"], primal["label_weight"]
        norm = k * abs(signed_square(a)) + 2 * abs(signed_square(b))
        need(norm == 1, "NORM", "primal.bit_weight and label_weight", norm, 1)
        lower = num(2 * math.factorial(k)) * power(a, k) * b
        reached = signed_square(self.value) <= signed_square(lower)
        need(reached, "CLAIM", "claim.value", self.value, f"at most {show(lower)}")

    def check_dual(self, dual: dict[str, Any]) -> None:
        k, coefficient, bound = self.k, dual["coefficient"], dual["bound"]
        need(coefficient == math.factorial(k), "EXPAND", "dual.coefficient", coefficient, math.factorial(k))
        square = fmpq(2 * coefficient**2, (k + 1) ** (k + 1))
        # the square is positive, so that a bound with this signed square is positive too
        need(signed_square(bound) == square, "AM-GM", "dual.bound, squared", signed_square(bound), square)
        reached = signed_square(self.value) >= signed_square(bound)
        need(reached, "CLAIM", "claim.value", self.value, f"at least {show(bound)}")


def prove(x: dict[str, Any]) -> str:
    """The proved statement; Stop otherwise."""
    return Certificate(x).check()
