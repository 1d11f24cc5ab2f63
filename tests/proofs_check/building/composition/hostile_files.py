"""Files for groups and sparse parity made to be slow or large."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count, product
from math import gcd

from tests.proofs_check.building.composition.building import parity, true
from tests.proofs_check.building.editing import Json, put, sealed

RADICANDS = [r for r in range(2, 60) if all(r % (d * d) for d in range(2, 8))][:16]


def wide(n: int) -> Json:
    """A statement about C2^m with one row for each element, all wrong but the first."""
    generators = []
    for i in range(n.bit_length() - 1):
        generators.append([x ^ 1 if x // 2 == i else x for x in range(2 * (n.bit_length() - 1))])
    body = true("S3", 2)
    ones = [1] * n
    body["task"]["generators"] = generators
    rows = [ones] + [[*ones[:-1], 2**32 - 1]] * (n - 1)
    orbits = [{"central": row, "degree": 1, "type": "real", "weight": [[1, 1, 1]]} for row in rows]
    body["group"] = {"order": n, "class_sizes": ones, "separator": [2**32 - 1] * n, "orbits": orbits}
    body["primal"] = {"masses": [[1, 2]] * (n - 1)}
    body["dual"] = {"class_weights": [[[1, 1, 2]]] * (n - 1)}
    return body


def _long_weights() -> Json:
    """C2^6 with class weights of 16 terms of 8,000 bits, tiny and so feasible, over one long denominator."""
    body = true("C2^6", 2)
    big, start = 2**8100 + 1, 2**4000
    numerators = (p for p in count(start) if gcd(p, big) == 1)
    body["dual"] = {"class_weights": [[[r, next(numerators), big] for r in RADICANDS] for _ in range(63)]}
    return body


def _full_table(n: int) -> Json:
    """C2^m with its true characters, long masses and class weights of 16 terms; all feasible, none optimal."""
    m = n.bit_length() - 1
    flips = list(product((0, 1), repeat=m))
    rows = [[(-1) ** sum(a * b for a, b in zip(row, flip, strict=True)) for flip in flips] for row in flips]
    separator = [2 ** flip.index(1) if sum(flip) == 1 else 0 for flip in flips]
    body, big = true("C2^6", 1), 2**8000 + 1
    units = [flip for flip in flips if sum(flip) == 1]
    body["task"]["generators"] = [[2 * i + (x ^ unit[i]) for i in range(m) for x in (0, 1)] for unit in units]
    orbits = [{"central": row, "degree": 1, "type": "real", "weight": [[1, 1, 1]]} for row in rows]
    body["group"] = {"order": n, "class_sizes": [1] * n, "separator": separator, "orbits": orbits}
    body["scale"] = [[1, 1, 2 * n]]
    numerators = (p for p in count(big // n + 1) if gcd(p, big) == 1)
    body["primal"] = {"masses": [[next(numerators), big] for _ in range(n - 1)]}
    body["dual"] = {"class_weights": [[[r, 1, 10**6] for r in RADICANDS] for _ in range(n - 1)]}
    return body


HOSTILE: dict[str, Callable[[], bytes]] = {
    "c2^8": lambda: sealed(wide(256)),
    "c2^9": lambda: sealed(wide(512)),
    "table-of-c2^8": lambda: sealed(_full_table(256)),
    "group-brackets": lambda: b'{"kind":"group_composition"' + b"[" * 10**6,
    "long-class-weights": lambda: sealed(_long_weights()),
    "two-long-cycles": lambda: sealed(
        put(true("S3", 2), "task.generators", [[*range(1, 5000), 0], [1, 0, *range(2, 5000)]])
    ),
    "sixteen-generators": lambda: sealed(
        put(true("S3", 2), "task.generators", [[*range(1, 3000), 0]] * 15 + [[1, 0, *range(2, 3000)]])
    ),
    "one-long-cycle": lambda: sealed(put(true("S3", 2), "task.generators", [[*range(1, 3162), 0]])),
    "parity-of-many-digits": lambda: sealed(put(parity(64, 64), "claim.value", [[999_999_937, 2**8191, 2**8191 - 1]])),
    "megabytes-of-generators": lambda: sealed(put(true("S3", 2), "task.generators", [list(range(300_000))] * 2)),
}
