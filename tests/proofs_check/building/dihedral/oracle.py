"""The sums of a certificate for a dihedral group, as slowly as they are defined, and whether its claim can be true."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import product

from tests.proofs_check.building.editing import Json

Vector = tuple[int, ...]
# the fewest neurons that anybody has reached, by inputs and order; and at every other order
REACHED = {(2, 4): 8}
REACHED_ELSEWHERE = {2: 10, 3: 36, 4: 162}


def orbit(degrees: Vector) -> Vector:
    return min(degrees, degrees[::-1])


def times(left: dict[Vector, int], right: dict[Vector, int]) -> dict[Vector, int]:
    """The product of two combinations of exponentials."""
    result: defaultdict[Vector, int] = defaultdict(int)
    for (m, c), (h, d) in product(left.items(), right.items()):
        result[tuple(x + y for x, y in zip(m, h, strict=True))] += c * d
    return dict(result)


def exponentials(row: list[int], block: Json) -> dict[Vector, int]:
    """2^(k+1) i^(number of sines) phi in exponentials."""
    places = len(block["sines"])
    result: defaultdict[Vector, int] = defaultdict(int)
    for coefficient, m in zip(row, block["columns"], strict=False):
        for signs in product((1, -1), repeat=places):
            sign = 1
            for s, sine in zip(signs, block["sines"], strict=True):
                sign *= s if sine else 1
            result[tuple(s * x for s, x in zip(signs, m, strict=True))] += sign * coefficient
    return dict(result)


def orbit_sums(body: Json) -> dict[Vector, int]:
    """S(o): of phi times its conjugate, the coefficients of exponents with these sizes; 4^(k+1) against 2^(k+1)."""
    sums: defaultdict[Vector, int] = defaultdict(int)
    for block in body["blocks"]:
        for row in block["rows"]:
            phi = exponentials(row, block)
            conjugate = {tuple(-x for x in m): c for m, c in phi.items()}
            for h, c in times(phi, conjugate).items():
                sums[orbit(tuple(map(abs, h)))] += c
    scale = 2 ** (body["task"]["k"] + 1)
    assert all(value % scale == 0 for value in sums.values())
    return {h: value // scale for h, value in sums.items()}


@cache
def vanishing(k: int, order: int) -> frozenset[Vector]:
    """By multiplying out (u_1 + ... + u_k)^k w for rotations and reflections in every place.

    Exponents are those of the angles of inputs and label, modulo the order, and of the angles of the vectors.
    """
    found = set()
    for case in product((False, True), repeat=k + 1):
        factors = []
        for j, reflected in enumerate(case):
            left, right = (j, j + 1) if j < k else (0, k)
            waves = {}
            for end in (1, -1):
                entries = [0] * (2 * k + 2)
                entries[j] = end
                entries[k + 1 + right] += -end if reflected else end
                entries[k + 1 + left] += -end
                waves[tuple(entries)] = 1
            factors.append(waves)
        total: dict[Vector, int] = {}
        for waves in factors[:k]:
            total |= waves
        power = factors[k]
        for _ in range(k):
            power = times(power, total)
        alike: defaultdict[Vector, set[Vector]] = defaultdict(set)
        for exponent, coefficient in power.items():
            assert coefficient > 0
            inputs = tuple(x % order if order else x for x in exponent[: k + 1])
            alike[inputs].add(exponent[k + 1 :])
        found |= {orbit(tuple(map(abs, next(iter(angles))))) for angles in alike.values() if len(angles) == 1}
    return frozenset(found) - {(0,) * (k + 1)}


def completed(body: Json) -> Json:
    """The same certificate with the sums that its polynomials have."""
    k = body["task"]["k"]
    sums = orbit_sums(body)
    mean, known = sums.get((0,) * (k + 1), 0), vanishing(k, body["task"]["order"])
    free = [value for h, value in sums.items() if any(h) and h not in known]
    stated = {"value": sum(sums.values()), "mean": mean, "excess": sum(value for value in free if value > 0)}
    return body | {"sums": stated}


def most_claimed(body: Json) -> int:
    """The largest claim that the polynomials prove; 0 where they are all 0."""
    sums = completed(body)["sums"]
    below = sums["mean"] + sums["excess"]
    return -(-sums["value"] // below) if below else 0


def is_true(body: Json) -> bool:
    """Whether a claim does not exceed a width that is reached."""
    k, order = body["task"]["k"], body["task"]["order"]
    return bool(body["claim"]["value"] <= REACHED.get((k, order), REACHED_ELSEWHERE[k]))
