"""Brute-force oracles for finite groups, by plain loops from the definitions; cyclotomic integers in exact form.

Permutations are tuples of images; (g * h)[x] = h[g[x]]. Nothing here uses numpy or the package's group code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from math import lcm
from pathlib import Path

from sympy import Poly, cyclotomic_poly
from sympy.abc import x as variable

Permutation = tuple[int, ...]
Table = list[list[int]]
Cyclotomic = tuple[int, ...]


def compose(g: Permutation, h: Permutation) -> Permutation:
    return tuple(h[g[x]] for x in range(len(g)))


def inverse(g: Permutation) -> Permutation:
    return tuple(sorted(range(len(g)), key=lambda x: g[x]))


def closure(generators: Iterable[Permutation]) -> list[Permutation]:
    """All products, sorted."""
    generators = [tuple(g) for g in generators]
    found = {tuple(range(len(generators[0])))}
    waiting = list(found)
    while waiting:
        g = waiting.pop()
        for h in generators:
            if (gh := compose(g, h)) not in found:
                found.add(gh)
                waiting.append(gh)
    return sorted(found)


def classes(elements: Sequence[Permutation]) -> set[frozenset[Permutation]]:
    return {frozenset(compose(compose(inverse(g), x), g) for g in elements) for x in elements}


def power(g: Permutation, m: int) -> Permutation:
    result = tuple(range(len(g)))
    for _ in range(abs(m)):
        result = compose(result, g if m > 0 else inverse(g))
    return result


def order(g: Permutation) -> int:
    return next(m for m in range(1, 10**6) if power(g, m) == power(g, 0))


def failing_axiom(table: Sequence[Sequence[int]]) -> str | None:
    """The first of closure, identity, inverse, associativity that fails; None for a group."""
    n = len(table)
    if any(not 0 <= value < n for row in table for value in row):
        return "closure"
    identities = [e for e in range(n) if all(table[e][x] == x == table[x][e] for x in range(n))]
    if not identities:
        return "identity"
    (e,) = identities
    if not all(any(table[x][y] == e == table[y][x] for y in range(n)) for x in range(n)):
        return "inverse"
    triples = product(range(n), repeat=3)
    return None if all(table[table[x][y]][z] == table[x][table[y][z]] for x, y, z in triples) else "associativity"


# -- cyclotomic integers -------------------------------------------------------------------


@cache
def _reduced_powers(n: int) -> tuple[Cyclotomic, ...]:
    """zeta_n^k for k in 0..n-1 in the basis 1, zeta, .., zeta^(phi(n) - 1)."""
    modulus = [int(c) for c in Poly(cyclotomic_poly(n, variable), variable).all_coeffs()][::-1]
    degree = len(modulus) - 1
    powers, current = [], [1] + [0] * (degree - 1)
    for _ in range(n):
        powers.append(tuple(current))
        top = current[-1]
        current = [a - top * b for a, b in zip([0, *current[:-1]], modulus[:-1], strict=True)]
    return tuple(powers)


def cyclotomic(multiplicities: Sequence[int], conductor: int) -> Cyclotomic:
    """sum_j m_j zeta_o^j, o the length, in the power basis of the conductor's cyclotomic field: equal iff equal."""
    o = len(multiplicities)
    powers = _reduced_powers(conductor)
    total = [0] * len(powers[0])
    for j, m in enumerate(multiplicities):
        if m:
            total = [a + m * b for a, b in zip(total, powers[j * (conductor // o) % conductor], strict=True)]
    return tuple(total)


def parse_gap(text: str, conductor: int) -> Cyclotomic:
    """A value as GAP prints it: integers and integer multiples of E(n)^k, added and subtracted."""
    coefficients = [0] * conductor
    term = re.compile(r"([+-]?)(?:(\d+)\*)?(?:E\((\d+)\)(?:\^(\d+))?|(\d+))")
    assert "".join(match[0] for match in term.finditer(text)) == text
    for sign, factor, n, k, integer in term.findall(text):
        size = int(integer) if integer else int(factor or 1)
        position = int(k or 1) * conductor // int(n) if n else 0
        coefficients[position % conductor] += -size if sign == "-" else size
    return cyclotomic(coefficients, conductor)


# -- reference data ------------------------------------------------------------------------


@dataclass(frozen=True)
class Reference:
    """A group of the data file, permutations 0-based."""

    name: str
    order: int
    generators: list[Permutation]
    class_sizes: list[int]
    class_representatives: list[Permutation]
    indicators: list[int]
    characters: list[list[str]]

    @property
    def conductor(self) -> int:
        return lcm(*map(order, self.class_representatives))


def references() -> list[Reference]:
    text = (Path(__file__).parents[1] / "data" / "groups.json").read_text()
    shift: Callable[[list[int]], Permutation] = lambda images: tuple(x - 1 for x in images)  # noqa: E731
    return [
        Reference(
            entry["name"],
            entry["order"],
            [shift(g) for g in entry["generators"]],
            entry["class_sizes"],
            [shift(g) for g in entry["class_representatives"]],
            entry["indicators"],
            entry["characters"],
        )
        for entry in json.loads(text)
    ]
