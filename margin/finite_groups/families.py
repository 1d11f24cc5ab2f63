"""Families of named groups: orders and generating permutations, 0-based, acting from the right: first g, then h."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import factorial

from margin.finite_groups import linear

Permutation = list[int]


@dataclass(frozen=True)
class Factor:
    """One group of a product: the family and its number, as in the name.

    Of a linear group, n is the size of the field, and `size` that of the matrices.
    """

    family: str
    n: int
    size: int = 2

    @property
    def name(self) -> str:
        return f"{self.family}({self.size},{self.n})" if self.family in linear.FAMILIES else f"{self.family}{self.n}"

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
            case "M":
                return 7920
            case family if family in linear.FAMILIES:
                return linear.order(family, self.size, n)
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
    families = [
        linear.generators(part.family, part.size, part.n)
        if part.family in linear.FAMILIES
        else _FAMILIES[part.family](part.n)
        for part in parts
    ]
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


def _semidihedral(n: int) -> list[Permutation]:
    """<r, s : r^m = s^2 = 1, s r s = r^(m/2 - 1)>, m = n / 2: x -> x + 1 and x -> (m/2 - 1) x modulo m."""
    m = n // 2
    return [*_cyclic(m), [(m // 2 - 1) * x % m for x in range(m)]]


def _mathieu(_: int) -> list[Permutation]:
    """M11 on 11 points: (1,2,3,4,5,6,7,8,9,10,11), (3,7,11,8)(4,10,5,6) (Conway et al., Atlas of Finite Groups)."""
    return [*_cyclic(11), [0, 1, 6, 9, 5, 3, 10, 2, 8, 4, 7]]


_FAMILIES: dict[str, Callable[[int], list[Permutation]]] = {
    "C": _cyclic,
    "D": _dihedral,
    "Dic": _dicyclic,
    "Q": _quaternion,
    "S": _symmetric,
    "A": _alternating,
    "SD": _semidihedral,
    "M": _mathieu,
}
