"""Certificates of large weights: true ones, forgeries, and files at and just beyond the limits."""

from __future__ import annotations

import json
from fractions import Fraction

from tests.proofs_check.building.addition.steps import gaps, one_long_weight, weights
from tests.proofs_check.building.addition.valid_files import valid_files
from tests.proofs_check.building.editing import Json, put, sealed

COPIED = ("n2-k1-denominator", "n3-k1-two-neurons", "n2-k3-rounded", "n3-k3-rounded", "n4-k2-rounded", "n2-k4-rounded")
CUBES = [[[2, 0], [-1, 1]], [[1, 1], [-3, 0]], [[0, 1], [-1, 2]]], [[1, -2], [-1, 3]]  # n = 2, k = 3


def large(body: Json) -> Json:
    """A certificate of weights as one of large weights."""
    return put(body, "primal.kind", "large_weights")


def _right_cubes() -> Json:
    """Three inputs modulo 2 whose sign patterns all count: a positive margin, and weights that differ by input."""
    U = [[[2, 2, 2, 2], [-2, -2, -2, -2]], [[3, 3, -3, -3], [-3, -3, 3, 3]], [[1, -1, 1, -1], [-1, 1, -1, 1]]]
    W = [[1, -1], [-1, 1], [-1, 1], [1, -1]]
    return large(weights(U, W, 3))


def large_valid() -> dict[str, bytes]:
    files = {name: data for name, data in valid_files().items() if name.removeprefix("weights-") in COPIED}
    bodies = {f"large-{name}": large(json.loads(data)) for name, data in files.items()}
    bodies["large-weights-n2-k3-by-hand"] = _right_cubes()
    bodies["large-weights-n2-k2-full-slot"] = large(_full_slot())
    return {name: sealed({key: part for key, part in body.items() if key != "sha256"}) for name, body in bodies.items()}


def _full_slot() -> Json:
    """Logits of exactly 15 bits, so that two bytes are just enough: 7 (2 * 34)^2 = 32,368."""
    return weights([[[34], [-34]], [[34], [-34]]], [[7, -7]])


def large_forgeries() -> dict[str, dict[str, Json]]:
    U, W = CUBES
    rows = gaps(U, W)
    right = _right_cubes()
    least = Fraction(*right["rules"][-1]["margin"])
    hair = Fraction(1, 10**30)
    return {
        "POPULATION": {
            "large-negative-margin": large(weights(U, W)),
            "large-negative-margin-stated-as-zero": large(weights(U, W, margin=Fraction(0))),
            "large-largest": large(weights(U, W, margin=Fraction(max(map(max, rows))))),
            "large-full-slot": large(weights([[[10], [-10]]] * 3, [[-1, 1]])),  # 30^3 = 27,000, of 15 bits
            "large-off-by-a-hair": put(right, "rules.POPULATION.margin", [*(least + hair).as_integer_ratio()]),
            "large-denominator-to-the-k": put(right, "rules.POPULATION.margin", [*(3 * least).as_integer_ratio()]),
        },
        "CLAIM": {"large-just-above": put(right, "claim.value", [[1, *(_reached(right) + hair).as_integer_ratio()]])},
        "NORM-EXPONENT": {
            f"large-work-at-the-limit-n{n}-k{k}": put(large(one_long_weight(n, k, m, bits)), "norm.outer", 9)
            for n, k, m, bits in ((20, 3, 30, 1440), (22, 3, 7, 2494), (8, 4, 55, 1197), (7, 5, 3, 2000))
        },
    }


def _reached(body: Json) -> Fraction:
    return Fraction(*body["claim"]["value"][0][1:])


def large_forms() -> dict[str, bytes]:
    above = {3: (26, 10, 1504), 4: (24, 15, 134), 5: (7, 10, 1186)}
    bodies = {f"large-work-just-above-{k}": large(one_long_weight(n, k, m, b)) for k, (n, m, b) in above.items()}
    bodies["large-work-just-above-long"] = large(one_long_weight(10, 4, 11, 1534))
    bodies["large-work-just-above-3-short"] = large(one_long_weight(14, 3, 35, 2644))
    equal = _right_cubes()
    equal["claim"]["sense"] = "equal"
    bodies["large-equal"] = equal
    bodies["large-kind-unknown"] = put(_right_cubes(), "primal.kind", "larger_weights")
    return {name: sealed({key: part for key, part in body.items() if key != "sha256"}) for name, body in bodies.items()}
