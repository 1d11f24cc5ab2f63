"""Families of named groups: orders and generating permutations, 0-based, acting from the right: first g, then h."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import factorial

Permutation = list[int]


@dataclass(frozen=True)
class Factor:
    """One group of a product: the family and its number, as in the name."""

    family: str
    n: int

    @property
    def name(self) -> str:
        return f"{self.family}(2,{self.n})" if self.family.endswith("SL") else f"{self.family}{self.n}"

    @property
    def order(self) -> int:
        """Order of the group; a large factorial is cut off beyond 30! (it is only ever refused)."""
        n = self.n
        match self.family:
            case "D":
                return 2 * n
            case "Dic":
                return 4 * n
            case "S":
                return factorial(min(n, 30))
            case "A":
                return max(1, factorial(min(n, 30)) // 2)
            case "SL":
                return n * (n * n - 1)
            case "PSL":
                return n * (n * n - 1) // (1 + n % 2)
        return n

    @property
    def cyclic(self) -> tuple[int, ...] | None:
        """Orders of cyclic groups whose product this is, if it is abelian."""
        n = self.n
        match self.family:
            case "C":
                return (n,)
            case "D" if n <= 2:
                return (2,) * n
            case "S" if n <= 2:
                return (n,)
            case "A" if n <= 3:
                return (3 if n == 3 else 1,)
        return None


def generators(parts: Sequence[Factor]) -> list[Permutation]:
    """Generators of the product of these groups, on the disjoint union of their points."""
    families = [_FAMILIES[part.family](part.n) for part in parts]
    degrees = [len(family[0]) for family in families]
    result = []
    for i, family in enumerate(families):
        before, after = sum(degrees[:i]), sum(degrees[i + 1 :])
        for g in family:
            tail = range(before + len(g), before + len(g) + after)
            result.append([*range(before), *(before + x for x in g), *tail])
    return result


def _cyclic(n: int) -> list[Permutation]:
    return [[(x + 1) % n for x in range(n)]]


def _dihedral(n: int) -> list[Permutation]:
    if n <= 2:  # the n-gon has too few corners
        return [[1, 0]] if n == 1 else [[1, 0, 2, 3], [0, 1, 3, 2]]
    return [*_cyclic(n), [-x % n for x in range(n)]]


def _symmetric(n: int) -> list[Permutation]:
    return [*_cyclic(n), [1, 0, *range(2, n)]] if n > 1 else [[0]]


def _alternating(n: int) -> list[Permutation]:
    """The 3-cycles (0, 1, i)."""
    result = []
    for i in range(2, n):
        images = list(range(n))
        images[0], images[1], images[i] = 1, i, 0
        result.append(images)
    return result or [list(range(n))]


def _dicyclic(n: int) -> list[Permutation]:
    """<x, y : x^(2n) = 1, y^2 = x^n, y^-1 x y = x^-1>. With n = 2^a m, m odd: x -> x + 1, y: x -> -x on Z_m, and on
    the elements x^i y^j of the dicyclic group of 2^a multiplication from the right (x^i = point i, x^i y = r + i)."""
    two = n & -n
    m, r = n // two, 2 * two
    x = [
        *((i + 1) % m for i in range(m)),
        *(m + (i + 1) % r for i in range(r)),
        *(m + r + (i - 1) % r for i in range(r)),
    ]
    y = [*(-i % m for i in range(m)), *(m + r + i for i in range(r)), *(m + (i + two) % r for i in range(r))]
    return [x, y]


def _quaternion(n: int) -> list[Permutation]:
    return _dicyclic(n // 4)


def _special_linear(q: int) -> list[Permutation]:
    """On the non-zero row vectors, v -> v A."""
    return _matrix_action([(u, v) for u in range(q) for v in range(q) if u or v], lambda v: v, q)


def _projective(q: int) -> list[Permutation]:
    """On the lines, each given by its vector with first non-zero entry 1."""

    def normalised(v: tuple[int, int]) -> tuple[int, int]:
        scale = pow(v[0] or v[1], -1, q)
        return v[0] * scale % q, v[1] * scale % q

    return _matrix_action([(0, 1), *((1, v) for v in range(q))], normalised, q)


def _matrix_action(
    points: list[tuple[int, int]], normalised: Callable[[tuple[int, int]], tuple[int, int]], q: int
) -> list[Permutation]:
    """The matrices (1 1; 0 1) and (0 1; -1 0), which generate SL(2, q) for prime q."""
    number = {point: i for i, point in enumerate(points)}
    images = ([(u, (u + v) % q) for u, v in points], [(-v % q, u) for u, v in points])
    return [[number[normalised(image)] for image in moved] for moved in images]


_FAMILIES: dict[str, Callable[[int], list[Permutation]]] = {
    "C": _cyclic,
    "D": _dihedral,
    "Dic": _dicyclic,
    "Q": _quaternion,
    "S": _symmetric,
    "A": _alternating,
    "SL": _special_linear,
    "PSL": _projective,
}
