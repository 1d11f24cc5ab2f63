"""Whether any network separates the data, in exact arithmetic: features are float64 numbers, so rational.

x^k: functions of networks without bound on their width are all vectors of forms of degree k, so separation is a system
of linear inequalities over the monomials of degree k, or over the values <x, x'>^k (their Gram matrix). It holds where
these are linearly independent, and is decided by a rational linear program otherwise.

ReLU and |x|: a network's values on inputs of different rays (lines) are free, but for the odd part of a network of
ReLU, which is linear, as ReLU(t) - ReLU(-t) = t. So inputs of one ray need one label, and opposite inputs of different
labels y, y' need linear functions with (A_y - A_y') x > 0, a linear program again.

An input 0 has the value 0 for every class: no network separates it.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from itertools import combinations_with_replacement
from math import comb, gcd, prod

import numpy as np

from margin.networks.activations import Absolute, ReLU
from margin.numbers.simplex import RationalTableau
from margin.solver.clock import Clock, OutOfTime
from margin.solver.dataset import DataSet

Vector = tuple[int, ...]
_MOST_NUMBERS = 200_000  # features that are made exact
_MOST_BITS = 40_000  # of one entry of a linear program
_MOST_INPUTS = 400  # for an exact rank
_MOST_ENTRIES = 20_000  # of a linear program
_PRIME = (1 << 31) - 1


def has_zero_input(data: DataSet) -> bool:
    """Whether an input is 0: every homogeneous network then has margin <= 0."""
    return bool((~data.features.any(axis=1)).any())


def separable(data: DataSet, clock: Clock | None = None) -> bool | None:
    """Whether some network has a positive margin on the data; None where that is too large to decide, or time ends.

    Raises ValueError for an activation that is not homogeneous.
    """
    degree = data.degree - 1
    if has_zero_input(data):
        return False
    if data.features.size > _MOST_NUMBERS:
        return None
    labels = [int(label) for label in data.labels]
    if isinstance(data.activation, ReLU | Absolute):
        points = [_primitive(_integers(row)) for row in data.features]
        return _piecewise(points, labels, data.classes, isinstance(data.activation, Absolute), clock)
    scaled = [_integers(row) for row in data.features]
    directions = [_primitive(point) for point in scaled]
    forms = [point if degree % 2 else _line(point) for point in directions]
    if _clash(forms, labels):
        return False
    # an input may be multiplied by any positive number, so primitive vectors stand for it
    distinct = dict(zip(forms, labels, strict=True))
    return _forms(list(distinct), list(distinct.values()), data.classes, degree, clock)


def _integers(row: np.ndarray) -> Vector:
    """A positive multiple of the row in integers."""
    fractions = [float(x).as_integer_ratio() for x in row]
    scale = max(denominator for _, denominator in fractions)  # powers of two
    return tuple(numerator * (scale // denominator) for numerator, denominator in fractions)


def _primitive(point: Vector) -> Vector:
    """The shortest vector of integers on the ray."""
    divisor = gcd(*point)
    return tuple(x // divisor for x in point)


def _line(point: Vector) -> Vector:
    """The same for a vector and its negative."""
    return max(point, tuple(-x for x in point))


def _clash(points: list[Vector], labels: list[int]) -> bool:
    """Whether one point comes with two labels."""
    seen: dict[Vector, int] = {}
    return any(seen.setdefault(point, label) != label for point, label in zip(points, labels, strict=True))


def _piecewise(points: list[Vector], labels: list[int], classes: int, even: bool, clock: Clock | None) -> bool | None:
    if even:
        return not _clash([_line(point) for point in points], labels)
    if _clash(points, labels):
        return False
    lines: dict[Vector, list[tuple[Vector, int]]] = defaultdict(list)
    for point, label in dict(zip(points, labels, strict=True)).items():
        lines[_line(point)].append((point, label))
    opposite = [pair for pair in lines.values() if len(pair) == 2 and pair[0][1] != pair[1][1]]
    if not opposite:
        return True
    differences = [(point, label, other) for (point, label), (_, other) in opposite]
    return _positive(differences, classes, clock)


def _forms(points: list[Vector], labels: list[int], classes: int, degree: int, clock: Clock | None) -> bool | None:
    """Forms of the degree on points that are pairwise different (and, for even degrees, not opposite)."""
    bits = degree * (2 * max(abs(x).bit_length() for point in points for x in point) + len(points[0]).bit_length())
    if bits > _MOST_BITS or len(points) > _MOST_INPUTS:
        return None
    gram = [[sum(map(_times, a, b)) ** degree for b in points] for a in points]
    if _rank(gram) == len(points):
        return True
    if _balanced(gram, labels, classes):
        return False
    monomials = comb(len(points[0]) + degree - 1, degree)
    values: list[Vector]
    if monomials < len(points):
        exponents = list(combinations_with_replacement(range(len(points[0])), degree))
        values = [tuple(prod(point[i] for i in term) for term in exponents) for point in points]
    else:
        values = [tuple(row) for row in gram]
    wrong = [
        (value, label, other)
        for value, label in zip(values, labels, strict=True)
        for other in range(classes)
        if other != label
    ]
    return _positive(wrong, classes, clock)


def _balanced(gram: list[list[int]], labels: list[int], classes: int) -> bool:
    """Whether the margins of every network sum to 0, over all inputs and wrong labels: those of symmetric data do."""
    G = np.array(gram, dtype=object)
    for label in range(classes):
        share = np.array([classes * (own == label) - 1 for own in labels], dtype=object)
        if share.dot(G).dot(share):
            return False
    return True


def _times(a: int, b: int) -> int:
    return a * b


def _rank(matrix: list[list[int]]) -> int:
    """Rank modulo a prime: at most the rank over the rationals."""
    rows = np.array([[entry % _PRIME for entry in row] for row in matrix], dtype=np.int64)
    rank = 0
    for column in range(rows.shape[1]):
        pivots = np.flatnonzero(rows[rank:, column])
        if not pivots.size:
            continue
        pivot = rank + int(pivots[0])
        rows[[rank, pivot]] = rows[[pivot, rank]]
        rows[rank] = rows[rank] * pow(int(rows[rank, column]), -1, _PRIME) % _PRIME
        rows[rank + 1 :] = (rows[rank + 1 :] - rows[rank + 1 :, column, None] * rows[rank] % _PRIME) % _PRIME
        rank += 1
        if rank == len(rows):
            break
    return rank


class _TimedTableau(RationalTableau[Fraction]):
    """Asks a clock before each pivot."""

    clock = Clock()

    def pivot(self, i: int, j: int) -> None:
        self.clock.check()
        super().pivot(i, j)


def _positive(differences: list[tuple[Vector, int, int]], classes: int, clock: Clock | None) -> bool | None:
    """Whether vectors A_c exist with (A_y - A_c) v > 0 for each (v, y, c): the maximum of t <= 1 that all reach.

    Positive and negative parts of A are variables; A of the last class is 0.
    """
    size = len(differences[0][0])
    columns = 2 * size * (classes - 1) + 1
    if (len(differences) + 1) * columns > _MOST_ENTRIES:
        return None
    matrix = []
    for vector, right, wrong in differences:
        row = [Fraction(0)] * (columns - 1) + [Fraction(1)]
        for label, sign in ((right, -1), (wrong, 1)):
            if label < classes - 1:
                for i, x in enumerate(vector):
                    place = 2 * (label * size + i)
                    row[place], row[place + 1] = Fraction(sign * x), Fraction(-sign * x)
        matrix.append(row)
    matrix.append([Fraction(0)] * (columns - 1) + [Fraction(1)])
    bounds = [Fraction(0)] * len(differences) + [Fraction(1)]
    tableau = _TimedTableau(matrix, bounds, [0] * (columns - 1) + [1])
    tableau.clock = clock or Clock()
    try:
        tableau.maximise()
    except OutOfTime:
        return None
    return tableau.primal()[-1] > 0
