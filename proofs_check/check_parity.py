"""Checks certificates of FORMAT_PARITY.md with bare Python. No search, no tolerance, no floating point.

    python3 -I -S proofs_check/check_parity.py FILE...

One verdict per file, as by check.py, whose parsing and numbers it uses; check.py must lie beside this file.
"""

from __future__ import annotations

import importlib.util
import sys
from fractions import Fraction
from math import factorial
from pathlib import Path
from typing import Any

_spec = importlib.util.spec_from_file_location("check", Path(__file__).with_name("check.py"))
kernel: Any = importlib.util.module_from_spec(_spec)  # type: ignore[arg-type]
_spec.loader.exec_module(kernel)  # type: ignore[union-attr]
_fail, _read, _require, _integer = kernel._fail, kernel._read, kernel._require, kernel._integer
_sum, _times, _product, _short = kernel._sum, kernel._times, kernel._product, kernel._short

MOST_K, MOST_N, MOST_RADICAND = 64, 2**256, 10**9
kernel.MOST_RADICAND = MOST_RADICAND  # in this file's own copy of check.py
Number = dict[int, Fraction]  # squarefree radicand: non-zero coefficient


def _root(value: Any, place: str) -> Number:
    number: Number = kernel._number(value, place)
    return number if len(number) <= 1 else _fail(place, number, "one term")


class Checker:
    """Reads one certificate; the rules use only what earlier rules established."""

    def __init__(self, data: bytes) -> None:
        file = kernel._parse(data)
        sense = file["claim"].get("sense") if isinstance(file.get("claim"), dict) else None
        self.sense = _read(sense, ("equal", "lower", "upper"), "claim.sense")
        primal = {"patterns": _integer, "mass_each": kernel._fraction, "bit_weight": _root, "label_weight": _root}
        dual = {"inputs": ("uniform",), "coefficient": _integer, "bound": _root}
        parts = {"primal": primal, "dual": dual}
        parts.pop({"upper": "primal", "lower": "dual"}.get(self.sense, ""), None)
        shape = {
            "claim": {"quantity": ("margin",), "sense": (self.sense,), "value": _root},
            "format": ("algebraic-margin certificate",),
            "version": _integer,
            "task": {"kind": ("sparse_parity",), "n": _integer, "k": _integer},
            "norm": {"inner": _integer, "outer": _integer},
            "sha256": lambda digest, _: digest,
        }
        self.file = _read(file, shape | parts, "file")
        self.n, self.k = self.file["task"]["n"], self.file["task"]["k"]
        if not (self.file["version"] == 1 and 1 <= self.k <= min(self.n, MOST_K) and self.n < MOST_N):
            _fail("task", (self.file["version"], self.n, self.k), f"version 1, 1 <= k <= {MOST_K}, k <= n < 2^256")

    def run(self) -> str:
        """Apply the rules in their order. Returns what was proved."""
        expected, value = {"inner": 2, "outer": self.k + 1}, self.file["claim"]["value"]
        _require(self.file["norm"] == expected, "NORM-EXPONENT", "norm", self.file["norm"], expected)
        if "primal" in self.file:
            margin = self._primal(self.file["primal"])
            _require(kernel._at_least(margin, value), "CLAIM", "claim.value", value, f"at most {_short(margin)}")
        if "dual" in self.file:
            bound = self._dual(self.file["dual"])
            _require(kernel._at_least(value, bound), "CLAIM", "claim.value", value, f"at least {_short(bound)}")
        relation = {"equal": "=", "lower": ">=", "upper": "<="}[self.sense]
        return f"gamma* {relation} {_short(value)} for parity of {self.k} of {self.n} bits, norm L_(2,{self.k + 1})"

    def _primal(self, primal: dict[str, Any]) -> Number:
        patterns, each, bits, labels = (primal[x] for x in ("patterns", "mass_each", "bit_weight", "label_weight"))
        _require(patterns == 2 ** (self.k - 1), "PATTERNS", "primal.patterns", patterns, 2 ** (self.k - 1))
        _require(patterns * each == 1, "MASSES", "primal.mass_each", each, Fraction(1, patterns))
        square = _sum(_times(_product(bits, bits), self.k), _times(_product(labels, labels), 2))
        _require(square == {1: 1}, "NORM", "primal", square, f"{self.k} bit_weight^2 + 2 label_weight^2 = 1")
        margin = _times(labels, 2 * factorial(self.k))
        for _ in range(self.k):
            margin = _product(margin, bits)
        return dict(margin)

    def _dual(self, dual: dict[str, Any]) -> Number:
        coefficient, bound = dual["coefficient"], dual["bound"]
        _require(coefficient == factorial(self.k), "EXPAND", "dual.coefficient", coefficient, factorial(self.k))
        square = Fraction(2 * coefficient**2, (self.k + 1) ** (self.k + 1))
        held = kernel._sign(bound) > 0 and _product(bound, bound) == {1: square}
        _require(held, "AM-GM", "dual.bound", bound, f"the square root of {square}")
        return dict(bound)


def check_bytes(data: bytes) -> Any:
    """The verdict on the bytes of a certificate; never raises."""
    try:
        return kernel.Verdict("VERIFIED", "", f"{Checker(data).run()}; assumed: FORMAT_PARITY.md's rules, Python")
    except kernel.Rejected as rejected:
        return kernel.Verdict("REJECTED", rejected.rule, str(rejected))
    except kernel.Malformed as malformed:
        return kernel.Verdict("MALFORMED", "", str(malformed))


kernel.check_bytes = check_bytes  # so that `main` of this file's own copy of check.py calls it
main = kernel.main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
