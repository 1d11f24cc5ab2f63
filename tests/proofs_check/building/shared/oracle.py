"""What a certificate of a shared embedding should state, as slowly as it is defined, and whether its claim is true."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from itertools import combinations_with_replacement, permutations, product
from math import cos, gcd, isqrt, pi

from margin.addition.maximum import maximum_margin as separate
from margin.shared.maximum import maximum_margin
from margin.tasks import ModularAddition, SharedEmbedding
from tests.proofs_check.building.editing import Json, fraction

Vector = tuple[int, ...]
Pair = tuple[Vector, int]
Product = tuple[Vector, Vector]


@cache
def units(n: int) -> list[int]:
    return [v for v in range(1, n) if gcd(v, n) == 1]


@cache
def classes(n: int, k: int) -> list[list[Pair]]:
    """All pairs of each class, inputs in any order, the first pair first; classes in the order of their first pairs."""
    found: dict[Pair, list[Pair]] = {}
    for pair in product(product(range(n), repeat=k), range(1, n)):
        if pair not in found:
            a, d = pair
            members = {
                (order, v * d % n)
                for v in units(n)
                for s in range(n)
                for order in permutations([(v * x + s) % n for x in a])
            }
            found |= dict.fromkeys(members, sorted(members))
    return [list(members) for members in sorted({tuple(members) for members in found.values()})]


@cache
def ramanujan(n: int, m: int) -> int:
    return round(sum(cos(2 * pi * v * m / n) for v in units(n)))


@cache
def kernel(n: int, pair: Pair, z: int, others: Vector) -> int:
    """K, term by term."""
    (a, d), total = pair, 0
    for images in product(a, repeat=len(a)):
        m = z * sum(a) + sum(x * y for x, y in zip(others, images, strict=True))
        total += ramanujan(n, m % n) - ramanujan(n, (m - z * d) % n)
    return total


@cache
def monomials(n: int, k: int, extra: int, charge: int) -> list[Product]:
    """In the order of the format."""
    first = [((z,), c) for z in range(1, n) for c in combinations_with_replacement(range(n), extra)]
    second = [((), c) for c in combinations_with_replacement(range(n), k + extra)]
    listed: list[Product] = [*first, *second]
    return [(h, c) for h, c in listed if (k * sum(h) + sum(c) - charge) % n == 0]


@cache
def orbit(n: int, heads: Vector, tails: Vector) -> Product:
    """The least product of an orbit."""
    return min((tuple(sorted(v * x % n for x in heads)), tuple(sorted(v * x % n for x in tails))) for v in units(n))


def between(n: int, g: Product, h: Product) -> Product:
    """The orbit of g* h."""
    return orbit(n, tuple(-x % n for x in g[0]) + h[0], tuple(-x % n for x in g[1]) + h[1])


def charges(n: int) -> list[int]:
    return [0, *(s for s in range(1, n) if n % s == 0)]


@cache
def wanted(n: int, k: int, extra: int) -> dict[Product, int]:
    """norms(o) by multiplying ||w||^2 ||u||^(2e) + ||u||^(2k+2e) out."""
    norms: defaultdict[Product, int] = defaultdict(int)
    for z in range(1, n):
        for x in product(range(n), repeat=extra):
            norms[orbit(n, (z, -z % n), x + tuple(-y % n for y in x))] += len(units(n))
    for x in product(range(n), repeat=k + extra):
        norms[orbit(n, (), x + tuple(-y % n for y in x))] += len(units(n))
    return norms


def expansions(n: int, k: int, extra: int) -> Iterator[tuple[int, Vector, Product]]:
    """z, z_1..z_k and the orbit of each product of gaps(o)."""
    for z, *free in product(range(1, n), *[range(n)] * (k - 1)):
        c = (*free, (-k * z - sum(free)) % n)
        for x in product(range(n), repeat=extra):
            yield z, c, orbit(n, (z,), c + x + tuple(-y % n for y in x))


def rest(body: Json) -> int:
    """The largest row sum of all charges, not only of those in the file."""
    n, k, dual = body["task"]["n"], body["task"]["k"], body["dual"]
    extra, total = dual["extra"], sum(dual["weights"])
    left: defaultdict[Product, int] = defaultdict(int)
    for o, value in wanted(n, k, extra).items():
        left[o] += total * dual["bound"] * value
    firsts = [members[0] for members in classes(n, k)]
    for z, c, o in expansions(n, k, extra):
        mixed = sum(s * kernel(n, pair, z, c) for s, pair in zip(dual["weights"], firsts, strict=True) if s)
        left[o] -= 2 * dual["scale"] ** 2 * mixed
    entries: defaultdict[Product, int] = defaultdict(int)
    tables = []
    for s, rows in zip(charges(n), dual["blocks"], strict=True):
        size = len({v * s % n for v in units(n)})
        listed = monomials(n, k, extra, s)
        full = [row + [0] * (len(rows) - len(row)) for row in rows]
        table = [[between(n, g, h) for h in listed] for g in listed]
        tables.append(table)
        for i, row in enumerate(table):
            for j, o in enumerate(row):
                entries[o] += size
                left[o] -= total * size * sum(x * y for x, y in zip(full[i], full[j], strict=True))
    assert all(o in entries for o, value in left.items() if value)
    return max(sum(-(-abs(left[o]) // entries[o]) for o in row) for table in tables for row in table)


def gap(body: Json) -> Fraction:
    """The least mean gap over all pairs of a class, each input in every order."""
    n, k = body["task"]["n"], body["task"]["k"]
    least = []
    for members in classes(n, k):
        total = Fraction(0)
        for x in body["primal"]["neurons"]:
            for a, d in members:
                y = sum(a) % n
                total += x["mass"] * sum(x["u"][b] for b in a) ** k * (x["w"][y] - x["w"][(y - d) % n])
        least.append(total / len(members))
    return min(least)


def ends(body: Json) -> tuple[Fraction, Fraction]:
    """What the parts prove: at least, at most (rounded up a little); 0 for a part that is not there."""
    n, k = body["task"]["n"], body["task"]["k"]
    low = high = Fraction(0)
    if "primal" in body:
        low = Fraction(*body["primal"]["gap"]) / sum(x["mass"] * x["norm"] for x in body["primal"]["neurons"])
    if "dual" in body:
        dual, phi = body["dual"], len(units(n))
        total = sum(dual["weights"])
        bound = Fraction(total * phi * dual["bound"] + dual["rest"], total * phi * dual["scale"] ** 2)
        square = bound**2 * Fraction(k**k, ((k + 1) * n) ** (k + 1))
        high = Fraction(isqrt((square.numerator << 160) // square.denominator) + 1, 1 << 80)
    return low, high


def completed(body: Json) -> Json:
    """The same certificate with norms, gap, rest and claim as they should be."""
    k, result = body["task"]["k"], dict(body)
    if "primal" in body:
        neurons = [
            x | {"norm": _root(sum(y * y for y in x["u"] + x["w"]) ** (k + 1))} for x in body["primal"]["neurons"]
        ]
        result["primal"] = {"neurons": neurons, "gap": fraction(gap(body))}
    if "dual" in body:
        result["dual"] = body["dual"] | {"rest": rest(body)}
    low, high = map(fraction, ends(result))
    values = {"enclosure": [low, high], "lower": low, "upper": high}
    return result | {"claim": body["claim"] | {"value": values[body["claim"]["sense"]]}}


def _root(square: int) -> int:
    return isqrt(square) + (isqrt(square) ** 2 < square)


@cache
def known(n: int, k: int) -> tuple[float, float]:
    """Numbers below and above gamma*: the saved enclosure, else 0 and k^(k/2) that of separate ones (theory, 10.7)."""
    if n <= {2: 23, 3: 9}.get(k, 0):
        saved = maximum_margin(SharedEmbedding(n, k))
        return float(saved.low), float(saved.high)
    return 0.0, k ** (k / 2) * float(separate(ModularAddition(n, k)))


def is_true(body: Json) -> bool:
    """Whether a claim does not contradict what is known of gamma*."""
    least, most = known(body["task"]["n"], body["task"]["k"])
    sense, value = body["claim"]["sense"], body["claim"]["value"]
    low, high = (Fraction(*end) for end in (value if sense == "enclosure" else (value, value)))
    return (sense == "upper" or low <= most) and (sense == "lower" or high >= least)
