"""Parts of the pairs on which gamma* may still be that of all pairs, for addition mod odd n with two inputs.

A dual puts weights p(a, b, d) on a pair and its wrong label a + b + d. With

    Q(f1, f2, f3) = sum p(a, b, d) e(f1 a + f2 b + f3 (a + b)) (1 - e(f3 d)),   e(x) = exp(2 pi i x / n),

a part of the pairs has the gamma* of all pairs only if some p >= 0 on it makes Q vanish at every triple of
`conditions` (docs/theory.md, 11.2). That is a linear program; it is necessary, not sufficient.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from margin.numbers.square_roots import Surd

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Triple = tuple[int, int, int]
Weights = Mapping[Triple, int]  # of pairs a, b and differences d != 0


def conditions(n: int) -> set[Triple]:
    """The triples at which Q vanishes, one of each pair of conjugates. Raises ValueError unless n is odd, at least 3.

    Two of the frequencies are equal up to sign, or one of the first two is 0; without the wanted triples (f, f, -f).
    """
    _require_odd(n)
    found: set[Triple] = set()
    for z in range(1, (n + 1) // 2):
        for f in range(n):
            for s in (z, n - z):
                found |= {(f, z, s), (z, f, s), (z, s, f), (f, 0, s), (0, f, s)}
    wanted = {(f, f, n - f) for f in range(1, n)}
    return {min(t, _conjugate(t, n)) for t in found if t[2] and t not in wanted}


def rank(n: int) -> int:
    """(8 n - 15)(n - 1): how many of the conditions are independent, as computed for odd n from 5 to 13."""
    return (8 * n - 15) * (n - 1)


def _conjugate(triple: Triple, n: int) -> Triple:
    a, b, c = (-f % n for f in triple)
    return a, b, c


def _require_odd(n: int) -> None:
    if n < 3 or n % 2 == 0:
        raise ValueError(f"parts of the pairs: n = {n}, expected an odd number of at least 3")


def equations(n: int, pairs: Collection[tuple[int, int]]) -> NDArray[np.float64]:
    """Real rows, for each condition and for the sum of the weights, over (pair, d = 1..n-1), (rows, pairs (n-1))."""
    import numpy as np

    a, b = np.array(sorted(pairs)).T
    d = np.arange(1, n)
    rows = []
    for f1, f2, f3 in sorted(conditions(n)):
        at = np.exp(2j * np.pi / n * (((f1 + f3) * a + (f2 + f3) * b) % n))
        row = (at[:, None] * (1 - np.exp(2j * np.pi / n * (f3 * d % n)))).ravel()
        rows += [row.real, row.imag]
    return np.array([*rows, np.ones(len(a) * len(d))])


def may_reach(n: int, pairs: Collection[tuple[int, int]]) -> bool:
    """Whether weights that satisfy the conditions exist on the pairs, by a linear program in float64.

    False: gamma* of the pairs is above that of all pairs. True proves nothing. Raises ValueError unless n is odd.
    """
    import numpy as np
    from scipy.optimize import linprog

    matrix = equations(n, pairs)
    target = np.zeros(len(matrix))
    target[-1] = 1
    # the conditions are dependent: a basis of their rows, for a program that is feasible or not beyond doubt
    left, sizes, right = np.linalg.svd(matrix, full_matrices=False)
    kept = sizes > 1e-9 * sizes[0]
    mapped = left[:, kept].T @ target
    if np.abs(left[:, kept] @ mapped - target).max() > 1e-9:
        return False
    found = linprog(
        np.zeros(matrix.shape[1]), A_eq=right[kept], b_eq=mapped / sizes[kept], bounds=(0, None), method="highs"
    )
    return found.status == 0


def line_weights(n: int, slope: int) -> dict[Triple, int]:
    """Weights that satisfy the conditions without the pairs on the line b = slope * a, for a prime n >= 7.

    Every pair off the line has the weight 1 on the wrong labels a + b + x (b - slope a) of at least n - 6 values x.
    Raises ValueError for slopes 0 and -1 mod n, which are lines of a column of inputs and of a label.
    """
    _require_odd(n)
    if any(n % p == 0 for p in range(3, int(n**0.5) + 1, 2)) or n < 7:
        raise ValueError(f"line of pairs: n = {n}, expected a prime of at least 7")
    r = slope % n
    if r in (0, n - 1):
        raise ValueError(f"line of pairs: slope {slope} mod {n}, expected another than 0 and -1")
    banned = {1, 0, -(1 + r) * pow(r, -1, n) % n, -(2 + r) * pow(r, -1, n) % n}
    if r != 1:
        banned.add((1 + r) * pow(1 - r, -1, n) % n)
    used = [x for x in range(1, n) if -(1 + x) % n not in banned]
    return {
        (a, b, x * (b - r * a) % n): 1 for a in range(n) for b in range(n) if (b - r * a) % n for x in used
    }


def satisfied(n: int, weights: Weights) -> bool:
    """Whether integer weights satisfy every condition, exactly, for a prime n; with Q = n / (n - 1) where wanted.

    A sum of integers times powers of a primitive n-th root of unity vanishes exactly if they are all equal.
    """
    total = sum(weights.values())
    if total <= 0 or any(weight < 0 or not d for (_, _, d), weight in weights.items()):
        return False
    for f1, f2, f3 in conditions(n):
        if len(set(_powers(n, weights, (f1, f2, f3)))) != 1:
            return False
    for f in range(1, n):
        counts = [(n - 1) * count for count in _powers(n, weights, (f, f, n - f))]
        counts[0] -= n * total
        if len(set(counts)) != 1:
            return False
    return True


def _powers(n: int, weights: Weights, triple: Triple) -> list[int]:
    """Q as integers times powers 0..n-1 of e(1)."""
    f1, f2, f3 = triple
    counts = [0] * n
    for (a, b, d), weight in weights.items():
        power = (f1 * a + f2 * b + f3 * (a + b)) % n
        counts[power] += weight
        counts[(power + f3 * d) % n] -= weight
    return counts


def subgroup_margin(h: int, labels: int) -> Surd:
    """gamma* where both inputs are from one subgroup of odd order h >= 3, or cosets, of `labels` > h labels.

    h c sqrt(q / (1 + q (h-1)^2)) with q = 2 n / (n - h) and c the value of a neuron on Z_h (docs/theory.md, 11.5).
    Raises ValueError for other h or labels.

    >>> print(subgroup_margin(3, 9))
    sqrt(78)/117
    """
    _require_odd(h)
    if labels <= h:
        raise ValueError(f"subgroup of order {h}: {labels} labels, expected more than {h}")
    from fractions import Fraction

    q = Fraction(2 * labels, labels - h)
    square = Fraction(4, 27) * Fraction(1, 2 * h**3) * h**2 * q / (1 + q * (h - 1) ** 2)
    return Surd.sqrt(square.numerator * square.denominator) / square.denominator
