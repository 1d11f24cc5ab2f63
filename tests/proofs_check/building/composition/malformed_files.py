"""Files that a checker must refuse: bytes, form or limits are broken."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.proofs_check.building.composition.building import parity, true
from tests.proofs_check.building.editing import Json, add, canonical, digest, drop, fraction, put, sealed

# orthonormal with the class sizes as weights, as characters are: 1, 3/5, -7/5 and 2, -4/5, 1/5 times sizes over degrees
S3_ORTHONORMAL: list[Any] = [[1, 3, 2], [[1, 1], [9, 5], [-14, 5]], [[1, 1], [-6, 5], [1, 5]]]


def _body(changes: Json) -> bytes:
    return sealed(true("S3", 2) | changes)


def group_files() -> dict[str, bytes]:
    base, low, high = true("S3", 2), true("S3", 2, "lower"), true("S3", 2, "upper")
    data = sealed(base)

    def at(place: str, value: Any, body: Json = base) -> bytes:
        return sealed(put(body, place, value))

    orthonormal = base
    for i, row in enumerate(S3_ORTHONORMAL):
        orthonormal = put(orthonormal, f"group.orbits.{i}.central", row)
    ten = [[*range(1, 10), 0], [1, 0, *range(2, 10)]]
    seventeen = [
        [r, i % 5 + 1, 3] for i, r in enumerate([2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59])
    ]
    long = [fraction(Fraction(1, 2**8000 + 1)), fraction(Fraction(1, 2**8000 + 3))]
    spread = [
        [[r, 1, 9] for r in (2, 3, 5, 7, 11, 13, 17, 19, 23)],
        [[r, 1, 9] for r in (29, 31, 37, 41, 43, 47, 53, 59)],
    ]
    return {
        "hash-wrong": canonical(base | {"sha256": digest(low)}),
        "hash-missing": canonical(base),
        "spaces": data.replace(b":", b": "),
        "truncated": data[: len(data) // 2],
        "key-twice": data.replace(b'"k":2,', b'"k":2,"k":2,'),
        "k-is-0": at("task.k", 0),
        "k-is-65": at("task.k", 65),
        "k-is-true": at("task.k", True),
        "k-is-a-float": at("task.k", 2.0),
        "k-is-a-text": at("task.k", "2"),
        "k-missing": sealed(drop(base, "task.k")),
        "version-2": at("version", 2),
        "format-unknown": at("format", "margin certificate"),
        "kind-unknown": at("task.kind", "group_composition "),
        "quantity-squared": at("claim.quantity", "squared_margin"),
        "sense-enclosure": at("claim.sense", "enclosure"),
        "claim-a-list": at("claim", []),
        "value-a-number": at("claim.value", [[1, 1, 40]]),
        "value-without-denominator": sealed(drop(base, "claim.value.denominator")),
        "value-not-a-number": at("claim.value.numerator", [[1, float("nan"), 1]]),
        "value-infinite": at("claim.value.numerator", float("inf")),
        "norm-missing": sealed(drop(base, "norm")),
        "norm-outer-a-float": at("norm.outer", 3.0),
        "key-unknown": _body({"remark": 1}),
        "lower-with-a-dual": sealed(low | {"dual": base["dual"]}),
        "upper-with-a-primal": sealed(high | {"primal": base["primal"]}),
        "equal-without-a-dual": sealed(drop(base, "dual")),
        "equal-without-a-primal": sealed(drop(base, "primal")),
        "generators-none": at("task.generators", []),
        "generators-of-no-points": at("task.generators", [[]]),
        "generators-no-permutation": at("task.generators", [[0, 0, 2], [1, 2, 0]]),
        "generators-from-1": at("task.generators", [[2, 3, 1], [2, 1, 3]]),
        "generators-of-different-degree": at("task.generators", [[1, 2, 0], [1, 0]]),
        "generators-17": at("task.generators", [[1, 2, 0]] * 16 + [[1, 0, 2]]),
        "generators-a-boolean": at("task.generators", [[True, False, 2], [1, 2, 0]]),
        "generators-a-text": at("task.generators", "(1,2,3)"),
        "group-trivial": sealed(put(base, "task.generators", [[0, 1, 2]])),
        "group-s10-too-large": at("task.generators", ten),
        "points-5001": at("task.generators", [[1, 0, *range(2, 5001)]]),
        "order-times-points-too-large": at("task.generators", [[*range(1, 5000), 0]]),
        "central-orthonormal-fractions": sealed(orthonormal),
        "central-too-short": at("group.orbits.1.central", [1, -3]),
        "central-of-2-to-the-32": at("group.orbits.1.central", [1, -3, 2**32]),
        "central-a-float": at("group.orbits.1.central", [1, -3, 2.0]),
        "central-missing": sealed(drop(base, "group.orbits.1.central")),
        "separator-too-long": at("group.separator", [0, 1, 2, 3]),
        "separator-of-2-to-the-32": at("group.separator", [0, 1, -(2**32)]),
        "class-sizes-too-few": at("group.class_sizes", [1, 5]),
        "no-orbits": sealed(put(put(base, "group.orbits", []), "primal.masses", [])),
        "type-unknown": at("group.orbits.1.type", "Real"),
        "type-an-indicator": at("group.orbits.1.type", 1),
        "degree-a-fraction": at("group.orbits.1.degree", [1, 1]),
        "weight-of-two-terms": at("group.orbits.1.weight", [[1, 1, 2], [2, 1, 2]]),
        "scale-of-two-terms": at("scale", [[1, 1, 2], [2, 1, 2]]),
        "scale-not-reduced": at("scale", [[2, 2, 108]]),
        "scale-not-squarefree": at("scale", [[8, 1, 108]]),
        "radicand-of-10-to-the-9": at("claim.value.numerator", [[10**9, 1, 1]]),
        "radicand-0": at("claim.value.numerator", [[0, 1, 1]]),
        "terms-17": at("claim.value.numerator", seventeen),
        "terms-descending": at("claim.value.numerator", [[2, 1, 1], [1, 1, 1]]),
        "term-zero": at("claim.value.numerator", [[2, 0, 1]]),
        "denominator-0": at("primal.masses", [[1, 0], [1, 6]]),
        "integer-of-8193-bits": at("claim.value.numerator", [[1, 2**8192, 1]]),
        "masses-too-few": at("primal.masses", [[1, 6]]),
        "masses-too-many": sealed(add(base, "primal.masses", [1, 6])),
        "masses-numbers": at("primal.masses", [[[1, 1, 6]], [[1, 4, 6]]]),
        "masses-with-a-long-common-denominator": at("primal.masses", long),
        "class-weights-too-few": at("dual.class_weights", [[[1, 1, 6]]]),
        "class-weights-for-the-identity-too": sealed(add(base, "dual.class_weights", [])),
        "class-weights-with-17-radicands": at("dual.class_weights", spread),
    }  # fmt: skip


def parity_files() -> dict[str, bytes]:
    base = parity(10, 4)

    def at(place: str, value: Any) -> bytes:
        return sealed(put(base, place, value))

    return {
        "k-above-n": at("task.k", 11),
        "k-is-0": at("task.k", 0),
        "k-is-65": sealed(put(put(base, "task.k", 65), "task.n", 65)),
        "n-of-2-to-the-256": at("task.n", 2**256),
        "n-a-float": at("task.n", 10.0),
        "k-is-true": at("task.k", True),
        "version-2": at("version", 2),
        "inputs-other": at("dual.inputs", "all"),
        "inputs-missing": sealed(drop(base, "dual.inputs")),
        "lower-with-a-dual": at("claim.sense", "lower"),
        "equal-without-a-primal": sealed(drop(base, "primal")),
        "value-of-two-terms": at("claim.value", [[1, 1, 2], [2, 1, 2]]),
        "bit-weight-of-two-terms": at("primal.bit_weight", [[1, 1, 2], [2, 1, 2]]),
        "bound-a-fraction": at("dual.bound", [1, 2]),
        "mass-with-denominator-0": at("primal.mass_each", [1, 0]),
        "radicand-of-10-to-the-9": at("claim.value", [[10**9, 1, 1]]),
        "not-a-number": at("claim.value", [[1, float("nan"), 1]]),
        "hash-wrong": canonical(base | {"sha256": digest(parity(9, 4))}),
    }


def malformed_files() -> dict[str, bytes]:
    return group_files() | {f"parity-{name}": data for name, data in parity_files().items()}
