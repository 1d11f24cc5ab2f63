"""Parts of the pairs on which gamma* may still be that of all pairs, for addition mod odd n with two inputs.

A dual puts weights p(a, b, d) on a pair and its wrong label a + b + d. With

    Q(f1, f2, f3) = sum p(a, b, d) e(f1 a + f2 b + f3 (a + b)) (1 - e(f3 d)),   e(x) = exp(2 pi i x / n),

a part of the pairs has the gamma* of all pairs only if some p >= 0 of sum 1 on it makes Q vanish at every triple of
`conditions`, and n / (n - 1) at (f, f, -f) for f != 0 (docs/theory.md, 11.2). That is a linear program; it is
necessary, not sufficient.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Triple = tuple[int, int, int]
Weights = Mapping[Triple, int]  # of pairs a, b and differences d != 0


def conditions(n: int) -> set[Triple]:
    """The triples at which Q vanishes, one of each pair of conjugates. Raises ValueError unless n is odd, at least 3.

    Two of the frequencies are equal up to sign, or one of the first two is 0; without the wanted triples (f, f, -f).
    """
    require_odd(n)
    found: set[Triple] = set()
    for z in range(1, (n + 1) // 2):
        for f in range(n):
            for s in (z, n - z):
                found |= {(f, z, s), (z, f, s), (z, s, f), (f, 0, s), (0, f, s)}
    wanted = {(f, f, n - f) for f in range(1, n)}
    return {min(t, _conjugate(t, n)) for t in found if t[2] and t not in wanted}


def rank(n: int) -> int:
    """(8 n - 15)(n - 1): the rank of `equations` on all pairs, as computed for n = 5, 7, 9, 11."""
    return (8 * n - 15) * (n - 1)


def _conjugate(triple: Triple, n: int) -> Triple:
    a, b, c = (-f % n for f in triple)
    return a, b, c


def require_odd(n: int) -> None:
    """Raise ValueError unless n is odd, at least 3."""
    if n < 3 or n % 2 == 0:
        raise ValueError(f"parts of the pairs: n = {n}, expected an odd number of at least 3")


def equations(n: int, pairs: Collection[tuple[int, int]]) -> NDArray[np.float64]:
    """Real rows over (pair, d = 1..n-1), shape (rows, pairs (n-1)): all vanish but the last, the sum of the weights.

    First the conditions, then Q(f, f, -f) less n / (n - 1) times the sum for f = 1..(n-1)/2.
    """
    import numpy as np

    a, b = np.array(sorted(pairs)).T
    d = np.arange(1, n)
    rows = []
    wanted = [(f, f, n - f) for f in range(1, (n + 1) // 2)]
    for f1, f2, f3 in (*sorted(conditions(n)), *wanted):
        at = np.exp(2j * np.pi / n * (((f1 + f3) * a + (f2 + f3) * b) % n))
        row = (at[:, None] * (1 - np.exp(2j * np.pi / n * (f3 * d % n)))).ravel()
        rows += [row.real - (n / (n - 1) if (f1, f2, f3) in wanted else 0), row.imag]
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
