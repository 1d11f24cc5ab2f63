"""The sums of a certificate of a width, as slowly as they are defined, and whether its claim can be true."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from functools import cache
from itertools import permutations, product

import numpy as np

from tests.proofs_check.building.editing import Json, fraction

Vector = tuple[int, ...]
# the fewest neurons that anybody has reached at a frequency of small order, for these numbers of inputs
REACHED = {(2, 4): 4, (3, 3): 9, (3, 4): 12, (3, 6): 16, (4, 3): 18}


@cache
def orbit(h: Vector) -> Vector:
    """The least vector of the orbit."""
    return min(tuple(sorted(h)), tuple(sorted(-x for x in h)))


@cache
def column(m: Vector, pairs: int) -> dict[Vector, int]:
    """The column of m by its three steps, as sums over permutations of places."""
    k = len(m)
    second = [2 * i + 1 for i in range(pairs)]
    first = [place for place in range(k) if place not in second]
    p: defaultdict[Vector, int] = defaultdict(int)
    for a, b in product(permutations(first), permutations(second)):
        moved = list(m)
        for places, images in ((first, a), (second, b)):
            for place, image in zip(places, images, strict=True):
                moved[place] = m[image]
        p[tuple(moved)] = 1
    for i in range(pairs):
        q: defaultdict[Vector, int] = defaultdict(int)
        for h, c in p.items():
            swapped = list(h)
            swapped[2 * i], swapped[2 * i + 1] = h[2 * i + 1], h[2 * i]
            q[h] += c
            q[tuple(swapped)] -= c
        p = q
    result: defaultdict[Vector, int] = defaultdict(int)
    for h, c in p.items():
        result[h] += c
        result[tuple(-x for x in h)] += (-1) ** pairs * c
    return result


def polynomials(body: Json) -> list[dict[Vector, int]]:
    """Every phi of a certificate."""
    listed = []
    for block in body["blocks"]:
        columns = [column(tuple(m), block["pairs"]) for m in block["columns"]]
        for row in block["rows"]:
            phi: defaultdict[Vector, int] = defaultdict(int)
            for coefficient, p in zip(row, columns, strict=False):
                for h, c in p.items():
                    phi[h] += coefficient * c
            listed.append({h: c for h, c in phi.items() if c})
    return listed


def orbit_sums(body: Json) -> dict[Vector, int]:
    """S(o): all products of two coefficients of one phi."""
    sums: defaultdict[Vector, int] = defaultdict(int)
    for phi in polynomials(body):
        for (m, c), (h, d) in product(phi.items(), repeat=2):
            sums[orbit(tuple(x - y for x, y in zip(m, h, strict=True)))] += c * d
    return dict(sums)


@cache
def expansion(k: int) -> dict[Vector, int]:
    """(sum_j e^(i x_j) + e^(-i x_j))^k: k walks of one step in an array of all places."""
    walks = np.zeros((2 * k + 1,) * k, dtype=np.int64)
    walks[(k,) * k] = 1
    for _ in range(k):
        walks = sum((np.roll(walks, step, axis) for axis in range(k) for step in (1, -1)), np.zeros_like(walks))
    return {tuple(int(x) - k for x in place): int(walks[tuple(place)]) for place in np.argwhere(walks)}


def excess(sums: dict[Vector, int], k: int, order: int) -> Fraction:
    """What is positive outside {0}, vanishing orbits counting nothing and linked ones together."""
    powers = expansion(k)
    zero, one = (0,) * k, (1,) * k
    classes = [(m, [m]) for m in powers]
    if 0 < order <= 2 * k:  # else no two agree
        agree = [(m, h) for m in powers for h in powers if all((x - y) % order == 0 for x, y in zip(m, h, strict=True))]
        classes = [(m, sorted(h for g, h in agree if g == m)) for m in powers]

    def of(m: Vector) -> Vector:
        return orbit(tuple(x + y for x, y in zip(m, one, strict=True)))

    vanishing = {of(m) for m, members in classes if len(members) == 1} - {zero}
    factor = {}
    for _, members in classes:
        if len(members) == 2 and of(members[0]) != of(members[1]):
            a, b = sorted(members, key=lambda m: (powers[m], of(m)))
            factor[of(b)] = (of(a), Fraction(powers[a], powers[b]) ** 2)
    totals: defaultdict[Vector, Fraction] = defaultdict(Fraction)
    for h, value in sums.items():
        if h != zero and h not in vanishing:
            place, part = factor.get(h, (h, Fraction(1)))
            totals[place] += part * value
    return sum((value for value in totals.values() if value > 0), Fraction(0))


def completed(body: Json) -> Json:
    """The same certificate with the sums that its polynomials have."""
    k, order = body["task"]["k"], body["task"]["order"]
    sums = orbit_sums(body)
    mean = sums.get((0,) * k, 0)
    stated = {"value": sum(sums.values()), "mean": mean, "excess": fraction(excess(sums, k, order))}
    return body | {"sums": stated}


def most_claimed(body: Json) -> int:
    """The largest claim that the polynomials prove; 0 where they are all 0."""
    sums = completed(body)["sums"]
    below = sums["mean"] + Fraction(*sums["excess"])
    return -int(-sums["value"] // below) if below else 0


def is_true(body: Json) -> bool:
    """Whether a claim does not exceed a width that is reached."""
    k, order = body["task"]["k"], body["task"]["order"]
    return bool(body["claim"]["value"] <= REACHED.get((k, order), (k + 1) * 2 ** (k - 1)))
