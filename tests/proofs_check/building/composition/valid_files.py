"""Certificates that a checker must verify."""

from __future__ import annotations

from fractions import Fraction

from margin.numbers.square_roots import Surd
from tests.proofs_check.building.composition.building import F21, completed, parity, rearranged, scaled, true
from tests.proofs_check.building.editing import Json, number, put

# all three types; rational and irrational characters; optima that leave representations out
EXACT = [
    *(("S3", k) for k in range(1, 6)),
    *(("C2", 1), ("C2", 2), ("C3", 2), ("C4", 3), ("C6", 2), ("C7", 3), ("C12", 4), ("C2^3", 2)),
    *(("D4", 2), ("D5", 2), ("D5", 4), ("D7", 2), ("Q8", 1), ("Q8", 2), ("Q8", 4), ("Dic3", 3), ("Dic5", 2)),
    *(("A4", 2), ("S4", 5), ("A5", 2), ("A5", 1), ("S5", 3), (F21, 2), ("SL(2,3)", 2), ("PSL(2,7)", 2), ("Q8xC3", 4)),
]
ONE_SIDED = [("S3", 2), ("C7", 2), ("A5", 2), ("Q8", 3), ("Dic3", 3), ("D7", 4)]
PARITIES = [(1, 1), (2, 1), (2, 2), (10, 4), (5, 3), (40, 5), (6, 6), (100, 64), (2**256 - 1, 2)]


def _short(name: str) -> str:
    name = "F21" if name == F21 else name
    return "".join(c for c in name if c.isalnum())


def _many_radicands() -> Json:
    """A weak upper bound for S3 whose class weights have 16 radicands in all."""
    radicands = [r for r in range(2, 30) if all(r % (d * d) for d in range(2, 6))][:16]
    weights = [[[r, 1, 1000] for r in radicands[:7]], [[r, 1, 1000] for r in radicands[7:]]]
    total = sum((Surd.sqrt(r) / 1000 for r in radicands), Surd())
    body = put(true("S3", 2, "upper"), "dual.class_weights", weights)
    return put(body, "claim.value.denominator", number(total))


def valid_files() -> dict[str, Json]:
    files = {f"{_short(name)}-k{k}": true(name, k) for name, k in EXACT}
    for sense in ("lower", "upper"):
        files |= {f"{_short(name)}-k{k}-{sense}": true(name, k, sense) for name, k in ONE_SIDED}
    base = true("S3", 2)
    hair = Fraction(1, 10**30)
    swap, turn, flip = [1, 0, 2], [1, 2, 0], [2, 1, 0]
    regular = [[1, 2, 0, 5, 3, 4], [3, 4, 5, 0, 1, 2]]
    files |= {
        "lower-a-hair-weaker": scaled(true("S3", 2, "lower"), value=1 - hair),
        "upper-a-hair-weaker": scaled(true("S3", 2, "upper"), value=1 + hair),
        "lower-masses-not-optimal": scaled(true("A5", 2, "lower"), x=2, value=Fraction(1, 2)),
        "upper-weights-not-optimal": scaled(true("A5", 2, "upper"), y=Fraction(1, 3), value=3),
        "lower-negative": scaled(true("C7", 2, "lower"), value=-1),
        "lower-zero": scaled(true("C7", 2, "lower"), value=0),
        "lower-common-denominator-of-8192-bits": put(
            scaled(true("S3", 2, "lower"), value=Fraction(1, 3)), "primal.masses", [[2**8191 + 1, 2**8191], [1, 1]]
        ),
        "upper-16-radicands": _many_radicands(),
        "largest-k": true("C2", 64),
        "separator-with-powers": completed(true("S5", 3)),
        "separator-negative": put(base, "group.separator", [-5, 7, 2**32 - 1]),
        "generators-that-repeat": put(base, "task.generators", [turn, [0, 1, 2], turn, swap, flip]),
        "value-multiplied-out": put(
            base, "claim.value", {"numerator": number(4 * (8 - Surd.sqrt(2)) / 279), "denominator": [[1, 4, 1]]}
        ),
        "value-scaled": put(
            base,
            "claim.value",
            {"numerator": number(Surd.sqrt(2) * 6 / 54), "denominator": number(1 + 4 * Surd.sqrt(2))},
        ),
        "regular-representation": put(rearranged(base, [0, 2, 1]), "task.generators", regular),
    }
    for n, k in PARITIES:
        files[f"parity-n{n if n < 1000 else 'large'}-k{k}"] = parity(n, k)
    for sense in ("lower", "upper"):
        files[f"parity-n10-k4-{sense}"] = parity(10, 4, sense)
    rational = {"bit_weight": [[1, 1, 3]], "label_weight": [[1, 2, 3]], "mass_each": [1, 1], "patterns": 1}
    uneven = parity(3, 1, "lower") | {"primal": rational}
    files |= {
        "parity-lower-uneven-weights": put(uneven, "claim.value", [[1, 4, 9]]),
        "parity-lower-negative-weights": put(
            put(uneven, "primal.bit_weight", [[1, -1, 3]]), "claim.value", [[1, -4, 9]]
        ),
        "parity-upper-weaker": put(parity(10, 4, "upper"), "claim.value", [[1, 1, 1]]),
    }
    return files
